import { describe, expect, test, vi } from "vitest";
import { runAt } from "../../src/time/clock.js";
import { DEFAULT_VIRTUAL_START, VirtualClock } from "../../src/time/virtual-clock.js";

describe("a virtual clock", () => {
  test("stands still until it is told to advance, then fires timers in the order of their times", () => {
    const clock = new VirtualClock({ start: 1000 });
    const seen: [string, number][] = [];
    const note = (name: string) => (): void => void seen.push([name, clock.now()]);
    clock.after(30, note("c"));
    clock.after(10, note("a"));
    clock.every(20, note("e"));
    clock.after(10, note("b"));
    expect(clock.now()).toBe(1000);
    clock.advance(45);
    expect(seen).toEqual([
      ["a", 1010],
      ["b", 1010],
      ["e", 1020],
      ["c", 1030],
      ["e", 1040],
    ]);
    expect(clock.now()).toBe(1045);
  });

  test("fires timers that timers set, within the same advance", () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const again = (): void => {
      times.push(clock.now() - DEFAULT_VIRTUAL_START);
      if (times.length < 4) clock.after(5, again);
    };
    clock.after(5, again);
    clock.advance(20);
    expect(times).toEqual([5, 10, 15, 20]);
  });

  test("stopped timers do not fire", () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    clock.after(5, run).stop();
    const repeating = clock.every(5, () => {
      run();
      repeating.stop();
    });
    clock.advance(100);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test("as fast as possible it jumps from timer to timer, and stands still without one", async () => {
    const clock = new VirtualClock({ start: 0, speed: Number.POSITIVE_INFINITY });
    await new Promise((resolve) => clock.after(86_400_000, () => resolve(undefined)));
    expect(clock.now()).toBe(86_400_000);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(clock.now()).toBe(86_400_000);
    await new Promise((resolve) => clock.after(1, () => resolve(undefined)));
    expect(clock.now()).toBe(86_400_001);
  });

  test("at N times real time passes by itself, until it is stopped", async () => {
    const clock = new VirtualClock({ start: 0, speed: 1000 });
    await new Promise((resolve) => clock.after(20_000, () => resolve(undefined)));
    clock.stop();
    expect(clock.now()).toBeGreaterThanOrEqual(20_000);
    const stopped = clock.now();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(clock.now()).toBe(stopped);
  });

  test("waits while a brake is on", async () => {
    const clock = new VirtualClock({ start: 0, speed: Number.POSITIVE_INFINITY });
    let on = true;
    const brake = clock.addBrake(() => on);
    let fired = false;
    clock.after(5, () => {
      fired = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(fired).toBe(false);
    on = false;
    await vi.waitFor(() => expect(fired).toBe(true));
    brake.stop();
  });

  test("moments further away than the system's timers reach come when they are due", () => {
    const clock = new VirtualClock({ start: 0 });
    const run = vi.fn();
    runAt(clock, 5_000_000_000, run);
    clock.advance(4_999_999_999);
    expect(run).not.toHaveBeenCalled();
    clock.advance(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test.each([
    [{ speed: -1 }, "speed is -1"],
    [{ start: Number.NaN }, "start is NaN"],
  ])("%j is refused", (options, message) => {
    expect(() => new VirtualClock(options)).toThrow(message);
  });

  test.each([-5, Number.NaN, Number.POSITIVE_INFINITY, "5", undefined])("advance(%j) is refused", (ms) => {
    const clock = new VirtualClock({ start: 1000 });
    expect(() => clock.advance(ms as number)).toThrow(`ms is ${typeof ms === "string" ? '"5"' : ms}`);
    expect(clock.now()).toBe(1000);
  });

  test("an interval of nothing is refused", () => {
    expect(() => new VirtualClock().every(0, () => {})).toThrow("interval is 0");
  });
});
