import fc from "fast-check";
import { expect, test } from "vitest";
import type { FeedBatch } from "../../src/broker/feed.js";
import { FeedKind } from "../../src/broker/feed-kind.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import type { DataBatch } from "../../src/stream/subscription.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { holdsAsync } from "../support/property.js";
import { ScriptedBroker } from "../support/scripted-broker.js";

const SYMBOLS = ["A", "B", "C"];

type Step =
  | { readonly on: number; readonly price: number; readonly size: number; readonly trade: boolean }
  | "batch"
  | "take";

const steps = fc.array(
  fc.oneof(
    { arbitrary: fc.constantFrom<Step>("batch", "take"), weight: 1 },
    {
      arbitrary: fc.record({
        on: fc.nat(2),
        price: fc.integer({ min: 1, max: 50 }),
        size: fc.integer({ min: 1, max: 9 }),
        trade: fc.boolean(),
      }),
      weight: 4,
    },
  ),
  { maxLength: 80 },
);

type Row = readonly [symbol: string, kind: number, price: number, size: number];

/** The feed's own batch with its numbers as symbols. */
function rowsOf(batch: FeedBatch | DataBatch, symbolOf: (i: number) => string): Row[] {
  return Array.from({ length: batch.length }, (_, i) => [
    symbolOf(i),
    batch.kind(i),
    batch.price(i),
    batch.size(i),
  ]);
}

test("batches concatenated are the stream; each subscription's batches, events and iterators are its part of it", async () => {
  const settings = fc.record({
    conflateMs: fc.constantFrom(0, 10),
    limit: fc.integer({ min: 1, max: 5 }),
    priceMax: fc.option(fc.integer({ min: 20, max: 50 }), { nil: undefined }),
  });
  await holdsAsync(
    "levels of the stream",
    fc.asyncProperty(settings, steps, async ({ conflateMs, limit, priceMax }, all) => {
      const clock = new VirtualClock();
      const broker = new ScriptedBroker(clock);
      const fed: Row[] = [];
      broker.feed.onBatch((batch) => fed.push(...rowsOf(batch, (i) => SYMBOLS[batch.reqId(i) - 1])));
      const stream = new IBKRDataStream(broker, { clock, conflateMs });
      const streamed: Row[] = [];
      stream.onBatch((batch) =>
        streamed.push(...rowsOf(batch, (i) => batch.subscription(i).contract.symbol as string)),
      );
      const levels = SYMBOLS.map((symbol) => {
        const contract = { symbol, secType: "STK" } as Contract;
        const options = { trades: true, ...(priceMax !== undefined && { filter: { priceMax } }) };
        // Two that share a line see the same.
        const [sub, twin] = [stream.subscribe(contract, options), stream.subscribe(contract, options)];
        const seen = {
          batches: [] as Row[],
          twin: [] as Row[],
          events: [] as number[],
          taken: [] as number[],
        };
        sub.on("batch", (batch) => seen.batches.push(...rowsOf(batch, () => symbol)));
        twin.on("batch", (batch) => seen.twin.push(...rowsOf(batch, () => symbol)));
        sub.on("trade", ({ price }) => seen.events.push(price));
        return { symbol, sub, seen, trades: sub.trades({ limit }) };
      });
      expect(broker.standing).toHaveLength(SYMBOLS.length);

      let sent = 0;
      let pending: Promise<unknown>[] = [];
      for (const step of all) {
        if (step === "batch") {
          clock.advance(conflateMs);
          broker.flush();
        } else if (step === "take") {
          pending.push(
            ...levels.map(async ({ trades, seen }) => {
              const { value } = await trades.next();
              if (value !== undefined) seen.taken.push(value.price);
            }),
          );
        } else {
          sent += 1;
          const { on, price, size, trade } = step;
          const texts = [`${price};${size};1;1;1;true`];
          const message = trade
            ? { kind: FeedKind.STRING, field: 48, values: [], texts }
            : { kind: FeedKind.PRICE, field: 1, values: [price, size] };
          broker.tick(on + 1, message);
        }
      }
      // What waits: conflated values, a batch that is held up until somebody takes from the iterators.
      clock.advance(conflateMs);
      for (const { sub, trades, seen } of levels) {
        pending.push(
          (async () => {
            for await (const { price } of trades) seen.taken.push(price);
          })(),
        );
        expect(sub.state).not.toBe("failed");
      }
      await new Promise(setImmediate);
      broker.flush();
      await new Promise(setImmediate);
      expect(broker.held).toBe(0);
      const stats = stream.stats();
      await stream.close();
      await Promise.all(pending);
      pending = [];

      expect(streamed).toEqual(fed);
      for (const { symbol, seen } of levels) {
        const mine = fed.filter(([of]) => of === symbol);
        const prices = mine.filter(([, kind]) => kind === FeedKind.RT_TRADE).map(([, , price]) => price);
        expect(seen.batches).toEqual(mine);
        expect(seen.twin).toEqual(mine);
        expect(seen.events).toEqual(prices);
        expect(seen.taken).toEqual(prices);
      }
      const filtered = Object.values(stats.filtered).reduce((sum, count) => sum + count, 0);
      expect(stats).toMatchObject({ received: sent, delivered: fed.length, dropped: 0 });
      expect(stats.delivered + stats.conflated + filtered).toBe(sent);
    }),
    { numRuns: 150 },
  );
});
