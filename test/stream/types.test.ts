import { expect, expectTypeOf, test } from "vitest";
import type {
  BookDamage,
  FeedBarCorrection,
  FeedBookRows,
  FeedBookValues,
  Subscription,
} from "../../src/index.js";
import { DepthBook } from "../../src/stream/depth-book.js";

// The types are held by `tsc -p test/tsconfig.json`.
test("what the methods of a subscription take and give can be named", () => {
  const book = new DepthBook(5);
  const values: FeedBookValues = book.read();
  const bids: FeedBookRows = values.bids;
  const damage: BookDamage | undefined = book.damage;
  expect([bids.rows, damage]).toEqual([0, undefined]);
  expectTypeOf<Parameters<Subscription["correct"]>[0]>().toEqualTypeOf<FeedBarCorrection>();
});
