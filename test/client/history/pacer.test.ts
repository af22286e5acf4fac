import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HistoryPacer, pacedRequest } from "../../../src/client/history/index.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { holdsAsync } from "../../support/property.js";

const START = Date.UTC(2026, 0, 5);

function requestOf(symbol: string, endDateTime: string, whatToShow = "TRADES", barSize = "1 min") {
  const contract = { symbol, secType: "STK", exchange: "SMART" } as Contract;
  return pacedRequest({ contract, endDateTime, duration: "1 D", barSize, whatToShow });
}

function stage(options = {}) {
  const clock = new VirtualClock({ start: START });
  const pacer = new HistoryPacer({ clock, ...options });
  const went: { atMs: number; what: string }[] = [];
  const ask = (request: ReturnType<typeof requestOf>, signal?: AbortSignal) =>
    pacer.turn(request, signal).then((takeBack) => {
      went.push({ atMs: clock.now() - START, what: request.whole });
      return takeBack;
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  /** Time passes, and who may go has gone at its time. */
  const pass = async (ms: number) => {
    await settle();
    for (const end = clock.now() + ms; clock.now() < end; ) {
      clock.advance(Math.min(500, end - clock.now()));
      await settle();
    }
  };
  return { clock, pacer, ask, went, pass, settle, times: () => went.map(({ atMs }) => atMs) };
}

describe("a pacer", () => {
  test("lets identical requests go no sooner than 15 seconds apart, and others meanwhile", async () => {
    const { ask, pass, went } = stage();
    for (const request of [requestOf("ONE", "1"), requestOf("ONE", "1"), requestOf("B", "1")])
      void ask(request);
    await pass(20_000);
    expect(went.map(({ what }) => what.includes("ONE"))).toEqual([true, false, true]);
    expect(went[2].atMs).toBeGreaterThanOrEqual(15_000);
    expect(went[2].atMs).toBeLessThanOrEqual(16_500);
  });

  test("lets five of one contract, exchange and kind go within two seconds, those of another meanwhile", async () => {
    const { ask, pass, times } = stage();
    for (let i = 0; i < 7; i++) void ask(requestOf("A", String(i)));
    for (let i = 0; i < 5; i++) void ask(requestOf("B", String(i)));
    await pass(1_000);
    expect(times()).toEqual(Array(10).fill(0));
    await pass(3_000);
    expect(
      times()
        .slice(10)
        .every((atMs) => atMs >= 2_000),
    ).toBe(true);
    expect(times()).toHaveLength(12);
  });

  test("lets 60 go within ten minutes; BID_ASK counts twice", async () => {
    const { ask, pass, times } = stage();
    for (let i = 0; i < 31; i++) void ask(requestOf(`S${i}`, "", "BID_ASK"));
    void ask(requestOf("A", "1"));
    await pass(599_000);
    expect(times()).toHaveLength(30);
    await pass(5_000);
    expect(times()).toHaveLength(32);
    expect(
      times()
        .slice(30)
        .every((atMs) => atMs >= 600_000),
    ).toBe(true);
  });

  test("does not let smaller requests pass one for which there is no room", async () => {
    const { ask, pass, went, clock, pacer } = stage();
    for (let i = 0; i < 59; i++) pacer.count(requestOf(`S${i}`, ""), clock.now());
    void ask(requestOf("BIG", "", "BID_ASK"));
    void ask(requestOf("SMALL", ""));
    await pass(602_000);
    expect(went.map(({ what }) => what.includes("BIG"))).toEqual([true, false]);
  });

  test("counts requests of others, and those of earlier processes at their time, once", async () => {
    const { ask, pass, times, clock, pacer } = stage();
    for (let i = 0; i < 60; i++) {
      pacer.count(requestOf(`S${i}`, ""), clock.now() - 300_000);
      pacer.count(requestOf(`S${i}`, ""), clock.now() - 300_000);
    }
    void ask(requestOf("A", "1"));
    await pass(299_000);
    expect(times()).toEqual([]);
    await pass(5_000);
    expect(times()).toHaveLength(1);
  });

  test("takes back the count of a request that was not sent", async () => {
    const { ask, settle, times } = stage();
    const takeBack = await ask(requestOf("A", "1"));
    takeBack();
    void ask(requestOf("A", "1"));
    await settle();
    expect(times()).toEqual([0, 0]);
  });

  test("holds everything back behind a violation, longer with each in a row", async () => {
    const { ask, pass, times, pacer } = stage();
    pacer.violated();
    void ask(requestOf("A", "1"));
    await pass(15_000);
    expect(times()).toEqual([]);
    await pass(2_000);
    expect(times()).toHaveLength(1);
    pacer.violated();
    void ask(requestOf("A", "2"));
    await pass(59_000);
    expect(times()).toHaveLength(1);
    await pass(2_000);
    pacer.violated();
    void ask(requestOf("A", "3"));
    await pass(599_000);
    expect(times()).toHaveLength(2);
    await pass(3_000);
    pacer.answered();
    pacer.violated();
    void ask(requestOf("A", "4"));
    await pass(17_000);
    expect(times()).toHaveLength(4);
  });

  test("leaves bars of a minute and longer to the gateway where it is told to", async () => {
    const { ask, settle, times } = stage({ longBars: "free" });
    for (let i = 0; i < 100; i++) void ask(requestOf("A", "1"));
    for (let i = 0; i < 100; i++) void ask(requestOf("A", String(i), "TRADES", "30 secs"));
    await settle();
    expect(times()).toHaveLength(105);
  });

  test("rejects who gives up with the signal's reason, and lets the next one go", async () => {
    const { ask, pass, times, clock, pacer } = stage();
    for (let i = 0; i < 59; i++) pacer.count(requestOf(`S${i}`, ""));
    const controller = new AbortController();
    const big = ask(requestOf("BIG", "", "BID_ASK"), controller.signal);
    void ask(requestOf("SMALL", ""));
    controller.abort(new Error("enough"));
    await expect(big).rejects.toThrow("enough");
    await pass(1);
    expect(times()).toEqual([0]);
    await expect(ask(requestOf("B", ""), controller.signal)).rejects.toThrow("enough");
    expect([pacer.queued, clock.pending]).toEqual([0, 0]);
  });

  test("forecasts when the last of so many will have gone", async () => {
    const { ask, pass, times, pacer } = stage();
    const forecast = pacer.forecastMs(150, requestOf("A", ""));
    for (let i = 0; i < 150; i++) void ask(requestOf("A", String(i)));
    await pass(1_300_000);
    expect(times()).toHaveLength(150);
    expect(Math.abs((times().at(-1) as number) - forecast)).toBeLessThanOrEqual(500);
  });

  test("refuses options that are none", () => {
    expect(() => new HistoryPacer({ longBars: "some" as "free" })).toThrow(
      'longBars is "some" (allowed: paced, free)',
    );
  });

  test("breaks none of the rules, whatever is asked for when", async () => {
    const asked = fc.record({
      afterMs: fc.integer({ min: 0, max: 20_000 }),
      symbol: fc.constantFrom("A", "B"),
      end: fc.constantFrom("1", "2", "3", "4", "5", "6"),
      whatToShow: fc.constantFrom("TRADES", "BID_ASK"),
    });
    const property = fc.asyncProperty(fc.array(asked, { maxLength: 150 }), async (all) => {
      const sent: { atMs: number; request: ReturnType<typeof requestOf> }[] = [];
      const { clock, pacer, pass } = stage();
      for (const { afterMs, symbol, end, whatToShow } of all) {
        await pass(afterMs);
        const request = requestOf(symbol, end, whatToShow);
        void pacer.turn(request).then(() => sent.push({ atMs: clock.now(), request }));
      }
      await pass(4_000_000);
      expect(sent).toHaveLength(all.length);
      for (const [i, { atMs, request }] of sent.entries()) {
        const before = sent.slice(0, i + 1);
        const weigh = (made: typeof sent) => made.reduce((sum, one) => sum + one.request.weight, 0);
        const since = (ms: number) => before.filter((one) => atMs - one.atMs < ms);
        expect(since(15_000).filter((one) => one.request.whole === request.whole)).toHaveLength(1);
        expect(weigh(since(2_000).filter((one) => one.request.subject === request.subject))).toBeLessThan(6);
        expect(weigh(since(600_000))).toBeLessThanOrEqual(60);
      }
    });
    await holdsAsync("pacing", property, { numRuns: 10 });
  });
});
