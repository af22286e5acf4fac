import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Claim, LineBudget } from "../../src/stream/line-budget.js";
import { holds } from "../support/property.js";

class Wanting implements Claim {
  has = false;
  constructor(public priority: number) {}
  granted(): void {
    expect(this.has).toBe(false);
    this.has = true;
  }
  displaced(): void {
    expect(this.has).toBe(true);
    this.has = false;
  }
}

describe("a budget of lines", () => {
  test("what does not fit waits, and gets the next line that is free", () => {
    const budget = new LineBudget(1);
    const [first, second] = [new Wanting(0), new Wanting(0)];
    budget.add(first);
    budget.add(second);
    expect([first.has, second.has, budget.waiting]).toEqual([true, false, 1]);
    budget.remove(first);
    expect(second.has).toBe(true);
  });

  test("what has a higher priority displaces what is below it, the newest of those first", () => {
    const budget = new LineBudget(2);
    const claims = [new Wanting(0), new Wanting(0), new Wanting(1)];
    for (const claim of claims) budget.add(claim);
    expect(claims.map(({ has }) => has)).toEqual([true, false, true]);
  });

  test("a line that the gateway refuses is not there until the budget is reset", () => {
    const budget = new LineBudget(3);
    const claims = [new Wanting(0), new Wanting(0)];
    for (const claim of claims) budget.add(claim);
    claims[1].has = false;
    budget.refused(claims[1]);
    expect([budget.used, budget.available, claims[1].has]).toEqual([1, 1, false]);
    budget.reset();
    expect([budget.used, budget.available, claims[1].has]).toEqual([2, 3, true]);
  });

  test("those with a line are always the first ones by priority and age", () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: -2, max: 2 }) }),
      fc.record({ remove: fc.nat(30) }),
      fc.record({ change: fc.nat(30), to: fc.integer({ min: -2, max: 2 }) }),
    );
    holds(
      "a budget of lines",
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 40 }), (capacity, steps) => {
        const budget = new LineBudget(capacity);
        let claims: Wanting[] = [];
        for (const one of steps) {
          if ("add" in one) {
            claims.push(new Wanting(one.add));
            budget.add(claims[claims.length - 1]);
          } else if ("remove" in one) {
            const gone = claims[one.remove % (claims.length || 1)];
            claims = claims.filter((claim) => claim !== gone);
            if (gone !== undefined) budget.remove(gone);
          } else if (claims.length > 0) {
            claims[one.change % claims.length].priority = one.to;
            budget.changed();
          }
          const least = Math.min(...claims.filter(({ has }) => has).map(({ priority }) => priority));
          const waiting = claims.filter(({ has }) => !has);
          expect(budget.used).toBe(Math.min(capacity, claims.length));
          expect(claims.filter(({ has }) => has)).toHaveLength(budget.used);
          for (const { priority } of waiting) expect(priority).toBeLessThanOrEqual(least);
        }
      }),
    );
  });
});
