import { expect, test } from "vitest";
import { MOST_REPORTED_IDS } from "../../src/dialect/protobuf/protobuf-dialect.js";
import { MOST_FIELDS } from "../../src/dialect/text/text-decoder.js";
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
  expect(read("native/core/wire/framer.hpp")).toContain("kMaxFrame = 0xFFFFFF;");
  expect(read("native/core/ring/channel.hpp")).toContain("kMaxWaitingBytes = 64u << 20;");
  expect(read("native/core/net/send_queue.hpp")).toContain("kMaxUnsent = 64u << 20;");
  expect(read("native/core/net/stream_reader.hpp")).toContain("kReadBuffer = 256u << 10;");
  expect(read("native/core/orders/order_sheet.hpp")).toContain("kSheetTextBytes = 64;");
});
