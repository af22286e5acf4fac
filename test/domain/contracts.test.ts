import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import * as contracts from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import {
  type Contract,
  type ContractDetails,
  EventName,
  IBApi,
  OptionType,
  OrderAction,
} from "../../src/index.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { ready } from "../support/collect.js";

const SMART_USD = { exchange: "SMART", currency: "USD" };

describe("each kind of contract", () => {
  test.each<[string, Contract, object]>([
    ["by its number", contracts.byConId(265598), { conId: 265598, exchange: "SMART" }],
    ["a stock", contracts.stock("AAPL"), { secType: "STK", symbol: "AAPL", ...SMART_USD }],
    ["a CFD", contracts.cfd("IBUS500"), { secType: "CFD", symbol: "IBUS500", ...SMART_USD }],
    [
      "an index",
      contracts.index("DAX", "EUREX", { currency: "EUR" }),
      { secType: "IND", symbol: "DAX", exchange: "EUREX", currency: "EUR" },
    ],
    [
      "an option",
      contracts.option("AAPL", "20261218", 190, "C"),
      {
        secType: "OPT",
        symbol: "AAPL",
        lastTradeDateOrContractMonth: "20261218",
        strike: 190,
        right: "C",
        multiplier: 100,
        ...SMART_USD,
      },
    ],
    [
      "a future",
      contracts.future("ES", "202612", "CME", { multiplier: 50 }),
      {
        secType: "FUT",
        symbol: "ES",
        lastTradeDateOrContractMonth: "202612",
        exchange: "CME",
        currency: "USD",
        multiplier: 50,
      },
    ],
    [
      "a continuous future",
      contracts.continuousFuture("ES", "CME"),
      { secType: "CONTFUT", symbol: "ES", exchange: "CME", currency: "USD" },
    ],
    [
      "an option on a future",
      contracts.fop("ES", "20261218", 5000, "PUT", "CME"),
      {
        secType: "FOP",
        symbol: "ES",
        lastTradeDateOrContractMonth: "20261218",
        strike: 5000,
        right: "P",
        exchange: "CME",
        currency: "USD",
      },
    ],
    [
      "a pair of currencies",
      contracts.forex("EUR", "USD"),
      { secType: "CASH", symbol: "EUR", currency: "USD", exchange: "IDEALPRO" },
    ],
    [
      "a cryptocurrency",
      contracts.crypto("BTC"),
      { secType: "CRYPTO", symbol: "BTC", exchange: "PAXOS", currency: "USD" },
    ],
    ["a bond", contracts.bond("912828C57"), { secType: "BOND", symbol: "912828C57", ...SMART_USD }],
    [
      "a fund",
      contracts.fund("VINIX"),
      { secType: "FUND", symbol: "VINIX", exchange: "FUNDSERV", currency: "USD" },
    ],
    ["a commodity", contracts.commodity("XAUUSD"), { secType: "CMDTY", symbol: "XAUUSD", ...SMART_USD }],
    [
      "a combination",
      contracts.combo("SPY", [
        { conId: 1, action: "BUY" },
        { conId: 2, action: OrderAction.SELL, ratio: 2, exchange: "CBOE" },
      ]),
      {
        secType: "BAG",
        symbol: "SPY",
        comboLegs: [
          { conId: 1, action: "BUY", ratio: 1, exchange: "SMART" },
          { conId: 2, action: "SELL", ratio: 2, exchange: "CBOE" },
        ],
        ...SMART_USD,
      },
    ],
  ])("%s", (_, contract, expected) => {
    expect(contract).toEqual(expected);
  });

  test.each([
    [OptionType.Call, "C"],
    ["CALL", "C"],
    ["C", "C"],
    [OptionType.Put, "P"],
    ["PUT", "P"],
    ["P", "P"],
  ] as const)("the right %s", (right, expected) => {
    expect(contracts.option("AAPL", "202612", 190, right).right).toBe(expected);
  });

  test("what is given besides takes precedence, what is undefined is not given", () => {
    const more = { exchange: "LSE", currency: "GBP", primaryExch: "LSE", tradingClass: undefined };
    expect(contracts.stock("VOD", more)).toEqual({
      secType: "STK",
      symbol: "VOD",
      exchange: "LSE",
      currency: "GBP",
      primaryExch: "LSE",
    });
    expect(contracts.stock("AAPL", { exchange: undefined }).exchange).toBe("SMART");
    const notEnumerable = Object.defineProperty({}, "exchange", { value: "ARCA" });
    expect(contracts.stock("AAPL", notEnumerable).exchange).toBe("ARCA");
    expect(contracts.stock("AAPL", Object.create({ exchange: "ARCA" })).exchange).toBe("ARCA");
  });
});

test("what identifies a contract may stand in what is given besides", () => {
  expect(contracts.stock(undefined as unknown as string, { symbol: "AAPL" }).symbol).toBe("AAPL");
});

const EXPIRY = "(allowed: a day YYYYMMDD or a month YYYYMM)";
const LEGS = "(allowed: a list of two legs or more)";

describe("what does not fit is refused by name", () => {
  test.each<[() => Contract, string]>([
    [() => contracts.byConId(1.5), "contract.conId is 1.5 (allowed: an integer from 0 on)"],
    [() => contracts.stock(""), 'contract.symbol is "" (allowed: a text)'],
    [() => contracts.stock(undefined as unknown as string), "contract.symbol is undefined (allowed: a text)"],
    [
      () => contracts.index("SPX", undefined as unknown as string),
      "contract.exchange is undefined (allowed:",
    ],
    [() => contracts.byConId(undefined as unknown as number), "contract.conId is undefined (allowed: an int"],
    [() => contracts.stock(7 as unknown as string), "contract.symbol is 7 (allowed: a text)"],
    [
      () => contracts.stock("AAPL", { exhange: "SMART" } as object),
      "contract.exhange is not known (allowed: ",
    ],
    [
      () => contracts.stock("AAPL", { currency: "usd" }),
      'contract.currency is "usd" (allowed: a currency such as',
    ],
    [() => contracts.option("AAPL", "2026-12-18", 190, "C"), `expiry is "2026-12-18" ${EXPIRY}`],
    [() => contracts.option("AAPL", "202613", 190, "C"), `expiry is "202613" ${EXPIRY}`],
    [() => contracts.option("AAPL", "202612", Number.NaN, "C"), "strike is NaN (allowed: a number above 0)"],
    [() => contracts.option("AAPL", "202612", 0, "C"), "strike is 0 (allowed: a number above 0)"],
    [() => contracts.option("AAPL", "202612", -190, "C"), "strike is -190 (allowed: a number above 0)"],
    [
      () => contracts.option("AAPL", "202612", "190" as never, "C"),
      'strike is "190" (allowed: a number above 0)',
    ],
    [() => contracts.fop("ES", "202612", 0, "C", "CME"), "strike is 0 (allowed: a number above 0)"],
    [() => contracts.byConId(1, { strike: -1 }), "contract.strike is -1 (allowed: a number from 0 on)"],
    [
      () => contracts.stock("AAPL", Object.create({ exhange: "X" })),
      "contract.exhange is not known (allowed",
    ],
    [() => contracts.option("AAPL", "202612", 190, "X" as "C"), 'right is "X" (allowed: C, CALL, P, PUT)'],
    [() => contracts.future("ES", "202612", ""), 'contract.exchange is "" (allowed: a text)'],
    [
      () => contracts.future("ES", "202612", "CME", { multiplier: 0 }),
      "contract.multiplier is 0 (allowed: a",
    ],
    [() => contracts.forex("EURUSD", "USD"), 'base is "EURUSD" (allowed: a currency such as USD)'],
    [() => contracts.forex("EUR", undefined as unknown as string), "quote is undefined (allowed: a currency"],
    [() => contracts.combo("SPY", []), `legs is [] ${LEGS}`],
    [
      () => contracts.combo("SPY", [{ conId: 1, action: "BUY" }]),
      `legs is [{"conId":1,"action":"BUY"}] ${LEGS}`,
    ],
    [
      () =>
        contracts.combo("SPY", [
          { conId: 1, action: "BUY" },
          { conId: 2, action: "HOLD" as "BUY" },
        ]),
      'legs[1].action is "HOLD" (allowed: BUY, SELL)',
    ],
  ])("%s", (make, message) => {
    let error: unknown;
    try {
      make();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(IBKRError);
    expect(error).toMatchObject({ code: "ERR_IBKR_ARGUMENT", message: expect.stringContaining(message) });
  });
});

describe("a gateway knows them", () => {
  let gateway: SimulatedGateway;
  let ib: IBApi;

  beforeAll(async () => {
    gateway = await SimulatedGateway.start();
    ib = await ready(new IBApi({ port: gateway.port }));
  });
  afterAll(async () => {
    ib.disconnect();
    await gateway.stop();
  });

  function detailsOf(contract: Contract): Promise<ContractDetails[]> {
    return new Promise((resolve, reject) => {
      const found: ContractDetails[] = [];
      ib.removeAllListeners();
      ib.on(EventName.contractDetails, (_id, details) => found.push(details));
      ib.on(EventName.contractDetailsEnd, () => resolve(found));
      ib.on(EventName.error, reject);
      ib.reqContractDetails(1, contract);
    });
  }

  test.each<[string, Contract]>([
    ["STK", contracts.stock("AAPL")],
    ["IND", contracts.index("SPX", "CBOE")],
    ["CASH", contracts.forex("EUR", "USD")],
    ["CRYPTO", contracts.crypto("BTC")],
  ])("%s", async (secType, contract) => {
    const found = await detailsOf(contract);
    expect(found).toHaveLength(1);
    expect(found[0].contract).toMatchObject({ secType, symbol: contract.symbol });
  });

  test("an option and a future, by what the gateway itself says of them", async () => {
    const [{ contract: listed }] = await detailsOf({ symbol: "AAPL", secType: "OPT" } as Contract);
    const expiry = listed.lastTradeDateOrContractMonth as string;
    const right = listed.right as OptionType;
    const [option] = await detailsOf(contracts.option("AAPL", expiry, listed.strike as number, right));
    expect(option.contract.conId).toBe(listed.conId);

    const [{ contract: front }] = await detailsOf({ symbol: "ES", secType: "FUT" } as Contract);
    const month = (front.lastTradeDateOrContractMonth as string).slice(0, 6);
    const [future] = await detailsOf(contracts.future("ES", month, "CME"));
    expect(future.contract.conId).toBe(front.conId);

    const [known] = await detailsOf(contracts.byConId(front.conId as number, { exchange: "CME" }));
    expect(known.contract.localSymbol).toBe(front.localSymbol);
  });
});

test("types", () => {
  expect(contracts.futureOption).toBe(contracts.fop);
  expectTypeOf(contracts.fop).returns.toEqualTypeOf<Contract>();
  expectTypeOf(contracts.option).parameter(3).toEqualTypeOf<contracts.Right>();
  expectTypeOf({ primaryExch: "NASDAQ", right: "C" as const }).toExtend<contracts.ContractMore>();
  // @ts-expect-error: a security type is the helper's to say
  void (() => contracts.stock("AAPL", { secType: "OPT" }));
  // @ts-expect-error: a leg is bought or sold
  void (() => contracts.combo("SPY", [{ conId: 1, action: "SSHORT" }]));
});
