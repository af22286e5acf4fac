import { setImmediate as soon } from "node:timers/promises";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as contracts from "../../src/domain/contracts.js";
import type { HistoricalBar } from "../../src/domain/historical-bar.js";
import type { HistoryBar, HistoryChunk, HistoryDownload, HistoryProgress } from "../../src/index.js";
import type { SimulatedGatewayOptions } from "../../src/sim/index.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { cleansUp, clientAt, refusalOf, simulated } from "./client-stage.js";

cleansUp();

const AAPL = contracts.stock("AAPL");
/** Eleven o'clock in New York on a Monday; and the Sunday before. */
const MONDAY = Date.UTC(2026, 2, 16, 15);
const SUNDAY = Date.UTC(2026, 2, 15, 15);
const MINUTES = { barSize: "1 min", regularHoursOnly: true };
/** New York's openings of the days before. */
const OPENINGS = [12, 13, 16].map((day) => Date.UTC(2026, 2, day, 13, 30));

/** A market at a moment that stands still, a client in it, and what it asked for. */
async function stage(start: number, options: SimulatedGatewayOptions = {}) {
  const clock = new VirtualClock({ start });
  const asked: string[] = [];
  const sim = await simulated({
    ...{ clock, tickIntervalMs: 1e12 },
    log: { keep: 0, onEntry: ({ kind, name }) => kind === "request" && asked.push(name) },
    ...options,
  });
  const client = await clientAt(sim, { clock });
  const histories = () => asked.filter((name) => name === "reqHistoricalData").length;
  return { clock, sim, client, asked, histories };
}

const days = (bars: readonly HistoricalBar[]) => [
  ...new Set(bars.map(({ timeMs = 0 }) => new Date(timeMs).getUTCDate())),
];

describe("what one request is enough for", () => {
  test("is one request, whose days the gateway counts: on a Sunday the last is Friday", async () => {
    const { client, asked } = await stage(SUNDAY);
    await client.serverTimeMs();
    asked.length = 0;
    const bars = await client.history(AAPL, { ...MINUTES, duration: "1 D", whatToShow: "TRADES" });
    expect([bars.length, bars[0]?.timeMs, days(bars)]).toEqual([390, OPENINGS[1], [13]]);
    expect(asked).toEqual(["reqHistoricalData"]);
  });

  test("ends with the newest bar that is over", async () => {
    const { client, clock } = await stage(MONDAY);
    clock.advance(30_000);
    const bars = await client.history(AAPL, { ...MINUTES, duration: "1 D" });
    expect(bars.at(-1)?.timeMs).toBe(MONDAY - 60_000);
    const hours = await client.history(AAPL, { duration: "2 D", barSize: "1 hour" });
    expect(hours.at(-1)?.timeMs).toBe(MONDAY - 3_600_000);
    const dates = await client.history(AAPL, { duration: "1 M", barSize: "1 day" });
    expect(dates.at(-1)).toMatchObject({ date: "20260313", timeZone: "US/Eastern" });
  });

  test("ends when it is told to, in ms or as gateways take it", async () => {
    const { client } = await stage(MONDAY);
    const endMs = Date.UTC(2026, 2, 13, 15);
    const asked = { ...MINUTES, duration: "1 D" };
    const bars = await client.history(AAPL, { ...asked, endMs });
    expect([bars.at(-1)?.timeMs, bars.length]).toEqual([endMs - 60_000, 90]);
    for (const endDateTime of ["20260313-15:00:00", "20260313 11:00:00 US/Eastern"])
      expect(await client.history(AAPL, { ...asked, endDateTime })).toEqual(bars);
    const refusal = await refusalOf(() =>
      client.history(AAPL, { ...asked, endDateTime: "20260313 11:00:00" }),
    );
    expect(refusal.message).toMatch(/^endDateTime is "20260313 11:00:00" \(allowed: a moment such as/);
    const both = await refusalOf(() =>
      client.history(AAPL, { ...asked, endMs, endDateTime: "20260313-15:00:00" }),
    );
    expect(both.message).toMatch(/^endDateTime is .* \(allowed: nothing, as endMs is given\)$/);
  });

  test("waits for no turn, but counts; bars of seconds take turns", async () => {
    const { client, clock, histories } = await stage(MONDAY);
    const asked = { ...MINUTES, duration: "1 D" };
    const [one, other] = await Promise.all([client.history(AAPL, asked), client.history(AAPL, asked)]);
    expect(one).toEqual(other);
    const small = { barSize: "5 secs", duration: "60 S" };
    const first = await client.history(AAPL, small);
    const second = client.history(AAPL, small).then((bars) => bars);
    await soon();
    expect([client.historyPacer.queued, histories()]).toEqual([1, 3]);
    clock.advance(16_000);
    expect([first.length > 0, (await second).length > 0, histories()]).toEqual([true, true, 4]);
  });

  test("is refused with what the gateway says, at once: also where it came too fast", async () => {
    const { client } = await stage(MONDAY);
    expect(
      await refusalOf(() => client.history(contracts.stock("NOSUCH"), { ...MINUTES, duration: "1 D" })),
    ).toMatchObject({ code: "ERR_IBKR_NO_SECURITY_DEFINITION", gatewayCode: 200 });
    const strict = (await stage(MONDAY, { historyPacing: "all" })).client;
    const asked = { ...MINUTES, duration: "1 D" };
    await strict.history(AAPL, asked);
    expect(await refusalOf(() => strict.history(AAPL, asked))).toMatchObject({ code: "ERR_IBKR_PACING" });
  });
});

describe("a longer one", () => {
  test("comes in parts, its days being those on which it trades, with progress", async () => {
    const { client, asked } = await stage(MONDAY);
    await client.serverTimeMs();
    asked.length = 0;
    const download = client.history(AAPL, { ...MINUTES, duration: "3 D" });
    const told: HistoryProgress[] = [];
    download.on("progress", (progress) => told.push(progress));
    const chunks: HistoryChunk[] = [];
    for await (const chunk of download) chunks.push(chunk);
    expect(chunks.map(({ fromMs, bars }) => [fromMs, bars.length])).toEqual([
      [OPENINGS[0], 390],
      [OPENINGS[1], 390],
      [OPENINGS[2], 90],
    ]);
    expect(told.map(({ windows, totalWindows }) => [windows, totalWindows])).toEqual(
      [0, 1, 2, 3].map((windows) => [windows, 3]),
    );
    // The schedule is a history request, too.
    expect(asked).toEqual(["reqContractData", ...Array(4).fill("reqHistoricalData")]);
  });

  test("shares its pace with the others of the client, and goes by its clock", async () => {
    const { client, clock, histories } = await stage(MONDAY, { historyPacing: "all" });
    const both = Promise.all(
      ["AAPL", "MSFT"].map((symbol) =>
        client.history(contracts.stock(symbol), { ...MINUTES, duration: "40 D" }).then((bars) => bars.length),
      ),
    );
    let isOver = false;
    both.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await soon();
      if (client.historyPacer.queued > 0) clock.advance(1_000);
    }
    expect(await both).toEqual([39 * 390 + 90, 39 * 390 + 90]);
    expect(histories()).toBe(82);
    expect(clock.now() - MONDAY).toBeGreaterThanOrEqual(600_000);
  });
});

describe("whoever closes the client", () => {
  test("ends what is under way, and what has not begun", async () => {
    const { client, sim } = await stage(MONDAY);
    const unread = client.history(AAPL, { ...MINUTES, duration: "1 D" });
    sim.fault({ kind: "half-open" });
    const waiting = ["1 D", "2 Y"].map((duration) =>
      refusalOf(() => client.history(AAPL, { ...MINUTES, duration })),
    );
    await soon();
    await client.close();
    const closed = { code: "ERR_IBKR_NOT_SENT", message: "the client is closed" };
    for (const refusal of [...(await Promise.all(waiting)), await refusalOf(() => unread)])
      expect(refusal).toMatchObject(closed);
    expect(await refusalOf(() => client.history(AAPL, { ...MINUTES, duration: "1 D" }))).toMatchObject(
      closed,
    );
  });
});

test("what is wrong with its options is a rejection, as with every call", async () => {
  const { client } = await stage(MONDAY);
  const rejected = client.history(AAPL, { duration: "1 D" } as never);
  expect(await rejected.catch((error: unknown) => (error as Error).message)).toMatch(/^barSize is undefined/);
  const [settled] = await Promise.allSettled([
    client.history(null as never, { ...MINUTES, duration: "1 D" }),
  ]);
  expect(settled).toMatchObject({ status: "rejected", reason: { code: "ERR_IBKR_ARGUMENT" } });
});

test("it is a promise of bars by its type, too", async () => {
  expectTypeOf<HistoryDownload>().toExtend<Promise<HistoricalBar[]>>();
  expectTypeOf<HistoryDownload>().resolves.toEqualTypeOf<HistoryBar[]>();
  const { client } = await stage(MONDAY);
  expect(`${client.history(AAPL, { ...MINUTES, duration: "1 D" })}`).toBe("[object HistoryDownload]");
});
