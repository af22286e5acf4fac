import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { ERROR_CODES } from "../../src/domain/error-codes.js";
import { GATEWAY_CODES, gatewayCodeInfo } from "../../src/domain/gateway-codes.js";
import { ErrorCode } from "../../src/index.js";
import { read } from "./pages.js";

const { render, EVENTS } = createRequire(__filename)("../../native/tools/write-errors-doc.cjs") as {
  render(
    codes: typeof ERROR_CODES,
    gatewayCodes: typeof GATEWAY_CODES,
    infoOf: typeof gatewayCodeInfo,
  ): string;
  EVENTS: Readonly<Record<string, readonly [name: string, when: string]>>;
};

test("docs/errors.md is what the table of codes says: npm run build:ts writes it", () => {
  expect(read("docs/errors.md")).toBe(render(ERROR_CODES, GATEWAY_CODES, gatewayCodeInfo));
});

test("numbers of events are named as @stoqey/ib names them, and every code's number is among them", () => {
  // Those above are our own.
  const shared = Object.entries(EVENTS).filter(([number]) => Number(number) <= 509);
  for (const [number, [name]] of shared) expect(ErrorCode[Number(number)]).toBe(name);
  for (const [code, entry] of Object.entries(ERROR_CODES)) {
    for (const number of "numbers" in entry ? entry.numbers : []) {
      expect(Object.keys(EVENTS), code).toContain(String(number));
    }
  }
});
