import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type QueuedRequest, RequestQueue } from "../../src/session/request-queue.js";
import { ManualClock } from "../support/manual-clock.js";
import { holds } from "../support/property.js";

type Step =
  | { readonly kind: "submit"; readonly urgent: boolean }
  | { readonly kind: "take" }
  | { readonly kind: "drop" }
  | { readonly kind: "advance"; readonly ms: number };

interface Sent {
  readonly id: number;
  readonly urgent: boolean;
  readonly at: number;
}

/** A queue on a clock of its own, and what became of every request. */
class Bench {
  readonly sent: Sent[] = [];
  readonly dropped: number[] = [];
  /** Ids that wait, by what the test knows. */
  readonly waiting = { urgent: [] as number[], others: [] as number[] };
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

  submit(urgent: boolean, send: () => void = () => {}): void {
    const id = ++this.submitted;
    const list = urgent ? this.waiting.urgent : this.waiting.others;
    list.push(id);
    const request: QueuedRequest = {
      urgent,
      send: () => {
        if (list[0] !== id) this.faults.push(`${id} was sent before ${list[0]}`);
        if (!urgent && this.waiting.urgent.length > 0)
          this.faults.push(`${id} was sent before an urgent one`);
        list.splice(list.indexOf(id), 1);
        this.sent.push({ id, urgent, at: this.clock.now() });
        send();
      },
      drop: () => {
        list.splice(list.indexOf(id), 1);
        this.dropped.push(id);
      },
    };
    this.queue.submit(request);
  }

  do(step: Step): void {
    switch (step.kind) {
      case "submit":
        this.submit(step.urgent);
        break;
      case "take":
        if (!this.queue.mayTake()) break;
        this.queue.taken();
        this.taken++;
        this.sent.push({ id: -this.taken, urgent: true, at: this.clock.now() });
        break;
      case "drop":
        this.queue.drop("the test says so");
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
  private waiting: { id: number; urgent: boolean }[] = [];
  private submitted = 0;
  private taken = 0;

  constructor(
    private readonly capacity: number,
    private readonly window: number,
  ) {}

  do(step: Step): void {
    switch (step.kind) {
      case "submit":
        this.waiting.push({ id: ++this.submitted, urgent: step.urgent });
        this.look();
        break;
      case "take":
        if (this.waiting.some(({ urgent }) => urgent) || !this.free()) break;
        this.sent.push({ id: -++this.taken, urgent: true, at: this.time });
        break;
      case "drop":
        this.waiting = [];
        break;
      case "advance":
        for (let i = 0; i < step.ms; i++) {
          this.time++;
          this.look();
        }
    }
  }

  private free(): boolean {
    return this.sent.filter(({ at }) => at > this.time - this.window).length < this.capacity;
  }

  private look(): void {
    while (this.waiting.length > 0 && this.free()) {
      const next = this.waiting.find(({ urgent }) => urgent) ?? this.waiting[0];
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.sent.push({ ...next, at: this.time });
    }
  }
}

const submit = fc.record({ kind: fc.constant("submit" as const), urgent: fc.boolean() });
const whole = fc.record({ kind: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 1500 }) });
const broken = fc.record({
  kind: fc.constant("advance" as const),
  ms: fc.double({ min: 0, max: 700, noNaN: true }),
});
const take = fc.constant<Step>({ kind: "take" });
const drop = fc.constant<Step>({ kind: "drop" });
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

  test("whatever timers do: never more than the rate in a second, in order, urgent first, none lost or twice", () => {
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
          const ids = [...bench.sent.filter(({ id }) => id > 0).map(({ id }) => id), ...bench.dropped];
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
    overtaking.submit(false);
    overtaking.submit(false);
    overtaking.clock.advance(1050);
    expect(overtaking.queue.mayTake()).toBe(true);
    overtaking.submit(true);
    expect(overtaking.sent.map(({ id, at }) => [id, at])).toEqual([
      [1, 0],
      [3, 1050],
    ]);

    const waiting = late();
    waiting.submit(false);
    waiting.submit(true);
    waiting.clock.advance(1050);
    expect(waiting.queue.mayTake()).toBe(false);
    waiting.clock.advance(50);
    expect(waiting.sent.map(({ id, at }) => [id, at])).toEqual([
      [1, 0],
      [2, 1100],
    ]);
  });

  test("what is dropped hears why, urgent ones first, and is never sent", () => {
    const bench = new Bench(1);
    const why: string[] = [];
    const request = (urgent: boolean, name: string): QueuedRequest => ({
      urgent,
      send: () => why.push(`${name} was sent`),
      drop: (text) => why.push(`${name}: ${text}`),
    });
    bench.queue.submit(request(false, "first"));
    bench.queue.submit(request(false, "second"));
    bench.queue.submit(request(true, "order"));
    bench.queue.drop("gone");
    bench.clock.advance(10_000);
    expect(why).toEqual(["first was sent", "order: gone", "second: gone"]);
    expect(bench.clock.pending).toBe(0);
  });

  test("a send that throws costs nobody else their turn", () => {
    const bench = new Bench(1);
    for (let i = 0; i < 4; i++) {
      bench.submit(false, () => {
        if (i === 1) throw new Error("from a listener");
      });
    }
    expect(() => bench.clock.advance(1000)).toThrow("from a listener");
    bench.clock.advance(5000);
    expect(bench.sent.map(({ id, at }) => [id, at])).toEqual([
      [1, 0],
      [2, 1000],
      [3, 2000],
      [4, 3000],
    ]);
  });

  test("a request made while another is sent has its turn behind those that wait", () => {
    const bench = new Bench(2);
    bench.submit(false, () => bench.submit(false));
    bench.submit(false);
    bench.submit(true);
    bench.clock.advance(3000);
    expect(bench.faults).toEqual([]);
    expect(bench.sent.map(({ id, at }) => [id, at])).toEqual([
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
        bench.queue.submit({ urgent: false, send: () => sent++, drop: () => {} });
      }
      expect(sent).toBe(atOnce);
      expect(bench.queue.mayTake()).toBe(atOnce === 12_000);
      bench.queue.drop("the end");
    }
  });
});
