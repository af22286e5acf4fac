import { describe, expect, test } from "vitest";
import {
  HistoryDownload,
  type HistoryOptions,
  type HistoryProgress,
} from "../../../src/client/history/index.js";
import { gatewayError } from "../../../src/domain/gateway-codes.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { AAPL, codeOf, INSTRUMENTS, MINUTES, NOW, stage } from "../../support/history/history-stage.js";

describe("what a gateway says instead of bars", () => {
  test("that there are none is no error: weekends and holidays", async () => {
    const { load } = stage("clock");
    const weekend = { startMs: Date.UTC(2026, 2, 14, 4), endMs: Date.UTC(2026, 2, 16, 4) };
    expect(await load({ barSize: "1m", ...weekend })).toEqual([]);
  });

  test("that it was too fast is waited for, and it is asked again", async () => {
    const { gateway, load, clock } = stage();
    gateway.mishap = (nth) => (nth <= 3 ? "pacing" : undefined);
    const bars = await load({ ...MINUTES, duration: "2 D" });
    expect(bars.length).toBeGreaterThan(0);
    // A quarter of a minute, a minute, ten minutes.
    expect(clock.now() - NOW).toBeGreaterThan(675_000);
    expect(gateway.violations).toEqual([]);
  });

  test("is the download's error where it does not pass, and nothing is asked behind it", async () => {
    const { gateway, load } = stage();
    const pair = stage("sessions", NOW, {}, INSTRUMENTS.pair);
    pair.gateway.amend = () => {
      throw gatewayError(
        162,
        "Historical Market Data Service error message:No historical market data for EUR",
      );
    };
    await expect(pair.load(MINUTES)).rejects.toMatchObject({ code: "ERR_IBKR_NO_DATA", gatewayCode: 162 });
    expect(pair.gateway.requests).toHaveLength(1);
    gateway.mishap = () => "timeout";
    expect(await codeOf(load({ ...MINUTES, retries: 3 }))).toBe("ERR_IBKR_TIMEOUT");
    expect(gateway.requests).toHaveLength(4);
    expect(gateway.listenerCount).toBe(0);
  });

  test("twice, or out of order, is put right", async () => {
    const { gateway, load } = stage();
    const plain = await load(MINUTES);
    gateway.amend = (bars) => [...bars.toReversed(), ...bars.slice(3, 9)];
    expect(await load(MINUTES)).toEqual(plain);
  });

  test("is refused where it does not fit what it said before: a split came between two answers", async () => {
    const { gateway, load } = stage();
    gateway.amend = (bars, nth) =>
      nth < 4 ? bars : bars.map((bar) => ({ ...bar, open: (bar.open as number) / 2 }));
    await expect(load(MINUTES)).rejects.toMatchObject({
      code: "ERR_IBKR_HISTORY_CHANGED",
      message: expect.stringMatching(
        /^the bar of 2026-03-\d\dT.* was .*, and is .*: what is behind it may not fit/,
      ),
    });
  });

  test("bars that an answer lacked at its end, and the next one has, are not lost", async () => {
    const { gateway, load } = stage("clock");
    const options = {
      barSize: "30 secs",
      startMs: Date.UTC(2026, 2, 10, 8),
      endMs: Date.UTC(2026, 2, 10, 23),
    };
    const whole = await load(options);
    gateway.requests.length = 0;
    gateway.amend = (bars, nth) => (nth === 1 ? bars.slice(0, -1) : bars);
    expect(await load(options)).toEqual(whole);
  });
});

describe("a download", () => {
  test("tells its progress, and how long the rest will take", async () => {
    const { load, clock } = stage("sessions", NOW, { schedule: true });
    const download = load({ ...MINUTES, duration: "50 D" });
    const told: HistoryProgress[] = [];
    download.on("progress", (progress) => told.push(progress));
    const bars = await download;
    const total = told[0].totalWindows;
    expect(told.map(({ windows }) => windows)).toEqual(Array.from({ length: total + 1 }, (_, i) => i));
    expect(told.map(({ bars: count }) => count)).toEqual(told.map(({ windows }) => windows * 390));
    expect(told.at(-1)).toEqual({ ...told.at(-1), totalWindows: total, bars: bars.length, etaMs: 0 });
    expect(Math.abs(clock.now() - NOW - told[0].etaMs)).toBeLessThan(5_000);
    expect(download.progress).toEqual(told.at(-1));
  });

  test("is not begun until it is read, and is read once", async () => {
    const { gateway, load } = stage();
    const download = load(MINUTES);
    expect([gateway.requests.length, download.progress]).toEqual([0, undefined]);
    expect(await download).toBe(await download);
    expect(() => download[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_ARGUMENT" }),
    );
  });

  test("asks for the next part when it is wanted, and for no more behind its reader", async () => {
    const { gateway, load, virtual } = stage();
    for await (const { bars } of load(MINUTES)) {
      expect(gateway.requests.length).toBe(1);
      if (bars !== undefined) break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(gateway.requests.length).toBe(1);
    expect([gateway.listenerCount, virtual.pending]).toEqual([0, 0]);
  });

  test("ends with its signal's reason, before, within and between requests", async () => {
    for (const nth of [0, 1, 5, 6]) {
      const { gateway, load, pacer } = stage();
      const controller = new AbortController();
      const reason = new Error("enough");
      if (nth === 0) controller.abort(reason);
      gateway.mishap = (at) => {
        if (at === nth) controller.abort(reason);
        return undefined;
      };
      expect(await codeOf(load({ ...MINUTES, signal: controller.signal }))).toBe("enough");
      expect(gateway.requests).toHaveLength(nth);
      expect([pacer.queued, gateway.listenerCount]).toEqual([0, 0]);
    }
  });

  test("ends when its time is over, in a wait of the pacing rules, too", async () => {
    const { gateway, load, pacer } = stage();
    expect(await codeOf(load({ ...MINUTES, duration: "1 Y", timeoutMs: 800_000 }))).toBe("ERR_IBKR_TIMEOUT");
    expect(gateway.requests).toHaveLength(120);
    expect([pacer.queued, gateway.listenerCount]).toEqual([0, 0]);
  });

  test("waits for a connection that is lost, but not for ever", async () => {
    const { gateway, load } = stage();
    gateway.become("down");
    await expect(load({ ...MINUTES, reconnectWithinMs: 60_000 })).rejects.toMatchObject({
      code: "ERR_IBKR_TIMEOUT",
      message: "no connection within 60000 ms",
    });
    expect(gateway.listenerCount).toBe(0);
  });

  test("goes on where the connection was lost while it waited for its turn", async () => {
    const { gateway, load, virtual } = stage();
    gateway.mishap = (nth) => {
      if (nth !== 60) return undefined;
      virtual.after(100_000, () => gateway.become("down"));
      virtual.after(700_000, () => gateway.become("ready"));
      return undefined;
    };
    const options = { ...MINUTES, duration: "80 D" };
    const whole = await stage().load(options);
    // The clock goes on by itself while it waits for the connection.
    const driver = setInterval(() => virtual.advance(10_000), 1);
    const bars = await load({ ...options, reconnectWithinMs: 86_400_000 });
    clearInterval(driver);
    expect(bars).toEqual(whole);
    expect(gateway.violations).toEqual([]);
  });

  test("is a promise of its bars in all but name", async () => {
    const { gateway, load } = stage();
    const settled: string[] = [];
    const bars = await load(MINUTES).finally(() => settled.push("read"));
    gateway.mishap = () => "timeout";
    const failed = load({ ...MINUTES, retries: 0 });
    expect(await failed.catch((error: unknown) => (error as { code: string }).code)).toBe("ERR_IBKR_TIMEOUT");
    await expect(failed.finally(() => settled.push("failed"))).rejects.toThrow("no answer");
    expect([bars.length > 0, settled]).toEqual([true, ["read", "failed"]]);
  });

  test("shares the pace with the others of its login", async () => {
    const { gateway, pacer, clock } = stage();
    const options = { ...MINUTES, reconnectWithinMs: 86_400_000, duration: "50 D" };
    const loads = ["A", "B", "C"].map(
      (symbol) => new HistoryDownload(gateway, pacer, { ...AAPL, symbol } as Contract, options),
    );
    const counts = (await Promise.all(loads)).map((bars) => bars.length);
    expect(new Set(counts).size).toBe(1);
    expect(gateway.violations).toEqual([]);
    expect(clock.now() - NOW).toBeGreaterThan((gateway.requests.length / 60 - 1) * 600_000);
  });

  test.each([
    [{ barSize: "7 mins" }, "ERR_IBKR_ARGUMENT", 'barSize is "7 mins"'],
    [{ duration: "1m" }, "ERR_IBKR_OPTION", 'duration is "1m"'],
    [{ startMs: 1 }, "ERR_IBKR_ARGUMENT", "startMs is 1"],
    [{ duration: undefined }, "ERR_IBKR_ARGUMENT", "startMs is undefined"],
    [
      { duration: undefined, startMs: 2, endMs: 1 },
      "ERR_IBKR_ARGUMENT",
      "endMs is 1 (allowed: later than startMs, 2)",
    ],
    [{ timeZone: "Mars" }, "ERR_IBKR_OPTION", 'timeZone is "Mars"'],
    [{ perRequest: "90000 S" }, "ERR_IBKR_OPTION", 'perRequest is "90000 S"'],
    [{ perRequest: "30 S" }, "ERR_IBKR_OPTION", 'perRequest is "30 S" (allowed: 60 S or longer)'],
    [{ barSize: "1d", perRequest: "400 D" }, "ERR_IBKR_OPTION", 'perRequest is "400 D"'],
    [{ requestTimeoutMs: 0 }, "ERR_IBKR_OPTION", "requestTimeoutMs is 0"],
    [{ colour: "red" }, "ERR_IBKR_OPTION", "colour is not known"],
  ])("refuses %o where it is made", (options, code, message) => {
    const { load } = stage();
    expect(() => load({ ...MINUTES, ...options } as HistoryOptions)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test("refuses what is no contract", () => {
    const { gateway, pacer } = stage();
    expect(() => new HistoryDownload(gateway, pacer, {} as Contract, MINUTES)).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_ARGUMENT" }),
    );
  });
});
