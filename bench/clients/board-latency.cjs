"use strict";
// How long a tick takes from its sender to a worker that reads the board without a pause. Prints one JSON line.
// usage: node board-latency.cjs JSON, with port, ticks, warmup, readMode, maxServerVersion; needs dist/.

const path = require("node:path");
const { isMainThread, Worker, workerData } = require("node:worker_threads");
const { monotonicMicros } = require("./clock.cjs");
const { summary } = require("../lib/stats.cjs");

const dist = path.join(__dirname, "../../dist");
/** Words of `control`: what the reader is to do, and how many values it has seen. */
const END = 0;
const SEEN = 1;

if (isMainThread) main(JSON.parse(process.argv[2]));
else read(workerData);

/** Each value of the quote's newest stamp is looked at once. */
function read({ handle, control, samples, warmup }) {
  const { attach } = require(path.join(dist, "worker/index.js"));
  const stream = attach(handle);
  const { quote } = stream.subscriptions[0];
  let last = 0;
  let seen = 0;
  Atomics.store(control, SEEN, 1);
  Atomics.notify(control, SEEN);
  while (Atomics.load(control, END) === 0) {
    const { bid = 0, ask = 0, last: trade = 0 } = quote;
    const stamp = Math.max(bid, ask, trade);
    if (stamp === last) continue;
    const micros = monotonicMicros() - stamp;
    last = stamp;
    if (seen >= warmup && seen - warmup < samples.length) samples[seen - warmup] = micros;
    seen++;
    Atomics.store(control, SEEN, 1 + seen);
  }
}

async function main({ port, ticks, warmup, readMode, maxServerVersion }) {
  const { connectBroker, IBKRDataStream } = require(path.join(dist, "index.js"));
  const broker = await connectBroker({ port, readMode, maxServerVersion, maxReqPerSec: 1e9 });
  const stream = new IBKRDataStream(broker, { profile: "ultra-low-latency", batchMs: 0, silenceMs: 0 });
  stream.subscribe({ symbol: "S0", secType: "STK", exchange: "SMART", currency: "USD" });
  const control = new Int32Array(new SharedArrayBuffer(8));
  const samples = new Float64Array(new SharedArrayBuffer((ticks - warmup) * 8));
  let count = 0;
  let isLast = false;
  stream.onBatch((batch) => {
    count += batch.length;
    if (count >= ticks && !isLast) setTimeout(finish, 50);
    isLast = count >= ticks;
  });
  const worker = new Worker(__filename, {
    workerData: { handle: stream.share(), control, samples, warmup },
  });
  worker.on("error", (error) => {
    throw error;
  });
  async function finish() {
    Atomics.store(control, END, 1);
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    await gone;
    const seen = Math.max(0, Atomics.load(control, SEEN) - 1 - warmup);
    console.log(JSON.stringify({ latency: summary(samples, seen), missed: ticks - warmup - seen }));
    await broker.close();
    await stream.close();
  }
}
