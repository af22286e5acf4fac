import { inspect } from "node:util";
import { expect, test } from "vitest";
import { BOARD_VALUES, BoardValue, quoteOf } from "../../src/domain/quote-view.js";
import { LAYOUT } from "../../src/native/layout.js";

const NOT_OF_THE_VIEW = new Set<string>(["FROZEN"]);
const GREEKS = new Set<string>([
  "GREEK_IMPLIED_VOLATILITY",
  "DELTA",
  "GAMMA",
  "VEGA",
  "THETA",
  "OPTION_PRICE",
  "UNDERLYING_PRICE",
  "PV_DIVIDEND",
]);

/** `BID_SIZE` as the view calls it. */
const memberOf = (name: string) =>
  name
    .replace(/^GREEK_/, "")
    .toLowerCase()
    .replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

const named = Object.entries(BoardValue).filter(([name]) => !NOT_OF_THE_VIEW.has(name));

test.each(named)("%s is read from its own position, and undefined where there is none", (name, position) => {
  const values = new Float64Array(BOARD_VALUES).fill(Number.NaN);
  const view = quoteOf({ at: (position) => values[position] });
  const whole = (GREEKS.has(name) ? view.greeks : view) as unknown as Record<string, unknown>;
  const empty = name === "DELAYED" ? false : undefined;
  expect(whole[memberOf(name)]).toBe(empty);
  for (let i = 0; i < BOARD_VALUES; i++) values[i] = i === position ? 1 : 500 + i;
  expect(whole[memberOf(name)]).toBe(name === "DELAYED" ? true : 1);
});

test("printed, and as JSON, it is what has a value", () => {
  const values = new Float64Array(BOARD_VALUES).fill(Number.NaN);
  const view = quoteOf({ at: (position) => values[position] });
  values[BoardValue.BID] = 9.5;
  values[BoardValue.ASK] = 10;
  expect(inspect(view)).toBe("Quote { bid: 9.5, ask: 10, delayed: false }");
  expect(inspect({ deep: { down: view } }, { depth: 0 })).toBe("{ deep: [Object] }");
  expect(inspect([view], { depth: 0 })).toBe("[ [Quote] ]");
  values[BoardValue.DELTA] = 0.5;
  expect(JSON.parse(JSON.stringify(view))).toEqual({
    ...{ bid: 9.5, ask: 10, delayed: false },
    greeks: { delta: 0.5 },
  });
  expect(inspect(view.greeks)).toBe("Greeks { delta: 0.5 }");
});

test("the core lays out the same values in the same places", () => {
  const native = Object.fromEntries(Object.keys(BoardValue).map((name) => [name, LAYOUT[`BOARD_${name}`]]));
  expect(native).toEqual({ ...BoardValue });
  expect(LAYOUT["BOARD_VALUES"]).toBe(BOARD_VALUES);
});
