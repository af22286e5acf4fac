import { afterEach, describe, expect, test } from "vitest";
import { type ConnectClientOptions, IBKRClient } from "../../src/connect/index.js";
import { stock } from "../../src/domain/contracts.js";
import { OrderDeniedError } from "../../src/domain/order-denied-error.js";
import { limit } from "../../src/domain/orders.js";
import { SimulatedGateway } from "../../src/sim/index.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function stage(maxServerVersion: number, risk: ConnectClientOptions["risk"]) {
  const gateway = await SimulatedGateway.start({ seed: 1 });
  ends.push(() => gateway.stop());
  const client = await IBKRClient.connect({
    ...{ host: "127.0.0.1", port: gateway.port, clientId: 1, maxServerVersion, risk },
  });
  ends.push(() => client.close());
  const placed = () =>
    gateway.log.entries().filter(({ kind, name }) => kind === "request" && name === "placeOrder").length;
  return { client, placed };
}

describe.each([193, 226])("the risk gate of a client, server version %i", (version) => {
  test("denies an order above maxOrderNotional, and lets no byte of it out", async () => {
    const { client, placed } = await stage(version, { maxOrderNotional: 50_000, collarPercent: Infinity });
    const aapl = await client.qualify(stock("AAPL"));
    const before = placed();
    let error: unknown;
    try {
      client.placeOrder(aapl, limit("BUY", 501, 100));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(OrderDeniedError);
    expect(error).toMatchObject({
      code: "ERR_IBKR_ORDER_DENIED",
      denyCode: "MAX_NOTIONAL",
      measured: 50_100,
      limit: 50_000,
      unit: "money",
      riskScope: "all",
    });
    const ticket = client.placeOrder(aapl, limit("BUY", 500, 100));
    await ticket.acknowledged({ timeoutMs: 5_000 });
    expect(placed() - before).toBe(1);
  });
});
