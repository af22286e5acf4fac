import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { Strategies } from "../../../src/client/strategies/strategies.js";
import type { Contract, ExecutionDetail } from "../../../src/domain/stock-types.js";
import type { ExecutionNews } from "../../../src/orders/execution-book.js";
import { quietHost, refusalOf } from "./strategy-stage.js";

const NOW = Date.parse("2026-11-27T15:00:00Z");
const ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const AAPL = {
  conId: 265598,
  symbol: "AAPL",
  localSymbol: "AAPL",
  secType: "STK",
  currency: "USD",
} as Contract;
const OPTION = {
  ...{ conId: 7, symbol: "AAPL", localSymbol: "AAPL  261218C00150000", secType: "OPT" },
  ...{ currency: "USD", multiplier: 100 },
} as Contract;
const EURO = { conId: 8, symbol: "SAP", localSymbol: "SAP", secType: "STK", currency: "EUR" } as Contract;

type Fill = readonly [who: string, contract: Contract, quantity: number, price: number, time?: string];

/** Strategies that hear of executions, each with a commission of 1.25. */
function strategiesOf(fills: readonly Fill[], nowMs = NOW) {
  let heard: (detail: ExecutionDetail, news: ExecutionNews, ticket: undefined) => void = () => {};
  let charged: (report: { execId: string; commission: number; currency: string }) => void = () => {};
  const strategies = new Strategies(
    quietHost({
      nowMs: () => nowMs,
      onFill: (listener) => {
        heard = listener;
        return () => {};
      },
      onCommission: (listener) => {
        charged = listener;
        return () => {};
      },
    }),
  );
  for (const [i, [who, contract, quantity, price, time = "20261127-14:30:00"]] of fills.entries()) {
    const execId = `0001.${i}.01.01`;
    const side = quantity < 0 ? "SLD" : "BOT";
    const execution = {
      ...{ execId, time, side, price, shares: Math.abs(quantity), acctNumber: "DU1", permId: i + 1 },
      orderRef: who === "" ? "" : `${who}:${ULID}`,
    };
    heard({ reqId: 0, contract, execution }, "new", undefined);
    charged({ execId, commission: 1.25, currency: contract.currency as string });
  }
  return strategies;
}

const DAY: Fill[] = [
  ["alpha", AAPL, 100, 180],
  ["alpha", AAPL, -100, 181.5],
  ["alpha", AAPL, 10, 180],
  ["alpha", AAPL, -10, 179],
  ["beta", OPTION, -3, 4.2],
  ["beta", AAPL, -50, 182],
  ["", AAPL, 20, 181],
  ["alpha", EURO, 5, 210],
];

function reported() {
  const strategies = strategiesOf(DAY);
  strategies.open("alpha");
  strategies.open("a strategy with a long name", { prefix: "beta" });
  return strategies.report({ marks: { [AAPL.conId as number]: 183, 7: 4, 8: 212.5 } });
}

describe("the daily report", () => {
  test("as an object: trades, round trips, profit, commissions and exposure, of strategies and of the account", () => {
    const { day, timeZone, createdMs, totals, contracts } = reported().toObject();
    expect([day, timeZone, createdMs]).toEqual(["2026-11-27", "America/New_York", NOW]);
    const alpha = totals.find(({ strategy, currency }) => strategy === "alpha" && currency === "USD");
    expect(alpha).toEqual({
      ...{ scope: "strategy", strategy: "alpha", currency: "USD" },
      ...{ trades: 4, orders: 4, roundTrips: 2, wins: 1, winRate: 0.5, commission: 5 },
      ...{ realizedPnl: 150 - 10 - 5, unrealizedPnl: 0, netPnl: 135, grossPnl: 140 },
      ...{ netExposure: 0, grossExposure: 0 },
    });
    const account = totals.find(({ scope, currency }) => scope === "account" && currency === "USD");
    // Sold short: 3 options at 4.20, 30 shares net.
    expect(account).toMatchObject({ trades: 7, commission: 8.75, netExposure: -30 * 183 - 1200 });
    expect(account?.grossExposure).toBe(30 * 183 + 1200);
    const option = contracts.find(({ contract, scope }) => contract === OPTION && scope === "strategy");
    expect(option).toMatchObject({ quantity: -3, markPrice: 4, unrealizedPnl: 60 - 1.25, account: "DU1" });
    expect(option?.averageCost).toBeCloseTo((1260 - 1.25) / 3, 8);
    expect(JSON.parse(JSON.stringify(totals))[0]).toMatchObject({ strategy: "alpha" });
  });

  test("as CSV: what a reader of CSV reads is what the object has", () => {
    const report = reported();
    const rows = parse(report.toCsv(), { columns: true }) as Record<string, string>[];
    const { totals, contracts } = report.toObject();
    expect(rows).toHaveLength(totals.length + contracts.length);
    for (const [i, total] of [...totals, ...contracts].entries()) {
      for (const [name, value] of Object.entries(total)) {
        if (name === "contract") continue;
        expect([name, rows[i][name]]).toEqual([name, value === undefined ? "" : `${value}`]);
      }
      expect(rows[i]).toMatchObject({ day: "2026-11-27", row: i < totals.length ? "total" : "contract" });
    }
    expect(rows.at(-1)).toMatchObject({ contract: "SAP", conId: "8" });
    expect(rows.map(({ contract }) => contract)).toContain("AAPL 261218C00150000");
  });

  test("as a table: aligned, and no line is longer than 80 characters", () => {
    expect(reported().toTable()).toMatchInlineSnapshot(`
      "Daily report 2026-11-27
      2026-11-26 17:00 to 2026-11-27 10:00, not over (America/New_York)

      EUR

      Results         Trades Trips  Win Commission    Realized  Unrealized     Net P&L
      --------------------------------------------------------------------------------
      alpha                1     0    -       1.25        0.00       11.25       11.25
      netting              0     0    -       0.00        0.00        0.00        0.00
      account              1     0    -       1.25        0.00       11.25       11.25

      Exposure         Orders          Gross P&L       Net exposure     Gross exposure
      --------------------------------------------------------------------------------
      alpha                 1              12.50           1,062.50           1,062.50
      netting               0               0.00               0.00               0.00
      account               1              12.50           1,062.50           1,062.50

      Contracts                              Position     Price       Value    Net P&L
      --------------------------------------------------------------------------------
      alpha          SAP                            5     212.5    1,062.50      11.25
      account        SAP                            5     212.5    1,062.50      11.25

      USD

      Results         Trades Trips  Win Commission    Realized  Unrealized     Net P&L
      --------------------------------------------------------------------------------
      alpha                4     2  50%       5.00      135.00        0.00      135.00
      a strategy wi…       2     0    -       2.50        0.00        7.50        7.50
      unattributed         1     0    -       1.25        0.00       38.75       38.75
      netting              0     0    -       0.00       18.25      -18.25        0.00
      account              7     2  50%       8.75      153.25       28.00      181.25

      Exposure         Orders          Gross P&L       Net exposure     Gross exposure
      --------------------------------------------------------------------------------
      alpha                 4             140.00               0.00               0.00
      a strategy wi…        2              10.00         -10,350.00          10,350.00
      unattributed          1              40.00           3,660.00           3,660.00
      netting               0               0.00               0.00          -7,320.00
      account               7             190.00          -6,690.00           6,690.00

      Contracts                              Position     Price       Value    Net P&L
      --------------------------------------------------------------------------------
      alpha          AAPL                           0         -        0.00     135.00
      a strategy wi… AAPL                         -50       183   -9,150.00     -51.25
      a strategy wi… AAPL 261218C00150000          -3         4   -1,200.00      58.75
      unattributed   AAPL                          20       183    3,660.00      38.75
      account        AAPL                         -30       183   -5,490.00     122.50
      account        AAPL 261218C00150000          -3         4   -1,200.00      58.75
      "
    `);
  });

  test("with amounts of any size the table keeps its width", () => {
    const strategies = strategiesOf([
      ["alpha", OPTION, 123_456_789, 98_765.4321],
      ["alpha", AAPL, -0.00000001, 0.0001],
    ]);
    strategies.open("alpha");
    const lines = strategies
      .report({ marks: { [AAPL.conId as number]: 123_456.789, 7: -0.5 } })
      .toTable()
      .split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    for (const table of lines.join("\n").split("\n\n").slice(2)) {
      const [, , ...rows] = table.trimEnd().split("\n");
      expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
    }
  });

  test("of a day without trades it says so", () => {
    const report = strategiesOf([]).report();
    expect([report.totals, report.contracts]).toEqual([[], []]);
    expect(report.toTable()).toContain("No trades, and nothing is held.");
    expect(report.toCsv().trimEnd().split("\n")).toHaveLength(1);
  });

  test("what is held and has no price has no value, and what adds it up has none either", () => {
    const strategies = strategiesOf(DAY);
    strategies.open("alpha");
    const report = strategies.report({ marks: ({ conId }) => (conId === 7 ? undefined : 100) });
    const account = report.totals.find(({ scope, currency }) => scope === "account" && currency === "USD");
    expect([account?.unrealizedPnl, account?.netPnl, account?.netExposure]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(account?.commission).toBe(8.75);
    expect(report.toTable()).toMatch(/^account .* -$/m);
  });

  test("is of its day alone: what was before is held, what was realised before is not in it", () => {
    const strategies = strategiesOf([
      ["alpha", AAPL, 100, 10, "20261126 16:59:59 US/Eastern"],
      ["alpha", AAPL, -60, 11, "20261126 16:59:59 US/Eastern"],
      ["alpha", AAPL, -20, 12, "20261126 17:00:00 US/Eastern"],
      ["alpha", AAPL, -20, 13, "20261127 17:00:00 US/Eastern"],
    ]);
    const alpha = strategies.open("alpha");
    const marks = { [AAPL.conId as number]: 12 };
    const [friday] = alpha.report({ marks }).contracts;
    const cost = 10.0125;
    expect(friday).toMatchObject({ trades: 1, quantity: 20, roundTrips: 0, commission: 1.25 });
    expect(friday.realizedPnl).toBeCloseTo(20 * (12 - cost) - 1.25, 8);
    const [thursday] = alpha.report({ marks, day: "2026-11-26" }).contracts;
    expect(thursday).toMatchObject({ trades: 2, quantity: 40 });
    const [saturday] = alpha.report({ marks, day: "2026-11-28" }).contracts;
    expect(saturday).toMatchObject({ trades: 1, quantity: 0, roundTrips: 1, wins: 1 });
    const [tokyo] = alpha.report({ marks, timeZone: "Asia/Tokyo", dayEndsAt: "06:59" }).contracts;
    expect(tokyo).toMatchObject({ trades: 3, quantity: 20 });
    expect(alpha.holdings(Date.parse("2026-11-26T22:00:00Z"))).toMatchObject([
      { quantity: "40", cost: "400.5" },
    ]);
  });

  test.each([
    [{ timeZone: "Nowhere" }, "ERR_IBKR_OPTION", /timeZone is "Nowhere"/],
    [{ day: "yesterday" }, "ERR_IBKR_ARGUMENT", /day is "yesterday" \(allowed: a date as yyyy-mm-dd\)/],
    [{ marks: 5 }, "ERR_IBKR_OPTION", /marks is 5 \(allowed: prices by conId, or a function\)/],
    [{ marks: { 265598: "1" } }, "ERR_IBKR_ARGUMENT", /marks\[265598\] is "1" \(allowed: a number\)/],
    [{ zone: "UTC" }, "ERR_IBKR_OPTION", /zone is not known \(allowed: timeZone, dayEndsAt, day, marks\)/],
  ])("refuses %j", async (options, code, message) => {
    const error = await refusalOf(() => strategiesOf(DAY).report(options as never));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });
});
