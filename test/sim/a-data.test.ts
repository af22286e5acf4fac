import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BarSizeSetting, type Contract, EventName, SecType, WhatToShow } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { SimulatedGateway } from "../../src/sim/index.js";
import { VirtualClock } from "../../src/sim/virtual-clock.js";
import { AAPL, Bench, type StockClient } from "./harness.js";

const bench = new Bench();
afterEach(() => bench.end());

const connect = async (options = {}): Promise<StockClient> => bench.client(await bench.gateway(options));
const codes = (c: StockClient): unknown[] => c.errors.map((e) => [e.id, e.code]);
const SPY: Contract = { ...AAPL, symbol: "SPY" };
const EUR: Contract = { symbol: "EUR", secType: SecType.CASH, currency: "USD", exchange: "IDEALPRO" };

/** A gateway whose time only passes when told to, and its client. */
async function still(options = {}) {
  const clock = new VirtualClock();
  const gateway = await bench.gateway({ clock, tickIntervalMs: 250, ...options });
  const client = await bench.client(gateway);
  return { clock, gateway, client };
}

describe("market data", () => {
  test("generic ticks bring their ticks; illegal lists are 321 and say what is legal", async () => {
    const c = await connect();
    c.api.reqMktData(1, AAPL, "100,101,104,105,106,165,221,225,236,258,293,318,411,456,595", false, false);
    c.api.reqMktData(2, AAPL, "588", false, false);
    c.api.reqMktData(3, EUR, "100", false, false);
    c.api.reqMktData(4, AAPL, "abc", false, false);
    c.api.reqMktData(5, AAPL, "233", true, false);
    await c.settle();
    expect(codes(c)).toEqual([
      [2, 321],
      [3, 321],
      [4, 321],
      [5, 321],
    ]);
    expect(c.errors[0].message).toContain("Legal ones for (STK) are: 100(Option Volume),101(");
    const types = (event: string): Set<unknown> =>
      new Set(
        c
          .all(event)
          .filter(([id]) => id === 1)
          .map(([, type]) => type),
      );
    for (const type of [21, 27, 28, 29, 30, 63, 64, 65, 87, 89])
      expect([...types(EventName.tickSize)]).toContain(type);
    for (const type of [15, 16, 17, 18, 19, 20, 35, 37, 57])
      expect([...types(EventName.tickPrice)]).toContain(type);
    for (const type of [23, 24, 46, 54, 58]) expect([...types(EventName.tickGeneric)]).toContain(type);
    for (const type of [47, 59]) expect([...types(EventName.tickString)]).toContain(type);
  });

  test("the year's range holds the quarter's", async () => {
    const c = await connect();
    c.api.reqMktData(1, AAPL, "165", false, false);
    await c.settle();
    const of = (type: number): number =>
      c.all(EventName.tickPrice).find(([, t]) => t === type)?.[2] as number;
    expect(of(19)).toBeLessThanOrEqual(of(17));
    expect(of(17)).toBeLessThanOrEqual(of(15));
    expect(of(15)).toBeLessThanOrEqual(of(16));
    expect(of(16)).toBeLessThanOrEqual(of(18));
    expect(of(18)).toBeLessThanOrEqual(of(20));
  });

  test("data that are not subscribed: 10089 where delayed ones are to be had, else 354", async () => {
    const c = await connect({ unsubscribedExchanges: ["NASDAQ", "PAXOS"] });
    const btc: Contract = { symbol: "BTC", secType: SecType.CRYPTO, currency: "USD", exchange: "PAXOS" };
    c.api.reqMktData(1, AAPL, "", false, false);
    c.api.reqMktData(2, btc, "", false, false);
    c.api.reqMktData(3, SPY, "", false, false);
    await c.settle();
    expect(codes(c)).toEqual([
      [1, 10089],
      [2, 354],
    ]);
    c.api.reqMarketDataType(3);
    c.api.reqMktData(4, AAPL, "", false, false);
    c.api.reqMktData(5, btc, "", false, false);
    await c.settle();
    expect(codes(c).slice(2)).toEqual([
      [4, 10167],
      [5, 354],
    ]);
    const ids = new Set(c.all(EventName.tickPrice).map(([id, type]) => `${id}:${Number(type) > 60}`));
    expect([...ids].sort()).toEqual(["3:false", "4:true"]);
  });

  test("news come with generic tick 292 and can be read", async () => {
    const c = await connect();
    c.api.reqMktData(1, AAPL, "mdoff,292:BRFG+DJNL", false, false);
    await c.settle();
    const news = c.all(EventName.tickNews);
    expect(news.length).toBeGreaterThan(0);
    expect(new Set(news.map(([, , provider]) => provider)).size).toBeLessThanOrEqual(2);
    expect(c.all(EventName.tickPrice)).toEqual([]);
    const [, , provider, article] = news[0] as [number, number, string, string];
    c.api.reqNewsArticle(2, provider, article, []);
    c.api.reqNewsArticle(3, provider, `${article}0`, []);
    await c.settle();
    expect(c.all(EventName.newsArticle)[0].slice(0, 2)).toEqual([2, 0]);
    expect(String(c.all(EventName.newsArticle)[0][2])).toContain("AAPL");
    expect(codes(c)).toEqual([[3, 10172]]);
  });
});

describe("market depth", () => {
  /** What a client's book looks like after all operations. */
  function bookOf(c: StockClient, reqId: number, event: string): Record<number, [number, number][]> {
    const book: Record<number, [number, number][]> = { 0: [], 1: [] };
    for (const args of c.all(event)) {
      if (args[0] !== reqId) continue;
      const [, position, ...rest] = (
        event === EventName.updateMktDepthL2 ? [args[0], args[1], ...args.slice(3)] : args
      ) as number[];
      const [operation, side, price, size] = rest;
      expect(position).toBeLessThanOrEqual(book[side].length);
      if (operation === 0) book[side].splice(position, 0, [price, size]);
      else if (operation === 1) book[side][position] = [price, size];
      else book[side].splice(position, 1);
    }
    return book;
  }

  test.each([
    ["L2 of a stock", AAPL, true, EventName.updateMktDepthL2],
    ["L1 of a currency pair", EUR, false, EventName.updateMktDepth],
  ])(
    "%s: inserts, updates and deletes keep the client's book equal to the exchange's",
    async (_name, contract, smart, event) => {
      const gateway = await bench.gateway();
      const c = await bench.client(gateway);
      c.api.reqMktDepth(7, contract, 6, smart, []);
      await c.settle();
      const instrument = gateway.exchange.instruments.resolve({
        conId: 0,
        symbol: "",
        exchange: "",
        primaryExch: "",
        localSymbol: "",
        tradingClass: "",
        lastTradeDateOrContractMonth: "",
        strike: 0,
        right: "",
        multiplier: "",
        currency: "",
        secType: "",
        ...(contract as object),
      } as never)!;
      const operations = new Set<unknown>();
      for (let i = 0; i < 60; i++) {
        gateway.exchange.step();
        if (i % 20 !== 19) continue;
        await c.settle();
        const book = bookOf(c, 7, event);
        const levels = (side: "ask" | "bid") =>
          gateway.exchange
            .book(instrument)
            .levels(side, 6)
            .map(({ price, size }) => [price, size]);
        expect(book[0]).toEqual(levels("ask"));
        expect(book[1]).toEqual(levels("bid"));
      }
      for (const args of c.all(event)) operations.add(args[event === EventName.updateMktDepthL2 ? 3 : 2]);
      expect(operations).toEqual(new Set([0, 1, 2]));
      c.api.cancelMktDepth(7, smart);
      await c.settle();
      const mark = c.seen.length;
      gateway.exchange.step();
      await c.settle();
      expect(c.namesSince(mark)).toEqual(["currentTime"]);
    },
  );

  test("the fourth is 309, an index 10092, a stranger 310, a duplicate 102", async () => {
    const c = await connect();
    for (let i = 1; i <= 4; i++) c.api.reqMktDepth(i, { ...AAPL, symbol: `A${i}` }, 5, false, []);
    c.api.reqMktDepth(1, AAPL, 5, false, []);
    c.api.reqMktDepth(
      9,
      { symbol: "SPX", secType: SecType.IND, exchange: "CBOE", currency: "USD" },
      5,
      false,
      [],
    );
    c.api.cancelMktDepth(99, false);
    await c.settle();
    expect(codes(c)).toEqual([
      [4, 309],
      [1, 102],
      [9, 10092],
      [99, 310],
    ]);
  });
});

describe("tick by tick", () => {
  test("the four kinds follow the market", async () => {
    const gateway = await bench.gateway();
    const c = await bench.client(gateway);
    c.api.reqTickByTickData(1, AAPL, "Last" as never, 0, false);
    c.api.reqTickByTickData(2, AAPL, "AllLast" as never, 0, false);
    c.api.reqTickByTickData(3, AAPL, "BidAsk" as never, 0, true);
    c.api.reqTickByTickData(4, AAPL, "MidPoint" as never, 0, false);
    c.api.reqTickByTickData(5, AAPL, "Nothing" as never, 0, false);
    c.api.reqTickByTickData(6, EUR, "Last" as never, 0, false);
    c.api.reqTickByTickData(1, AAPL, "Last" as never, 0, false);
    c.api.reqTickByTickData(7, AAPL, "Last" as never, 0, false);
    c.api.reqTickByTickData(8, AAPL, "Last" as never, 0, false);
    await c.settle();
    expect(codes(c)).toEqual([
      [5, 321],
      [6, 10189],
      [1, 102],
      [8, 10190],
    ]);
    for (let i = 0; i < 30; i++) gateway.exchange.step();
    await c.settle();
    const trades = (id: number) => c.all(EventName.tickByTickAllLast).filter(([reqId]) => reqId === id);
    expect(trades(1).length).toBeGreaterThan(5);
    expect(trades(1).map((t) => t.slice(3, 5))).toEqual(trades(2).map((t) => t.slice(3, 5)));
    expect([trades(1)[0][1], trades(2)[0][1]]).toEqual([1, 2]);
    const quotes = c.all(EventName.tickByTickBidAsk).map(([, , bid, ask]) => [bid, ask] as number[]);
    for (let i = 1; i < quotes.length; i++) expect(quotes[i]).not.toEqual(quotes[i - 1]);
    const mids = c.all(EventName.tickByTickMidPoint).map(([, , mid]) => mid);
    expect(mids.length).toBeGreaterThan(3);
    expect(mids[0]).toBeCloseTo((quotes[0][0] + quotes[0][1]) / 2, 8);
  });

  test("past ticks come first when they are asked for", async () => {
    const c = await connect();
    c.api.reqTickByTickData(1, AAPL, "Last" as never, 5, false);
    await c.settle();
    expect((c.all(EventName.historicalTicksLast)[0][1] as unknown[]).length).toBe(5);
  });
});

describe("historical ticks", () => {
  const ticks = async (
    c: StockClient,
    what: string,
    start: string,
    end: string,
    count: number,
    contract = AAPL,
  ) => {
    const event = {
      TRADES: EventName.historicalTicksLast,
      BID_ASK: EventName.historicalTicksBidAsk,
      MIDPOINT: EventName.historicalTicks,
    }[what]!;
    const mark = c.seen.length;
    c.api.reqHistoricalTicks(1, contract, start, end, count, what as WhatToShow, 1, true);
    await c.settle();
    return c.seen
      .slice(mark)
      .filter((s) => s.event === event)
      .map((s) => s.args[1] as Record<string, number>[])[0];
  };

  test("recorded seconds are given as they were", async () => {
    const c = await connect();
    const trades = await ticks(c, "TRADES", "20240508-17:00:00", "", 1, SPY);
    expect(trades.length).toBe(17);
    expect(trades[0]).toMatchObject({ time: 1715187600, price: 516.635, size: 1, exchange: "FINRA" });
    const quotes = await ticks(c, "BID_ASK", "20240508-17:00:00", "", 1, SPY);
    expect(quotes.length).toBe(34);
    expect(quotes[0]).toMatchObject({
      time: 1715187599,
      priceBid: 516.62,
      priceAsk: 516.63,
      sizeBid: 1100,
      sizeAsk: 1400,
    });
    expect(new Set(quotes.slice(1).map((q) => q.time))).toEqual(new Set([1715187600]));
  });

  test("begin at the start or end at the end, in order and with whole seconds", async () => {
    const c = await connect();
    const forward = await ticks(c, "TRADES", "20240508-17:00:00", "", 50);
    expect(forward.length).toBeGreaterThanOrEqual(50);
    expect(forward[0].time).toBeGreaterThanOrEqual(1715187600);
    const back = await ticks(c, "TRADES", "", "20240508-17:00:00", 50);
    expect(back.length).toBeGreaterThanOrEqual(50);
    expect(back.at(-1)!.time).toBeLessThan(1715187600);
    for (const list of [forward, back]) {
      const times = list.map((t) => t.time);
      expect([...times].sort((a, b) => a - b)).toEqual(times);
    }
    // A later request goes on where this one ended.
    const next = await ticks(c, "TRADES", "20240508-17:00:30", "", 5);
    expect(forward.filter((t) => t.time >= 1715187630).slice(0, 5)).toEqual(
      next.slice(0, 5).filter((t) => t.time <= forward.at(-1)!.time),
    );
    const mids = await ticks(c, "MIDPOINT", "20240508-17:00:00", "", 10);
    expect(mids[0].price).toBeGreaterThan(0);
    // Over night and a weekend nothing trades in regular hours.
    const monday = await ticks(c, "TRADES", "20231006-20:00:00", "", 3);
    expect(monday[0].time).toBeGreaterThanOrEqual(Date.UTC(2023, 9, 9, 13, 30) / 1000);
  });

  test("a wrong request is 321, a wrong time 10314", async () => {
    const c = await connect();
    await ticks(c, "TRADES", "", "", 10);
    await ticks(c, "TRADES", "20240508-17:00:00", "20240508-18:00:00", 10);
    await ticks(c, "TRADES", "20240508-17:00:00", "", 1001);
    await ticks(c, "TRADES", "once", "", 10);
    expect(codes(c)).toEqual([
      [1, 321],
      [1, 321],
      [1, 321],
      [1, 10314],
    ]);
  });
});

describe("bars as they happen", () => {
  test("real-time bars are five seconds long and follow the trades", async () => {
    const { clock, gateway, client } = await still();
    client.api.reqRealTimeBars(1, AAPL, 5, WhatToShow.TRADES, false, []);
    client.api.reqRealTimeBars(2, AAPL, 10, WhatToShow.TRADES, false, []);
    client.api.reqRealTimeBars(3, AAPL, 5, "OTHER" as WhatToShow, false, []);
    client.api.reqRealTimeBars(4, AAPL, 5, WhatToShow.MIDPOINT, false, []);
    await client.settle();
    expect(codes(client)).toEqual([
      [2, 321],
      [3, 321],
    ]);
    const prints: number[] = [];
    gateway.exchange.on("trade", (_instrument, { size }) => prints.push(size));
    clock.advance(15_000);
    await client.settle();
    const bars = client.all(EventName.realtimeBar).filter(([id]) => id === 1) as number[][];
    expect(bars.length).toBe(3);
    expect(bars[1][1] - bars[0][1]).toBe(5);
    expect(bars[0][1] % 5).toBe(0);
    expect(bars.reduce((sum, bar) => sum + bar[6], 0)).toBe(prints.reduce((a, b) => a + b, 0));
    for (const [, , open, high, low, close] of bars) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
    }
    const mids = client.all(EventName.realtimeBar).filter(([id]) => id === 4) as number[][];
    expect(mids.map((bar) => bar[6])).toEqual([-1, -1, -1]);
    client.api.cancelRealTimeBars(1);
    client.api.cancelRealTimeBars(4);
    client.api.cancelRealTimeBars(9);
    await client.settle();
    clock.advance(10_000);
    await client.settle();
    expect(client.all(EventName.realtimeBar).length).toBe(6);
    expect(codes(client).at(-1)).toEqual([9, 300]);
  });

  test("keepUpToDate goes on under the last bar and begins a new one each minute", async () => {
    const { clock, client } = await still();
    client.api.reqHistoricalData(
      1,
      AAPL,
      "",
      "600 S",
      BarSizeSetting.MINUTES_ONE,
      WhatToShow.TRADES,
      0,
      2,
      true,
    );
    await client.settle();
    clock.advance(130_000);
    await client.settle();
    const updates = client.all(EventName.historicalDataUpdate).map(([, date]) => Number(date));
    expect(updates.length).toBe(26);
    expect(new Set(updates).size).toBe(3);
    for (const date of updates) expect(date % 60).toBe(0);
    client.api.cancelHistoricalData(1);
    client.api.cancelHistoricalData(1);
    await client.settle();
    expect(codes(client)).toEqual([
      [1, 162],
      [1, 366],
    ]);
    clock.advance(60_000);
    await client.settle();
    expect(client.all(EventName.historicalDataUpdate).length).toBe(26);
    client.api.reqHistoricalData(
      2,
      AAPL,
      "20231006-20:00:00",
      "600 S",
      BarSizeSetting.MINUTES_ONE,
      WhatToShow.TRADES,
      0,
      2,
      true,
    );
    await client.settle();
    expect(codes(client).at(-1)).toEqual([2, 321]);
  });
});

describe("reference data", () => {
  test("recorded bars stand in their place and the others run into them", async () => {
    const c = await connect();
    c.api.reqHistoricalData(
      1,
      SPY,
      "20231006-20:00:00",
      "30 S",
      BarSizeSetting.SECONDS_ONE,
      WhatToShow.TRADES,
      0,
      2,
      false,
    );
    await c.settle();
    const bars = c
      .all(EventName.historicalData)
      .filter(([, time]) => !String(time).startsWith("finished")) as number[][];
    expect(bars.length).toBe(30);
    expect(bars[29].slice(1, 9)).toEqual(["1696622399", 429.5, 429.6, 429.47, 429.51, 8718, 1090, 429.532]);
    expect(Math.abs(bars[28][5] - 429.5)).toBeLessThan(2);
  });

  test("a user's own contracts, bars and positions are taken from a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "reference-"));
    const file = join(folder, "own.json");
    const day = ["20231006", 10, 12, 9, 11, 5000, 10.5, 42];
    writeFileSync(
      file,
      JSON.stringify({
        contracts: [
          { conId: 777, secType: "STK", symbol: "MINE", currency: "USD", longName: "MY OWN", basePrice: 11 },
        ],
        bars: [{ conId: 777, whatToShow: "TRADES", barSize: "1 day", bars: [day] }],
        positions: [{ conId: 777, quantity: -30, averagePrice: 12 }],
      }),
    );
    try {
      const c = await connect({ referenceData: file });
      c.api.reqPositions();
      c.api.reqContractDetails(1, { conId: 777 });
      c.api.reqHistoricalData(
        2,
        { ...AAPL, symbol: "MINE" },
        "20231006 16:00:00 US/Eastern",
        "2 D",
        BarSizeSetting.DAYS_ONE,
        WhatToShow.TRADES,
        1,
        1,
        false,
      );
      await c.settle();
      expect(c.all(EventName.position)[0].slice(2)).toEqual([-30, 12]);
      expect(c.all(EventName.contractDetails)[0][1]).toMatchObject({
        longName: "MY OWN",
        contract: { symbol: "MINE" },
      });
      const bars = c.all(EventName.historicalData) as unknown[][];
      expect(bars[1].slice(1, 9)).toEqual(["20231006", 10, 12, 9, 11, 5000, 42, 10.5]);
      // The day before ends where the recorded one begins, give or take a night.
      expect(Math.abs(Number(bars[0][5]) - 10)).toBeLessThan(0.5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["no object", [], /referenceData: it is \[\] \(allowed: an object\)/],
    ["an unknown section", { stocks: [] }, /section stocks is not known \(allowed: contracts, bars/],
    ["a missing field", { positions: [{ conId: 1, quantity: 1 }] }, /positions\[0\] has no averagePrice/],
    ["an unknown position", { positions: [{ conId: 5, quantity: 1, averagePrice: 1 }] }, /names conId 5/],
  ])("%s is refused", async (_name, referenceData, message) => {
    await expect(SimulatedGateway.start({ referenceData: referenceData as never })).rejects.toThrow(message);
  });
});

describe("research and session", () => {
  test("scanners rank, filter and are cancelled with 162", async () => {
    const { clock, gateway, client: c } = await still();
    const wanted = {
      instrument: "STK",
      locationCode: "STK.US",
      scanCode: 0,
      numberOfRows: 10,
      abovePrice: 100,
    };
    const { ScanCode } = await import("@stoqey/ib");
    c.api.reqScannerSubscription(1, { ...wanted, scanCode: ScanCode.MOST_ACTIVE } as never);
    c.api.reqScannerSubscription(2, {
      ...wanted,
      instrument: "MARS",
      scanCode: ScanCode.MOST_ACTIVE,
    } as never);
    await c.settle();
    const rows = c
      .all(EventName.scannerData)
      .map(([, rank, details]) => [rank, (details as { contract: Contract }).contract] as [number, Contract]);
    expect(rows.map(([rank]) => rank)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const volumes = rows.map(([, { conId }]) => {
      const { volume, last } = gateway.exchange.quote(gateway.exchange.instruments.get(conId!)!);
      expect(last).toBeGreaterThanOrEqual(100);
      return volume;
    });
    expect([...volumes].sort((a, b) => b - a)).toEqual(volumes);
    clock.advance(30_000);
    await c.settle();
    expect(c.all(EventName.scannerDataEnd).length).toBe(2);
    c.api.cancelScannerSubscription(1);
    await c.settle();
    expect(codes(c)).toEqual([
      [2, 162],
      [1, 162],
    ]);
  });

  test("historical news are within their dates, newest first, and say when there are more", async () => {
    const c = await connect();
    c.api.reqHistoricalNews(1, 265598, "BRFG", "2026-06-01 00:00:00", "2026-06-24 00:00:00", 10, []);
    c.api.reqHistoricalNews(2, 265598, "NONE", "", "", 10, []);
    await c.settle();
    const times = c.all(EventName.historicalNews).map(([, time]) => String(time));
    expect(times.length).toBe(10);
    expect([...times].sort().reverse()).toEqual(times);
    expect(times[9] > "2026-06-01" && times[0] < "2026-06-24").toBe(true);
    expect(c.all(EventName.historicalNewsEnd)).toEqual([[1, true]]);
    expect(codes(c)).toEqual([[2, 321]]);
  });

  test("a display group shows all subscribers what one of them chose", async () => {
    const gateway = await bench.gateway();
    const one = await bench.client(gateway, 1);
    const two = await bench.client(gateway, 2);
    one.api.subscribeToGroupEvents(1, "3" as never);
    two.api.subscribeToGroupEvents(9, "3" as never);
    await one.settle();
    await two.settle();
    one.api.updateDisplayGroup(1, "265598@SMART");
    one.api.updateDisplayGroup(1, "nonsense");
    await one.settle();
    await two.settle();
    expect(one.all(EventName.displayGroupUpdated)).toEqual([
      [1, "none"],
      [1, "265598@SMART"],
    ]);
    expect(two.all(EventName.displayGroupUpdated)).toEqual([
      [9, "none"],
      [9, "265598@SMART"],
    ]);
    expect(codes(one)).toEqual([[1, 321]]);
  });

  test("positions and account updates of several requests follow a trade", async () => {
    const c = await connect({ accounts: ["DU1", "DU2"] });
    c.api.reqPositionsMulti(1, "", "");
    c.api.reqPositionsMulti(2, "DU2", "");
    c.api.reqAccountUpdatesMulti(3, "DU1", "", false);
    c.api.reqPositionsMulti(4, "DU9", "");
    await c.settle();
    expect(codes(c)).toEqual([[4, 321]]);
    const rows = c.all(EventName.accountUpdateMulti).length;
    c.api.placeOrder(1, AAPL, {
      action: "BUY",
      orderType: "MKT",
      totalQuantity: 10,
      account: "DU1",
    } as never);
    await c.settle();
    expect(c.all(EventName.positionMulti).map(([id, account, , , size]) => [id, account, size])).toEqual([
      [1, "DU1", 10],
    ]);
    expect(c.all(EventName.accountUpdateMulti).length).toBeGreaterThan(rows);
  });

  test("exercising an option turns it into its underlying at the strike", async () => {
    const gateway = await bench.gateway({
      referenceData: { positions: [{ conId: 843630132, quantity: 2, averagePrice: 10 }] },
    });
    const c = await bench.client(gateway);
    const option = {
      conId: 843630132,
      symbol: "SPY",
      secType: SecType.OPT,
      exchange: "SMART",
      currency: "USD",
    };
    c.api.exerciseOptions(1, option, 1, 1, "DU0000001", 0);
    c.api.exerciseOptions(2, option, 1, 5, "DU0000001", 1);
    c.api.exerciseOptions(3, option, 1, 1, "DU0000001", 1);
    c.api.exerciseOptions(4, option, 2, 1, "DU0000001", 0);
    await c.settle();
    expect(codes(c)).toEqual([
      [1, 321],
      [2, 321],
    ]);
    const account = gateway.exchange.accounts.get("DU0000001")!;
    expect(account.position(843630132)?.quantity).toBe(0);
    expect(account.position(756733)).toMatchObject({ quantity: 100, averagePrice: 750 });
  });
});
