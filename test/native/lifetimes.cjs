// Connects and drops, again and again, and prints what is left: one JSON line; needs dist/.
// usage: node lifetimes.cjs ROUNDS MODE main|worker
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");
const { isMainThread, Worker } = require("node:worker_threads");
const { IBApi, EventName } = require(path.join(__dirname, "../../dist/index.js"));

const [rounds, readMode, where] = [Number(process.argv[2]), process.argv[3], process.argv[4]];

v8.setFlagsFromString("--expose-gc");
const gc = vm.runInNewContext("gc");

async function once(ib, event) {
  return new Promise((resolve) => ib.once(event, resolve));
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

/** One connection from beginning to end, of an API object of its own unless one is given. */
async function one(port, reused) {
  const ib = reused ?? new IBApi({ port, readMode, ringCapacity: 4096 });
  const ready = once(ib, EventName.nextValidId);
  ib.connect();
  await ready;
  const gone = once(ib, EventName.disconnected);
  ib.disconnect();
  await gone;
  return new WeakRef(ib);
}

async function main() {
  const gateway = new Worker(path.join(__dirname, "worker-gateway.cjs"), { workerData: { greetAfterMs: 0 } });
  const port = await new Promise((resolve) => gateway.once("message", resolve));
  const refs = [];
  const reused = new IBApi({ port, readMode, ringCapacity: 4096 });
  const run = async (count) => {
    for (let i = 0; i < count; i++) {
      refs.push(await one(port));
      await one(port, reused);
      if (i % 50 === 49) {
        await settle();
        gc();
      }
    }
    await settle();
    gc();
    await settle();
    gc();
  };
  await run(Math.ceil(rounds / 5)); // pools and caches fill
  const before = process.memoryUsage();
  await run(rounds);
  const after = process.memoryUsage();
  await gateway.terminate();
  console.log(
    JSON.stringify({
      alive: refs.filter((ref) => ref.deref() !== undefined).length,
      dropped: refs.length,
      rssGrowthMb: (after.rss - before.rss) / 1048576,
      externalGrowthMb:
        (after.external + after.arrayBuffers - before.external - before.arrayBuffers) / 1048576,
    }),
  );
}

if (isMainThread && where === "worker") new Worker(__filename, { argv: process.argv.slice(2) });
else main();
