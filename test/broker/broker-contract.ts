import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Broker, BrokerEvents, BrokerState } from "../../src/broker/broker.js";
import type { FeedRecord, FeedRequest, FeedSubscription } from "../../src/broker/feed.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import { AAPL, type BrokerBench, limitOrder, marketOrder, NOSUCH } from "./broker-bench.js";
import { executionsContract } from "./executions-contract.js";
import { questionsContract } from "./questions-contract.js";
import { watchesContract } from "./watches-contract.js";

/** Resolves with the arguments of the first such event that fits. */
function eventOf<K extends keyof BrokerEvents>(
  broker: Broker,
  event: K,
  fits: (...args: BrokerEvents[K]) => boolean = () => true,
): Promise<BrokerEvents[K]> {
  return new Promise((resolve) => {
    const stop = broker.on(event, (...args) => {
      if (!fits(...args)) return;
      stop();
      resolve(args);
    });
  });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then(
    () => "resolved",
    (error: unknown) => error,
  );
  return outcome instanceof IBKRError ? outcome.code : String(outcome);
}

/** What every Broker does, whatever stands behind it. */
export function brokerContract(name: string, start: () => Promise<BrokerBench>): void {
  describe(`${name} as a Broker`, () => {
    let bench: BrokerBench;
    let broker: Broker;

    beforeEach(async () => {
      bench = await start();
      broker = bench.broker;
    });
    afterEach(() => bench.close());

    describe("states", () => {
      test("down, connecting, ready, down: each is told once, and is so when it is told", async () => {
        const told: [BrokerState, BrokerState][] = [];
        broker.on("state", (state) => told.push([state, broker.state]));
        expect(broker.state).toBe("down");
        await broker.connect();
        await broker.close();
        expect(told).toEqual([
          ["connecting", "connecting"],
          ["ready", "ready"],
          ["down", "down"],
        ]);
      });

      test("it can be connected again after it was closed", async () => {
        await broker.connect();
        await broker.close();
        await broker.connect();
        expect(await broker.lookups.contractDetails(AAPL)).toHaveLength(1);
      });

      test("connect rejects with what was wrong where nobody listens", async () => {
        expect(await codeOf(bench.unreachable.connect())).toBe("ERR_IBKR_CONNECT");
        expect(bench.unreachable.state).toBe("down");
      });

      test("connect ends by its signal", async () => {
        const controller = new AbortController();
        const connecting = broker.connect({ signal: controller.signal });
        controller.abort(new Error("changed my mind"));
        await expect(connecting).rejects.toThrow("changed my mind");
        expect(broker.state).toBe("down");
      });

      test("connect with a signal that is aborted already, or a time out of range, rejects and connects nothing", async () => {
        const connecting = broker.connect({ signal: AbortSignal.abort(new Error("too late")) });
        await expect(connecting).rejects.toThrow("too late");
        expect(await codeOf(broker.connect({ timeoutMs: 2 ** 31 }))).toBe("ERR_IBKR_OPTION");
        expect(broker.state).toBe("down");
      });

      test("a connection that breaks is told as down, and everything under way rejects", async () => {
        await broker.connect();
        const down = eventOf(broker, "state", (state) => state === "down");
        const refused: IBKRError[] = [];
        broker.feed.subscribe(
          { kind: "quotes", contract: AAPL },
          { refused: (error) => refused.push(error) },
        );
        const asked = codeOf(broker.lookups.contractDetails(AAPL));
        bench.breakConnection();
        await down;
        if (bench.asksAgain === true) await broker.close();
        expect(await asked).toMatch(/^ERR_IBKR_CONNECT/);
        expect(refused).toHaveLength(1);
      });

      test("nothing is asked of a broker that is down", async () => {
        expect(await codeOf(broker.lookups.contractDetails(AAPL))).toBe("ERR_IBKR_NOT_SENT");
        expect(await codeOf(broker.orders.open())).toBe("ERR_IBKR_NOT_SENT");
        expect(() => broker.orders.nextOrderId()).toThrow(IBKRError);
        expect(() =>
          broker.feed.subscribe({ kind: "quotes", contract: AAPL }, { refused: () => {} }),
        ).toThrow(IBKRError);
      });
    });

    describe("look-ups", () => {
      beforeEach(() => broker.connect());

      test("contract details", async () => {
        const [details, ...others] = await broker.lookups.contractDetails(AAPL);
        expect(others).toEqual([]);
        expect(details.contract).toMatchObject({ symbol: "AAPL", secType: "STK", currency: "USD" });
        expect(details.contract.conId).toBeGreaterThan(0);
      });

      test("an unknown contract is the gateway's error, with its number and text", async () => {
        const error = await broker.lookups.contractDetails(NOSUCH).then(
          () => undefined,
          (e: IBKRError) => e,
        );
        expect(error).toMatchObject({
          code: "ERR_IBKR_NO_SECURITY_DEFINITION",
          scope: "request",
          gatewayCode: 200,
        });
        expect(error?.gatewayText).toContain("No security definition");
      });

      test("many questions at once each get their own answer", async () => {
        const answers = await Promise.all(
          [AAPL, NOSUCH, AAPL, NOSUCH].map((contract) =>
            broker.lookups.contractDetails(contract).then(
              (found) => found.length,
              (error: IBKRError) => error.gatewayCode,
            ),
          ),
        );
        expect(answers).toEqual([1, 200, 1, 200]);
      });

      test("search", async () => {
        const found = await broker.lookups.search("AAPL");
        expect(found.map(({ contract }) => contract?.symbol)).toContain("AAPL");
      });

      test("intraday bars have a time, daily ones a date", async () => {
        const ask = (duration: string, barSize: string) =>
          broker.lookups.history({ contract: AAPL, duration, barSize, whatToShow: "TRADES" });
        const [hours, days] = await Promise.all([ask("2 D", "1 hour"), ask("1 W", "1 day")]);
        expect(hours.length).toBeGreaterThan(5);
        for (const bar of hours) {
          expect(bar.date).toBeUndefined();
          expect((bar.timeMs as number) % 60_000).toBe(0);
          expect(bar.low as number).toBeLessThanOrEqual(bar.high as number);
        }
        expect(days.length).toBeGreaterThan(2);
        for (const bar of days) {
          expect(bar.timeMs).toBeUndefined();
          expect(bar.date).toMatch(/^20\d{6}$/);
          expect(bar.volume as number).toBeGreaterThan(0);
        }
      });

      test("midpoints have no volume", async () => {
        const bars = await broker.lookups.history({
          contract: AAPL,
          duration: "1 W",
          barSize: "1 day",
          whatToShow: "MIDPOINT",
        });
        expect(bars.length).toBeGreaterThan(0);
        for (const bar of bars) expect(bar.volume).toBeUndefined();
      });

      test("the server's time", async () => {
        expect(await broker.lookups.serverTimeMs()).toBeGreaterThan(Date.UTC(2000, 0));
      });

      test("a signal ends a question, and the next one is answered", async () => {
        const controller = new AbortController();
        const asked = broker.lookups.contractDetails(AAPL, { signal: controller.signal });
        controller.abort(new Error("enough"));
        await expect(asked).rejects.toThrow("enough");
        expect(await broker.lookups.contractDetails(AAPL)).toHaveLength(1);
      });

      test("a signal that is aborted already ends it, too", async () => {
        const signal = AbortSignal.abort(new Error("too late"));
        await expect(broker.orders.open({ signal })).rejects.toThrow("too late");
      });

      test("who shares a question may leave it to the others", async () => {
        const controller = new AbortController();
        const mine = broker.orders.open({ signal: controller.signal });
        const theirs = broker.orders.open();
        controller.abort(new Error("not I"));
        await expect(mine).rejects.toThrow("not I");
        expect(await theirs).toEqual([]);
      });

      test.each([0, -1, 1.5, Number.NaN, 2 ** 31])("timeoutMs %s is refused", async (timeoutMs) => {
        const asked = (async () => broker.lookups.contractDetails(AAPL, { timeoutMs }))();
        expect(await codeOf(asked)).toBe("ERR_IBKR_OPTION");
      });
    });

    describe("orders and accounts", () => {
      beforeEach(() => broker.connect());

      test("order ids count up", () => {
        const first = broker.orders.nextOrderId();
        expect(broker.orders.nextOrderId()).toBe(first + 1);
      });

      test("a market order is filled: status, execution, commission, position", async () => {
        const filled = eventOf(broker, "orderStatus", ({ status }) => status === "Filled");
        const executed = eventOf(broker, "execution");
        const charged = eventOf(broker, "commission");
        const orderId = broker.orders.nextOrderId();
        broker.orders.place(orderId, AAPL, marketOrder(10));
        expect((await filled)[0]).toMatchObject({ orderId, filled: 10, remaining: 0 });
        const [{ execution }] = await executed;
        expect(execution).toMatchObject({ orderId, shares: 10 });
        expect((await charged)[0]).toMatchObject({ execId: execution.execId });
        expect(await broker.accounts.positions()).toMatchObject([
          { account: broker.accounts.names[0], contract: { symbol: "AAPL" }, pos: 10 },
        ]);
        expect(await broker.orders.executions()).toMatchObject([{ execution: { execId: execution.execId } }]);
      });

      test("a limit order works until it is cancelled", async () => {
        const orderId = broker.orders.nextOrderId();
        const opened = eventOf(broker, "openOrder");
        broker.orders.place(orderId, AAPL, limitOrder(1));
        expect((await opened)[0]).toMatchObject({ orderId, order: { lmtPrice: 1 } });
        expect((await broker.orders.open()).map((order) => order.orderId)).toEqual([orderId]);
        const cancelled = eventOf(broker, "orderStatus", ({ status }) => status === "Cancelled");
        broker.orders.cancel(orderId);
        expect((await cancelled)[0].orderId).toBe(orderId);
        expect(await broker.orders.open()).toEqual([]);
        expect(await broker.orders.completed()).toMatchObject([{ orderState: { status: "Cancelled" } }]);
      });

      test("cancelAll leaves no working order", async () => {
        for (const price of [1, 2, 3])
          broker.orders.place(broker.orders.nextOrderId(), AAPL, limitOrder(price));
        expect(await broker.orders.open()).toHaveLength(3);
        let cancelled = 0;
        const done = eventOf(
          broker,
          "orderStatus",
          ({ status }) => status === "Cancelled" && ++cancelled === 3,
        );
        broker.orders.cancelAll();
        await done;
        expect(await broker.orders.open()).toEqual([]);
      });

      test("an order for what does not exist is refused, under its own id", async () => {
        const orderId = broker.orders.nextOrderId();
        const refused = eventOf(broker, "orderError");
        broker.orders.place(orderId, NOSUCH, marketOrder(1));
        const [id, error] = await refused;
        expect(id).toBe(orderId);
        expect(error).toMatchObject({
          code: "ERR_IBKR_NO_SECURITY_DEFINITION",
          scope: "order",
          gatewayCode: 200,
        });
      });

      test("accounts and their figures", async () => {
        expect(broker.accounts.names).toHaveLength(1);
        const [account] = broker.accounts.names;
        const figures = await broker.accounts.summary(["NetLiquidation", "BuyingPower"]);
        expect(figures.map(({ tag }) => tag).sort()).toEqual(["BuyingPower", "NetLiquidation"]);
        for (const figure of figures) {
          expect(figure.account).toBe(account);
          expect(Number(figure.value)).toBeGreaterThan(0);
        }
      });
    });

    questionsContract(() => broker);
    watchesContract(() => bench);
    executionsContract(() => broker);

    describe("the feed", () => {
      beforeEach(() => broker.connect());

      const REQUESTS: FeedRequest[] = [
        { kind: "quotes", contract: AAPL, genericTicks: [233] },
        { kind: "tickByTick", contract: AAPL, type: "BidAsk" },
        { kind: "depth", contract: AAPL, rows: 5 },
      ];

      test.each(REQUESTS)("$kind come as records of their subscription", async (request) => {
        const ids: number[] = [];
        let arrived = () => {};
        const some = new Promise<void>((resolve) => {
          arrived = resolve;
        });
        const stop = broker.feed.onRecord((record: FeedRecord) => {
          ids.push(record.reqId);
          expect(record.receivedMicros).toBeGreaterThan(0);
          if (ids.length === 2) arrived();
        });
        const subscription = broker.feed.subscribe(request, {
          refused: (error) => expect.fail(error.message),
        });
        await some;
        stop();
        subscription.close();
        expect(new Set(ids)).toEqual(new Set([subscription.id]));
      });

      test("with a treatment they come as batches, and the quote is on the board", async () => {
        const { feed } = broker;
        feed.setBatching(0);
        let dataType: number | undefined;
        let minTick: number | undefined;
        const listener = {
          refused: (error: IBKRError) => expect.fail(error.message),
          dataType: (type: number) => {
            dataType = type;
          },
          minTick: (step: number) => {
            minTick = step;
          },
        };
        const quote = feed.board.view(5);
        const ids = new Set<number>();
        const request: FeedRequest = { kind: "quotes", contract: AAPL, marketDataType: 3 };
        const treatment = { boardSlot: 5, conflateMs: 0, conflateTrades: false, policy: "conflate" } as const;
        let delivered = 0;
        const subscription = await new Promise<FeedSubscription>((resolve) => {
          feed.onBatch((batch) => {
            for (let i = 0; i < batch.length; i++) {
              ids.add(batch.reqId(i));
              delivered += 1;
              expect(batch.receivedMicros(i)).toBeGreaterThan(0);
            }
            if (quote.bid !== undefined && quote.ask !== undefined) resolve(made);
          });
          const made = feed.subscribe(request, listener, treatment);
        });
        expect(quote.ask as number).toBeGreaterThanOrEqual(quote.bid as number);
        expect(quote.delayed).toBe(true);
        expect([dataType, minTick]).toEqual([3, 0.01]);
        expect(ids).toEqual(new Set([subscription.id]));
        subscription.close();
        expect(subscription.counts()).toMatchObject({ received: delivered, delivered });
      });

      test("what cannot be subscribed to is refused", async () => {
        const error = await new Promise<IBKRError>((resolve) => {
          broker.feed.subscribe({ kind: "quotes", contract: NOSUCH }, { refused: resolve });
        });
        expect(error).toMatchObject({
          code: "ERR_IBKR_NO_SECURITY_DEFINITION",
          scope: "data",
          gatewayCode: 200,
        });
      });

      test("a request that names what does not exist is an option error", () => {
        const subscribe = (request: unknown) => () =>
          broker.feed.subscribe(request as FeedRequest, { refused: () => {} });
        expect(subscribe({ kind: "gossip", contract: AAPL })).toThrow('kind is "gossip" (allowed: quotes');
        expect(subscribe({ kind: "depth", contract: AAPL, rows: 0 })).toThrow("rows is 0");
      });
    });
  });
}
