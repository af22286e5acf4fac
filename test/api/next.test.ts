import { IBApi as StockIBApi, IBApiNext as StockIBApiNext } from "@stoqey/ib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ConnectionState, EventName, IBApiNext, SecType } from "../../src/index.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

const AAPL = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };
const FIRST_REQUEST = 0x40000000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

/** Both clocks of the process, which go `ms` milliseconds ahead until the test ends. */
function clocksAhead(): { ms: number } {
  const ahead = { ms: 0 };
  const [date, monotonic] = [Date.now, process.hrtime.bigint];
  Date.now = () => date() + ahead.ms;
  process.hrtime.bigint = () => monotonic() + BigInt(ahead.ms) * 1_000_000n;
  cleanup.push(() => {
    Date.now = date;
    process.hrtime.bigint = monotonic;
  });
  return ahead;
}

async function connected(options: Partial<ConstructorParameters<typeof IBApiNext>[0]> = {}, script = {}) {
  const gateway = await ScriptedGateway.start(script);
  const next = new IBApiNext({ port: gateway.port, logger: silent, ...options });
  cleanup.push(
    () => gateway.stop(),
    () => {
      next.disconnect();
    },
  );
  next.connect(1);
  await gateway.until(() => gateway.peers.length > 0 && gateway.peer.received.length > 0);
  return { gateway, next };
}

describe("IBApiNext on the engine", () => {
  test("is stock's class, on an api that is stock's class", async () => {
    const { next } = await connected();
    expect(next).toBeInstanceOf(StockIBApiNext);
    expect((next as unknown as { api: unknown }).api).toBeInstanceOf(StockIBApi);
  });

  test("an observable of market data gets the engine's ticks", async () => {
    const { gateway, next } = await connected();
    const first = new Promise<number>((resolve) => {
      const subscription = next.getMarketData(AAPL, "", false, false).subscribe((update) => {
        const last = update.all.get(4)?.value;
        if (last !== undefined) {
          resolve(last);
          subscription.unsubscribe();
        }
      });
    });
    await gateway.until(() => gateway.peer.texts.some(([id]) => id === "1"));
    gateway.peer.send(text(1, 6, FIRST_REQUEST, 4, 187.25, 100, 1));
    expect(await first).toBe(187.25);
    await gateway.until(() => gateway.peer.texts.some(([id]) => id === "2"));
  });

  test("does not build received events for its own watchdog, and still knows when data arrived", async () => {
    const { next } = await connected();
    const api = (next as unknown as { api: StockIBApi & { lastDataIngressTm: number } }).api;
    expect(api.listenerCount(EventName.received)).toBe(0);
    await vi.waitFor(() => expect(Math.abs(Date.now() - api.lastDataIngressTm)).toBeLessThan(60_000));
  });

  test("the watchdog drops a half-open connection and connects anew", async () => {
    // The gateway goes silent after the start.
    const ahead = clocksAhead();
    const { gateway, next } = await connected({ connectionWatchdogInterval: 0.04, reconnectInterval: 20 });
    const states: ConnectionState[] = [];
    next.connectionState.subscribe((state) => states.push(state));
    await gateway.until(() => gateway.peer.texts.some(([id]) => id === "49"));
    ahead.ms = 4_000;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(gateway.peers.length).toBe(1);
    ahead.ms = 10_000;
    await gateway.until(() => gateway.peers.length === 2);
    expect(states).toContain(ConnectionState.Disconnected);
  });

  test("subscriptions whose requests wait their turn outlive the connection: all are made on the next one", async () => {
    // Ten a second: most are in the queue when the gateway goes away.
    const { gateway, next } = await connected({ reconnectInterval: 10, maxReqPerSec: 10 });
    const ended: unknown[] = [];
    const told: unknown[] = [];
    next.errorSubject.subscribe((error) => told.push(error.code));
    const many = 30;
    for (let i = 0; i < many; i++)
      next.getMarketData({ ...AAPL, symbol: `S${i}` }, "", false, false).subscribe({
        error: (error) => ended.push(error),
      });
    await gateway.until(() => gateway.peer.texts.filter(([id]) => id === "1").length > 0);
    gateway.peer.socket.destroy();
    await gateway.until(() => gateway.peers.length === 2);
    const asked = () => new Set(gateway.peer.texts.filter(([id]) => id === "1").map((fields) => fields[4]));
    await gateway.until(() => asked().size === many);
    expect(ended).toEqual([]);
    expect(told).not.toContain(504);
  });

  test("the watchdog leaves a connection alone that answers", async () => {
    const { gateway, next } = await connected(
      { connectionWatchdogInterval: 0.1, reconnectInterval: 10 },
      {
        onFrame: (peer: ScriptedGateway["peer"], payload: Buffer) =>
          payload.toString().startsWith("49\0") && peer.send(text(49, 1, 1)),
      },
    );
    await gateway.until(() => gateway.peer.texts.filter(([id]) => id === "49").length >= 5);
    expect(gateway.peers.length).toBe(1);
    expect(next.isConnected).toBe(true);
  });
});
