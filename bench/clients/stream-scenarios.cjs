"use strict";
// What a client process of the data stream does: each scenario takes a driver and its spec and resolves to the numbers it
// measured. Every tick of the feed carries when it was due (bench/native/tick_cycle.hpp): as a price in
// hundredths or a volume it is a number of units of 20 µs since the feed's epoch; the size beside a price follows from it.

const v8 = require("node:v8");
const { Worker } = require("node:worker_threads");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { monotonicMicros } = require("./clock.cjs");
const { Lags } = require("./lags.cjs");
const { Meter } = require("./meter.cjs");

/** Microseconds of a stamp's unit. */
const UNIT = 20;
const TICK_PRICE = 1;
/** Bars were closed: a notice, no tick. */
const BARS = 14;
const MEBIBYTE = 1024 * 1024;
/** At the end of the ticks, how long nothing may come before they count as lost. */
const PATIENCE_MILLIS = 2000;
const FIELDS = ["bid", "ask", "last", "volume"];
const FIELD_AT = new Int8Array(128).fill(-1);
for (const [at, type] of [1, 2, 4, 8].entries()) FIELD_AT[type] = at;

const stampOf = (price) => Math.round(price * 100);

/** What the handlers add up: whole numbers, so that the order does not matter. */
class Tally {
  constructor(driver, epochMicros) {
    this.sums = new Float64Array(4); // records, prices, stamps, sizes
    this.lags = new Lags();
    this.firstAt = 0;
    this.batches = 0;
    driver.onBatch((batch) => this.take(batch, epochMicros));
  }

  take(batch, epochMicros) {
    const { sums, lags } = this;
    const { length } = batch;
    let prices = 0;
    let stamps = 0;
    let sizes = 0;
    let notices = 0;
    if (this.batches++ === 0) this.firstAt = performance.now();
    const now = monotonicMicros() - epochMicros;
    for (let i = 0; i < length; i++) {
      if (batch.kind(i) === TICK_PRICE) {
        const stamp = Math.round(batch.price(i) * 100);
        prices++;
        stamps += stamp;
        sizes += batch.size(i);
        lags.add(now - stamp * UNIT);
      } else if (batch.kind(i) === BARS) {
        notices++;
      } else {
        const stamp = batch.size(i);
        stamps += stamp;
        lags.add(now - stamp * UNIT);
      }
    }
    sums[0] += length - notices;
    sums[1] += prices;
    sums[2] += stamps;
    sums[3] += sizes;
  }

  toJson() {
    const [handled, prices, stampSum, sizeSum] = this.sums;
    return { handled, prices, stampSum, sizeSum, batches: this.batches };
  }
}

async function firstBatch(tally) {
  for (let i = 0; i < 1000 && tally.batches === 0; i++) await sleep(10);
  if (tally.batches === 0) throw new Error("no batch within 10 s");
}

/** Waits until all `ticks` have come; the counters then, and what the board says. */
async function settle(driver, ticks, conflateMs) {
  let seen = -1;
  let at = performance.now();
  for (;;) {
    const { received } = driver.totals();
    if (received >= ticks) break;
    if (received !== seen) at = performance.now();
    if (performance.now() - at > PATIENCE_MILLIS) break;
    seen = received;
    await sleep(50);
  }
  await sleep(2 * conflateMs + 50);
  return { totals: driver.totals(), newestSum: newestSum(driver) };
}

/** The newest stamps on the board added up; NaN when a quote has a gap. */
function newestSum(driver) {
  let sum = 0;
  for (const { bid, ask, last, volume } of driver.quotes())
    sum += stampOf(bid) + stampOf(ask) + stampOf(last) + volume;
  return sum;
}

/** Ticks at their rate, with or without conflation; cost and lag of the time between warm-up and end. */
async function steady(driver, { ticks, rate, warmupMillis, conflateMs, epochMicros, bars }) {
  const tally = new Tally(driver, epochMicros);
  driver.subscribe();
  await firstBatch(tally);
  const length = (ticks / rate) * 1e3;
  await sleep(warmupMillis);
  tally.lags.clear();
  const before = driver.totals();
  const meter = new Meter();
  meter.start();
  await sleep(length - warmupMillis - 200);
  const measured = meter.stop();
  const after = driver.totals();
  const lag = tally.lags.summary();
  const end = await settle(driver, ticks, conflateMs);
  const made = bars && { barTicks: driver.barTicks() };
  return {
    ...measured,
    ...end,
    measuredTicks: after.received - before.received,
    lag,
    ...made,
    ...tally.toJson(),
  };
}

/** Ticks as fast as the client takes them: cost of those between a tenth and nine tenths of all. */
async function flood(driver, { ticks, conflateMs, epochMicros, bars }) {
  const tally = new Tally(driver, epochMicros);
  driver.subscribe();
  await firstBatch(tally);
  const reach = async (share) => {
    const until = performance.now() + 120_000;
    for (;;) {
      const { received } = driver.totals();
      if (received >= share * ticks) return received;
      if (performance.now() > until) throw new Error(`${received} of ${ticks} ticks within two minutes`);
      await sleep(20);
    }
  };
  const before = await reach(0.1);
  const meter = new Meter();
  meter.start();
  const after = await reach(0.9);
  const measured = meter.stop();
  const end = await settle(driver, ticks, conflateMs);
  const made = bars && { barTicks: driver.barTicks() };
  return { ...measured, ...end, measuredTicks: after - before, ...made, ...tally.toJson() };
}

/** A worker at the board: `command(word)` starts and stops it, `result()` ends it. */
function boardWorker(driver, mode, options) {
  const control = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(path.join(__dirname, "board-worker.cjs"), {
    workerData: { control, mode, source: driver.boardSource(), ...options },
  });
  const answer = new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  return {
    command(word) {
      Atomics.store(control, 0, word);
      Atomics.notify(control, 0);
    },
    result: () => answer,
  };
}

const block = (millis) => {
  const until = performance.now() + millis;
  while (performance.now() < until);
};

/** Beyond conflation and batching, the age in ms up to which a tick is no older than usual. */
const USUAL_MILLIS = 20;

/**
 * The loop is stalled twice: while the feed goes on (how long until the handler gets ticks of the usual age again; how old
 * is the board meanwhile), and over the end of its ticks (does the first batch have the newest value of each field).
 */
async function stall(driver, spec) {
  const { ticks, stallMillis, symbols, epochMicros, conflateMs, batchMs, gapMillis } = spec;
  const tally = new Tally(driver, epochMicros);
  const usualMicros = (conflateMs + batchMs + USUAL_MILLIS) * 1e3;
  const first = new Float64Array(symbols * FIELDS.length);
  let watching = false;
  let firstLength = 0;
  let fresh = true;
  let freshAt = 0;
  let stale = 0;
  const stampAt = (batch, i) => (batch.kind(i) === TICK_PRICE ? stampOf(batch.price(i)) : batch.size(i));
  driver.onBatch((batch, source) => {
    const limit = (monotonicMicros() - epochMicros - usualMicros) / UNIT;
    let old = 0;
    for (let i = 0; i < batch.length; i++) if (stampAt(batch, i) < limit) old++;
    if (watching && firstLength === 0) {
      firstLength = batch.length;
      for (let i = 0; i < batch.length; i++)
        first[driver.symbol(batch, i, source) * FIELDS.length + FIELD_AT[batch.field(i)]] = stampAt(batch, i);
    }
    tally.take(batch, epochMicros);
    stale += old;
    if (old > 0) fresh = false;
    else if (!fresh) {
      fresh = true;
      freshAt = performance.now();
    }
  });
  const worker = boardWorker(driver, "age", { epochMicros });
  driver.subscribe();
  await firstBatch(tally);
  await sleep(gapMillis);

  worker.command(1);
  block(stallMillis);
  const returned = performance.now();
  worker.command(2);
  fresh = false;
  freshAt = Number.NaN;
  stale = 0;
  await sleep(gapMillis);
  const caughtUpMillis = fresh ? freshAt - returned : null;
  const staleTicks = stale;

  watching = true;
  block(stallMillis);
  const end = await settle(driver, ticks, conflateMs);
  const board = await worker.result();
  return {
    caughtUpMillis,
    staleTicks,
    board,
    firstLength,
    firstSum: first.reduce((sum, stamp) => sum + stamp, 0),
    ...end,
    ...tally.toJson(),
  };
}

/** A worker reads quotes as fast as it can while ticks come. */
async function torn(driver, { ticks, reads, epochMicros, conflateMs }) {
  const tally = new Tally(driver, epochMicros);
  const worker = boardWorker(driver, "torn", { reads });
  driver.subscribe();
  await firstBatch(tally);
  await sleep(100);
  const from = performance.now();
  worker.command(1);
  const board = await worker.result();
  const seconds = (performance.now() - from) / 1e3;
  const { received } = driver.totals();
  const end = await settle(driver, ticks, conflateMs);
  // Quotes of ticks that have ended cannot be torn: the reads must be over before.
  return { board, seconds, outlived: received >= ticks, ...end, ...tally.toJson() };
}

/** Memory over a long run; needs --expose-gc. Samples once a second without a collection, at both ends with one. */
async function soak(driver, { ticks, rate, warmupMillis, conflateMs, epochMicros }) {
  const tally = new Tally(driver, epochMicros);
  driver.subscribe();
  await firstBatch(tally);
  await sleep(warmupMillis);
  const settled = () => {
    globalThis.gc();
    globalThis.gc();
    return { heap: v8.getHeapStatistics().used_heap_size, rss: process.memoryUsage.rss() };
  };
  const samples = [];
  const until = tally.firstAt + (ticks / rate) * 1e3 - 200;
  const before = settled();
  while (performance.now() < until) {
    await sleep(Math.max(1, Math.min(1000, until - performance.now())));
    samples.push(process.memoryUsage.rss() / MEBIBYTE);
  }
  const after = settled();
  const end = await settle(driver, ticks, conflateMs);
  return {
    heapBefore: before.heap,
    heapAfter: after.heap,
    rssBeforeMiB: before.rss / MEBIBYTE,
    rssAfterMiB: after.rss / MEBIBYTE,
    rssMaxMiB: Math.max(...samples),
    rssMinMiB: Math.min(...samples),
    ...end,
    ...tally.toJson(),
  };
}

module.exports = { flood, soak, stall, steady, torn };
