import { afterEach, describe, expect, test, vi } from "vitest";
import {
  BarSizeSetting,
  ConnectionState,
  EventName,
  type IBApi,
  IBApiNext,
  type IBApiNextCreationOptions,
  SecType,
  WhatToShow,
} from "../../src/index.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

/** 1101: the link of TWS to Interactive Brokers is back, subscriptions are lost. */

const AAPL = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };
const MSFT = { ...AAPL, symbol: "MSFT" };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

async function connected(options: Partial<IBApiNextCreationOptions> = {}) {
  const gateway = await ScriptedGateway.start();
  const next = new IBApiNext({ port: gateway.port, logger: silent, maxReqPerSec: 1e9, ...options });
  cleanup.push(
    () => gateway.stop(),
    () => void next.disconnect(),
  );
  next.connect(1);
  await gateway.until(() => gateway.peers.length > 0 && gateway.peer.received.length > 0);
  const isTime = ([id]: string[]) => id === "49";
  /** An answer from the gateway: what it sent before has been read. */
  const turnaround = async () => {
    const before = gateway.peer.texts.filter(isTime).length;
    const time = next.getCurrentTime();
    await gateway.until(() => gateway.peer.texts.filter(isTime).length > before);
    gateway.peer.send(text(49, 1, 1));
    await time;
  };
  /** The message ids of the requests since the last call. */
  const requests = async (): Promise<string[]> => {
    await turnaround(); // what was sent to the client has been read, and what it sent then
    await turnaround(); // has arrived
    const { texts } = gateway.peer;
    gateway.peer.received.length = 0;
    return texts.filter((fields) => !isTime(fields) && fields[0] !== "71").map(([id]) => id);
  };
  await requests();
  return { gateway, next, requests };
}

const told = (code: number) => text(4, 2, -1, code, "Connectivity has been restored", "");

type Make = (next: IBApiNext) => { subscribe(observer: object): { unsubscribe(): void } };

interface Stream {
  readonly make: Make;
  readonly request: string;
  /** Its first data; a stream of market data that had some is gone, and not cancelled. */
  readonly data?: (id: string) => Buffer;
  readonly cancel?: string;
}

const STREAMS: Record<string, Stream> = {
  "market data": {
    make: (next) => next.getMarketData(AAPL, "", false, false),
    request: "1",
    data: (id) => text(1, 6, id, 4, 5.5, 1, 1),
  },
  "market data that had no answer": {
    make: (next) => next.getMarketData(AAPL, "", false, false),
    request: "1",
    cancel: "2",
  },
  depth: {
    make: (next) => next.getMarketDepth(AAPL, 5, false),
    request: "10",
    data: (id) => text(12, 1, id, 0, 0, 1, 5.5, 100),
  },
  "real-time bars": {
    make: (next) => next.getRealTimeBars(AAPL),
    request: "50",
    data: (id) => text(50, 3, id, 1788000000, 1, 1, 1, 1, 1, 1, 1),
  },
  "tick by tick": {
    make: (next) => next.getTickByTickAllLastDataUpdates(AAPL),
    request: "97",
    data: (id) => text(99, id, 1, 1788000000, 5.5, 100, 0, "ARCA", ""),
  },
  "bars kept up to date": {
    make: (next) => next.getHistoricalDataUpdates(AAPL, BarSizeSetting.MINUTES_ONE, WhatToShow.TRADES, 1),
    request: "20",
    data: (id) => text(90, id, 1, "20260828", 1, 1, 1, 1, 1, 1),
  },
  "account summary": {
    make: (next) => next.getAccountSummary("All", "NetLiquidation"),
    request: "62",
    cancel: "63",
  },
  "account updates": { make: (next) => next.getAccountUpdates("DU1"), request: "6", cancel: "6" },
  positions: { make: (next) => next.getPositions(), request: "61", cancel: "64" },
  "profit and loss": { make: (next) => next.getPnL("DU1"), request: "92", cancel: "93" },
  "profit and loss of a position": {
    make: (next) => next.getPnLSingle("DU1", "", 265598),
    request: "94",
    cancel: "95",
  },
  "a scanner": {
    make: (next) => next.getMarketScanner({ instrument: "STK", locationCode: "STK.US" } as never),
    request: "22",
    cancel: "23",
  },
};

describe("after 1101", () => {
  test.each(Object.entries(STREAMS))("%s: asked for again, once", async (_name, stream) => {
    const { make, request, data, cancel } = stream;
    const { gateway, next, requests } = await connected();
    const errors: unknown[] = [];
    next.error.subscribe((error) => errors.push(error));
    const seen: unknown[] = [];
    const first = make(next).subscribe({
      next: (update: unknown) => seen.push(update),
      error: (error: unknown) => errors.push(error),
    });
    if (data !== undefined) {
      await gateway.until(() => gateway.peer.texts.some(([id]) => id === request));
      const fields = gateway.peer.texts.find(([id]) => id === request) as string[];
      gateway.peer.send(data(fields.find((field) => Number(field) >= 0x40000000) as string));
      await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0));
    }
    expect(await requests()).toEqual([request]);
    gateway.peer.send(told(1101));
    expect(await requests()).toEqual(cancel === undefined ? [request] : [cancel, request]);
    gateway.peer.send(told(1102));
    expect(await requests()).toEqual([]);
    first.unsubscribe();
    expect((await requests()).length).toBe(1);
    gateway.peer.send(told(1101));
    expect(await requests()).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("two observers of one request: asked for again once", async () => {
    const { gateway, next, requests } = await connected();
    for (let i = 0; i < 2; i++) next.getPnL("DU1").subscribe();
    expect(await requests()).toEqual(["92"]);
    gateway.peer.send(told(1101));
    expect(await requests()).toEqual(["93", "92"]);
  });

  test("questions that wait for an answer are not asked again, nor what has ended", async () => {
    const { gateway, next, requests } = await connected();
    next.getContractDetails(AAPL).catch(() => {});
    next.getMarketData(MSFT, "", false, false).subscribe({ error: () => {} });
    const isMarketData = ([id]: string[]) => id === "1";
    await gateway.until(() => gateway.peer.texts.some(isMarketData));
    const number = gateway.peer.texts.find(isMarketData)?.[2];
    gateway.peer.send(text(4, 2, number as string, 200, "No security definition", ""));
    await requests();
    gateway.peer.send(told(1101));
    expect(await requests()).toEqual([]);
  });

  test("each in its old order, with its data under the new number, from the beginning", async () => {
    const { gateway, next, requests } = await connected();
    const seen: unknown[] = [];
    for (const contract of [AAPL, MSFT]) {
      next
        .getMarketData(contract, "", false, false)
        .subscribe((update) => seen.push([contract.symbol, update.all.get(4)?.value, update.all.size]));
    }
    await requests();
    gateway.peer.send(told(1101));
    await gateway.until(() => gateway.peer.texts.filter(([id]) => id === "1").length === 2);
    const [aapl, msft] = gateway.peer.texts.filter(([id]) => id === "1");
    expect([aapl[4], msft[4]]).toEqual(["AAPL", "MSFT"]);
    gateway.peer.send(text(46, 6, aapl[2], 45, "1788000000"), text(46, 6, msft[2], 45, "1788000000"));
    gateway.peer.send(text(1, 6, msft[2], 4, 7.5, 0, 1));
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(["MSFT", 7.5, 3]));
  });

  test("a request that has not been sent yet is sent once", async () => {
    const { gateway, next } = await connected({ maxReqPerSec: 30 });
    const all = 36;
    for (let i = 0; i < all; i++) next.getMarketData({ ...AAPL, conId: i + 1 }, "", false, false).subscribe();
    gateway.peer.send(told(1101));
    const asked = () => gateway.peer.texts.filter(([id]) => id === "1").map((fields) => Number(fields[3]));
    await gateway.until(() => asked().filter((conId) => conId === 1).length === 2);
    await new Promise((resolve) => setTimeout(resolve, 2_100)); // room for 60 more
    expect(new Set(asked()).size).toBe(all);
    expect(asked().filter((conId) => conId === all)).toEqual([all]);
  });
});

test.each([193, 226])(
  "prices go on after an outage that took the subscriptions, at version %i",
  async (serverVersion) => {
    const gateway = await SimulatedGateway.start({ port: 0, seed: 1, tickIntervalMs: 10, serverVersion });
    const next = new IBApiNext({ port: gateway.port, logger: silent, reconnectInterval: 20 });
    cleanup.push(
      () => gateway.stop(),
      () => void next.disconnect(),
    );
    let updates = 0;
    next.getMarketData(AAPL, "", false, false).subscribe({ next: () => updates++ });
    const states: ConnectionState[] = [];
    next.connectionState.subscribe((state) => states.push(state));
    next.connect(1);
    await vi.waitFor(() => expect(updates).toBeGreaterThan(0));
    const outage = gateway.fault({ kind: "upstream-lost", dataLost: true });
    await vi.waitFor(() =>
      expect(states.slice(-3)).toEqual(
        ["Disconnected", "Connecting", "Connected"].map((s) => ConnectionState[s as "Connected"]),
      ),
    );
    await next.getManagedAccounts();
    outage.stop();
    // What was asked before the outage's end may be carried out and cancelled; then one request is left, not two.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const numbers = new Set<number>();
    const { api } = next as unknown as { api: IBApi };
    api.on(EventName.tickPrice, (reqId) => numbers.add(reqId));
    updates = 0;
    await vi.waitFor(() => expect(updates).toBeGreaterThan(20));
    expect(numbers.size).toBe(1);
  },
);
