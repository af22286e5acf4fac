import { expect, test } from "vitest";
import { TextDialect } from "../../../src/dialect/text/text-dialect.js";
import { text } from "../../support/frames.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";
import { decodeEachWithStock } from "../../support/stock-decoder.js";

/** What our text dialect emits for cold payloads. */
function decode(serverVersion: number, payloads: readonly Buffer[]): unknown[][] {
  const events: unknown[][] = [];
  const dialect = new TextDialect({
    serverVersion,
    emitEvent: (name, ...args) => events.push([name, ...args]),
    emitError: (message, code, id) => events.push(["error", message, code, id]),
    emitInfo: (message, code) => events.push(["info", message, code]),
  });
  for (const payload of payloads) dialect.receive(17, false, payload);
  return events;
}

test.each([100, 123, 124, 157, 193])(
  "bars of HISTORICAL_DATA are stock's, server version %i",
  (serverVersion) => {
    const random = new SeededRandom(testSeed("history", 5) + serverVersion);
    const number = () =>
      random.pick([
        "0",
        "",
        "1",
        "429.53",
        "0.0001",
        "123456789012345",
        "1234567890123456789",
        "0.1234567890123456",
        "-1",
        "-0.5",
        "1.7976931348623157E308",
        "1e-7",
        "5.",
        ".5",
        "1,234.5",
      ]);
    const payloads = Array.from({ length: 60 }, () => {
      const count = random.pick([0, 1, 5]);
      const bars = Array.from({ length: count }, () => [
        random.pick(["20260102 09:30:00 US/Eastern", "1767364200", "", "日付"]),
        number(),
        number(),
        number(),
        number(),
        number(),
        number(),
        ...(serverVersion < 124 ? [random.pick(["true", "0", "1"])] : []),
        random.pick(["17", "", "0", "-1"]),
      ]);
      const head = serverVersion < 124 ? [17, 3] : [17];
      return text(...head, 42, "20260101 00:00:00", "20260102 00:00:00", count, ...bars.flat());
    });
    const expected = decodeEachWithStock(serverVersion, payloads).flat();
    expect(expected.length).toBeGreaterThan(60);
    expect(decode(serverVersion, payloads)).toEqual(expected);
  },
);

test("a message with a field too few is an error, and raises the bars before it, as in stock", () => {
  const bar = ["20260102", 1, 2, 3, 4, 5, 6, 7];
  const events = decode(193, [text(17, 42, "a", "b", 2, ...bar, ...bar.slice(1))]);
  expect(events.map(([name]) => name)).toEqual(["error", "historicalData"]);
});
