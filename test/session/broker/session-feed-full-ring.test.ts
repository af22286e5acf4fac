import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import type { FeedBatch, FeedSubscription } from "../../../src/broker/feed.js";
import type { FeedPolicy } from "../../../src/broker/feed-treatment.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { asTrade, type PlainMessage, priceOf, sizeOf } from "../../support/plain-feed/plain-message.js";
import { PlainDesk } from "../../support/plain-feed/plain-treatment.js";
import { textOf } from "../../support/plain-feed/plain-wire.js";
import { wireMessage } from "../../support/plain-feed/wire-arbitraries.js";
import { holdsAsync } from "../../support/property.js";
import { ScriptedGateway } from "../../support/scripted-gateway.js";
import { Signal } from "../../support/signal.js";

/*
 * More than the ring has room for, at once. Where it is full is chance; what each policy promises is not.
 */

const CONTRACT = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
/** One that holds up the feed hides what the others would do: they have cases without it. */
const POLICIES: readonly (readonly FeedPolicy[])[] = [
  ["conflate", "drop-oldest"],
  ["conflate", "drop-oldest", "backpressure"],
];
const RING = 64;
const nothing = { refused: () => {} };

/** What is enough to tell one message from the others of its field: numbers that count up, mostly. */
type Row = readonly [key: string, price: number, size: number];

const rowOf = (message: PlainMessage): Row => [
  `${message.kind} ${message.field}`,
  priceOf(message),
  sizeOf(message),
];

function byKey(rows: readonly Row[]): Map<string, Row[]> {
  const all = new Map<string, Row[]>();
  for (const row of rows) all.set(row[0], [...(all.get(row[0]) ?? []), row]);
  return all;
}

/** Whether all of `part` is in `whole`, in this order. */
function isPartOf(part: readonly Row[], whole: readonly Row[]): boolean {
  let at = 0;
  for (const row of whole)
    if (at < part.length && row.every((one, n) => Object.is(one, part[at][n]))) at += 1;
  return at === part.length;
}

let gateway: ScriptedGateway;
beforeAll(async () => {
  gateway = await ScriptedGateway.start();
});
afterAll(() => gateway.stop());

test("where the ring is full each subscription's policy holds, and its board and counts are right", async () => {
  const went = { conflated: 0, dropped: 0, stops: 0 };
  const ticks = fc.array(fc.record({ on: fc.nat(5), message: wireMessage }), {
    minLength: 200,
    maxLength: 600,
    size: "max",
  });
  await holdsAsync(
    "policies at a full ring",
    fc.asyncProperty(fc.constantFrom(...POLICIES), ticks, async (policies, all) => {
      const options = { port: gateway.port, ringCapacity: RING, maxReqPerSec: Number.POSITIVE_INFINITY };
      const session = new Session(resolveOptions(options));
      const broker = new SessionBroker(session);
      const signal = new Signal();
      const came = new Map<number, Row[]>();
      broker.feed.onBatch((batch: FeedBatch) => {
        for (let i = 0; i < batch.length; i++) {
          const row: Row = [`${batch.kind(i)} ${batch.field(i)}`, batch.price(i), batch.size(i)];
          came.get(batch.reqId(i))?.push(row);
        }
        signal.notify();
      });
      await broker.connect();
      const model = new PlainDesk(new VirtualClock(), () => {});
      const subs = policies.map((policy, boardSlot): FeedSubscription => {
        const treatment = { boardSlot, conflateMs: 0, conflateTrades: false, policy };
        const sub = broker.feed.subscribe({ kind: "quotes", contract: CONTRACT }, nothing, treatment);
        came.set(sub.id, []);
        model.add(sub.id, treatment);
        return sub;
      });
      const sent = policies.map((): Row[] => []);
      const payloads = all.map(({ on: any, message }, n) => {
        const on = any % policies.length;
        const plain = asTrade({ ...message, reqId: subs[on].id, receivedMicros: n });
        model.take(plain);
        sent[on].push(rowOf(plain));
        return textOf(subs[on].id, message);
      });
      gateway.peer.send(...payloads);
      await signal.until("all of it", () =>
        subs.every(({ id, counts }, n) => {
          const { received, delivered, conflated, dropped } = counts();
          const isWhole = received === sent[n].length && delivered + conflated + dropped === received;
          return isWhole && came.get(id)?.length === delivered;
        }),
      );
      policies.forEach((policy, n) => {
        const rows = came.get(subs[n].id) as Row[];
        const { conflated, dropped } = subs[n].counts();
        const { bid, ask, last, volume, halted } = broker.feed.board.snapshot(n);
        const expected = model.board.snapshot(n);
        expect([bid, ask, last, volume, halted]).toEqual([
          ...[expected.bid, expected.ask, expected.last, expected.volume, expected.halted],
        ]);
        if (policy === "backpressure") expect(rows).toEqual(sent[n]);
        else if (policy === "drop-oldest") expect(isPartOf(rows, sent[n])).toBe(true);
        const fields = byKey(sent[n]);
        const delivered = byKey(rows);
        for (const [key, whole] of fields) {
          const part = delivered.get(key) ?? [];
          expect(isPartOf(part, whole)).toBe(true);
          if (policy === "conflate") expect(part[part.length - 1]).toEqual(whole[whole.length - 1]);
        }
        if (policy !== "conflate") expect(conflated).toBe(0);
        if (policy !== "drop-oldest") expect(dropped).toBe(0);
        went.conflated += conflated;
        went.dropped += dropped;
      });
      went.stops += session.stats?.fullRingStops ?? 0;
      await broker.close();
    }),
    { numRuns: 25 },
  );
  console.log("at a full ring:", went);
  expect(went.conflated).toBeGreaterThan(0);
  expect(went.stops).toBeGreaterThan(0);
}, 120_000);
