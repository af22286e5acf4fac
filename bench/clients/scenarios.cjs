"use strict";
// What a client process does: each scenario takes a driver and its spec and resolves to the numbers it measured.

const v8 = require("node:v8");
const { setImmediate, setTimeout: sleep } = require("node:timers/promises");
const { summary } = require("../lib/stats.cjs");
const { nowMicros } = require("./clock.cjs");
const { Meter } = require("./meter.cjs");
const { newSums, sumsToJson } = require("./sums.cjs");

const MEBIBYTE = 1024 * 1024;

/** Resolves at the next end marker. */
function nextEnd(driver) {
  return new Promise((resolve) => {
    driver.resolveEnd = resolve;
    if (driver.endHooked) return;
    driver.endHooked = true;
    driver.onEnd(() => driver.resolveEnd());
  });
}

/** A warm-up burst, then a measured one. */
async function flood(driver, { symbols }) {
  const sums = newSums();
  driver.count(sums);
  const warm = nextEnd(driver);
  driver.subscribe(symbols);
  await warm;
  await sleep(30);
  sums.fill(0);
  const meter = new Meter();
  const end = nextEnd(driver);
  meter.start();
  driver.go();
  await end;
  return { ...meter.stop(), ...sumsToJson(sums) };
}

/** Bytes the heap allocated between two heap sizes, given the collections in between. */
function allocatedBytes(before, after, collections) {
  let allocated = 0;
  let size = before;
  for (const { beforeGC, afterGC } of collections) {
    allocated += beforeGC.heapStatistics.usedHeapSize - size;
    size = afterGC.heapStatistics.usedHeapSize;
  }
  return allocated + after - size;
}

/** A flood whose allocations are counted; needs --expose-gc. */
async function heap(driver, { symbols }) {
  const sums = newSums();
  driver.count(sums);
  const warm = nextEnd(driver);
  driver.subscribe(symbols);
  await warm;
  await sleep(50);
  const profiler = new v8.GCProfiler();
  sums.fill(0);
  globalThis.gc();
  globalThis.gc();
  const rssBefore = process.memoryUsage.rss();
  const end = nextEnd(driver);
  profiler.start();
  const heapBefore = v8.getHeapStatistics().used_heap_size;
  driver.go();
  await end;
  const heapAfter = v8.getHeapStatistics().used_heap_size;
  const collections = profiler.stop().statistics;
  return {
    ...sumsToJson(sums),
    heapBytes: allocatedBytes(heapBefore, heapAfter, collections),
    collections: collections.length,
    rssBeforeMiB: rssBefore / MEBIBYTE,
    rssAfterMiB: process.memoryUsage.rss() / MEBIBYTE,
  };
}

/** Ticks on a schedule: the time from the sender's stamp to the handler, without the first `warmup` ticks. */
async function paced(driver, { symbols, ticks, warmup }) {
  const latency = new Float64Array(ticks);
  let seen = 0;
  driver.stamps((sent, received) => {
    latency[seen++] = received - sent;
  });
  const end = nextEnd(driver);
  driver.subscribe(symbols);
  await end;
  if (seen !== ticks) throw new Error(`saw ${seen} of ${ticks} ticks`);
  return { latency: summary(latency.subarray(warmup)) };
}

/**
 * Orders whose limit price is the moment of the call; the feed measures their arrival. The first `warmup` go out as fast
 * as the loop turns, so that the compiled code is measured, the others `gapMillis` apart.
 */
async function orders(driver, { firstOrderId, warmup, orders: count, gapMillis, symbols, background }) {
  const sums = newSums();
  if (background) {
    driver.count(sums);
    driver.subscribe(symbols);
    await sleep(200);
  }
  const call = new Float64Array(warmup + count);
  let answered = 0;
  driver.onOrderStatus(() => answered++);
  const allAnswered = async (expected) => {
    for (let i = 0; answered < expected && i < 100; i++) await sleep(10);
    if (answered < expected) throw new Error(`${answered} of ${expected} orders were answered`);
  };

  let placed = 0;
  const place = () => {
    const start = nowMicros();
    // Eighths of a µs: a short decimal, exact in binary.
    driver.placeOrder(firstOrderId + placed, Math.floor(start * 8) / 8);
    call[placed++] = nowMicros() - start;
  };
  for (let i = 0; i < warmup; i++) {
    place();
    await setImmediate();
  }
  await allAnswered(warmup);
  await sleep(100);
  await new Promise((resolve) => {
    const next = () => {
      place();
      if (placed < warmup + count) setTimeout(next, gapMillis);
      else resolve();
    };
    setTimeout(next, gapMillis);
  });
  await allAnswered(warmup + count);
  return { placed, call: summary(call.subarray(warmup)), ...sumsToJson(sums) };
}

/** The loop is blocked again and again while ticks arrive: when were the ticks of those times received? */
async function stall(driver, { symbols, ticks, stallMillis, gapMillis, stalls }) {
  const sent = new Float64Array(ticks + 1);
  const received = new Float64Array(ticks + 1);
  let seen = 0;
  driver.stamps((sentAt, receivedAt) => {
    if (seen > ticks) return;
    sent[seen] = sentAt;
    received[seen++] = receivedAt;
  }, "arrival");
  const windows = [];
  let ended = false;
  const end = nextEnd(driver).then(() => {
    ended = true;
  });
  driver.subscribe(symbols);
  for (let i = 0; i < stalls && !ended; i++) {
    await sleep(gapMillis);
    const from = nowMicros();
    const until = performance.now() + stallMillis;
    while (performance.now() < until);
    windows.push([from, nowMicros()]);
  }
  await end;
  const delays = new Float64Array(seen);
  let stalled = 0;
  for (let i = 0; i < seen; i++)
    if (windows.some(([from, to]) => sent[i] >= from && sent[i] < to))
      delays[stalled++] = received[i] - sent[i];
  return { seen, lost: ticks - seen, stalls: windows.length, delay: summary(delays, stalled) };
}

/** JSON would make one null of what is told apart here. */
function exactly(value) {
  if (value === undefined || Number.isNaN(value) || Object.is(value, -0))
    return `${Object.is(value, -0) ? "-0" : value}`;
  return value;
}

/** Everything the client says about the ticks, and one order: for the check, not for a measurement. */
async function record(driver, { firstOrderId, order }) {
  const records = [];
  driver.record((...values) => records.push(values.map(exactly)));
  const end = nextEnd(driver);
  driver.subscribe(1);
  await end;
  if (order) driver.placeOrder(firstOrderId, 123.125);
  return { records };
}

module.exports = { flood, heap, orders, paced, record, stall };
