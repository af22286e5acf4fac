import { beforeEach, describe, expect, test } from "vitest";
import type { Broker } from "../../src/broker/broker.js";
import type { OptionExercise } from "../../src/broker/order-desk.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { AAPL, marketOrder, refusalOf } from "./broker-bench.js";

/** Executions with what they cost, and options that are exercised. */
export function executionsContract(brokerOf: () => Broker): void {
  describe("executions and exercises", () => {
    let broker: Broker;
    beforeEach(async () => {
      broker = brokerOf();
      await broker.connect();
    });

    async function buy(contract: Contract, quantity: number): Promise<void> {
      const orderId = broker.orders.nextOrderId();
      const filled = new Promise<void>((resolve, reject) => {
        broker.on("orderStatus", (update) => {
          if (update.orderId === orderId && update.status === "Filled") resolve();
        });
        broker.on("orderError", (id, error) => {
          if (id === orderId) reject(error);
        });
      });
      broker.orders.place(orderId, contract, marketOrder(quantity));
      await filled;
    }

    /** A call far in the money, and one far out of it. */
    async function calls(): Promise<readonly [inTheMoney: Contract, outOfTheMoney: Contract]> {
      const [{ contract }] = await broker.lookups.contractDetails(AAPL);
      const [{ expirations, strikes }] = await broker.lookups.optionChain(contract);
      const option = { secType: "OPT", right: "C", multiplier: 100 };
      const call = (strike: number) =>
        ({ ...AAPL, ...option, strike, lastTradeDateOrContractMonth: expirations[4] }) as Contract;
      return [call(strikes[5]), call(strikes.at(-5) as number)];
    }

    test("executions come with their commissions", async () => {
      expect(await broker.orders.chargedExecutions()).toEqual([]);
      await buy(AAPL, 10);
      await buy({ ...AAPL, symbol: "MSFT" }, 20);
      const charged = await broker.orders.chargedExecutions();
      expect(charged.map(({ contract, execution }) => [contract.symbol, execution.shares])).toEqual([
        ["AAPL", 10],
        ["MSFT", 20],
      ]);
      for (const { execution, commission } of charged)
        expect(commission).toMatchObject({ execId: execution.execId, commission: 1, currency: "USD" });
      const some = await broker.orders.chargedExecutions({ symbol: "MSFT" }, { commissionWaitMs: 0 });
      expect(some).toHaveLength(1);
    });

    test("executions with commissions: a filter that cannot be, a wait out of range, a signal", async () => {
      const { orders } = broker;
      const wrong = refusalOf(orders.chargedExecutions({ time: "yesterday" }));
      expect(await wrong).toMatchObject({ code: "ERR_IBKR_INVALID_REQUEST", gatewayCode: 321 });
      const long = refusalOf(orders.chargedExecutions({}, { commissionWaitMs: 60_001 }));
      expect(await long).toMatchObject({ code: "ERR_IBKR_OPTION" });
      const signal = AbortSignal.abort(new Error("too late"));
      await expect(orders.chargedExecutions({}, { signal })).rejects.toThrow("too late");
    });

    test("options are exercised, and lapse", async () => {
      const [contract] = await calls();
      const [account] = broker.accounts.names;
      await buy(contract, 3);
      const { orders } = broker;
      const id = await orders.exercise({ contract, action: "exercise", quantity: 1, account });
      expect(orders.nextOrderId()).toBe(id + 1);
      await orders.exercise({ contract, action: "lapse", quantity: 2, account });
      const held = await broker.accounts.positions();
      expect(
        held.filter(({ pos }) => pos !== 0).map((position) => [position.contract.secType, position.pos]),
      ).toEqual([["STK", 100]]);
      // The numbers of exercises are none that an order may not have.
      await buy(AAPL, 1);
    });

    test("what is not held, out of the money, or in no such account is refused in the gateway's words", async () => {
      const [contract, worthless] = await calls();
      const [account] = broker.accounts.names;
      await buy(worthless, 1);
      const told: number[] = [];
      broker.on("orderError", (id) => told.push(id));
      const exercise = (more: Partial<OptionExercise>) =>
        broker.orders.exercise({ contract, action: "exercise", quantity: 1, account, ...more });
      for (const more of [{}, { contract: worthless }, { account: "DU9999999" }])
        expect(await refusalOf(exercise(more))).toMatchObject({
          code: "ERR_IBKR_INVALID_REQUEST",
          gatewayCode: 321,
        });
      expect(await refusalOf(exercise({ contract: AAPL }))).toMatchObject({ gatewayCode: 200 });
      for (const more of [{ quantity: 0 }, { action: "sell" as never }, { account: "" }])
        expect(await refusalOf(exercise(more))).toMatchObject({ code: "ERR_IBKR_ARGUMENT" });
      await exercise({ contract: worthless, override: true });
      expect(told).toEqual([]); // who has asked has heard of it
    });
  });
}
