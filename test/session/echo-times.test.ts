import { describe, expect, test } from "vitest";
import { EchoTimes } from "../../src/session/echo-times.js";

/** What was measured of asks (`?`) and answers (`!`) at these milliseconds. */
function measured(...steps: readonly (readonly ["?" | "!", number])[]) {
  const echoes = new EchoTimes();
  for (const [what, ms] of steps) {
    if (what === "?") echoes.left("reqCurrentTime", ms * 1000);
    else echoes.event("currentTime", ms * 1000);
  }
  const { count, min, max } = echoes.snapshot();
  return [count, min, max];
}

describe("round trips of requests for the time", () => {
  test("one after the other, each is measured", () => {
    expect(measured(["?", 10], ["!", 11], ["?", 20], ["!", 23])).toEqual([2, 1000, 3000]);
  });

  test("of those that overlap the first alone, whether the others are answered or left out", () => {
    expect(measured(["?", 10], ["?", 11], ["!", 12], ["!", 14])).toEqual([1, 2000, 2000]);
    expect(measured(["?", 10], ["?", 11], ["!", 12], ["?", 6_000], ["!", 6_004])).toEqual([2, 2000, 4000]);
  });

  test("one that is asked while an overlapping one may still be answered is not measured by that one's answer", () => {
    expect(measured(["?", 10], ["?", 11], ["!", 12], ["?", 13], ["!", 14], ["!", 15])).toEqual([
      1, 2000, 2000,
    ]);
    expect(measured(["?", 10], ["?", 11], ["!", 12], ["!", 13], ["?", 14], ["!", 17])).toEqual([
      2, 2000, 3000,
    ]);
  });

  test("one that nobody answered does not make the next one long", () => {
    expect(measured(["?", 10], ["?", 6_000], ["!", 6_002])).toEqual([1, 2000, 2000]);
  });

  test("answers that nobody asked for, and other requests, are none", () => {
    expect(measured(["!", 5], ["?", 10], ["!", 11], ["!", 12])).toEqual([1, 1000, 1000]);
    const echoes = new EchoTimes();
    echoes.left("reqPositions", 1);
    echoes.event("position", 2);
    expect(echoes.snapshot().count).toBe(0);
    expect(["reqCurrentTime", "reqCurrentTimeInMillis", "toString"].map(EchoTimes.isEcho)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("the two kinds do not answer for each other", () => {
    const echoes = new EchoTimes();
    echoes.left("reqCurrentTime", 1_000);
    echoes.left("reqCurrentTimeInMillis", 2_000);
    echoes.event("currentTimeInMillis", 5_000);
    echoes.event("currentTime", 8_000);
    expect(echoes.snapshot()).toMatchObject({ count: 2, min: 3000, max: 7000 });
  });
});
