import { describe, expect, test } from "vitest";
import type { Lookups } from "../../src/broker/lookups.js";
import { ContractBook } from "../../src/client/contract-book.js";
import { ContractError } from "../../src/client/contract-error.js";
import { SharedAnswers } from "../../src/client/shared-answers.js";
import * as contracts from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import type { Contract, ContractDetails } from "../../src/domain/stock-types.js";
import { cleansUp, clientAt, refusalOf, simulated } from "./client-stage.js";

cleansUp();

const AAPL = contracts.stock("AAPL");
const detailsOf = (...found: Contract[]) => found.map((contract) => ({ contract }) as ContractDetails);

/** A gateway that knows what the test says, and what it was asked. */
function bookOf(answer: (contract: Contract, signal?: AbortSignal) => Promise<ContractDetails[]>) {
  const asked: Contract[] = [];
  const searched: string[] = [];
  const lookups: Pick<Lookups, "contractDetails" | "search"> = {
    contractDetails: (contract, options) => {
      asked.push(contract);
      return answer(contract, options?.signal);
    },
    search: async (pattern) => {
      searched.push(pattern);
      return [{ contract: { symbol: `${pattern}X`, secType: "STK" as never, currency: "USD" } }];
    },
  };
  return { book: new ContractBook(lookups, 1_000), asked, searched };
}
const unknown = () =>
  new IBKRError("ERR_IBKR_GATEWAY", "No security definition (200)", {
    gatewayCode: 200,
    gatewayText: "No security definition",
  });

describe("a contract is qualified", () => {
  test("by one question, whoever asks at once and later", async () => {
    const { book, asked } = bookOf(async (contract) => detailsOf({ ...contract, conId: 7 }));
    const both = await Promise.all([book.qualify(AAPL, {}), book.qualify({ ...AAPL }, {})]);
    const later = await book.qualify({ currency: "USD", ...AAPL, localSymbol: "" }, {});
    expect([...both, later].map(({ conId }) => conId)).toEqual([7, 7, 7]);
    expect(asked).toHaveLength(1);
    // Each has an object of its own.
    both[0].symbol = "MSFT";
    expect((await book.qualify(AAPL, {})).symbol).toBe("AAPL");
  });

  test("at the exchange that was asked for, at SMART where none was, at the first where there is no SMART", async () => {
    const at = (...exchanges: string[]) =>
      detailsOf(...exchanges.map((exchange) => ({ conId: 7, exchange })));
    const { book } = bookOf(async ({ symbol }) =>
      symbol === "ES" ? at("CME", "QBALGO") : at("ARCA", "SMART", "NYSE"),
    );
    const exchangeOf = async (contract: Contract) => (await book.qualify(contract, {})).exchange;
    expect(await exchangeOf({ symbol: "A", exchange: "NYSE" })).toBe("NYSE");
    expect(await exchangeOf({ symbol: "A" })).toBe("SMART");
    expect(await exchangeOf({ symbol: "ES" })).toBe("CME");
  });

  test("not where there are several: the error lists them, each once, ten in its text", async () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ conId: i + 1, symbol: "A", exchange: "SMART" }));
    const { book } = bookOf(async () => detailsOf({ ...many[0], exchange: "NYSE" } as Contract, ...many));
    const error = await refusalOf(() => book.qualify({ symbol: "A", secType: "OPT" as never }, {}));
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toMatchObject({
      code: "ERR_IBKR_AMBIGUOUS_CONTRACT",
      scope: "request",
      candidates: many,
      contract: { symbol: "A" },
    });
    expect(error.message).toBe(
      `A OPT may be any of 12: ${many
        .slice(0, 10)
        .map(({ conId }) => `A SMART, conId ${conId}`)
        .join("; ")}; and 2 more`,
    );
  });

  test("not a pair the wrong way round: the error lists the right one", async () => {
    const { book, searched } = bookOf(async ({ symbol }) => {
      if (symbol === "USD") throw unknown();
      return detailsOf({ ...contracts.forex("EUR", "USD"), conId: 9, primaryExch: "" });
    });
    const error = await refusalOf(() => book.qualify(contracts.forex("USD", "EUR"), {}));
    expect(error).toMatchObject({
      code: "ERR_IBKR_UNKNOWN_CONTRACT",
      candidates: [{ symbol: "EUR", currency: "USD" }],
      message: "the gateway knows no USD CASH IDEALPRO EUR. Similar: EUR CASH IDEALPRO USD, conId 9",
    });
    expect(searched).toEqual([]);
  });

  test("a future that was found has a date alone", async () => {
    const expiry = { lastTradeDateOrContractMonth: "20261218 08:30:00 US/Central" };
    const { book } = bookOf(async () => detailsOf({ conId: 7, exchange: "CME", ...expiry }));
    const found = await book.qualify({ symbol: "ES", secType: "FUT" as never, exchange: "CME" }, {});
    expect(found.lastTradeDateOrContractMonth).toBe("20261218");
  });

  test("not where there is none: the error lists what has a similar name, and has the gateway's words", async () => {
    const { book, searched } = bookOf(() => Promise.reject(unknown()));
    const option = contracts.option("NOPE", "20270115", 12.5, "C");
    const error = await refusalOf(() => book.qualify(option, {}));
    expect(error).toMatchObject({
      code: "ERR_IBKR_UNKNOWN_CONTRACT",
      gatewayCode: 200,
      gatewayText: "No security definition",
      message: "the gateway knows no NOPE OPT 20270115 12.5 C x100 SMART USD. Similar: NOPEX STK USD",
    });
    expect(searched).toEqual(["NOPE"]);
    // A refusal is not kept.
    await refusalOf(() => book.qualify(option, {}));
    expect(searched).toHaveLength(2);
  });

  test("not where the gateway lists nothing, nor by a number that it does not know", async () => {
    const { book, searched } = bookOf(async () => []);
    expect(await refusalOf(() => book.qualify({ conId: 9 }, {}))).toMatchObject({
      code: "ERR_IBKR_UNKNOWN_CONTRACT",
      message: "the gateway knows no conId 9",
      candidates: [],
    });
    expect(searched).toEqual([]);
  });

  test("not where something else goes wrong: that is told as it is", async () => {
    const failure = new IBKRError("ERR_IBKR_TIMEOUT", "no answer within 1000 ms");
    const { book } = bookOf(() => Promise.reject(failure));
    expect(await refusalOf(() => book.qualify(AAPL, {}))).toBe(failure);
    expect(await refusalOf(() => book.qualifyAll([AAPL, { symbol: "MSFT" }], {}))).toBe(failure);
  });

  test("not if it is a combination", async () => {
    const { book, asked } = bookOf(async () => []);
    const combo = contracts.combo("AAPL", [
      { conId: 1, action: "BUY" },
      { conId: 2, action: "SELL" },
    ]);
    expect(await refusalOf(() => book.qualify(combo, {}))).toMatchObject({
      code: "ERR_IBKR_ARGUMENT",
      message: expect.stringContaining('contract.secType is "BAG" (allowed: '),
    });
    expect(asked).toEqual([]);
  });
});

describe("of several", () => {
  const book = () =>
    bookOf(({ symbol }) =>
      symbol?.startsWith("BAD")
        ? Promise.reject(unknown())
        : Promise.resolve(detailsOf({ conId: symbol?.length ?? 0, symbol: symbol ?? "" })),
    ).book;

  test("each is qualified, in their order", async () => {
    const found = await book().qualifyAll([{ symbol: "AAA" }, { symbol: "A" }, { symbol: "AA" }], {});
    expect(found.map(({ conId }) => conId)).toEqual([3, 1, 2]);
  });

  test("one that is unknown is the error; of more than one the error tells of each", async () => {
    const one = await refusalOf(() => book().qualifyAll([{ symbol: "A" }, { symbol: "BAD" }], {}));
    expect(one).toMatchObject({ message: "the gateway knows no BAD. Similar: BADX STK USD" });
    const two = await refusalOf(() =>
      book().qualifyAll([{ symbol: "BAD1" }, { symbol: "A" }, { symbol: "BAD2" }], {}),
    );
    expect(two).toBeInstanceOf(ContractError);
    expect(two).toMatchObject({
      code: "ERR_IBKR_UNKNOWN_CONTRACT",
      message:
        "2 of 3 contracts cannot be qualified: the gateway knows no BAD1. Similar: BAD1X STK USD | " +
        "the gateway knows no BAD2. Similar: BAD2X STK USD",
      candidates: [{ symbol: "BAD1X" }, { symbol: "BAD2X" }],
    });
  });
});

describe("whoever waits for a shared answer", () => {
  function waiting() {
    let answer: (found: ContractDetails[]) => void = () => {};
    const signals: (AbortSignal | undefined)[] = [];
    const { book, asked } = bookOf((_contract, signal) => {
      signals.push(signal);
      return new Promise((resolve, reject) => {
        answer = resolve;
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
    });
    return { book, asked, signals, answer: (found: ContractDetails[]) => answer(found) };
  }

  test("may stop waiting, and leaves the others theirs", async () => {
    const { book, asked, signals, answer } = waiting();
    const ends = new AbortController();
    const first = book.qualify(AAPL, { signal: ends.signal });
    const second = book.qualify(AAPL, {});
    const third = refusalOf(() => book.qualify(AAPL, { timeoutMs: 1 }));
    ends.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    expect(await third).toMatchObject({ code: "ERR_IBKR_TIMEOUT" });
    expect(signals[0]?.aborted).toBe(false);
    answer(detailsOf({ conId: 5 }));
    expect((await second).conId).toBe(5);
    expect(asked).toHaveLength(1);
  });

  test("and is the last one takes the question back", async () => {
    const { book, asked, signals } = waiting();
    const ends = new AbortController();
    const only = book.qualify(AAPL, { signal: ends.signal });
    ends.abort(new Error("enough"));
    await expect(only).rejects.toThrow("enough");
    expect(signals[0]?.aborted).toBe(true);
    void book.qualify(AAPL, {}).catch(() => {});
    expect(asked).toHaveLength(2);
  });
});

test("of many answers the oldest go", async () => {
  const answers = new SharedAnswers<number>(2);
  const asked: string[] = [];
  const get = (key: string) =>
    answers.get(key, async () => {
      asked.push(key);
      return asked.length;
    });
  for (const key of ["a", "b", "c", "c", "b", "a"]) await get(key);
  expect(asked).toEqual(["a", "b", "c", "a"]);
});

test("a client qualifies one and several against a gateway", async () => {
  const client = await clientAt(await simulated());
  const [aapl, spx] = await client.qualify([AAPL, contracts.index("SPX", "CBOE")]);
  expect([aapl?.conId, spx?.symbol]).toEqual([265598, "SPX"]);
  expect(await client.qualify([])).toEqual([]);
  const error = await refusalOf(() => client.qualify(contracts.stock("NOSUCH")));
  expect(error).toMatchObject({ code: "ERR_IBKR_UNKNOWN_CONTRACT", gatewayCode: 200 });
  expect(error).toBeInstanceOf(ContractError);
});
