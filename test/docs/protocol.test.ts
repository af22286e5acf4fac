import { describe, expect, test } from "vitest";
import { INCOMING, type MessageEntry, OUTGOING } from "../../src/protocol/messages.js";
import { SCHEMA } from "../../src/protocol/schema.js";
import { SV } from "../../src/sim/wire/server-version.js";
import { codeOf, proseOf, read, sourcesBelow } from "./pages.js";

const PAGE = "docs/protocol.md";

/** The rows of section 4: version, what the client sends, what the gateway sends. */
const rows = proseOf(PAGE)
  .split("\n")
  .filter((line) => /^\| (?:2\d\d|never) \|/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => /[A-Z_]+ \d+/.test(`${cells[2]} ${cells[3]}`));

function documented(column: 2 | 3): Record<string, MessageEntry["since"] | string> {
  const out: Record<string, number | undefined> = {};
  for (const cells of rows) {
    const since = cells[1] === "never" ? undefined : Number(cells[1]);
    for (const entry of cells[column].split(", ").filter((text) => text !== "")) {
      expect(out, `${entry} stands there once`).not.toHaveProperty([entry]);
      out[entry] = since;
    }
  }
  return out;
}

function inCode(table: Record<string, MessageEntry>): Record<string, number | undefined> {
  return Object.fromEntries(Object.entries(table).map(([name, { id, since }]) => [`${name} ${id}`, since]));
}

describe("docs/protocol.md", () => {
  test("names every message with its id and its first version in protobuf", () => {
    expect(documented(2)).toEqual(inCode(OUTGOING));
    expect(documented(3)).toEqual(inCode(INCOMING));
  });

  test("has the field numbers of the hot messages", () => {
    const schema: Record<string, Record<string, string>> = SCHEMA;
    const lines = [...codeOf(PAGE).matchAll(/^([A-Z]\w+) +(1 \w+, .+)$/gm)];
    expect(lines.length).toBe(16);
    for (const [, name, fields] of lines) {
      const numbers = Object.entries(schema[name]).map(([field, type]) => `${type.split(" ")[0]} ${field}`);
      expect(fields, name).toBe(numbers.join(", "));
    }
  });

  test("names every server version that the simulated gateway looks at", () => {
    for (const [name, version] of Object.entries(SV)) {
      expect(proseOf(PAGE)).toMatch(new RegExp(`\\b${version} ${name}\\b`));
    }
  });

  test("has the sections that comments cite", () => {
    const sections = new Set([...proseOf(PAGE).matchAll(/^##+ ([\d.]*\d)/gm)].map(([, number]) => number));
    const citations = ["src", "native", "test"].flatMap(sourcesBelow).flatMap((file) =>
      [...read(file).matchAll(/docs\/protocol\.md (\d+(?:\.\d+)?)/g)].map(([, section]) => ({
        file,
        section,
      })),
    );
    expect(citations.length).toBeGreaterThan(10);
    for (const { file, section } of citations) expect(sections, file).toContain(section);
  });
});
