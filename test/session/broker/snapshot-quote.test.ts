import { expect, test } from "vitest";
import { FeedKind, FeedValue } from "../../../src/broker/feed-kind.js";
import type { QuoteValues } from "../../../src/domain/quote.js";
import { type RingRecord, UNSET } from "../../../src/native/ring-record.js";
import { SnapshotQuote } from "../../../src/session/broker/snapshot-quote.js";
import { PlainBoard } from "../../support/plain-feed/plain-board.js";
import type { PlainMessage } from "../../support/plain-feed/plain-message.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";

/** A message as the ring shows it. */
function recordOf({ kind, field, receivedMicros, values, texts }: PlainMessage): RingRecord {
  const greeks = Object.fromEntries(Object.entries(FeedValue.OPTION).map(([name, at]) => [name, values[at]]));
  const [price, second] = values;
  const size = kind === FeedKind.SIZE ? price : second;
  return {
    kind,
    field,
    receivedMicros,
    price,
    size,
    text: () => texts[0] ?? "",
    ...greeks,
  } as unknown as RingRecord;
}

function shown(quote: QuoteValues): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const name in quote)
    if (name !== "source" && name !== "greeks") known[name] = quote[name as keyof QuoteValues];
  for (const name in quote.greeks)
    if (name !== "source") known[`greeks.${name}`] = quote.greeks[name as keyof typeof quote.greeks];
  return known;
}

test("whatever ticks come, a snapshot is what a board has that is written by the plain model", () => {
  const random = new SeededRandom(testSeed("ticks of snapshots", 1));
  const number = () => random.pick([-1, 0, UNSET, -37.63, random.below(1e4) / 100]);
  const kinds = [FeedKind.PRICE, FeedKind.SIZE, FeedKind.STRING, FeedKind.GENERIC, FeedKind.OPTION];
  for (let round = 0; round < 300; round++) {
    const board = new PlainBoard();
    const snapshot = new SnapshotQuote();
    for (let i = 0; i < 60; i++) {
      const message: PlainMessage = {
        kind: random.pick(kinds),
        reqId: 1,
        field: random.below(106),
        attribs: 0,
        receivedMicros: round * 1000 + i,
        values: Array.from({ length: 8 }, number),
        texts: [random.pick(["1767623401", "soon", ""])],
      };
      board.update(0, message);
      snapshot.take(recordOf(message));
    }
    expect(shown(snapshot.quote)).toEqual(shown(board.snapshot(0)));
  }
});
