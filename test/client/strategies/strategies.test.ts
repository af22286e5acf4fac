import { describe, expect, expectTypeOf, test } from "vitest";
import type { SizerContext } from "../../../src/client/strategies/sizer.js";
import { Strategies, type StrategyOptions } from "../../../src/client/strategies/strategies.js";
import * as contracts from "../../../src/domain/contracts.js";
import * as orders from "../../../src/domain/orders.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import type { OrderGroup } from "../../../src/orders/order-group.js";
import { parseOrderRef } from "../../../src/orders/order-ref.js";
import type { OrderTicket } from "../../../src/orders/order-ticket.js";
import {
  cleansUp,
  quietHost,
  refusalOf,
  standingMarket,
  strategiesAt,
  type Traded,
} from "./strategy-stage.js";

cleansUp();

const ACCOUNT = "DU0000001";
const BARE = { referenceData: {} } as never;
const AAPL = contracts.stock("AAPL");
const prefixes = (tickets: readonly OrderTicket[]) =>
  tickets.map(({ orderRef }) => parseOrderRef(orderRef)?.prefix);

async function begin(figures = {}) {
  const sim = await standingMarket(BARE);
  const traded = await strategiesAt(sim, figures);
  const aapl = (await traded.broker.lookups.contractDetails(AAPL))[0].contract as Contract;
  return { sim, ...traded, aapl };
}
const filled = (ticket: OrderTicket) => ticket.done({ timeoutMs: 10_000 });
async function bought({ strategies, aapl }: Traded & { aapl: Contract }, name: string, quantity = 10) {
  await filled(strategies.open(name).placeOrder(aapl, orders.market("BUY", quantity)));
}

describe("names", () => {
  test.each([
    ["mean-reversion", {}, /name is "mean-reversion" \(allowed: 1 to 13 .* or a prefix .*\)/],
    ["", {}, /name is ""/],
    [7, {}, /name is 7/],
    ["a:b", {}, /name is "a:b"/],
    [" a", {}, /name is " a"/],
    ["ünfug", {}, /name is "ünfug"/],
    ["a", { prefix: "12345678901234" }, /prefix is "12345678901234" \(allowed: 1 to 13/],
    ["a", { prefix: "" }, /prefix is ""/],
    ["a", { prefix: "a " }, /prefix is "a "/],
    ["ibkr-native", {}, /prefix is "ibkr-native" \(allowed: another than that of the client's own orders\)/],
    ["a", { sizer: 3 }, /sizer is 3 \(allowed: a function\)/],
    ["a", { colour: 1 }, /colour is not known \(allowed: prefix, sizer, holdings\)/],
    ["a", { holdings: [{ account: "DU1" }] }, /holdings\[0\]\.contract is undefined/],
    [
      "a",
      { holdings: [{ account: "D", contract: { conId: 1 }, quantity: 1, cost: "1" }] },
      /holdings\[0\]\.quantity is 1 /,
    ],
    [
      "a",
      { holdings: [{ account: "D", contract: { conId: 1 }, quantity: "1", cost: "1e5" }] },
      /holdings\[0\]\.cost is "1e5"/,
    ],
  ])("%j with %j is refused", async (name, options, message) => {
    const { strategies } = await begin();
    const error = await refusalOf(() => strategies.open(name as string, options as StrategyOptions));
    expect([error.code, error.message]).toEqual(["ERR_IBKR_OPTION", expect.stringMatching(message)]);
    expect(strategies.all).toEqual([]);
  });

  test("no two strategies have a prefix, and a name is the same strategy each time", async () => {
    const { strategies } = await begin();
    const one = strategies.open("mean-reversion", { prefix: "mean" });
    expect(strategies.open("mean-reversion")).toBe(one);
    expect(strategies.get("mean-reversion")).toBe(one);
    expect(strategies.get("mean")).toBeUndefined();
    const refused = [
      await refusalOf(() => strategies.open("mean")),
      await refusalOf(() => strategies.open("other", { prefix: "mean" })),
      await refusalOf(() => strategies.open("mean-reversion", { prefix: "else" })),
      await refusalOf(() => strategies.open("mean-reversion", { sizer: () => 1 })),
      await refusalOf(() => strategies.open("mean-reversion", { holdings: [] })),
    ];
    for (const { code } of refused) expect(code).toBe("ERR_IBKR_OPTION");
    expect(strategies.all).toEqual([one]);
  });
});

describe("orders", () => {
  test("carry the strategy's prefix, whichever way they go, and are its tickets", async () => {
    const { strategies, tracker, aapl } = await begin();
    const strategy = strategies.open("alpha");
    const told: OrderTicket[] = [];
    strategy.on("ticket", (ticket) => told.push(ticket));
    const far = orders.limit("BUY", 10, 1);
    const bracket = strategy.placeBracket(aapl, far, [
      orders.limit("SELL", 10, 500),
      orders.stop("SELL", 10, 0.5),
    ]);
    const oca = strategy.placeOca([
      [aapl, far],
      [aapl, orders.limit("BUY", 5, 2)],
    ]);
    const template = strategy.prepareOrder(aapl, far);
    const sent = template.send();
    template.close();
    const plain = strategy.placeOrder(aapl, { ...far, orderRef: "mine" });
    tracker.placeOrder(aapl, far);
    const all = [...bracket.parts, ...oca.parts, sent, plain];
    expect(prefixes(all)).toEqual(all.map(() => "alpha"));
    expect(new Set(all.map(({ orderRef }) => orderRef)).size).toBe(all.length);
    expect([strategy.tickets, told]).toEqual([all, all]);
    await plain.acknowledged();
    expect((await strategy.cancelAll({ timeoutMs: 10_000 })).map(({ status }) => status)).toEqual(
      all.map(() => "cancelled"),
    );
    expect(tracker.tickets.filter(({ isOver }) => !isOver)).toHaveLength(1);
  });

  test("closeAll() cancels what works and closes what is held, without its sizer; others keep what they have", async () => {
    const stage = await begin();
    const { strategies, aapl, tracker } = stage;
    const strategy = strategies.open("alpha", { sizer: ({ quantity }) => quantity });
    await filled(strategy.placeOrder(aapl, orders.market("BUY", 10)) as OrderTicket);
    await bought(stage, "beta", 7);
    strategy.placeOrder(aapl, orders.limit("BUY", 10, 1));
    tracker.placeOrder(aapl, orders.limit("BUY", 10, 1));
    const ended = await strategy.closeAll({ timeoutMs: 10_000 });
    expect(ended).toMatchObject([{ status: "filled", filledQuantity: 10 }]);
    const closing = strategy.tickets.at(-1);
    expect([closing?.order.action, closing?.contract.exchange, closing?.order.account]).toEqual([
      ...["SELL", "SMART", ACCOUNT],
    ]);
    expect([strategy.positions, strategy.tickets.every(({ isOver }) => isOver)]).toEqual([[], true]);
    expect(strategies.open("beta").position(aapl)?.quantity).toBe(7);
    expect(tracker.tickets.filter(({ isOver }) => !isOver)).toHaveLength(1);
    expect(await strategy.closeAll()).toEqual([]);
  });

  test("what is no contract or no order is refused, as by the client, and nothing leaves", async () => {
    const { strategies, tracker, aapl } = await begin();
    const strategy = strategies.open("alpha", { sizer: ({ quantity }) => quantity });
    const market = orders.market("BUY", 1);
    for (const call of [
      () => strategy.placeOrder({} as never, market),
      () => strategy.placeOrder(aapl, { ...market, totalQuantity: -1 }),
      () => strategy.placeOrder(aapl, undefined as never),
      () => strategy.placeBracket(aapl, market, undefined as never),
      () => strategy.placeBracket(aapl, market, [{ ...market, totalQuantity: 2 }]),
    ])
      expect((await refusalOf(call)).code).toBe("ERR_IBKR_ARGUMENT");
    expect(tracker.tickets).toEqual([]);
  });
});

describe("positions", () => {
  test("are the strategy's own, beside those of another in the same contract", async () => {
    const stage = await begin({ quote: () => ({ last: 200 }) });
    const { strategies, aapl, sim } = stage;
    await bought(stage, "alpha", 10);
    await filled(strategies.open("beta").placeOrder(aapl, orders.market("SELL", 30)));
    const [alpha, beta] = strategies.all;
    const held = alpha.position(aapl);
    const [{ execution }] = alpha.tickets[0].executions;
    const price = execution.price as number;
    expect(held).toMatchObject({
      account: ACCOUNT,
      quantity: 10,
      currency: "USD",
      commission: 1,
      marketValue: 2000,
    });
    expect(held?.averageCost).toBeCloseTo(price + 0.1, 8);
    expect(held?.unrealizedPnl).toBeCloseTo(10 * (200 - price) - 1, 6);
    expect(beta.position(aapl.conId as number)?.quantity).toBe(-30);
    expect(sim.exchange.accounts.get(ACCOUNT)?.position(aapl.conId as number)?.quantity).toBe(-20);
    expect([alpha.position(1), alpha.positions.length]).toEqual([undefined, 1]);
    expect(alpha.pnl()).toMatchObject([{ strategy: "alpha", currency: "USD", trades: 1, netExposure: 2000 }]);
    expect((await refusalOf(() => alpha.position(AAPL))).code).toBe("ERR_IBKR_ARGUMENT");
  });

  test("of several accounts are told apart", async () => {
    const sim = await standingMarket({ ...(BARE as object), accounts: ["DU1", "DU2"] });
    const { strategies, broker } = await strategiesAt(sim);
    const aapl = (await broker.lookups.contractDetails(AAPL))[0].contract as Contract;
    const strategy = strategies.open("alpha");
    for (const account of ["DU1", "DU2"])
      await filled(strategy.placeOrder(aapl, { ...orders.market("BUY", 5), account }));
    expect(strategy.positions.map(({ account, quantity }) => [account, quantity])).toEqual([
      ["DU1", 5],
      ["DU2", 5],
    ]);
    expect(strategy.position(aapl, "DU2")?.quantity).toBe(5);
    const error = await refusalOf(() => strategy.position(aapl));
    expect(error.message).toMatch(/account is undefined \(allowed: DU1, DU2\)/);
  });

  test("a fill is told when it is booked, and its commission behind it", async () => {
    const stage = await begin();
    const { strategies, aapl } = stage;
    const strategy = strategies.open("alpha");
    const told: unknown[] = [];
    strategy.on("fill", (_detail, news, ticket) => {
      told.push([news, ticket === strategy.tickets[0], strategy.position(aapl)?.quantity]);
    });
    strategy.on("commission", ({ commission }) =>
      told.push([commission, strategy.position(aapl)?.commission]),
    );
    await bought(stage, "alpha", 10);
    await bought(stage, "beta", 10);
    expect(told).toEqual([
      ["new", true, 10],
      [1, 1],
    ]);
  });

  test("what the account held before is nobody's, and what a strategy held is given back to it", async () => {
    const stage = await begin();
    await bought(stage, "alpha", 10);
    await filled(stage.tracker.placeOrder(stage.aapl, orders.market("BUY", 5)));
    const kept = stage.strategies.open("alpha").holdings(Date.now() + 60_000);
    expect(kept).toMatchObject([
      { account: ACCOUNT, quantity: "10", cost: expect.stringMatching(/^\d+\.\d+$|^\d+$/) },
    ]);
    const json = JSON.parse(JSON.stringify(kept));

    // A process of the next day: the gateway tells of no execution, only of the position.
    const next = new Strategies(
      quietHost({
        positions: () => [{ account: ACCOUNT, contract: stage.aapl, quantity: 15, averageCost: 150 }],
      }),
    );
    next.sync();
    const alpha = next.open("alpha", { holdings: json });
    expect(alpha.position(stage.aapl)?.quantity).toBe(10);
    const { contracts: rows } = next.report();
    expect(rows.map(({ scope, quantity }) => [scope, quantity])).toEqual([
      ["strategy", 10],
      ["unattributed", 5],
      ["account", 15],
    ]);
  });
});

describe("a sizer", () => {
  test("is asked before each order, with all that it may want to know", async () => {
    const asked: SizerContext[] = [];
    const stage = await begin({
      quote: () => ({ bid: 1, ask: 2 }),
      equity: (id: string) => (id === ACCOUNT ? 5e5 : 0),
    });
    const { strategies, aapl } = stage;
    const sizer = (context: SizerContext) => {
      asked.push(context);
      return (context.quantity ?? 0) * 2;
    };
    const strategy = strategies.open("alpha", { sizer });
    const order = orders.market("BUY", 10);
    const ticket = strategy.placeOrder(aapl, order) as OrderTicket;
    expect(ticket.order.totalQuantity).toBe(20);
    await filled(ticket);
    strategy.placeOrder(aapl, orders.limit("SELL", 3, 900));
    expect(asked).toMatchObject([
      {
        strategy: "alpha",
        action: "BUY",
        quantity: 10,
        quote: { bid: 1, ask: 2 },
        position: undefined,
        equity: 5e5,
      },
      { action: "SELL", quantity: 3, position: { quantity: 20 } },
    ]);
    expect([asked[0].contract, asked[0].order]).toEqual([aapl, order]);
  });

  test("may want no order: nothing is sent", async () => {
    const { strategies, aapl, tracker } = await begin();
    const strategy = strategies.open("alpha", { sizer: () => undefined });
    const market = orders.market("BUY", 10);
    expect(strategy.placeOrder(aapl, market)).toBeUndefined();
    expect(strategy.placeBracket(aapl, market, [orders.limit("SELL", 10, 900)])).toBeUndefined();
    expect(
      strategy.placeOca([
        [aapl, market],
        [aapl, market],
      ]),
    ).toBeUndefined();
    expect(tracker.tickets).toEqual([]);
  });

  test("sizes a bracket as a whole, and of an OCA group each", async () => {
    const { strategies, aapl } = await begin();
    const strategy = strategies.open("alpha", {
      sizer: ({ quantity, order }) => (order.lmtPrice === 3 ? undefined : (quantity ?? 0) + 1),
    });
    const bracket = strategy.placeBracket(aapl, orders.limit("BUY", 10, 1), [orders.limit("SELL", 10, 900)]);
    expect(bracket?.parts.map(({ order }) => order.totalQuantity)).toEqual([11, 11]);
    const limit = (price: number) => [aapl, orders.limit("BUY", price, price)] as const;
    const oca = strategy.placeOca([limit(1), limit(2), limit(3)]);
    expect(oca?.parts.map(({ order }) => order.totalQuantity)).toEqual([2, 3]);
  });

  test.each([
    [0, "0"],
    [-1, "-1"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    ["5", '"5"'],
    [null, "null"],
    [Promise.resolve(5), '"a promise"'],
  ])("that says %j is refused, and nothing leaves", async (quantity, shown) => {
    const { strategies, aapl, tracker } = await begin();
    const strategy = strategies.open("alpha", { sizer: () => quantity as number });
    const error = await refusalOf(() => strategy.placeOrder(aapl, orders.market("BUY", 1)));
    expect([error.code, error.message]).toEqual([
      "ERR_IBKR_ARGUMENT",
      `the sizer's quantity is ${shown} (allowed: a number above 0, or undefined for no order)`,
    ]);
    expect(tracker.tickets).toEqual([]);
  });

  test("that throws keeps the order from leaving, and its caller hears why", async () => {
    const { strategies, aapl, tracker } = await begin();
    const strategy = strategies.open("alpha", {
      sizer: () => {
        throw new RangeError("too much");
      },
    });
    expect(() => strategy.placeOrder(aapl, orders.market("BUY", 1))).toThrow(new RangeError("too much"));
    expect(tracker.tickets).toEqual([]);
  });

  test("may turn an amount of money into a quantity", async () => {
    const { strategies, aapl } = await begin({ quote: () => ({ last: 200 }) });
    const strategy = strategies.open("alpha", {
      sizer: ({ order, quote }) => Math.floor((order.cashQty ?? 0) / (quote?.last ?? 1)),
    });
    const { totalQuantity: _none, ...market } = orders.market("BUY", 1);
    const ticket = strategy.placeOrder(aapl, { ...market, cashQty: 2_100 });
    expect(ticket?.order).toMatchObject({ totalQuantity: 10 });
    expect(ticket?.order).not.toHaveProperty("cashQty");
  });

  test("types: only with a sizer an order may be undefined", async () => {
    const { strategies, aapl } = await begin();
    const market = orders.market("BUY", 1);
    expect(strategies.all).toEqual([]);
    const plain = () => strategies.open("a").placeOrder(aapl, market);
    const sized = () => strategies.open("b", { sizer: () => 1 }).placeOrder(aapl, market);
    const group = () => strategies.open("a").placeBracket(aapl, market, [market]);
    expectTypeOf(plain).returns.toEqualTypeOf<OrderTicket>();
    expectTypeOf(sized).returns.toEqualTypeOf<OrderTicket | undefined>();
    expectTypeOf(group).returns.toEqualTypeOf<OrderGroup>();
  });
});
