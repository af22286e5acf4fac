import fc from "fast-check";
import { expect, test } from "vitest";
import { orderRefOf, parseOrderRef, UlidSource } from "../../src/orders/order-ref.js";
import { holds } from "../support/property.js";

test("a ULID begins with its time, as others read it", () => {
  // The example of the specification: 1469918176385 is 01ARYZ6S41.
  expect(new UlidSource((bytes) => bytes.fill(1)).next(1469918176385)).toBe("01ARYZ6S411111111111111111");
});

test("they grow with every one that is made, also within a millisecond and where the clock runs back", () => {
  holds(
    "ULIDs",
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 50 }), (times) => {
      const source = new UlidSource((bytes) => bytes.fill(255));
      const made = times.map((time) => source.next(time));
      expect(made).toEqual([...new Set(made)].toSorted());
      for (const ulid of made) expect(ulid).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    }),
  );
});

test("an orderRef of ours is told from others, whatever its prefix", () => {
  const ulid = new UlidSource().next(Date.now());
  expect(parseOrderRef(orderRefOf("a:b", ulid))).toEqual({ prefix: "a:b", ulid });
  for (const foreign of [
    undefined,
    "",
    "my order",
    `x${ulid}`,
    `a:${ulid}0`,
    `a:${ulid.slice(1)}`,
    `a:${ulid.toLowerCase()}`,
  ])
    expect(parseOrderRef(foreign)).toBeUndefined();
});
