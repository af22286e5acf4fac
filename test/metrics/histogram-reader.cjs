// Reads a histogram that another thread writes, from the build, until told to stop.
const { parentPort, workerData } = require("node:worker_threads");
const { HistogramReader } = require("../../dist/metrics/histogram.js");

const { memory, stop } = workerData;
const VALUES = [0, 100, 10_000, 1_000_000];
const isOne = (value) => VALUES.some((one) => Math.abs(value - one) <= one / 128);

const reader = new HistogramReader(memory);
const wrong = [];
let readings = 0;
let count = 0;
parentPort.postMessage("reads");
for (let end = false; !end; readings++) {
  end = Atomics.load(stop, 0) === 1;
  const seen = reader.snapshot();
  const fits = seen.count >= count && [seen.p50, seen.p95, seen.p999, seen.min, seen.max].every(isOne);
  if (!fits && wrong.length < 10) wrong.push({ before: count, ...seen });
  count = seen.count;
}
parentPort.postMessage({ readings, wrong, last: reader.snapshot() });
