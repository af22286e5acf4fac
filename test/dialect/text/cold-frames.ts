import type { ResponseName } from "../../../src/sim/model/responses.js";
import { TextDialect as SimulatedDialect } from "../../../src/sim/wire/dialect.js";
import { SAMPLES } from "../../sim/wire/samples.js";
import { fieldsOf } from "../../support/frames.js";
import type { SeededRandom } from "../../support/seeded-random.js";

/** Versions on both sides of what changes in cold messages. */
export const VERSIONS = [100, 102, 110, 124, 145, 157, 166, 177, 186, 193];
/** The simulated gateway knows the layouts from here on. */
const OLDEST_SAMPLES = 157;
/** Messages decoded by the core; as cold frames some of them say nothing. */
const HOT_IDS: ReadonlySet<string> = new Set(["1", "2", "3", "12", "13", "21", "45", "46", "50", "99"]);

export interface ColdFrame {
  readonly name: string;
  readonly fields: readonly string[];
}

/** One valid frame of every cold message, of a server version or the oldest known one. */
export function coldFrames(serverVersion: number): ColdFrame[] {
  const dialect = new SimulatedDialect(Math.max(OLDEST_SAMPLES, serverVersion));
  return (Object.keys(SAMPLES) as ResponseName[]).flatMap((name) => {
    const frame = dialect.encode(name, SAMPLES[name] as never);
    if (frame === undefined) return [];
    const fields = fieldsOf(frame.subarray(4));
    return HOT_IDS.has(fields[0]) ? [] : [{ name, fields }];
  });
}

const ODD_FIELDS = [
  "",
  "-1",
  "0",
  "1",
  "2",
  "3",
  "100",
  "65536",
  "65537",
  "1000000",
  "33000000",
  "33554432",
  "33554433",
  "2147483647",
  "-2147483648",
  "4294967295",
  "4294967296",
  "1e9",
  "0x7fffffff",
  "NaN",
  "Infinity",
  "1.7976931348623157E308",
  "9".repeat(400),
  "abc",
  "12abc",
  "{",
  "null",
  "PEG BENCH",
  "\\u0041",
  "\\u005cu005cu0041",
  "\\u",
  "\ufffd",
  "x".repeat(5000),
];

/** A frame with one to six things wrong. Never of a message that the core decodes. */
export function mutate(frame: ColdFrame, all: readonly ColdFrame[], random: SeededRandom): Buffer {
  let fields = [...frame.fields];
  for (let i = random.int(1, 6); i > 0; i--) {
    const at = random.below(fields.length);
    switch (random.below(8)) {
      case 0:
      case 1:
      case 2:
        fields[at] = random.pick(ODD_FIELDS);
        break;
      case 3:
        fields.splice(at, random.int(1, 3));
        break;
      case 4:
        fields.splice(at, 0, random.pick(ODD_FIELDS));
        break;
      case 5:
        fields.splice(at, 0, ...fields.slice(at, at + random.int(1, 20)));
        break;
      case 6:
        fields[0] = random.pick(all).fields[0];
        break;
      case 7:
        fields = fields.slice(0, random.int(1, fields.length));
        break;
    }
    if (fields.length === 0) fields = [frame.fields[0]];
  }
  if (HOT_IDS.has(String(Number.parseInt(fields[0], 10)))) fields[0] = frame.fields[0];
  const bytes = Buffer.from(fields.map((field) => `${field}\0`).join(""), "utf8");
  // Behind the id, which is to stay cold.
  if (random.chance(0.1) && bytes.length > 5) bytes[random.int(5, bytes.length - 1)] = random.below(256);
  return random.chance(0.05) ? bytes.subarray(0, random.int(1, bytes.length)) : bytes;
}
