import { ErrorCode, EventName, FADataType, IBApi, OrderAction, OrderType } from "@stoqey/ib";
import { describe, expect, test } from "vitest";
import {
  type Config,
  NATIVE_REQUEST_METHODS,
  NativeEventName,
} from "../../../src/dialect/extensions/index.js";
import { requestOf } from "../../../src/dialect/protobuf/requests/index.js";
import { decodePayload } from "../../../src/protocol/codec.js";
import { encoded, open } from "./notes.js";

const order = { action: OrderAction.BUY, totalQuantity: 1, orderType: OrderType.MKT };

function refusal(method: string, args: readonly unknown[], serverVersion: number): unknown[] {
  const { notes, dialect } = open(serverVersion);
  expect(dialect.encode(method, args)).toEqual([]);
  expect(notes.all).toHaveLength(1);
  return notes.all[0];
}

describe("requests that stock does not have", () => {
  test.each([
    ["reqCurrentTimeInMillis", [], "00000131", 213],
    ["cancelContractData", [7], "000001320807", 215],
    ["cancelHistoricalTicks", [7], "000001330807", 215],
    ["reqConfig", [7], "000001340807", 219],
    ["updateConfig", [7, {}], "000001350807", 221],
  ])("%s%j from server version on", (method, args, hex, since) => {
    expect(encoded(method, args, since)).toEqual([hex]);
    if (since === 213) return;
    const [kind, message, code, id] = refusal(method, args, since - 1);
    expect([kind, code, id]).toEqual(["error", ErrorCode.UPDATE_TWS, 7]);
    expect(message).toContain(`${method} needs server version ${since}`);
    expect(message).toContain(`this one has ${since - 1}`);
  });

  test("their names are those that are exported", () => {
    for (const method of NATIVE_REQUEST_METHODS) expect(requestOf(method)).toBeDefined();
  });

  test("updateConfig sends false and empty text, which switch a setting off", () => {
    const config: Config & { resetAPIOrderSequence: boolean } = {
      api: { settings: { readOnlyApi: false, loggingLevel: "", trustedIPs: ["127.0.0.1"] } },
      messages: [{ id: 5, enabled: false }],
      resetAPIOrderSequence: true,
    };
    const [hex] = encoded("updateConfig", [7, config], 221);
    expect(decodePayload("UpdateConfigRequest", Buffer.from(hex, "hex"))).toEqual({ reqId: 7, ...config });
  });

  test.each([
    [{ apis: {} }, "config.apis is not known (allowed: lockAndExit, messages, api, orders, "],
    [{ api: { settings: { readonlyApi: true } } }, "config.api.settings.readonlyApi is not known (allowed: "],
    [{ messages: {} }, "config.messages is {} (allowed: an array)"],
    [{ messages: [{ name: 1 }] }, "config.messages[0].name is not known (allowed: "],
    [{ api: { settings: { socketPort: "7497" } } }, "ApiSettingsConfig.socketPort"],
    [undefined, "config is undefined (allowed: an object)"],
  ])("updateConfig refuses %j by name", (config, text) => {
    const [kind, message, code] = refusal("updateConfig", [7, config], 226);
    expect([kind, code]).toEqual(["error", ErrorCode.FAIL_SEND]);
    expect(message).toContain(text);
  });
});

describe("fields of orders by server version", () => {
  const fields: [string, unknown, number][] = [
    ["deactivate", true, 216],
    ["postOnly", true, 216],
    ["allowPreOpen", true, 216],
    ["ignoreOpenAuction", true, 216],
    ["routeMarketableToBbo", true, 217],
    ["seekPriceImprovement", 1, 217],
    ["whatIfType", 2, 217],
    ["slOrderId", 8, 218],
    ["slOrderType", "STP", 218],
    ["ptOrderId", 9, 218],
    ["ptOrderType", "LMT", 218],
    ["hedgeMaxSize", 100, 223],
    ["conditionsIncludeOvernight", true, 226],
  ];

  test.each(fields)("%s = %j is refused by name before its version", (name, value, since) => {
    const args = [7, {}, { ...order, [name]: value }];
    expect(encoded("placeOrder", args, since)).toHaveLength(1);
    const [kind, message, code, id] = refusal("placeOrder", args, since - 1);
    expect([kind, code, id]).toEqual(["error", ErrorCode.UPDATE_TWS, 7]);
    expect(message).toBe(
      `placeOrder was not sent: order.${name} needs server version ${since}, this one has ${since - 1}`,
    );
  });

  test("they reach the message", () => {
    const given = Object.fromEntries(fields.map(([name, value]) => [name, value]));
    const [hex] = encoded("placeOrder", [7, {}, { ...order, ...given }], 226);
    const request = decodePayload("PlaceOrderRequest", Buffer.from(hex, "hex"));
    expect(request.order).toMatchObject({
      deactivate: true,
      postOnly: true,
      allowPreOpen: true,
      ignoreOpenAuction: true,
      routeMarketableToBbo: 1,
      seekPriceImprovement: 1,
      whatIfType: 2,
      hedgeMaxSize: 100,
      conditionsIncludeOvernight: true,
    });
    expect(request.attachedOrders).toEqual({
      slOrderId: 8,
      slOrderType: "STP",
      ptOrderId: 9,
      ptOrderType: "LMT",
    });
  });

  test("an order read from an older server, which reports zeros for fields it does not take, goes back", () => {
    const reported = { ...order, routeMarketableToBbo: false, seekPriceImprovement: 0, postOnly: false };
    expect(encoded("placeOrder", [7, {}, reported], 213)).toEqual(encoded("placeOrder", [7, {}, order], 213));
    const [hex] = encoded("placeOrder", [7, {}, reported], 217);
    const request = decodePayload("PlaceOrderRequest", Buffer.from(hex, "hex"));
    expect(request.order).toMatchObject({ routeMarketableToBbo: 0, seekPriceImprovement: 0 });
    expect(request.order).not.toHaveProperty("postOnly");
  });

  test("profiles of financial advisors", () => {
    for (const [method, args] of [
      ["requestFA", [FADataType.PROFILES]],
      ["replaceFA", [7, FADataType.PROFILES, "<xml/>"]],
    ] as const) {
      const [, message, code] = refusal(method, args, 213);
      expect(code).toBe(ErrorCode.UPDATE_TWS);
      expect(message).toContain("faDataType 2 (PROFILES)");
    }
  });
});

describe("what fits no field is refused by name", () => {
  test.each([
    ["placeOrder", [7, {}, undefined], "order is undefined (allowed: an object)"],
    ["placeOrder", [7, {}, { ...order, totalQuantity: "many" }], 'order.totalQuantity is "many"'],
    ["placeOrder", [7, {}, { ...order, permId: 2 ** 54 }], "order.permId is 18014398509481984"],
    ["placeOrder", [7, {}, { ...order, algoParams: [{ tag: {}, value: "1" }] }], "order.algoParams[0].tag"],
    ["placeOrder", [7, {}, { ...order, conditions: [{ type: 2 }] }], "order.conditions[0].type is 2"],
    [
      "placeOrder",
      [7, {}, { ...order, conditions: [{ type: 1, conjunctionConnection: "x" }] }],
      'order.conditions[0].conjunctionConnection is "x" (allowed: "a" (and) or "o" (or))',
    ],
    [
      "placeOrder",
      [7, { comboLegs: [{ conId: 1 }] }, { ...order, orderComboLegs: [{ price: "x" }] }],
      'order.orderComboLegs[0].price is "x"',
    ],
    ["reqExecutions", [7, { specificDates: ["today"] }], 'filter.specificDates[0] is "today"'],
    ["reqScannerSubscription", [7, { aboveVolume: 0.5 }], "subscription.aboveVolume is 0.5"],
    ["reqHistoricalData", [7, {}, "", "1 D", "1 hour", "TRADES", "yes", 1], 'useRTH is "yes"'],
  ])("%s %#", (method, args, text) => {
    const [kind, message, code, id] = refusal(method, args, 226);
    expect([kind, code, id]).toEqual(["error", ErrorCode.FAIL_SEND, 7]);
    expect(message).toContain(text);
  });
});

test("executions of the last days and of given days", () => {
  const [hex] = encoded("reqExecutions", [
    7,
    { clientId: "3", lastNDays: 5, specificDates: [20260824, 20260825] },
  ]);
  expect(decodePayload("ExecutionRequest", Buffer.from(hex, "hex"))).toEqual({
    reqId: 7,
    executionFilter: { clientId: 3, lastNDays: 5, specificDates: [20260824, 20260825] },
  });
});

test("values that mean unset are left out, also where the official client has a default", () => {
  const unset = { clientId: 2147483647, permId: 9223372036854775807n, discretionaryAmt: Number.MAX_VALUE };
  const prices = { lmtPrice: Number.MAX_VALUE, totalQuantity: Number.MAX_VALUE, minQty: 2147483647 };
  const [hex] = encoded("placeOrder", [7, {}, { ...order, ...unset, ...prices }]);
  const sent = decodePayload("PlaceOrderRequest", Buffer.from(hex, "hex")).order ?? {};
  for (const name of Object.keys({ ...unset, ...prices })) expect(sent).not.toHaveProperty(name);
  expect(sent).toHaveProperty("parentId", 0);
});

test("of tags that come twice the last one counts", () => {
  const algoParams = [
    { tag: "a", value: "1" },
    { tag: "b", value: "2" },
    { tag: "a", value: "3" },
  ];
  const [hex] = encoded("placeOrder", [7, {}, { ...order, algoParams }]);
  const sent = decodePayload("PlaceOrderRequest", Buffer.from(hex, "hex")).order?.algoParams;
  expect([...(sent ?? [])]).toEqual([
    ["a", "3"],
    ["b", "2"],
  ]);
});

test("listeners of the new events and arguments are typed", () => {
  const api = new IBApi({ clientId: 0 });
  const seen: unknown[] = [];
  api
    .on(NativeEventName.currentTimeInMillis, (time) => seen.push(time.toFixed(0)))
    .on(NativeEventName.historicalDataEnd, (reqId, start, end) => seen.push(reqId + 1, start, end))
    .on(EventName.error, (error, code, reqId, _reject, errorTime) =>
      seen.push(error.message, code, reqId, errorTime),
    )
    .on(EventName.openOrder, (_id, _contract, given, state) => seen.push(given.postOnly, state.rejectReason));
  api.emit(NativeEventName.currentTimeInMillis, 1787603023902);
  api.emit(NativeEventName.historicalDataEnd, 7, "s", "e");
  api.emit(EventName.error, new Error("no"), 200, 7, undefined, 5);
  api.emit(EventName.openOrder, 1, {}, { postOnly: true }, { rejectReason: "r" });
  expect(seen).toEqual(["1787603023902", 8, "s", "e", "no", 200, 7, 5, true, "r"]);
});
