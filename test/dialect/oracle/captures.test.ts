import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { capturedFrames } from "../../support/captures.js";

/** The expected values are themselves input to other tests: here they are held against the captured bytes. */

const FIXTURES = join(__dirname, "..", "..", "fixtures");
const CAPTURES = join(FIXTURES, "captures");

const HOT_IDS = new Set([1, 2, 3, 12, 13, 21, 45, 46, 50, 99]);
const COLD_SERVER_IDS = new Set([4, 9, 15, 49, 57, 58, 81]);
const COLD_CLIENT_IDS = new Set([1, 2, 49, 59, 71]);

interface ExpectedDouble {
  double: number;
  bytes: string;
}
interface Fields {
  [name: string]: string | number | boolean | ExpectedDouble | Fields;
}
interface ExpectedFrame {
  file: string;
  line: number;
  side: string;
  serverVersion: number;
  frame: string;
  hex: string;
  messageId: number;
  encoding: string;
  expected: Fields;
  absent: string[];
  reading?: string[];
}
function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T;
}

function baseId(frame: Buffer): number {
  const rawId = frame.readUInt32BE(4);
  return rawId > 200 ? rawId - 200 : rawId;
}

function isDouble(value: Fields[string]): value is ExpectedDouble {
  return typeof value === "object" && "bytes" in value;
}

function doublesOf(fields: Fields): ExpectedDouble[] {
  return Object.values(fields).flatMap((value) =>
    isDouble(value) ? [value] : typeof value === "object" ? doublesOf(value) : [],
  );
}

function stringsOf(fields: Fields): string[] {
  return Object.values(fields).flatMap((value) =>
    typeof value === "string"
      ? [value]
      : typeof value === "object" && !isDouble(value)
        ? stringsOf(value)
        : [],
  );
}

const frames = capturedFrames();
const hot = readJson<ExpectedFrame[]>(join(CAPTURES, "hot-expected.json"));
const cold = readJson<ExpectedFrame[]>(join(CAPTURES, "cold-expected.json"));
const documented = readJson<Partial<ExpectedFrame>[]>(join(FIXTURES, "documented-frames.json"));

function place(frame: { file: string; line: number }): string {
  return `${frame.file}:${frame.line}`;
}

describe("expected values of the captures", () => {
  test("have every hot frame, and only those", () => {
    const wanted = frames.filter((f) => f.side === "server" && HOT_IDS.has(baseId(f.frame)));
    expect(hot.map(place)).toEqual(wanted.map(place));
    expect(hot.length).toBe(21);
  });

  test("have every cold frame of a market-data conversation", () => {
    const wanted = frames.filter((f) =>
      (f.side === "server" ? COLD_SERVER_IDS : COLD_CLIENT_IDS).has(baseId(f.frame)),
    );
    expect(cold.map(place)).toEqual(wanted.map(place));
    expect(cold.length).toBe(74);
  });

  test("carry the bytes, ids and server versions of the captures", () => {
    const captured = new Map(frames.map((f) => [place(f), f]));
    for (const entry of [...hot, ...cold]) {
      const source = captured.get(place(entry))!;
      expect(entry.frame, place(entry)).toBe(source.frame.toString("hex"));
      expect(entry.hex, place(entry)).toBe(source.frame.subarray(4).toString("hex"));
      expect(entry.messageId, place(entry)).toBe(baseId(source.frame));
      expect(entry.serverVersion, place(entry)).toBe(source.serverVersion);
      expect(entry.side, place(entry)).toBe(source.side);
      expect(entry.encoding, place(entry)).toBe(source.frame.readUInt32BE(4) > 200 ? "protobuf" : "text");
    }
  });

  test("give each double as its bytes and as the same number, and those bytes stand in the frame", () => {
    let checked = 0;
    for (const entry of [...hot, ...cold, ...documented]) {
      for (const value of doublesOf(entry.expected ?? {})) {
        expect(Buffer.from(value.bytes, "hex").readDoubleLE()).toBe(value.double);
        if (entry.encoding === "protobuf") expect(entry.hex).toContain(value.bytes);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(25);
  });

  test("name strings that stand in the frame, and fields once: present or absent", () => {
    for (const entry of [...hot, ...cold]) {
      for (const value of stringsOf(entry.expected)) {
        expect(entry.hex, place(entry)).toContain(Buffer.from(value, "utf8").toString("hex"));
      }
      for (const name of entry.absent) expect(entry.expected, place(entry)).not.toHaveProperty(name);
    }
  });

  test("are read by hand for at least 12 hot frames, byte for byte", () => {
    const read = hot.filter((entry) => entry.reading);
    expect(read.length).toBeGreaterThanOrEqual(12);
    for (const entry of [...hot, ...cold, ...documented]) {
      if (!entry.reading) continue;
      const bytes = entry.reading.map((step) => step.split("  ")[0].replaceAll(" ", "")).join("");
      expect(bytes).toBe(entry.hex);
    }
  });
});
