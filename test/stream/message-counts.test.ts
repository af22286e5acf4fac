import fc from "fast-check";
import { expect, test } from "vitest";
import type { FeedBatch } from "../../src/broker/feed.js";
import { MessageCounts } from "../../src/stream/message-counts.js";
import { holds } from "../support/property.js";

const batchOf = (ids: readonly number[]) =>
  ({ length: ids.length, reqId: (i: number) => ids[i] }) as FeedBatch;

test("each known number has its own messages, whichever numbers are far from each other by how much", () => {
  // Numbers that share a place in a table of any power of two up to 2^17.
  const id = fc.tuple(fc.nat(2), fc.nat(3)).map(([low, high]) => low + high * 65_536);
  const steps = fc.array(
    fc.oneof(
      fc.record({ known: id }),
      fc.record({ gone: id }),
      fc.record({ batch: fc.array(id, { maxLength: 12 }) }),
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
        expect(counts.add(batchOf(step.batch))).toBe(step.batch.every((one) => known.has(one)));
        for (const one of step.batch) {
          const its = known.get(one);
          if (its !== undefined) its.messages += 1;
        }
      }
      for (const [one, { before, messages }] of known) expect(counts.of(one) - before).toBe(messages);
    }
  });
  holds("counts of messages", same);
});
