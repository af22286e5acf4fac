import { SeededRandom } from "../../support/seeded-random.js";
import { payloadOf, type TextFrame, type TextFrameOptions, textFrames } from "./text-frames.js";

/** Good text frames with one thing wrong. What stock does with each kind stands at the kind. */

export type MalformedKind =
  /** Whole fields missing at the end. Stock: an "Underrun error", no event. */
  | "truncated"
  /** Cut somewhere before the last zero byte. Stock: the same (and the cut field leaks into its next message). */
  | "unterminated"
  /**
   * A number field that is no number, or only starts as one. Stock: NaN, or the number it starts as; no error, unless
   * the layout depends on that field.
   */
  | "garbage-number"
  /** NaN, Infinity or hundreds of digits in a number field. Stock: as garbage-number. */
  | "odd-number"
  /** Fields after the last one. Stock: the event, and an "unprocessed data" error before it. */
  | "extra-fields"
  /** Bytes in a string field that are not UTF-8. Stock: no error; U+FFFD in their place. */
  | "invalid-utf8"
  /** No byte at all, or only the message id. Stock: an "Underrun error". */
  | "empty"
  /** A message id that no hot message has. Stock: an error. */
  | "unknown-id";

export const MALFORMED_KINDS: readonly MalformedKind[] = [
  "truncated",
  "unterminated",
  "garbage-number",
  "odd-number",
  "extra-fields",
  "invalid-utf8",
  "empty",
  "unknown-id",
];

export interface MalformedFrame {
  serverVersion: number;
  kind: MalformedKind;
  /** What was done, for messages of failing tests. */
  detail: string;
  /** The good frame it was made of. */
  good: TextFrame;
  payload: Buffer;
}

const GARBAGE = [
  "abc",
  "12abc",
  "1.2.3",
  "--5",
  "-",
  "+",
  ".",
  "e5",
  "1e",
  "0x1F",
  " ",
  " 12",
  "12 ",
  "1 2",
  "١٢",
  "∞",
  "null",
];
const ODD_NUMBERS = [
  "NaN",
  "nan",
  "Infinity",
  "-Infinity",
  "inf",
  "+7",
  "9".repeat(309),
  `0.${"0".repeat(400)}1`,
  "7".repeat(5_000),
];
const BROKEN_UTF8 = ["ff", "c3", "c328", "e282", "eda080", "f4908080", "80", "61ff62", "f09f9a"];

type Breakage = Pick<MalformedFrame, "detail" | "payload">;

/** The fields that hold numbers, as indices into the frame's fields (0 is the message id). */
function numberFields(good: TextFrame): number[] {
  return good.layout.fields.flatMap((f, i) => (f.kind === "string" ? [] : [i + 1]));
}

function withField(good: TextFrame, index: number, text: string): Breakage {
  const name = good.layout.fields[index - 1].name;
  const shown = text.length > 40 ? `${text.slice(0, 40)}… (${text.length} characters)` : text;
  return { detail: `${name} is ${JSON.stringify(shown)}`, payload: payloadOf(good.fields.with(index, text)) };
}

function breakFrame(good: TextFrame, kind: MalformedKind, random: SeededRandom): Breakage | undefined {
  switch (kind) {
    case "truncated": {
      const kept = random.int(1, good.fields.length - 1);
      return {
        detail: `first ${kept} of ${good.fields.length} fields`,
        payload: payloadOf(good.fields.slice(0, kept)),
      };
    }
    case "unterminated": {
      // A cut right behind a zero byte would be "truncated": such a cut is moved back into the field.
      let end = random.int(1, good.payload.length - 1);
      while (good.payload[end - 1] === 0) end--;
      return {
        detail: `first ${end} of ${good.payload.length} bytes`,
        payload: good.payload.subarray(0, end),
      };
    }
    case "garbage-number":
      return withField(good, random.pick(numberFields(good)), random.pick(GARBAGE));
    case "odd-number":
      return withField(good, random.pick(numberFields(good)), random.pick(ODD_NUMBERS));
    case "extra-fields": {
      const extra = Array.from({ length: random.int(1, 3) }, () =>
        random.pick(["", "0", "1.5", "x", "日本"]),
      );
      return {
        detail: `${JSON.stringify(extra)} at the end`,
        payload: payloadOf([...good.fields, ...extra]),
      };
    }
    case "invalid-utf8": {
      const index = good.layout.fields.findIndex((f) => f.kind === "string") + 1;
      if (index === 0) return undefined;
      const bytes = random.pick(BROKEN_UTF8);
      const [before, after] = [good.fields.slice(0, index), good.fields.slice(index + 1)].map(payloadOf);
      const payload = Buffer.concat([before, Buffer.from(bytes, "hex"), Buffer.of(0), after]);
      return { detail: `${good.layout.fields[index - 1].name} is the bytes ${bytes}`, payload };
    }
    case "empty": {
      const payload = random.pick([Buffer.alloc(0), Buffer.of(0), payloadOf(good.fields.slice(0, 1))]);
      return { detail: `payload ${payload.toString("hex") || "of no bytes"}`, payload };
    }
    case "unknown-id": {
      const id = random.pick(["abc", "-1", "99999", "0", "1000000000000"]);
      return { detail: `message id ${id}`, payload: payloadOf(good.fields.with(0, id)) };
    }
  }
}

/** Malformed frames: of each good frame of `textFrames(options)` one per kind (invalid-utf8 only where it has a string). */
export function malformedFrames(
  options: TextFrameOptions,
  kinds: readonly MalformedKind[] = MALFORMED_KINDS,
): MalformedFrame[] {
  // Another stream of numbers than the good frames': adding a kind does not change them.
  const random = new SeededRandom((options.seed ^ 0x5eed) >>> 0);
  const frames: MalformedFrame[] = [];
  for (const good of textFrames(options)) {
    for (const kind of kinds) {
      const broken = breakFrame(good, kind, random);
      if (broken) frames.push({ serverVersion: good.serverVersion, kind, good, ...broken });
    }
  }
  return frames;
}
