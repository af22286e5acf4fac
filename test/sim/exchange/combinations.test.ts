import { expect, test } from "vitest";
import { contractOf } from "../../../src/sim/market/instrument.js";
import { NO_CONTRACT } from "../../../src/sim/model/contract.js";
import { defaultOrder } from "../../../src/sim/model/order.js";
import { Market } from "../../support/sim/market.js";

const BAG = { symbol: "IBM", secType: "BAG", exchange: "SMART", currency: "USD" };
/** Stocks cannot be combined with a guarantee. */
const smartComboRoutingParams = [{ tag: "NonGuaranteed", value: "1" }];
const LEG = { exchange: "SMART", openClose: 0, shortSaleSlot: 0, designatedLocation: "", exemptCode: -1 };

/** A market with a combination of two stocks, one bought and two sold, and what orders in it do. */
function spread() {
  const market = new Market();
  const { exchange } = market;
  const account = exchange.accounts.get("DU1")!;
  const [aapl, ibm] = [market.find("AAPL"), market.find("IBM")];
  const comboLegs = [
    { ...LEG, conId: ibm.conId, ratio: 1, action: "BUY" },
    { ...LEG, conId: aapl.conId, ratio: 2, action: "SELL" },
  ];
  const contract = { ...NO_CONTRACT, ...BAG, comboLegs };
  const trade = (orderId: number, action: string) =>
    exchange.orders.place(1, orderId, contract, {
      ...defaultOrder(),
      ...{ action, totalQuantity: 10, orderType: "MKT", smartComboRoutingParams },
    });
  const held = () => account.positions().map(({ instrument, quantity }) => [instrument.symbol, quantity]);
  return { market, exchange, account, aapl, ibm, trade, held };
}

test("a combination is held as its legs, whose prices add up to its own", () => {
  const { exchange, account, trade, held, aapl, ibm } = spread();
  const before = account.figures().totalCash;
  trade(1, "BUY");
  expect(held()).toEqual([
    ["IBM", 10],
    ["AAPL", -20],
  ]);
  const [whole, first, second] = exchange.orders.executions;
  expect(exchange.orders.executions.length).toBe(3);
  expect(whole.contract.secType).toBe("BAG");
  expect([first.contract, second.contract].map(({ conId }) => conId)).toEqual([ibm.conId, aapl.conId]);
  expect(first.contract).toMatchObject({ ...contractOf(ibm), exchange: ibm.primaryExch });
  expect([first, second].map(({ execution: e }) => [e.side, e.shares, e.cumQty])).toEqual([
    ["BOT", 10, 10],
    ["SLD", 20, 20],
  ]);
  expect(first.execution.price - 2 * second.execution.price).toBeCloseTo(whole.execution.price, 6);
  expect(whole.commission.commission).toBe(6.5);
  expect([first, second].map(({ commission }) => commission.commission)).toEqual([0, 0]);
  expect(before - account.figures().totalCash).toBeCloseTo(10 * whole.execution.price + 6.5, 6);
  const ids = [whole, first, second].map(({ execution }) => execution.execId.split("."));
  expect(new Set(ids.map((id) => id.slice(0, 2).join("."))).size).toBe(1);
  expect(ids.map((id) => id[2])).toEqual(["01", "02", "03"]);
});

test("one that is worth less than nothing trades at its price, too", () => {
  const { exchange, account, ibm, market } = spread();
  const msft = market.find("MSFT");
  const comboLegs = [
    { ...LEG, conId: ibm.conId, ratio: 1, action: "BUY" },
    { ...LEG, conId: msft.conId, ratio: 1, action: "SELL" },
  ];
  const contract = { ...NO_CONTRACT, ...BAG, comboLegs };
  const combo = exchange.instruments.resolve(contract)!;
  const { bid, ask } = exchange.quote(combo);
  expect(ask).toBeGreaterThan(bid);
  expect(ask).toBeLessThan(-100);
  const limit = {
    ...defaultOrder(),
    ...{ action: "BUY", totalQuantity: 1, orderType: "LMT", smartComboRoutingParams },
  };
  exchange.orders.place(1, 1, contract, { ...limit, lmtPrice: bid - 5 });
  exchange.orders.place(1, 2, contract, { ...limit, lmtPrice: ask });
  expect([1, 2].map((id) => exchange.orders.find(1, id)!.status)).toEqual(["Submitted", "Filled"]);
  const [whole, first, second] = exchange.orders.executions;
  expect(whole.execution.price).toBe(ask);
  expect(first.execution.price - second.execution.price).toBeCloseTo(ask, 6);
  expect(Math.abs(first.execution.price - exchange.quote(ibm).last)).toBeLessThan(1);
  expect(account.positions().map(({ quantity }) => quantity)).toEqual([1, -1]);
});

test("selling it closes the legs and tells what each has earned, the commissions of both orders included", () => {
  const { exchange, trade, held } = spread();
  trade(1, "BUY");
  trade(2, "SELL");
  expect(held()).toEqual([
    ["IBM", 0],
    ["AAPL", 0],
  ]);
  const [bought, , , sold, ...legs] = exchange.orders.executions;
  const earned = legs.reduce((sum, { commission }) => sum + commission.realizedPNL!, 0);
  expect(earned).toBeCloseTo(10 * (sold.execution.price - bought.execution.price) - 13, 6);
});
