import { afterEach, describe, expect, test } from "vitest";
import { type ConnectBrokerOptions, connectBroker } from "../../src/connect/index.js";
import { NATIVE_REQUEST_METHODS } from "../../src/dialect/extensions/methods.js";
import { onlyReads } from "../../src/dialect/request-names.js";
import { REQUEST_METHODS } from "../../src/dialect/text/text-requests.js";
import { stock } from "../../src/domain/contracts.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import { limit } from "../../src/domain/orders.js";
import type { Contract, Order } from "../../src/domain/stock-types.js";
import { OrderTracker } from "../../src/orders/order-tracker.js";
import { SimulatedGateway } from "../../src/sim/index.js";

const AAPL = stock("AAPL") as Contract;
const BUY = limit("BUY", 10, 1) as Order;
/** Has a field that no ordinary order has. */
const UNUSUAL = { ...BUY, minQty: 5 } as Order;
const DENIED = expect.objectContaining({ code: "ERR_IBKR_READ_ONLY", scope: "order", retryable: false });

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function stage(maxServerVersion: number, options: ConnectBrokerOptions = {}) {
  const gateway = await SimulatedGateway.start({ seed: 1 });
  ends.push(() => gateway.stop());
  const broker = await connectBroker({
    ...{ host: "127.0.0.1", port: gateway.port, clientId: 1, maxServerVersion, readOnly: true },
    ...options,
  });
  ends.push(() => broker.close());
  const tracker = new OrderTracker(broker, { clientId: 1, commissionTimeoutMs: 0 });
  ends.push(() => tracker.close());
  const requests = () => gateway.log.entries().filter(({ kind }) => kind === "request");
  return { broker, tracker, names: () => requests().map(({ name }) => name) };
}

const endOf = (promise: Promise<unknown>) => promise.catch((error: IBKRError) => error);

describe.each([193, 226])("a connection that only reads, server version %i", (version) => {
  test("lets no order out, by whichever way, and says so", async () => {
    const { broker, tracker, names } = await stage(version);
    const tickets = [
      tracker.placeOrder(AAPL, BUY),
      tracker.placeOrder(AAPL, UNUSUAL),
      ...tracker.placeBracket(AAPL, BUY, [limit("SELL", 10, 2)]).parts,
      tracker.prepareOrder(AAPL, BUY).send(),
    ];
    for (const ticket of tickets) {
      expect(await endOf(ticket.acknowledged())).toEqual(DENIED);
      expect(ticket.disposition).toBe("unsent");
    }
    expect(tickets).toHaveLength(5);
    const before = names().length;
    await broker.lookups.serverTimeMs();
    expect(names().slice(before)).toEqual(["reqCurrentTime"]);
    expect(names().filter((name) => /order|cancel/i.test(name))).toEqual([]);
  });

  test("lets no cancel and no armed order out", async () => {
    const { broker, names } = await stage(version);
    const refused: unknown[] = [];
    broker.on("orderError", (...args) => refused.push(...args.filter((arg) => arg instanceof Error)));
    broker.on("fault", (error) => refused.push(error));
    broker.orders.cancel(7);
    broker.orders.cancelAll();
    expect(refused).toEqual([DENIED, DENIED]);
    const template = broker.orders.prepareOrder(AAPL, BUY);
    const when = { boardSlot: 0, field: "ask", op: "<=", price: 10 } as const;
    expect(() => template.arm({ when })).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_READ_ONLY", message: expect.stringContaining("not armed") }),
    );
    await broker.lookups.serverTimeMs();
    expect(names().filter((name) => /order|cancel/i.test(name))).toEqual([]);
  });

  test("reads", async () => {
    const { broker } = await stage(version);
    expect((await broker.lookups.contractDetails(AAPL))[0].contract.symbol).toBe("AAPL");
    expect(await broker.orders.open()).toEqual([]);
  });
});

test("what changes something, or is not known to read, does not pass; all else does", () => {
  const methods = [...REQUEST_METHODS, ...NATIVE_REQUEST_METHODS];
  expect(methods.length).toBeGreaterThan(70);
  expect(methods.filter((method) => !onlyReads(method)).toSorted()).toEqual([
    "cancelOrder",
    "exerciseOptions",
    "placeOrder",
    "replaceFA",
    "reqAutoOpenOrders",
    "reqGlobalCancel",
    "setServerLogLevel",
    "updateConfig",
    "updateDisplayGroup",
  ]);
});
