import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import {
  SAME_TYPES,
  SAME_VALUES,
  STOCK_NAMES,
  STOCK_RUNTIME_NAMES,
  SUBCLASSED_NAMES,
  SUBCLASSES,
} from "./stock-names.fixture.js";

// By require: a native `import` would show the CommonJS module's `default` as something else.
const stock: typeof import("@stoqey/ib") = createRequire(__filename)("@stoqey/ib");

type OurModule = typeof import("../../src/index.js");

/** Loaded inside each test: an addon that does not load fails these tests only, with its own message. */
async function ourPackage(): Promise<OurModule> {
  // The compiler sees a CommonJS module behind a native import(), whose `default` would be the whole module; vitest
  // gives the source's own `default`.
  return (await import("../../src/index.js")) as unknown as OurModule;
}

const subclassed = new Set<string>(SUBCLASSED_NAMES);
const sameObjects = STOCK_RUNTIME_NAMES.filter((name) => !subclassed.has(name));

describe("the list of stock's names", () => {
  test("is that of the installed @stoqey/ib", () => {
    expect(STOCK_RUNTIME_NAMES.toSorted()).toEqual(Object.keys(stock).toSorted());
    expect([STOCK_NAMES.length, STOCK_RUNTIME_NAMES.length]).toEqual([122, 56]);
    for (const name of STOCK_RUNTIME_NAMES) expect(STOCK_NAMES).toContain(name);
  });

  // What the types say is checked by `tsc -p test/tsconfig.json`; this holds that no name escapes that check.
  test("has a type check for every name", () => {
    const checked = new Set([SAME_TYPES, SAME_VALUES, SUBCLASSES].flatMap((checks) => Object.keys(checks)));
    expect([...checked].toSorted()).toEqual([...STOCK_NAMES].toSorted());
  });
});

describe("our package", () => {
  test("exports all 56 run-time names", async () => {
    const ours = await ourPackage();
    expect(Object.keys(ours)).toEqual(expect.arrayContaining([...STOCK_RUNTIME_NAMES]));
  });

  test.each(sameObjects)("%s is stock's own", async (name) => {
    const ours = await ourPackage();
    expect(ours[name]).toBeDefined();
    expect(ours[name]).toBe(stock[name]);
  });

  // Files that public programs import beside the index, for what stock's index has as a type only.
  test.each([
    ["api/market/tickType", "default", "IBApiTickType"],
    ["api/order/condition/price-condition", "PriceCondition", "PriceCondition"],
    ["api/order/enum/trigger-method", "TriggerMethod", "TriggerMethod"],
    ["api/order/enum/conjunction-connection", "ConjunctionConnection", "ConjunctionConnection"],
    ["api/data/enum/event-name", "EventName", "EventName"],
    ["common/errorCode", "ErrorCode", "ErrorCode"],
  ])("stock's own file %s has the %s that we export as %s", async (file, name, exported) => {
    const ours: Record<string, unknown> = { ...(await ourPackage()) };
    const deep = createRequire(__filename)(`@stoqey/ib/dist/${file}`) as Record<string, unknown>;
    expect(deep[name]).toBeDefined();
    expect(deep[name]).toBe(ours[exported]);
  });

  test("IBApi and IBApiNext are subclasses of stock's, and default is IBApi", async () => {
    const ours = await ourPackage();
    expect(ours.IBApi).not.toBe(stock.IBApi);
    expect(ours.IBApiNext).not.toBe(stock.IBApiNext);
    expect(new ours.IBApi()).toBeInstanceOf(stock.IBApi);
    expect(new ours.IBApiNext()).toBeInstanceOf(stock.IBApiNext);
    expect(ours.default).toBe(ours.IBApi);
  });
});
