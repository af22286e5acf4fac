import { expect, test } from "vitest";
import { MOST_PAST, SharedLines } from "../../src/worker/shared-lines.js";
import type { SharedSubscription } from "../../src/worker/shared-subscription.js";

const subscription = (id: number) => ({ id }) as SharedSubscription;

test("messages of a line that several share are the oldest's, as long as it is there", () => {
  const lines = new SharedLines();
  const [first, second] = [subscription(1), subscription(2)];
  lines.change(second, [], [7]);
  expect(lines.of(7)).toBe(second);
  lines.change(first, [], [7]);
  expect(lines.of(7)).toBe(first);
  lines.change(first, [7], [8]);
  expect([lines.of(7), lines.of(8)]).toEqual([second, first]);
});

test("a line that is over is known until MOST_PAST others are", () => {
  const lines = new SharedLines();
  const one = subscription(1);
  const end = (feedId: number) => {
    lines.change(one, [], [feedId]);
    lines.change(one, [feedId], []);
  };
  for (let feedId = 1; feedId <= MOST_PAST; feedId++) end(feedId);
  expect(lines.of(1)).toBe(one);
  end(MOST_PAST + 1);
  expect(lines.of(1)).toBeUndefined();
  expect(lines.of(2)).toBe(one);
});
