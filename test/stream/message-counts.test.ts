import fc from "fast-check";
import { expect, test } from "vitest";
import type { FeedBatch } from "../../src/broker/feed.js";
import { FeedKind } from "../../src/broker/feed-kind.js";
import { MessageCounts } from "../../src/stream/message-counts.js";
import { holds } from "../support/property.js";

interface Message {
  readonly id: number;
  readonly kind: number;
  readonly field: number;
}
const batchOf = (all: readonly Message[]) =>
  ({
    length: all.length,
    reqId: (i: number) => all[i].id,
    kind: (i: number) => all[i].kind,
    field: (i: number) => all[i].field,
  }) as FeedBatch;
const isByClock = ({ kind, field }: Message) => kind === FeedKind.BARS && field === 0;

test("each known number has its own messages, whichever numbers are far from each other by how much", () => {
  // Numbers that share a place in a table of any power of two up to 2^17.
  const id = fc.tuple(fc.nat(2), fc.nat(3)).map(([low, high]) => low + high * 65_536);
  const message = fc.record({
    id,
    kind: fc.constantFrom(FeedKind.PRICE, FeedKind.BARS, FeedKind.BOOK),
    field: fc.nat(1),
  });
  const steps = fc.array(
    fc.oneof(
      fc.record({ known: id }),
      fc.record({ gone: id }),
      fc.record({ batch: fc.array(message, { maxLength: 12 }) }),
    ),
    { maxLength: 60 },
  );
  const same = fc.property(steps, (all) => {
    const counts = new MessageCounts();
    /** What each had when it became known, and how many came since. */
    const known = new Map<number, { before: number; messages: number }>();
    for (const step of all) {
      if ("known" in step) {
        if (known.has(step.known)) continue;
        counts.open(step.known);
        known.set(step.known, { before: counts.of(step.known), messages: 0 });
      } else if ("gone" in step) {
        if (known.delete(step.gone)) counts.close(step.gone);
      } else {
        expect(counts.add(batchOf(step.batch))).toBe(step.batch.every((one) => known.has(one.id)));
        counts.discount(batchOf(step.batch));
        for (const one of step.batch) {
          const its = known.get(one.id);
          if (its !== undefined && !isByClock(one)) its.messages += 1;
        }
      }
      for (const [one, { before, messages }] of known) expect(counts.of(one) - before).toBe(messages);
    }
  });
  holds("counts of messages", same);
});
