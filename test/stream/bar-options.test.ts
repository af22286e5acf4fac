import { describe, expect, test } from "vitest";
import { check } from "../../src/domain/check.js";
import { type BarSeriesOptions, resolveSeries, seriesRule } from "../../src/stream/bar-options.js";
import { sessionSpans } from "../../src/stream/bar-sessions.js";
import { fields } from "../../src/validation/rules.js";

const NOW = Date.parse("2026-01-05T14:30:00Z");

const resolve = (...bars: (string | BarSeriesOptions)[]) =>
  resolveSeries(check(fields({ bars: seriesRule() }), { bars }).bars, NOW);
const refusal = (...bars: unknown[]) => {
  try {
    resolve(...(bars as string[]));
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error("nothing was refused");
};

describe("series of bars", () => {
  test("have defaults", () => {
    const [series] = resolve("1 min");
    expect(series).toEqual({
      ...{ name: "1m", by: "time", size: 60, price: "trades", keep: 256, history: undefined },
      spec: { by: "time", size: 60, price: "trades", keep: 256, empty: "skip", late: "amend", waitMs: 0 },
    });
  });

  test("are what was asked for", () => {
    const sessions = [[0, 60_000]] as const;
    const [first, second] = resolve(
      { size: "5s", price: "mid", empty: "carry", late: "drop", waitMs: 50, sessions, keep: 16 },
      { size: "1m", session: "regular", history: "1 D" },
    );
    expect(first).toMatchObject({
      ...{ name: "5s mid", keep: 16 },
      spec: {
        by: "time",
        size: 5,
        price: "mid",
        empty: "carry",
        late: "drop",
        waitMs: 50,
        sessions,
        keep: 16,
      },
    });
    const history = { duration: "1 D", barSize: "1 min", whatToShow: "TRADES", regularHoursOnly: true };
    expect(second.history).toEqual(history);
    expect(second.spec.sessions).toContainEqual([NOW, Date.parse("2026-01-05T21:00:00Z")]);
  });

  test.each([
    [["1x"], /^bars\[0\] is "1x" \(allowed: a size such as "1s"/],
    [["1s", 5], /^bars\[1\] is 5 \(allowed: a size such as .*, or an object with it as size\)$/],
    [[{ size: "1x" }], /^bars\[0\]\.size is "1x" \(allowed: a size such as/],
    [[{}], /^bars\[0\]\.size is undefined \(allowed: a size such as/],
    [[{ size: "1s", pice: "mid" }], /^bars\[0\]\.pice is not known \(allowed: size, price, /],
    [[{ size: "1s", price: "last" }], /^bars\[0\]\.price is "last" \(allowed: trades, mid, bid, ask\)$/],
    [[{ size: "1s bid", price: "ask" }], /^bars\[0\]\.price is "ask" \(allowed: bid, as size says\)$/],
    [
      [{ size: "9 volume", price: "mid" }],
      /^bars\[0\]\.price is "mid" \(allowed: trades, for bars by volume/,
    ],
    [[{ size: "1s", keep: 100 }], /^bars\[0\]\.keep is 100 \(allowed: a power of two from 16 to 65536\)$/],
    [[{ size: "1s", waitMs: -1 }], /^bars\[0\]\.waitMs is -1 \(allowed: an integer from 0 to 3600000\)$/],
    [
      [{ size: "1s", sessions: [[2, 1]] }],
      /^bars\[0\]\.sessions is \[\[2,1\]\] \(allowed: a list of \[startMs/,
    ],
    [[{ size: "1s", sessions: [[1.5, 2]] }], /^bars\[0\]\.sessions is .* \(allowed: whole milliseconds\)$/],
    [
      [{ size: "1s", sessions: [[1, 2]], session: "regular" }],
      /^bars\[0\]\.sessions is .* \(allowed: nothing beside session\)$/,
    ],
    [
      [{ size: "1s", session: "night" }],
      /^bars\[0\]\.session is "night" \(allowed: regular, extended, \{ zone/,
    ],
    [
      [{ size: "1s", session: { zone: "Mars", open: "09:00", close: "10:00" } }],
      /^bars\[0\]\.session\.zone is "Mars" \(allowed: the name of a time zone\)$/,
    ],
    [
      [{ size: "1s", session: { zone: "UTC", open: "24:00", close: "10:00" } }],
      /^bars\[0\]\.session\.open is "24:00" \(allowed: "HH:MM"\)$/,
    ],
    [
      [{ size: "1m", history: "1 day" }],
      /^bars\[0\]\.history is "1 day" \(allowed: a duration such as "1 D"/,
    ],
    [
      [{ size: "9s", history: "1 D" }],
      /^bars\[0\]\.history is "1 D" \(allowed: none for this size: bars of 1s/,
    ],
    [[{ size: "100 ticks", history: "1 D" }], /^bars\[0\]\.history is "1 D" \(allowed: none for this size/],
    [[{ size: "1h", session: "regular", history: "1 D" }], /\(allowed: none for this size: within a session/],
    [["1m", "60s"], /^bars\[1\] is "60s" \(allowed: a series that is not there yet, as 1m is\)$/],
    [Array(33).fill("1s"), /\(allowed: up to 32 series\)$/],
  ])("%j is refused", (bars, words) => {
    const error = refusal(...bars);
    expect(error.message).toMatch(words);
    expect(error.code).toBe("ERR_IBKR_OPTION");
  });
});

describe("sessions", () => {
  const at = (iso: string) => Date.parse(iso);

  test("of US stocks know half-days, holidays and summer time", () => {
    const spans = sessionSpans("regular", at("2026-06-15T12:00:00Z"));
    expect(spans).toContainEqual([at("2026-06-15T13:30:00Z"), at("2026-06-15T20:00:00Z")]);
    expect(spans).toContainEqual([at("2026-12-24T14:30:00Z"), at("2026-12-24T18:00:00Z")]);
    expect(spans.some(([start]) => new Date(start).toISOString().startsWith("2026-12-25"))).toBe(false);
    expect(spans.length).toBeGreaterThan(270);
    expect(sessionSpans("extended", at("2026-06-15T12:00:00Z"))).toContainEqual([
      at("2026-06-15T08:00:00Z"),
      at("2026-06-16T00:00:00Z"),
    ]);
  });

  test("are those of the exchange's clock, across midnight too", () => {
    const berlin = { zone: "Europe/Berlin", open: "09:00", close: "17:30" };
    expect(sessionSpans(berlin, at("2026-06-15T12:00:00Z"))).toContainEqual([
      at("2026-06-15T07:00:00Z"),
      at("2026-06-15T15:30:00Z"),
    ]);
    const night = { zone: "US/Central", open: "17:00", close: "16:00", days: [1] };
    const spans = sessionSpans(night, at("2026-01-05T12:00:00Z"));
    expect(spans).toContainEqual([at("2026-01-04T23:00:00Z"), at("2026-01-05T22:00:00Z")]);
    expect(spans.every(([, end]) => new Date(end).getUTCDay() === 1)).toBe(true);
  });

  test("are the same all day long, so that a line can be shared", () => {
    const [morning, evening] = ["2026-06-15T00:00:01Z", "2026-06-15T23:59:59Z"].map(at);
    expect(sessionSpans("regular", morning)).toEqual(sessionSpans("regular", evening));
  });
});
