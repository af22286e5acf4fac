import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as contracts from "../../../src/domain/contracts.js";
import * as orders from "../../../src/domain/orders.js";
import type { OrderTicket } from "../../../src/orders/order-ticket.js";
import { atEnd, cleansUp, clientAt, refusalOf, simulated } from "../client-stage.js";

cleansUp();

const AAPL = contracts.stock("AAPL");
const filled = (ticket: OrderTicket) => ticket.done({ timeoutMs: 10_000 });

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "ibkr-strategies-"));
  atEnd(() => rmSync(made, { recursive: true }));
  return made;
}

describe.each([193, 226])("strategies of a client, server version %i", (maxServerVersion) => {
  test("what the account held before is unattributed, at its average cost, and the sum is the account's", async () => {
    const sim = await simulated({
      referenceData: { positions: [{ conId: 265598, quantity: 30, averagePrice: 100 }] } as never,
    });
    const client = await clientAt(sim, { maxServerVersion });
    const aapl = await client.qualify(AAPL);
    await filled(client.strategy("alpha").placeOrder(aapl, orders.market("SELL", 50)));
    const rows = client.strategies.report({ marks: { [aapl.conId]: 150 } }).contracts;
    expect(rows.map(({ scope, quantity }) => [scope, quantity])).toEqual([
      ["strategy", -50],
      ["unattributed", 30],
      ["account", -20],
    ]);
    expect(rows[1]).toMatchObject({ averageCost: 100, unrealizedPnl: 1500, trades: 0 });
    expect(rows[2].realizedPnl).toBeCloseTo(
      sim.exchange.accounts.get(client.accountName)!.position(aapl.conId)!.realizedPnL,
      6,
    );
  });

  test("a process that is started again knows them, by the journal and by what the gateway tells", async () => {
    const sim = await simulated();
    const journal = folder();
    const first = await clientAt(sim, { maxServerVersion, journal });
    const aapl = await first.qualify(AAPL);
    await filled(first.strategy("alpha").placeOrder(aapl, orders.market("BUY", 20)));
    await filled(first.strategy("beta").placeOrder(AAPL, orders.market("SELL", 5))); // without its number
    const works = first.strategy("beta").placeOrder(aapl, orders.limit("BUY", 5, 1));
    await works.acknowledged();
    const options = { marks: { [aapl.conId]: 200 } };
    for (const name of ["alpha", "beta"]) first.strategy(name);
    const before = first.strategies.report(options).totals;
    await first.close();

    const second = await clientAt(sim, { maxServerVersion, journal });
    const [alpha, beta] = [second.strategy("alpha"), second.strategy("beta")];
    expect([alpha.position(aapl)?.quantity, beta.position(aapl)?.quantity]).toEqual([20, -5]);
    expect([alpha.tickets.length, beta.tickets.map(({ status }) => status)]).toEqual([
      1,
      ["filled", "working"],
    ]);
    expect(second.strategies.report(options).totals).toEqual(before);
    expect((await beta.cancelAll({ timeoutMs: 10_000 })).map(({ status }) => status)).toEqual(["cancelled"]);
  });

  test("its quotes are the stream's, its equity the account's, its orders the client's account's", async () => {
    const accounts = ["DU0000001", "DU0000002"];
    const sim = await simulated({ accounts });
    const client = await clientAt(sim, { maxServerVersion, account: "DU0000002" });
    const aapl = await client.qualify(AAPL);
    const asked: unknown[] = [];
    const alpha = client.strategy("alpha", {
      sizer: ({ quantity, quote, equity, position }) => {
        asked.push([quote?.ask !== undefined, equity, position?.account]);
        return quantity;
      },
    });
    await filled(alpha.placeOrder(aapl, orders.market("BUY", 5)) as OrderTicket);
    await client.stream.subscribe(AAPL).ready; // the same contract, without its number
    await filled(alpha.placeOrder(aapl, orders.market("BUY", 5)) as OrderTicket);
    expect(asked).toMatchObject([
      [false, 1_000_000, undefined],
      [true, expect.any(Number), "DU0000002"],
    ]);
    expect(alpha.position(aapl)).toMatchObject({ account: "DU0000002", quantity: 10 });
    expect(alpha.position(aapl)?.unrealizedPnl).toEqual(expect.any(Number));
    const template = alpha.prepareOrder(aapl, orders.market("SELL", 10));
    const ticket = template.send();
    expect([ticket.orderRef.slice(0, 6), ticket.order.account]).toEqual(["alpha:", "DU0000002"]);
    await filled(ticket);
    template.close();
    expect(alpha.positions).toEqual([]);
  });

  test("after the client is closed there is none, and what there was stays to be seen", async () => {
    const sim = await simulated();
    const client = await clientAt(sim, { maxServerVersion });
    const aapl = await client.qualify(AAPL);
    const alpha = client.strategy("alpha");
    await filled(alpha.placeOrder(aapl, orders.market("BUY", 5)));
    await client.close();
    expect(alpha.position(aapl)?.quantity).toBe(5);
    expect(alpha.report().contracts).toHaveLength(1);
    for (const call of [
      () => client.strategy("beta"),
      () => alpha.placeOrder(aapl, orders.market("BUY", 5)),
      () => alpha.prepareOrder(aapl, orders.market("BUY", 5)),
    ])
      expect((await refusalOf(call)).code).toBe("ERR_IBKR_NOT_SENT");
  });
});
