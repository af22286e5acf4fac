import { afterEach, describe, expect, test } from "vitest";
import { IBApi } from "../../src/api/ib-api.js";
import { IBApiNext } from "../../src/api/ib-api-next.js";
import { connectOrders, IBKRClient } from "../../src/connect/index.js";
import { stock } from "../../src/domain/contracts.js";
import { OrderDeniedError } from "../../src/domain/order-denied-error.js";
import { limit, market, stop } from "../../src/domain/orders.js";
import type { Contract, Order } from "../../src/domain/stock-types.js";
import { EventName } from "../../src/index.js";
import type { RiskOptions } from "../../src/risk/risk-options.js";
import { SimulatedGateway } from "../../src/sim/index.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** No collar: the orders of these tests have no quotes. */
const FREE = { collarPercent: Number.POSITIVE_INFINITY } as const;
const LARGE = limit("BUY", 501, 100);
const SMALL = limit("BUY", 5, 100);
const MAX = { ...FREE, maxOrderNotional: 50_000 };

async function gatewayOf() {
  const gateway = await SimulatedGateway.start({ seed: 1 });
  ends.push(() => gateway.stop());
  const placed = () =>
    gateway.log.entries().filter(({ kind, name }) => kind === "request" && name === "placeOrder").length;
  return { gateway, placed };
}

async function stage(maxServerVersion: number, risk: RiskOptions, more: object = {}) {
  const { gateway, placed } = await gatewayOf();
  const endpoint = { host: "127.0.0.1", port: gateway.port, maxServerVersion };
  const client = await IBKRClient.connect({ ...endpoint, clientId: 1, risk, ...more });
  ends.push(() => client.close());
  const aapl = await client.qualify(stock("AAPL"));
  await until(() => client.risk.snapshot().state === "ACTIVE");
  return { gateway, placed, client, aapl, endpoint };
}

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error("it did not become so within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The arguments of the next event. */
const once = (ib: IBApi, name: EventName) =>
  new Promise<unknown[]>((resolve) => {
    ib.once(name as never, (...args: unknown[]) => resolve(args));
  });

const denial = (run: () => unknown): OrderDeniedError => {
  try {
    run();
  } catch (error) {
    if (error instanceof OrderDeniedError) return error;
    throw error;
  }
  throw new Error("it was not denied");
};

describe.each([193, 226])("no byte of a denied order leaves, server version %i", (version) => {
  test("of a prepared one", async () => {
    const { client, aapl, placed } = await stage(version, MAX);
    const template = client.prepareOrder(aapl, SMALL);
    const before = placed();
    expect(denial(() => template.send({ quantity: 501 })).denyCode).toBe("MAX_NOTIONAL");
    await template.send().acknowledged({ timeoutMs: 5_000 });
    expect(placed() - before).toBe(1);
  });

  test("of one that the core has no frame for", async () => {
    const { client, aapl, placed } = await stage(version, MAX);
    const before = placed();
    const unusual = { ...LARGE, minQty: 5 } as Order;
    expect(denial(() => client.placeOrder(aapl, unusual)).denyCode).toBe("MAX_NOTIONAL");
    const small = { ...SMALL, minQty: 5 } as Order;
    await client.placeOrder(aapl, small).acknowledged({ timeoutMs: 5_000 });
    expect(placed() - before).toBe(1);
  });

  test("of a change: the order is as it was", async () => {
    const { client, aapl, placed } = await stage(version, MAX);
    const ticket = client.placeOrder(aapl, SMALL);
    await ticket.acknowledged({ timeoutMs: 5_000 });
    const before = placed();
    const errors: unknown[] = [];
    ticket.on("error", (error) => errors.push(error));
    try {
      ticket.modify({ quantity: 501 });
    } catch {
      // told by the event as well
    }
    expect(errors).toEqual([expect.objectContaining({ denyCode: "MAX_NOTIONAL" })]);
    expect(ticket.order.totalQuantity).toBe(5);
    expect(ticket.isOver).toBe(false);
    expect(placed() - before).toBe(0);
  });

  test("of a bracket, which is judged as one: its children exclude each other", async () => {
    const { client, aapl, placed } = await stage(version, { ...FREE, maxPosition: 10 });
    const before = placed();
    const children = [limit("SELL", 10, 120), stop("SELL", 10, 80)];
    const group = client.placeBracket(aapl, limit("BUY", 10, 90), children);
    await Promise.all(group.parts.map((part) => part.acknowledged({ timeoutMs: 5_000 })));
    expect(placed() - before).toBe(3);
    const error = denial(() => client.placeBracket(aapl, limit("BUY", 1, 90), [limit("SELL", 1, 120)]));
    expect(error.denyCode).toBe("MAX_POSITION");
    expect(placed() - before).toBe(3);
  });

  test("of IBApi: an error event with its id", async () => {
    const { gateway, placed } = await gatewayOf();
    const ib = new IBApi({
      host: "127.0.0.1",
      port: gateway.port,
      clientId: 3,
      maxServerVersion: version,
      risk: MAX,
    });
    ends.push(() => ib.disconnect());
    const ready = once(ib, EventName.nextValidId);
    ib.connect();
    const [id] = (await ready) as [number];
    const described = once(ib, EventName.contractDetailsEnd);
    ib.reqContractDetails(9_001, stock("AAPL") as Contract);
    await described;
    await until(() => ib.risk?.snapshot().state === "ACTIVE");
    const errors: unknown[][] = [];
    ib.on(EventName.error, (...args) => errors.push(args));
    await until(() => {
      errors.length = 0;
      ib.placeOrder(id, stock("AAPL") as Contract, LARGE as Order);
      return (errors[0][0] as OrderDeniedError).denyCode !== "RECONCILING";
    });
    expect(errors).toEqual([[expect.objectContaining({ denyCode: "MAX_NOTIONAL" }), 504, id, undefined]]);
    expect(placed()).toBe(0);
    const status = once(ib, EventName.orderStatus);
    ib.placeOrder(id, stock("AAPL") as Contract, SMALL as Order);
    await status;
    expect(placed()).toBe(1);
  });

  test("of IBApiNext", async () => {
    const { gateway, placed } = await gatewayOf();
    const next = new IBApiNext({
      host: "127.0.0.1",
      port: gateway.port,
      maxServerVersion: version,
      risk: MAX,
    } as never);
    ends.push(() => next.disconnect());
    const errors: unknown[] = [];
    next.errorSubject.subscribe((error) => errors.push(error.error));
    next.connect(4);
    const id = await next.getNextValidOrderId();
    await next.getContractDetails(stock("AAPL") as Contract);
    next.placeOrder(id, stock("AAPL") as Contract, LARGE as Order);
    await until(() => errors.length > 0);
    expect(errors[0]).toBeInstanceOf(OrderDeniedError);
    expect(placed()).toBe(0);
  });

  test("of an exercise of options", async () => {
    const { gateway, client } = await stage(version, FREE);
    const exercise = {
      contract: stock("AAPL") as Contract,
      action: "exercise",
      quantity: 1,
      account: "DU1",
    } as const;
    await expect(
      client.exercise({ ...exercise, contract: { ...exercise.contract, secType: "OPT" } } as never),
    ).rejects.toMatchObject({
      denyCode: "EXERCISE_DENIED",
    });
    expect(gateway.log.entries().filter(({ name }) => name === "exerciseOptions")).toEqual([]);
  });
});

describe("what the gate knows of orders", () => {
  test("a limit is freed by a cancel, and by a fill not", async () => {
    const { client, aapl } = await stage(226, {
      ...FREE,
      marketQuoteAgeMs: Number.POSITIVE_INFINITY,
      maxPosition: 10,
    });
    const resting = client.placeOrder(aapl, limit("BUY", 10, 1));
    await resting.acknowledged({ timeoutMs: 5_000 });
    expect(denial(() => client.placeOrder(aapl, limit("BUY", 1, 1))).denyCode).toBe("MAX_POSITION");
    resting.cancel();
    await resting.done({ timeoutMs: 5_000 });
    const filled = client.placeOrder(aapl, limit("BUY", 10, 10_000));
    await filled.filled({ timeoutMs: 5_000 });
    expect(denial(() => client.placeOrder(aapl, limit("BUY", 1, 1))).denyCode).toBe("MAX_POSITION");
    await client.placeOrder(aapl, limit("SELL", 10, 1)).filled({ timeoutMs: 5_000 });
    await client.placeOrder(aapl, limit("BUY", 10, 1)).acknowledged({ timeoutMs: 5_000 });
  });

  test("the collar takes the quote of the stream, and denies without one", async () => {
    const { client, aapl } = await stage(226, {});
    expect(denial(() => client.placeOrder(aapl, SMALL)).denyCode).toBe("REFERENCE_MISSING");
    const subscription = client.stream.subscribe(aapl);
    await subscription.ready;
    await until(() => subscription.quote.ask !== undefined);
    const ask = subscription.quote.ask as number;
    expect(denial(() => client.placeOrder(aapl, limit("BUY", 1, Math.round(ask * 1.2)))).denyCode).toBe(
      "COLLAR_PERCENT",
    );
    await client.placeOrder(aapl, limit("BUY", 1, Math.round(ask * 0.9))).acknowledged({ timeoutMs: 5_000 });
  });

  test("connections whose gates have one name count together", async () => {
    const { client, aapl, endpoint } = await stage(226, { ...FREE, maxPosition: 10 });
    const other = await IBKRClient.connect({ ...endpoint, clientId: 2, risk: { ...FREE, maxPosition: 10 } });
    ends.push(() => other.close());
    await other.qualify(stock("AAPL"));
    await client.placeOrder(aapl, limit("BUY", 6, 1)).acknowledged({ timeoutMs: 5_000 });
    expect(denial(() => other.placeOrder(aapl, limit("BUY", 5, 1))).denyCode).toBe("MAX_POSITION");
    await other.placeOrder(aapl, limit("BUY", 4, 1)).acknowledged({ timeoutMs: 5_000 });
  });

  test("a strategy has limits of its own", async () => {
    const { client, aapl } = await stage(226, { ...FREE, strategies: { alpha: { maxPosition: 5 } } });
    const alpha = { ...limit("BUY", 6, 1), orderRef: "alpha:1" } as Order;
    expect(denial(() => client.placeOrder(aapl, alpha))).toMatchObject({
      denyCode: "MAX_POSITION",
      riskScope: "alpha",
      limit: 5,
    });
    await client.placeOrder(aapl, limit("BUY", 6, 1)).acknowledged({ timeoutMs: 5_000 });
  });
});

describe("the emergency stop", () => {
  test("lets nothing out from its return on, cancels what works, and only resume() ends it", async () => {
    const { client, aapl, placed } = await stage(226, FREE);
    const ticket = client.placeOrder(aapl, limit("BUY", 10, 1));
    await ticket.acknowledged({ timeoutMs: 5_000 });
    const denied: string[] = [];
    client.risk.on("denied", ({ denyCode }) => denied.push(denyCode));
    const before = placed();
    const stopped = client.risk.stop("operator");
    expect(denial(() => client.placeOrder(aapl, SMALL)).denyCode).toBe("STOPPED");
    expect(await stopped).toEqual({ working: [], positions: undefined });
    expect(ticket.status).toBe("cancelled");
    expect(placed() - before).toBe(0);
    expect(client.risk.snapshot()).toMatchObject({ stopped: "operator" });
    await until(() => denied.length > 0);
    expect(denied).toEqual(["STOPPED"]);
    client.risk.resume("all is well", "someone");
    await client.placeOrder(aapl, SMALL).acknowledged({ timeoutMs: 5_000 });
  });

  test("flattens where that is asked for, and says what is left", async () => {
    const { client, aapl } = await stage(226, { ...FREE, marketQuoteAgeMs: Number.POSITIVE_INFINITY });
    await client.placeOrder(aapl, limit("BUY", 10, 10_000)).filled({ timeoutMs: 5_000 });
    const { positions } = await client.risk.stop("flat", { flatten: true, timeoutMs: 10_000 });
    expect(positions).toEqual([]);
    await until(() => (client.positions.get(aapl)?.quantity ?? 0) === 0);
  });
});

describe("limits at run time", () => {
  test("update() counts from the next order on; what it refuses changes nothing", async () => {
    const { client, aapl } = await stage(226, FREE);
    client.risk.update({ ...FREE, maxOrderQuantity: 1 });
    expect(denial(() => client.placeOrder(aapl, SMALL))).toMatchObject({
      denyCode: "MAX_QUANTITY",
      limit: 1,
    });
    expect(() => client.risk.update({ maxOrderQuantity: -1 })).toThrow(
      "risk.maxOrderQuantity is -1 (allowed: a number from 0 on, or Infinity)",
    );
    expect(client.risk.snapshot()).toMatchObject({ limitsVersion: 2, limits: { maxOrderQuantity: 1 } });
  });
});

test("market orders need a fresh quote", async () => {
  const { client, aapl } = await stage(226, FREE);
  expect(denial(() => client.placeOrder(aapl, market("BUY", 1))).denyCode).toBe("MARKET_QUOTE_STALE");
});

test("connectOrders has the gate", async () => {
  const { gateway, placed } = await gatewayOf();
  const connected = await connectOrders({ host: "127.0.0.1", port: gateway.port, clientId: 7, risk: MAX });
  ends.push(() => connected.close());
  await connected.gateway.lookups.contractDetails(stock("AAPL") as Contract);
  expect(denial(() => connected.tracker.placeOrder(stock("AAPL") as Contract, LARGE as Order)).code).toBe(
    "ERR_IBKR_ORDER_DENIED",
  );
  expect(placed()).toBe(0);
});
