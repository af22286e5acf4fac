import { expect, test } from "vitest";
import { Fifo } from "../../src/session/fifo.js";
import { PendingWrites } from "../../src/session/pending-writes.js";
import { RequestQueue } from "../../src/session/request-queue.js";
import { ManualClock } from "../support/manual-clock.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";

/** What may be long costs so much an entry, however long it is. What is quadratic takes minutes here. */

const MANY = 400_000;
const MOST_MS = 3000;

function timed(what: string, run: () => void): void {
  const started = performance.now();
  run();
  const ms = performance.now() - started;
  console.log(`${what}: ${Math.round(ms)} ms`);
  expect(ms).toBeLessThan(MOST_MS);
}

test("400,000 pending writes are taken at once, those that were lost in order", () => {
  const pending = new PendingWrites();
  timed("pending writes", () => {
    for (let id = 0; id < MANY; id++) pending.add({ method: "reqContractDetails", id, bytes: 100 });
    const lost = pending.takeLost((MANY - 1) * 100 - 50);
    expect(lost.length).toBe(MANY - 1);
    expect(lost[0].id).toBe(1);
    expect(lost.at(-1)?.id).toBe(MANY - 1);
  });
  expect(pending.isEmpty).toBe(true);
});

test("400,000 queued requests are dropped, or sent one by one", () => {
  for (const end of ["drop", "send"] as const) {
    const clock = new ManualClock();
    const queue = new RequestQueue(10_000, clock);
    let sent = 0;
    let dropped = 0;
    timed(`request queue, ${end}`, () => {
      const request = { priority: "data" as const, send: () => sent++, drop: () => dropped++ };
      for (let i = 0; i < MANY; i++) queue.submit(request);
      if (end === "drop") queue.drop("the test says so");
      else while (queue.length > 0) clock.advance(1000);
    });
    expect([sent, dropped]).toEqual(end === "drop" ? [10_000, MANY - 10_000] : [MANY, 0]);
  }
});

test("a Fifo is an array that is shifted", () => {
  const random = new SeededRandom(testSeed("fifo", 3));
  const fifo = new Fifo<number>();
  let model: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    const step = random.below(100);
    if (step < 52) {
      fifo.push(i);
      model.push(i);
    } else if (step < 99) {
      expect(fifo.shift()).toBe(model.shift());
    } else {
      expect(fifo.takeAll()).toEqual(model);
      model = [];
    }
    if (fifo.length !== model.length) expect(fifo.length).toBe(model.length);
  }
});
