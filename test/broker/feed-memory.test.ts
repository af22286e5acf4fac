import { expect, test } from "vitest";
import { FEED_BAR_VALUES, FeedBarFlag, FeedBarValue } from "../../src/broker/feed-bars.js";
import {
  FEED_BOOK_DAMAGES,
  FEED_BOOK_MAKER_BYTES,
  FEED_BOOK_MOST_ROWS,
  FeedBookFlag,
} from "../../src/broker/feed-book.js";
import { LAYOUT } from "../../src/native/layout.js";

const upper = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
/** What the core has under the same names. */
const inCore = (names: object, prefix: string) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, LAYOUT[`${prefix}_${upper(name)}`]]));

test("a bar's numbers lie where the core puts them, its flags and its number behind", () => {
  const { flags, number, ...values } = FeedBarValue;
  expect(values).toEqual(inCore(values, "BAR"));
  expect([flags, number, FEED_BAR_VALUES]).toEqual([0, 1, 2].map((n) => LAYOUT.BAR_VALUES + n));
});

test("flags of bars and books, and the size of a book, are the core's", () => {
  expect({ ...FeedBarFlag }).toEqual(inCore(FeedBarFlag, "BAR_FLAG"));
  expect({ ...FeedBookFlag }).toEqual(inCore(FeedBookFlag, "BOOK_FLAG"));
  expect(FEED_BOOK_DAMAGES).toHaveLength(LAYOUT.BOOK_DAMAGES);
  expect(FEED_BOOK_MOST_ROWS).toBe(LAYOUT.MAX_BOOK_ROWS);
  expect(FEED_BOOK_MAKER_BYTES).toBe(LAYOUT.BOOK_MAKER_BYTES);
});
