import { EventEmitter } from "node:events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../../src/domain/check.js";
import { DeadManSwitch } from "../../src/risk/dead-man-switch.js";
import { DisconnectTrigger } from "../../src/risk/disconnect-trigger.js";
import { ErrorBurst } from "../../src/risk/error-burst.js";
import { StopSignals } from "../../src/risk/stop-signals.js";
import { triggerRules } from "../../src/risk/trigger-options.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { holds } from "../support/property.js";

describe("no connection", () => {
  const begin = () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const start = clock.now();
    const trigger = new DisconnectTrigger(clock, 1000, () => fired.push(clock.now() - start));
    return { clock, fired, trigger };
  };

  test("for as long as may be fires once, counted from the first loss", () => {
    const { clock, fired, trigger } = begin();
    clock.advance(5000);
    trigger.disconnected();
    clock.advance(600);
    trigger.disconnected(); // a second attempt has failed
    clock.advance(399);
    expect(fired).toEqual([]);
    clock.advance(10_000);
    expect(fired).toEqual([6000]);
    trigger.disconnected();
    clock.advance(10_000);
    expect(fired).toEqual([6000]);
    trigger.connected();
    trigger.disconnected();
    clock.advance(1000);
    expect(fired).toHaveLength(2);
  });

  test("for less fires nothing, and nothing after an end", () => {
    const { clock, fired, trigger } = begin();
    trigger.disconnected();
    clock.advance(999);
    trigger.connected();
    trigger.disconnected();
    clock.advance(999);
    trigger.stop();
    clock.advance(10_000);
    expect(fired).toEqual([]);
  });
});

describe("errors", () => {
  test("so many within the window fire at the last of them, and as many more again", () => {
    let now = 0;
    let fired = 0;
    const burst = new ErrorBurst(
      3,
      1000,
      () => fired++,
      () => now,
    );
    const at = (ms: number) => {
      now = ms;
      burst.error();
      return fired;
    };
    expect([0, 500, 1001, 1400].map(at)).toEqual([0, 0, 0, 1]);
    expect([1401, 1402, 1403].map(at)).toEqual([1, 1, 2]);
    expect([3000, 4000, 4000].map(at)).toEqual([2, 2, 3]); // the window's end is in it
  });

  test("fire where a slow count of the window says so", () => {
    holds(
      "error bursts",
      fc.property(fc.array(fc.nat(400), { maxLength: 80 }), fc.integer({ min: 2, max: 6 }), (gaps, count) => {
        let now = 0;
        let fired = 0;
        const burst = new ErrorBurst(
          count,
          1000,
          () => fired++,
          () => now,
        );
        let since: number[] = [];
        let expected = 0;
        for (const gap of gaps) {
          now += gap;
          burst.error();
          since.push(now);
          if (since.filter((at) => now - at <= 1000).length === count) {
            expected++;
            since = [];
          }
          expect(fired).toBe(expected);
        }
      }),
    );
  });
});

describe("a program", () => {
  const begin = () => {
    const clock = new VirtualClock();
    let fired = 0;
    const switched = new DeadManSwitch(
      clock,
      1000,
      () => fired++,
      () => clock.now(),
    );
    return { clock, switched, fired: () => fired };
  };

  test("that does not say in time that it lives is stopped, once, and again after it has said so", () => {
    const { clock, switched, fired } = begin();
    clock.advance(999);
    expect(fired()).toBe(0);
    clock.advance(1);
    expect(fired()).toBe(1);
    clock.advance(10_000);
    expect(fired()).toBe(1);
    switched.alive();
    clock.advance(1000);
    expect(fired()).toBe(2);
  });

  test("that says so goes on, however often it does, on one timer", () => {
    const { clock, switched, fired } = begin();
    for (let i = 0; i < 1000; i++) {
      clock.advance(37);
      switched.alive();
      expect(clock.pending).toBe(1);
    }
    clock.advance(999);
    expect(fired()).toBe(0);
    clock.advance(1);
    expect(fired()).toBe(1);
  });

  test("that has ended is not missed", () => {
    const { clock, switched, fired } = begin();
    switched.stop();
    clock.advance(10_000);
    expect(fired()).toBe(0);
  });
});

test("signals fire with their name until the end", () => {
  const source = new EventEmitter();
  const fired: string[] = [];
  const signals = new StopSignals(["SIGUSR2", "SIGHUP"], (signal) => fired.push(signal), source);
  source.emit("SIGUSR2", "SIGUSR2");
  source.emit("SIGHUP", "SIGHUP");
  source.emit("SIGTERM", "SIGTERM");
  signals.stop();
  source.emit("SIGUSR2", "SIGUSR2");
  expect(fired).toEqual(["SIGUSR2", "SIGHUP"]);
  expect(source.eventNames()).toEqual([]);
});

test("a signal of the process itself arrives", async () => {
  const signals = await new Promise<[StopSignals, string]>((resolve) => {
    const listening = new StopSignals(["SIGUSR2"], (signal) => resolve([listening, signal]));
    process.kill(process.pid, "SIGUSR2");
  });
  signals[0].stop();
  expect(signals[1]).toBe("SIGUSR2");
});

test.each([
  [{ disconnectMs: 0 }, "disconnectMs is 0 (allowed: a number above 0)"],
  [{ errorBurst: { count: 1, windowMs: 1 } }, "errorBurst.count is 1 (allowed: an integer from 2 to 10000)"],
  [{ errorBurst: 7 }, "errorBurst is 7 (allowed: an object with count, windowMs)"],
  [{ deadManMs: 9 }, "deadManMs is 9 (allowed: an integer from 10 to 86400000)"],
  [{ signals: ["SIGKILL"] }, 'signals[0] is "SIGKILL" (allowed: a signal such as SIGUSR2; not SIGKILL,'],
  [{ signals: "SIGUSR2" }, 'signals is "SIGUSR2" (allowed: a list of signals)'],
])("triggers are refused: %j", (options, message) => {
  expect(() => check(triggerRules(), options)).toThrow(message);
});
