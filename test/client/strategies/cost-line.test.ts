import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  moneyNumber,
  moneyOf,
  moneyText,
  quantityOf,
  roundedText,
  unitPriceOf,
} from "../../../src/client/strategies/amounts.js";
import { CostLine, type TimedFill } from "../../../src/client/strategies/cost-line.js";
import { holds } from "../../support/property.js";

const fill = (quantity: number, price: number, commission = 0, multiplier = 1, timeMs = 0) => ({
  quantity: quantityOf(quantity),
  unitPrice: unitPriceOf(price, multiplier),
  commission: moneyOf(commission),
  timeMs,
});

function behind(...fills: TimedFill[]) {
  const line = new CostLine();
  for (const one of fills) line.add(one);
  const { quantity, cost, realized, roundTrips, wins, commission } = line.state;
  const number = (amount: bigint) => moneyNumber(amount);
  return {
    quantity: Number(quantity) / 1e8,
    cost: number(cost),
    realized: number(realized),
    commission: number(commission),
    roundTrips,
    wins,
  };
}

describe("average cost", () => {
  test("what is bought at two prices costs their average, commissions included; what is sold takes its share", () => {
    expect(behind(fill(100, 10, 1), fill(100, 20, 1))).toMatchObject({
      quantity: 200,
      cost: 3002,
      realized: 0,
    });
    expect(behind(fill(100, 10, 1), fill(100, 20, 1), fill(-50, 16, 1))).toMatchObject({
      quantity: 150,
      cost: 2251.5,
      realized: 50 * 16 - 1 - 750.5,
      roundTrips: 0,
    });
  });

  test("what is sold short is the other way round", () => {
    expect(behind(fill(-100, 10, 1))).toMatchObject({ quantity: -100, cost: -999 });
    expect(behind(fill(-100, 10, 1), fill(100, 9, 1))).toMatchObject({
      ...{ quantity: 0, cost: 0, realized: 98, commission: 2, roundTrips: 1, wins: 1 },
    });
  });

  test("a flip closes and opens, and its commission is of both by their quantities", () => {
    expect(behind(fill(100, 10, 2), fill(-300, 11, 3))).toEqual({
      quantity: -200,
      cost: -2200 + 2,
      realized: 100 - 2 - 1,
      commission: 5,
      roundTrips: 1,
      wins: 1,
    });
  });

  test("a multiplier counts: cost, and what is realised", () => {
    expect(behind(fill(2, 5000.25, 4.5, 50), fill(-2, 5001, 4.5, 50))).toMatchObject({ realized: 75 - 9 });
  });

  test("a price below zero is one", () => {
    expect(behind(fill(1, -37.63, 0, 1000), fill(-1, 10, 0, 1000))).toMatchObject({ realized: 47_630 });
  });

  test("an execution that was taken back leaves its commission", () => {
    expect(behind(fill(0, 10, 1))).toMatchObject({ quantity: 0, cost: 0, realized: -1, commission: 1 });
  });

  test("what is no whole is rounded once, and nothing of it is lost", () => {
    const state = behind(fill(3, 10, 1), fill(-1, 10), fill(-1, 10), fill(-1, 10));
    expect(state).toMatchObject({ quantity: 0, cost: 0, realized: -1 });
  });
});

test("digits of amounts: none is lost, none is shown that is not there", () => {
  expect(moneyText(moneyOf(0.1) + moneyOf(0.2))).toBe("0.3");
  expect(moneyText(moneyOf(-1200))).toBe("-1200");
  expect(moneyText(0n)).toBe("0");
  expect(moneyText(quantityOf(0.00000001) * unitPriceOf(0.1, 0.1))).toBe("0.0000000001");
  expect([roundedText(moneyOf(-1234567.895), 2), roundedText(moneyOf(999.5), 0)]).toEqual([
    "-1,234,567.90",
    "1,000",
  ]);
  expect(roundedText(moneyOf(-0.001), 2)).toBe("0.00");
});

const decimal = (low: number, high: number, places: number) =>
  fc.integer({ min: low * 10 ** places, max: high * 10 ** places }).map((n) => n / 10 ** places);
const anyFill = fc
  .record({
    quantity: fc.oneof(fc.integer({ min: -50, max: 50 }), decimal(-2, 2, 8)),
    price: fc.oneof(decimal(-5, 500, 2), decimal(0, 2, 5)),
    commission: decimal(-1, 5, 6),
    timeMs: fc.integer({ min: 0, max: 20 }),
  })
  .map(({ quantity, price, commission, timeMs }) => fill(quantity, price, commission, 1, timeMs));

/** The same method with fractions that are never rounded: numerators and denominators of any size. */
function exactly(fills: readonly TimedFill[]) {
  let [held, cost, over] = [0n, 0n, 1n]; // cost is a fraction
  let [realized, under] = [0n, 1n];
  const addRealized = (top: bigint, bottom: bigint) => {
    [realized, under] = [realized * bottom + top * under, under * bottom];
  };
  const size = (value: bigint) => (value < 0n ? -value : value);
  for (const { quantity: f, unitPrice: u, commission: k } of fills) {
    const closes = held !== 0n && f !== 0n && held > 0n !== f > 0n;
    const closed = closes ? (size(held) < size(f) ? size(held) : size(f)) : 0n;
    const sign = f < 0n ? -1n : 1n;
    if (closed > 0n) {
      addRealized(-sign * closed * u, 1n);
      addRealized(-k * closed, size(f));
      addRealized(-cost * closed, over * size(held));
      [cost, over] = [cost * (size(held) - closed), over * size(held)];
    }
    if (f === 0n) addRealized(-k, 1n);
    else {
      const opened = size(f) - closed;
      [cost, over] = [cost * size(f) + (sign * opened * u * size(f) + k * opened) * over, over * size(f)];
    }
    held += f;
  }
  return { held, cost: { top: cost, bottom: over }, realized: { top: realized, bottom: under } };
}

describe("properties", () => {
  test("it is the method in fractions, to 1e-8 of a currency's unit for each execution", () => {
    holds(
      "average cost in fractions",
      fc.property(fc.array(anyFill, { maxLength: 12 }), (fills) => {
        const line = new CostLine();
        for (const one of fills) line.add({ ...one, timeMs: 0 });
        const exact = exactly(fills);
        const { state } = line;
        expect(state.quantity).toBe(exact.held);
        const grain = 10n ** 8n * BigInt(2 * fills.length + 1);
        const near = (mine: bigint, { top, bottom }: { top: bigint; bottom: bigint }) => {
          const off = mine * bottom - top;
          expect((off < 0n ? -off : off) <= grain * (bottom < 0n ? -bottom : bottom)).toBe(true);
        };
        near(state.cost, exact.cost);
        near(state.realized, exact.realized);
      }),
    );
  });

  test("realised less cost is the money and the commissions that changed hands, to the last digit", () => {
    holds(
      "what changed hands",
      fc.property(fc.array(anyFill, { maxLength: 40 }), (fills) => {
        const line = new CostLine();
        for (const one of fills) line.add(one);
        const paid = fills.reduce((sum, f) => sum + f.quantity * f.unitPrice + f.commission, 0n);
        expect(line.state.realized - line.state.cost).toBe(-paid);
        expect(line.state.quantity).toBe(fills.reduce((sum, f) => sum + f.quantity, 0n));
        if (line.state.quantity === 0n) expect(line.state.cost).toBe(0n);
      }),
    );
  });

  test("however they come, late, changed afterwards or taken away, it is what it is in the order of their times", () => {
    const step = fc.record({ fill: anyFill, later: fc.option(anyFill), isRemoved: fc.boolean() });
    holds(
      "late and changed executions",
      fc.property(fc.array(step, { maxLength: 20 }), fc.integer({ min: 0, max: 21 }), (steps, timeMs) => {
        const line = new CostLine<{ -readonly [K in keyof TimedFill]: TimedFill[K] }>();
        const given = steps.map(({ fill }) => ({ ...fill }));
        for (const one of given) {
          line.add(one);
          line.state; // what was computed has to be forgotten again
        }
        for (const [i, { later, isRemoved }] of steps.entries()) {
          if (isRemoved) line.remove(given[i]);
          else if (later !== null) {
            Object.assign(given[i], { ...later, timeMs: given[i].timeMs });
            line.changed(given[i]);
          }
        }
        const plain = new CostLine();
        const left = given.filter((_, i) => !steps[i].isRemoved);
        for (const one of left.toSorted((a, b) => a.timeMs - b.timeMs)) plain.add(one);
        expect(line.state).toEqual(plain.state);
        const early = new CostLine();
        for (const one of plain.fills) if (one.timeMs < timeMs) early.add(one);
        expect(line.before(timeMs)).toEqual(early.state);
        expect(line.between(timeMs, 1e9)).toHaveLength(left.length - early.fills.length);
      }),
    );
  });
});
