import { expect, test } from "vitest";
import { Exchange } from "../../../src/sim/exchange/exchange.js";
import { LiveFeed } from "../../../src/sim/gateway/live-bars.js";
import { NO_CONTRACT } from "../../../src/sim/model/contract.js";
import type { Clock } from "../../../src/time/clock.js";

/** A clock whose timers call back a millisecond early, as the machine's do now and then. */
class EarlyClock implements Clock {
  private time = Date.UTC(2026, 0, 5, 14, 30, 2);
  private readonly due: { at: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  every(): { stop(): void } {
    return { stop: () => {} };
  }

  after(ms: number, run: () => void): { stop(): void } {
    this.due.push({ at: this.time + Math.max(0, ms - 1), run });
    return { stop: () => {} };
  }

  fire(): void {
    this.due.sort((a, b) => a.at - b.at);
    const { at, run } = this.due.shift()!;
    this.time = at;
    run();
  }
}

test("a timer that comes early makes no second bar of the same five seconds", () => {
  const clock = new EarlyClock();
  // So short that the walk uses every(), which this clock has not: the timers that fire are the feed's.
  const options = { seed: 1, tickIntervalMs: 1, accounts: ["DU1"], startingCash: 1 };
  const exchange = new Exchange({ clock, ...options });
  const stock = exchange.instruments.resolve({ ...NO_CONTRACT, symbol: "AAPL", secType: "STK" })!;
  const times: number[] = [];
  const feed = new LiveFeed(exchange, stock, "TRADES", (time) => times.push(time));
  for (let i = 0; i < 4; i++) clock.fire();
  feed.stop();
  const start = Date.UTC(2026, 0, 5, 14, 30) / 1000;
  expect(times).toEqual([start, start + 5, start + 10, start + 15]);
});
