import { type Contract, EventName, SecType } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { Changed, Walk } from "../../../src/sim/index.js";
import { AAPL, Bench, type StockClient } from "../../support/sim/harness.js";
import { stageWithClient } from "../../support/sim/stage.js";

const bench = new Bench();
afterEach(() => bench.end());

const BID = 1;
const ASK = 2;
const LAST = 4;
const UNKNOWN: Contract = { ...AAPL, symbol: "ZZZNONE" };

const prices = (client: StockClient, reqId: number, tickType: number): unknown[] =>
  client
    .all(EventName.tickPrice)
    .filter(([id, type]) => id === reqId && type === tickType)
    .map(([, , p]) => p);

describe("streams", () => {
  test("begin with the request parameters, the data type and the whole quote", async () => {
    const gateway = await bench.gateway();
    const client = await bench.client(gateway);
    const mark = client.seen.length;
    client.api.reqMktData(11, AAPL, "", false, false);
    await client.settle();
    const names = client.namesSince(mark).filter((name) => name !== "info");
    expect(names.slice(0, 2)).toEqual(["tickReqParams", "marketDataType"]);
    expect(client.all(EventName.marketDataType)).toEqual([[11, 1]]);
    const types = new Set(client.all(EventName.tickPrice).map(([, type]) => type));
    expect([...types].sort()).toEqual([1, 14, 2, 4, 6, 7, 9]);
    const sizes = new Set(client.all(EventName.tickSize).map(([, type]) => type));
    expect([...sizes].sort()).toEqual([0, 3, 5, 8]);
    const quote = gateway.exchange.quote(gateway.exchange.instruments.get(265598)!);
    expect(prices(client, 11, BID)).toEqual([quote.bid]);
    expect(prices(client, 11, ASK)).toEqual([quote.ask]);
    expect(quote.ask).toBeGreaterThan(quote.bid);
  });

  test("carry every step of the walk until cancelled", async () => {
    const gateway = await bench.gateway();
    const client = await bench.client(gateway);
    client.api.reqMktData(1, AAPL, "", false, false);
    await client.settle();
    const quote = gateway.exchange.quote(gateway.exchange.instruments.get(265598)!);
    const bids = prices(client, 1, BID);
    const lasts = prices(client, 1, LAST);
    for (let i = 0; i < 50; i++) {
      gateway.exchange.step();
      if (quote.changed & Changed.BID) bids.push(quote.bid);
      if (quote.changed & Changed.LAST) lasts.push(quote.last);
    }
    await client.settle();
    expect(bids.length).toBeGreaterThan(25);
    expect(prices(client, 1, BID)).toEqual(bids);
    expect(prices(client, 1, LAST)).toEqual(lasts);
    client.api.cancelMktData(1);
    await client.settle();
    const before = client.seen.length;
    for (let i = 0; i < 10; i++) gateway.exchange.step();
    await client.settle();
    expect(client.namesSince(before)).toEqual(["currentTime"]);
    client.api.cancelMktData(1);
    await client.settle();
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([[1, 300]]);
  });

  test("generic ticks 233 and 236 are sent when asked for", async () => {
    const gateway = await bench.gateway();
    const client = await bench.client(gateway);
    client.api.reqMktData(1, AAPL, "233,mdoff,236", false, false);
    client.api.reqMktData(2, AAPL, "", false, false);
    await client.settle();
    const rtVolume = client.all(EventName.tickString).filter(([, type]) => type === 48);
    expect(rtVolume.map(([id]) => id)).toEqual([1]);
    expect(String(rtVolume[0][2])).toMatch(/^\d+(\.\d+)?;\d+;\d{13};\d+;\d+(\.\d+)?;true$/);
    expect(client.all(EventName.tickGeneric).filter(([, type]) => type === 46)).toEqual([[1, 46, 3]]);
  });

  test("any symbol has data; a duplicate id is 102, an unknown symbol 200, one too many 101", async () => {
    const gateway = await bench.gateway({ marketDataLines: 2 });
    const client = await bench.client(gateway);
    client.api.reqMktData(1, { ...AAPL, symbol: "QWERTY" }, "", false, false);
    client.api.reqMktData(1, AAPL, "", false, false);
    client.api.reqMktData(3, UNKNOWN, "", false, false);
    client.api.reqMktData(
      4,
      { symbol: "EUR", secType: SecType.CASH, exchange: "IDEALPRO", currency: "USD" },
      "",
      false,
      false,
    );
    client.api.reqMktData(5, AAPL, "", false, false);
    await client.settle();
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([
      [1, 102],
      [3, 200],
      [5, 101],
    ]);
    expect(prices(client, 1, BID).length).toBe(1);
    expect(prices(client, 4, BID)).toEqual([1.1]);
  });

  test("of one client do not reach another", async () => {
    const gateway = await bench.gateway();
    const first = await bench.client(gateway, 1);
    const second = await bench.client(gateway, 2);
    first.api.reqMktData(1, AAPL, "", false, false);
    await first.settle();
    gateway.exchange.step();
    await second.settle();
    expect(second.all(EventName.tickPrice)).toEqual([]);
  });
});

describe("snapshots", () => {
  test("a regulatory one ends like any other", async () => {
    const client = await bench.connect();
    client.api.reqMktData(7, AAPL, "", false, true);
    await client.next(EventName.tickSnapshotEnd);
    await client.settle();
    expect(client.all(EventName.tickSnapshotEnd)).toEqual([[7]]);
    client.api.cancelMktData(7);
    await client.settle();
    expect(client.codes()).toEqual([[7, 300]]);
  });

  test("end, and nothing follows", async () => {
    const gateway = await bench.gateway();
    const client = await bench.client(gateway);
    client.api.reqMktData(9, AAPL, "", true, false);
    await client.next(EventName.tickSnapshotEnd);
    const mark = client.seen.length;
    gateway.exchange.step();
    await client.settle();
    expect(client.namesSince(mark)).toEqual(["currentTime"]);
    expect(prices(client, 9, LAST).length).toBe(1);
  });
});

describe("delayed data", () => {
  test("has its own tick types, data type 3 and the notice 10167", async () => {
    const gateway = await bench.gateway();
    const client = await bench.client(gateway);
    client.api.reqMarketDataType(3);
    client.api.reqMktData(1, AAPL, "", false, false);
    await client.settle();
    gateway.exchange.step();
    await client.settle();
    expect(client.all(EventName.marketDataType)).toEqual([[1, 3]]);
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([[1, 10167]]);
    const types = [...new Set(client.all(EventName.tickPrice).map(([, type]) => Number(type)))];
    expect(types.sort()).toEqual([66, 67, 68, 72, 73, 75, 76]);
    const sizes = [...new Set(client.all(EventName.tickSize).map(([, type]) => Number(type)))];
    expect(sizes.sort()).toEqual([69, 70, 71, 74]);
  });

  test("frozen data does not move", async () => {
    const gateway = await bench.gateway();
    const client = await bench.client(gateway);
    client.api.reqMarketDataType(2);
    client.api.reqMktData(1, AAPL, "", false, false);
    await client.settle();
    gateway.exchange.step();
    await client.settle();
    expect(client.all(EventName.marketDataType)).toEqual([[1, 2]]);
    expect(prices(client, 1, BID).length).toBe(1);
  });
});

describe("the walk", () => {
  const walkOf = async (seed: number, steps: number): Promise<string> => {
    const gateway = await bench.gateway({ seed });
    const walk = new Walk(gateway.exchange.instruments.get(265598)!, seed);
    const path: unknown[] = [];
    for (let i = 0; i < steps; i++) path.push({ ...walk.step() });
    return JSON.stringify(path);
  };

  test("is the same for the same seed and another for another", async () => {
    const seed = 20240607;
    console.log(`seed ${seed}`);
    const first = await walkOf(seed, 500);
    expect(await walkOf(seed, 500)).toBe(first);
    expect(await walkOf(seed + 1, 500)).not.toBe(first);
  });

  test("does not depend on what other instruments do", async () => {
    const path = async (others: string[]): Promise<unknown[]> => {
      const gateway = await bench.gateway({ seed: 5 });
      const client = await bench.client(gateway);
      others.forEach((symbol, i) => {
        client.api.reqMktData(100 + i, { ...AAPL, symbol }, "", false, false);
      });
      client.api.reqMktData(1, AAPL, "", false, false);
      await client.settle();
      for (let i = 0; i < 40; i++) gateway.exchange.step();
      await client.settle();
      return prices(client, 1, BID);
    };
    expect(await path(["MSFT", "IBM"])).toEqual(await path([]));
  });

  test("keeps bid below ask, last at one of them and volume growing, for cheap and dear instruments", async () => {
    const gateway = await bench.gateway();
    for (const symbol of ["AAPL", "ABC", "EUR"]) {
      const contract = { ...AAPL, symbol, ...(symbol === "EUR" ? { secType: "CASH" } : {}) };
      const instrument = gateway.exchange.instruments.resolve(contract as never)!;
      const walk = new Walk(instrument, 3);
      const broken: unknown[] = [];
      let volume = 0;
      for (let i = 0; i < 5000; i++) {
        const quote = walk.step();
        const ticks = quote.bid / instrument.minTick;
        const holds =
          quote.ask > quote.bid &&
          quote.bid > 0 &&
          quote.high >= quote.last &&
          quote.low <= quote.last &&
          quote.volume >= volume &&
          Math.abs(ticks - Math.round(ticks)) < 1e-6;
        if (!holds) broken.push({ ...quote });
        volume = quote.volume;
      }
      expect(broken).toEqual([]);
      expect(volume).toBeGreaterThan(0);
    }
  });
});

describe("the timer", () => {
  test("steps watched instruments by itself, several times a millisecond if asked to", async () => {
    const { clock, client } = await stageWithClient(bench, { tickIntervalMs: 0.1 });
    client.api.reqMktData(1, AAPL, "", false, false);
    await client.settle();
    const before = prices(client, 1, BID).length;
    // A hundred milliseconds are a thousand steps; a bid moves in about every second one.
    clock.advance(100);
    await client.settle();
    expect(prices(client, 1, BID).length - before).toBeGreaterThan(200);
    client.api.cancelMktData(1);
    await client.settle();
    const cancelled = prices(client, 1, BID).length;
    clock.advance(100);
    await client.settle();
    expect(prices(client, 1, BID).length).toBe(cancelled);
  });
});
