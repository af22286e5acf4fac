import { describe, expect, test } from "vitest";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import type { Contract, Order } from "../../src/index.js";
import { IBApi } from "../../src/index.js";
import { decodePayload } from "../../src/protocol/codec.js";
import { OUTGOING } from "../../src/protocol/messages.js";
import { ORDER_FRAMES } from "../fixtures/order-frames.js";
import { protobufFrames } from "../support/captures.js";
import { ready } from "../support/collect.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";
import { stockPayload } from "../support/stock-encoder.js";
import { encoded } from "./protobuf/notes.js";

/** What each helper makes, and what of it is in a protobuf message. */
type Row<T> = readonly [name: string, made: T, body: Readonly<Record<string, unknown>>];

const { algos, conditions } = orders;
const STOCK = contracts.stock("AAPL");
const parametersOf = (entries: readonly (readonly [string, string])[]) => new Map(entries);
const AAPL = { conId: 265598, exchange: "SMART" };
const BRACKET = orders.bracket(orders.limit("BUY", 1, 10), { takeProfit: 12, stopLoss: { percent: 5 } });

const ORDERS: readonly Row<Order>[] = [
  ["market", orders.market("BUY", 1), { orderType: "MKT" }],
  ["limit", orders.limit("BUY", 1, 0.1 + 0.2), { orderType: "LMT", lmtPrice: 0.3 }],
  ["stop", orders.stop("BUY", 1, 190), { orderType: "STP", auxPrice: 190 }],
  [
    "stopLimit",
    orders.stopLimit("BUY", 1, { stopPrice: 190, limitPrice: 191 }),
    { orderType: "STP LMT", auxPrice: 190, lmtPrice: 191 },
  ],
  ["trailing", orders.trailing("BUY", 1, { amount: 2 }), { orderType: "TRAIL", auxPrice: 2 }],
  [
    "trailing by percent",
    orders.trailing("BUY", 1, { percent: 1.5 }),
    { orderType: "TRAIL", trailingPercent: 1.5 },
  ],
  [
    "trailingLimit",
    orders.trailingLimit("BUY", 1, { amount: 2, limitOffset: 0.1 }, { trailStopPrice: 190 }),
    { orderType: "TRAIL LIMIT", auxPrice: 2, lmtPriceOffset: 0.1, trailStopPrice: 190 },
  ],
  ["mit", orders.mit("BUY", 1, 180), { orderType: "MIT", auxPrice: 180 }],
  [
    "lit",
    orders.lit("BUY", 1, { triggerPrice: 180, limitPrice: 181 }),
    { orderType: "LIT", auxPrice: 180, lmtPrice: 181 },
  ],
  ["moc", orders.moc("BUY", 1), { orderType: "MOC" }],
  ["loc", orders.loc("BUY", 1, 187), { orderType: "LOC", lmtPrice: 187 }],
  ["moo", orders.moo("BUY", 1), { orderType: "MKT", tif: "OPG" }],
  ["loo", orders.loo("BUY", 1, 187), { orderType: "LMT", lmtPrice: 187, tif: "OPG" }],
  ["midprice", orders.midprice("BUY", 1, 187), { orderType: "MIDPRICE", lmtPrice: 187 }],
  ["pegMarket", orders.pegMarket("BUY", 1, { offset: 0.02 }), { orderType: "PEG MKT", auxPrice: 0.02 }],
  [
    "relative",
    orders.relative("BUY", 1, { offset: 0.01, limitPrice: 187 }),
    { orderType: "REL", auxPrice: 0.01, lmtPrice: 187 },
  ],
  [
    "relative by percent",
    orders.relative("BUY", 1, { percent: 0.01 }),
    { orderType: "REL", percentOffset: 0.01 },
  ],
  ["pegMid", orders.pegMid("BUY", 1, { offset: 0.01 }), { orderType: "PEG MID", auxPrice: 0.01 }],
  [
    "pegMid on IBKRATS",
    orders.pegMid("BUY", 100, {
      midOffsetAtWhole: 0.02,
      midOffsetAtHalf: 0.025,
      limitPrice: 111.11,
      minTradeQty: 100,
    }),
    {
      totalQuantity: "100",
      orderType: "PEG MID",
      lmtPrice: 111.11,
      notHeld: true,
      minTradeQty: 100,
      midOffsetAtWhole: 0.02,
      midOffsetAtHalf: 0.025,
    },
  ],
  [
    "pegStock",
    orders.pegStock("BUY", 1, { delta: 33, startingPrice: 2.1, stockRefPrice: 187, stockRangeLower: 180 }),
    { orderType: "PEG STK", delta: 33, startingPrice: 2.1, stockRefPrice: 187, stockRangeLower: 180 },
  ],
  [
    "pegBest",
    orders.pegBest("BUY", 1, {
      limitPrice: 187,
      competeAgainstBestOffset: 0.03,
      minTradeQty: 1,
      minCompeteSize: 200,
    }),
    {
      orderType: "PEG BEST",
      lmtPrice: 187,
      notHeld: true,
      minTradeQty: 1,
      minCompeteSize: 200,
      competeAgainstBestOffset: 0.03,
    },
  ],
  [
    "pegBest up to the middle",
    orders.pegBest("BUY", 1, {
      limitPrice: 187,
      competeAgainstBestOffset: "mid",
      midOffsetAtWhole: 0.02,
      midOffsetAtHalf: 0.025,
    }),
    {
      orderType: "PEG BEST",
      lmtPrice: 187,
      notHeld: true,
      competeAgainstBestOffset: Number.POSITIVE_INFINITY,
      midOffsetAtWhole: 0.02,
      midOffsetAtHalf: 0.025,
    },
  ],
  [
    "pegBenchmark",
    orders.pegBenchmark("BUY", 1, {
      startingPrice: 33,
      isPeggedChangeAmountDecrease: true,
      peggedChangeAmount: 0.1,
      referenceChangeAmount: 1,
      referenceContractId: 87335484,
      referenceExchangeId: "ISLAND",
      stockRefPrice: 195,
      stockRangeLower: 180,
      stockRangeUpper: 210,
    }),
    {
      orderType: "PEG BENCH",
      startingPrice: 33,
      isPeggedChangeAmountDecrease: true,
      peggedChangeAmount: 0.1,
      referenceChangeAmount: 1,
      referenceContractId: 87335484,
      referenceExchangeId: "ISLAND",
      stockRefPrice: 195,
      stockRangeLower: 180,
      stockRangeUpper: 210,
    },
  ],
  ...(
    [
      [algos.adaptive("Normal"), "Adaptive", ["adaptivePriority", "Normal"]],
      [
        algos.arrivalPrice({ maxPctVol: 0.1, riskAversion: "Neutral", startTime: "09:30:00 US/Eastern" }),
        "ArrivalPx",
        ["maxPctVol", "0.1"],
        ["riskAversion", "Neutral"],
        ["startTime", "09:30:00 US/Eastern"],
      ],
      [
        algos.closePrice({ maxPctVol: 0.4, riskAversion: "Get Done", forceCompletion: true }),
        "ClosePx",
        ["maxPctVol", "0.4"],
        ["riskAversion", "Get Done"],
        ["forceCompletion", "1"],
      ],
      [
        algos.darkIce({ displaySize: 10, endTime: "16:00:00 US/Eastern", allowPastEndTime: false }),
        "DarkIce",
        ["displaySize", "10"],
        ["endTime", "16:00:00 US/Eastern"],
        ["allowPastEndTime", "0"],
      ],
      [
        algos.percentOfVolume({ pctVol: 0.5, noTakeLiq: true }),
        "PctVol",
        ["pctVol", "0.5"],
        ["noTakeLiq", "1"],
      ],
      [
        algos.percentOfVolumeByPrice({
          pctVol: 0.1,
          deltaPctVol: 0.05,
          minPctVol4Px: 0.05,
          maxPctVol4Px: 0.2,
        }),
        "PctVolPx",
        ["pctVol", "0.1"],
        ["deltaPctVol", "0.05"],
        ["minPctVol4Px", "0.05"],
        ["maxPctVol4Px", "0.2"],
      ],
      [
        algos.percentOfVolumeBySize({ startPctVol: 0.2, endPctVol: 0.4 }),
        "PctVolSz",
        ["startPctVol", "0.2"],
        ["endPctVol", "0.4"],
      ],
      [
        algos.percentOfVolumeByTime({ startPctVol: 0.2, endPctVol: 0.1 + 0.2 }),
        "PctVolTm",
        ["startPctVol", "0.2"],
        ["endPctVol", "0.3"],
      ],
      [algos.twap({ strategyType: "Marketable" }), "Twap", ["strategyType", "Marketable"]],
      [
        algos.vwap({ maxPctVol: 0.2, speedUp: true, startTime: "20261218-15:00:00 UTC" }),
        "Vwap",
        ["maxPctVol", "0.2"],
        ["startTime", "20261218-15:00:00 UTC"],
        ["speedUp", "1"],
      ],
      [
        algos.accumulateDistribute({
          componentSize: 10,
          timeBetweenOrders: 60,
          randomizeTime20: true,
          giveUp: 1,
        }),
        "AD",
        ["componentSize", "10"],
        ["timeBetweenOrders", "60"],
        ["randomizeTime20", "1"],
        ["giveUp", "1"],
      ],
      [
        algos.balanceImpactRisk({ maxPctVol: 0.1, riskAversion: "Passive" }),
        "BalanceImpactRisk",
        ["maxPctVol", "0.1"],
        ["riskAversion", "Passive"],
      ],
      [algos.minimizeImpact({ maxPctVol: 0.3 }), "MinImpact", ["maxPctVol", "0.3"]],
    ] as const
  ).map(
    ([algo, algoStrategy, ...parameters]): Row<Order> => [
      algoStrategy,
      orders.limit("BUY", 1, 10, algo),
      { orderType: "LMT", lmtPrice: 10, algoStrategy, algoParams: parametersOf(parameters) },
    ],
  ),
  [
    "conditions, all of them",
    orders.limit("BUY", 1, 10, {
      conditions: conditions.all(
        conditions.price(AAPL, { above: 200 }, "doubleLast"),
        conditions.time({ before: "20261218 15:00:00 US/Eastern" }),
        conditions.margin({ below: 30 }),
        conditions.execution("AAPL", "STK"),
        conditions.volume(AAPL, { above: 1_000_000 }),
        conditions.percentChange({ conId: 265598, exchange: "ISLAND" }, { below: -2.5 }),
      ),
    }),
    {
      orderType: "LMT",
      lmtPrice: 10,
      conditions: [
        { type: 1, isConjunctionConnection: true, isMore: true, ...AAPL, price: 200, triggerMethod: 3 },
        { type: 3, isConjunctionConnection: true, time: "20261218 15:00:00 US/Eastern" },
        { type: 4, isConjunctionConnection: true, percent: 30 },
        { type: 5, isConjunctionConnection: true, exchange: "SMART", symbol: "AAPL", secType: "STK" },
        { type: 6, isConjunctionConnection: true, isMore: true, ...AAPL, volume: 1_000_000 },
        { type: 7, isConjunctionConnection: true, conId: 265598, exchange: "ISLAND", changePercent: -2.5 },
      ],
    },
  ],
  [
    "conditions, any of them, that cancel",
    orders.limit("BUY", 1, 10, {
      conditions: conditions.any(
        conditions.margin({ above: 5 }),
        conditions.time({ after: "20261218-20:00:00" }),
      ),
      conditionsCancelOrder: true,
    }),
    {
      orderType: "LMT",
      lmtPrice: 10,
      conditions: [
        { type: 4, isMore: true, percent: 5 },
        { type: 3, isMore: true, time: "20261218-20:00:00" },
      ],
      conditionsCancelOrder: true,
    },
  ],
  ["bracket: parent", BRACKET.parent, { orderType: "LMT", lmtPrice: 10, transmit: undefined }],
  [
    "bracket: take profit",
    BRACKET.children[0],
    { action: "SELL", orderType: "LMT", lmtPrice: 12, transmit: undefined },
  ],
  ["bracket: stop loss", BRACKET.children[1], { action: "SELL", orderType: "TRAIL", trailingPercent: 5 }],
  [
    "oca",
    orders.oca("mine", [orders.market("BUY", 1), orders.moc("SELL", 1)], 3)[1],
    { action: "SELL", orderType: "MOC", ocaGroup: "mine", ocaType: 3 },
  ],
];

const SMART = { exchange: "SMART", currency: "USD" };
const CONTRACTS: readonly Row<Contract>[] = [
  ["byConId", contracts.byConId(265598), { conId: 265598, exchange: "SMART" }],
  ["stock", STOCK, { symbol: "AAPL", secType: "STK", ...SMART }],
  ["cfd", contracts.cfd("IBUS500"), { symbol: "IBUS500", secType: "CFD", ...SMART }],
  [
    "index",
    contracts.index("SPX", "CBOE"),
    { symbol: "SPX", secType: "IND", exchange: "CBOE", currency: "USD" },
  ],
  [
    "option",
    contracts.option("AAPL", "20261218", 190, "CALL"),
    {
      symbol: "AAPL",
      secType: "OPT",
      lastTradeDateOrContractMonth: "20261218",
      strike: 190,
      right: "C",
      multiplier: 100,
      ...SMART,
    },
  ],
  [
    "future",
    contracts.future("ES", "202612", "CME", { multiplier: 50 }),
    {
      symbol: "ES",
      secType: "FUT",
      lastTradeDateOrContractMonth: "202612",
      multiplier: 50,
      exchange: "CME",
      currency: "USD",
    },
  ],
  [
    "continuousFuture",
    contracts.continuousFuture("ES", "CME"),
    { symbol: "ES", secType: "CONTFUT", exchange: "CME", currency: "USD" },
  ],
  [
    "fop",
    contracts.fop("ES", "20261218", 5000, "P", "CME"),
    {
      symbol: "ES",
      secType: "FOP",
      lastTradeDateOrContractMonth: "20261218",
      strike: 5000,
      right: "P",
      exchange: "CME",
      currency: "USD",
    },
  ],
  [
    "forex",
    contracts.forex("EUR", "USD"),
    { symbol: "EUR", secType: "CASH", exchange: "IDEALPRO", currency: "USD" },
  ],
  [
    "crypto",
    contracts.crypto("BTC"),
    { symbol: "BTC", secType: "CRYPTO", exchange: "PAXOS", currency: "USD" },
  ],
  ["bond", contracts.bond("912828C57"), { symbol: "912828C57", secType: "BOND", ...SMART }],
  [
    "fund",
    contracts.fund("VINIX"),
    { symbol: "VINIX", secType: "FUND", exchange: "FUNDSERV", currency: "USD" },
  ],
  ["commodity", contracts.commodity("XAUUSD"), { symbol: "XAUUSD", secType: "CMDTY", ...SMART }],
  [
    "combo",
    contracts.combo("SPY", [
      { conId: 756733, action: "BUY" },
      { conId: 265598, action: "SELL", ratio: 2 },
    ]),
    {
      symbol: "SPY",
      secType: "BAG",
      ...SMART,
      comboLegs: [
        { conId: 756733, ratio: 1, action: "BUY", exchange: "SMART" },
        { conId: 265598, ratio: 2, action: "SELL", exchange: "SMART" },
      ],
    },
  ],
];

test("there is a row for every helper", () => {
  const rows = [...ORDERS, ...CONTRACTS].map(([name]) => name);
  const short = Object.keys(orders).filter(
    (name) => !/^(marketIf|limitIf|trailingStop|marketOn|limitOn|midPrice)/.test(name),
  );
  const missing = [...short, ...Object.keys(contracts)].filter(
    (name) => !rows.some((row) => row.startsWith(name)),
  );
  // A namespace each; the other one is an alias.
  expect(missing).toEqual(["algos", "futureOption"]);
  expect(ORDERS.filter(([, { algoStrategy }]) => algoStrategy !== undefined)).toHaveLength(
    Object.keys(algos).length,
  );
});

describe("text: what each helper makes goes out as stock's encoder writes it", () => {
  test.each([176, 193])("at server version %i", async (serverVersion) => {
    const gateway = await ScriptedGateway.start({ version: serverVersion });
    const ib = await ready(new IBApi({ port: gateway.port, maxReqPerSec: 1e9 }));
    try {
      const expected: string[] = [];
      const place = (contract: Contract, order: Order) => {
        const id = 1000 + expected.length;
        expected.push(stockPayload(serverVersion, id, contract, order));
        ib.placeOrder(id, contract, order);
      };
      for (const [, order] of ORDERS) place(STOCK, order);
      for (const [, contract] of CONTRACTS) place(contract, orders.market("BUY", 1));
      await gateway.until(() => gateway.peer.received.length >= 1 + expected.length);
      expect(gateway.peer.received.slice(1).map((payload) => payload.toString("utf8"))).toEqual(expected);
      expect(expected.join()).not.toMatch(/\d\.\d*0000000\d|\d\.\d*9999999\d|\[object/);
    } finally {
      ib.disconnect();
      await gateway.stop();
    }
  });
});

/** What the official client always sends of an order, also where it is zero: PROTOCOL.md, 2.3. */
const ALWAYS = {
  clientId: 0,
  permId: 0,
  parentId: 0,
  displaySize: 0,
  ocaType: 0,
  triggerMethod: 0,
  deltaNeutralConId: 0,
  deltaNeutralShortSaleSlot: 0,
  origin: 0,
  shortSaleSlot: 0,
  exemptCode: -1,
  discretionaryAmt: 0,
  referenceContractId: 0,
  peggedChangeAmount: 0,
  referenceChangeAmount: 0,
  adjustableTrailingUnit: 0,
  softDollarTier: {},
};

describe("protobuf: what each helper makes has the fields of the official client", () => {
  const placed = (contract: Contract, order: Order): unknown => {
    const [hex] = encoded("placeOrder", [7, contract, order], 226);
    return decodePayload(OUTGOING.PLACE_ORDER.schema, Buffer.from(hex, "hex"));
  };
  /** What is undefined is not there. */
  const body = (fields: object): object =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

  test.each(ORDERS)("orders: %s", (_, order, fields) => {
    expect(placed(STOCK, order)).toEqual({
      orderId: 7,
      contract: { conId: 0, symbol: "AAPL", secType: "STK", ...SMART },
      order: body({ ...ALWAYS, action: "BUY", totalQuantity: "1", transmit: true, ...fields }),
      attachedOrders: {},
    });
  });

  test.each(CONTRACTS)("contracts: %s", (_, contract, fields) => {
    expect(placed(contract, orders.market("BUY", 1))).toMatchObject({ contract: { conId: 0, ...fields } });
  });
});

describe("the frames of a client of a live gateway", () => {
  // That client leaves out what ALWAYS has as zero, in part.
  const LEFT_OUT = {
    clientId: 2147483647,
    permId: Number.MAX_VALUE,
    deltaNeutralConId: 2147483647,
    deltaNeutralShortSaleSlot: 2147483647,
    shortSaleSlot: 2147483647,
    discretionaryAmt: Number.MAX_VALUE,
    referenceContractId: 2147483647,
    peggedChangeAmount: Number.MAX_VALUE,
    referenceChangeAmount: Number.MAX_VALUE,
  };
  const APPLE = contracts.stock("AAPL", { conId: 265598 });
  const more = (n: number, others: object = {}) => ({
    tif: "DAY" as const,
    account: "DU9000001",
    orderRef: `sanitized-order-ref-000000000000000${n}`,
    ...LEFT_OUT,
    ...others,
  });
  const { parent, children } = orders.bracket(
    orders.market("BUY", 1, more(1)),
    { takeProfit: 3106, stopLoss: 15.53 },
    more(3),
  );
  const conditional = (condition: orders.conditions.Condition) =>
    orders.limit("BUY", 1, 10, more(1, { conditions: conditions.all(condition), conditionsIgnoreRth: true }));

  test.each<[keyof typeof ORDER_FRAMES, number, Order]>([
    ["api_bracket_trigger_aapl.txt:57", 477, parent],
    ["api_bracket_trigger_aapl.txt:59", 478, { ...children[0], parentId: 477 }],
    ["api_bracket_trigger_aapl.txt:61", 479, { ...children[1], parentId: 477, orderRef: more(5).orderRef }],
    [
      "api_conditions_matrix_aapl.txt:40",
      487,
      conditional(conditions.price(APPLE, { above: 2000 }, "bidAsk")),
    ],
    ["api_conditions_matrix_aapl.txt:66", 488, conditional(conditions.time({ after: "20260824-20:48:09" }))],
    ["api_conditions_matrix_aapl.txt:92", 489, conditional(conditions.margin({ above: 10 }))],
  ])("%s", (where, id, order) => {
    const frame = Buffer.from(ORDER_FRAMES[where], "base64");
    expect(encoded("placeOrder", [id, APPLE, order], 225)).toEqual([frame.subarray(4).toString("hex")]);
  });

  const frames = protobufFrames();
  const DAY = ["", "1 D", "1 hour", "TRADES", true, 1, false] as const;
  test.each<[where: string, method: string, ...args: unknown[]]>([
    ["contract_details_not_found.txt:18", "reqContractDetails", 1, contracts.stock("ZZZZNONE")],
    ["contract_details_sv205_live.txt:9", "reqContractDetails", 1, contracts.byConId(265598)],
    ["contract_details_sv205_live.txt:14", "reqContractDetails", 2, contracts.byConId(127128131)],
    ["historical_bars_sv208.txt:15", "reqHistoricalData", 1, APPLE, ...DAY],
    ["quote_stream_genericticks.txt:19", "reqMktData", 1, APPLE, "233,236", false, false],
  ])("%s", (where, method, ...args) => {
    const frame = frames.find((one) => one.where === where);
    if (frame === undefined) throw new Error(`there is no frame ${where}`);
    expect(encoded(method, args, frame.serverVersion)).toEqual([frame.payload.toString("hex")]);
  });
});
