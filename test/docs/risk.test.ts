import { expect, test } from "vitest";
import { proseOf, read, sourcesBelow } from "./pages.js";

const [, LIST] = proseOf("docs/risk.md").split("## What could go wrong if…");
const rows = LIST.split("\n").filter((line) => /^\| (?!if…|---)/.test(line));

test("every answer in the list of what could go wrong names a test that exists", () => {
  // Formatters break long names into literals that follow each other.
  const tests = [...sourcesBelow("test/risk"), ...sourcesBelow("native/test/risk")]
    .map((file) => read(file).replaceAll(/"\s*\n\s*"/g, ""))
    .join("\n");
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const [, name] = /\| "([^"]+)" \|$/.exec(row) ?? [];
    expect(name, row).toBeDefined();
    expect(tests.includes(`"${name}"`), name).toBe(true);
  }
});
