import { describe, expect, expectTypeOf, test } from "vitest";
import { stock } from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import {
  EventName,
  IBApi,
  type Order,
  type OrderCondition,
  PriceCondition,
  TriggerMethod,
} from "../../src/index.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { ready } from "../support/collect.js";

const { algos, conditions } = orders;
const AAPL = { conId: 265598 };
const ENTRY = orders.limit("BUY", 100, 187.2, {
  tif: "GTC",
  account: "DU1",
  outsideRth: true,
  orderRef: "mine",
});

test("short names are the long ones", () => {
  expect(orders.mit).toBe(orders.marketIfTouched);
  expect(orders.lit).toBe(orders.limitIfTouched);
  expect(orders.moc).toBe(orders.marketOnClose);
  expect(orders.loc).toBe(orders.limitOnClose);
  expect(orders.moo).toBe(orders.marketOnOpen);
  expect(orders.loo).toBe(orders.limitOnOpen);
  expect(orders.midprice).toBe(orders.midPrice);
  expect(orders.trailing).toBe(orders.trailingStop);
  expect(orders.trailingLimit).toBe(orders.trailingStopLimit);
});

describe("a bracket", () => {
  test("closes what its parent opens: the other side, the same size, account and validity", () => {
    const { parent, takeProfit, stopLoss, children } = orders.bracket(ENTRY, {
      takeProfit: 195,
      stopLoss: 180,
    });
    expect(parent).toEqual({ ...ENTRY, transmit: false });
    const exit = { action: "SELL", totalQuantity: 100, tif: "GTC", account: "DU1", outsideRth: true };
    expect(takeProfit).toEqual({ ...exit, orderType: "LMT", lmtPrice: 195, transmit: false });
    expect(stopLoss).toEqual({ ...exit, orderType: "STP", auxPrice: 180, transmit: true });
    expect(children).toEqual([takeProfit, stopLoss]);
    expect(ENTRY.transmit).toBe(true);
  });

  test.each<[string, orders.BracketExits, object]>([
    [
      "a stop limit",
      { stopLoss: { stopPrice: 180, limitPrice: 179 } },
      { orderType: "STP LMT", auxPrice: 180, lmtPrice: 179 },
    ],
    ["a trailing amount", { stopLoss: { amount: 5 } }, { orderType: "TRAIL", auxPrice: 5 }],
    ["a trailing percentage", { stopLoss: { percent: 2 } }, { orderType: "TRAIL", trailingPercent: 2 }],
    [
      "an order of its own",
      { stopLoss: orders.mit("SELL", 50, 181) },
      { orderType: "MIT", totalQuantity: 50 },
    ],
    ["a profit alone", { takeProfit: 190 }, { orderType: "LMT", lmtPrice: 190 }],
  ])("may end with %s, which transmits it", (_, exits, expected) => {
    const { children } = orders.bracket(ENTRY, exits);
    expect(children).toHaveLength(1);
    expect(children[0]).toMatchObject({ action: "SELL", transmit: true, ...expected });
  });

  test("of a short sale is bought back; a quantity in text keeps its digits", () => {
    const { children } = orders.bracket(orders.market("SELL", "0.123456789012345678"), {
      takeProfit: 180,
      stopLoss: 195,
    });
    for (const child of children)
      expect(child).toMatchObject({ action: "BUY", totalQuantity: "0.123456789012345678" });
  });

  test("exits may differ", () => {
    const { children } = orders.bracket(
      ENTRY,
      { takeProfit: 195, stopLoss: 180 },
      { tif: "DAY", orderRef: "exit" },
    );
    for (const child of children)
      expect(child).toMatchObject({ tif: "DAY", orderRef: "exit", account: "DU1" });
    const forTheDay = orders.bracket(orders.market("BUY", 1, { tif: "IOC" }), { takeProfit: 195 });
    expect("tif" in forTheDay.children[0]).toBe(false);
  });

  test("is one family at a gateway", async () => {
    const gateway = await SimulatedGateway.start();
    const ib = await ready(new IBApi({ port: gateway.port }));
    try {
      const seen = new Map<number, Order>();
      const all = new Promise<void>((resolve, reject) => {
        ib.on(EventName.error, (error, code) => code === 399 || reject(error));
        ib.on(EventName.openOrder, (id, _contract, order) => {
          if (seen.set(id, order).size === 3) resolve();
        });
      });
      const { parent, children } = orders.bracket(orders.limit("BUY", 1, 1), {
        takeProfit: 2000,
        stopLoss: 0.5,
      });
      ib.placeOrder(7, stock("AAPL"), parent);
      for (const [i, child] of children.entries())
        ib.placeOrder(8 + i, stock("AAPL"), { ...child, parentId: 7 });
      await all;
      expect([8, 9].map((id) => seen.get(id)?.parentId)).toEqual([7, 7]);
    } finally {
      ib.disconnect();
      await gateway.stop();
    }
  });
});

test("an OCA group is of copies", () => {
  const members = [orders.limit("BUY", 1, 10), orders.limit("BUY", 1, 11)];
  expect(orders.oca("mine", members)).toEqual(
    members.map((order) => ({ ...order, ocaGroup: "mine", ocaType: 1 })),
  );
  expect(members[0].ocaGroup).toBeUndefined();
  expect(orders.oca("mine", members, 3)[1].ocaType).toBe(3);
});

describe("conditions", () => {
  test("say what stock's classes say", () => {
    const [ours] = conditions.any(
      conditions.price({ conId: 265598, exchange: "ISLAND" }, { below: 180 }, "last"),
    );
    const stocks = new PriceCondition(180, TriggerMethod.Last, 265598, "ISLAND", false, "o" as never);
    expect(ours).toEqual({ ...stocks, strValue: stocks.strValue });
  });

  test("cannot be changed, and joining them changes none", () => {
    const one = conditions.margin({ above: 10 });
    expect(conditions.any(one, one).map((condition) => condition.conjunctionConnection)).toEqual(["o", "o"]);
    expect(one.conjunctionConnection).toBe("a");
    expect(() => Object.assign(one, { percent: 20 })).toThrow(TypeError);
  });

  test("are met by a gateway", async () => {
    const gateway = await SimulatedGateway.start();
    const ib = await ready(new IBApi({ port: gateway.port }));
    try {
      const met = new Promise<Order>((resolve, reject) => {
        ib.on(EventName.error, (error, code) => code === 399 || reject(error));
        ib.on(EventName.openOrder, (_id, _contract, order) => resolve(order));
      });
      const when = conditions.all(
        conditions.price(AAPL, { above: 1 }),
        conditions.time({ after: "20200101-00:00:00" }),
        conditions.volume(AAPL, { above: 1 }),
      );
      ib.placeOrder(7, stock("AAPL"), orders.limit("BUY", 1, 1, { conditions: when }));
      expect((await met).conditions).toHaveLength(3);
    } finally {
      ib.disconnect();
      await gateway.stop();
    }
  });
});

const SHARE = "(allowed: a number from 0.01 to 0.5: 0.1 is ten percent)";
const TIME = "(allowed: hh:mm:ss or yyyymmdd-hh:mm:ss, with a zone behind a space)";

describe("what does not fit is refused by name", () => {
  test.each<[() => unknown, string]>([
    [() => orders.pegMarket("BUY", 1, { offset: -1 }), "offset is -1 (allowed: a number from 0 on)"],
    [
      () => orders.pegMarket("BUY", 1, { ofset: 1 } as object),
      "peg.ofset is not known (allowed: offset, limitPrice)",
    ],
    [
      () => orders.relative("BUY", 1, { offset: 1, percent: 0.1 } as never),
      'peg is {"offset":1,"percent":0.1} (allowed: either an offset or a percent)',
    ],
    [() => orders.relative("BUY", 1, { percent: 2 }), "percent is 2 (allowed: a number above 0, up to 1)"],
    [
      () => orders.pegMid("BUY", 1, { offset: 1, midOffsetAtWhole: 0, midOffsetAtHalf: 0 } as never),
      "offset is 1 (allowed: nothing: midOffsetAtWhole and midOffsetAtHalf say it)",
    ],
    [
      () => orders.pegMid("BUY", 1, { midOffsetAtWhole: 0.01 } as never),
      "midOffsetAtHalf is undefined (allowed: a number from 0 on)",
    ],
    [() => orders.pegStock("BUY", 1, { delta: 0 }), "delta is 0 (allowed: a number from 1 to 100)"],
    [
      () => orders.pegStock("BUY", 1, { delta: 50, stockRangeLower: 9, stockRangeUpper: 8 }),
      "stockRangeLower is 9 (allowed: a number below stockRangeUpper, 8)",
    ],
    [
      () => orders.pegBest("BUY", 1, { limitPrice: 1, competeAgainstBestOffset: 0 }),
      "competeAgainstBestOffset is 0 (allowed: a number above 0)",
    ],
    [
      () =>
        orders.pegBest("BUY", 1, { limitPrice: 1, competeAgainstBestOffset: 0.01, midOffsetAtHalf: 0.01 }),
      'competeAgainstBestOffset is 0.01 (allowed: "mid", where there are offsets there)',
    ],
    [
      () => orders.pegBest("BUY", 1, { limitPrice: 1, competeAgainstBestOffset: 1, minTradeQty: 0 }),
      "minTradeQty is 0 (allowed: an integer from 1 on)",
    ],
    [
      () => orders.pegBenchmark("BUY", 1, { referenceContractId: 0 } as never),
      "referenceContractId is 0 (allowed: an integer from 1 on)",
    ],
    [
      () => orders.pegBenchmark("BUY", 1, { referenceContractId: 1, referenceExchangeId: "" } as never),
      'referenceExchangeId is "" (allowed: a text)',
    ],
    [
      () => algos.adaptive("Fast" as "Urgent"),
      'Adaptive.adaptivePriority is "Fast" (allowed: Urgent, Normal, Patient)',
    ],
    [() => algos.vwap({ maxPctVol: 10 }), `Vwap.maxPctVol is 10 ${SHARE}`],
    [() => algos.percentOfVolume({} as { pctVol: number }), `PctVol.pctVol is undefined ${SHARE}`],
    [() => algos.twap({ startTime: "9:30" }), `Twap.startTime is "9:30" ${TIME}`],
    [() => algos.twap({ startTime: "25:00:00" }), `Twap.startTime is "25:00:00" ${TIME}`],
    [
      () => algos.vwap({ maxPctVolume: 0.1 } as object),
      "Vwap.maxPctVolume is not known (allowed: maxPctVol, noTakeLiq,",
    ],
    [() => algos.darkIce({ displaySize: 0 }), "DarkIce.displaySize is 0 (allowed: an integer from 1 on)"],
    [
      () => algos.closePrice({ maxPctVol: 0.1, riskAversion: "Brave" as "Neutral" }),
      'ClosePx.riskAversion is "Brave" (allowed: Get Done, Aggressive, Neutral, Passive)',
    ],
    [() => conditions.price({}, { above: 1 }), "contract.conId is undefined (allowed: an integer from 1 on)"],
    [() => conditions.price(AAPL, {} as never), "side is {} (allowed: either above or below)"],
    [() => conditions.price(AAPL, { above: 1, below: 2 } as never), "(allowed: either above or below)"],
    [() => conditions.price(AAPL, { above: Number.NaN }), "above is NaN (allowed: a number)"],
    [
      () => conditions.price(AAPL, { above: 1 }, "first" as "last"),
      'trigger is "first" (allowed: default, doubleBidAsk,',
    ],
    [
      () => conditions.time({ after: "tomorrow" }),
      'after is "tomorrow" (allowed: yyyymmdd hh:mm:ss with a zone',
    ],
    [
      () => conditions.time({ before: "20261218-15:00:00 UTC" }),
      'before is "20261218-15:00:00 UTC" (allowed: yyyy',
    ],
    [() => conditions.margin({ above: 1.5 }), "above is 1.5 (allowed: an integer from 0 on)"],
    [() => conditions.execution("", "STK"), 'symbol is "" (allowed: a text)'],
    [() => conditions.all(), "conditions is [] (allowed: one at least)"],
    [() => orders.bracket(ENTRY, {}), "exits is {} (allowed: an object with takeProfit, stopLoss or both)"],
    [
      () => orders.bracket(ENTRY, { takeProfit: 187 }),
      "takeProfit is 187 (allowed: a price above the parent's, 187.2)",
    ],
    [
      () => orders.bracket(ENTRY, { stopLoss: 188 }),
      "stopLoss is 188 (allowed: a price below the parent's, 187.2)",
    ],
    [
      () => orders.bracket(orders.market("SELL", 1), { takeProfit: 190, stopLoss: 180 }),
      "takeProfit is 190 (allowed: a price below stopLoss, 180)",
    ],
    [
      () => orders.bracket(orders.market("BUY", 0, { cashQty: 5 }), { takeProfit: 190 }),
      "parent.cashQty is 5 (allowed: nothing: exits need a quantity)",
    ],
    [() => orders.oca("", [ENTRY, ENTRY]), 'group is "" (allowed: a text)'],
    [() => orders.oca("mine", [ENTRY]), "(allowed: a list of two orders or more)"],
    [() => orders.oca("mine", [ENTRY, ENTRY], 4 as 3), "ocaType is 4 (allowed: 1, 2, 3)"],
  ])("%s", (make, message) => {
    let error: unknown;
    try {
      make();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(IBKRError);
    expect(error).toMatchObject({ code: "ERR_IBKR_ARGUMENT", message: expect.stringContaining(message) });
  });
});

test("types", () => {
  expect(algos.vwap()).toEqual({ algoStrategy: "Vwap", algoParams: [] });
  expectTypeOf(orders.pegBest).parameter(2).toHaveProperty("competeAgainstBestOffset");
  expectTypeOf(orders.relative("BUY", 1)).toEqualTypeOf<Order>();
  expectTypeOf(orders.bracket).returns.toEqualTypeOf<orders.Bracket>();
  expectTypeOf(algos.adaptive).parameter(0).toEqualTypeOf<"Urgent" | "Normal" | "Patient">();
  expectTypeOf(algos.vwap()).toExtend<orders.OrderMore>();
  expectTypeOf(conditions.all(conditions.margin({ above: 1 }))).toEqualTypeOf<OrderCondition[]>();
  // @ts-expect-error: a trailing stop trails by an amount or by a percentage
  void (() => orders.trailing("BUY", 1, { amount: 1, percent: 1 }));
  // @ts-expect-error: a side is above or below
  void (() => conditions.price(AAPL, { above: 1, below: 2 }));
  // @ts-expect-error: there is no such priority
  void (() => algos.adaptive("Fast"));
});
