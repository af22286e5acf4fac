import { describe, expect, expectTypeOf, test } from "vitest";
import { ERROR_CODES, type IBKRErrorCode } from "../../src/domain/error-codes.js";
import {
  GATEWAY_CODES,
  gatewayCodeEffect,
  gatewayCodeInfo,
  gatewayError,
  isGatewayNotice,
} from "../../src/domain/gateway-codes.js";
import { ErrorCode, isNonFatalError } from "../../src/index.js";
import { read, sourcesBelow } from "../docs/pages.js";

const GROUPS = Object.values(GATEWAY_CODES).flat();
const LISTED = GROUPS.flatMap(({ codes }) => Object.keys(codes).map(Number));

/** Ranges of Interactive Brokers' public list, where it has every number but these. */
const GAPS: readonly (readonly [low: number, high: number, but: readonly number[]])[] = [
  [100, 168, [108, 112, 130, 149, 150]],
  [200, 203, []],
  [300, 449, [318]],
  [501, 589, []],
  [1100, 1102, []],
  [2100, 2111, []],
  [10_000, 10_027, [10_004]],
  [10_230, 10_254, [10_232]],
  [10_268, 10_270, []],
  [10_276, 10_347, [10_313, 10_320, 10_323]],
];

describe("the tables", () => {
  test("have every number of the public list", () => {
    const missing = GAPS.flatMap(([low, high, but]) =>
      Array.from({ length: high - low + 1 }, (_, i) => low + i).filter(
        (code) => !but.includes(code) && !LISTED.includes(code),
      ),
    );
    expect(missing).toEqual([]);
    expect(LISTED.length).toBeGreaterThan(430);
  });

  test("have every number that @stoqey/ib has a name for, and every one that the simulated gateway gives", () => {
    const stock = Object.values(ErrorCode).filter(
      (code): code is ErrorCode => typeof code === "number" && code > 0,
    );
    expect(stock.length).toBeGreaterThan(90);
    const given = sourcesBelow("src/sim")
      .map(read)
      .flatMap((source) =>
        [
          /\.error\(\s*[\w.\-()]+,\s*(\d{3,5})\b/g,
          /OrderReject\(\s*(\d{3,5})\b/g,
          /\brefuse\((\d{3,5}),/g,
        ].flatMap((form) => [...source.matchAll(form)].map(([, code]) => Number(code))),
      );
    expect(new Set(given).size).toBeGreaterThan(40);
    expect([...stock, ...given].filter((code) => !LISTED.includes(code))).toEqual([]);
  });

  test("say each number once", () => {
    expect(LISTED.filter((code, i) => LISTED.indexOf(code) !== i)).toEqual([]);
  });

  test("say of each what it means and what to do, as sentences", () => {
    for (const code of LISTED) {
      const { meaning, remedy, error, scope } = gatewayCodeInfo(code);
      expect(meaning, String(code)).toMatch(/^[A-Z`].*\.$/);
      expect(remedy, String(code)).toMatch(/^[A-Z`].*\.$/);
      expect(Object.keys(ERROR_CODES)).toContain(error);
      expect(["system", "request", "order", "data"]).toContain(scope);
    }
  });
});

describe("what a number means", () => {
  test.each<[number, string, IBKRErrorCode, string, boolean]>([
    [100, "", "ERR_IBKR_PACING", "request", true],
    [101, "", "ERR_IBKR_TOO_MANY", "request", true],
    [103, "", "ERR_IBKR_DUPLICATE_ID", "order", false],
    [104, "", "ERR_IBKR_CHANGE_REFUSED", "order", false],
    [110, "", "ERR_IBKR_ORDER_REJECTED", "order", false],
    [
      162,
      "Historical Market Data Service error message:HMDS query returned no data: X",
      "ERR_IBKR_NO_DATA",
      "request",
      false,
    ],
    [
      162,
      "Historical Market Data Service error message:Historical data request pacing violation",
      "ERR_IBKR_PACING",
      "request",
      true,
    ],
    [
      162,
      "Historical Market Data Service error message:No market data permissions for NYSE STK",
      "ERR_IBKR_NOT_SUBSCRIBED",
      "request",
      false,
    ],
    [
      162,
      "Historical Market Data Service error message:API historical data query cancelled: 1",
      "ERR_IBKR_GATEWAY",
      "request",
      false,
    ],
    [
      200,
      "No security definition has been found for the request",
      "ERR_IBKR_NO_SECURITY_DEFINITION",
      "request",
      false,
    ],
    [201, "Order rejected - reason:The time-in-force is invalid", "ERR_IBKR_ORDER_REJECTED", "order", false],
    [
      201,
      "Order rejected - reason:YOUR AVAILABLE FUNDS ARE INSUFFICIENT",
      "ERR_IBKR_INSUFFICIENT_FUNDS",
      "order",
      false,
    ],
    [202, "Order Canceled - reason:", "ERR_IBKR_ORDER_CANCELLED", "order", false],
    [
      203,
      "The security is not available or allowed for this account",
      "ERR_IBKR_NO_PERMISSION",
      "request",
      false,
    ],
    [
      203,
      "The contract description specified for X is ambiguous",
      "ERR_IBKR_NO_SECURITY_DEFINITION",
      "request",
      false,
    ],
    [316, "", "ERR_IBKR_DATA_INTERRUPTED", "data", true],
    [
      321,
      "Error validating request.-'bN' : cause - The API interface is currently in Read-Only mode.",
      "ERR_IBKR_NO_PERMISSION",
      "request",
      false,
    ],
    [321, "Error validating request.-'bO' : cause - Invalid", "ERR_IBKR_INVALID_REQUEST", "request", false],
    [
      322,
      "Error processing request.-'bW' : cause - Maximum number of account summary requests exceeded",
      "ERR_IBKR_TOO_MANY",
      "request",
      true,
    ],
    [326, "", "ERR_IBKR_CLIENT_ID_IN_USE", "system", true],
    [354, "", "ERR_IBKR_NOT_SUBSCRIBED", "request", false],
    [504, "", "ERR_IBKR_NOT_SENT", "request", true],
    [1100, "", "ERR_IBKR_GATEWAY", "system", true],
    [10_147, "", "ERR_IBKR_CANCEL_REFUSED", "order", false],
    [10_197, "", "ERR_IBKR_COMPETING_SESSION", "data", true],
    [12_345, "", "ERR_IBKR_GATEWAY", "request", false],
  ])("%d %s", (code, text, error, scope, retryable) => {
    expect(gatewayCodeInfo(code, text)).toMatchObject({ code, error, scope, retryable });
    const made = gatewayError(code, text);
    expect(made).toMatchObject({ code: error, scope, retryable, gatewayCode: code, gatewayText: text });
    expect(made.message).toBe(`${text} (${code})`);
  });

  test("whoever asked knows better what it was about", () => {
    expect(gatewayError(321, "no", "order")).toMatchObject({
      code: "ERR_IBKR_INVALID_REQUEST",
      scope: "order",
    });
  });

  test("one that is in no list says so", () => {
    expect(gatewayCodeInfo(12_345).meaning).toContain("no public list");
  });
});

describe("what a number does", () => {
  test.each([
    [201, "rejected"],
    [202, "cancelled"],
    [135, "cancel-refused"],
    [136, "cancel-refused"],
    [161, "cancel-refused"],
    [10_147, "cancel-refused"],
    [10_148, "cancel-refused"],
    [399, "notice"],
    [404, "notice"],
    [10_349, "notice"],
    [1100, "notice"],
    [1399, "notice"],
    [317, "notice"],
    [2100, "notice"],
    [2199, "notice"],
    [10_090, "notice"],
    [10_167, "notice"],
    [10_197, "notice"],
    [110, "refused"],
    [200, "refused"],
    [321, "refused"],
    [354, "refused"],
    [10_089, "refused"],
    [2200, "refused"],
    [99_999, "refused"],
  ])("%d: %s", (code, effect) => expect(gatewayCodeEffect(code)).toBe(effect));

  test("what @stoqey/ib takes for a warning by its number is a notice here", () => {
    for (const code of LISTED.filter((listed) => isNonFatalError(listed, new Error()))) {
      expect(isGatewayNotice(code), String(code)).toBe(true);
    }
  });
});

test("types", () => {
  expectTypeOf(gatewayCodeInfo(200).error).toEqualTypeOf<IBKRErrorCode>();
  expectTypeOf<"ERR_IBKR_PACING">().toExtend<IBKRErrorCode>();
  expectTypeOf(gatewayCodeEffect).returns.toEqualTypeOf<
    "notice" | "refused" | "rejected" | "cancelled" | "cancel-refused"
  >();
  expect(gatewayCodeInfo(200).error).toBe("ERR_IBKR_NO_SECURITY_DEFINITION");
});
