import { type Contract, type ContractDetails, EventName, OptionType, type Order, SecType } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { impliedVolatility, valueOption } from "../../../src/sim/market/black-scholes.js";
import { expirations, strikes, thirdFriday } from "../../../src/sim/market/option-chain.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";
import { AAPL, Bench, type StockClient } from "../../support/sim/harness.js";
import { WireClient } from "../../support/sim/wire-client.js";

const bench = new Bench();
afterEach(() => bench.end());

/** AAPL against IBM, one each. */
const comboLegs = [
  { conId: 265598, ratio: 1, action: "BUY", exchange: "SMART" },
  { conId: 8314, ratio: 1, action: "SELL", exchange: "SMART" },
];

async function details(c: StockClient, reqId: number, contract: Contract, event = EventName.contractDetails) {
  c.api.reqContractDetails(reqId, contract);
  await c.settle();
  return c
    .all(event)
    .filter(([id]) => id === reqId)
    .map(([, d]) => d as ContractDetails);
}

describe("Black and Scholes", () => {
  test("values of textbooks", () => {
    // Hull's European call and put at the money nearly: S 42, K 40, r 10 %, sigma 20 %, half a year; here r is 4 %,
    // so the numbers are those of the closed formula with r 4 % and q 0, computed by hand with tables of N.
    const call = valueOption({ strike: 40, years: 0.5, call: true, dividendYield: 0 }, 42, 0.2);
    const d1 = (Math.log(42 / 40) + (0.04 + 0.02) * 0.5) / (0.2 * Math.sqrt(0.5));
    expect(d1).toBeCloseTo(0.55713, 4);
    // N(0.55713) = 0.71128, N(0.41571) = 0.66119 by the table.
    expect(call.price).toBeCloseTo(42 * 0.711281 - 40 * Math.exp(-0.02) * 0.661189, 3);
    expect(call.delta).toBeCloseTo(0.711281, 4);
  });

  test("puts and calls keep parity, greeks are the slopes of the price, and volatility comes back", () => {
    const random = new SeededRandom(testSeed("options", 99));
    for (let i = 0; i < 500; i++) {
      const under = 20 + random.next() * 500;
      const terms = { strike: under * (0.6 + random.next() * 0.8), years: 0.02 + random.next() * 3 };
      const sigma = 0.08 + random.next() * 0.8;
      const call = valueOption({ ...terms, call: true }, under, sigma);
      const put = valueOption({ ...terms, call: false }, under, sigma);
      const forward = under * Math.exp(-0.01 * terms.years) - terms.strike * Math.exp(-0.04 * terms.years);
      expect(call.price - put.price).toBeCloseTo(forward, 8);
      expect(call.gamma).toBeCloseTo(put.gamma, 10);
      const at = (u: number, s = sigma): number => valueOption({ ...terms, call: true }, u, s).price;
      const h = under * 1e-4;
      expect(call.delta).toBeCloseTo((at(under + h) - at(under - h)) / (2 * h), 4);
      expect(call.vega).toBeCloseTo((at(under, sigma + 1e-4) - at(under, sigma - 1e-4)) / 0.02, 4);
      const found = impliedVolatility({ ...terms, call: true }, under, call.price);
      if (call.vega > 1e-3) expect(found).toBeCloseTo(sigma, 5);
    }
  });

  test("a price below the intrinsic value has no volatility", () => {
    expect(impliedVolatility({ strike: 50, years: 1, call: true }, 100, 40)).toBeUndefined();
    expect(impliedVolatility({ strike: 50, years: 1, call: true }, 100, 101)).toBeUndefined();
  });
});

describe("chains", () => {
  test("expire on third Fridays and on the day before when those are holidays", () => {
    expect(thirdFriday(2028, 12)).toBe("20281215");
    expect(thirdFriday(2025, 4)).toBe("20250417");
    const all = expirations(Date.UTC(2026, 10, 22) / 1000);
    expect(all).toContain("20281215");
    expect(all[0]).toBe("20261127");
    expect([...all].sort()).toEqual(all);
  });

  test("strikes are finer near the money and hold round numbers", () => {
    const ladder = strikes(520);
    expect(ladder).toContain(750);
    expect(ladder).toContain(522.5);
    expect(ladder.length).toBeGreaterThan(92);
    expect(new Set(ladder).size).toBe(ladder.length);
  });

  test("of stocks, indices and futures are found whole, by part and by local symbol", async () => {
    const c = await bench.connect();
    const spy = { symbol: "SPY", secType: SecType.OPT, exchange: "SMART", currency: "USD" };
    const one = { ...spy, lastTradeDateOrContractMonth: "20281215", strike: 750, right: OptionType.Call };
    const [known, ...rest] = await details(c, 1, one);
    expect([known.contract.conId, rest.length]).toEqual([843630132, 0]);
    expect(known).toMatchObject({
      underConId: 756733,
      contract: { multiplier: 100, localSymbol: "SPY   281215C00750000" },
    });
    const [byId] = await details(c, 2, { conId: 843630132 });
    expect(byId.contract).toMatchObject({ symbol: "SPY", strike: 750, right: "C" });
    const [byName] = await details(c, 3, {
      secType: SecType.OPT,
      localSymbol: "SPY   281215C00750000",
      currency: "USD",
    });
    expect(byName.contract.conId).toBe(843630132);
    const both = await details(c, 4, { ...spy, lastTradeDateOrContractMonth: "202812", strike: 750 });
    expect(both.map((d) => d.contract.right)).toEqual(["C", "P"]);
    const fops = await details(c, 5, {
      symbol: "ES",
      secType: SecType.FOP,
      exchange: "CME",
      currency: "USD",
      right: OptionType.Put,
      strike: 5250,
    });
    expect(fops.length).toBeGreaterThan(3);
    expect(fops[0]).toMatchObject({ underSecType: "FUT", contract: { multiplier: 50 } });
    expect((await details(c, 6, { ...one, strike: 751.37 })).length).toBe(0);
    expect((await details(c, 7, { ...one, lastTradeDateOrContractMonth: "20281216" })).length).toBe(0);
    expect(c.errors.map((e) => [e.id, e.code])).toEqual([
      [6, 200],
      [7, 200],
    ]);
    const index = await details(c, 8, {
      symbol: "SPX",
      secType: SecType.OPT,
      currency: "USD",
      lastTradeDateOrContractMonth: "202812",
      right: OptionType.Call,
    });
    expect(index.length).toBeGreaterThan(100);
    expect(new Set(index.map((d) => d.contract.conId)).size).toBe(index.length);
  });

  test("of one seed and another have the same contract ids", async () => {
    const contract = {
      symbol: "AAPL",
      secType: SecType.OPT,
      currency: "USD",
      lastTradeDateOrContractMonth: "202812",
      strike: 200,
    };
    const ids = async (seed: number) =>
      (await details(await bench.connect({ seed }), 1, contract)).map((d) => d.contract.conId);
    expect(await ids(1)).toEqual(await ids(2));
  });

  test("parameters and chain agree", async () => {
    const c = await bench.connect();
    c.api.reqSecDefOptParams(1, "AAPL", "", SecType.STK, 265598);
    await c.next(EventName.securityDefinitionOptionParameterEnd);
    const rows = c.all(EventName.securityDefinitionOptionParameter);
    expect(rows.map(([, exchange]) => exchange)).toContain("SMART");
    const [, , underlying, tradingClass, multiplier, expiries, ladder] = rows[0] as [
      number,
      string,
      number,
      string,
      number,
      string[],
      number[],
    ];
    expect([underlying, tradingClass, multiplier]).toEqual([265598, "AAPL", 100]);
    const chain = await details(c, 2, {
      symbol: "AAPL",
      secType: SecType.OPT,
      currency: "USD",
      lastTradeDateOrContractMonth: expiries[3],
      right: OptionType.Call,
    });
    expect(chain.map((d) => d.contract.strike)).toEqual(ladder);
  });
});

describe("data of options", () => {
  test("computations follow Black and Scholes from the quotes that are sent with them", async () => {
    const gateway = await bench.gateway();
    const c = await bench.client(gateway);
    const contract = {
      symbol: "SPY",
      secType: SecType.OPT,
      exchange: "SMART",
      currency: "USD",
      lastTradeDateOrContractMonth: "20281215",
      strike: 500,
      right: OptionType.Call,
    };
    c.api.reqMktData(1, contract, "", false, false);
    await c.settle();
    const all = c
      .all(EventName.tickOptionComputation)
      .map(
        ([, type, , iv, delta, price, , gamma, vega, theta, under]) =>
          ({ type, iv, delta, price, gamma, vega, theta, under }) as Record<string, number>,
      );
    expect(all.map(({ type }) => type)).toEqual([10, 11, 12, 13]);
    const years = (Date.UTC(2028, 11, 15, 21) / 1000 - gateway.exchange.nowSeconds()) / (365 * 86_400);
    for (const { iv, delta, price, under } of all) {
      expect(under).toBe(520);
      const again = valueOption({ strike: 500, years, call: true }, under, iv);
      expect(again.price).toBeCloseTo(price, 2);
      expect(again.delta).toBeCloseTo(delta, 3);
    }
    const before = c.seen.length;
    for (let i = 0; i < 5; i++) gateway.exchange.step();
    await c.settle();
    expect(c.namesSince(before)).toContain("tickOptionComputation");
    c.api.cancelMktData(1);
    await c.settle();
    const after = c.seen.length;
    for (let i = 0; i < 5; i++) gateway.exchange.step();
    await c.settle();
    expect(c.namesSince(after)).toEqual(["currentTime"]);
  });

  test("volatility and price are calculated on request, each from the other", async () => {
    const c = await bench.connect();
    const contract = {
      symbol: "SPY",
      secType: SecType.OPT,
      exchange: "SMART",
      currency: "USD",
      lastTradeDateOrContractMonth: "20281215",
      strike: 750,
      right: OptionType.Call,
    };
    c.api.calculateOptionPrice(1, contract, 0.25, 600);
    await c.settle();
    const [, type, , , , price] = c.all(EventName.tickOptionComputation)[0] as number[];
    expect(type).toBe(53);
    c.api.calculateImpliedVolatility(2, contract, price, 600);
    await c.settle();
    expect(c.all(EventName.tickOptionComputation)[1][3]).toBeCloseTo(0.25, 6);
    c.api.calculateOptionPrice(3, contract, -1, 600);
    c.api.calculateOptionPrice(4, { ...AAPL }, 1, 600);
    c.api.calculateOptionPrice(1, contract, 1, 600);
    await c.settle();
    expect(c.errors.map((e) => [e.id, e.code])).toEqual([
      [3, 321],
      [4, 321],
      [1, 102],
    ]);
  });
});

describe("other contracts", () => {
  test("bonds, CFDs and combinations", async () => {
    const c = await bench.connect();
    const [bond] = await details(
      c,
      1,
      { secType: SecType.BOND, symbol: "US064159KJ44" },
      EventName.bondContractDetails,
    );
    expect(bond).toMatchObject({ cusip: "064159KJ4", contract: { symbol: "BNS", secType: "BOND" } });
    const [byIsin] = await details(
      c,
      2,
      { secType: SecType.BOND, secIdType: "ISIN", secId: "US064159KJ44" } as Contract,
      EventName.bondContractDetails,
    );
    expect(byIsin.contract.conId).toBe(bond.contract.conId);
    const [cfd] = await details(c, 3, { symbol: "AAPL", secType: SecType.CFD, currency: "USD" });
    expect(cfd).toMatchObject({ underConId: 265598, contract: { secType: "CFD" } });
    expect(cfd.contract.conId).not.toBe(265598);
    c.api.reqMktData(4, { ...AAPL, secType: SecType.CFD }, "", false, false);
    await c.settle();
    expect(c.all(EventName.rerouteMktDataReq)).toEqual([[4, 265598, "NASDAQ"]]);
    c.api.reqMktData(
      5,
      {
        symbol: "AAPL",
        secType: SecType.BAG,
        currency: "USD",
        exchange: "SMART",
        comboLegs,
      } as Contract,
      "",
      false,
      false,
    );
    await c.settle();
    const bid = c.all(EventName.tickPrice).find(([id, type]) => id === 5 && type === 1);
    expect(bid?.[2]).toBe(5);
    c.api.reqMktData(
      6,
      {
        symbol: "X",
        secType: SecType.BAG,
        currency: "USD",
        exchange: "SMART",
        comboLegs: [{ ...comboLegs[0], conId: 42 }],
      } as Contract,
      "",
      false,
      false,
    );
    await c.settle();
    expect(c.errors.map((e) => [e.id, e.code])).toEqual([[6, 200]]);
  });
});

test("option parameters: of an index with futures those of its futures, else of the exchange asked for", async () => {
  const c = await bench.connect();
  c.api.reqSecDefOptParams(1, "ES", "CME", SecType.IND, 11004968);
  c.api.reqSecDefOptParams(2, "AAPL", "CBOE", SecType.STK, 265598);
  await c.settle();
  const rows = c.all(EventName.securityDefinitionOptionParameter);
  const of = (id: number) => rows.filter((row) => row[0] === id).map((row) => [row[1], Number(row[4])]);
  expect(of(1)).toEqual([["CME", 50]]);
  expect(of(2)).toEqual([["CBOE", 100]]);
});

test("a combination has no details, in text and in protobuf", async () => {
  const gateway = await bench.gateway();
  const refusal =
    "Error validating request.-'contract data' : cause - 'BAG' isn't supported for contract data request. Please enter a valid security type";
  const combo = { symbol: "AAPL", secType: "BAG", exchange: "SMART", currency: "USD" };
  const client = await WireClient.connect(gateway.port, 226);
  client.send({ name: "REQ_CONTRACT_DATA", body: { reqId: 1, contract: { ...combo, comboLegs } } });
  await client.until("the error", () => client.errors(321).length === 1);
  expect(client.errors(321)[0].body).toMatchObject({ id: 1, errorMsg: refusal });
  client.end();
  const stock = await bench.client(gateway, 2);
  stock.api.reqContractDetails(2, { ...combo, comboLegs } as Contract);
  await stock.settle();
  expect(stock.errors).toEqual([{ id: 2, code: 321, message: refusal }]);
});

test("a combination may be limited leg by leg", async () => {
  const gateway = await bench.gateway();
  const c = await bench.client(gateway);
  const combo = {
    symbol: "AAPL",
    secType: SecType.BAG,
    currency: "USD",
    exchange: "SMART",
    comboLegs,
  } as Contract;
  const smartComboRoutingParams = [{ tag: "NonGuaranteed", value: "1" }];
  const limit = {
    ...{ action: "BUY", orderType: "LMT", totalQuantity: 1, transmit: true, smartComboRoutingParams },
  } as never as Order;
  c.api.placeOrder(1, combo, { ...limit, orderComboLegs: [{ price: 150 }, { price: 149.5 }] } as Order);
  c.api.placeOrder(2, combo, limit);
  await c.settle();
  expect(c.errors.map((e) => [e.id, e.code])).toEqual([[2, 321]]);
  expect(gateway.exchange.orders.find(1, 1)?.limit).toBe(0.5);
});
