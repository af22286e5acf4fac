import { describe, expect, test } from "vitest";
import type { HistoryChunk, HistoryOptions } from "../../../src/client/history/index.js";
import { gatewayError } from "../../../src/domain/gateway-codes.js";
import { MINUTES, NOW, stage } from "../../support/history/history-stage.js";

describe("requests", () => {
  const asked = async (options: HistoryOptions, optional = {}) => {
    const { gateway, load } = stage("sessions", NOW, optional);
    await load(options);
    return gateway.requests.map(({ endDateTime, duration, barSize }) => [endDateTime, duration, barSize]);
  };

  test("are one a session where it is known when the contract trades, over a change of clocks, too", async () => {
    const range = { startMs: Date.UTC(2026, 2, 5, 5), endMs: Date.UTC(2026, 2, 11, 4) };
    expect(await asked({ barSize: "1m", regularHoursOnly: true, ...range }, { schedule: true })).toEqual([
      ["20260305-21:00:00", "23520 S", "1 min"],
      ["20260306-21:00:00", "23520 S", "1 min"],
      ["20260309-20:00:00", "23520 S", "1 min"],
      ["20260310-20:00:00", "23520 S", "1 min"],
    ]);
  });

  test("are one a day where it is not, with weekends, and end with the day of the exchange", async () => {
    const range = { startMs: Date.UTC(2026, 2, 6, 5), endMs: Date.UTC(2026, 2, 10, 4) };
    expect(await asked({ barSize: "1m", ...range })).toEqual([
      ["20260307-05:00:00", "86400 S", "1 min"],
      ["20260308-05:00:00", "86400 S", "1 min"],
      ["20260309-04:00:00", "82920 S", "1 min"],
      ["20260310-04:00:00", "86400 S", "1 min"],
    ]);
  });

  test("are one a day as well where the gateway refuses to say when it trades", async () => {
    const { gateway, load } = stage("sessions", NOW, { schedule: true });
    gateway.scheduleFault = gatewayError(162, "no market data permissions for the schedule");
    const options = { ...MINUTES, duration: undefined, startMs: Date.UTC(2026, 2, 10, 4) };
    const bars = await load(options);
    expect(gateway.requests).toHaveLength(11);
    expect(bars).toEqual(await stage("sessions", NOW, { schedule: true }).load(options));
  });

  test("are as long as the table of step sizes allows, or as is said", async () => {
    const day = { startMs: Date.UTC(2026, 2, 10, 13, 30), endMs: Date.UTC(2026, 2, 10, 14, 30) };
    expect((await asked({ barSize: "1s", ...day })).map(([, duration]) => duration)).toEqual([
      "1800 S",
      "1800 S",
    ]);
    const week = { startMs: Date.UTC(2026, 2, 9, 4), endMs: Date.UTC(2026, 2, 14, 4) };
    expect(await asked({ barSize: "30m", ...week })).toEqual([["20260314-04:00:00", "1 W", "30 mins"]]);
    expect(await asked({ barSize: "1m", ...week, perRequest: "1 W" })).toEqual([
      ["20260314-04:00:00", "1 W", "1 min"],
    ]);
  });

  test("do not go back behind the beginning of the data", async () => {
    const { gateway, load } = stage("sessions", NOW, { head: true });
    const headMs = gateway.instrument.headTimestamp * 1000;
    let first: HistoryChunk | undefined;
    for await (const chunk of load({ barSize: "1d", duration: "80 Y" })) {
      first = chunk;
      break;
    }
    expect(first?.fromMs).toBeGreaterThan(headMs - 86_400_000);
    expect(first?.bars[0].date).toBe(new Date(headMs).toISOString().slice(0, 10).replaceAll("-", ""));
  });

  test("have no end where a gateway takes none, and are refused where one is not enough", async () => {
    expect(await asked({ barSize: "1d", duration: "6 M", whatToShow: "ADJUSTED_LAST" })).toEqual([
      [undefined, "6 M", "1 day"],
    ]);
    const { gateway, load } = stage();
    const options = { barSize: "1d", duration: "3 Y", whatToShow: "ADJUSTED_LAST" };
    await expect(load(options)).rejects.toMatchObject({
      code: "ERR_IBKR_ARGUMENT",
      message: expect.stringContaining('duration is "3 Y" (allowed: up to 1 Y before now'),
    });
    expect(gateway.requests).toEqual([]);
    expect((await load({ ...options, perRequest: "5 Y" })).length).toBeGreaterThan(740);
  });
});

describe("bars that are not over", () => {
  test("of days are left out, until the last session of the day is over", async () => {
    const lastDay = async (now: number) => {
      const { load } = stage("sessions", now);
      return (await load({ barSize: "1d", duration: "5 D", regularHoursOnly: true })).at(-1)?.date;
    };
    expect(await lastDay(Date.UTC(2026, 2, 20, 19, 59))).toBe("20260319");
    expect(await lastDay(Date.UTC(2026, 2, 20, 20, 1))).toBe("20260320");
    expect(await lastDay(Date.UTC(2026, 2, 22, 20, 1))).toBe("20260320");
  });

  test("of a minute are left out, also where the end is later than now", async () => {
    const now = Date.UTC(2026, 2, 20, 15, 0, 30);
    const { load } = stage("sessions", now);
    const options = { barSize: "1m", startMs: now - 600_000, endMs: now + 86_400_000 };
    expect((await load(options)).at(-1)?.timeMs).toBe(Date.UTC(2026, 2, 20, 14, 59));
  });
});
