import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { passedOver } from "../../../src/dialect/text/passed-over.js";
import { TextDialect } from "../../../src/dialect/text/text-dialect.js";
import { IBKRError } from "../../../src/index.js";
import { longestArray } from "../../support/array-lengths.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";
import { decodeWithStock } from "../../support/stock-decoder.js";
import { coldFrames, mutate, VERSIONS } from "./cold-frames.js";

/** `npm run campaign -- cold-text --seeds N` runs many. */
const SEEDS = Number(process.env["CAMPAIGN_SEEDS"] ?? 1);
const FRAMES_PER_SEED = 20_000;
/** Elements that one frame of a few hundred bytes may have room made for. More than 2^25 are a sparse array. */
const MOST_ELEMENTS = 65_537;
const LARGEST_DENSE_ARRAY = 2 ** 25;
const LONGEST_ERROR = 4096;
/** Mended here: see text-decoder.ts. */
const MENDED_IDS: ReadonlySet<number> = new Set([4, 81]);

interface Outcome {
  readonly events: unknown[][];
  readonly errors: number;
}

function bench(serverVersion: number) {
  let outcome: { events: unknown[][]; errors: number } = { events: [], errors: 0 };
  const dialect = new TextDialect({
    serverVersion,
    emitEvent: (name, ...args) => outcome.events.push([name, ...args]),
    emitError: (error, code, id, reject) => {
      outcome.events.push(["error", error, code, id, reject]);
      if (!(error instanceof IBKRError)) return;
      outcome.errors++;
      if (error.message.length > LONGEST_ERROR)
        throw new Error(`an error of ${error.message.length} characters`);
    },
    emitInfo: (message, code) => outcome.events.push(["info", message, code]),
  });
  return (payload: Buffer): Outcome => {
    outcome = { events: [], errors: 0 };
    const id = Number.parseInt(payload.toString("latin1", 0, 12), 10);
    dialect.receive(id, false, payload);
    return outcome;
  };
}

/** The payload as stock would read it right, and our event without the member that stock has not. */
function withoutPassedOver(payload: Buffer, { events }: Outcome, serverVersion: number): Buffer {
  const text = payload.toString("utf8");
  const extra = passedOver(Number.parseInt(text, 10), serverVersion);
  if (extra === undefined) return payload;
  const shown = events[0][1 + extra.argument] as Record<string, unknown>;
  // A message of an older version of its own may end before that field.
  if (shown[extra.member] === undefined) return payload;
  const fields = text.split("\0");
  const [value] = fields.splice(extra.at, 1);
  expect(shown[extra.member]).toBe(value);
  delete shown[extra.member];
  return Buffer.from(fields.join("\0"));
}

test("whatever a cold text frame holds, it is events or an error: nothing is thrown, nothing large is allocated", {
  timeout: 20_000 + SEEDS * 20_000,
}, () => {
  const first = testSeed("mutated cold text frames", 9);
  const counts = { frames: 0, withErrors: 0, comparedWithStock: 0 };
  const seen = new Set<string>();
  for (let seed = first; seed < first + SEEDS; seed++) {
    const random = new SeededRandom(seed >>> 0);
    const versions = VERSIONS.map((version) => ({
      version,
      frames: coldFrames(version),
      receive: bench(version),
    }));
    for (let i = 0; i < FRAMES_PER_SEED; i++) {
      const { version, frames, receive } = random.pick(versions);
      const frame = random.pick(frames);
      const payload = mutate(frame, frames, random);
      const where = `seed ${seed}, frame ${i}, version ${version}, ${frame.name}: ${payload.toString("hex", 0, 2000)}`;
      let outcome: Outcome = { events: [], errors: 0 };
      let longest = 0;
      try {
        longest = longestArray(() => {
          outcome = receive(payload);
        });
      } catch (error) {
        throw new Error(`thrown at ${where}`, { cause: error });
      }
      if (longest > MOST_ELEMENTS && longest <= LARGEST_DENSE_ARRAY) {
        throw new Error(`an array of ${longest} elements at ${where}`);
      }
      if (outcome.events.length === 0) throw new Error(`nothing came of ${where}`);
      seen.add(frame.name);
      counts.frames++;
      if (outcome.errors > 0) counts.withErrors++;
      else if (!MENDED_IDS.has(Number.parseInt(payload.toString("latin1", 0, 12), 10))) {
        counts.comparedWithStock++;
        const stock = decodeWithStock(version, [withoutPassedOver(payload, outcome, version)]);
        if (!isDeepStrictEqual(outcome.events, stock)) {
          expect(outcome.events, where).toEqual(stock);
        }
      }
    }
  }
  console.log(`${JSON.stringify(counts)}, ${seen.size} messages`);
  expect(counts.frames).toBe(SEEDS * FRAMES_PER_SEED);
  expect(counts.withErrors).toBeGreaterThan(counts.frames / 10);
  expect(counts.comparedWithStock).toBeGreaterThan(counts.frames / 20);
  expect(seen.size).toBeGreaterThan(50);
});
