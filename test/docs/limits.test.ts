import { expect, test } from "vitest";
import { MOST_SERIES } from "../../src/broker/feed-bars.js";
import { MOST_REPORTED_IDS } from "../../src/dialect/protobuf/protobuf-dialect.js";
import { MOST_FIELDS } from "../../src/dialect/text/text-decoder.js";
import * as layout from "../../src/native/layout.js";
import { MOST_EARLY } from "../../src/orders/commission-owners.js";
import { MOST_PAST } from "../../src/worker/shared-lines.js";
import { proseOf, read, sourcesBelow } from "./pages.js";

const PAGE = "docs/limits.md";

/** The rows of all tables, each with the test that is named last in it. */
const rows = proseOf(PAGE)
  .split("\n")
  .filter((line) => /^\| [A-Z]/.test(line))
  .map((line) => line.split(" | "));

test("every bound names a test that exists", () => {
  const tests = [...sourcesBelow("test"), ...sourcesBelow("native/test")].map(read).join("\n");
  expect(rows.length).toBeGreaterThan(15);
  for (const cells of rows) {
    const last = cells[cells.length - 1];
    const names = [...last.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
    if (names.length === 0) expect(last, cells[0]).toMatch(/`test\/[\w/.-]+`/);
    for (const name of names) expect(tests.includes(`"${name}"`), name).toBe(true);
  }
});

test("numbers are those of the sources", () => {
  const page = read(PAGE);
  const row = (what: string) => page.split("\n").find((line) => line.startsWith(`| ${what}`));
  expect(row("Fields of a cold text message")).toContain(MOST_FIELDS.toLocaleString("en-US"));
  expect(row("Unknown protobuf ids reported")).toContain(`${MOST_REPORTED_IDS} a connection`);
  const n = (value: number) => value.toLocaleString("en-US");
  expect(row("Series of bars")).toContain(`| ${MOST_SERIES} |`);
  expect(row("Bars of a series")).toContain(`of a feed ${layout.FEWEST_BARS} to ${n(layout.MOST_BARS)};`);
  expect(row("Bars of a series")).toContain(`of ${layout.BAR_SLOT_BYTES} bytes each`);
  expect(row("Rows of an order book")).toContain(`${layout.MAX_BOOK_ROWS} a side`);
  expect(row("Name of a market maker")).toContain(`${layout.BOOK_MAKER_BYTES} bytes`);
  const slotBytes = layout.SLOT_BYTES + layout.TAPE_MARK_BYTES;
  const tape = `${n(layout.MIN_TAPE_SLOTS)} to ${n(layout.MAX_TAPE_SLOTS)} slots of ${slotBytes} bytes`;
  expect(row("Tape for other threads")).toContain(tape);
  expect(row("Length of one message on a tape")).toContain(`${layout.MAX_TAPE_RECORD_SLOTS} slots`);
  expect(row("Lines that are over")).toContain(`| ${n(MOST_PAST)} |`);
  expect(row("A text in the journal")).toContain(`${n(layout.JOURNAL_MAX_TEXT_BYTES)} bytes`);
  expect(row("A record of the journal")).toContain(`${layout.JOURNAL_MAX_RECORD_BYTES / 1024} KiB`);
  const longest = `${layout.JOURNAL_INTENT_NUMBERS} numbers and ${layout.JOURNAL_INTENT_TEXTS} texts`;
  expect(row("A record of the journal")).toContain(longest);
  expect(row("Commissions whose execution")).toContain(`| ${n(MOST_EARLY)} |`);
  expect(read("native/core/stream/conflator.hpp")).toContain("kMostFields = 512;");
  expect(read("native/core/stream/conflator.hpp")).toContain("kMostSlots = 32;");
  expect(read("native/core/stream/backlog.hpp")).toContain("kMostSlots = 4096;");
  expect(read("native/core/bars/bar_set.hpp")).toContain("kMostAheadMs = 60'000;");
  expect(read("native/core/wire/framer.hpp")).toContain("kMaxFrame = 0xFFFFFF;");
  expect(read("native/core/ring/channel.hpp")).toContain("kMaxWaitingBytes = 64u << 20;");
  expect(read("native/core/net/send_queue.hpp")).toContain("kMaxUnsent = 64u << 20;");
  expect(read("native/core/net/stream_reader.hpp")).toContain("kReadBuffer = 256u << 10;");
  expect(read("native/core/orders/order_sheet.hpp")).toContain("kSheetTextBytes = 64;");
});
