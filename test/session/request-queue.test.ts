import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  PRIORITIES,
  type Priority,
  type QueuedRequest,
  RequestQueue,
} from "../../src/session/request-queue.js";
import { ManualClock } from "../support/manual-clock.js";
import { holds } from "../support/property.js";

type Step =
  | { readonly kind: "submit"; readonly priority: Priority; readonly id: number }
  | { readonly kind: "take"; readonly priority: "cancel" | "order"; readonly id: number }
  | { readonly kind: "drop" }
  | { readonly kind: "withdraw" }
  | { readonly kind: "advance"; readonly ms: number };

interface Sent {
  /** In order of call, from 1; below 0: past the queue. */
  readonly serial: number;
  readonly at: number;
}

interface Called {
  readonly serial: number;
  readonly priority: Priority;
  readonly id: number;
}

/** A queue on a clock of its own, and what became of every request. */
class Bench {
  readonly sent: Sent[] = [];
  readonly dropped: number[] = [];
  /** What waits, in order of call, by what the test knows. */
  readonly waiting: Called[] = [];
  readonly faults: string[] = [];
  readonly queue: RequestQueue;
  submitted = 0;
  taken = 0;

  constructor(
    rate: number,
    readonly clock = new ManualClock(),
  ) {
    this.queue = new RequestQueue(rate, clock);
  }

  submit(priority: Priority, id = -1, send: () => void = () => {}): void {
    const called = { serial: ++this.submitted, priority, id };
    this.waiting.push(called);
    const leave = () => this.waiting.splice(this.waiting.indexOf(called), 1);
    this.queue.submit({
      id,
      priority,
      send: () => {
        this.complain(called);
        leave();
        this.sent.push({ serial: called.serial, at: this.clock.now() });
        send();
      },
      drop: () => {
        leave();
        this.dropped.push(called.serial);
      },
    });
  }

  /** What must not be overtaken by what is sent now. */
  private complain({ serial, priority, id }: Called): void {
    const earlier = this.waiting.filter((other) => other.serial < serial);
    const overtaken = [
      ...earlier.filter((other) => other.priority === priority && (priority === "data" || other.id === id)),
      ...(priority === "order" ? earlier.filter((other) => other.priority === "order") : []),
      ...(priority === "cancel"
        ? earlier.filter((other) => other.id === id && other.priority === "order")
        : []),
      ...(priority === "data" ? this.waiting.filter((other) => other.priority !== "data") : []),
    ];
    if (overtaken.length > 0)
      this.faults.push(`${priority} ${serial} of ${id} overtook ${JSON.stringify(overtaken)}`);
  }

  do(step: Step): void {
    switch (step.kind) {
      case "submit":
        this.submit(step.priority, step.id);
        break;
      case "take":
        if (!this.queue.mayTake(step.priority, step.id)) break;
        this.queue.taken();
        this.taken++;
        this.complain({ serial: Number.MAX_VALUE, priority: step.priority, id: step.id });
        this.sent.push({ serial: -this.taken, at: this.clock.now() });
        break;
      case "drop":
        this.queue.drop("the test says so");
        break;
      case "withdraw":
        this.queue.withdrawOrders("the test says so", ({ id }) => id === 1);
        break;
      case "advance":
        this.clock.advance(step.ms);
    }
  }

  /** The most that went out within `window` milliseconds. */
  most(window: number): number {
    return Math.max(
      0,
      ...this.sent.map(({ at }) => this.sent.filter((s) => s.at <= at && at - s.at < window).length),
    );
  }
}

/** What the queue should do, written down without cleverness: it looks at every millisecond. */
class Model {
  readonly sent: Sent[] = [];
  private time = 0;
  private waiting: Called[] = [];
  private submitted = 0;
  private taken = 0;

  constructor(
    private readonly capacity: number,
    private readonly window: number,
  ) {}

  do(step: Step): void {
    switch (step.kind) {
      case "submit":
        this.waiting.push(this.placed({ ...step, serial: ++this.submitted }));
        this.look();
        break;
      case "take": {
        const { priority } = this.placed({ ...step, serial: 0 });
        if (this.waiting.some((other) => rank(other) <= PRIORITIES.indexOf(priority)) || !this.free()) break;
        this.sent.push({ serial: -++this.taken, at: this.time });
        break;
      }
      case "drop":
        this.waiting = [];
        break;
      case "withdraw":
        this.waiting = this.waiting.filter(({ priority, id }) => priority !== "order" || id === 1);
        break;
      case "advance":
        for (let i = 0; i < step.ms; i++) {
          this.time++;
          this.look();
        }
    }
  }

  /** A cancel stands among the orders where one of its own order does. */
  private placed({ serial, priority, id }: Called): Called {
    const own = this.waiting.some((other) => other.priority === "order" && other.id === id);
    return { serial, priority: priority === "cancel" && own ? "order" : priority, id };
  }

  private free(): boolean {
    return this.sent.filter(({ at }) => at > this.time - this.window).length < this.capacity;
  }

  private look(): void {
    while (this.waiting.length > 0 && this.free()) {
      const next = this.waiting.reduce((best, other) => (rank(other) < rank(best) ? other : best));
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.sent.push({ serial: next.serial, at: this.time });
    }
  }
}

const rank = ({ priority }: { readonly priority: Priority }) => PRIORITIES.indexOf(priority);

const id = fc.integer({ min: 1, max: 4 });
const submit = fc.record({
  kind: fc.constant("submit" as const),
  priority: fc.constantFrom(...PRIORITIES),
  id,
});
const whole = fc.record({ kind: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 1500 }) });
const broken = fc.record({
  kind: fc.constant("advance" as const),
  ms: fc.double({ min: 0, max: 700, noNaN: true }),
});
const take = fc.record({
  kind: fc.constant("take" as const),
  priority: fc.constantFrom("cancel" as const, "order" as const),
  id,
});
const drop = fc.constantFrom<Step>({ kind: "drop" }, { kind: "withdraw" });
const steps = (advance: fc.Arbitrary<Step>) =>
  fc.array(
    fc.oneof(
      { arbitrary: submit, weight: 10 },
      { arbitrary: advance, weight: 3 },
      { arbitrary: take, weight: 2 },
      { arbitrary: drop, weight: 1 },
    ),
    { maxLength: 60 },
  );

describe("the request queue on a virtual clock", () => {
  test("sends each request at the millisecond that the rate allows, and no other", () => {
    holds(
      "request queue against its model",
      fc.property(fc.integer({ min: 1, max: 7 }), steps(whole), (rate, list) => {
        const bench = new Bench(rate);
        const model = new Model(rate, 1000);
        for (const step of list) {
          bench.do(step);
          model.do(step);
        }
        expect(bench.sent).toEqual(model.sent);
      }),
    );
  });

  test("whatever timers do: never more than the rate in a second, in order of priority and call, none lost or twice", () => {
    holds(
      "request queue with timers that run early and late",
      fc.property(
        fc.oneof(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0.2, max: 9, noNaN: true })),
        fc.array(fc.double({ min: -3, max: 40, noNaN: true }), { minLength: 1, maxLength: 8 }),
        steps(fc.oneof(whole, broken)),
        (rate, lags, list) => {
          let i = 0;
          const bench = new Bench(rate, new ManualClock(0, () => lags[i++ % lags.length]));
          for (const step of list) bench.do(step);
          // Long enough for all that waits, one by one.
          bench.clock.advance(60 * Math.max(1100, 1100 / rate) + 60_000);
          expect(bench.faults).toEqual([]);
          expect(bench.most(1000)).toBeLessThanOrEqual(Math.max(1, Math.floor(rate)));
          if (rate < 1) expect(bench.most(1000 / rate)).toBeLessThanOrEqual(1);
          const ids = [
            ...bench.sent.filter(({ serial }) => serial > 0).map(({ serial }) => serial),
            ...bench.dropped,
          ];
          expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: bench.submitted }, (_, n) => n + 1));
          expect(bench.queue.length).toBe(0);
          expect(bench.clock.pending).toBe(0);
        },
      ),
    );
  });

  test("where a timer is late, an urgent request takes the free turn, and none overtakes an urgent one", () => {
    const late = () => new Bench(1, new ManualClock(0, () => 100));
    const overtaking = late();
    overtaking.submit("data");
    overtaking.submit("data");
    overtaking.clock.advance(1050);
    expect(overtaking.queue.mayTake("order", 9)).toBe(true);
    overtaking.submit("order");
    expect(overtaking.sent.map(({ serial, at }) => [serial, at])).toEqual([
      [1, 0],
      [3, 1050],
    ]);

    const waiting = late();
    waiting.submit("data");
    waiting.submit("order");
    waiting.clock.advance(1050);
    expect(waiting.queue.mayTake("order", 9)).toBe(false);
    waiting.clock.advance(50);
    expect(waiting.sent.map(({ serial, at }) => [serial, at])).toEqual([
      [1, 0],
      [2, 1100],
    ]);
  });

  test("what is dropped hears why, in the order in which it would have gone, and is never sent", () => {
    const bench = new Bench(1);
    const why: string[] = [];
    const request = (priority: Priority, name: string): QueuedRequest => ({
      priority,
      send: () => why.push(`${name} was sent`),
      drop: (text) => why.push(`${name}: ${text}`),
    });
    bench.queue.submit(request("data", "first"));
    bench.queue.submit(request("data", "second"));
    bench.queue.submit(request("order", "order"));
    bench.queue.submit(request("cancel", "cancel"));
    bench.queue.drop("gone");
    bench.clock.advance(10_000);
    expect(why).toEqual(["first was sent", "cancel: gone", "order: gone", "second: gone"]);
    expect(bench.clock.pending).toBe(0);
  });

  test("a send that throws costs nobody else their turn", () => {
    const bench = new Bench(1);
    for (let i = 0; i < 4; i++) {
      bench.submit("data", -1, () => {
        if (i === 1) throw new Error("from a listener");
      });
    }
    expect(() => bench.clock.advance(1000)).toThrow("from a listener");
    bench.clock.advance(5000);
    expect(bench.sent.map(({ serial, at }) => [serial, at])).toEqual([
      [1, 0],
      [2, 1000],
      [3, 2000],
      [4, 3000],
    ]);
  });

  test("a request made while another is sent has its turn behind those that wait", () => {
    const bench = new Bench(2);
    bench.submit("data", -1, () => bench.submit("data"));
    bench.submit("data");
    bench.submit("order");
    bench.clock.advance(3000);
    expect(bench.faults).toEqual([]);
    expect(bench.sent.map(({ serial, at }) => [serial, at])).toEqual([
      [1, 0],
      [2, 0],
      [4, 1000],
      [3, 1000],
    ]);
  });

  test("a rate of 10,001 means no limit, 10,000 is one", () => {
    for (const [rate, atOnce] of [
      [10_000, 10_000],
      [10_001, 12_000],
      [1e9, 12_000],
    ]) {
      const bench = new Bench(rate);
      let sent = 0;
      for (let i = 0; i < 12_000; i++) {
        bench.queue.submit({ priority: "data", send: () => sent++, drop: () => {} });
      }
      expect(sent).toBe(atOnce);
      expect(bench.queue.mayTake("order", 9)).toBe(atOnce === 12_000);
      bench.queue.drop("the end");
    }
  });

  test("a cancel goes before all orders and data requests that wait, but not before its own order", () => {
    const bench = new Bench(1);
    bench.submit("data");
    bench.submit("data");
    bench.submit("order", 7);
    bench.submit("cancel", 7);
    bench.submit("order", 8);
    bench.submit("cancel", 3);
    bench.clock.advance(10_000);
    expect(bench.sent.map(({ serial }) => serial)).toEqual([1, 6, 3, 4, 5, 2]);
  });

  test("statistics say what waits, what had to, and for how long", () => {
    const bench = new Bench(2);
    for (const priority of ["data", "data", "data", "order", "cancel"] as const) bench.submit(priority, 1);
    expect(bench.queue.stats).toEqual({
      maxPerSecond: 2,
      lastSecond: 2,
      waiting: { cancel: 0, order: 2, data: 1 }, // the cancel is of the order that waits
      delayed: { cancel: 0, order: 2, data: 1 },
      longestWaitMs: 0,
    });
    bench.clock.advance(2500);
    expect(bench.queue.stats).toMatchObject({
      lastSecond: 1,
      waiting: { cancel: 0, order: 0, data: 0 },
      delayed: { cancel: 0, order: 2, data: 1 },
      longestWaitMs: 2000,
    });
    expect(new RequestQueue(1e9).stats).toMatchObject({
      maxPerSecond: Number.POSITIVE_INFINITY,
      lastSecond: 0,
    });
  });
});
