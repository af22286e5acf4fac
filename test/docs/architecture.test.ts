import { describe, expect, test } from "vitest";
import { proseOf, read } from "./pages.js";

const PAGE = "docs/architecture.md";

interface Step {
  readonly name: string;
  readonly file: string;
}

/** The functions of a section's tables, each with the file that has it: one for all of a row, or one each. */
function stepsOf(heading: string): Step[] {
  const [, section] = proseOf(PAGE).split(`## ${heading}\n`);
  const rows = section.split("\n## ", 1)[0].matchAll(/^\| \d+ \| (.+?) \| (.+?) \|/gm);
  const quoted = (cell: string) => cell.split(", ").map((text) => text.replaceAll("`", ""));
  return [...rows].flatMap(([, names, files]) => {
    const [first, ...others] = quoted(files);
    return quoted(names).map((name, i) => ({ name, file: i === 0 ? first : (others[i - 1] ?? first) }));
  });
}

/** A function, or a member of a class that the file has, too. */
function has(source: string, name: string): boolean {
  const [owner, member] = name.includes("::") ? name.split("::") : name.split(".");
  const isCall = (called: string) => new RegExp(`\\b${called}(?:<[^>]*>)?\\(`).test(source);
  if (member === undefined) return isCall(owner);
  const owned = new RegExp(`\\bclass ${owner}\\b|\\b${owner}::${member}\\b`).test(source);
  return owned && isCall(member);
}

describe.each(["The way of a tick", "The way of an order"])("%s", (heading) => {
  const steps = stepsOf(heading);

  test("has functions that are where it says", () => {
    expect(steps.length).toBeGreaterThan(15);
    for (const { name, file } of steps) expect(has(read(file), name), `${name} in ${file}`).toBe(true);
  });

  test("names each once", () => {
    const names = steps.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});

test("the check tells a function that is not there", () => {
  expect(has(read("src/native/pump.ts"), "Pump.drain")).toBe(true);
  expect(has(read("src/native/pump.ts"), "Pump.fill")).toBe(false);
  expect(has(read("src/native/pump.ts"), "Session.drain")).toBe(false);
});
