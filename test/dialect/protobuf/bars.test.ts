import { EventName } from "@stoqey/ib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NativeEventName } from "../../../src/dialect/extensions/index.js";
import { barValues, readBars } from "../../../src/dialect/protobuf/events/bars.js";
import { NO_SHORT_DECIMAL, shortDecimal } from "../../../src/dialect/protobuf/events/short-decimal.js";
import { decimal } from "../../../src/dialect/protobuf/events/values.js";
import { ProtobufDialect } from "../../../src/dialect/protobuf/protobuf-dialect.js";
import { decodePayload } from "../../../src/protocol/codec.js";
import { type Incoming, incomingPayload } from "../../../src/protocol/messages.js";
import { messageValues } from "../../protocol/message-values.js";
import { holds } from "../../support/property.js";
import { fromText, Notes, received, type Token } from "./notes.js";

type Bars = Incoming<"HISTORICAL_DATA">;

const BAR = {
  date: "20260713 09:30:00 US/Eastern",
  open: 317.04,
  high: 323.45,
  low: 316.45,
  close: 321.22,
  volume: "7492200",
  WAP: "320.857",
  barCount: 54342,
};
/** A bar of a midpoint: no volume, which servers say with −1. */
const MIDPOINT = { ...BAR, volume: "-1", WAP: "-1", barCount: -1 };

const payloadOf = (body: Bars) => Buffer.from(incomingPayload("HISTORICAL_DATA", body));

/** What the codec and the converters of single bars make of a payload. */
function withCodec(payload: Buffer): unknown[][] {
  const { reqId = -1, historicalDataBars = [] } = decodePayload("HistoricalData", payload);
  return historicalDataBars.map((bar) => {
    const [date, open, high, low, close, volume, count, wap] = barValues(bar);
    return [EventName.historicalData, reqId, date, open, high, low, close, volume, count, wap, undefined];
  });
}

function raised(payload: Buffer): unknown[][] {
  const notes = new Notes(226);
  new ProtobufDialect(notes).receive(17, true, payload);
  return notes.all;
}

describe("historical bars", () => {
  test("bars and what ends them are those of the text dialect", () => {
    const bars = [BAR, MIDPOINT, { ...BAR, volume: "0.5", WAP: "1.7976931348623157E308" }, {}];
    const tokens: Token[] = bars.flatMap((bar: Partial<typeof BAR>) => [
      ...[bar.date, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.WAP, bar.barCount],
    ]);
    const text = fromText(17, 7, "20260712 11:53:51", "20260713 11:53:51", bars.length, ...tokens);
    const ofBars = received("HISTORICAL_DATA", { reqId: 7, historicalDataBars: bars });
    const ofEnd = received("HISTORICAL_DATA_END", {
      reqId: 7,
      startDateStr: "20260712 11:53:51",
      endDateStr: "20260713 11:53:51",
    });
    expect(ofBars).toHaveLength(4);
    expect([...ofBars, ofEnd[0]]).toEqual(text);
    expect(ofEnd.slice(1)).toEqual([
      [NativeEventName.historicalDataEnd, 7, "20260712 11:53:51", "20260713 11:53:51"],
    ]);
  });

  test("a request without bars", () => {
    expect(received("HISTORICAL_DATA", { reqId: 7 })).toEqual([]);
    expect(received("HISTORICAL_DATA_END", { reqId: 7 })[0]).toEqual(fromText(17, 7, "", "", 0)[0]);
  });

  test("usual bars do not take the way through the codec, with the same result", () => {
    const historicalDataBars = Array.from({ length: 500 }, (_, i) => ({
      ...(i % 2 === 0 ? BAR : MIDPOINT),
      date: `202607${10 + (i % 20)} 09:30:00 US/Eastern`,
      volume: String(i * 37),
      barCount: i * i * 40,
    }));
    const payload = payloadOf({ reqId: -1, historicalDataBars });
    expect(raised(payload)).toEqual(withCodec(payload));
    expect(readBars(payload).numbers).toHaveLength(Math.ceil(payload.length / 64) * 7);
  });

  test("random messages", () => {
    const number = fc.constantFrom("", "-", ".5", "5.", "1.2.3", "100", "-0.25", "2147483647", "1E5", "x");
    const bar = fc
      .tuple(messageValues("HistoricalDataBar"), number, number)
      .map(([values, volume, WAP]) => ({ ...values, volume, WAP }));
    holds(
      "historical bars",
      fc.property(
        fc.constantFrom(0, -1, 300, 2147483646),
        fc.array(bar, { maxLength: 4 }),
        (reqId, historicalDataBars) => {
          const payload = payloadOf({ reqId, historicalDataBars });
          expect(raised(payload)).toEqual(withCodec(payload));
        },
      ),
      { fallback: 20260829, numRuns: 300 },
    );
  });

  test("cut and changed messages say the same as the codec, or its error", () => {
    const whole = payloadOf({ reqId: 300, historicalDataBars: [BAR, MIDPOINT, { ...BAR, date: "Zürich" }] });
    const byte = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    let errors = 0;
    holds(
      "historical bars cut and changed",
      fc.property(
        fc.integer({ min: 4, max: whole.length }),
        fc.array(byte, { maxLength: 2 }),
        (length, changes) => {
          const payload = Buffer.from(whole.subarray(0, length));
          for (const [at, value] of changes) if (length > 4) payload[4 + (at % (length - 4))] = value;
          let expected: unknown[][] | undefined;
          try {
            expected = withCodec(payload);
          } catch {
            errors++;
          }
          const events = raised(payload);
          if (expected !== undefined) {
            expect(events).toEqual(expected);
          } else {
            expect(events).toHaveLength(1);
            expect(events[0][1]).toContain("Cannot decode HISTORICAL_DATA");
          }
        },
      ),
      { fallback: 20260829, numRuns: 2000 },
    );
    expect(errors).toBeGreaterThan(100);
  });

  test("a field of another type than it should have is an error of its message alone", () => {
    const [first, ...others] = raised(
      Buffer.from("00000119" + "0807" + "1200" + "1209" + "09" + "00".repeat(8), "hex"),
    );
    expect(first[1]).toContain("HistoricalDataBar.date: wire type 1");
    expect(others).toEqual([]);
  });

  test("a listener that throws costs no bar its event", () => {
    const seen: unknown[] = [];
    const host = new Notes(226);
    host.emitEvent = (name, ...args) => {
      seen.push([name, args[1]]);
      if (args[1] === "second") throw new Error("from the listener");
    };
    const dialect = new ProtobufDialect(host);
    const historicalDataBars = ["first", "second", "third"].map((date) => ({ date }));
    expect(() => dialect.receive(17, true, payloadOf({ reqId: 1, historicalDataBars }))).toThrow(
      "from the listener",
    );
    expect(seen.map((event) => (event as unknown[])[1])).toEqual(["first", "second", "third"]);
    expect(host.all).toEqual([]);
  });

  test("40,000 bars", () => {
    const historicalDataBars = Array.from({ length: 40_000 }, (_, i) => ({ ...BAR, barCount: i }));
    const events = raised(payloadOf({ reqId: 1, historicalDataBars }));
    expect(events).toHaveLength(40_000);
    expect(events[39_999]).toEqual(
      received("HISTORICAL_DATA", { reqId: 1, historicalDataBars: [historicalDataBars[39_999]] })[0],
    );
  });
});

describe("short decimals are what parseFloat gives", () => {
  const short = (text: string) => {
    const bytes = Buffer.from(`x${text}y`);
    return shortDecimal(bytes, 1, bytes.length - 1);
  };

  test("random ones", () => {
    let taken = 0;
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 17 });
    holds(
      "short decimals",
      fc.property(fc.boolean(), digits, fc.nat({ max: 22 }), (negative, text, point) => {
        const body = point < text.length ? `${text.slice(0, point)}.${text.slice(point)}` : text;
        const shown = negative ? `-${body}` : body;
        const value = short(shown);
        if (value === NO_SHORT_DECIMAL) return;
        taken++;
        expect(value).toBe(decimal(shown));
      }),
      { fallback: 20260829, numRuns: 10_000 },
    );
    expect(taken).toBeGreaterThan(5_000);
  });

  test.each([
    "",
    "-",
    ".",
    ".5",
    "1.2.3",
    "1e5",
    " 1",
    "2147483647",
    "1234567890123456",
    "9223372036854775807",
  ])("%j is none", (text) => {
    expect(short(text)).toBe(NO_SHORT_DECIMAL);
  });
});
