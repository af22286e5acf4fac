import { EventName } from "@stoqey/ib";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { Exchange } from "../../../src/sim/exchange/exchange.js";
import type { ExecutionRecord } from "../../../src/sim/exchange/order-events.js";
import { contractOf, type Instrument } from "../../../src/sim/market/instrument.js";
import { NO_CONTRACT } from "../../../src/sim/model/contract.js";
import { defaultOrder } from "../../../src/sim/model/order.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { holds } from "../../support/property.js";
import { AAPL, Bench, marketOrder } from "../../support/sim/harness.js";
import { stageWithClient } from "../../support/sim/stage.js";

const bench = new Bench();
afterEach(() => bench.end());

const START = 1e9;
const CENT = 0.005;

/** One order: what is traded, how, and how many steps the market makes after it. */
interface Trade {
  what: number;
  buy: boolean;
  lots: number;
  limit: boolean;
  steps: number;
}

const trades = (kinds: number): fc.Arbitrary<Trade[]> =>
  fc.array(
    fc.record({
      what: fc.nat({ max: kinds - 1 }),
      buy: fc.boolean(),
      lots: fc.integer({ min: 1, max: 25 }),
      limit: fc.boolean(),
      steps: fc.nat({ max: 6 }),
    }),
    { minLength: 1, maxLength: 24 },
  );

/** An exchange whose one account trades at random, and all that it reported. */
class Trader {
  readonly exchange = new Exchange({
    ...{ clock: new VirtualClock(), seed: 5, tickIntervalMs: 1e9, accounts: ["DU1"], startingCash: START },
  });
  readonly account = this.exchange.accounts.get("DU1")!;
  readonly reports: ExecutionRecord[] = [];
  private nextId = 1;

  constructor() {
    this.exchange.on("commission", (record) => this.reports.push(record));
  }

  find(symbol: string, secType: string, currency = "USD"): Instrument {
    return this.exchange.instruments.resolve({ symbol, secType, currency })!;
  }

  /** Named whole: a chain has thousands. */
  option(): Instrument {
    return this.exchange.instruments.resolve({ secType: "OPT", localSymbol: "AAPL  260220C00190000" })!;
  }

  /** Market orders, and limit orders at the price of the other side that may trade in part and rest. */
  trade(instrument: Instrument, { buy, lots, limit, steps }: Omit<Trade, "what">): void {
    const { exchange } = this;
    const { bid, ask } = exchange.quote(instrument);
    exchange.orders.place(1, this.nextId++, contractOf(instrument), {
      ...defaultOrder(),
      ...{
        action: buy ? "BUY" : "SELL",
        totalQuantity: lots * (instrument.secType === "STK" ? 37 : instrument.lotSize),
      },
      ...(limit ? { orderType: "LMT", lmtPrice: buy ? ask : bid } : { orderType: "MKT" }),
    });
    for (let i = 0; i < steps; i++) exchange.step();
  }

  combination(buy: boolean): void {
    const legs = [this.find("AAPL", "STK"), this.find("MSFT", "STK")];
    const comboLegs = legs.map(({ conId }, i) => ({
      ...{ conId, ratio: 1, action: i === 0 ? "BUY" : "SELL", exchange: "SMART" },
      ...{ openClose: 0, shortSaleSlot: 0, designatedLocation: "", exemptCode: -1 },
    }));
    const named = { symbol: "AAPL", secType: "BAG", exchange: "SMART", currency: "USD" };
    this.exchange.orders.place(
      1,
      this.nextId++,
      { ...NO_CONTRACT, ...named, comboLegs },
      {
        ...defaultOrder(),
        ...{ action: buy ? "BUY" : "SELL", totalQuantity: 7, orderType: "MKT" },
        smartComboRoutingParams: [{ tag: "NonGuaranteed", value: "1" }],
      },
    );
  }
}

describe("whatever is traded", () => {
  test("the account is worth what it was, and what it has earned and lost since", () => {
    holds(
      "profit and loss of an account",
      fc.property(trades(9), (plan) => {
        const trader = new Trader();
        const instruments = [
          ...[trader.find("AAPL", "STK"), trader.find("ES", "FUT"), trader.option()],
          ...[
            trader.find("EUR", "CASH"),
            trader.find("USD", "CASH", "JPY"),
            trader.find("SAP", "STK", "EUR"),
          ],
          ...[trader.find("IBDE40", "CFD", "EUR"), trader.find("US064159KJ44", "BOND")],
        ];
        for (const { what, ...how } of plan) {
          if (what < instruments.length) trader.trade(instruments[what], how);
          else trader.combination(how.buy);
          const { netLiquidation, realizedPnL, unrealizedPnL } = trader.account.figures();
          expect(Math.abs(netLiquidation - START - realizedPnL - unrealizedPnL)).toBeLessThan(CENT);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("reports, cash, average cost and positions agree with the executions", () => {
    holds(
      "profit and loss of executions",
      fc.property(trades(5), (plan) => {
        const trader = new Trader();
        const { account } = trader;
        const instruments = [
          ...[trader.find("AAPL", "STK"), trader.find("IBM", "STK"), trader.find("ES", "FUT")],
          ...[trader.option(), trader.find("EUR", "CASH")],
        ];
        for (const { what, ...how } of plan) trader.trade(instruments[what], how);
        // What a program that only sees executions and commission reports would make of them.
        const held = new Map<Instrument, { quantity: number; cost: number }>();
        let cash = START;
        let realized = 0;
        for (const { instrument, execution, commission } of trader.reports) {
          const signed = execution.side === "BOT" ? execution.shares : -execution.shares;
          const { quantity, cost } = held.get(instrument) ?? { quantity: 0, cost: 0 };
          const closed =
            Math.sign(quantity) * Math.sign(signed) < 0 ? Math.min(Math.abs(quantity), Math.abs(signed)) : 0;
          const value = execution.price * instrument.pointValue;
          const perUnit = commission.commission / Math.abs(signed);
          let after = cost;
          if (closed > 0) {
            const costOfClosed = (cost * closed) / Math.abs(quantity);
            const profit = closed * (Math.sign(quantity) * value - perUnit) - costOfClosed;
            expect(Math.abs(commission.realizedPNL! - profit)).toBeLessThan(CENT);
            realized += commission.realizedPNL!;
            after -= costOfClosed;
          } else expect(commission.realizedPNL).toBeUndefined();
          const opened = Math.abs(signed) - closed;
          after += opened * (Math.sign(signed) * value + perUnit);
          held.set(instrument, { quantity: quantity + signed, cost: after });
          cash -= signed * value + commission.commission;
        }
        const figures = account.figures();
        expect(Math.abs(figures.realizedPnL - realized)).toBeLessThan(CENT);
        let worth = cash;
        for (const [instrument, { quantity, cost }] of held) {
          const position = account.position(instrument.conId)!;
          expect(position.quantity).toBeCloseTo(quantity, 6);
          const value = quantity * trader.exchange.quote(instrument).last * instrument.pointValue;
          worth += value;
          if (quantity === 0) continue;
          expect(Math.abs(account.averageCost(position) * quantity - cost)).toBeLessThan(CENT);
          expect(Math.abs(account.unrealizedPnL(position) - (value - cost))).toBeLessThan(CENT);
        }
        expect(Math.abs(figures.netLiquidation - worth)).toBeLessThan(CENT);
        // What is not settled daily was paid for in cash.
        const future = instruments[2];
        const open = account.position(future.conId);
        const settled = open === undefined ? 0 : open.quantity * open.averagePrice * future.pointValue;
        expect(Math.abs(figures.totalCash - (cash + settled))).toBeLessThan(CENT);
      }),
      { numRuns: 60 },
    );
  });
});

test("bought and sold: the account lost what profit and loss says, commissions included", async () => {
  const { client, gateway } = await stageWithClient(bench);
  client.api.placeOrder(1, AAPL, marketOrder({ totalQuantity: 100 }));
  client.api.placeOrder(2, AAPL, marketOrder({ totalQuantity: 100, action: "SELL" as never }));
  client.api.reqPnL(3, "DU0000001", "");
  client.api.reqPnLSingle(4, "DU0000001", "", 265598);
  client.api.reqAccountSummary(5, "All", "NetLiquidation");
  client.api.reqPositions();
  await client.settle();
  const lost = Number((client.all(EventName.accountSummary)[0] as string[])[3]) - 1_000_000;
  expect(lost).toBeLessThan(-2);
  expect(client.all(EventName.pnl)[0]).toEqual([3, lost, 0, lost].map((n) => expect.closeTo(n, 6)));
  expect(client.all(EventName.pnlSingle)[0].slice(0, 5)).toEqual(
    [4, 0, lost, 0, lost].map((n) => expect.closeTo(n, 6)),
  );
  const reported = client
    .all(EventName.commissionReport)
    .map(([r]) => (r as { realizedPNL?: number }).realizedPNL);
  expect(reported.at(-1)).toBeCloseTo(lost, 6);
  expect(gateway.exchange.accounts.get("DU0000001")!.figures().realizedPnL).toBeCloseTo(lost, 6);
});
