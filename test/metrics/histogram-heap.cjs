// Records with the heap of this thread in view: says how much it grew, how often it was collected, and the cost of one.
const { PerformanceObserver } = require("node:perf_hooks");
const { setTimeout: delay } = require("node:timers/promises");
const v8 = require("node:v8");
const { parentPort, workerData } = require("node:worker_threads");
const { HistogramRecorder } = require("../../dist/metrics/histogram.js");

const recorder = new HistogramRecorder();
const values = Float64Array.from(
  { length: 4096 },
  (_, i) => ((i * 7919 * 7919) % 2 ** ((i % 34) + 1)) + (i % 2) / 2,
);
const kept = [];

function run(rounds) {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < values.length; i++) {
      recorder.record(values[i]);
      if (workerData.allocate) kept[i & 7] = { round };
    }
  }
}

async function main() {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  run(200); // compiled by now
  await delay(50);
  observer.observe({ entryTypes: ["gc"] });
  const before = v8.getHeapStatistics().used_heap_size;
  const begin = process.hrtime.bigint();
  run(1000);
  const nanos = Number(process.hrtime.bigint() - begin) / 1000 / values.length;
  const grown = v8.getHeapStatistics().used_heap_size - before;
  await delay(50);
  parentPort.postMessage({ grown, collections, nanos, count: recorder.count });
  observer.disconnect();
}

main();
