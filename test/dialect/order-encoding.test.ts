import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProtobufDialect } from "../../src/dialect/protobuf/protobuf-dialect.js";
import {
  type Contract,
  EventName,
  IBApi,
  LimitOrder,
  MarketOrder,
  type Order,
  OrderAction,
  SecType,
  Stock,
  StopLimitOrder,
} from "../../src/index.js";
import { ready } from "../support/collect.js";
import { hexOf } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";
import { stockPayload } from "../support/stock-encoder.js";

const CONTRACTS: Contract[] = [
  { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" },
  { conId: 265598, exchange: "SMART" },
  {
    conId: 0,
    symbol: "ES",
    secType: SecType.FUT,
    lastTradeDateOrContractMonth: "202612",
    multiplier: 50,
    exchange: "CME",
    currency: "USD",
    localSymbol: "ESZ6",
    tradingClass: "ES",
  },
  {
    symbol: "SPY",
    secType: SecType.OPT,
    lastTradeDateOrContractMonth: "20281215",
    strike: 750,
    right: "C" as Contract["right"],
    multiplier: 100,
    exchange: "SMART",
    currency: "USD",
    primaryExch: undefined,
  },
  new Stock("MSFT", "SMART", "USD"),
  // Zeros as many programs for stock have them: "none".
  { symbol: "AAPL", secType: SecType.STK, strike: 0, multiplier: 0, exchange: "SMART", currency: "USD" },
  // Not ordinary: these take the general path and must come out the same.
  {
    symbol: "IBKR,MCD",
    secType: SecType.BAG,
    currency: "USD",
    exchange: "SMART",
    comboLegs: [
      { conId: 43645865, ratio: 1, action: OrderAction.BUY, exchange: "SMART" },
      { conId: 9408, ratio: 1, action: OrderAction.SELL, exchange: "SMART" },
    ],
  },
  { symbol: "AAPL", secType: SecType.STK, exchange: "IBKRATS", currency: "USD" },
  { symbol: "Zürich 東京", secType: SecType.STK, exchange: "SMART", currency: "CHF" },
  // Numbers given as texts, as many programs have them.
  {
    conId: "265598",
    symbol: "SPY",
    strike: "750.0",
    multiplier: "100",
    exchange: "SMART",
  } as unknown as Contract,
  { conId: "265598", symbol: "SPY", strike: "750.5", multiplier: "" } as unknown as Contract,
];

function randomOrder(random: SeededRandom): Order {
  const price = () =>
    random.pick([
      0,
      -0,
      1,
      150.25,
      0.01,
      1e-7,
      123456789.123,
      1 / 3,
      187.2,
      5e-324,
      1e21,
      4503599627370496,
      99999999999999.9,
      -3.5,
      0.1 + 0.2,
      Number.MAX_VALUE,
    ]);
  const order: Record<string, unknown> = {
    action: random.pick(["BUY", "SELL"]),
    orderType: random.pick([
      "LMT",
      "MKT",
      "STP",
      "STP LMT",
      "MIT",
      "LIT",
      "MOC",
      "LOC",
      "TRAIL",
      "REL",
      "PEG MID",
      "PEG BENCH",
      "VOL",
      "PEG BEST",
    ]),
    totalQuantity: random.pick([1, 100, 0.5, 1e7, 1e-9, "100", "0.50", "12345678901234567890"]),
  };
  const maybe: Record<string, () => unknown> = {
    lmtPrice: price,
    auxPrice: price,
    tif: () => random.pick(["DAY", "GTC", "IOC"]),
    account: () => "DU1234567",
    transmit: () => random.pick([true, false]),
    parentId: () => random.pick([0, 41, 2 ** 31 - 1, "41"]),
    ocaGroup: () => random.pick(["oca-1", "", "x".repeat(300)]),
    ocaType: () => 1,
    orderRef: () => random.pick(["ref", "référence"]),
    outsideRth: () => true,
    hidden: () => false,
    goodTillDate: () => "20261231 23:59:59 UTC",
    goodAfterTime: () => "",
    cashQty: () => random.pick([1000, Number.MAX_VALUE]),
    orderId: () => 77,
    openClose: () => "O",
    triggerMethod: () => 2,
    trailingPercent: () => 1.5,
    whatIf: () => true,
    discretionaryAmt: () => 0.1,
    conditionsIgnoreRth: () => undefined,
    displaySize: () => 10,
    algoStrategy: () => "Adaptive",
    algoParams: () => [{ tag: "adaptivePriority", value: "Normal" }],
  };
  for (const [key, make] of Object.entries(maybe)) if (random.next() < 0.35) order[key] = make();
  return order as unknown as Order;
}

describe.each([213, 218, 226])("placeOrder at server version %i, protobuf", (serverVersion) => {
  test("the core sends byte for byte what the codec makes, and cancels too", async () => {
    const gateway = await ScriptedGateway.start({ version: serverVersion });
    const ib = await ready(new IBApi({ port: gateway.port, maxReqPerSec: 1e9, maxServerVersion: 226 }));
    try {
      const random = new SeededRandom(testSeed("protobuf order encoding", 11) + serverVersion);
      const refused: string[] = [];
      const codec = new ProtobufDialect({
        serverVersion,
        emitEvent: () => {},
        emitInfo: () => {},
        emitError: (error) => refused.push(String(error)),
      });
      ib.on(EventName.error, () => {});
      const expected: string[] = [];
      for (let i = 0; i < 600; i++) {
        const contract = random.pick(CONTRACTS);
        const order = randomOrder(random);
        expected.push(...codec.encode("placeOrder", [1000 + i, contract, order]).map(hexOf));
        ib.placeOrder(1000 + i, contract, order);
        if (i % 10 === 0) {
          expected.push(...codec.encode("cancelOrder", [1000 + i, {}]).map(hexOf));
          ib.cancelOrder(1000 + i);
        }
      }
      await gateway.until(() => gateway.peer.received.length >= 1 + expected.length);
      expect(gateway.peer.received.slice(1).map(hexOf)).toEqual(expected);
      expect(expected.length).toBeGreaterThan(400);
    } finally {
      ib.disconnect();
      await gateway.stop();
    }
  });
});

describe.each([100, 111, 116, 157, 168, 169, 187, 190, 192, 193])(
  "cancelOrder at server version %i",
  (serverVersion) => {
    test("sends byte for byte what stock sends", async () => {
      const gateway = await ScriptedGateway.start({ version: serverVersion });
      const ib = await ready(new IBApi({ port: gateway.port, maxReqPerSec: 1e9 }));
      const nothing = { manualOrderCancelTime: undefined, extOperator: "", manualOrderIndicator: undefined };
      let tokens: unknown[] = [];
      const encoder = new Encoder({
        serverVersion,
        sendMsg: (...t: unknown[]) => {
          tokens = t.flat(Number.POSITIVE_INFINITY);
        },
        emitError: () => {},
      });
      encoder.cancelOrder(77, nothing);
      ib.cancelOrder(77);
      ib.cancelOrder(77, "");
      ib.cancelOrder(77, nothing);
      await gateway.until(() => gateway.peer.received.length >= 4);
      expect(new Set(gateway.peer.received.slice(1).map((p) => p.toString("utf8")))).toEqual(
        new Set([`${tokens.join("\0")}\0`]),
      );
      ib.disconnect();
      await gateway.stop();
    });
  },
);

describe.each([100, 116, 157, 176, 183, 187, 193])("placeOrder at server version %i", (serverVersion) => {
  let gateway: ScriptedGateway;
  let ib: IBApi;
  beforeAll(async () => {
    gateway = await ScriptedGateway.start({ version: serverVersion });
    ib = await ready(new IBApi({ port: gateway.port, maxReqPerSec: 1e9 }));
  });
  afterAll(async () => {
    ib.disconnect();
    await gateway.stop();
  });

  test("sends byte for byte what stock sends", async () => {
    const random = new SeededRandom(testSeed("order encoding", 7) + serverVersion);
    const expected: string[] = [];
    const before = gateway.peer.received.length;
    for (let i = 0; i < 400; i++) {
      const contract = random.pick(CONTRACTS);
      const order = random.pick([
        () => randomOrder(random),
        () => new LimitOrder(OrderAction.BUY, 101.25, 10, true),
        () => new MarketOrder(OrderAction.SELL, 3, true),
        () => new StopLimitOrder(OrderAction.SELL, 99.5, 98.75, 3, true),
      ])() as Order;
      try {
        expected.push(stockPayload(serverVersion, 1000 + i, contract, order));
      } catch {
        continue; // stock refuses it at this version
      }
      ib.placeOrder(1000 + i, contract, order);
    }
    await gateway.until(() => gateway.peer.received.length >= before + expected.length);
    const got = gateway.peer.received.slice(before).map((payload) => payload.toString("utf8"));
    expect(got).toEqual(expected);
  });
});
