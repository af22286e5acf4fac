"use strict";
// The rival of the data stream: what a careful author gets out of JavaScript alone. A quote board, a filter, conflation
// or lossless batches, counters for each subscription; typed arrays throughout, no allocation per tick.

const { ControlClient } = require("./client.cjs");
const { Batch } = require("./batch.cjs");
const { TICK_PRICE } = require("./tick.cjs");

/** Doubles of a quote: bid, ask, last and their sizes, volume, open, high, low, close, when it was updated. */
const QUOTE_BITS = 4;
const QUOTE = 1 << QUOTE_BITS;
const BOARD = {
  bid: 0,
  ask: 1,
  last: 2,
  bidSize: 3,
  askSize: 4,
  lastSize: 5,
  volume: 6,
  high: 7,
  low: 8,
  close: 9,
  open: 10,
  updatedMicros: 15,
};
/** A place for what the board does not keep. */
const NOWHERE = 14;

/** Where the price and the size of each tick type lie; delayed types lie where live ones do. */
const PRICE_AT = new Uint8Array(128).fill(NOWHERE);
const SIZE_AT = new Uint8Array(128).fill(NOWHERE);
for (const [price, size, ...types] of [
  [BOARD.bid, BOARD.bidSize, 1, 66],
  [BOARD.ask, BOARD.askSize, 2, 67],
  [BOARD.last, BOARD.lastSize, 4, 68],
  [BOARD.high, NOWHERE, 6, 72],
  [BOARD.low, NOWHERE, 7, 73],
  [BOARD.close, NOWHERE, 9, 75],
  [BOARD.open, NOWHERE, 14, 76],
  [NOWHERE, BOARD.bidSize, 0, 69],
  [NOWHERE, BOARD.askSize, 3, 70],
  [NOWHERE, BOARD.lastSize, 5, 71],
  [NOWHERE, BOARD.volume, 8, 74],
])
  for (const type of types) {
    PRICE_AT[type] = price;
    SIZE_AT[type] = size;
  }

/** Counters of a subscription. */
const COUNTER_BITS = 2;
const COUNTERS = 1 << COUNTER_BITS; // the first: received
const DELIVERED = 1;
const CONFLATED = 2;
const FILTERED = 3;

/** Limits of a filter, for each subscription. */
const LIMIT_BITS = 2;
const LIMITS = 1 << LIMIT_BITS; // the first: the lowest price
const PRICE_MAX = 1;
const MIN_SIZE = 2;

/** Tick types that conflation keeps apart: those below 128. */
const CELL_BITS = 7;

/** Numbers of a forming bar: start, end, open, high, low, close, ticks, closed so far. */
const BAR_BITS = 3;
const [START, END, OPEN, HIGH, LOW, CLOSE, TICKS, CLOSED] = [0, 1, 2, 3, 4, 5, 6, 7];
const KEPT_BITS = 8;

const LOSSLESS_BATCH = 8192;
const LOG = 1 << 17;

class ControlStream {
  /**
   * @param options those of ControlClient, and `symbols`: how many subscriptions there is room for; `conflateMs`: 0 for
   *   every tick; `filter`: { priceMin, priceMax, minSize }; `shared`: whether the board lies in shared memory
   */
  constructor(options) {
    const { symbols, conflateMs = 0, filter = {}, shared = false } = options;
    this.client = new ControlClient(options);
    this.conflateMs = conflateMs;
    const rows = symbols + 1; // ids from 1
    const Memory = shared ? SharedArrayBuffer : ArrayBuffer;
    this.memory = new Memory(rows * QUOTE * 8);
    this.board = new Float64Array(this.memory).fill(Number.NaN);
    this.counters = new Uint32Array(rows * COUNTERS);
    this.limits = new Float64Array(rows * LIMITS);
    for (let id = 0; id < rows; id++) {
      this.limits[id * LIMITS] = filter.priceMin ?? Number.NEGATIVE_INFINITY;
      this.limits[id * LIMITS + PRICE_MAX] = filter.priceMax ?? Number.POSITIVE_INFINITY;
      this.limits[id * LIMITS + MIN_SIZE] = filter.minSize ?? Number.NEGATIVE_INFINITY;
    }
    this.now = 0.5;
    this.makeBars(options.bars ?? [], rows);
    this.handler = () => {};
    const { client } = this;
    const readBytes = client.read;
    if (conflateMs > 0) {
      // A cell for each field of each subscription: where the log last names it, and its newest values.
      const cells = rows << CELL_BITS;
      this.loggedAt = new Int32Array(cells).fill(-1);
      this.newest = new Batch(cells);
      this.log = new Int32Array(LOG);
      this.logged = 0;
      this.batch = new Batch(LOSSLESS_BATCH);
      client.onTick((tick) => this.conflate(tick));
      client.read = (length) => {
        this.now = performance.now() * 1e3;
        readBytes.call(client, length);
      };
    } else {
      this.batch = new Batch(LOSSLESS_BATCH);
      client.onTick((tick) => this.pass(tick));
      client.read = (length) => {
        this.now = performance.now() * 1e3;
        this.ms = Date.now();
        readBytes.call(client, length);
        this.deliver();
      };
    }
  }

  /** @param sizes each { ms } or { ticks }, of the middle of bid and ask */
  makeBars(sizes, rows) {
    this.sizes = sizes;
    this.lengths = Float64Array.from(sizes, ({ ms = 0 }) => ms);
    this.mostTicks = Float64Array.from(sizes, ({ ticks = Number.POSITIVE_INFINITY }) => ticks);
    this.bars = new Float64Array((rows * sizes.length) << BAR_BITS);
    this.closedBars = new Float64Array((rows * sizes.length) << (BAR_BITS + KEPT_BITS));
    this.ms = 0;
  }

  /** The middle of bid and ask, as the board has them now, into the bars of a subscription. */
  toBars(reqId) {
    const { board, bars, lengths, mostTicks, ms } = this;
    const quote = reqId << QUOTE_BITS;
    const price = (board[quote] + board[quote | BOARD.ask]) / 2;
    if (!(price > 0)) return;
    const count = lengths.length;
    for (let n = 0; n < count; n++) {
      const at = (reqId * count + n) << BAR_BITS;
      const length = lengths[n];
      if (length > 0 && bars[at | TICKS] > 0 && ms >= bars[at | END]) this.closeBar(at);
      if (bars[at | TICKS] === 0) {
        const start = length > 0 ? ms - (ms % length) : ms;
        bars[at | START] = start;
        bars[at | END] = start + length;
        bars[at | OPEN] = price;
        bars[at | HIGH] = price;
        bars[at | LOW] = price;
      } else if (price > bars[at | HIGH]) bars[at | HIGH] = price;
      else if (price < bars[at | LOW]) bars[at | LOW] = price;
      bars[at | CLOSE] = price;
      const ticks = ++bars[at | TICKS];
      if (ticks === mostTicks[n]) this.closeBar(at);
    }
  }

  closeBar(at) {
    const { bars, closedBars } = this;
    const place = bars[at | CLOSED]++ & ((1 << KEPT_BITS) - 1);
    const to = ((at >> BAR_BITS) << (BAR_BITS + KEPT_BITS)) | (place << BAR_BITS);
    for (let i = 0; i < CLOSED; i++) closedBars[to | i] = bars[at | i];
    bars[at | TICKS] = 0;
  }

  /** Those whose time is over, though nothing comes. */
  closeByClock() {
    const { bars, lengths } = this;
    const now = Date.now();
    for (let at = 0, n = 0; at < bars.length; at += 1 << BAR_BITS, n++)
      if (lengths[n % lengths.length] > 0 && bars[at | TICKS] > 0 && now >= bars[at | END]) this.closeBar(at);
  }

  /** Ticks in the bars of each size, of all subscriptions. */
  barTicks() {
    const { bars, closedBars, sizes, mostTicks } = this;
    const sums = sizes.map(() => 0);
    for (let i = 0; i < bars.length >> BAR_BITS; i++) {
      const at = i << BAR_BITS;
      const size = i % sizes.length;
      sums[size] += bars[at | TICKS];
      if (Number.isFinite(mostTicks[size])) sums[size] += bars[at | CLOSED] * mostTicks[size];
      else
        for (let place = 0; place < bars[at | CLOSED]; place++)
          sums[size] += closedBars[(i << (BAR_BITS + KEPT_BITS)) | (place << BAR_BITS) | TICKS];
    }
    return sums;
  }

  open() {
    if (this.sizes.length > 0) this.clock = setInterval(() => this.closeByClock(), 100);
    return new Promise((resolve, reject) => {
      this.client.once("nextValidId", resolve);
      this.client.once("error", reject);
      this.client.connect();
      if (this.conflateMs > 0) this.timer = setInterval(() => this.flush(), this.conflateMs);
    });
  }

  close() {
    clearInterval(this.timer);
    clearInterval(this.clock);
    this.client.disconnect();
  }

  onBatch(handler) {
    this.handler = handler;
  }

  /**
   * A tick onto the board, through the filter and into the batch. It is one function, and rows are written here and not by
   * a method, because a call that V8 does not inline boxes the doubles it is given.
   */
  pass(tick) {
    const { board, counters, batch, now } = this;
    const { kind, reqId, field, size } = tick;
    const quote = reqId << QUOTE_BITS;
    const counter = reqId << COUNTER_BITS;
    counters[counter]++;
    board[quote | BOARD.updatedMicros] = now;
    board[quote | SIZE_AT[field]] = size;
    const { length, integers, doubles } = batch;
    const row = length << 2;
    if (kind === TICK_PRICE) {
      const { price } = tick;
      const { limits } = this;
      const limit = reqId << LIMIT_BITS;
      board[quote | PRICE_AT[field]] = price;
      if (field <= 2 && this.lengths.length > 0) this.toBars(reqId);
      if (price < limits[limit] || price > limits[limit | PRICE_MAX] || size < limits[limit | MIN_SIZE]) {
        counters[counter | FILTERED]++;
        return;
      }
      doubles[row | 1] = price;
    }
    integers[row << 1] = reqId;
    integers[(row << 1) | 1] = (field << 8) | kind;
    doubles[row | 2] = size;
    doubles[row | 3] = now;
    counters[counter | DELIVERED]++;
    batch.length = length + 1;
    if (length + 1 === LOSSLESS_BATCH) this.deliver();
  }

  deliver() {
    if (this.batch.length === 0) return;
    this.handler(this.batch, this);
    this.batch.length = 0;
  }

  /** As {@link pass}, but its values wait in the cell of their field. */
  conflate(tick) {
    const { board, counters, newest, now } = this;
    const { kind, reqId, field, size } = tick;
    const quote = reqId << QUOTE_BITS;
    const counter = reqId << COUNTER_BITS;
    counters[counter]++;
    board[quote | BOARD.updatedMicros] = now;
    board[quote | SIZE_AT[field]] = size;
    const cell = (reqId << CELL_BITS) | field;
    const { integers, doubles } = newest;
    const row = cell << 2;
    if (kind === TICK_PRICE) {
      const { price } = tick;
      const { limits } = this;
      const limit = reqId << LIMIT_BITS;
      board[quote | PRICE_AT[field]] = price;
      if (price < limits[limit] || price > limits[limit | PRICE_MAX] || size < limits[limit | MIN_SIZE]) {
        counters[counter | FILTERED]++;
        return;
      }
      doubles[row | 1] = price;
    }
    doubles[row | 2] = size;
    doubles[row | 3] = now;
    const { loggedAt, logged } = this;
    if (loggedAt[cell] >= 0) counters[counter | CONFLATED]++;
    else integers[(row << 1) | 1] = (field << 8) | kind;
    loggedAt[cell] = logged;
    this.log[logged] = cell;
    this.logged = logged + 1;
    if (logged + 1 === LOG) this.compact();
  }

  /** The log without what a later entry replaces. */
  compact() {
    const { log, loggedAt } = this;
    let kept = 0;
    for (let i = 0; i < this.logged; i++) {
      const cell = log[i];
      if (loggedAt[cell] !== i) continue;
      loggedAt[cell] = kept;
      log[kept++] = cell;
    }
    this.logged = kept;
    if (kept > LOG / 2) this.flush();
  }

  /** The newest value of each field that changed, in the order in which those values arrived. */
  flush() {
    const { log, loggedAt, newest, batch, counters } = this;
    for (let i = 0; i < this.logged; i++) {
      const cell = log[i];
      if (loggedAt[cell] !== i) continue;
      loggedAt[cell] = -1;
      const from = cell << 2;
      const to = batch.length++ << 2;
      const reqId = cell >> CELL_BITS;
      batch.integers[to << 1] = reqId;
      batch.integers[(to << 1) | 1] = newest.integers[(from << 1) | 1];
      batch.doubles[to | 1] = newest.doubles[from | 1];
      batch.doubles[to | 2] = newest.doubles[from | 2];
      batch.doubles[to | 3] = newest.doubles[from | 3];
      counters[(reqId << COUNTER_BITS) | DELIVERED]++;
      if (batch.length === batch.capacity) this.deliver();
    }
    this.logged = 0;
    this.deliver();
  }

  /** What became of the ticks of all subscriptions. */
  totals() {
    const sum = [0, 0, 0, 0];
    for (let i = 0; i < this.counters.length; i++) sum[i % COUNTERS] += this.counters[i];
    const [received, delivered, conflated, filtered] = sum;
    return { received, delivered, conflated, filtered, dropped: 0 };
  }
}

module.exports = { BOARD, ControlStream, QUOTE };
