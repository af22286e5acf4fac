import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, test } from "vitest";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import { measured, OperationMeter } from "../../src/metrics/operation-meter.js";

const aborted = () => AbortSignal.abort().reason as Error;

describe("a call", () => {
  test("returns and throws what it does, at once or later", async () => {
    const meter = new OperationMeter();
    const value = {};
    const error = new Error("no");
    const promise = Promise.resolve(value);
    expect(meter.measure("a", () => value)).toBe(value);
    expect(meter.measure("a", () => promise)).toBe(promise);
    const thrower = () => {
      throw error;
    };
    expect(() => meter.measure("a", thrower)).toThrow(error);
    await expect(meter.measure("a", async () => thrower())).rejects.toBe(error);
    const { calls, active, errors, latency } = meter.stats()["a"];
    expect([calls, active, errors, latency.count]).toEqual([4, 0, { other: 2 }, 4]);
  });

  test("counts as active until its promise settles, and its time is that of the whole", async () => {
    const meter = new OperationMeter();
    let settle = () => {};
    const promise = meter.measure("a", () => new Promise<void>((resolve) => (settle = resolve)));
    expect(meter.stats()["a"]).toMatchObject({ calls: 0, active: 1 });
    const begun = performance.now();
    while (performance.now() - begun < 2);
    settle();
    await promise;
    const { calls, active, latency } = meter.stats()["a"];
    expect([calls, active]).toEqual([1, 0]);
    expect(latency.min).toBeGreaterThanOrEqual(2e6);
  });

  test("that fails counts by the code of its error, and few names stand for all others", async () => {
    const meter = new OperationMeter();
    const failures = [
      new IBKRError("ERR_IBKR_TIMEOUT", ""),
      new IBKRError("ERR_IBKR_TIMEOUT", ""),
      aborted(),
      undefined,
      "text",
      new Error("x"),
    ];
    for (const failure of failures) await meter.measure("a", () => Promise.reject(failure)).catch(() => {});
    expect(meter.stats()["a"].errors).toEqual({ ERR_IBKR_TIMEOUT: 2, aborted: 1, other: 3 });
  });

  test("is told of on ibkr:operation, to subscribers alone", () => {
    const meter = new OperationMeter();
    meter.owner = "mine";
    const told: unknown[] = [];
    const listener = (message: unknown) => told.push(message);
    meter.measure("a", () => 1);
    subscribe("ibkr:operation", listener);
    meter.measure("b", () => 1);
    unsubscribe("ibkr:operation", listener);
    meter.measure("c", () => 1);
    expect(told).toEqual([
      { client: "mine", operation: "b", durationMs: expect.any(Number), error: undefined },
    ]);
  });
});

test("methods of a class are measured in each of its objects, under their own names", () => {
  class Counted {
    readonly meter = new OperationMeter();
    constructor(private readonly n: number) {}
    twice(more: number): number {
      return 2 * this.n + more;
    }
    static {
      measured(Counted.prototype, "group", ["twice"], ({ meter }) => meter);
    }
  }
  const [a, b] = [new Counted(1), new Counted(2)];
  expect([a.twice(1), b.twice(1), b.twice(2)]).toEqual([3, 5, 6]);
  expect(a.meter.stats()["group.twice"].calls).toBe(1);
  expect(b.meter.stats()["group.twice"].calls).toBe(2);
  expect([a.twice.name, a.twice.length, Object.keys(Counted.prototype)]).toEqual(["twice", 1, []]);
});
