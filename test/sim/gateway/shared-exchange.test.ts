import { connect } from "node:net";
import { EventName, OrderAction, OrderType } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { SimulatedGateway } from "../../../src/sim/index.js";
import { AAPL, Bench } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

const buy = { action: OrderAction.BUY, totalQuantity: 100, orderType: OrderType.MKT, transmit: true };
const resting = { ...buy, orderType: OrderType.LMT, lmtPrice: 1 };

describe("gateways that share an exchange", () => {
  async function twoGateways() {
    const first = await bench.gateway({ username: "primary" });
    const { exchange } = first;
    const second = await SimulatedGateway.start({ exchange, username: "standby", strictRequests: true });
    return { first, second };
  }

  test("have their own client and order ids, and one market and account", async () => {
    const { first, second } = await twoGateways();
    const one = await bench.client(first, 1);
    const two = await bench.client(second, 1);
    one.api.placeOrder(1, AAPL, resting);
    two.api.placeOrder(1, AAPL, buy);
    await one.settle();
    await two.settle();
    expect(one.all(EventName.orderStatus).map(([, status]) => status)).toEqual(["Submitted"]);
    expect(two.all(EventName.orderStatus).map(([, status]) => status)).toEqual(["Submitted", "Filled"]);
    one.api.reqPositions();
    await one.next(EventName.positionEnd);
    expect(one.all(EventName.position).map(([account, , quantity]) => [account, quantity])).toEqual([
      ["DU0000001", 100],
    ]);
    await second.stop();
  });

  test("after one has gone the other sees its orders and executions, and the market goes on", async () => {
    const { first, second } = await twoGateways();
    const one = await bench.client(first, 1);
    one.api.placeOrder(1, AAPL, resting);
    one.api.placeOrder(2, AAPL, buy);
    await one.settle();
    await first.stop();
    const two = await bench.client(second, 5);
    expect(two.all(EventName.openOrder)).toEqual([]);
    two.api.reqAllOpenOrders();
    await two.next(EventName.openOrderEnd);
    expect(two.all(EventName.openOrder).length).toBe(1);
    two.api.reqExecutions(9, {});
    await two.next(EventName.execDetailsEnd);
    expect(two.all(EventName.execDetails).length).toBe(1);
    two.api.placeOrder(1, AAPL, buy);
    await two.next(EventName.orderStatus, ([, status]) => status === "Filled");
    await second.stop();
  });

  test("orders of two gateways meet in the book", async () => {
    const { first, second } = await twoGateways();
    const one = await bench.client(first, 1);
    const two = await bench.client(second, 1);
    const { bid, ask } = first.exchange.quote(first.exchange.instruments.get(265598)!);
    expect(ask - bid).toBeCloseTo(0.01, 6);
    one.api.placeOrder(1, AAPL, { ...resting, totalQuantity: 5000, lmtPrice: ask });
    await one.settle();
    two.api.placeOrder(1, AAPL, { ...buy, action: OrderAction.SELL, totalQuantity: 50 });
    await two.settle();
    await one.settle();
    const [, , sold] = two.all(EventName.execDetails)[0] as [number, unknown, { price: number }];
    expect(sold.price).toBe(ask);
    const bought = one.all(EventName.execDetails).at(-1)?.[2] as { shares: number; lastLiquidity: number };
    expect([bought.shares, bought.lastLiquidity]).toEqual([50, 1]);
    await second.stop();
  });

  test.each([
    [{ username: "primary" }, 'username is "primary", which has a gateway on this exchange already'],
    [{ seed: 3 }, "seed is 3 (allowed: nothing, as the exchange"],
    [{ accounts: ["DU9"] }, 'accounts[0] is "DU9" (allowed: the exchange'],
  ])("%j is refused", async (options, message) => {
    const { exchange } = await bench.gateway({ username: "primary" });
    await expect(SimulatedGateway.start({ exchange, ...options })).rejects.toThrow(message);
  });

  test("a user may come back after its gateway has stopped", async () => {
    const { first, second } = await twoGateways();
    await second.stop();
    const again = await SimulatedGateway.start({ exchange: first.exchange, username: "standby" });
    expect(again.username).toBe("standby");
    await again.stop();
  });
});

describe("read-only mode", () => {
  test("refuses orders, cancels and next order ids with 321; reading works", async () => {
    const gateway = await bench.gateway({ readOnly: true });
    const client = await bench.client(gateway);
    client.api.placeOrder(5, AAPL, buy);
    client.api.cancelOrder(6);
    client.api.reqGlobalCancel();
    client.api.reqIds();
    client.api.reqPositions();
    await client.next(EventName.positionEnd);
    const refusals = client.seen
      .filter(({ event }) => event === EventName.error || event === EventName.info)
      .filter(({ args }) => args[1] === 321)
      .map(({ args }) => [args[2] ?? -1, String((args[0] as Error).message ?? args[0])]);
    expect(refusals.map(([id]) => id).slice(0, 2)).toEqual([5, 6]);
    expect(refusals.length).toBe(4);
    expect(refusals[0][1]).toContain("Read-Only mode");
    expect(gateway.exchange.orders.open()).toEqual([]);
  });
});

describe("the allow-list", () => {
  const attempt = (port: number, localAddress: string): Promise<"served" | "closed"> =>
    new Promise((resolve) => {
      const socket = connect({ port, host: "127.0.0.1", localAddress });
      socket.on("connect", () => {
        socket.write("API\0\0\0\0\x09v100..193");
      });
      socket.on("data", () => {
        socket.destroy();
        resolve("served");
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve("closed"));
    });

  test.each([
    [["127.0.0.1"], "served", "closed"],
    [["127.0.0.0/8"], "served", "served"],
    [["10.0.0.0/8", "::1"], "closed", "closed"],
  ])("%j", async (allow, one, two) => {
    const gateway = await bench.gateway({ allow });
    expect(await attempt(gateway.port, "127.0.0.1")).toBe(one);
    expect(await attempt(gateway.port, "127.0.0.2")).toBe(two);
    const refused = gateway.log.entries().filter(({ name }) => name === "refused");
    expect(refused.length).toBe([one, two].filter((result) => result === "closed").length);
  });

  test.each(["localhost", "10.0.0.0/40", "10.0.0"])("%s is refused as an entry", async (entry) => {
    await expect(SimulatedGateway.start({ allow: [entry] })).rejects.toThrow(`allow[0] is "${entry}"`);
  });
});

describe("options of the market", () => {
  test.each([
    [{ fillProbability: 1.5 }, "fillProbability is 1.5"],
    [{ slippageTicks: -1 }, "slippageTicks is -1"],
    [{ username: "a/b" }, 'username is "a/b"'],
  ])("%j is refused", async (options, message) => {
    await expect(SimulatedGateway.start(options)).rejects.toThrow(message);
  });
});
