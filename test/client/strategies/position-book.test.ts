import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { moneyIn, moneyOf, quantityIn } from "../../../src/client/strategies/amounts.js";
import { PositionBook } from "../../../src/client/strategies/position-book.js";
import { makeReport } from "../../../src/client/strategies/report-maker.js";
import type { Contract, ExecutionDetail } from "../../../src/domain/stock-types.js";
import { holds } from "../../support/property.js";

const NOW = Date.parse("2026-11-27T15:00:00Z");
const TIME = "20261127-15:00:00";
const ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const AAPL = { conId: 1, symbol: "AAPL", secType: "STK", currency: "USD" } as Contract;
const FUTURE = { conId: 2, symbol: "ES", secType: "FUT", currency: "USD", multiplier: 50 } as Contract;
const EURO = { conId: 3, symbol: "SAP", secType: "STK", currency: "EUR" } as Contract;
const CONTRACTS = [AAPL, FUTURE, EURO];
const STRATEGIES = ["a", "b", "c"].map((name) => ({ name, prefix: name }));

interface Trade {
  readonly contract?: Contract;
  readonly account?: string;
  readonly who?: string;
  readonly quantity: number;
  readonly price: number;
}
let sequence = 0;
function execution(trade: Trade, execId = `0000.${++sequence}.01.01`): ExecutionDetail {
  const { contract = AAPL, account = "DU1", who = "", quantity, price } = trade;
  return {
    reqId: 0,
    contract,
    execution: {
      ...{ execId, time: TIME, acctNumber: account, price, permId: 1, orderId: 1, clientId: 1 },
      ...{ side: quantity < 0 ? "SLD" : "BOT", shares: Math.abs(quantity) },
      orderRef: who === "" ? "" : `${who}:${ULID}`,
    },
  };
}
const report = (execId: string, commission: number, currency = "USD", realizedPNL?: number) => ({
  ...{ execId, commission, currency },
  ...(realizedPNL !== undefined && { realizedPNL }),
});

function book(trades: readonly Trade[] = [], charge = 1): PositionBook {
  const made = new PositionBook();
  for (const { prefix } of STRATEGIES) made.claim(prefix);
  for (const trade of trades) {
    const detail = execution(trade);
    take(made, detail);
    if (charge !== 0)
      made.commission(report(detail.execution.execId as string, charge, trade.contract?.currency));
  }
  return made;
}
function take(to: PositionBook, detail: ExecutionDetail): boolean {
  return to.execution(detail, detail.execution.orderRef ?? "", NOW);
}
const reportOf = (from: PositionBook, marks: Record<number, number>) =>
  makeReport(
    { lines: from.all, strategies: STRATEGIES, isPartial: false, nowMs: NOW, markPrice: () => undefined },
    { marks },
  );

/** Rows of a report as its text has them. */
function rowsOf(csv: string) {
  const [head, ...lines] = csv.trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
}
const sum = (cells: readonly string[]) =>
  cells.reduce((total, cell) => total + (moneyIn(cell) as bigint), 0n);
const AMOUNTS = [
  "commission",
  "realizedPnl",
  "unrealizedPnl",
  "netPnl",
  "grossPnl",
  "netExposure",
  "grossExposure",
];

describe("one contract, one account", () => {
  test("one strategy is long, another short, the account flat: each has its own, and netting what is left", () => {
    const made = book([
      { who: "a", quantity: 100, price: 10 },
      { who: "b", quantity: -100, price: 12 },
    ]);
    const { totals } = reportOf(made, { 1: 11 });
    const of = (who: string) => totals.find(({ scope, strategy }) => (strategy ?? scope) === who);
    expect(of("a")).toMatchObject({ realizedPnl: 0, unrealizedPnl: 99, netExposure: 1100 });
    expect(of("b")).toMatchObject({ realizedPnl: 0, unrealizedPnl: 99, netExposure: -1100 });
    expect(of("account")).toMatchObject({
      realizedPnl: 198,
      unrealizedPnl: 0,
      grossExposure: 0,
      roundTrips: 1,
    });
    expect(of("netting")).toMatchObject({ realizedPnl: 198, unrealizedPnl: -198, netPnl: 0, commission: 0 });
  });

  test("a correction replaces, whenever it comes; what came before it is known, and so is what came twice", () => {
    const made = book();
    const first = execution({ who: "a", quantity: 100, price: 10 }, "0000.9.01.01");
    const second = execution({ who: "a", quantity: 80, price: 11 }, "0000.9.01.02");
    expect([take(made, first), take(made, first), take(made, second), take(made, first)]).toEqual([
      ...[true, false, true, false],
    ]);
    made.commission(report("0000.9.01.01", 1));
    made.commission(report("0000.9.01.02", 0.8));
    const [row] = reportOf(made, { 1: 11 }).contracts;
    expect(row).toMatchObject({
      quantity: 80,
      commission: 0.8,
      unrealizedPnl: -0.8,
      trades: 1,
      strategy: "a",
    });
  });

  test("an execution that is busted is none, and was no trade", () => {
    const made = book();
    take(made, execution({ who: "a", quantity: 100, price: 10 }, "0000.8.01.01"));
    take(made, execution({ who: "a", quantity: 0, price: 0 }, "0000.8.01.02"));
    expect(reportOf(made, {}).contracts).toEqual([]);
  });

  test("a commission may come before its execution, and the highest double is none", () => {
    const made = book();
    made.commission(report("0000.7.01.01", 2));
    made.commission(report("0000.6.01.01", Number.MAX_VALUE));
    take(made, execution({ who: "a", quantity: 1, price: 10 }, "0000.7.01.01"));
    take(made, execution({ who: "a", quantity: 1, price: 10 }, "0000.6.01.01"));
    expect(reportOf(made, { 1: 10 }).totals[0]).toMatchObject({ commission: 2, netPnl: -2, grossPnl: 0 });
  });

  test("a commission in another currency is no part of a cost: it stands by itself", () => {
    const made = book();
    take(made, execution({ who: "a", contract: EURO, quantity: 1, price: 10 }, "0000.5.01.01"));
    made.commission(report("0000.5.01.01", 2, "USD"));
    made.commission(report("0000.5.01.02", 1.5, "USD"));
    const totals = reportOf(made, { 3: 12 }).totals.filter(({ scope }) => scope !== "netting");
    expect(totals).toMatchObject([
      { scope: "strategy", currency: "EUR", netPnl: 2, commission: 0, trades: 1 },
      { scope: "strategy", currency: "USD", netPnl: -1.5, commission: 1.5, trades: 0, grossPnl: 0 },
      { scope: "account", currency: "EUR", netPnl: 2 },
      { scope: "account", currency: "USD", netPnl: -1.5 },
    ]);
  });

  test("a combination has no position, and its commission is its first leg's, in whichever order they come", () => {
    const whole = execution(
      { who: "a", contract: { ...AAPL, conId: 0, secType: "BAG" as never }, quantity: 1, price: 5 },
      "0000.4.01.01",
    );
    const leg = execution({ who: "a", quantity: 1, price: 10 }, "0000.4.02.01");
    const other = execution({ who: "a", contract: FUTURE, quantity: -1, price: 5 }, "0000.4.03.01");
    const charge = report("0000.4.01.01", 3);
    const steps = [
      (to: PositionBook) => take(to, whole),
      (to: PositionBook) => [take(to, leg), take(to, other)],
      (to: PositionBook) => to.commission(charge),
    ];
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 0, 2],
      [2, 1, 0],
      [1, 2, 0],
      [0, 2, 1],
    ]) {
      const made = book();
      for (const i of order) steps[i](made);
      const rows = reportOf(made, { 1: 10, 2: 5 }).contracts.filter(({ scope }) => scope === "strategy");
      expect(rows.map(({ commission, quantity }) => [commission, quantity])).toEqual([
        ...[
          [3, 1],
          [0, -1],
        ],
      ]);
    }
  });

  test("a contract that an order named without its number is the one that the gateway tells of", () => {
    const { conId: _number, ...bare } = AAPL;
    for (const [first, second] of [
      [bare, AAPL],
      [AAPL, bare],
    ]) {
      const made = book([
        { who: "a", contract: first, quantity: 5, price: 10 },
        { who: "a", contract: second, quantity: -2, price: 11 },
      ]);
      made.positions([{ account: "DU1", contract: AAPL, quantity: 3, averageCost: 10.2 }], NOW);
      expect(made.all.map(({ contract, total }) => [contract, total.state.quantity])).toEqual([
        [AAPL, quantityIn("3")],
      ]);
      expect(made.find("DU1", AAPL)?.line("a")?.state.quantity).toBe(quantityIn("3"));
    }
  });

  test("what is a strategy's is so from its first execution, also where it is opened later", () => {
    const made = new PositionBook();
    take(made, execution({ who: "a", quantity: 5, price: 10 }));
    take(made, execution({ quantity: 7, price: 10 }));
    expect(made.all[0].line("a")).toBeUndefined();
    made.claim("a");
    expect([made.all[0].line("a")?.fills.length, made.all[0].line("")?.fills.length]).toEqual([1, 1]);
  });
});

describe("what was held before", () => {
  const position = (quantity: number, averageCost?: number) => [
    { account: "DU1", contract: AAPL, quantity, averageCost },
  ];

  test("is the account's position less the executions of the day, at the cost that they leave", () => {
    // 100 at 10.01, of which 40 were sold, then 30 bought at 20 with 1: 60 · 10.01 + 601 for 90.
    const made = book([
      { quantity: -40, price: 12 },
      { who: "a", quantity: 30, price: 20 },
    ]);
    made.positions(position(90, 1201.6 / 90), NOW);
    const { total } = made.all[0];
    expect(total.opening.quantity).toBe(quantityIn("100"));
    expect(Number(total.opening.cost) / 1e16).toBeCloseTo(1001, 6);
    const { totals } = reportOf(made, { 1: 12 });
    expect(totals.find(({ scope }) => scope === "unattributed")?.realizedPnl).toBeCloseTo(40 * 1.99 - 1, 6);
  });

  test("where all of it was closed, its cost is what was realised says", () => {
    const made = book();
    take(made, execution({ quantity: -150, price: 12 }, "0000.3.01.01"));
    made.commission(report("0000.3.01.01", 1.5, "USD", 100 * 12 - 1 - 1001));
    made.positions(position(-50, 11.99), NOW);
    expect(made.all[0].total.opening).toMatchObject({ quantity: quantityIn("100"), cost: moneyOf(1001) });
  });

  test("where nobody tells, it is taken to have cost what was traded first", () => {
    const made = book([{ quantity: -100, price: 12 }], 0);
    made.positions([], NOW);
    expect(made.all[0].total.opening).toMatchObject({ quantity: quantityIn("100"), cost: moneyOf(1200) });
    expect(made.all[0].total.state).toMatchObject({ quantity: 0n, realized: 0n });
  });

  test("what comes or goes later without an execution is nobody's, and realises nothing", () => {
    const made = book([{ who: "a", quantity: 100, price: 10 }]);
    expect(made.positions(position(100, 10.01), NOW)).toEqual([]);
    expect(made.positions(position(70, 10.01), NOW)).toHaveLength(1);
    const { total } = made.all[0];
    expect(total.state).toMatchObject({ quantity: quantityIn("70"), cost: moneyOf(700.7), realized: 0n });
    expect(made.all[0].line("a")?.state.quantity).toBe(quantityIn("100"));
    expect(made.all[0].line("")?.state.quantity).toBe(quantityIn("-30"));
    made.positions([{ account: "DU1", contract: FUTURE, quantity: 1, averageCost: 250_000 }], NOW);
    expect(made.all.map((lines) => lines.total.state.quantity)).toEqual([0n, quantityIn("1")]);
  });
});

describe("properties", () => {
  const trade = fc.record({
    contract: fc.constantFrom(...CONTRACTS),
    account: fc.constantFrom("DU1", "DU2"),
    who: fc.constantFrom("a", "b", "c", "other", ""),
    quantity: fc.oneof(
      fc.integer({ min: -30, max: 30 }),
      fc.integer({ min: -1e8, max: 1e8 }).map((n) => n / 1e8),
    ),
    price: fc.integer({ min: 1, max: 100_000 }).map((n) => n / 1000),
  });
  const charge = fc.option(fc.integer({ min: -100, max: 300_000 }).map((n) => n / 1e6));
  const held = fc.record({
    contract: fc.constantFrom(...CONTRACTS),
    quantity: fc.integer({ min: -50, max: 50 }),
    averageCost: fc.integer({ min: 1, max: 10_000 }).map((n) => n / 100),
  });

  test("strategies, what is unattributed and netting add up to the account, to the last digit", () => {
    const day = fc.record({
      trades: fc.array(fc.record({ trade, charge, corrected: fc.option(trade) }), { maxLength: 30 }),
      held: fc.uniqueArray(held, { selector: ({ contract }) => contract.conId, maxLength: 3 }),
      marks: fc.record({
        1: fc.integer({ min: 1, max: 100 }),
        2: fc.integer({ min: 1, max: 100 }),
        3: fc.integer({ min: 1, max: 9 }),
      }),
    });
    holds(
      "sums",
      fc.property(day, ({ trades, held, marks }) => {
        const made = book();
        const expected = new Map<string, bigint>();
        for (const [i, { trade, charge, corrected }] of trades.entries()) {
          const execId = `0001.${i}.01`;
          take(made, execution(trade, `${execId}.01`));
          // A correction is of the same contract, account and order.
          const { contract, account, who } = trade;
          if (corrected !== null)
            take(made, execution({ ...corrected, contract, account, who }, `${execId}.02`));
          if (charge !== null) made.commission(report(`${execId}.01`, charge, contract.currency));
          const { quantity } = corrected ?? trade;
          const key = `${who} ${account} ${contract.conId}`;
          expected.set(key, (expected.get(key) ?? 0n) + BigInt(Math.round(quantity * 1e8)));
        }
        made.positions(
          held.map((one) => ({ account: "DU1", ...one })),
          NOW,
        );
        const rows = rowsOf(reportOf(made, marks).toCsv());
        const totals = rows.filter(({ row }) => row === "total");
        for (const currency of ["USD", "EUR"]) {
          const own = totals.filter((row) => row.currency === currency);
          const parts = own.filter(({ scope }) => scope !== "account");
          const accounts = own.filter(({ scope }) => scope === "account");
          for (const name of AMOUNTS)
            expect(sum(parts.map((row) => row[name]))).toBe(sum(accounts.map((row) => row[name])));
          // Netting moves between realised and unrealised, and makes nothing.
          for (const { scope, netPnl } of own) if (scope === "netting") expect(netPnl).toBe("0");
        }
        const contracts = rows.filter(({ row }) => row === "contract");
        for (const account of ["DU1", "DU2"])
          for (const { conId } of CONTRACTS) {
            const own = contracts.filter((row) => row.account === account && row.conId === `${conId}`);
            const quantity = (scopes: string[]) =>
              own
                .filter(({ scope }) => scopes.includes(scope))
                .reduce((total, row) => total + (quantityIn(row.quantity) as bigint), 0n);
            const inAccount = quantity(["account"]);
            expect(quantity(["strategy", "unattributed"])).toBe(inAccount);
            const told = held.find(({ contract }) => contract.conId === conId)?.quantity ?? 0;
            expect(inAccount).toBe(BigInt(account === "DU1" ? told : 0) * 10n ** 8n);
            for (const { prefix } of STRATEGIES) {
              const mine = own.filter(({ strategy }) => strategy === prefix);
              expect(sumOfQuantities(mine)).toBe(expected.get(`${prefix} ${account} ${conId}`) ?? 0n);
            }
          }
      }),
    );
  });

  test("realised and unrealised of a strategy, whoever else trades beside it, are what it makes alone", () => {
    holds(
      "a strategy alone",
      fc.property(fc.array(trade, { maxLength: 30 }), (trades) => {
        const marks = { 1: 50, 2: 60, 3: 70 };
        const mine = (from: PositionBook) =>
          reportOf(from, marks).contracts.filter(({ strategy }) => strategy === "a");
        const alone = book(trades.filter(({ who }) => who === "a"));
        expect(mine(book(trades))).toEqual(expect.arrayContaining(mine(alone)));
        expect(mine(book(trades))).toHaveLength(mine(alone).length);
      }),
    );
  });

  test("holdings that are carried to another day: the two days' profits add up to those of one", () => {
    holds(
      "carried holdings",
      fc.property(fc.array(trade, { maxLength: 20 }), fc.array(trade, { maxLength: 20 }), (first, second) => {
        const whole = book([...first, ...second]);
        const before = book(first);
        const later = book(second);
        for (const lines of before.all) {
          const { account, contract } = lines;
          for (const prefix of lines.prefixes) {
            const state = lines.line(prefix)?.state;
            if (state !== undefined) later.open(prefix, account, contract, state.quantity, state.cost);
          }
        }
        for (const { account, contract } of whole.all)
          for (const { prefix } of STRATEGIES) {
            const at = (from: PositionBook) => from.find(account, contract)?.line(prefix)?.state;
            const zero = { quantity: 0n, cost: 0n, realized: 0n };
            const [all, one, two] = [whole, before, later].map((from) => at(from) ?? zero);
            expect(two.quantity).toBe(all.quantity);
            expect(one.realized + two.realized).toBe(all.realized);
            expect(two.cost).toBe(all.cost);
          }
      }),
    );
  });
});

function sumOfQuantities(rows: readonly Record<string, string>[]): bigint {
  return rows.reduce((total, { quantity }) => total + (quantityIn(quantity) as bigint), 0n);
}
