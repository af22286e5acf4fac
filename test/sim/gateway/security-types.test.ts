import { type Contract, EventName, OptionType, type Order, SecType, type WhatToShow } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { AAPL, Bench, EUR, marketOrder, type StockClient } from "../../support/sim/harness.js";
import { stageWithClient } from "../../support/sim/stage.js";

/** What is so for one type of contracts and not for others. */

const bench = new Bench();
afterEach(() => bench.end());

const BTC: Contract = { symbol: "BTC", secType: SecType.CRYPTO, exchange: "PAXOS", currency: "USD" };
const SPX: Contract = { symbol: "SPX", secType: SecType.IND, exchange: "CBOE", currency: "USD" };
const BOND: Contract = { symbol: "US037833AL42", secType: SecType.BOND, exchange: "SMART", currency: "USD" };
const ES: Contract = {
  ...{
    symbol: "ES",
    secType: SecType.FUT,
    exchange: "CME",
    currency: "USD",
    lastTradeDateOrContractMonth: "202603",
  },
};

function history({ api }: StockClient, id: number, contract: Contract, what: string, keep = false): void {
  api.reqHistoricalData(id, contract, "", "2 D", "1 hour" as never, what as WhatToShow, 0, 2, keep);
}
const errorsOf = (client: StockClient) => client.errors.map(({ id, code, message }) => [id, code, message]);
const NO_HISTORY = "Historical Market Data Service error message:No historical market data for ";

describe("history of a kind that a type has not", () => {
  test.each<[string, Contract, string, number, string]>([
    ["trades of a pair", EUR, "TRADES", 162, `${NO_HISTORY}EUR/CASH@IDEALPRO Last 3600`],
    ["aggregated trades of a pair", EUR, "AGGTRADES", 162, `${NO_HISTORY}EUR/CASH@IDEALPRO Last 3600`],
    [
      "trades of a coin",
      BTC,
      "TRADES",
      10299,
      "Expected what to show is AGGTRADES, please use that instead of TRADES.",
    ],
    ["midpoints of an index", SPX, "MIDPOINT", 162, `${NO_HISTORY}SPX/IND@CBOE Midpoint 3600`],
    ["volatility of a future", ES, "HISTORICAL_VOLATILITY", 162, `${NO_HISTORY}ES/FUT@CME Last 3600`],
    ["yields of a stock", AAPL, "YIELD_BID", 162, `${NO_HISTORY}AAPL/STK@SMART Last 3600`],
  ])("is refused: %s", async (_name, contract, what, code, text) => {
    const { client } = await stageWithClient(bench);
    for (const [i, keep] of [false, true].entries()) history(client, 1 + i, contract, what, keep);
    await client.settle();
    expect(errorsOf(client)).toEqual([
      [1, code, text],
      [2, code, text],
    ]);
    expect(client.all(EventName.historicalData)).toEqual([]);
  });

  test.each<[string, Contract, string]>([
    ["midpoints of a pair", EUR, "MIDPOINT"],
    ["bids and asks of a pair", EUR, "BID_ASK"],
    ["aggregated trades of a coin", BTC, "AGGTRADES"],
    ["midpoints of a coin", BTC, "MIDPOINT"],
    ["trades of an index", SPX, "TRADES"],
    ["volatility of a stock", AAPL, "OPTION_IMPLIED_VOLATILITY"],
    ["trades of a bond", BOND, "TRADES"],
  ])("is given where they have it: %s", async (_name, contract, what) => {
    const { client } = await stageWithClient(bench);
    history(client, 1, contract, what);
    await client.settle();
    expect(client.errors).toEqual([]);
    expect(client.all(EventName.historicalData).length).toBeGreaterThan(5);
  });

  test("and of a pair there are no ticks, head, histogram or real-time bars of trades", async () => {
    const { client } = await stageWithClient(bench);
    const { api } = client;
    const trades = "TRADES" as WhatToShow;
    api.reqHeadTimestamp(1, EUR, trades, false, 2);
    api.reqHistogramData(2, EUR, false, 3, "day" as never);
    api.reqHistoricalTicks(3, EUR, "20260102-15:00:00", "", 10, trades, 0, false);
    api.reqRealTimeBars(4, EUR, 5, trades, false);
    api.reqTickByTickData(5, EUR, "AllLast" as never, 0, false);
    api.reqHeadTimestamp(6, EUR, "MIDPOINT" as WhatToShow, false, 2);
    api.reqRealTimeBars(7, EUR, 5, "MIDPOINT" as WhatToShow, false);
    await client.settle();
    const pair = "No historical market data for EUR/CASH@IDEALPRO";
    expect(errorsOf(client)).toEqual([
      [1, 162, `${NO_HISTORY}EUR/CASH@IDEALPRO Last 0`],
      [2, 162, `${NO_HISTORY}EUR/CASH@IDEALPRO Last 0`],
      [3, 162, `${NO_HISTORY}EUR/CASH@IDEALPRO Last 0`],
      [4, 420, `Invalid Real-time Query:${pair} Last 5`],
      [5, 10189, `Failed to request tick-by-tick data.${pair} AllLast 0`],
    ]);
  });
});

test("bonds have yields, which are high where prices are low", async () => {
  const { client } = await stageWithClient(bench);
  history(client, 1, BOND, "TRADES");
  history(client, 2, BOND, "YIELD_LAST");
  await client.settle();
  expect(client.errors).toEqual([]);
  const rows = (id: number) =>
    client.all(EventName.historicalData).filter(([reqId, , open]) => reqId === id && open !== -1);
  const yields = rows(2) as number[][];
  expect(yields.length).toBe(rows(1).length);
  for (const [i, [, , open, high, low]] of yields.entries()) {
    const [, , openPrice] = rows(1)[i] as number[];
    expect(high).toBeGreaterThanOrEqual(Math.max(open, low));
    expect(low).toBeLessThanOrEqual(open);
    // 3.85 % until 2043, below par.
    expect([open > 3.85, open < 8, openPrice < 100]).toEqual([true, true, true]);
  }
  const dearest = yields.reduce(
    (a, _row, i) => ((rows(1)[i] as number[])[2] > (rows(1)[a] as number[])[2] ? i : a),
    0,
  );
  expect(Math.min(...yields.map(([, , open]) => open))).toBeCloseTo(yields[dearest][2], 4);
});

test("a pair has neither last prices nor volumes", async () => {
  const { client, gateway } = await stageWithClient(bench);
  client.api.reqMktData(1, EUR, "", false, false);
  client.api.reqMktData(2, AAPL, "233", false, false);
  await client.settle();
  for (let i = 0; i < 20; i++) gateway.exchange.step();
  await client.settle();
  const types = (id: number): Set<unknown> =>
    new Set(
      [EventName.tickPrice, EventName.tickSize, EventName.tickString]
        .flatMap((e) => client.all(e))
        .filter(([reqId]) => reqId === id)
        .map(([, type]) => type),
    );
  const [LAST, LAST_SIZE, VOLUME, LAST_TIMESTAMP] = [4, 5, 8, 45];
  for (const type of [LAST, LAST_SIZE, VOLUME, LAST_TIMESTAMP]) {
    expect([type, types(1).has(type), types(2).has(type)]).toEqual([type, false, true]);
  }
  for (const type of [1, 2, 0, 3]) expect([type, types(1).has(type)]).toEqual([type, true]);
});

describe("orders in coins", () => {
  const coins = (fields: object): Order =>
    ({ ...marketOrder({ totalQuantity: 0, tif: "IOC" as never }), ...fields }) as Order;
  const LIMIT = { orderType: "LMT", lmtPrice: 60_000, totalQuantity: 0.01 };

  test.each<[string, object, number, string]>([
    [
      "a market order to buy without an amount",
      { totalQuantity: 0.01 },
      10289,
      "You must set Cash Quantity for this order",
    ],
    [
      "one with an amount and a size",
      { totalQuantity: 0.01, cashQty: 100 },
      10293,
      "Cryptocurrency Cash Quantity order cannot specify size",
    ],
    [
      "an amount to sell",
      { action: "SELL", cashQty: 100 },
      10244,
      "Cash Quantity cannot be used for this order",
    ],
    ["a market order of the day", { cashQty: 100, tif: "DAY" }, 10052, "Invalid time in force"],
    [
      "a market order of minutes",
      { cashQty: 100, tif: "Minutes" },
      201,
      "Order rejected - reason:The crypto MKT order must be IOC",
    ],
    [
      "a stop",
      { action: "SELL", orderType: "STP", auxPrice: 60_000, totalQuantity: 0.01 },
      387,
      "Unsupported order type for this exchange and security type.",
    ],
    [
      "a child",
      { ...LIMIT, action: "SELL", parentId: 1 },
      201,
      "Order rejected - reason:This instrument doesn't support child/hedge orders",
    ],
  ])("are refused: %s", async (_name, fields, code, text) => {
    const { client } = await stageWithClient(bench);
    client.api.placeOrder(2, BTC, coins(fields));
    await client.settle();
    expect(errorsOf(client)).toEqual([[2, code, text]]);
    expect(client.all(EventName.openOrder)).toEqual([]);
  });

  test("buy for an amount, and sell by size", async () => {
    const { client, gateway } = await stageWithClient(bench);
    const { ask } = gateway.exchange.quote(
      gateway.exchange.instruments.resolve({ symbol: "BTC", secType: "CRYPTO" })!,
    );
    client.api.placeOrder(1, BTC, coins({ cashQty: 1000 }));
    await client.settle();
    const bought = client.all(EventName.execDetails).map(([, , e]) => e as { shares: number; price: number });
    const spent = bought.reduce((sum, { shares, price }) => sum + shares * price, 0);
    expect(spent).toBeGreaterThan(999);
    expect(spent).toBeLessThan(1001);
    const size = Math.floor((1000 / ask) * 1e8) / 1e8;
    expect(bought.reduce((sum, { shares }) => sum + shares, 0)).toBeCloseTo(size, 8);
    client.api.placeOrder(2, BTC, coins({ action: "SELL", totalQuantity: size }));
    for (const [i, tif] of ["Minutes", "DAY", "GTC"].entries())
      client.api.placeOrder(3 + i, BTC, coins({ ...LIMIT, tif }));
    await client.settle();
    expect(client.errors).toEqual([]);
    expect([1, 2].map((id) => gateway.exchange.orders.find(1, id)!.status)).toEqual(["Filled", "Filled"]);
  });

  test("of minutes end after five", async () => {
    const { client, clock, gateway } = await stageWithClient(bench);
    client.api.placeOrder(1, BTC, coins({ ...LIMIT, lmtPrice: 1000, tif: "Minutes" }));
    await client.settle();
    const status = () => gateway.exchange.orders.find(1, 1)!.status;
    clock.advance(299_000);
    expect(status()).toBe("Submitted");
    clock.advance(2000);
    expect(status()).toBe("Cancelled");
  });

  test("only: minutes are no time in force of others", async () => {
    const { client } = await stageWithClient(bench);
    client.api.placeOrder(1, AAPL, marketOrder({ tif: "Minutes" as never }));
    await client.settle();
    expect(errorsOf(client)).toEqual([[1, 10052, "Invalid time in force"]]);
  });
});

describe("amounts of money in other orders", () => {
  test("buy stocks in parts, by way of SMART, and pairs in their second currency", async () => {
    const { client, gateway } = await stageWithClient(bench);
    const orders: [Contract, object][] = [
      [AAPL, { cashQty: 100 }],
      [{ ...AAPL, exchange: "NYSE" }, { cashQty: 100 }],
      [EUR, { cashQty: 22_000, orderType: "LMT", lmtPrice: 1.1 }],
      [ES, { cashQty: 100_000 }],
    ];
    for (const [i, [contract, fields]] of orders.entries())
      client.api.placeOrder(1 + i, contract, { ...marketOrder({ totalQuantity: 0 }), ...fields } as Order);
    client.api.placeOrder(3, EUR, { ...marketOrder({ totalQuantity: 100 }) } as Order);
    await client.settle();
    expect(client.codes()).toEqual([
      [2, 10247],
      [4, 10244],
      [3, 10241],
    ]);
    const { orders: desk } = gateway.exchange;
    expect(desk.find(1, 1)!.filled).toBeCloseTo(100 / 190.01, 3);
    expect(desk.find(1, 3)!.fields.totalQuantity).toBe(20_000);
  });

  test("are not changed by the API", async () => {
    const { client } = await stageWithClient(bench);
    const order = {
      ...marketOrder({ totalQuantity: 0 }),
      cashQty: 22_000,
      orderType: "LMT",
      lmtPrice: 1.0,
    } as Order;
    client.api.placeOrder(1, EUR, order);
    client.api.placeOrder(1, EUR, { ...order, lmtPrice: 1.05 });
    await client.settle();
    expect(client.codes()).toEqual([[1, 10241]]);
  });
});

describe("combinations", () => {
  const leg = (conId: number, action: "BUY" | "SELL") => ({ conId, ratio: 1, action, exchange: "SMART" });
  const nonGuaranteed = (value: string): object => ({
    smartComboRoutingParams: [{ tag: "NonGuaranteed", value }],
  });
  const prices = (count: number): object => ({
    orderComboLegs: Array.from({ length: count }, () => ({ price: 1 })),
  });

  /** Two stocks, and four options. */
  async function stage() {
    const { client, gateway } = await stageWithClient(bench);
    const pair = {
      ...AAPL,
      secType: SecType.BAG,
      comboLegs: [leg(265598, "BUY"), leg(272093, "SELL")],
    } as Contract;
    const option = (strike: number, right: OptionType): number =>
      gateway.exchange.instruments.resolve({
        ...{ symbol: "AAPL", secType: "OPT", lastTradeDateOrContractMonth: "20260220", strike, right },
      })!.conId;
    const condor = {
      ...AAPL,
      secType: SecType.BAG,
      comboLegs: [
        ...[leg(option(180, OptionType.Put), "BUY"), leg(option(185, OptionType.Put), "SELL")],
        ...[leg(option(195, OptionType.Call), "SELL"), leg(option(200, OptionType.Call), "BUY")],
      ],
    } as Contract;
    const vertical = { ...condor, comboLegs: condor.comboLegs!.slice(0, 2) };
    return { client, gateway, contracts: { pair, condor, vertical } };
  }

  const PER_LEG =
    'Combo per-leg prices are only supported for non-guaranteed smart combos with two legs and the "IECOMBOPERLEGPRICE" feature enabled.';

  test.each<[string, "pair" | "condor" | "vertical", object, number, string]>([
    ["prices of four legs", "condor", prices(4), 10058, PER_LEG],
    ["prices of two guaranteed legs", "vertical", prices(2), 10058, PER_LEG],
    [
      "four legs without guarantee",
      "condor",
      nonGuaranteed("1"),
      10002,
      "Non-guaranteed order should only have two legs",
    ],
    [
      "two stocks with guarantee",
      "pair",
      nonGuaranteed("0"),
      10043,
      "Invalid NonGuaranteed value of 0. The order cannot be set as guaranteed.",
    ],
    [
      "two stocks and not a word on it",
      "pair",
      {},
      10043,
      "Missing or invalid NonGuaranteed value. REL+MKT, LMT+MKT, and REL+LMT order of two legs can only be set as non-guaranteed.",
    ],
  ])("are refused: %s", async (_name, which, fields, code, text) => {
    const { client, contracts } = await stage();
    client.api.placeOrder(1, contracts[which], {
      ...marketOrder({ totalQuantity: 1, orderType: "LMT" as never, lmtPrice: 1 }),
      ...fields,
    } as Order);
    await client.settle();
    expect(errorsOf(client)).toEqual([[1, code, text]]);
  });

  const cause = (text: string): string => `Error validating request.-'order' : cause - ${text}`;
  test.each<[string, number[], object, number, string]>([
    [
      "a market order",
      [1, 1],
      { orderType: "MKT" },
      321,
      cause(
        "The combo details for leg '0' are invalid. - Only LMT or REL+LMT order allows using per-leg prices.",
      ),
    ],
    [
      "one for one leg only",
      [1],
      {},
      321,
      cause(
        "The combo details for leg '1' are invalid. - All leg prices are needed when specifying per-leg prices.",
      ),
    ],
    [
      "a price of the combination beside them",
      [1, 2],
      { lmtPrice: 1 },
      321,
      cause("Can't specify combo price when using per-leg prices."),
    ],
    [
      "more of them than legs",
      [1, 2, 3],
      {},
      320,
      "Error reading request:Mismatch per-leg price number with combo leg specification.",
    ],
  ])("prices of legs: %s", async (_name, list, fields, code, text) => {
    const { client, contracts } = await stage();
    client.api.placeOrder(1, contracts.pair, {
      ...marketOrder({ totalQuantity: 1, orderType: "LMT" as never }),
      ...nonGuaranteed("1"),
      orderComboLegs: list.map((price) => ({ price })),
      ...fields,
    } as Order);
    await client.settle();
    expect(errorsOf(client)).toEqual([[1, code, text]]);
  });

  test("of stocks go by way of SMART", async () => {
    const { client, contracts } = await stage();
    client.api.placeOrder(1, { ...contracts.pair, exchange: "NYSE" }, {
      ...marketOrder({ totalQuantity: 1 }),
      ...nonGuaranteed("1"),
    } as Order);
    await client.settle();
    expect(errorsOf(client)).toEqual([[1, 315, "Stock combo legs are restricted to SMART order routing."]]);
  });

  test("are taken as they should be", async () => {
    const { client, contracts } = await stage();
    const limit = marketOrder({ totalQuantity: 1, orderType: "LMT" as never, lmtPrice: 1 });
    client.api.placeOrder(1, contracts.pair, { ...limit, ...nonGuaranteed("1") } as Order);
    client.api.placeOrder(2, contracts.condor, limit);
    client.api.placeOrder(3, contracts.vertical, limit);
    client.api.placeOrder(4, contracts.vertical, {
      ...limit,
      ...nonGuaranteed("1"),
      ...prices(2),
      lmtPrice: undefined,
    } as Order);
    await client.settle();
    expect(client.errors).toEqual([]);
  });
});

describe("a time without a zone", () => {
  const WARNING = /^Warning: You submitted request with date-time attributes without explicit time zone\./;
  const CLOSE = "20260102 16:00:00";

  async function warnings(ask: (client: StockClient, time: string) => void, time: string) {
    const { client } = await stageWithClient(bench);
    ask(client, time);
    await client.settle();
    for (const { code, message } of client.errors)
      expect([code, WARNING.test(message)]).toEqual([2174, true]);
    return client.codes();
  }

  const REQUESTS: [string, (client: StockClient, time: string) => void][] = [
    [
      "the end of history",
      ({ api }, time) =>
        api.reqHistoricalData(1, AAPL, time, "1 D", "1 hour" as never, "TRADES" as WhatToShow, 1, 1, false),
    ],
    [
      "the start of ticks",
      ({ api }, time) => api.reqHistoricalTicks(1, AAPL, time, "", 10, "TRADES" as WhatToShow, 1, false),
    ],
    [
      "the end of ticks",
      ({ api }, time) => api.reqHistoricalTicks(1, AAPL, "", time, 10, "TRADES" as WhatToShow, 1, false),
    ],
    [
      "the end of an order",
      ({ api }, time) =>
        api.placeOrder(
          1,
          AAPL,
          marketOrder({ tif: "GTD" as never, goodTillDate: time.replace("20260102", "20270104") }),
        ),
    ],
    [
      "the start of an order",
      ({ api }, time) => api.placeOrder(1, AAPL, marketOrder({ goodAfterTime: time })),
    ],
    ["the start of executions", ({ api }, time) => api.reqExecutions(1, { time })],
  ];

  test.each(REQUESTS)("is taken with warning 2174: %s", async (_name, ask) => {
    expect(await warnings(ask, CLOSE)).toEqual([[1, 2174]]);
  });

  test.each(REQUESTS)("brings no warning when it has one, or is UTC: %s", async (_name, ask) => {
    expect(await warnings(ask, `${CLOSE} US/Eastern`)).toEqual([]);
    expect(await warnings(ask, CLOSE.replace(" ", "-"))).toEqual([]);
  });

  test("brings no warning before there were zones in messages", async () => {
    const { client } = await stageWithClient(bench, { serverVersion: 173 });
    client.api.reqHistoricalData(
      1,
      AAPL,
      CLOSE,
      "1 D",
      "1 hour" as never,
      "TRADES" as WhatToShow,
      1,
      1,
      false,
    );
    await client.settle();
    expect(client.errors).toEqual([]);
  });
});

test.each<[string, object, number]>([
  ["eTradeOnly", { eTradeOnly: true }, 10268],
  ["firmQuoteOnly", { firmQuoteOnly: true }, 10269],
  ["nbboPriceCap", { nbboPriceCap: 190 }, 10270],
])("an order with %s, which gateways do not take any more, is refused", async (name, fields, code) => {
  const { client } = await stageWithClient(bench, { serverVersion: 176 });
  client.api.placeOrder(1, AAPL, { ...marketOrder({ totalQuantity: 1 }), ...fields } as Order);
  await client.settle();
  const attribute = name === "eTradeOnly" ? "EtradeOnly" : name;
  expect(errorsOf(client)).toEqual([[1, code, `The '${attribute}' order attribute is not supported.`]]);
});

test("a schedule is by days", async () => {
  const { client } = await stageWithClient(bench);
  history(client, 1, AAPL, "SCHEDULE");
  await client.settle();
  expect(errorsOf(client)).toEqual([[1, 10295, "Only daily resolution supported for Schedule requests"]]);
});
