// Workers that read a stream die at random moments, in every way, while ticks flow; others read on to the end.
// usage: node deaths.cjs JSON, with port (of bench/native/feed in stream mode), rate, seed, symbols, workers, witnesses, kills,
// lifeMs (the longest), tapeSlots; needs dist/. Prints one line of JSON; what a seed decides is how each worker reads, when and how it dies.
const path = require("node:path");
const { isMainThread, parentPort, Worker, workerData } = require("node:worker_threads");
const { held } = require("../native/held.cjs");

const dist = path.join(__dirname, "../../dist");
/** Of so many messages each has its hash. */
const CHECKED = 65_536;
const WAYS = ["terminate", "exit", "throw"];
const READS = ["events", "loop", "board"];
/** Words of a worker in `status`, and what all look at. */
const STATUS = { lost: 0, messages: 1, words: 2 };

/** Sees to order: a hash over everything so far, noted now and then. */
class Checked {
  messages = 0;
  hashes = [];
  hash = 0;

  take(batch) {
    for (let i = 0; i < batch.length; i++) {
      const word = Math.imul(batch.field(i), 31) + Math.round(batch.price(i) * 100 || batch.size(i));
      this.hash = Math.imul(this.hash ^ word, 0x01000193) ^ batch.subscription(i).id;
      if (++this.messages % CHECKED === 0) this.hashes.push(this.hash);
    }
  }
}

if (isMainThread) main(JSON.parse(process.argv[2]));
else work(workerData);

function work({ handle, how, slot, status, control }) {
  const { attach } = require(path.join(dist, "worker/index.js"));
  const stream = attach(handle);
  const seen = new Checked();
  const at = slot * STATUS.words;
  const note = () => {
    Atomics.store(status, at + STATUS.lost, stream.stats().lost);
    Atomics.store(status, at + STATUS.messages, seen.messages);
    if (how.dies === "terminate" || how.dies === "never" || seen.messages < how.after) return;
    if (how.dies === "exit") process.exit(0);
    if (how.dies === "throw") throw new Error("it dies");
  };
  const take = (batch) => {
    seen.take(batch);
    note();
  };
  parentPort.postMessage({ attached: true });
  const end = () => {
    while (stream.read((batch) => seen.take(batch)) > 0);
    const { lost } = stream.stats();
    parentPort.postMessage({ messages: seen.messages, hashes: seen.hashes, lost });
    stream.close();
  };
  if (how.reads === "events") {
    stream.onBatch(take);
    const timer = setInterval(() => {
      if (Atomics.load(control, 0) === 0) return;
      clearInterval(timer);
      end();
    }, 20);
  } else if (how.reads === "loop") {
    while (Atomics.load(control, 0) === 0) {
      stream.wait(10);
      stream.read(take);
    }
    end();
  } else {
    const idle = new Int32Array(new SharedArrayBuffer(4));
    const quote = new Float64Array(60);
    for (;;) {
      for (const subscription of stream.subscriptions) {
        subscription.read(quote);
        seen.messages++;
      }
      note();
      Atomics.wait(idle, 0, 0, 1);
    }
  }
}

async function main({ port, rate, seed, symbols, workers, witnesses, kills, lifeMs, tapeSlots }) {
  const { connectBroker, IBKRDataStream } = require(path.join(dist, "index.js"));
  const random = generator(seed);
  const below = (limit) => Math.floor(random() * limit);
  const broker = await connectBroker({
    port,
    maxServerVersion: 193,
    maxReqPerSec: 1e9,
    ringCapacity: 65_536,
  });
  const stream = new IBKRDataStream(broker, {
    profile: "ultra-low-latency",
    lines: symbols,
    silenceMs: 0,
  });
  const here = new Checked();
  const handle = stream.share({ tapeSlots });
  // All of its memory is in use from the beginning, so that what grows is something else.
  handle.directory.tape.handle.memory.fill(0);
  const status = new Int32Array(new SharedArrayBuffer(workers * STATUS.words * 4));
  const control = new Int32Array(new SharedArrayBuffer(4));
  let brakedMs = 0;
  stream.onBatch((batch) => {
    here.take(batch);
    // A feed that the machine has held up sends what it owes as fast as it can, and readers have to have cores: where they
    // do not follow, this thread stops, and so the feed when the ring is full.
    for (let slot = 0; slot < witnesses; slot++)
      while (here.messages - Atomics.load(status, slot * STATUS.words + STATUS.messages) > tapeSlots / 4) {
        Atomics.wait(control, 0, 0, 1);
        brakedMs++;
      }
  });
  const before = held();
  const died = { terminate: 0, exit: 0, throw: 0 };
  let lostByVictims = 0;
  let wrong;
  const start = (slot, how) => {
    Atomics.store(status, slot * STATUS.words, 0);
    const worker = new Worker(__filename, { workerData: { handle, how, slot, status, control } });
    const gone = new Promise((resolve) => {
      worker.on("error", (error) => {
        if (how.dies !== "throw" || error.message !== "it dies") wrong ??= error;
      });
      worker.on("exit", resolve);
    });
    return { worker, gone };
  };

  // Those that live to the end, and have attached before the first tick.
  const living = [];
  for (let slot = 0; slot < witnesses; slot++) {
    const one = start(slot, { reads: slot % 2 === 0 ? "events" : "loop", dies: "never", after: Infinity });
    await new Promise((resolve, reject) => one.worker.once("message", resolve).once("error", reject));
    one.result = new Promise((resolve) => one.worker.once("message", resolve));
    living.push(one);
  }
  for (let i = 0; i < symbols; i++)
    stream.subscribe({ symbol: `S${i}`, secType: "STK", exchange: "SMART", currency: "USD" });
  while (here.messages === 0) await sleep(5);
  const began = performance.now();

  // The others: one dies, the next one takes its place.
  let left = kills;
  const marks = [];
  const victims = Array.from({ length: workers - witnesses }, async (_, i) => {
    const slot = witnesses + i;
    while (left > 0 && wrong === undefined) {
      left--;
      if (left === Math.floor(kills * 0.7) || left === 0) marks.push(process.memoryUsage.rss());
      const how = { reads: READS[below(3)], dies: WAYS[below(3)], after: 1 + below((lifeMs / 1000) * rate) };
      const { worker, gone } = start(slot, how);
      if (how.dies === "terminate") {
        const wait = below(lifeMs);
        await Promise.race([sleep(wait), gone]);
        await worker.terminate();
      } else {
        await gone;
      }
      died[how.dies]++;
      lostByVictims += Atomics.load(status, slot * STATUS.words + STATUS.lost);
    }
  });
  await Promise.all(victims);
  const seconds = (performance.now() - began) / 1000;
  await broker.close();
  Atomics.store(control, 0, 1);
  const results = await Promise.all(living.map(({ result }) => result));
  await Promise.all(living.map(({ gone }) => gone));
  await stream.close();
  await sleep(100);
  const after = { ...held(), rss: process.memoryUsage.rss() };
  const [first, last] = marks;
  console.log(
    JSON.stringify({
      seed,
      died,
      seconds: Math.round(seconds * 10) / 10,
      messages: here.messages,
      perSecond: Math.round(here.messages / seconds),
      witnesses: results.map(({ messages, lost, hashes }) => ({
        messages,
        lost,
        // Behind the close some messages are on the tape that did not come to the stream's own handlers.
        isEqual: messages >= here.messages && here.hashes.every((hash, n) => hash === hashes[n]),
      })),
      checked: here.hashes.length,
      lostByVictims,
      brakedMs,
      threads: [before.threads, after.threads],
      descriptors: [before.descriptors, after.descriptors],
      rssMb: [first, last, after.rss].map((n) => Math.round(n / 1048576)),
      wrong: wrong === undefined ? undefined : String(wrong.stack),
    }),
  );
  process.exit(0);
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** mulberry32, as in test/support/seeded-random.ts. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
  };
}
