"use strict";
// A thread that reads the quote board while another writes it. workerData: `mode` age | torn, `control` whose first word
// says begin (1) and end (2), `source` as the driver's boardSource() has it.

const { parentPort, workerData } = require("node:worker_threads");
const { monotonicMicros } = require("./clock.cjs");
const { openBoard } = require("./board-readers.cjs");
const { Lags } = require("./lags.cjs");

const { control, mode, source } = workerData;
const BEGIN = 1;
const END = 2;
/** Microseconds of a stamp's unit. */
const UNIT = 20;
const stampOf = (price) => Math.round(price * 100);
/** The size that the feed sends with a price. */
const sizeOf = (stamp) => 100 + (stamp % 900);

/** Looks at every quote once a millisecond: how old is the newest value of each? */
function age(board) {
  const lags = new Lags();
  let looks = 0;
  let latest = 0;
  let slowest = 0;
  Atomics.wait(control, 0, 0);
  const idle = new Int32Array(new SharedArrayBuffer(4));
  while (Atomics.load(control, 0) !== END) {
    const start = monotonicMicros();
    if (latest > 0) slowest = Math.max(slowest, start - latest);
    latest = start;
    for (let i = 0; i < board.symbols; i++) {
      const { bid, ask, last, volume } = board.read(i);
      const newest = Math.max(stampOf(bid), stampOf(ask), stampOf(last), volume);
      if (Number.isNaN(newest))
        throw new Error(`the quote of symbol ${i} has a gap: ${[bid, ask, last, volume]}`);
      lags.add(monotonicMicros() - workerData.epochMicros - newest * UNIT);
    }
    looks++;
    Atomics.wait(idle, 0, 0, 1);
  }
  return { looks, slowestLookMicros: slowest, age: lags.summary() };
}

/** Reads quotes one after the other; a size that does not belong to its price is a torn one. */
function torn(board) {
  let count = 0;
  let checked = 0;
  const fits = (price, size) => Number.isNaN(price) || sizeOf(stampOf(price)) === size;
  Atomics.wait(control, 0, 0);
  for (let i = 0; checked < workerData.reads; checked++) {
    const quote = board.read(i);
    if (
      !fits(quote.bid, quote.bidSize) ||
      !fits(quote.ask, quote.askSize) ||
      !fits(quote.last, quote.lastSize)
    )
      count++;
    if (++i === board.symbols) i = 0;
  }
  return { reads: checked, torn: count };
}

if (Atomics.load(control, 0) > BEGIN) throw new Error("the board's worker began after its end");
parentPort.postMessage((mode === "age" ? age : torn)(openBoard(source)));
