import { EventName, OrderAction, OrderType } from "@stoqey/ib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AAPL, Bench, RawClient, type StockClient } from "../../support/sim/harness.js";
import { stageWithClient } from "../../support/sim/stage.js";

const bench = new Bench();
afterEach(() => bench.end());

const buy = { action: OrderAction.BUY, totalQuantity: 100, orderType: OrderType.MKT, transmit: true };

describe("upstream lost", () => {
  const codes = (client: StockClient): number[] =>
    client.seen
      .filter(({ event }) => event === EventName.error || event === EventName.info)
      .map(({ args }) => Number(args[1]))
      .filter((code) => code >= 1100 && code < 1200);

  test("1100, no data, orders kept; then 1102, and both go on", async () => {
    const { gateway, clock, client } = await stageWithClient(bench);
    client.api.reqMktData(1, AAPL, "", false, false);
    await client.settle();
    gateway.fault({ kind: "upstream-lost", forMs: 60_000 });
    const mark = client.seen.length;
    gateway.exchange.step();
    client.api.placeOrder(1, AAPL, buy);
    await client.settle();
    expect(client.namesSince(mark).filter((name) => name.startsWith("tick") || name === "openOrder")).toEqual(
      [],
    );
    clock.advance(60_000);
    await client.next(EventName.orderStatus, ([, status]) => status === "Filled");
    gateway.exchange.step();
    await client.settle();
    expect(client.namesSince(mark)).toContain("tickPrice");
    expect(codes(client)).toEqual([1100, 1102]);
  });

  test("1101: the data subscriptions are gone", async () => {
    const { gateway, client } = await stageWithClient(bench);
    client.api.reqMktData(1, AAPL, "", false, false);
    await client.settle();
    gateway.fault({ kind: "upstream-lost", dataLost: true }).stop();
    const mark = client.seen.length;
    gateway.exchange.step();
    await client.settle();
    expect(client.namesSince(mark)).not.toContain("tickPrice");
    expect(codes(client)).toEqual([1100, 1101]);
    client.api.reqMktData(1, AAPL, "", false, false);
    await client.next(EventName.tickPrice, undefined, mark);
  });
});

describe("farm flap", () => {
  test.each([
    ["market-data", 2103, 2104, "usfarm"],
    ["historical", 2105, 2106, "ushmds"],
    ["definitions", 2157, 2158, "secdefnj"],
  ] as const)("%s: %i, then %i", async (farm, broken, ok, name) => {
    const { gateway, clock, client } = await stageWithClient(bench);
    await client.settle();
    const mark = client.seen.length;
    gateway.fault({ kind: "farm-flap", farm, forMs: 5000 });
    clock.advance(5000);
    await client.settle();
    const notices = client.seen
      .slice(mark)
      .filter(({ event }) => event === EventName.error || event === EventName.info)
      .map(({ args }) => [Number(args[1]), String((args[0] as Error).message ?? args[0])]);
    expect(notices.map(([code]) => code)).toEqual([broken, ok]);
    expect(notices[0][1]).toMatch(new RegExp(`broken:${name}$`));
    expect(notices[1][1]).toMatch(new RegExp(`OK:${name}$`));
  });

  test("of market data stops the ticks meanwhile", async () => {
    const { gateway, client } = await stageWithClient(bench);
    client.api.reqMktData(1, AAPL, "", false, false);
    await client.settle();
    const flap = gateway.fault({ kind: "farm-flap" });
    const mark = client.seen.length;
    gateway.exchange.step();
    await client.settle();
    expect(client.namesSince(mark)).not.toContain("tickPrice");
    flap.stop();
    gateway.exchange.step();
    await client.next(EventName.tickPrice, undefined, mark);
  });
});

describe("refuse", () => {
  const asked = (client: StockClient, reqId: number) => {
    client.api.reqContractDetails(reqId, AAPL);
    client.api.reqMatchingSymbols(reqId + 100, "AAPL");
    return client.settle();
  };

  test("requests by their name, so many of them, with the number and text that are wanted", async () => {
    const { gateway, client } = await stageWithClient(bench);
    const fault = gateway.fault({
      ...{ kind: "refuse", code: 10276, message: "not allowed", requests: ["reqContractData"], times: 2 },
    });
    for (const reqId of [1, 2, 3]) await asked(client, reqId);
    expect(client.errors.map(({ id, code, message }) => [id, code, message])).toEqual([
      [1, 10276, "not allowed"],
      [2, 10276, "not allowed"],
    ]);
    expect(fault.active).toBe(false);
    const answered = client.seen.filter(({ event }) => event === EventName.contractDetails);
    expect(answered.map(({ args }) => args[0])).toEqual([3]);
    expect(client.seen.filter(({ event }) => event === EventName.symbolSamples)).toHaveLength(3);
  });

  test("all but cancels, until it ends; one without an id under -1", async () => {
    const { gateway, client } = await stageWithClient(bench);
    client.api.reqMktData(7, AAPL, "", false, false);
    await client.settle();
    const fault = gateway.fault({ kind: "refuse", code: 321 });
    client.api.cancelMktData(7);
    client.api.reqContractDetails(1, AAPL);
    client.api.reqMatchingSymbols(101, "AAPL");
    client.api.reqPositions();
    await client.next(EventName.info, ([, code]) => code === 321);
    fault.stop();
    await asked(client, 2);
    expect(client.errors.map(({ id, code }) => [id, code])).toEqual([
      [1, 321],
      [101, 321],
    ]);
    const mark = client.seen.length;
    gateway.exchange.step();
    await client.settle();
    expect(client.namesSince(mark)).not.toContain("tickPrice");
  });
});

describe("competing session", () => {
  test("10197 for every stream, and no ticks until it ends", async () => {
    const { gateway, client } = await stageWithClient(bench);
    client.api.reqMktData(1, AAPL, "", false, false);
    client.api.reqMktData(2, { ...AAPL, symbol: "MSFT" }, "", false, false);
    await client.settle();
    const fault = gateway.fault({ kind: "competing-session" });
    await client.settle();
    const mark = client.seen.length;
    gateway.exchange.step();
    await client.settle();
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([
      [1, 10197],
      [2, 10197],
    ]);
    expect(client.namesSince(mark)).not.toContain("tickPrice");
    fault.stop();
    gateway.exchange.step();
    await client.next(EventName.tickPrice, undefined, mark);
  });
});

describe("restart", () => {
  test("closes connections and port, keeps orders, and rolls the next order id back", async () => {
    const { gateway, clock, client } = await stageWithClient(bench);
    client.api.placeOrder(10, AAPL, buy);
    client.api.placeOrder(11, AAPL, { ...buy, orderType: OrderType.LMT, lmtPrice: 1 });
    await client.settle();
    const { port } = gateway;
    gateway.fault({ kind: "restart", downMs: 5000, nextValidId: 3 });
    await client.next(EventName.disconnected);
    await expect(RawClient.connect(port)).rejects.toThrow("ECONNREFUSED");
    clock.advance(5000);
    await vi.waitFor(async () => (await RawClient.connect(port)).socket.destroy());
    expect(gateway.port).toBe(port);
    const again = await bench.client(gateway);
    expect(again.all(EventName.nextValidId)).toEqual([[3]]);
    expect(again.all(EventName.openOrder).map(([id]) => id)).toEqual([11]);
    again.api.placeOrder(10, AAPL, buy);
    await again.next(EventName.orderStatus, ([id, status]) => id === 10 && status === "Filled");
    expect(gateway.exchange.orders.executions.length).toBe(2);
  });
});

describe("error storm", () => {
  test("all at once", async () => {
    const { gateway, client } = await stageWithClient(bench);
    gateway.fault({ kind: "error-storm", count: 500, code: 999, message: "nothing is wrong" });
    await client.settle();
    expect(textsOf(client, 999)).toEqual(Array(500).fill("nothing is wrong"));
  });

  test("at a rate", async () => {
    const { gateway, clock, client } = await stageWithClient(bench);
    const storm = gateway.fault({ kind: "error-storm", count: 100, perSecond: 50, code: 999 });
    clock.advance(1000);
    await client.settle();
    const before = textsOf(client, 999).length;
    expect(before).toBeGreaterThanOrEqual(50);
    expect(before).toBeLessThan(60);
    clock.advance(1000);
    await client.settle();
    expect(textsOf(client, 999).length).toBe(100);
    expect(storm.active).toBe(false);
  });
});

/** Texts of errors and notices with a code: stock tells those without a request as `info`. */
function textsOf(client: StockClient, code: number): string[] {
  return client.seen
    .filter(({ event, args }) => (event === EventName.error || event === EventName.info) && args[1] === code)
    .map(({ args }) => String((args[0] as Error).message ?? args[0]));
}
