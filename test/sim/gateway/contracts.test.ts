import { type Contract, type ContractDetails, EventName, OptionType, SecType, WhatToShow } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { defaultOrder } from "../../../src/sim/model/order.js";
import { AAPL, Bench, EUR, marketOrder, type StockClient } from "../../support/sim/harness.js";
import { stageWithClient } from "../../support/sim/stage.js";

const bench = new Bench();
afterEach(() => bench.end());

/** Every request that has a contract, under id 7. */
const REQUESTS: Readonly<Record<string, (client: StockClient, contract: Contract) => void>> = {
  order: ({ api }, contract) => api.placeOrder(7, contract, marketOrder({ totalQuantity: 1 })),
  "what-if": ({ api }, contract) =>
    api.placeOrder(7, contract, marketOrder({ totalQuantity: 1, whatIf: true })),
  "market data": ({ api }, contract) => api.reqMktData(7, contract, "", false, false),
  depth: ({ api }, contract) => api.reqMktDepth(7, contract, 5, false, []),
  "tick by tick": ({ api }, contract) => api.reqTickByTickData(7, contract, "BidAsk" as never, 0, false),
  "real-time bars": ({ api }, contract) => api.reqRealTimeBars(7, contract, 5, WhatToShow.MIDPOINT, false),
  history: ({ api }, contract) =>
    api.reqHistoricalData(7, contract, "", "1 D", "1 hour" as never, WhatToShow.MIDPOINT, 1, 2, false),
  "head timestamp": ({ api }, contract) => api.reqHeadTimestamp(7, contract, WhatToShow.MIDPOINT, false, 2),
  histogram: ({ api }, contract) => api.reqHistogramData(7, contract, false, 3, "day" as never),
  "historical ticks": ({ api }, contract) =>
    api.reqHistoricalTicks(7, contract, "20260102-15:00:00", "", 10, WhatToShow.MIDPOINT, 0, false),
  exercise: ({ api }, contract) => api.exerciseOptions(7, contract, 1, 1, "", 0),
};
const DATA = Object.keys(REQUESTS).filter((name) => name !== "order" && name !== "what-if");

const ES: Contract = { symbol: "ES", secType: SecType.FUT, exchange: "CME", currency: "USD" };
/** The next future of a market that begins in January 2026. */
const MARCH: Contract = { ...ES, lastTradeDateOrContractMonth: "20260320" };
const OPTION: Contract = {
  ...AAPL,
  ...{ secType: SecType.OPT, lastTradeDateOrContractMonth: "20260220", strike: 190, right: OptionType.Call },
};
const UNKNOWN = "No security definition has been found for the request";
const INVALID_EXCHANGE = "The destination or exchange selected is Invalid.";
const FILL_ALL =
  "When the local symbol field is empty, please fill all option fields (right, strike, expiry)";
const EXPIRY = "Please enter a local symbol or an expiry";
const TYPE = "Please enter a valid security type";
const ambiguous = (symbol: string): string => `The contract description specified for ${symbol} is ambiguous`;
const conflict = (what: string): string =>
  `Parameters in request conflicts with contract parameters received by contract id: ${what}`;

/** What every request that means one contract refuses, and details do not all. */
const REFUSED: [name: string, contract: Contract, code: number, text: string][] = [
  ["a symbol that does not exist", { ...AAPL, symbol: "ZZZX" }, 200, UNKNOWN],
  ["a contract id that does not exist", { conId: 42, exchange: "SMART" }, 200, UNKNOWN],
  ["a currency that is none", { ...AAPL, currency: "XXX" }, 200, UNKNOWN],
  ["a future in a currency that is not its own", { ...MARCH, currency: "EUR" }, 200, UNKNOWN],
  [
    "a pair without its second currency",
    { symbol: "EUR", secType: SecType.CASH, exchange: "IDEALPRO" },
    200,
    UNKNOWN,
  ],
  ["a pair the other way round", { ...EUR, symbol: "USD", currency: "EUR" }, 200, UNKNOWN],
  ["an exchange that does not exist", { ...AAPL, exchange: "NOWHERE" }, 200, INVALID_EXCHANGE],
  ["an exchange of others", { ...AAPL, exchange: "CME" }, 200, UNKNOWN],
  ["a stock exchange elsewhere", { ...AAPL, exchange: "LSE" }, 200, UNKNOWN],
  ["a pair by way of SMART", { ...EUR, exchange: "SMART" }, 200, UNKNOWN],
  ["a future by way of SMART", { ...MARCH, exchange: "SMART" }, 200, UNKNOWN],
  ["the old name of an exchange", { ...MARCH, exchange: "GLOBEX" }, 200, INVALID_EXCHANGE],
  ["a primary exchange that is another", { ...AAPL, primaryExch: "NYSE" }, 200, UNKNOWN],
  ["a trading class that is another", { ...AAPL, tradingClass: "AAPL2" }, 200, UNKNOWN],
  ["a class that options do not have", { ...OPTION, tradingClass: "2AAPL" }, 200, UNKNOWN],
  ["a multiplier that is another", { ...OPTION, multiplier: 10 }, 200, UNKNOWN],
  ["a future's multiplier that is another", { ...MARCH, multiplier: 5 }, 200, UNKNOWN],
  ["a local symbol that is another's", { ...AAPL, localSymbol: "MSFT" }, 200, UNKNOWN],
  ["an expiry that does not exist", { ...MARCH, lastTradeDateOrContractMonth: "202604" }, 200, UNKNOWN],
  ["a day that is none of the expiry", { ...MARCH, lastTradeDateOrContractMonth: "20260319" }, 200, UNKNOWN],
  ["an expiry that is none", { ...MARCH, lastTradeDateOrContractMonth: "2026" }, 200, UNKNOWN],
  ["a strike that does not exist", { ...OPTION, strike: 190.37 }, 200, UNKNOWN],
  ["a right that is none", { ...OPTION, right: "X" as OptionType }, 200, UNKNOWN],
  [
    "a month in which several options expire",
    { ...OPTION, lastTradeDateOrContractMonth: "202601" },
    200,
    ambiguous("AAPL"),
  ],
  ["a stock without its currency", { ...AAPL, currency: undefined }, 200, ambiguous("AAPL")],
  [
    "an id with another symbol",
    { ...AAPL, conId: 272093 },
    478,
    conflict("requested symbol AAPL, in contract MSFT;"),
  ],
  [
    "an id with another currency",
    { ...AAPL, conId: 265598, currency: "EUR" },
    478,
    conflict("requested currency EUR, in contract USD;"),
  ],
  [
    "an id with another type",
    { ...OPTION, conId: 265598 },
    478,
    conflict("requested sectype OPT, in contract STK;"),
  ],
  ["no security type", { ...AAPL, secType: undefined }, 321, TYPE],
  ["a security type that is none", { ...AAPL, secType: "STOCK" as SecType }, 321, TYPE],
  ["a future without expiry", ES, 321, EXPIRY],
  ["an option without strike and right", { ...OPTION, strike: undefined, right: undefined }, 321, FILL_ALL],
  ["an option without strike", { ...OPTION, strike: 0 }, 321, FILL_ALL],
  ["an option without right", { ...OPTION, right: undefined }, 321, FILL_ALL],
  ["an option without expiry", { ...OPTION, lastTradeDateOrContractMonth: undefined }, 321, FILL_ALL],
  [
    "a futures option without expiry",
    { ...ES, secType: SecType.FOP, strike: 5250, right: OptionType.Call },
    321,
    EXPIRY,
  ],
  [
    "a combination without legs",
    { ...AAPL, secType: SecType.BAG },
    321,
    "Security type 'BAG' requires combo leg details.",
  ],
];

describe.each(Object.keys(REQUESTS))("a request for %s refuses", (request) => {
  test("each contract that a gateway refuses, with its code and text", async () => {
    const { client, gateway } = await stageWithClient(bench);
    const said: unknown[] = [];
    for (const [name, contract] of REFUSED) {
      const mark = client.errors.length;
      REQUESTS[request](client, contract);
      await client.settle();
      said.push([
        name,
        ...client.errors.slice(mark).map(({ id, code, message }) => [id, code, shortened(message)]),
      ]);
    }
    expect(said).toEqual(REFUSED.map(([name, , code, text]) => [name, [7, code, shortened(text)]]));
    expect([...gateway.exchange.accounts.values()].flatMap((account) => account.positions())).toEqual([]);
  });
});

/** Which name the request goes by in a 321, and how an ambiguous description goes on, is not the point. */
function shortened(message: string): string {
  return message.replace(/^.*cause - /, "").replace(/(is ambiguous).*/, "$1");
}

describe("an exchange has to be given", () => {
  test.each(["order", "what-if"])("with %s", async (request) => {
    const { client } = await stageWithClient(bench);
    for (const contract of [{ ...AAPL, exchange: undefined }, { conId: 265598 }])
      REQUESTS[request](client, contract);
    await client.settle();
    const refused = "Error validating request.-'order' : cause - Missing order exchange.";
    expect(client.errors.map(({ code, message }) => [code, message])).toEqual([
      [321, refused],
      [321, refused],
    ]);
  });

  test.each(DATA)("with %s", async (request) => {
    const { client } = await stageWithClient(bench);
    REQUESTS[request](client, { conId: 265598 });
    await client.settle();
    expect(client.errors.map(({ code, message }) => [code, shortened(message)])).toEqual([
      [321, "Please enter exchange"],
    ]);
  });
});

describe("a contract id with what contradicts it", () => {
  test.each([
    [
      "the month beside the id of what expires on a day",
      { lastTradeDateOrContractMonth: "202603" },
      "expiry 202603, in contract 20260320",
    ],
    ["another day", { lastTradeDateOrContractMonth: "20260618" }, "expiry 20260618, in contract 20260320"],
    ["another multiplier", { multiplier: 5 }, "multiplier 5, in contract 50"],
    ["another local symbol", { localSymbol: "ESM6" }, "local symbol ESM6, in contract ESH6"],
    ["another class", { tradingClass: "MES" }, "trading class MES, in contract ES"],
  ])("is 478: %s", async (_name, fields, what) => {
    const { client, gateway } = await stageWithClient(bench);
    const { conId } = gateway.exchange.instruments.resolve({ symbol: "ES", secType: "FUT" })!;
    client.api.placeOrder(1, { ...ES, conId, ...fields }, marketOrder({ totalQuantity: 1 }));
    client.api.reqContractDetails(2, { ...ES, conId, ...fields });
    await client.settle();
    const text = conflict(`requested ${what};`);
    expect(client.errors.map((e) => [e.id, e.code, e.message])).toEqual([
      [1, 478, text],
      [2, 478, text],
    ]);
  });
});

describe("taken are", () => {
  test.each<[string, Contract, string]>([
    ["a stock", AAPL, "AAPL"],
    ["a stock by its id", { conId: 265598, exchange: "SMART" }, "AAPL"],
    ["a stock on an exchange", { ...AAPL, exchange: "NYSE" }, "AAPL"],
    ["the old name of NASDAQ", { ...AAPL, exchange: "ISLAND", primaryExch: "ISLAND" }, "AAPL"],
    ["a stock by its local symbol", { ...AAPL, symbol: undefined, localSymbol: "AAPL" }, "AAPL"],
    [
      "lower case",
      { ...AAPL, symbol: "aapl", secType: "stk" as SecType, exchange: "smart", currency: "usd" },
      "AAPL",
    ],
    [
      "a stock nobody knows, wherever it is listed",
      { ...AAPL, symbol: "RIVN", primaryExch: "NYSE", tradingClass: "SCM" },
      "RIVN",
    ],
    ["a stock of another currency", { ...AAPL, symbol: "SAP", currency: "EUR", primaryExch: "IBIS" }, "SAP"],
    [
      "a pair by its local symbol",
      { secType: SecType.CASH, exchange: "IDEALPRO", localSymbol: "EUR.USD" },
      "EUR.USD",
    ],
    ["a pair with the right that positions show of it", { ...EUR, right: "?" as OptionType }, "EUR.USD"],
    ["a future by its month", { ...ES, lastTradeDateOrContractMonth: "202603" }, "ESH6"],
    ["a future by its day", MARCH, "ESH6"],
    [
      "a future with the time that details give",
      { ...ES, lastTradeDateOrContractMonth: "20260320 08:30:00 US/Central" },
      "ESH6",
    ],
    [
      "a future by its local symbol alone",
      { secType: SecType.FUT, exchange: "CME", localSymbol: "MNQM6" },
      "MNQM6",
    ],
    ["an option", OPTION, "AAPL  260220C00190000"],
    [
      "an option with all that details give",
      { ...OPTION, multiplier: 100, tradingClass: "AAPL" },
      "AAPL  260220C00190000",
    ],
    [
      "an option with its right in a word",
      { ...OPTION, right: "CALL" as OptionType },
      "AAPL  260220C00190000",
    ],
    [
      "an option by its local symbol",
      { secType: SecType.OPT, exchange: "SMART", localSymbol: "AAPL  260220C00190000" },
      "AAPL  260220C00190000",
    ],
    [
      "an option by a local symbol with fewer blanks",
      { secType: SecType.OPT, exchange: "SMART", localSymbol: "AAPL 260220C00190000" },
      "AAPL  260220C00190000",
    ],
    [
      "a futures option by its local symbol",
      { secType: SecType.FOP, exchange: "CME", localSymbol: "ES2602 C5250" },
      "ES2602 C5250",
    ],
    [
      "a coin by its local symbol",
      { secType: SecType.CRYPTO, exchange: "PAXOS", localSymbol: "BTC.USD" },
      "BTC.USD",
    ],
  ])("%s", async (_name, contract, localSymbol) => {
    const { client } = await stageWithClient(bench);
    client.api.reqContractDetails(1, contract);
    client.api.reqMktData(2, contract, "", true, false);
    await client.settle();
    expect(client.errors).toEqual([]);
    const found = client
      .all(EventName.contractDetails)
      .map(([, d]) => (d as ContractDetails).contract.localSymbol);
    expect(found).toEqual([localSymbol]);
    expect(client.all(EventName.tickSnapshotEnd)).toEqual([[2]]);
  });

  test("a stock by its ISIN, where the wire has a place for it", async () => {
    const { client } = await stageWithClient(bench);
    const contract = { ...AAPL, symbol: undefined, secIdType: "ISIN", secId: "US0378331005" } as Contract;
    client.api.reqContractDetails(1, contract);
    client.api.placeOrder(2, contract, marketOrder({ totalQuantity: 1 }));
    client.api.reqContractDetails(3, { ...contract, secId: "US0378331006" } as Contract);
    await client.settle();
    expect(client.codes()).toEqual([[3, 200]]);
    expect(client.all(EventName.openOrder).map(([, c]) => (c as Contract).symbol)).toContain("AAPL");
  });

  test("parts of a description in a request for details, which may have many", async () => {
    const { client } = await stageWithClient(bench);
    client.api.reqContractDetails(1, ES);
    client.api.reqContractDetails(2, { ...OPTION, strike: undefined, right: undefined });
    client.api.reqContractDetails(3, { ...ES, lastTradeDateOrContractMonth: "2026" });
    await client.settle();
    const count = (id: number): number =>
      client.all(EventName.contractDetails).filter(([reqId]) => reqId === id).length;
    expect(count(1)).toBe(8);
    expect(count(2)).toBeGreaterThan(20);
    expect(client.codes()).toEqual([[3, 200]]);
  });

  test("continuous futures by history, and by nothing that streams or trades", async () => {
    const { client } = await stageWithClient(bench);
    const contract = { ...ES, secType: SecType.CONTFUT };
    for (const request of ["history", "head timestamp", "market data", "order"])
      REQUESTS[request](client, contract);
    await client.settle();
    expect(client.errors.map(({ code, message }) => [code, shortened(message)])).toEqual([
      [321, TYPE],
      [321, TYPE],
    ]);
  });
});

describe("a combination", () => {
  const leg = (conId: number, action: "BUY" | "SELL") => ({ conId, ratio: 1, action, exchange: "SMART" });
  const pair = {
    ...AAPL,
    secType: SecType.BAG,
    comboLegs: [leg(265598, "BUY"), leg(272093, "SELL")],
  } as Contract;

  const NO_EXCHANGE = "The destination or exchange selected is Invalid.";
  /** The pair with something else in its second leg. */
  const withLeg = (fields: object): Contract => ({
    ...pair,
    comboLegs: [pair.comboLegs![0], { ...pair.comboLegs![1], ...fields }],
  });

  test.each<[string, Contract, number, string]>([
    [
      "a symbol that is none of its legs'",
      { ...pair, symbol: "IBM" },
      478,
      "Parameters in request conflicts with contract parameters received by contract id:Requested symbol IBM, in legs AAPL,MSFT",
    ],
    ["an exchange its legs are not on", { ...pair, exchange: "CME" }, 200, UNKNOWN],
    [
      "legs nobody knows",
      { ...pair, comboLegs: [leg(42, "BUY"), leg(43, "SELL")] } as Contract,
      200,
      UNKNOWN,
    ],
    ["a leg's exchange that is none", withLeg({ exchange: "FOO" }), 200, NO_EXCHANGE],
    ["an index in it", withLeg({ conId: 416904 }), 200, UNKNOWN],
  ])("is refused with %s", async (_name, contract, code, text) => {
    const { client } = await stageWithClient(bench);
    client.api.placeOrder(1, contract, marketOrder({ totalQuantity: 1 }));
    await client.settle();
    expect(client.errors.map((e) => [e.id, e.code, e.message])).toEqual([[1, code, text]]);
  });

  const OF_LEG_1 = "The combo details for leg '1' are invalid. - ";
  test.each<[string, object, string]>([
    ["a side that is none", { action: "HOLD" }, `${OF_LEG_1} conid, ratio, side: 272093, 1, 0`],
    ["no side", { action: "" }, `${OF_LEG_1} conid, ratio, side: 272093, 1, 0`],
    ["a ratio of zero", { ratio: 0 }, `${OF_LEG_1} conid, ratio, side: 272093, 0, 2`],
    ["a ratio below zero", { ratio: -1 }, `${OF_LEG_1} conid, ratio, side: 272093, -1, 2`],
    ["no contract id", { conId: 0 }, `${OF_LEG_1} conid, ratio, side: 0, 1, 2`],
    [
      "a side of institutions",
      { action: "SSHORT" },
      `${OF_LEG_1}Not an institutional account, or an away clearing order`,
    ],
  ])("whose leg has %s is refused, for orders and data alike", async (_name, fields, cause) => {
    const { client } = await stageWithClient(bench);
    const contract = withLeg(fields);
    client.api.placeOrder(1, contract, marketOrder({ totalQuantity: 1 }));
    client.api.reqMktData(2, contract, "", false, false);
    await client.settle();
    expect(client.errors.map((e) => [e.id, e.code, e.message])).toEqual([
      [1, 321, `Error validating request.-'order' : cause - ${cause}`],
      [2, 321, `Error validating request.-'market data' : cause - ${cause}`],
    ]);
  });

  test.each([
    [2, 2, true],
    [3, 6, true],
    [2, 3, false],
    [1, 2, false],
  ])("of %i to %i: refused %s, for its ratios have a common divisor", async (first, second, refused) => {
    const { client } = await stageWithClient(bench);
    const comboLegs = [first, second].map((ratio, i) => ({ ...pair.comboLegs![i], ratio }));
    client.api.reqMktData(1, { ...pair, comboLegs }, "", false, false);
    await client.settle();
    expect(client.errors.map((e) => e.message)).toEqual(
      refused ? ["Error validating request.-'market data' : cause - Invalid leg ratio."] : [],
    );
  });

  test("of two currencies is none", async () => {
    const { client, gateway } = await stageWithClient(bench);
    const { conId } = gateway.exchange.instruments.resolve({
      symbol: "SAP",
      secType: "STK",
      currency: "EUR",
    })!;
    const contract = {
      ...pair,
      symbol: "USD",
      comboLegs: [leg(265598, "BUY"), leg(conId, "SELL")],
    } as Contract;
    client.api.placeOrder(1, contract, marketOrder({ totalQuantity: 1 }));
    await client.settle();
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([[1, 10000]]);
  });
});

test("orders that come without a client are checked, too", async () => {
  const { gateway } = await stageWithClient(bench);
  const { orders, instruments } = gateway.exchange;
  const [stock] = [instruments.resolve({ symbol: "AAPL", secType: "STK" })!];
  const contract = {
    ...stock,
    conId: 0,
    exchange: "",
    lastTradeDateOrContractMonth: "",
    strike: 0,
    right: "",
  };
  const order = { ...defaultOrder(), action: "BUY", totalQuantity: 1, orderType: "MKT" };
  expect(() => orders.place(1, 1, contract, order)).toThrow("Missing order exchange.");
});
