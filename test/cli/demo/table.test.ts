import { describe, expect, test } from "vitest";
import { renderScreen, type View } from "../../../src/cli/demo/display.js";
import { inColor, paintFor, withoutColor } from "../../../src/cli/demo/style.js";
import { columnsFor, renderTable } from "../../../src/cli/demo/table.js";
import { APPLE, manyRows, quoteRow } from "./rows.js";

const titles = (width: number) => columnsFor(width).map((column) => column.title);

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour begins with
const withoutEscapes = (line: string) => line.replace(/\x1b\[[0-9;]*m/g, "");

describe("the quote table", () => {
  test("shows every value in its column", () => {
    const [header, line] = renderTable([APPLE], 120, 10, withoutColor);
    expect(header.trim().split(/\s{2,}|(?<=E) (?=B)/)).toContain("SYMBOL");
    expect(line.split(/\s{2,}/)).toEqual([
      ...["AAPL", "160", "308.48", "308.51", "120", "308.49", "-1.85", "-0.60 %"],
      ...["313.59", "308.21", "386,500", "11"],
    ]);
  });

  test("numbers end under the end of their title", () => {
    const [header, line] = renderTable([APPLE], 120, 10, withoutColor);
    for (const [title, value] of [
      ["BID SIZE", "160"],
      ["ASK", "308.51"],
      ["CHG %", "-0.60 %"],
      ["TICKS", "11"],
    ]) {
      const end = header.indexOf(` ${title} `) + title.length + 1;
      const at = title === "TICKS" ? header.length : end;
      expect(line.slice(0, at).endsWith(value)).toBe(true);
    }
  });

  test("leaves unknown values open", () => {
    const [, line] = renderTable([quoteRow("NEW")], 120, 10, withoutColor);
    expect(line).toMatch(/^NEW {2,}– {2,}– /);
    expect(line).not.toMatch(/NaN|undefined/);
  });

  test("says why a symbol has no data", () => {
    const lines = renderTable(
      [APPLE, quoteRow("ZZZ", { note: "No security definition (200)" })],
      80,
      10,
      withoutColor,
    );
    expect(lines[2]).toMatch(/^ZZZ +No security definition \(200\)/);
  });

  test("gives columns up in order of importance", () => {
    expect(titles(200)).toHaveLength(12);
    expect(titles(110)).not.toContain("TICKS");
    expect(titles(90)).toEqual(expect.arrayContaining(["CHG %", "VOLUME", "BID SIZE"]));
    expect(titles(90)).not.toContain("HIGH");
    expect(titles(38)).toEqual(["SYMBOL", "BID", "ASK", "LAST"]);
    expect(titles(10)).toEqual(["SYMBOL", "LAST"]);
  });

  test("stands in two halves where the height asks for it", () => {
    const lines = renderTable(manyRows(20), 80, 12, withoutColor);
    expect(lines).toHaveLength(11);
    expect(lines[1]).toMatch(/^SYM0 .*│ SYM10 /);
    expect(lines[10]).toMatch(/^SYM9 .*│ SYM19 /);
  });

  test("says how many symbols it cannot show", () => {
    const lines = renderTable(manyRows(20), 60, 8, withoutColor);
    expect(lines).toHaveLength(8);
    expect(lines[7]).toBe("… 14 more symbols: the terminal is too small to show them");
  });

  test("is coloured by direction, and only where it may be", () => {
    expect(renderTable([APPLE], 120, 10, inColor)[1]).toContain("\x1b[31m   308.49\x1b[39m");
    expect(renderTable([{ ...APPLE, direction: 1 }], 120, 10, inColor)[1]).toContain(
      "\x1b[32m   308.49\x1b[39m",
    );
    expect(renderTable([APPLE], 120, 10, withoutColor).join("")).not.toContain("\x1b");
    expect(paintFor(true, {})).toBe(inColor);
    expect(paintFor(true, { NO_COLOR: "1" })).toBe(withoutColor);
    expect(paintFor(true, { NO_COLOR: "" })).toBe(inColor);
    expect(paintFor(true, { TERM: "dumb" })).toBe(withoutColor);
    expect(paintFor(false, {})).toBe(withoutColor);
  });
});

describe("the screen", () => {
  const view = (symbols: number): View => ({
    title: "ibkr-native · simulated gateway at 127.0.0.1:4002 · server version 193 · account DU0000001",
    elapsed: 12.3,
    status: "6,400 ticks/s · tick p50 25 µs p99 120 µs · order p50 310 µs",
    rows: manyRows(symbols),
    events: Array.from({ length: 40 }, (_, i) => ({
      at: i,
      times: 1,
      text: `order ${i}  BUY 300 AAPL LMT 190.33  (bracket: entry, and some more words to make it long)`,
      tone: "step" as const,
    })),
  });

  test("never exceeds the terminal, whatever its size", () => {
    for (const symbols of [0, 1, 20, 100]) {
      for (const columns of [18, 37, 38, 60, 80, 117, 200]) {
        for (let rows = 1; rows <= 60; rows++) {
          const lines = renderScreen(view(symbols), columns, rows, inColor).map(withoutEscapes);
          expect(lines.length).toBeLessThanOrEqual(rows);
          expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  test("shows title, time, table and the newest events", () => {
    const lines = renderScreen(view(20), 120, 36, withoutColor);
    expect(lines[0]).toMatch(/^ibkr-native · simulated gateway/);
    expect(lines[1]).toMatch(/^ +12\.30 s {2}6,400 ticks\/s/);
    expect(lines[2]).toMatch(/^SYMBOL/);
    expect(lines[22]).toMatch(/^SYM19/);
    expect(lines[23]).toBe("");
    expect(lines.at(-1)).toMatch(/^ +39\.00 s {2}order 39 /);
    expect(lines).toHaveLength(36);
  });
});
