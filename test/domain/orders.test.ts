import { describe, expect, test } from "vitest";
import { stock } from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import { EventName, IBApi, type Order, OrderAction, TimeInForce } from "../../src/index.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { ready } from "../support/collect.js";

const BUY_100 = { action: "BUY", totalQuantity: 100, transmit: true };

describe("each kind of order", () => {
  test.each<[string, Order, object]>([
    ["market", orders.market("BUY", 100), { orderType: "MKT" }],
    ["limit", orders.limit("BUY", 100, 187.2), { orderType: "LMT", lmtPrice: 187.2 }],
    ["stop", orders.stop("BUY", 100, 190), { orderType: "STP", auxPrice: 190 }],
    [
      "stop limit",
      orders.stopLimit("BUY", 100, { stopPrice: 190, limitPrice: 191 }),
      { orderType: "STP LMT", auxPrice: 190, lmtPrice: 191 },
    ],
    ["market if touched", orders.marketIfTouched("BUY", 100, 180), { orderType: "MIT", auxPrice: 180 }],
    [
      "limit if touched",
      orders.limitIfTouched("BUY", 100, { triggerPrice: 180, limitPrice: 181 }),
      { orderType: "LIT", auxPrice: 180, lmtPrice: 181 },
    ],
    ["trailing stop", orders.trailingStop("BUY", 100, { amount: 2 }), { orderType: "TRAIL", auxPrice: 2 }],
    [
      "trailing stop by percent",
      orders.trailingStop("BUY", 100, { percent: 1.5 }),
      { orderType: "TRAIL", trailingPercent: 1.5 },
    ],
    [
      "trailing stop limit",
      orders.trailingStopLimit("BUY", 100, { amount: 2, limitOffset: 0.1 }, { trailStopPrice: 190 }),
      { orderType: "TRAIL LIMIT", auxPrice: 2, lmtPriceOffset: 0.1, trailStopPrice: 190 },
    ],
    ["market on close", orders.marketOnClose("BUY", 100), { orderType: "MOC" }],
    ["limit on close", orders.limitOnClose("BUY", 100, 187), { orderType: "LOC", lmtPrice: 187 }],
    ["market on open", orders.marketOnOpen("BUY", 100), { orderType: "MKT", tif: "OPG" }],
    ["limit on open", orders.limitOnOpen("BUY", 100, 187), { orderType: "LMT", lmtPrice: 187, tif: "OPG" }],
    ["mid price", orders.midPrice("BUY", 100), { orderType: "MIDPRICE" }],
    ["mid price with a cap", orders.midPrice("BUY", 100, 187), { orderType: "MIDPRICE", lmtPrice: 187 }],
  ])("%s", (_, order, expected) => {
    expect(order).toEqual({ ...BUY_100, ...expected });
  });

  test("enums and their texts are the same", () => {
    expect(orders.limit(OrderAction.SELL, 1, 10, { tif: TimeInForce.GTC })).toEqual(
      orders.limit("SELL", 1, 10, { tif: "GTC" }),
    );
  });

  test("what is given besides is in the order; what is undefined is not given", () => {
    const order = orders.limit("BUY", 1, 10, { account: "DU1", transmit: false, tif: undefined, ocaType: 1 });
    expect(order).toMatchObject({ account: "DU1", transmit: false, ocaType: 1 });
    expect("tif" in order).toBe(false);
    expect(orders.market("BUY", 1, { transmit: undefined }).transmit).toBe(true);
  });

  test.each<[number | string, number | string]>([
    [0.5, 0.5],
    ["100", 100],
    ["0.00012300", 0.000123],
    ["0.123456789012345678", "0.123456789012345678"],
    ["12345678901234567", "12345678901234567"],
  ])("a quantity of %j loses no digit", (quantity, expected) => {
    expect(orders.market("BUY", quantity).totalQuantity).toBe(expected);
  });

  test("a quantity of 0 where the order is for an amount of money", () => {
    expect(orders.market("BUY", 0, { cashQty: 500 })).toMatchObject({ totalQuantity: 0, cashQty: 500 });
  });

  test("prices may be negative: combinations, and some futures", () => {
    expect(orders.limit("BUY", 1, -0.35).lmtPrice).toBe(-0.35);
  });
});

/** The same, with members that a loop does not show. */
function hidden<T extends object>(members: T): T {
  const object = {} as T;
  for (const [name, value] of Object.entries(members)) Object.defineProperty(object, name, { value });
  return object;
}

class Settings {
  get whatIf(): boolean {
    return true;
  }
  readonly tif = "GTC";
  /** No member of an order, and no matter. */
  describe(): string {
    return "what if";
  }
}

describe("what is given besides is read as an order is, however the object says it", () => {
  const expected = { whatIf: true, tif: "GTC" } as const;
  test.each<[string, object]>([
    ["plain", expected],
    ["without a prototype", Object.assign(Object.create(null), expected)],
    ["not enumerable", hidden(expected)],
    [
      "getters",
      {
        get whatIf() {
          return true;
        },
        get tif() {
          return "GTC";
        },
      },
    ],
    ["inherited", Object.create(expected)],
    ["inherited and not enumerable", Object.create(hidden(expected))],
    ["a class", new Settings()],
    ["a proxy", new Proxy({}, { get: (_, name) => (expected as Record<PropertyKey, unknown>)[name] })],
  ])("%s", (_, more) => {
    expect(orders.limit("BUY", 1, 10, more)).toEqual({
      ...{ action: "BUY", totalQuantity: 1, orderType: "LMT", lmtPrice: 10, transmit: true },
      ...expected,
    });
  });

  test("a getter is asked once", () => {
    let asked = 0;
    const more = {
      get whatIf() {
        asked += 1;
        return true;
      },
    };
    orders.market("BUY", 1, more);
    orders.market("BUY", 1, Object.create(more));
    expect(asked).toBe(2);
  });

  test("prices and distances too", () => {
    expect(orders.stopLimit("SELL", 1, hidden({ stopPrice: 9, limitPrice: 8 }))).toMatchObject({
      auxPrice: 9,
      lmtPrice: 8,
    });
    expect(orders.trailingStopLimit("SELL", 1, Object.create({ percent: 2, limitOffset: 1 }))).toMatchObject({
      trailingPercent: 2,
      lmtPriceOffset: 1,
    });
  });
});

const QUANTITY = "(allowed: a number above 0, or its text)";

describe("what does not fit is refused by name", () => {
  test.each<[() => Order, string]>([
    [() => orders.market("HOLD" as "BUY", 1), 'action is "HOLD" (allowed: BUY, SELL, SSHORT, SLONG)'],
    [() => orders.market("BUY", 0), `quantity is 0 ${QUANTITY}`],
    [() => orders.market("BUY", -1), `quantity is -1 ${QUANTITY}`],
    [() => orders.market("BUY", Number.POSITIVE_INFINITY), `quantity is Infinity ${QUANTITY}`],
    [() => orders.market("BUY", "1e3"), `quantity is "1e3" ${QUANTITY}`],
    [() => orders.market("BUY", ""), `quantity is "" ${QUANTITY}`],
    [() => orders.market("BUY", -1, { cashQty: 500 }), `quantity is -1 ${QUANTITY}`],
    [() => orders.limit("BUY", 1, Number.NaN), "limitPrice is NaN (allowed: a number)"],
    [() => orders.limit("BUY", 1, "10" as unknown as number), 'limitPrice is "10" (allowed: a number)'],
    [
      () => orders.stop("BUY", 1, undefined as unknown as number),
      "stopPrice is undefined (allowed: a number)",
    ],
    [
      () => orders.stopLimit("BUY", 1, { stopPrice: 1 } as { stopPrice: number; limitPrice: number }),
      "limitPrice is undefined (allowed: a number)",
    ],
    [() => orders.marketIfTouched("BUY", 1, Number.NaN), "triggerPrice is NaN (allowed: a number)"],
    [() => orders.trailingStop("BUY", 1, { amount: 0 }), "amount is 0 (allowed: a number above 0)"],
    [
      () => orders.trailingStop("BUY", 1, { percent: 101 }),
      "percent is 101 (allowed: a number above 0, up to 100)",
    ],
    [
      () => orders.trailingStop("BUY", 1, {} as { amount: number }),
      "trail is {} (allowed: either an amount or",
    ],
    [
      () => orders.trailingStopLimit("BUY", 1, { amount: 1, limitOffset: Number.NaN }),
      "limitOffset is NaN (allowed: a number)",
    ],
    [
      () => orders.stopLimit("SELL", 1, { stopPrice: 9, limitPrice: 8, tif: "GTC" } as never),
      "prices.tif is not known (allowed: stopPrice, limitPrice)",
    ],
    [
      () => orders.stopLimit("SELL", 1, null as never),
      "prices is null (allowed: an object with stopPrice, lim",
    ],
    [
      () => orders.trailingStop("BUY", 1, { percentage: 5 } as never),
      "trail.percentage is not known (allowed: amount, percent)",
    ],
    [
      () => orders.trailingStop("BUY", 1, null as never),
      "trail is null (allowed: an object with amount, percen",
    ],
    [() => orders.market("BUY", 1, 5 as never), "more is 5 (allowed: an object with members of Order"],
    [() => orders.stopLimit("BUY", 1, 5 as never), "prices is 5 (allowed: an object with stopPrice, lim"],
    [() => orders.market("BUY", 1, null as never), "more is null (allowed: an object with members of Order"],
    [
      () => orders.market("BUY", 1, { outsideRTH: true } as object),
      "order.outsideRTH is not known (allowed: members of Order)",
    ],
    [() => orders.market("BUY", 1, [] as object), "more is [] (allowed: an object with members of Order"],
    [() => orders.market("BUY", 0, { cashQty: 0 }), "order.cashQty is 0 (allowed: a number above 0)"],
    [() => orders.market("BUY", 0, { cashQty: -5 }), "order.cashQty is -5 (allowed: a number above 0)"],
    [
      () => orders.market("BUY", 0, { cashQty: Number.NaN }),
      "order.cashQty is NaN (allowed: a number above 0)",
    ],
    [
      () => orders.market("BUY", 0, { cashQty: Number.POSITIVE_INFINITY }),
      "order.cashQty is Infinity (allowed: a number)",
    ],
    [() => orders.market("BUY", 1, { tif: "gtc" as "GTC" }), 'order.tif is "gtc" (allowed: DAY, GTC, GTD'],
    [() => orders.market("BUY", 1, { tif: "" as "GTC" }), 'order.tif is "" (allowed: DAY, GTC, GTD'],
    [
      () => orders.market("BUY", 1, { tif: "GTD" }),
      "order.goodTillDate is undefined (allowed: a time, where tif is GTD)",
    ],
    [
      () => orders.trailingStop("SELL", 1, { amount: 1 }, { trailStopPrice: Number.NaN }),
      "order.trailStopPrice is NaN (allowed: a number)",
    ],
    [() => orders.market("BUY", 1, { parentId: "7" } as object), 'order.parentId is "7" (allowed: a number)'],
    [() => orders.market("BUY", 1, { ocaType: null } as object), "order.ocaType is null (allowed: a number)"],
    [() => orders.market("BUY", 1, { whatIf: "true" } as object), 'order.whatIf is "true" (allowed: true or'],
    [
      () => orders.market("BUY", 1, { transmit: 0 } as object),
      "order.transmit is 0 (allowed: true or false)",
    ],
    [() => orders.market("BUY", 1, { account: 7 } as object), "order.account is 7 (allowed: a text)"],
    [
      () => orders.market("BUY", 1, { conditions: 1 } as object),
      "order.conditions is 1 (allowed: an object or",
    ],
    [
      () => orders.market("BUY", 1, { totalQuantity: 5 } as object),
      "order.totalQuantity is 5 (allowed: nothing: the call says it",
    ],
    [
      () => orders.stopLimit("SELL", 1, hidden({ stopPrice: 9, limitPrice: 8, tif: "GTC" }) as never),
      "prices.tif is not known (allowed: stopPrice, limitPrice)",
    ],
    [() => orders.market("BUY", 1, hidden({ outsideRTH: true }) as object), "order.outsideRTH is not known"],
    [() => orders.market("BUY", 1, Object.create({ outsideRTH: true })), "order.outsideRTH is not known"],
    [
      () => orders.limit("BUY", 1, 10, { lmtPrice: 11 }),
      "order.lmtPrice is 11 (allowed: nothing: the call says it",
    ],
    [
      () => orders.marketOnOpen("BUY", 1, { tif: "DAY" }),
      'order.tif is "DAY" (allowed: nothing: the call says it',
    ],
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

test("a gateway takes each of them", async () => {
  const gateway = await SimulatedGateway.start();
  const ib = await ready(new IBApi({ port: gateway.port }));
  try {
    const made = [
      orders.market("BUY", 1),
      orders.limit("BUY", 1, 1),
      orders.stop("SELL", 1, 1),
      orders.stopLimit("SELL", 1, { stopPrice: 1, limitPrice: 1 }),
      orders.marketIfTouched("BUY", 1, 1),
      orders.limitIfTouched("BUY", 1, { triggerPrice: 1, limitPrice: 1 }),
      orders.trailingStop("SELL", 1, { amount: 5 }),
      orders.trailingStop("SELL", 1, { percent: 5 }),
      orders.trailingStopLimit("SELL", 1, { amount: 5, limitOffset: 0.1 }, { trailStopPrice: 1 }),
      orders.marketOnClose("BUY", 1),
      orders.limitOnClose("BUY", 1, 1),
      orders.marketOnOpen("BUY", 1),
      orders.limitOnOpen("BUY", 1, 1),
      orders.midPrice("BUY", 1, 1),
    ];
    const accepted = new Map<number, string | undefined>();
    const refused: string[] = [];
    ib.on(EventName.error, (error, code, id) => refused.push(`${id}: ${code} ${error.message}`));
    const all = new Promise<void>((resolve) => {
      ib.on(EventName.openOrder, (id, _contract, order) => {
        accepted.set(id, order.orderType);
        if (accepted.size === made.length) resolve();
      });
    });
    const first = 1000;
    for (const [i, order] of made.entries()) ib.placeOrder(first + i, stock("AAPL"), order);
    const patience = new Promise((resolve) => setTimeout(resolve, 5_000).unref());
    await Promise.race([all, patience]);
    expect(refused.filter((text) => !text.includes(": 399 "))).toEqual([]);
    expect([...accepted.values()]).toEqual(made.map((order) => order.orderType));
  } finally {
    ib.disconnect();
    await gateway.stop();
  }
});
