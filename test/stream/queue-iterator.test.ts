import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Overflow, QueueIterator, type QueueOptions } from "../../src/stream/queue-iterator.js";
import { holdsAsync } from "../support/property.js";

function queue(overflow: Overflow, limit = 2, more: Partial<QueueOptions> = {}) {
  const seen = { held: 0, lost: 0, ended: 0 };
  const iterator = new QueueIterator<number>({
    limit,
    overflow,
    hold: () => {
      seen.held += 1;
      return () => {
        seen.held -= 1;
      };
    },
    lost: (count) => {
      seen.lost += count;
    },
    ended: () => {
      seen.ended += 1;
    },
    ...more,
  });
  return { iterator, seen };
}

async function rest(iterator: QueueIterator<number>): Promise<number[]> {
  const all: number[] = [];
  for await (const value of iterator) all.push(value);
  return all;
}

describe("an iterator over what is pushed", () => {
  test("gives out what waits, then ends", async () => {
    const { iterator, seen } = queue("hold", 9);
    for (const value of [1, 2, 3]) iterator.push(value);
    iterator.finish();
    iterator.push(4);
    expect(await rest(iterator)).toEqual([1, 2, 3]);
    expect(seen).toEqual({ held: 0, lost: 0, ended: 1 });
  });

  test("throws what ended it, once, behind what came before", async () => {
    const { iterator } = queue("hold");
    iterator.push(1);
    iterator.finish({ error: new Error("refused") });
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    await expect(iterator.next()).rejects.toThrow("refused");
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test("who waits gets the next value at once", async () => {
    const { iterator } = queue("hold");
    const both = [iterator.next(), iterator.next()];
    iterator.push(1);
    iterator.push(2);
    expect((await Promise.all(both)).map(({ value }) => value)).toEqual([1, 2]);
  });

  test("hold: the source is held up beyond the limit, until half of it is free", async () => {
    const { iterator, seen } = queue("hold", 2);
    for (const value of [1, 2, 3, 4]) iterator.push(value);
    expect(seen.held).toBe(1);
    await iterator.next();
    await iterator.next();
    expect(seen.held).toBe(1);
    await iterator.next();
    expect(seen.held).toBe(0);
    expect(seen.lost).toBe(0);
  });

  test("hold: who leaves lets the source go", async () => {
    const { iterator, seen } = queue("hold", 1);
    for (const value of [1, 2, 3]) iterator.push(value);
    for await (const _ of iterator) break;
    expect(seen).toEqual({ held: 0, lost: 0, ended: 1 });
  });

  test("drop-oldest: the oldest goes, counted", async () => {
    const { iterator, seen } = queue("drop-oldest", 2);
    for (const value of [1, 2, 3, 4]) iterator.push(value);
    iterator.finish();
    expect(await rest(iterator)).toEqual([3, 4]);
    expect(seen.lost).toBe(2);
  });

  test("newest: only the newest waits", async () => {
    const { iterator, seen } = queue("newest", 1);
    for (const value of [1, 2, 3, 4]) iterator.push(value);
    iterator.finish();
    expect(await rest(iterator)).toEqual([4]);
    expect(seen.lost).toBe(3);
  });

  test("the signal throws its reason, and drops what waits", async () => {
    const controller = new AbortController();
    const { iterator } = queue("hold", 9, { signal: controller.signal });
    iterator.push(1);
    controller.abort(new Error("enough"));
    await expect(rest(iterator)).rejects.toThrow("enough");
    const late = queue("hold", 9, { signal: AbortSignal.abort(new Error("too late")) });
    await expect(late.iterator.next()).rejects.toThrow("too late");
  });

  test("whatever is pushed and taken in whatever order: given out + lost + waiting = pushed, in order", async () => {
    const steps = fc.array(fc.oneof(fc.constant("push" as const), fc.constant("take" as const)), {
      maxLength: 60,
    });
    const overflow = fc.constantFrom<Overflow>("hold", "drop-oldest", "newest");
    await holdsAsync(
      "an iterator's queue",
      fc.asyncProperty(overflow, fc.integer({ min: 1, max: 5 }), steps, async (policy, limit, all) => {
        const { iterator, seen } = queue(policy, limit);
        const taken: number[] = [];
        let pushed = 0;
        for (const step of all) {
          if (step === "push") iterator.push(pushed++);
          else if (iterator.waiting > 0) taken.push((await iterator.next()).value as number);
          if (policy === "hold") expect(seen.lost).toBe(0);
          else expect(iterator.waiting).toBeLessThanOrEqual(limit);
          if (iterator.waiting > limit) expect(seen.held).toBe(1);
        }
        const waiting = iterator.waiting;
        iterator.finish();
        expect(seen.held).toBe(0);
        taken.push(...(await rest(iterator)));
        expect(taken.length + seen.lost).toBe(pushed);
        expect(taken.length).toBeGreaterThanOrEqual(waiting);
        expect(taken).toEqual(taken.toSorted((a, b) => a - b));
      }),
    );
  });
});
