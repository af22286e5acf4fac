import { type Contract, EventName, SecType } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { AAPL, Bench, EUR, SPY } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

describe("market data", () => {
  test("generic ticks bring their ticks; illegal lists are 321 and say what is legal", async () => {
    const c = await bench.connect();
    c.api.reqMktData(1, AAPL, "100,101,104,105,106,165,221,225,236,258,293,318,411,456,595", false, false);
    c.api.reqMktData(2, AAPL, "999", false, false);
    c.api.reqMktData(3, EUR, "100", false, false);
    c.api.reqMktData(4, AAPL, "abc", false, false);
    c.api.reqMktData(5, AAPL, "233", true, false);
    await c.settle();
    // An id without values for the security type is none the less legal.
    expect(c.codes()).toEqual([
      [2, 321],
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
    const c = await bench.connect();
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
    const c = await bench.connect({ unsubscribedExchanges: ["NASDAQ", "PAXOS"] });
    const btc: Contract = { symbol: "BTC", secType: SecType.CRYPTO, currency: "USD", exchange: "PAXOS" };
    c.api.reqMktData(1, AAPL, "", false, false);
    c.api.reqMktData(2, btc, "", false, false);
    c.api.reqMktData(3, SPY, "", false, false);
    await c.settle();
    expect(c.codes()).toEqual([
      [1, 10089],
      [2, 354],
    ]);
    c.api.reqMarketDataType(3);
    c.api.reqMktData(4, AAPL, "", false, false);
    c.api.reqMktData(5, btc, "", false, false);
    await c.settle();
    expect(c.codes().slice(2)).toEqual([
      [4, 10167],
      [5, 354],
    ]);
    const ids = new Set(c.all(EventName.tickPrice).map(([id, type]) => `${id}:${Number(type) > 60}`));
    expect([...ids].sort()).toEqual(["3:false", "4:true"]);
  });

  test("news come with generic tick 292 and can be read", async () => {
    const c = await bench.connect();
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
    expect(c.codes()).toEqual([[3, 10172]]);
  });
});
