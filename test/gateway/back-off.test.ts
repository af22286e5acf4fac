import { expect, test } from "vitest";
import { BackOff } from "../../src/gateway/back-off.js";

test("each wait is twice the one before, up to the longest, and is spread over its upper half", () => {
  const waits = (random: number) => {
    const backOff = new BackOff(250, 3000, () => random);
    return Array.from({ length: 6 }, () => backOff.next());
  };
  expect(waits(0)).toEqual([125, 250, 500, 1000, 1500, 1500]);
  expect(waits(0.999999)).toEqual([250, 500, 1000, 2000, 3000, 3000]);
});

test("it begins anew when there was success, keeps a shortest wait, and does not overflow", () => {
  const backOff = new BackOff(100, 1000, () => 1);
  expect([backOff.next(), backOff.next(), backOff.count]).toEqual([100, 200, 2]);
  backOff.reset();
  expect([backOff.next(700), backOff.next(700), backOff.count]).toEqual([700, 700, 2]);
  for (let i = 0; i < 2000; i++) backOff.next();
  expect(backOff.next()).toBe(1000);
});
