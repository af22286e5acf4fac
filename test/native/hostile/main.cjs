// A hostile gateway against the addon in Node, in every read mode, for a while. Meant for an addon that was built with
// sanitizers (native/tools/run-node-asan.sh), which end the process at their first finding. Needs dist/.
// usage: node --expose-gc main.cjs [--seconds N] [--seed N] [--note FILE]; a round's seed, given as --seed, draws the same
// round again. FILE says which round runs: a sanitizer that ends the process lets nobody speak.
const fs = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { isMainThread, parentPort, Worker, workerData } = require("node:worker_threads");
const { Random } = require("./random.cjs");
const { IBApi, round, tally } = require("./client.cjs");
const { held } = require("../held.cjs");

const MODES = ["loop", "spin", "thread"];
const ROUND_MS = 250;
/** No round takes nearly as long: one that does hangs. */
const MOST_ROUND_MS = 60_000;

function number(name, text, least, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  console.error(`hostile: --${name} is ${text} (allowed: a whole number from ${least} to ${most})`);
  process.exit(2);
}

/** A round in a worker that is terminated at any moment, or lives to its end. */
async function inWorker(port, readMode, random) {
  const worker = new Worker(__filename, { workerData: { port, readMode, seed: random.below(2 ** 31) } });
  const failed = new Promise((_, reject) => worker.once("error", reject));
  const seen = new Promise((resolve) => worker.once("message", resolve));
  const over = new Promise((resolve) => worker.once("exit", resolve));
  const moment = new Promise((resolve) => setTimeout(resolve, random.below(3 * ROUND_MS)));
  const result = await Promise.race([failed, seen, moment.then(() => undefined)]);
  await worker.terminate();
  await Promise.race([over, failed]);
  return result ?? tally();
}

async function main() {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      note: { type: "string" },
    },
  });
  const seconds = number("seconds", values.seconds, 1, 1_000_000);
  const first = number("seed", values.seed, 0, 2 ** 31);
  new IBApi(); // loads it
  const addon = Object.keys(require.cache).find((file) => file.endsWith(".node"));
  console.log(
    `hostile gateway: seed ${first}, ${seconds} s, ${addon && path.relative(process.cwd(), addon)}`,
  );

  const gateway = new Worker(path.join(__dirname, "server.cjs"));
  const totals = Object.fromEntries(MODES.map((mode) => [mode, { rounds: 0, workers: 0, ...tally() }]));
  let seed = first;
  let watch;
  const one = async () => {
    const random = new Random(seed);
    const mode = MODES[seed % MODES.length];
    const elsewhere = random.oneIn(3);
    const what = `round of seed ${seed}, ${mode}${elsewhere ? ", in a worker" : ""}`;
    clearTimeout(watch);
    watch = setTimeout(() => {
      console.error(`hostile: ${what} hangs`);
      process.exit(3);
    }, MOST_ROUND_MS);
    if (values.note !== undefined) fs.writeFileSync(values.note, `${what}\n`);
    gateway.postMessage({ seed });
    const port = await new Promise((resolve) => gateway.once("message", resolve));
    try {
      const seen = await (elsewhere ? inWorker(port, mode, random) : round(port, mode, random, ROUND_MS));
      const total = totals[mode];
      total.rounds++;
      total.workers += elsewhere ? 1 : 0;
      for (const [key, value] of Object.entries(seen)) total[key] += value;
    } catch (error) {
      console.error(`hostile: ${what} failed`);
      throw error;
    }
    if (seed % 7 === 0) globalThis.gc?.();
    seed++;
  };
  const until = Date.now() + seconds * 1000;
  for (const _ of MODES) await one(); // what stays after the first of each (pools, caches) is no leak
  const settle = () => new Promise((resolve) => setTimeout(resolve, 300));
  await settle();
  const before = held();
  while (Date.now() < until) await one();
  await settle();
  const after = held();
  clearTimeout(watch);
  gateway.postMessage({ stop: true });
  console.table(totals);
  console.log(`held before and after: ${JSON.stringify([before, after])}`);
  // A run in which nothing happened shows nothing.
  for (const [mode, seen] of Object.entries(totals)) {
    for (const key of ["connections", "ticks", "orders", "ends", "errors"]) {
      if (seen[key] === 0) throw new Error(`read mode ${mode}: no ${key} in ${seen.rounds} rounds`);
    }
  }
  if (after.threads > before.threads + 2) throw new Error("threads are left over");
  if (after.descriptors > before.descriptors + 10) throw new Error("descriptors are left over");
}

if (isMainThread) main();
else {
  round(workerData.port, workerData.readMode, new Random(workerData.seed), ROUND_MS).then((seen) =>
    parentPort.postMessage(seen),
  );
}
