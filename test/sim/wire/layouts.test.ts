import { describe, expect, test } from "vitest";
import { decodePayload } from "../../../src/protocol/codec.js";
import {
  INCOMING,
  type IncomingName,
  incomingName,
  outgoingPayload,
} from "../../../src/protocol/messages.js";
import type { MessageName } from "../../../src/protocol/schema.js";
import type { ResponseName } from "../../../src/sim/model/responses.js";
import { TextDialect } from "../../../src/sim/wire/dialect.js";
import { MixedDialect } from "../../../src/sim/wire/mixed-dialect.js";
import { protobufFrames } from "../../support/captures.js";
import { readMessage } from "../../support/sim/wire-client.js";
import { decodeWithStock } from "../../support/stock-decoder.js";
import { SAMPLES } from "./samples.js";
import { unknownFields } from "./unknown-fields.js";

/** Every message of the gateway at every server version: the fields it has, no more and no fewer. */

const NAMES = Object.keys(SAMPLES) as ResponseName[];
const range = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => low + i);

/** Messages stock has no decoder for. */
const UNKNOWN_TO_STOCK = [
  "verifyMessageApi",
  "verifyCompleted",
  "verifyAndAuthMessageApi",
  "verifyAndAuthCompleted",
];

/** Stock reads no faProfile in COMPLETED_ORDER, which is there until 176, and takes the fields behind it for others. */
const misreadByStock = (name: ResponseName, version: number): boolean =>
  name === "completedOrder" && version < 177;

function textFields(name: ResponseName, version: number): string[] | undefined {
  const frame = new TextDialect(version).encode(name, SAMPLES[name] as never);
  if (frame === undefined) return undefined;
  const payload = frame.subarray(4);
  expect(frame.readUInt32BE(0)).toBe(payload.length);
  expect(payload.at(-1)).toBe(0);
  return payload.toString().split("\0").slice(0, -1);
}

describe.each(range(157, 193))("text at %i", (version) => {
  test("stock reads every message to its last field", () => {
    const complaints: unknown[] = [];
    let read = 0;
    for (const name of NAMES) {
      if (UNKNOWN_TO_STOCK.includes(name) || misreadByStock(name, version)) continue;
      const frame = new TextDialect(version).encode(name, SAMPLES[name] as never);
      if (frame === undefined) continue;
      const events = decodeWithStock(version, [frame.subarray(4)]);
      const bad = events.filter(
        ([event, error]) => event === "throw" || /Please report|No parser/.test(String(error)),
      );
      if (bad.length > 0 || events.length === 0) complaints.push([name, bad]);
      read += 1;
    }
    expect(complaints).toEqual([]);
    expect(read).toBeGreaterThan(70);
  });
});

describe("text from 194 to 200", () => {
  /** How many fields more (or fewer) than the version before a message has, by the facts. */
  const changes: Readonly<Record<number, Partial<Record<ResponseName, number>>>> = {
    // The per-message version goes, the time comes.
    194: { error: 0 },
    // Margin currency, nine margins outside trading hours, suggested size, reject reason, number of allocations.
    195: { openOrder: 13 },
    // Start and end move to a message of their own.
    196: { historicalData: -2 },
    198: { openOrder: 1, completedOrder: 1, executionData: 1 },
    199: { openOrder: 1 },
  };

  test.each(range(194, 200))("at %i only what changed has changed", (version) => {
    for (const name of NAMES) {
      const before = textFields(name, version - 1);
      const now = textFields(name, version);
      if (before === undefined) continue;
      const wanted = before.length + (changes[version]?.[name] ?? 0);
      expect([name, now?.length]).toEqual([name, wanted]);
    }
  });

  test("errors lose their version and gain their time", () => {
    expect(textFields("error", 193)?.slice(0, 4)).toEqual(["4", "2", "7", "201"]);
    expect(textFields("error", 194)).toEqual(["4", "7", "201", "sch\\u00f6n", "{}", "1700000000123"]);
  });

  test("HISTORICAL_DATA_END and CURRENT_TIME_IN_MILLIS begin with their versions", () => {
    expect(textFields("historicalDataEnd", 195)).toBeUndefined();
    expect(textFields("historicalDataEnd", 196)).toEqual(["108", "42", "s", "e"]);
    expect(textFields("currentTimeInMillis", 196)).toBeUndefined();
    expect(textFields("currentTimeInMillis", 197)).toEqual(["109", "1700000000123"]);
  });
});

/** First version of each message in protobuf, by topic, as the facts have it; the rest is at 213. */
const GATES: readonly [since: number, names: string][] = [
  [201, "EXECUTION_DATA EXECUTION_DATA_END ERR_MSG"],
  [203, "ORDER_STATUS OPEN_ORDER OPEN_ORDER_END"],
  [204, "COMPLETED_ORDER COMPLETED_ORDERS_END ORDER_BOUND"],
  [205, "CONTRACT_DATA BOND_CONTRACT_DATA CONTRACT_DATA_END"],
  [
    206,
    "TICK_PRICE TICK_SIZE MARKET_DEPTH MARKET_DEPTH_L2 TICK_OPTION_COMPUTATION TICK_GENERIC TICK_STRING TICK_SNAPSHOT_END MARKET_DATA_TYPE TICK_REQ_PARAMS",
  ],
  [
    207,
    "ACCT_VALUE PORTFOLIO_VALUE ACCT_UPDATE_TIME ACCT_DOWNLOAD_END MANAGED_ACCTS POSITION_DATA POSITION_END ACCOUNT_SUMMARY ACCOUNT_SUMMARY_END POSITION_MULTI POSITION_MULTI_END ACCOUNT_UPDATE_MULTI ACCOUNT_UPDATE_MULTI_END",
  ],
  [
    208,
    "HISTORICAL_DATA HISTORICAL_DATA_UPDATE HISTORICAL_DATA_END REAL_TIME_BARS HEAD_TIMESTAMP HISTOGRAM_DATA HISTORICAL_TICKS HISTORICAL_TICKS_BID_ASK HISTORICAL_TICKS_LAST TICK_BY_TICK",
  ],
  [
    209,
    "NEWS_BULLETINS NEWS_ARTICLE NEWS_PROVIDERS HISTORICAL_NEWS HISTORICAL_NEWS_END WSH_META_DATA WSH_EVENT_DATA TICK_NEWS",
  ],
  [210, "SCANNER_PARAMETERS SCANNER_DATA FUNDAMENTAL_DATA PNL PNL_SINGLE"],
  [211, "RECEIVE_FA REPLACE_FA_END"],
  [
    212,
    "SECURITY_DEFINITION_OPTION_PARAMETER SECURITY_DEFINITION_OPTION_PARAMETER_END SOFT_DOLLAR_TIERS FAMILY_CODES SYMBOL_SAMPLES SMART_COMPONENTS MARKET_RULE USER_INFO",
  ],
];
const NEVER = [
  "TICK_EFP",
  "DELTA_NEUTRAL_VALIDATION",
  "VERIFY_AND_AUTH_MESSAGE_API",
  "VERIFY_AND_AUTH_COMPLETED",
];

function gateOf(name: IncomingName): number {
  if (NEVER.includes(name)) return Number.POSITIVE_INFINITY;
  if (name === "CONFIG_RESPONSE") return 219;
  if (name === "UPDATE_CONFIG_RESPONSE") return 221;
  return GATES.find(([, names]) => names.split(" ").includes(name))?.[0] ?? 213;
}

describe.each(range(201, 226))("raw ids at %i", (version) => {
  test("each message has the form of the version, and protobuf is as the schema says", () => {
    let protobuf = 0;
    for (const name of NAMES) {
      const frame = new MixedDialect(version).encode(name, SAMPLES[name] as never);
      if (frame === undefined) {
        expect(["configResponse", "updateConfigResponse"]).toContain(name);
        continue;
      }
      expect(frame.readUInt32BE(0)).toBe(frame.length - 4);
      const payload = frame.subarray(4);
      const rawId = payload.readUInt32BE(0);
      const message = incomingName(rawId > 200 ? rawId - 200 : rawId)!;
      expect([message, rawId > 200]).toEqual([message, version >= gateOf(message)]);
      if (rawId > 200) {
        protobuf += 1;
        expect([name, unknownFields({ name: message, payload })]).toEqual([name, []]);
        decodePayload(INCOMING[message].schema as MessageName, payload);
      } else {
        // The text form is that of 200 without the message id.
        expect(readMessage(payload, version).fields).toEqual(textFields(name, 200)?.slice(1));
      }
    }
    expect(protobuf).toBe(NAMES.filter((n) => version >= gateOf(incomingOf(n))).length);
  });
});

function incomingOf(name: ResponseName): IncomingName {
  const at200 = new TextDialect(200).encode(name, SAMPLES[name] as never);
  if (at200 === undefined) return name === "configResponse" ? "CONFIG_RESPONSE" : "UPDATE_CONFIG_RESPONSE";
  return incomingName(Number(at200.subarray(4).toString().split("\0")[0]))!;
}

test("protobuf says what text says", () => {
  const at = (name: ResponseName): Record<string, unknown> =>
    readMessage(new MixedDialect(226).encode(name, SAMPLES[name] as never)!.subarray(4), 226).body;
  expect(at("tickPrice")).toEqual({ reqId: 42, tickType: 1, price: 1.5, size: "2.5", attrMask: 3 });
  expect(at("tickSize")).toEqual({ reqId: 42, tickType: 0, size: "0.0000001" });
  expect(at("error")).toEqual({
    id: 7,
    errorTime: 1_700_000_000_123,
    errorCode: 201,
    errorMsg: "schön",
    advancedOrderRejectJson: "{}",
  });
  expect(at("historicalData")["historicalDataBars"]).toHaveLength(2);
  const order = at("openOrder")["order"] as Record<string, unknown>;
  expect(order).toMatchObject({
    clientId: 3,
    permId: 9_000_000_600,
    totalQuantity: "100.5",
    algoParams: new Map([["adaptivePriority", "Normal"]]),
    hedgeMaxSize: 9,
    conditionsIncludeOvernight: true,
    softDollarTier: { name: "tier", value: "1" },
  });
  expect(order["conditions"]).toEqual([
    {
      type: 1,
      isConjunctionConnection: true,
      isMore: true,
      conId: 9,
      exchange: "SMART",
      price: 29.5,
      triggerMethod: 2,
    },
    { type: 3, isConjunctionConnection: true, isMore: true, time: "20300101 01:01:01" },
    { type: 4, isConjunctionConnection: true, isMore: true, percent: 10 },
    { type: 5, isConjunctionConnection: true, exchange: "SMART", symbol: "AAPL", secType: "STK" },
    { type: 6, isConjunctionConnection: true, isMore: true, conId: 9, exchange: "SMART", volume: 100 },
    { type: 7, isConjunctionConnection: true, isMore: true, conId: 9, exchange: "SMART", changePercent: 0.5 },
  ]);
});

test("order fields of newer versions are left out for older clients", () => {
  const orderAt = (version: number): Record<string, unknown> => {
    const frame = new MixedDialect(version).encode("openOrder", SAMPLES.openOrder)!;
    return readMessage(frame.subarray(4), version).body["order"] as Record<string, unknown>;
  };
  expect(orderAt(215)).not.toHaveProperty("postOnly");
  expect(orderAt(216)).toMatchObject({ postOnly: true });
  expect(orderAt(216)).not.toHaveProperty("seekPriceImprovement");
  expect(orderAt(217)).toMatchObject({ seekPriceImprovement: 1 });
  expect(orderAt(222)).not.toHaveProperty("hedgeMaxSize");
  expect(orderAt(225)).not.toHaveProperty("conditionsIncludeOvernight");
});

describe("requests of other clients", () => {
  test("those of live captures are read, each by its own server version", () => {
    const frames = protobufFrames().filter(({ side }) => side === "client");
    expect(frames.length).toBeGreaterThan(20);
    const names = frames.map(({ serverVersion, payload }) => {
      const { request, leftover } = new MixedDialect(serverVersion).decode(payload);
      expect(leftover).toBe(0);
      return request.name;
    });
    for (const name of ["placeOrder", "reqContractData", "reqMktData", "reqHistoricalData", "reqPositions"]) {
      expect(names).toContain(name);
    }
  });

  test("an order of the official Python client, byte by byte", () => {
    const double = (value: number): string => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value);
      return bytes.toString("hex");
    };
    const contract = "08fe9a1012044141504c1a0353544b4205534d4152545203555344";
    const order =
      "080018002000" +
      "2a03425559" +
      "32023130" +
      "3800" +
      `42034c4d5449${double(150.25)}5a034441596203445531f00100f80100d80200f00200900401a80400b00400` +
      `c004ffffffffffffffffff01e104${double(0)}c00500c905${double(0)}d905${double(0)}900600ca0600`;
    const length = (hex: string): string => (hex.length / 2).toString(16).padStart(2, "0");
    const hex = `000000cb080712${length(contract)}${contract}1a${length(order)}${order}2200`;
    const { request } = new MixedDialect(225).decode(Buffer.from(hex, "hex"));
    expect(request).toMatchObject({
      name: "placeOrder",
      body: {
        orderId: 7,
        contract: { conId: 265598, symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" },
        order: {
          action: "BUY",
          totalQuantity: 10,
          orderType: "LMT",
          lmtPrice: 150.25,
          tif: "DAY",
          account: "DU1",
          transmit: true,
          exemptCode: -1,
        },
      },
    });
  });

  test("an order without `transmit` is kept back: flags that are not set are not written", () => {
    const transmitOf = (order: object): unknown => {
      const payload = Buffer.from(outgoingPayload("PLACE_ORDER", { orderId: 1, contract: {}, order }));
      const { request } = new MixedDialect(226).decode(payload);
      return (request.body as { order: { transmit: boolean } }).order.transmit;
    };
    expect([transmitOf({}), transmitOf({ transmit: true })]).toEqual([false, true]);
  });

  test("orders to attach are read where there are any: the message is sent without them, too", () => {
    const attachedOf = (attachedOrders: object): unknown => {
      const order = { orderId: 1, contract: {}, order: {}, attachedOrders };
      const payload = Buffer.from(outgoingPayload("PLACE_ORDER", order));
      return new MixedDialect(226).decode(payload).request.body;
    };
    expect(attachedOf({})).toMatchObject({ attached: [] });
    expect(attachedOf({ slOrderId: 2, slOrderType: "PRESET", ptOrderId: 3 })).toMatchObject({
      attached: [
        { role: "stopLoss", orderId: 2, orderType: "PRESET" },
        { role: "profitTaker", orderId: 3, orderType: "" },
      ],
    });
  });

  test("a value that is not allowed is an error of its request", () => {
    const order = { orderId: 12, contract: {}, order: { totalQuantity: "many" } };
    expect(() => new MixedDialect(226).decode(Buffer.from(outgoingPayload("PLACE_ORDER", order)))).toThrow(
      expect.objectContaining({
        id: 12,
        message: 'PLACE_ORDER: totalQuantity is "many" (expected a decimal number)',
      }),
    );
  });
});
