import { describe, expect, test } from "vitest";
import { Exchange } from "../../../src/sim/exchange/exchange.js";
import { type Movers, SpreadRounds } from "../../../src/sim/exchange/rounds.js";
import type { Instrument } from "../../../src/sim/market/instrument.js";
import { contractNamed } from "../../../src/sim/model/contract.js";
import type { Clock } from "../../../src/time/clock.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";

const START = Date.parse("2026-01-05T14:30:00Z");

/** What moved when, of instruments that are just names. */
class Market implements Movers {
  readonly clock = new VirtualClock({ start: START });
  readonly moves: string[] = [];
  rounds = 0;

  constructor(public names: string[]) {}

  watched(): Instrument[] {
    return this.names.map((symbol) => ({ symbol }) as Instrument);
  }
  move({ symbol }: Instrument): void {
    this.moves.push(`${symbol}@${this.clock.now() - START}`);
  }
  moved(rounds: number): void {
    this.rounds += rounds;
  }
}

describe("rounds that are spread over their interval", () => {
  test("let each move once, one after another, evenly", () => {
    const market = new Market(["A", "B", "C", "D"]);
    const rounds = new SpreadRounds(market.clock, 100, market);
    market.clock.advance(100);
    expect(market.moves).toEqual(["A@25", "B@50", "C@75", "D@100"]);
    expect(market.rounds).toBe(1);
    market.clock.advance(50);
    expect(market.moves.slice(4)).toEqual(["A@125", "B@150"]);
    rounds.stop();
    market.clock.advance(1000);
    expect(market.moves.length).toBe(6);
  });

  test("more instruments than milliseconds move some at a time, and none is left out", () => {
    const names = Array.from({ length: 100 }, (_, i) => `S${i}`);
    const market = new Market(names);
    const rounds = new SpreadRounds(market.clock, 20, market);
    market.clock.advance(200);
    rounds.stop();
    expect(market.rounds).toBe(10);
    const counts = new Map<string, number>();
    for (const move of market.moves) {
      const [, at] = move.split("@");
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
    expect(market.moves.length).toBe(1000);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(6);
  });

  test("who comes in the middle moves from the next round on", () => {
    const market = new Market(["A", "B"]);
    const rounds = new SpreadRounds(market.clock, 100, market);
    market.clock.advance(60);
    market.names = ["A", "B", "C", "D"];
    market.clock.advance(140);
    rounds.stop();
    expect(market.moves).toEqual(["A@50", "B@100", "A@125", "B@150", "C@175", "D@200"]);
  });

  test("a round of nobody passes, and a market that was empty begins with the next", () => {
    const market = new Market([]);
    const rounds = new SpreadRounds(market.clock, 100, market);
    market.clock.advance(150);
    market.names = ["A"];
    market.clock.advance(150);
    rounds.stop();
    expect(market.moves).toEqual(["A@300"]);
    expect(market.rounds).toBe(3);
  });

  test("after a stall a thousand rounds are made up, not all", () => {
    const market = new Market(["A"]);
    let now = START;
    let due: (() => void) | undefined;
    const clock: Clock = {
      now: () => now,
      every: () => ({ stop: () => {} }),
      after: (_ms, run) => {
        due = run;
        return { stop: () => {} };
      },
    };
    new SpreadRounds(clock, 10, market);
    now += 1_000_000;
    due?.();
    expect(market.moves.length).toBe(1000);
    now += 10;
    due?.();
    expect(market.moves.length).toBe(1001);
  });
});

/** The machine's clock, moved by hand. */
function machineClock(): { clock: Clock; advance(ms: number): void } {
  const inner = new VirtualClock({ start: START });
  const clock: Clock = {
    now: () => inner.now(),
    every: (ms, run) => inner.every(ms, run),
    after: (ms, run) => inner.after(ms, run),
  };
  return { clock, advance: (ms) => inner.advance(ms) };
}

function movesOf(clock: Clock, advance: () => void): string[] {
  const exchange = new Exchange({ clock, seed: 1, tickIntervalMs: 40, accounts: ["DU1"], startingCash: 1 });
  const moves: string[] = [];
  let stepped = 0;
  exchange.on("stepped", () => {
    stepped += 1;
  });
  exchange.on("quote", ({ symbol }) => moves.push(`${symbol}@${clock.now() - START}`));
  for (const name of ["AAPL", "MSFT"]) {
    const instrument = exchange.instruments.resolve(contractNamed(name));
    if (instrument !== undefined) exchange.watch(instrument);
  }
  advance();
  exchange.stop();
  return [...moves, `stepped ${stepped}`];
}

describe("instruments of an exchange", () => {
  test("move one after another on the machine's clock", () => {
    const { clock, advance } = machineClock();
    // The first one is alone when the first round begins.
    expect(movesOf(clock, () => advance(80))).toEqual(["AAPL@40", "AAPL@60", "MSFT@80", "stepped 2"]);
  });

  test("move at the same moment on a virtual one: a test that advances by one interval sees one step of each", () => {
    const clock = new VirtualClock({ start: START });
    expect(movesOf(clock, () => clock.advance(80))).toEqual([
      ...["AAPL@40", "MSFT@40", "AAPL@80", "MSFT@80"],
      "stepped 2",
    ]);
  });
});
