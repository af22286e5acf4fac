import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import {
  type HistoryBar,
  HistoryDownload,
  HistoryPacer,
  type HistoryProgress,
} from "../../../src/client/history/index.js";
import { IBKRClient } from "../../../src/connect/client.js";
import { IBKRGateway } from "../../../src/gateway/ibkr-gateway.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { JumpingClock } from "../../support/history/jumping-clock.js";
import {
  AAPL,
  NOW,
  startGateway,
  TWO_YEARS,
  wholeHistory,
  withSchedule,
} from "../../support/history/two-years.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";

/** Sixty requests in ten minutes. */
const WINDOW_MS = 600_000;
const KILLS = 5;
const START = Date.UTC(2024, 2, 20, 4);

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function stage(serverVersion: number) {
  const started = await startGateway(serverVersion);
  ends.push(() => started.gateway.stop());
  const options = resolveOptions({ port: started.gateway.port, clientId: 1, maxReqPerSec: 1e9 });
  const broker = new IBKRGateway(new SessionBroker(new Session(options)), {
    ...{ reconnectFirstMs: 1, reconnectMostMs: 5, clientIdWaitMs: 5 },
  });
  ends.push(() => broker.close());
  await broker.connect();
  const pacer = new HistoryPacer({ clock: new JumpingClock(started.clock) });
  return { ...started, source: withSchedule(broker), pacer };
}

const FIELDS = ["timeMs", "open", "high", "low", "close", "volume", "wap", "count"] as const;

/** 200,000 bars: compared by hand, and shown where they begin to differ. */
function expectSame(bars: readonly HistoryBar[], expected: readonly HistoryBar[]): void {
  const differs = expected.findIndex((bar, i) => FIELDS.some((field) => bar[field] !== bars[i]?.[field]));
  expect({ differs, bar: bars[differs] }).toEqual({ differs: -1, bar: undefined });
  expect(bars.length).toBe(expected.length);
}

describe("two years of one-minute bars", () => {
  test.each([193, 226])(
    "come inside the pacing rules, in order, without a gap or a double, at server version %d",
    async (serverVersion) => {
      const { gateway, clock, seen, source, pacer } = await stage(serverVersion);
      const download = new HistoryDownload(source, pacer, AAPL, TWO_YEARS);
      const told: HistoryProgress[] = [];
      download.on("progress", (progress) => told.push(progress));
      const bars = await download;
      expectSame(bars, wholeHistory(gateway.exchange, START));
      expect(bars.length).toBeGreaterThan(190_000);
      expect(seen.violations).toBe(0);
      // One a session.
      expect(told[0]).toMatchObject({ windows: 0, bars: 0, untilMs: START, totalWindows: seen.requests });
      expect(told.at(-1)).toMatchObject({ windows: seen.requests, bars: bars.length, etaMs: 0 });
      const spentMs = clock.now() - NOW;
      expect(Math.abs(spentMs - told[0].etaMs)).toBeLessThan(30_000);
      expect(spentMs).toBeGreaterThan((seen.requests / 60 - 1) * WINDOW_MS);
    },
    60_000,
  );

  test("come to a client, by the schedule of its gateway", async () => {
    const { gateway, clock, seen } = await startGateway(226);
    ends.push(() => gateway.stop());
    const client = await IBKRClient.connect({
      ...{ host: "127.0.0.1", port: gateway.port, clientId: 1, maxReqPerSec: 1e9, clock },
    });
    ends.push(() => client.close());
    const download = client.history(AAPL, TWO_YEARS);
    let isOver = false;
    const whole = download.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (client.historyPacer.queued > 0) clock.advance(1_000);
    }
    expectSame(await whole, wholeHistory(gateway.exchange, START));
    expect(seen.violations).toBe(0);
  }, 60_000);

  test("come all the same where the gateway drops again and again, and no request is repeated too soon", async () => {
    const random = new SeededRandom(testSeed("drops", 1));
    const { gateway, seen, source, pacer, onRequest } = await stage(226);
    let drops = 0;
    onRequest(() => {
      if (random.next() > 0.04) return;
      drops += 1;
      gateway.fault({ kind: random.next() < 0.5 ? "reset" : "cut" } as never);
    });
    const bars = await new HistoryDownload(source, pacer, AAPL, TWO_YEARS);
    expectSame(bars, wholeHistory(gateway.exchange, START));
    expect(drops).toBeGreaterThan(10);
    expect(seen.violations).toBe(0);
  }, 60_000);

  test("come all the same where the process is killed again and again: none asks for what another has", async () => {
    const random = new SeededRandom(testSeed("kills", 1));
    const folder = mkdtempSync(join(tmpdir(), "two-years-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    const resume = join(folder, "aapl.jsonl");
    const { gateway, clock, seen, source, pacer, onRequest } = await stage(226);
    let child: ChildProcess | undefined;
    let kills = 0;
    let nextKill = 20;
    onRequest((nth) => {
      if (nth < nextKill || kills === KILLS) return;
      kills += 1;
      nextKill = nth + 20 + Math.floor(random.next() * 160);
      const kill = () => child?.kill("SIGKILL");
      // Before its answer, while that is written, or behind it.
      if (random.next() < 0.5) kill();
      else setTimeout(kill, random.next() * 10);
    });
    for (let clientId = 11; ; clientId++) {
      const script = join(__dirname, "history-child.cjs");
      const given = { port: gateway.port, clientId, resume, options: TWO_YEARS, nowMs: clock.now() };
      const started = fork(script, [JSON.stringify(given)], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
      child = started;
      ends.push(() => started.kill("SIGKILL"));
      started.on("message", (ms: number) => {
        clock.advance(ms);
        if (started.connected) started.send(clock.now(), () => undefined);
      });
      const [code, signal] = await once(started, "exit");
      if (signal === "SIGKILL") continue;
      expect(code).toBe(0);
      break;
    }
    expect(kills).toBe(KILLS);
    expect(seen.violations).toBe(0);
    const asked = seen.requests;
    // Each window once, and of each kill at most the one that was under way.
    const download = new HistoryDownload(source, pacer, AAPL, { ...TWO_YEARS, resume });
    expectSame(await download, wholeHistory(gateway.exchange, START));
    const windows = download.progress?.totalWindows as number;
    expect(asked).toBeLessThanOrEqual(windows + kills);
    expect(seen.requests).toBe(asked);
  }, 60_000);
});

test("a time of which a gateway has nothing is empty", async () => {
  const { source, pacer, seen } = await stage(226);
  const range = { startMs: Date.UTC(1970, 5, 1), endMs: Date.UTC(1970, 7, 1) };
  expect(await new HistoryDownload(source, pacer, AAPL, { barSize: "30m", ...range })).toEqual([]);
  expect([seen.noData, seen.requests > 0]).toEqual([seen.requests, true]);
});
