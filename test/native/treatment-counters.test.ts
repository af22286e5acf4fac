import { describe, expect, test } from "vitest";
import {
  COUNTER_CONFLATED,
  COUNTER_DELIVERED,
  COUNTER_DROPPED,
  COUNTER_FILTERED,
  COUNTER_GONE,
  COUNTER_MALFORMED,
  COUNTER_RECEIVED,
  COUNTERS_BYTES,
  RING_ALIGNMENT,
} from "../../src/native/layout.js";
import { loadAddon } from "../../src/native/load.js";
import { type CounterPlace, TreatmentCounters } from "../../src/native/treatment-counters.js";

/** Writes as the core does. */
function writerOf({ memory }: TreatmentCounters) {
  const words = new BigInt64Array(memory.buffer, memory.byteOffset, memory.byteLength >> 3);
  const at = ({ index }: CounterPlace, counter: number) => index * (COUNTERS_BYTES >> 3) + counter;
  return {
    set: (place: CounterPlace, counter: number, value: number) =>
      void Atomics.store(words, at(place, counter), BigInt(value)),
    letGo: (place: CounterPlace) => void Atomics.store(words, at(place, COUNTER_GONE), 1n),
  };
}

const NOTHING = {
  ...{ received: 0, delivered: 0, conflated: 0, dropped: 0, malformed: 0 },
  filtered: [0, 0, 0, 0, 0, 0, 0],
};

describe("counters of treated requests", () => {
  test("lie where the core writes them, each request in lines of the cache of its own", () => {
    const counters = new TreatmentCounters(3);
    const { set } = writerOf(counters);
    expect(counters.memory.byteLength).toBe(3 * COUNTERS_BYTES);
    expect(loadAddon().alignOffset(counters.memory) % RING_ALIGNMENT).toBe(0);
    const [first, second] = [counters.take(), counters.take()];
    expect(first.read()).toEqual(NOTHING);
    const all = [
      COUNTER_RECEIVED,
      COUNTER_DELIVERED,
      COUNTER_CONFLATED,
      COUNTER_DROPPED,
      ...Array.from({ length: 7 }, (_, n) => COUNTER_FILTERED + n),
      COUNTER_MALFORMED,
    ];
    all.forEach((counter, i) => {
      set(second, counter, 2 ** 40 + i);
    });
    expect(second.read()).toEqual({
      received: 2 ** 40,
      delivered: 2 ** 40 + 1,
      conflated: 2 ** 40 + 2,
      dropped: 2 ** 40 + 3,
      filtered: [4, 5, 6, 7, 8, 9, 10].map((n) => 2 ** 40 + n),
      malformed: 2 ** 40 + 11,
    });
    expect(first.read()).toEqual(NOTHING);
  });

  test("of a request that was forgotten have nothing that waits, before and after the core has done it", () => {
    const counters = new TreatmentCounters(1);
    const { set, letGo } = writerOf(counters);
    const place = counters.take();
    set(place, COUNTER_RECEIVED, 10);
    set(place, COUNTER_DELIVERED, 4);
    set(place, COUNTER_FILTERED + 6, 3);
    expect(place.read()).toMatchObject({ received: 10, delivered: 4, dropped: 0 });
    counters.leave(place);
    expect(place.read()).toMatchObject({ received: 10, delivered: 4, dropped: 3 });
    set(place, COUNTER_RECEIVED, 11);
    set(place, COUNTER_DROPPED, 4);
    letGo(place);
    expect(place.read()).toMatchObject({ received: 11, delivered: 4, dropped: 4 });
  });

  test("are given to another request, zero, only when the core has let go of them", () => {
    const counters = new TreatmentCounters(2);
    const { set, letGo } = writerOf(counters);
    const [first, second] = [counters.take(), counters.take()];
    set(first, COUNTER_RECEIVED, 7);
    set(first, COUNTER_DELIVERED, 7);
    expect(() => counters.take()).toThrow("room for 2 requests, and all are taken (0 of them");
    counters.leave(first);
    counters.leave(first); // twice is once
    expect(() => counters.take()).toThrow("(1 of them by requests that have ended");
    letGo(first);
    const third = counters.take();
    expect(third.index).toBe(first.index);
    expect(third.read()).toEqual(NOTHING);
    set(third, COUNTER_RECEIVED, 1);
    expect(first.read()).toMatchObject({ received: 7, delivered: 7, dropped: 0 });
    expect(() => counters.take()).toThrow("all are taken");
    expect(second.read()).toEqual(NOTHING);
  });

  test("that the core keeps longest hold up no others", () => {
    const counters = new TreatmentCounters(2);
    const { letGo } = writerOf(counters);
    const [first, second] = [counters.take(), counters.take()];
    counters.leave(first);
    counters.leave(second);
    letGo(second);
    expect(counters.take().index).toBe(second.index);
    letGo(first);
    expect(counters.take().index).toBe(first.index);
    expect(() => counters.take()).toThrow("all are taken");
  });

  test("keep their last word when the core ends, and what waited is gone", () => {
    const counters = new TreatmentCounters(2);
    const { set, letGo } = writerOf(counters);
    const [open, forgotten] = [counters.take(), counters.take()];
    for (const place of [open, forgotten]) set(place, COUNTER_RECEIVED, 5);
    counters.leave(forgotten);
    counters.end();
    for (const place of [open, forgotten]) set(place, COUNTER_RECEIVED, 6);
    letGo(forgotten);
    for (const place of [open, forgotten])
      expect(place.read()).toMatchObject({ received: 5, delivered: 0, dropped: 5 });
    counters.leave(open); // what is over stays over
    expect(new Set([counters.take().index, counters.take().index]).size).toBe(2);
  });
});
