import { describe, expect, test } from "vitest";
import { commissionFor } from "../../../src/sim/exchange/commission.js";
import { contractOf } from "../../../src/sim/market/instrument.js";
import { defaultOrder } from "../../../src/sim/model/order.js";
import { Market } from "../../support/sim/market.js";

describe("accounts", () => {
  test("cash, average cost, realised and unrealised profit follow the executions", () => {
    const market = new Market({ startingCash: 100_000 });
    const account = market.exchange.accounts.get("DU1")!;
    market.place(1, { orderType: "MKT" });
    market.move({ bid: 101.99, ask: 102.01 });
    market.place(2, { orderType: "MKT" });
    const position = account.position(market.stock.conId)!;
    expect(position.quantity).toBe(200);
    expect(account.averageCost(position)).toBeCloseTo(101.02, 8);
    expect(account.figures().totalCash).toBeCloseTo(100_000 - 10_001 - 10_201 - 2, 6);
    market.move({ bid: 104, ask: 104.02, trade: { side: "bid", size: 1 } });
    expect(account.unrealizedPnL(position)).toBeCloseTo(200 * (104 - 101.02), 6);
    market.place(3, { action: "SELL", orderType: "MKT", totalQuantity: 150 });
    expect(position.quantity).toBe(50);
    expect(position.realizedPnL).toBeCloseTo(150 * (104 - 101.02) - 1, 6);
    expect(account.averageCost(position)).toBeCloseTo(101.02, 8);
  });

  test("the commission comes as a report of its own, after the execution and the order's status", () => {
    const market = new Market();
    market.place(1, { orderType: "MKT" });
    expect(market.events).toEqual(["1 Submitted", "1 BOT 100 @ 100.01", "1 Filled", "1 commission"]);
  });

  test("an order beyond the account's means is rejected with 201", () => {
    const market = new Market({ startingCash: 10_000 });
    market.place(1, { orderType: "MKT", totalQuantity: 300 });
    expect(market.status(1)).toBe("Filled");
    market.place(2, { orderType: "MKT", totalQuantity: 100 });
    expect(market.rejects.map(({ code }) => code)).toEqual([201]);
    expect(market.rejects[0].message).toMatch(
      /available funds are insufficient: equity with loan value \[\d+\.\d\d USD\]/,
    );
    market.place(3, { action: "SELL", orderType: "MKT", totalQuantity: 300 });
    expect(market.status(3)).toBe("Filled");
  });

  test("what is in another currency counts at the rate of its pair", () => {
    const market = new Market({ startingCash: 100_000 });
    const { exchange } = market;
    const yen = market.find("USD", "CASH", "JPY");
    exchange.orders.place(1, 1, contractOf(yen), {
      ...defaultOrder(),
      action: "BUY",
      totalQuantity: 10_000,
      orderType: "MKT",
    });
    const account = exchange.accounts.get("DU1")!;
    const [record] = exchange.orders.executions;
    expect(record.commission.currency).toBe("JPY");
    const rate = 1 / exchange.quote(yen).last;
    const paid = 10_000 * record.execution.price + record.commission.commission;
    expect(account.figures().totalCash).toBeCloseTo(100_000 - paid * rate, 2);
    expect(account.figures().grossPositionValue).toBeCloseTo(10_000, 6);
  });

  test("a future settles its profit in cash and is asked a fraction of its value", () => {
    const market = new Market({ startingCash: 100_000 });
    const { exchange } = market;
    const future = market.find("ES", "FUT");
    exchange.orders.place(1, 1, contractOf(future), {
      ...defaultOrder(),
      action: "BUY",
      totalQuantity: 2,
      orderType: "MKT",
    });
    const figures = exchange.accounts.get("DU1")!.figures();
    expect(figures.totalCash).toBeCloseTo(100_000 - 4.5, 6);
    expect(figures.initialMargin).toBeCloseTo(2 * 50 * exchange.quote(future).last * 0.07, 2);
  });
});

describe("commission schedule", () => {
  const of = (secType: string, quantity: number, value: number): number =>
    commissionFor({ ...new Market().stock, secType }, quantity, value);

  test.each([
    ["STK", 100, 19_000, 1, "at least 1"],
    ["STK", 1000, 190_000, 5, "0.005 a share"],
    ["STK", 1000, 100, 1, "at most 1 % of the value"],
    ["CFD", 1000, 190_000, 5, "0.005 a share"],
    ["OPT", 10, 5000, 6.5, "0.65 a contract"],
    ["OPT", 1, 500, 1, "at least 1"],
    ["FOP", 2, 5000, 2.84, "1.42 a contract"],
    ["FUT", 3, 900_000, 6.75, "2.25 a contract"],
    ["CASH", 1_000_000, 1_100_000, 22, "0.2 basis points"],
    ["CASH", 10_000, 11_000, 2, "at least 2"],
    ["CRYPTO", 1, 60_000, 108, "0.18 %"],
    ["BOND", 10, 10_000, 10, "0.1 %"],
    ["FUND", 10, 10_000, 14.95, "flat"],
  ])("%s %d for %d: %d (%s)", (secType, quantity, value, commission) => {
    expect(of(secType, quantity, value)).toBe(commission);
  });
});
