import { expect, test } from "vitest";
import { proseOf, read, sourcesBelow } from "./pages.js";

const PAGE = "docs/simulated-gateway.md";

/** Codes in the ways the sources give them: to a client, in a refused order, in what is refused about a contract or kind. */
const GIVEN = [
  /\.error\(\s*[\w.\-()]+,\s*(\d{3,5})\b/g,
  /OrderReject\(\s*(\d{3,5})\b/g,
  /\bcode: ((?:\d{3,5})(?: \| \d{3,5})*)/g,
  /\brefuse\((\d{3,5}),/g,
];

const section = proseOf(PAGE).split("## What it refuses")[1].split("\n## ")[0];
const rows = section
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, codes, what, here, rests]) => ({ codes: codes.split(", "), what, here, rests }));

const given = new Set(
  sourcesBelow("src/sim")
    .map(read)
    .flatMap((source) =>
      GIVEN.flatMap((form) => [...source.matchAll(form)].flatMap(([, codes]) => codes.split(" | "))),
    ),
);

test("every code that the simulated gateway gives is in the table of what it refuses", () => {
  const listed = new Set(rows.filter(({ here }) => here.startsWith("yes")).flatMap(({ codes }) => codes));
  expect(given.size).toBeGreaterThan(50);
  expect([...given].filter((code) => !listed.has(code))).toEqual([]);
});

test("what the table says is refused is in the sources, and what it says is not, is not", () => {
  expect(rows.length).toBeGreaterThan(60);
  const refused = rows.filter(({ here }) => here.startsWith("yes"));
  expect(refused.flatMap(({ codes }) => codes).filter((code) => !given.has(code))).toEqual([]);
  const elsewhere = new Set(refused.flatMap(({ codes }) => codes));
  const open = rows.filter(({ here }) => here.startsWith("no")).flatMap(({ codes }) => codes);
  expect(open.filter((code) => given.has(code) && !elsewhere.has(code))).toEqual([]);
});

test("every row says whether it is refused here, and what that rests on", () => {
  for (const { codes, here, rests } of rows) {
    expect(here, codes.join()).toMatch(/^(yes|no)\b/);
    expect(rests, codes.join()).toMatch(/capture|documentation|report|nothing/);
  }
});
