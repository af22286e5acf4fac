import {
  type Bar,
  BarSizeSetting,
  type Contract,
  type ContractDetails,
  EventName,
  SecType,
  type WhatToShow,
} from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { IBApiNext } from "../../../src/index.js";
import { AAPL, Bench, type StockClient } from "../../support/sim/harness.js";
import { WireClient } from "../../support/sim/wire-client.js";

const bench = new Bench();
afterEach(() => bench.end());

const FRIDAY_CLOSE = "20231006 16:00:00 US/Eastern";

async function details(c: StockClient, reqId: number, contract: Contract): Promise<ContractDetails[]> {
  c.api.reqContractDetails(reqId, contract);
  await c.settle();
  return c
    .all(EventName.contractDetails)
    .filter(([id]) => id === reqId)
    .map(([, d]) => d as ContractDetails);
}

interface HistoricalRow
  extends Required<Pick<Bar, "open" | "high" | "low" | "close" | "volume" | "WAP" | "count">> {
  time: string;
}

async function bars(
  c: StockClient,
  reqId: number,
  duration: string,
  size: string,
  { what = "TRADES", end = FRIDAY_CLOSE, rth = 1, format = 1, contract = AAPL } = {},
): Promise<HistoricalRow[]> {
  c.api.reqHistoricalData(
    reqId,
    contract,
    end,
    duration,
    size as BarSizeSetting,
    what as WhatToShow,
    rth,
    format,
    false,
  );
  await c.settle();
  return c
    .all(EventName.historicalData)
    .filter(([id, time]) => id === reqId && !String(time).startsWith("finished"))
    .map(
      ([, time, open, high, low, close, volume, count, WAP]) =>
        ({ time, open, high, low, close, volume, count, WAP }) as HistoricalRow,
    );
}

describe("contract details", () => {
  test.each(["strike", "multiplier"])(
    "a request with a %s of 0 in protobuf is not answered at all",
    async (zero) => {
      const gateway = await bench.gateway();
      const client = await WireClient.connect(gateway.port, 226);
      const contract = { conId: 265598, exchange: "SMART" };
      const mark = client.received.length;
      client.send({ name: "REQ_CONTRACT_DATA", body: { reqId: 1, contract: { ...contract, [zero]: 0 } } });
      client.send({ name: "REQ_CONTRACT_DATA", body: { reqId: 2, contract } });
      const { body } = await client.next("CONTRACT_DATA_END", mark);
      expect(body).toEqual({ reqId: 2 });
      expect(client.received.slice(mark).map(({ name }) => name)).toEqual([
        "CONTRACT_DATA",
        "CONTRACT_DATA_END",
      ]);
      const [ignored] = gateway.log.entries().filter(({ name }) => name === "reqContractData");
      expect(ignored.body).toMatchObject({ ignoredFor: `contract.${zero} is 0` });
      client.end();
    },
  );

  test("what this package tells of a contract can be asked for again, and so can an option chain with strike 0", async () => {
    const gateway = await bench.gateway();
    const api = new IBApiNext({ port: gateway.port });
    api.connect(3);
    const [stock] = await api.getContractDetails({ ...AAPL });
    const [again] = await api.getContractDetails(stock.contract);
    expect(again.contract).toEqual(stock.contract);
    const expiry = "20281215";
    const option = {
      ...AAPL,
      secType: SecType.OPT,
      lastTradeDateOrContractMonth: expiry,
      strike: 0,
      multiplier: 0,
    };
    expect((await api.getContractDetails(option)).length).toBeGreaterThan(10);
    api.disconnect();
  });

  test("of futures tell the last trade's time, and are found by what they tell", async () => {
    const c = await bench.connect();
    const future = { symbol: "ES", secType: SecType.FUT, exchange: "CME", currency: "USD" };
    const [{ contract, realExpirationDate }] = await details(c, 1, future);
    const { lastTradeDateOrContractMonth: told } = contract;
    expect(told).toBe(`${realExpirationDate} 08:30:00 US/Central`);
    for (const [i, wanted] of [told, realExpirationDate].entries())
      expect((await details(c, 2 + i, { ...future, lastTradeDateOrContractMonth: wanted })).length).toBe(1);
  });

  test("of known stocks have their public facts", async () => {
    const c = await bench.connect();
    const [aapl] = await details(c, 1, AAPL);
    expect(aapl.contract).toMatchObject({
      conId: 265598,
      symbol: "AAPL",
      exchange: "SMART",
      primaryExch: "NASDAQ",
    });
    expect(aapl).toMatchObject({
      longName: "APPLE INC",
      minTick: 0.01,
      timeZoneId: "US/Eastern",
      stockType: "COMMON",
    });
    expect(aapl.secIdList).toEqual([{ tag: "ISIN", value: "US0378331005" }]);
    expect(aapl.marketRuleIds?.split(",").length).toBe(aapl.validExchanges?.split(",").length);
    expect(aapl.liquidHours).toMatch(/^(\d{8}:(CLOSED|0930-\d{8}:1[36]00);?)+$/);
    const [byId] = await details(c, 2, { conId: 265598 });
    expect(byId.contract.symbol).toBe("AAPL");
  });

  test("of any other stock are stable from run to run", async () => {
    const ids: unknown[] = [];
    for (const seed of [1, 2]) {
      const c = await bench.connect({ seed });
      const [first] = await details(c, 1, { ...AAPL, symbol: "QWERTY" });
      ids.push(first.contract.conId);
      const [byBoth] = await details(c, 2, { ...AAPL, symbol: "QWERTY", conId: first.contract.conId });
      expect(byBoth.contract.conId).toBe(first.contract.conId);
    }
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toBeGreaterThanOrEqual(1_000_000_000);
  });

  test.each([
    ["symbol beginning with ZZZ", { ...AAPL, symbol: "ZZZZNONE" }],
    ["symbol beginning with INVALID", { ...AAPL, symbol: "INVALID1" }],
    ["unknown contract id", { conId: 42 }],
    ["currency pair of no currency", { symbol: "ABC", secType: SecType.CASH, currency: "USD" }],
  ])("%s: error 200 and no end", async (_name, contract) => {
    const c = await bench.connect();
    expect(await details(c, 5, contract)).toEqual([]);
    expect(c.errors.map((e) => [e.id, e.code])).toEqual([[5, 200]]);
    expect(c.all(EventName.contractDetailsEnd)).toEqual([]);
  });

  test("of currency pairs, futures, indices and crypto", async () => {
    const c = await bench.connect();
    const [eur] = await details(c, 1, {
      symbol: "EUR",
      secType: SecType.CASH,
      currency: "USD",
      exchange: "IDEALPRO",
    });
    expect(eur).toMatchObject({ marketName: "EUR.USD", minTick: 0.00005 });
    const futures = await details(c, 2, {
      symbol: "ES",
      secType: SecType.FUT,
      currency: "USD",
      exchange: "CME",
    });
    expect(futures.length).toBe(8);
    expect(new Set(futures.map((f) => f.contract.multiplier))).toEqual(new Set([50]));
    const expiry = String(futures[2].contract.lastTradeDateOrContractMonth);
    const [one, ...rest] = await details(c, 3, {
      symbol: "ES",
      secType: SecType.FUT,
      currency: "USD",
      exchange: "CME",
      lastTradeDateOrContractMonth: expiry.slice(0, 6),
    });
    expect([one.contract.conId, rest.length]).toEqual([futures[2].contract.conId, 0]);
    expect((await details(c, 4, { symbol: "DAX", secType: SecType.IND, currency: "EUR" })).length).toBe(1);
    expect((await details(c, 5, { symbol: "BTC", secType: SecType.CRYPTO, currency: "USD" })).length).toBe(1);
  });
});

describe("symbols, rules, head timestamps, time", () => {
  test("matching symbols", async () => {
    const c = await bench.connect();
    c.api.reqMatchingSymbols(1, "aap");
    await c.next(EventName.symbolSamples);
    const samples = c.all(EventName.symbolSamples)[0][1] as { contract: Contract }[];
    expect(samples.map((s) => s.contract.symbol)).toEqual(["AAP", "AAPL"]);
  });

  test("market rules", async () => {
    const c = await bench.connect();
    c.api.reqMarketRule(67);
    c.api.reqMarketRule(1);
    await c.settle();
    expect(c.all(EventName.marketRule)).toEqual([[67, [{ lowEdge: 0, increment: 0.25 }]]]);
    expect(c.all(EventName.info).at(-1)?.[1]).toBe(321);
  });

  test("head timestamps in both formats", async () => {
    const c = await bench.connect();
    c.api.reqHeadTimestamp(1, AAPL, "TRADES", true, 1);
    c.api.reqHeadTimestamp(2, AAPL, "TRADES", true, 2);
    await c.settle();
    expect(c.all(EventName.headTimestamp)).toEqual([
      [1, "19801212-14:30:00"],
      [2, "345479400"],
    ]);
  });

  test("current time and managed accounts", async () => {
    const c = await bench.connect();
    c.api.reqManagedAccts();
    await c.settle();
    expect(c.all(EventName.managedAccounts)).toEqual([["DU0000001"], ["DU0000001"]]);
    const [time] = c.all(EventName.currentTime)[0] as [number];
    expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(60);
  });
});

describe("historical bars", () => {
  test("cover the duration at the bar size, aligned to the clock", async () => {
    const c = await bench.connect();
    const hours = await bars(c, 1, "1 D", "1 hour");
    expect(hours.map((b) => b.time.slice(9, 14))).toEqual([
      "09:30",
      "10:00",
      "11:00",
      "12:00",
      "13:00",
      "14:00",
      "15:00",
    ]);
    expect(hours[0].time).toBe("20231006 09:30:00 US/Eastern");
    expect((await bars(c, 2, "2 D", "5 mins")).length).toBe(2 * 78);
    expect((await bars(c, 3, "30 S", "1 secs")).map((b) => b.time.slice(9, 17))[0]).toBe("15:59:30");
    const days = await bars(c, 4, "1 W", "1 day");
    expect(days.map((b) => b.time)).toEqual(["20231002", "20231003", "20231004", "20231005", "20231006"]);
    const months = await bars(c, 5, "1 Y", "1 month");
    expect(months.length).toBe(13);
    const weeks = await bars(c, 6, "4 W", "1W");
    expect(weeks.length).toBe(4);
    const extended = await bars(c, 7, "1 D", "1 hour", { rth: 0 });
    expect(extended[0].time.slice(9, 14)).toBe("04:00");
    const ended = c
      .all(EventName.historicalData)
      .find(([id, time]) => id === 1 && String(time).startsWith("finished"));
    expect(ended?.[1]).toBe("finished-20231005 16:00:00 US/Eastern-20231006 16:00:00 US/Eastern");
  });

  test("begin where bars of their size begin, also when the duration begins within one", async () => {
    const c = await bench.connect();
    const end = "20231006 15:10:08 US/Eastern";
    const seconds = await bars(c, 1, "3600 S", "5 secs", { end });
    expect(seconds[0].time.slice(9)).toBe("14:10:05 US/Eastern");
    const week = await bars(c, 2, "1 W", "30 mins", { end });
    expect(week.filter((bar) => !/:(00|30):00 /.test(bar.time))).toEqual([]);
    const [first] = await bars(c, 3, "3600 S", "1 hour", { end });
    expect(first.time.slice(9, 14)).toBe("14:00");
  });

  test("of volatilities are no prices; of trades have an average price even where nothing traded", async () => {
    const c = await bench.connect();
    for (const [i, what] of ["HISTORICAL_VOLATILITY", "OPTION_IMPLIED_VOLATILITY"].entries()) {
      const rows = await bars(c, 1 + i, "1 M", "1 day", { what });
      expect(rows.length).toBeGreaterThan(15);
      for (const { low, high, volume } of rows) {
        expect(low).toBeGreaterThan(0.02);
        expect(high).toBeLessThan(2);
        expect(volume).toBe(-1);
      }
    }
    const contract = { symbol: "ES", secType: SecType.CONTFUT, exchange: "CME", currency: "USD" };
    const rows = await bars(c, 5, "1800 S", "1 secs", {
      contract,
      rth: 0,
      end: "20260102 21:00:00 US/Central",
    });
    expect(rows.filter((bar) => bar.volume === 0).length).toBeGreaterThan(0);
    for (const { low, high, WAP, volume, count } of rows) {
      expect(WAP).toBeGreaterThanOrEqual(low - 0.25);
      expect(WAP).toBeLessThanOrEqual(high + 0.25);
      expect(count > 0).toBe(volume > 0);
    }
  });

  test("of crypto are aggregated trades; continuous futures have those of the next one", async () => {
    const c = await bench.connect();
    const end = "";
    const btc = { symbol: "BTC", secType: SecType.CRYPTO, exchange: "PAXOS", currency: "USD" };
    const aggregated = await bars(c, 2, "1 D", "1 hour", { contract: btc, rth: 0, end, what: "AGGTRADES" });
    expect(aggregated.length).toBeGreaterThan(0);
    expect(aggregated[0].volume).toBeGreaterThan(0);
    const future = { symbol: "ES", secType: SecType.CONTFUT, exchange: "CME", currency: "USD" };
    expect((await bars(c, 3, "2 D", "1 day", { contract: future, end, rth: 0 })).length).toBe(2);
    expect(c.errors).toEqual([]);
  });

  test("of all sizes agree with each other", async () => {
    const c = await bench.connect();
    const [day] = await bars(c, 1, "1 D", "1 day");
    let reqId = 2;
    for (const size of ["1 hour", "30 mins", "5 mins", "1 min", "30 secs", "5 secs"]) {
      const parts = await bars(c, reqId++, "1 D", size);
      expect(parts[0].open).toBe(day.open);
      expect(parts.at(-1)?.close).toBe(day.close);
      expect(Math.max(...parts.map((b) => b.high))).toBe(day.high);
      expect(Math.min(...parts.map((b) => b.low))).toBe(day.low);
      expect(parts.reduce((sum, b) => sum + b.volume, 0)).toBe(day.volume);
      for (const b of parts) {
        expect(b.high).toBeGreaterThanOrEqual(Math.max(b.open, b.close));
        expect(b.low).toBeLessThanOrEqual(Math.min(b.open, b.close));
      }
    }
  });

  test("are the same for the same seed and other for another", async () => {
    const of = async (seed: number): Promise<HistoricalRow[]> =>
      bars(await bench.connect({ seed }), 1, "1 D", "5 mins");
    console.log("seeds 9, 10");
    expect(await of(9)).toEqual(await of(9));
    expect(await of(10)).not.toEqual(await of(9));
  });

  test("in format 2 have seconds, without trades neither volume nor count", async () => {
    const c = await bench.connect();
    const [bar] = await bars(c, 1, "1 D", "1 hour", { format: 2, what: "MIDPOINT" });
    expect(bar).toMatchObject({ time: "1696599000", volume: -1, count: -1, WAP: -1 });
  });

  test("end now when no end is given, and before the weekend when that is now", async () => {
    const c = await bench.connect();
    const rows = await bars(c, 1, "1 D", "1 min", { end: "" });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThanOrEqual(390);
  });

  test.each([
    ["bar size", ["1 D", "7 mins", {}], 321],
    ["duration", ["1 X", "1 min", {}], 321],
    ["kind", ["1 D", "1 min", { what: "NOTHING" }], 321],
    ["end", ["1 D", "1 min", { end: "yesterday" }], 10314],
    ["symbol", ["1 D", "1 min", { contract: { ...AAPL, symbol: "ZZZ" } }], 200],
    ["number of bars", ["30 D", "1 secs", {}], 321],
  ] as const)("wrong %s is refused", async (_name, [duration, size, options], code) => {
    const c = await bench.connect();
    expect(await bars(c, 3, duration, size, options)).toEqual([]);
    expect(c.errors.map((e) => [e.id, e.code])).toEqual([[3, code]]);
  });

  test("of kind SCHEDULE are sessions", async () => {
    const c = await bench.connect();
    c.api.reqHistoricalData(
      1,
      AAPL,
      FRIDAY_CLOSE,
      "3 D",
      BarSizeSetting.DAYS_ONE,
      "SCHEDULE" as WhatToShow,
      1,
      1,
      false,
    );
    await c.next(EventName.historicalSchedule);
    const [, start, end, zone, sessions] = c.all(EventName.historicalSchedule)[0] as [
      number,
      string,
      string,
      string,
      unknown[],
    ];
    expect([start, end, zone]).toEqual(["20231004-09:30:00", "20231006-16:00:00", "US/Eastern"]);
    expect(sessions.length).toBe(3);
  });
});
