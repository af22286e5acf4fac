import fc from "fast-check";
import { expect, test } from "vitest";
import { FeedKind } from "../../src/broker/feed-kind.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import type { StreamBar } from "../../src/stream/stream-bar.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { holdsAsync } from "../support/property.js";
import { ScriptedBroker } from "../support/scripted-broker.js";
import { stock } from "../support/watch-subscription.js";

const START = Date.UTC(2026, 0, 5, 14, 30);
const SIZES = ["1s", "5s", "4 ticks", "20 volume", "300 notional"] as const;

type Step =
  | { readonly afterSeconds: number; readonly price: number; readonly size: number }
  | "batch"
  | "take"
  | "drop";
type Trade = { readonly timeMs: number; readonly price: number; readonly size: number };
type Figures = readonly [startMs: number, ...ohlc: number[]];

const steps = fc.array(
  fc.oneof(
    { arbitrary: fc.constantFrom<Step>("batch", "take", "drop"), weight: 1 },
    {
      arbitrary: fc.record({
        afterSeconds: fc.constantFrom(0, 0, 0, 1, 2, 7),
        // Whole numbers, so that sums have one value in whatever order.
        price: fc.integer({ min: 1, max: 30 }),
        size: fc.integer({ min: 0, max: 9 }),
      }),
      weight: 4,
    },
  ),
  { maxLength: 80 },
);

/** Bars of a list of trades, each of a list of its own; `null` is a lost connection. The last one may still form. */
function groupsOf(size: (typeof SIZES)[number], trades: readonly (Trade | null)[]): Trade[][] {
  const [count, unit] = size.split(" ");
  const groups: Trade[][] = [];
  let isClosed = true;
  for (const trade of trades) {
    if (trade === null) {
      if (unit !== undefined) isClosed = true;
      continue;
    }
    const last = groups.at(-1);
    const lengthMs = Number.parseInt(size, 10) * 1_000;
    const interval = ({ timeMs }: Trade) => Math.floor(timeMs / lengthMs);
    if (unit === undefined) isClosed = last === undefined || interval(last[0]) !== interval(trade);
    if (isClosed) groups.push([]);
    const group = groups[groups.length - 1];
    group.push(trade);
    const sum = (of: (one: Trade) => number) => group.reduce((total, one) => total + of(one), 0);
    const filled = {
      ticks: sum(() => 1),
      volume: sum((one) => one.size),
      notional: sum((one) => one.price * one.size),
    };
    isClosed = unit !== undefined && filled[unit as keyof typeof filled] >= Number(count);
  }
  return groups;
}

function figuresOf(size: string, group: readonly Trade[]): Figures {
  const prices = group.map(({ price }) => price);
  const lengthMs = size.includes(" ") ? 1 : Number.parseInt(size, 10) * 1_000;
  return [
    Math.floor(group[0].timeMs / lengthMs) * lengthMs,
    ...[prices[0], Math.max(...prices), Math.min(...prices), prices[prices.length - 1]],
    group.reduce((total, one) => total + one.size, 0),
    group.reduce((total, one) => total + one.price * one.size, 0),
    group.length,
  ];
}

const shown = ({ startMs, open, high, low, close, volume, notional, count }: StreamBar): Figures => [
  ...([startMs, open, high, low, close, volume, notional, count] as const),
];

test("events, iterators and views have the bars that the trades make, whatever batches and lost connections come between", async () => {
  await holdsAsync(
    "bars of a stream",
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (all, limit) => {
      const clock = new VirtualClock({ start: START });
      const broker = new ScriptedBroker(clock);
      broker.makesBars = true;
      const stream = new IBKRDataStream(broker, { clock, conflateMs: 0 });
      const subscribe = () =>
        stream.subscribe(stock("A"), { quotes: false, trades: "last", bars: [...SIZES] });
      const [sub, twin] = [subscribe(), subscribe()];
      const told = new Map<string, StreamBar[]>(SIZES.map((size) => [size, []]));
      const toldTwin: StreamBar[] = [];
      const taken: StreamBar[] = [];
      sub.on("bar", (bar) => told.get(bar.size)?.push(bar));
      twin.on("bar", (bar) => toldTwin.push(bar));
      const iterator = sub.bars("1s").values({ limit });
      const pending: Promise<unknown>[] = [];
      const take = async () => {
        const { value } = await iterator.next();
        if (value !== undefined) taken.push(value);
      };
      const trades: (Trade | null)[] = [];
      for (const step of all) {
        if (step === "batch") broker.flush();
        else if (step === "take") pending.push(take());
        else if (step === "drop") {
          broker.become("down");
          broker.become("ready");
          trades.push(null);
        } else {
          const { afterSeconds, price, size } = step;
          clock.advance(afterSeconds * 1_000);
          broker.closeBars();
          const timeMs = clock.now();
          trades.push({ timeMs, price, size });
          const values = [timeMs / 1_000, price, size];
          broker.tick(broker.newest.id, { kind: FeedKind.TRADE, values, texts: ["", ""] });
        }
      }
      // Whoever holds the feed up has to take what waits, before the rest comes.
      let more = true;
      while (broker.held > 0 && more) {
        const before = taken.length;
        await Promise.all([take(), new Promise(setImmediate)]);
        more = taken.length > before;
      }
      broker.flush();
      await new Promise(setImmediate);

      for (const size of SIZES) {
        const groups = groupsOf(size, trades);
        const bars = sub.bars(size);
        const seen = [...bars.toArray(), ...(bars.forming ? [bars.forming] : [])];
        expect(seen.map(shown)).toEqual(groups.map((group) => figuresOf(size, group)));
        expect(seen.map(({ number }) => number)).toEqual(groups.map((_, i) => i));
      }
      await stream.close();
      for await (const bar of iterator) taken.push(bar);
      await Promise.all(pending);
      for (const size of SIZES) expect(told.get(size)).toEqual(sub.bars(size).toArray());
      const numbers = (bars: readonly StreamBar[]) =>
        bars.map((bar) => `${bar.size} ${bar.number}`).toSorted();
      expect(numbers(toldTwin)).toEqual(numbers([...told.values()].flat()));
      expect(taken.map(shown)).toEqual(told.get("1s")?.map(shown));
    }),
    { numRuns: 150 },
  );
});
