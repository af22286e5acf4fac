import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../src/native/load.js";
import { testSeed } from "../support/seeded-random.js";

/** `npm run campaign -- workers --seeds N`: each seed kills 125 of ten workers at 500,000 ticks/s. */
const CAMPAIGN = process.env["CAMPAIGN_SEEDS"];
const SEEDS = Number(CAMPAIGN ?? 1);
const SIZE =
  CAMPAIGN === undefined
    ? { workers: 5, kills: 12, lifeMs: 300, rate: 20_000, seconds: 100 }
    : // To start a worker costs some 50 ms of a core: who lives shorter leaves none for those that read.
      { workers: 10, kills: 125, lifeMs: 2000, rate: 500_000, seconds: 149 };
const SYMBOLS = 500;
const WITNESSES = 2;
/** Many seconds of messages at either rate: nobody loses any, however busy the machine is. */
const TAPE_SLOTS = CAMPAIGN === undefined ? 2 ** 20 : 2 ** 22;
/** What the system and the allocator keep; one reader's memory for each of the dead would be more. */
const MOST_GROWTH_MB = 100;

const run = promisify(execFile);
const first = testSeed("dying workers", 1);
/** Why the feed cannot be made here; undefined where it can. */
function hindrance(): string | undefined {
  if (process.platform !== "linux") return `the feed is for Linux, this is ${process.platform}`;
  const compiler = process.env["CXX"] || "g++";
  if (spawnSync(compiler, ["--version"]).error) return `${compiler} is not installed`;
  return undefined;
}
const reason = hindrance();
if (reason !== undefined) console.log(`no dying workers: ${reason}`);

let program: string;
let feed: ChildProcess | undefined;

beforeAll(async () => {
  if (reason !== undefined) return;
  const { nativeProgram } = await import(pathToFileURL(join(packageRoot, "bench/lib/native.mjs")).href);
  program = nativeProgram("feed");
}, 120_000);
afterAll(() => {
  feed?.kill();
});

async function startFeed(): Promise<number> {
  const options = { mode: "stream", version: 193, symbols: SYMBOLS, rate: SIZE.rate, quantum: 1000 };
  const args = Object.entries({ ...options, ticks: SIZE.rate * SIZE.seconds });
  feed = spawn(
    program,
    args.flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = await once(createInterface({ input: feed.stdout as NodeJS.ReadableStream }), "line");
  return JSON.parse(line).port;
}

test.skipIf(reason !== undefined).each(Array.from({ length: SEEDS }, (_, n) => first + n))(
  "workers that die disturb neither the stream nor each other (seed %i)",
  async (seed) => {
    const port = await startFeed();
    const { workers, kills, lifeMs, rate } = SIZE;
    const given = {
      port,
      rate,
      seed,
      symbols: SYMBOLS,
      workers,
      witnesses: WITNESSES,
      kills,
      lifeMs,
      tapeSlots: TAPE_SLOTS,
    };
    const { stdout } = await run(process.execPath, [join(__dirname, "deaths.cjs"), JSON.stringify(given)]);
    feed?.kill();
    console.log(stdout.trim());
    const { died, witnesses, checked, lostByVictims, messages, wrong, threads, descriptors, rssMb } =
      JSON.parse(stdout);
    expect(wrong).toBeUndefined();
    expect(died.terminate + died.exit + died.throw).toBe(kills);
    expect(messages).toBeGreaterThan(0);
    expect(witnesses).toHaveLength(WITNESSES);
    for (const { isEqual, lost } of witnesses) {
      expect(isEqual).toBe(true);
      expect(lost).toBe(0);
    }
    if (CAMPAIGN !== undefined) expect(checked).toBeGreaterThan(100);
    expect(lostByVictims).toBe(0);
    for (const [before, after] of [threads, descriptors]) expect(after).toBeLessThanOrEqual(before);
    expect(rssMb[2] - rssMb[0]).toBeLessThan(MOST_GROWTH_MB);
  },
  180_000,
);
