import { expect, expectTypeOf, test } from "vitest";
import type { HistoricalQuote, HistoricalTrade } from "../../src/broker/historical-ticks.js";
import type { IBKRClient } from "../../src/connect/client.js";
import type { ConnectClientOptions } from "../../src/connect/client-options.js";
import type { Contract, HeldPosition, IBKRError, OrderTicket, QualifiedContract } from "../../src/index.js";

// Checked by `npm run lint`; nothing of it runs.
test("types say what calls take and give", () => {
  const use = async (client: IBKRClient) => {
    const one = client.qualify({ symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" });
    expectTypeOf(one).resolves.toEqualTypeOf<QualifiedContract>();
    expectTypeOf((await one).conId).toEqualTypeOf<number>();
    expectTypeOf(await one).toExtend<Contract>();
    const some: Contract[] = [await one];
    expectTypeOf(client.qualify(some)).resolves.toEqualTypeOf<QualifiedContract[]>();
    // Of a list that is written down each has its place: nothing of it is undefined.
    expectTypeOf(client.qualify([await one, { symbol: "IBM" }])).resolves.toEqualTypeOf<
      [QualifiedContract, QualifiedContract]
    >();

    const day = { count: 1, endMs: 0 };
    expectTypeOf(client.historicalTicks(await one, { ...day, whatToShow: "TRADES" })).resolves.toEqualTypeOf<
      HistoricalTrade[]
    >();
    expectTypeOf(client.historicalTicks(await one, { ...day, whatToShow: "BID_ASK" })).resolves.toEqualTypeOf<
      HistoricalQuote[]
    >();

    const ticket = client.placeOrder(await one, { action: "BUY", orderType: "MKT", totalQuantity: 1 });
    expectTypeOf(ticket).toEqualTypeOf<OrderTicket>();
    // @ts-expect-error there is no such action
    client.placeOrder(await one, { action: "HOLD", orderType: "MKT", totalQuantity: 1 });
    // @ts-expect-error there is no such event
    client.on("done", () => {});
    // @ts-expect-error a call's options are no contract
    client.snapshot({ timeoutMs: 1 }, { symbol: "AAPL" });
    client.on("error", (error, from) => {
      expectTypeOf(error).toEqualTypeOf<IBKRError>();
      expectTypeOf(from).toEqualTypeOf<OrderTicket | undefined>();
    });

    expectTypeOf(client.positions.get(1)).toEqualTypeOf<HeldPosition | undefined>();
    expectTypeOf(client.account.netLiquidation).toEqualTypeOf<number | undefined>();
    expectTypeOf(client.pnl.daily).toEqualTypeOf<number | undefined>();
    expectTypeOf(client.cancelAll).returns.resolves.toBeArray();
    expectTypeOf<ConnectClientOptions["environment"]>().toEqualTypeOf<
      "live" | "paper" | "simulation" | undefined
    >();
  };
  expect(use).toBeTypeOf("function");
});
