import { expect, test } from "vitest";
import { blocksOf, run } from "./run-pieces.js";

test("the pieces of docs/strategies.md are one program that runs, and prints what they say", async () => {
  const files = new Map<string, string>();
  const writeFile = async (name: string, text: string) => void files.set(name, text);
  const pieces = blocksOf("docs/strategies.md");
  expect(pieces.length).toBeGreaterThan(4);
  const { printed, errors } = await run(pieces, { writeFile });
  expect(errors).toEqual([]);
  for (const said of [
    /^100 -60$/,
    /^100 \d+(\.\d+)? -?\d+(\.\d+)? 1$/,
    /^USD 0 -?\d+(\.\d+)?$/,
    /^2 2 -?\d+(\.\d+)? -?\d+(\.\d+)?$/,
    /^Daily report \d{4}-\d\d-\d\d\n/,
    /^\d{4}-\d\d-\d\d 4 3$/,
    /^true$/,
    /^-60$/,
  ])
    expect(printed).toContainEqual(expect.stringMatching(said));
  expect(files.get("report.csv")).toMatch(/^day,row,scope,strategy,/);
});
