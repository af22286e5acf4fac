import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ERROR_CODES, type IBKRErrorCode } from "../../src/domain/error-codes.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";

test.each(Object.keys(ERROR_CODES) as IBKRErrorCode[])(
  "%s brings its entry's scope and retryable",
  (code) => {
    const { scope, retryable } = ERROR_CODES[code];
    expect(new IBKRError(code, "so it is")).toMatchObject({ code, scope, retryable, message: "so it is" });
  },
);

test("an error says its name, and what was not said is not there", () => {
  const error = new IBKRError("ERR_IBKR_CONNECT", "nobody listens");
  expect(String(error)).toBe("IBKRError: nobody listens");
  expect(error.stack).toMatch(/^IBKRError: nobody listens\n/);
  expect(Object.keys(error)).toEqual(["code", "scope", "retryable"]);
  expect(inspect(error)).toContain("code: 'ERR_IBKR_CONNECT'");
  expect("cause" in error).toBe(false);
});

test("the gateway's number and text, the cause and another scope", () => {
  const cause = new Error("below");
  const error = new IBKRError("ERR_IBKR_GATEWAY", "no such order", {
    scope: "order",
    gatewayCode: 10147,
    gatewayText: "OrderId 7 that needs to be cancelled is not found.",
    cause,
  });
  expect(error).toMatchObject({
    scope: "order",
    gatewayCode: 10147,
    gatewayText: "OrderId 7 that needs to be cancelled is not found.",
    cause,
  });
});
