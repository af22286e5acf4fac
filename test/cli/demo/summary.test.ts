import { describe, expect, test } from "vitest";
import type { Fill } from "../../../src/cli/demo/blotter.js";
import { Histogram } from "../../../src/cli/demo/histogram.js";
import { withoutColor } from "../../../src/cli/demo/style.js";
import { renderSummary, type Summary } from "../../../src/cli/demo/summary.js";

const NOTHING: Summary = {
  facts: [],
  measurements: [],
  fills: undefined,
  positions: undefined,
  problems: [],
};

const render = (summary: Partial<Summary>, width = 80) =>
  renderSummary({ ...NOTHING, ...summary }, width, withoutColor);

const fill = (values: Partial<Fill>): Fill => ({
  orderId: 1,
  execId: "1",
  side: "BOT",
  quantity: 300,
  symbol: "AAPL",
  price: 190.03,
  venue: "NASDAQ",
  commission: 1.5,
  currency: "USD",
  realizedPnl: Number.NaN,
  ...values,
});

const cells = (line: string | undefined) => line?.trim().split(/\s{2,}/);

describe("the summary", () => {
  test("facts are wrapped under each other", () => {
    const lines = render(
      { facts: [["market data", "20 symbols, 64,229 ticks in 10.0 s: 6,422 ticks/s"]] },
      40,
    );
    expect(lines.slice(2)).toEqual([
      "  market data   20 symbols, 64,229 ticks",
      "                in 10.0 s: 6,422 ticks/s",
    ]);
  });

  test("percentiles stand behind each other; what has no samples is left out", () => {
    const samples = new Histogram();
    for (let i = 1; i <= 1000; i++) samples.add(i);
    const lines = render({
      measurements: [
        { what: "tick: arrival to handler", samples },
        { what: "never measured", samples: new Histogram() },
      ],
    });
    const [latency] = lines.filter((line) => line.includes("arrival"));
    const numbers = cells(latency)?.slice(1);
    expect(numbers?.[0]).toBe("1,000");
    const micros = numbers?.slice(1, 4).map((text) => Number(text.replace(" µs", ""))) ?? [];
    for (const [i, exact] of [500, 950, 990].entries())
      expect(Math.abs(micros[i] - exact)).toBeLessThan(exact * 0.01);
    expect(numbers?.[4]).toBe("1.00 ms");
    expect(lines.join("\n")).not.toContain("never measured");
  });

  test("there is no percentile that a handful of samples cannot tell", () => {
    const rowOf = (count: number) => {
      const samples = new Histogram();
      for (let i = 0; i < count; i++) samples.add(100);
      const lines = render({ measurements: [{ what: "order: placeOrder() returns", samples }] });
      return cells(lines.find((line) => line.includes("returns")))?.slice(1);
    };
    expect(rowOf(1)).toEqual(["1", "–", "–", "–", "100 µs"]);
    expect(rowOf(2)).toEqual(["2", "100 µs", "–", "–", "100 µs"]);
    expect(rowOf(19)).toEqual(["19", "100 µs", "–", "–", "100 µs"]);
    expect(rowOf(20)).toEqual(["20", "100 µs", "100 µs", "–", "100 µs"]);
    expect(rowOf(99)?.[3]).toBe("–");
    expect(rowOf(100)?.[3]).toBe("100 µs");
  });

  test("what the figures are made of stands under them, within the width", () => {
    const samples = new Histogram();
    samples.add(1);
    const measurements = [{ what: "tick: arrival to handler", samples }];
    const lines = render({ measurements, remarks: ["tick: what remains is this and that"] }, 30);
    expect(lines.slice(-2)).toEqual(["  tick: what remains is this", "  and that"]);
    expect(render({ remarks: ["about nothing"] }).join("\n")).not.toContain("about nothing");
  });

  test("fills have prices, commissions and a total", () => {
    const lines = render({
      fills: [
        fill({}),
        fill({ orderId: 3, side: "SLD", price: 189.805, commission: 1.25, realizedPnl: -70.5 }),
      ],
    });
    const at = lines.findIndex((line) => line.startsWith("  Fills"));
    expect(lines[at + 1]).toMatch(/^ {2}order 1 {2}BOT +300 {2}AAPL +190\.03 {2}NASDAQ +1\.50 USD +–$/);
    expect(lines[at + 2]).toMatch(
      /^ {2}order 3 {2}SLD +300 {2}AAPL +189\.805 {2}NASDAQ +1\.25 USD +-70\.50 USD$/,
    );
    expect(cells(lines[at + 3])).toEqual(["in all", "2.75 USD", "-70.50 USD"]);
  });

  test("there is no total where a commission is missing", () => {
    const lines = render({ fills: [fill({}), fill({ commission: Number.NaN })] });
    expect(lines.at(-1)).toMatch(/NASDAQ +– +–$/);
  });

  test("says so when nothing was traded or held", () => {
    const lines = render({ fills: [], positions: [] });
    expect(lines).toContain("  none");
    expect(lines).toContain("  none: the account is flat");
  });

  test("lists positions and problems", () => {
    const positions = [{ account: "DU1", symbol: "AAPL", quantity: -1_200, averageCost: 190.0251 }];
    const lines = render({ positions, problems: ["order 7 was refused"] });
    expect(cells(lines.find((line) => line.includes("DU1")))).toEqual([
      "DU1",
      "AAPL",
      "-1,200",
      "at 190.0251 on average",
    ]);
    expect(lines.at(-1)).toBe("  ! order 7 was refused");
  });

  test("tables fit 80 columns", () => {
    const samples = new Histogram();
    samples.add(123_456);
    const lines = render({
      facts: [
        [
          "socket",
          "read mode loop: 65,291 messages, 2,083,043 bytes in 986 reads, 17 of them by the guard thread",
        ],
      ],
      measurements: [{ what: "order: placeOrder() returns, 1–30", samples }],
      fills: [fill({ commission: 1234.56, realizedPnl: -12_345.67 })],
      positions: [{ account: "DU0000001", symbol: "AAPL", quantity: 300, averageCost: 190.03 }],
    });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.find((line) => line.includes("1–30"))).toMatch(/1–30 +1 /);
  });
});
