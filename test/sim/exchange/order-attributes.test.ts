import { describe, expect, test } from "vitest";
import { OrderReject } from "../../../src/sim/exchange/order-reject.js";
import { contractOf, type Instrument } from "../../../src/sim/market/instrument.js";
import { defaultOrder, type OrderFields } from "../../../src/sim/model/order.js";
import { condition, Market } from "../../support/sim/market.js";

/** What orders may not have or be, by the codes of IB's list. */

const CONDITIONS = [condition({ conId: 265598, value: "1000" })];

function refusal(act: () => void): [code: number, text: string] | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof OrderReject)) throw error;
    return [error.code, error.message];
  }
}

function codeOf(fields: Partial<OrderFields>): number | undefined {
  return refusal(() => new Market().place(1, { lmtPrice: 99, ...fields }))?.[0];
}

describe("an order is refused", () => {
  test.each<[string, Partial<OrderFields>, number]>([
    ["with the side of an institution", { action: "SSHORT" }, 303],
    ["with the side of an institution's long", { action: "SLONG" }, 303],
    ["with an origin that is none", { origin: 7 }, 311],
    ["with a slot of short sales that is none", { action: "SELL", shortSaleSlot: 3 }, 347],
    [
      "with a slot of short sales, and no short sale of an institution",
      { action: "SELL", shortSaleSlot: 2 },
      348,
    ],
    ["with a trigger method that is none", { orderType: "STP", auxPrice: 101, triggerMethod: 99 }, 146],
    ["for the close, and good till cancelled", { orderType: "MOC", tif: "GTC" }, 113],
    ["for the close with a limit, and immediate or cancel", { orderType: "LOC", tif: "IOC" }, 113],
    ["as a stop that waits for conditions", { orderType: "STP", auxPrice: 101, conditions: CONDITIONS }, 148],
    [
      "as a market order that conditions cancel",
      { orderType: "MKT", conditions: CONDITIONS, conditionsCancelOrder: true },
      148,
    ],
    ["as an iceberg with discretion", { discretionaryAmt: 0.05, displaySize: 10 }, 157],
    ["with a discretion between two increments", { discretionaryAmt: 0.005 }, 168],
    ["as a trailing stop without a distance", { orderType: "TRAIL" }, 158],
    ["as a trailing stop further than the price", { orderType: "TRAIL", trailingPercent: 200 }, 159],
    ["as a trailing stop less than nothing", { orderType: "TRAIL LIMIT", trailingPercent: -1 }, 159],
    ["with a stop of zero", { orderType: "STP", auxPrice: 0 }, 403],
    ["with a stop below zero", { orderType: "STP LMT", auxPrice: -1 }, 403],
    ["with a trigger of zero", { orderType: "MIT", auxPrice: 0 }, 361],
    ["with a limit of zero", { lmtPrice: 0 }, 321],
    ["with a limit below zero", { lmtPrice: -5 }, 321],
  ])("%s: %j is %i", (_name, fields, code) => {
    expect(codeOf(fields)).toBe(code);
  });

  test("not with what is nearly such a thing", () => {
    for (const fields of [
      { origin: 1 },
      { orderType: "STP", auxPrice: 101, triggerMethod: 8 },
      { orderType: "MOC" },
      { conditions: CONDITIONS },
      { conditions: CONDITIONS, conditionsCancelOrder: true },
      { orderType: "REL", conditions: CONDITIONS },
      { discretionaryAmt: 0.05 },
      { displaySize: 10 },
      { orderType: "TRAIL", trailingPercent: 100 },
      { orderType: "REL", lmtPrice: 0 },
    ])
      expect([fields, codeOf(fields)]).toEqual([fields, undefined]);
  });
});

/** Names of instruments, and the types that they cannot have. */
const WITHOUT: Readonly<Record<string, string>> = {
  "AAPL STK USD": "",
  "SAP STK EUR": "MIDPRICE",
  "AAPL CFD USD": "PEG MID,MIDPRICE",
  "ES FUT USD": "MOO,LOO,MKT OPG,LMT OPG,PEG MID,MIDPRICE",
  "EUR CASH USD": "MOC,LOC,MOO,LOO,MKT OPG,LMT OPG,REL,PEG MID,MIDPRICE",
  "US037833AL42 BOND USD": "STP,STP LMT,TRAIL,MOC,LOC,MOO,LOO,MKT OPG,LMT OPG,REL,PEG MID,MIDPRICE",
};
const TYPES =
  "MKT,LMT,STP,STP LMT,TRAIL,TRAIL LIMIT,MIT,LIT,MOC,LOC,MOO,LOO,MKT OPG,LMT OPG,REL,PEG MID,MIDPRICE".split(
    ",",
  );

test.each(Object.entries(WITHOUT))("%s has not %s: 387", (name, without) => {
  const { exchange } = new Market();
  const [symbol, secType, currency] = name.split(" ");
  const instrument = exchange.instruments.resolve({ symbol, secType, currency }) as Instrument;
  const { bid, ask } = exchange.quote(instrument);
  const refused = TYPES.filter((type, i) => {
    const tif = type.endsWith(" OPG") ? "OPG" : "DAY";
    const order = { action: "BUY", totalQuantity: 1, lmtPrice: bid, auxPrice: type === "REL" ? 0 : ask };
    const trail = type.startsWith("TRAIL") ? { trailingPercent: 1, auxPrice: undefined } : {};
    const fields = { ...defaultOrder(), ...order, ...trail, orderType: type.replace(" OPG", ""), tif };
    const found = refusal(() => exchange.orders.place(1, i + 1, contractOf(instrument), fields));
    if (found !== undefined) expect([type, found[0]]).toEqual([type, 387]);
    return found !== undefined;
  });
  expect(refused.join()).toBe(without);
});

test("a question for margins has to be transmitted: 413", () => {
  const { exchange, stock } = new Market();
  const order = { ...defaultOrder(), action: "BUY", totalQuantity: 1, orderType: "LMT", lmtPrice: 99 };
  const ask = (transmit: boolean) => exchange.orders.preview(1, contractOf(stock), { ...order, transmit });
  expect(refusal(() => ask(false))?.[0]).toBe(413);
  expect(refusal(() => ask(true))).toBeUndefined();
});

test("a cancel of an order that was not transmitted is told by 202 and 161, and by no status", () => {
  const market = new Market();
  market.place(1, { lmtPrice: 99, transmit: false });
  market.exchange.orders.cancel(1, 1);
  expect(market.rejects.map(({ code }) => code)).toEqual([202, 161]);
  expect(market.rejects[0].message).toContain("Order was discarded");
  expect(market.events).toEqual([]);
  expect(refusal(() => market.exchange.orders.cancel(1, 1))?.[0]).toBe(10147);
});
