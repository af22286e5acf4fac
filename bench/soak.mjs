// Ticks for minutes: does the memory of a data stream stay as it is? docs/benchmark.md says how to read it.

import { parseArgs } from "node:util";
import { runEntry } from "./lib/run-entry.mjs";
import { verifyStream } from "./lib/stream-metrics.mjs";

const CLIENTS = ["stream", "stream-rival"];
const MODES = ["thread", "loop"];
const SYMBOLS = 500;
/** Below that compiled code and buffers still grow: the counters are judged, memory is not. */
const JUDGED_FROM = 10_000_000;
/** How much the resident set may grow between the beginning and the end, after a collection at both. */
const RSS_SHARE = 0.02;
/** What a heap differs by from one collection to the next, whatever the number of ticks. */
const HEAP_NOISE = 64 * 1024;
const MOST_WARMUP_MILLIS = 30_000;

const USAGE = `node bench/soak.mjs [options]
  --ticks N      100,000 to 300,000,000 (default 100,000,000)
  --rate N       ticks per second, 10,000 to 1,000,000 (default 700,000)
  --mode MODE    ${MODES.join(" or ")} (default thread)
  --conflate MS  0 for every tick, to 60,000 (default 0)
  --client NAME  ${CLIENTS.join(" or ")} (default stream)
  --help`;

class UsageError extends Error {}

function whole(values, name, fallback, low, high) {
  const value = values[name] === undefined ? fallback : Number(values[name]);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new UsageError(
      `--${name} is "${values[name]}"; allowed: a whole number from ${low.toLocaleString("en")} to ${high.toLocaleString("en")}`,
    );
  return value;
}

function choice(values, name, allowed) {
  const value = values[name] ?? allowed[0];
  if (!allowed.includes(value))
    throw new UsageError(`--${name} is "${value}"; allowed: ${allowed.join(", ")}`);
  return value;
}

function options() {
  let values;
  try {
    const text = { type: "string" };
    ({ values } = parseArgs({
      options: {
        ticks: text,
        rate: text,
        mode: text,
        conflate: text,
        client: text,
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  return {
    help: values.help,
    ticks: whole(values, "ticks", 100_000_000, 100_000, 300_000_000),
    rate: whole(values, "rate", 700_000, 10_000, 1_000_000),
    conflateMs: whole(values, "conflate", 0, 0, 60_000),
    readMode: choice(values, "mode", MODES),
    client: choice(values, "client", CLIENTS),
  };
}

const percent = (share) => `${(share * 100).toFixed(2)} %`;
const mebibytes = (value) => `${value.toFixed(2)} MiB`;

/** The verdicts of a run: [{ what, value, met }]; `met` is undefined for what the run was too short for. */
function judge({ client, lost }, ticks) {
  const judged = ticks >= JUDGED_FROM;
  const rss = client.rssAfterMiB / client.rssBeforeMiB - 1; // pages given back are no fault
  const heap = client.heapAfter - client.heapBefore;
  return [
    { what: "ticks lost", value: `${lost}`, met: lost === 0 },
    {
      what: `RSS, ${mebibytes(client.rssBeforeMiB)} to ${mebibytes(client.rssAfterMiB)} (at most ${mebibytes(client.rssMaxMiB)})`,
      value: percent(rss),
      met: judged ? rss <= RSS_SHARE : undefined,
    },
    {
      what: "JS heap after collections, growth in bytes",
      value: `${heap}`,
      met: judged ? heap <= HEAP_NOISE : undefined,
    },
  ];
}

const MARK = new Map([
  [true, "pass"],
  [false, "FALLS SHORT"],
  [undefined, "not judged: too short a run"],
]);

async function soak({ ticks, rate, conflateMs, readMode, client }) {
  const millis = Math.ceil((ticks / rate) * 1000);
  const soakCase = {
    plan: () => ({
      timeoutMillis: 2 * millis + 60_000,
      feed: { mode: "stream", version: 193, symbols: SYMBOLS, ticks, rate, quantum: 1000 },
      client: {
        scenario: "soak",
        maxServerVersion: 193,
        symbols: SYMBOLS,
        connections: 1,
        ticks,
        rate,
        conflateMs,
        readMode,
        profile: "ultra-low-latency",
        filter: { priceMin: 1, minSize: 1 },
        warmupMillis: Math.min(MOST_WARMUP_MILLIS, millis / 5),
      },
    }),
    metrics: (measured, feed, _entry, plan) => ({
      client: measured,
      feed,
      lost: verifyStream(measured, feed, plan.client),
    }),
  };
  console.log(
    `${ticks.toLocaleString("en")} ticks of ${SYMBOLS} symbols at ${rate.toLocaleString("en")}/s: ${(millis / 1000).toFixed(0)} s`,
  );
  const result = await runEntry(soakCase, { client, nodeFlags: ["--expose-gc"], spec: {} }, {});
  const verdicts = judge(result, ticks);
  for (const { what, value, met } of verdicts) console.log(`${what}: ${value}  ${MARK.get(met)}`);
  return verdicts.every(({ met }) => met !== false);
}

try {
  const chosen = options();
  if (chosen.help) console.log(USAGE);
  else if (!(await soak(chosen))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.stack);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
