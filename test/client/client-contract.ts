import { beforeEach, describe, expect, test } from "vitest";
import type { Client, ForeignOrder } from "../../src/client/client.js";
import type { HeldPosition } from "../../src/client/positions.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import type { SimulatedGateway } from "../../src/sim/index.js";
import { clientOnSession, refusalOf, told } from "./client-stage.js";

const AAPL = contracts.stock("AAPL");
const FAR = orders.limit("BUY", 10, 1);

/** What a client does over any broker. */
export function clientContract(stage: () => Promise<{ sim: SimulatedGateway; client: Client }>): void {
  let sim: SimulatedGateway;
  let client: Client;
  beforeEach(async () => {
    ({ sim, client } = await stage());
  });

  test("it is ready, and knows accounts and positions", () => {
    expect(client.state).toBe("ready");
    expect([client.positions.state, client.accounts.state]).toEqual(["live", "live"]);
    expect(client.accountName).toBe("DU0000001");
    expect(client.accounts.names).toEqual(["DU0000001", "DU0000002"]);
    expect(client.account).toBe(client.accounts.get("DU0000001"));
    expect(client.account).toMatchObject({ currency: "USD", netLiquidation: 1_000_000 });
    expect(client.account.availableFunds).toBeGreaterThan(0);
    expect(client.positions.all()).toEqual([]);
  });

  describe("orders", () => {
    test("a fill is told, and is in positions, executions and figures", async () => {
      const aapl = await client.qualify(AAPL);
      const changed = told((listener) => client.positions.on("change", listener));
      const fill = told((listener) => client.on("fill", listener));
      const ticket = client.placeOrder(aapl, orders.market("BUY", 100, { account: "DU0000001" }));
      expect(ticket.disposition).toBe("written");
      const outcome = await ticket.done();
      expect(outcome).toMatchObject({ status: "filled", filledQuantity: 100, commission: 1 });
      expect((await fill)[2]).toBe(ticket);
      const [position, before] = await changed;
      expect(before).toBeUndefined();
      expect(position).toMatchObject({ account: "DU0000001", quantity: 100 });
      expect(client.positions.get(aapl)).toBe(position);
      expect(client.positions.get(aapl.conId, "DU0000002")).toBeUndefined();
      const [execution] = await client.executions();
      expect(execution).toMatchObject({ execution: { shares: 100 }, commission: { commission: 1 } });
      expect(client.tickets).toEqual([ticket]);
    });

    test("working ones are listed, and cancelAll() resolves with how each ended", async () => {
      const seen: unknown[] = [];
      client.on("ticket", (ticket) => seen.push(ticket));
      const two = [client.placeOrder(AAPL, FAR), client.placeOrder(AAPL, FAR)];
      expect(seen).toEqual(two);
      await Promise.all(two.map((ticket) => ticket.acknowledged()));
      expect((await client.openOrders()).map(({ orderId }) => orderId).sort()).toEqual(
        two.map(({ orderId }) => orderId).sort(),
      );
      const errors: unknown[] = [];
      client.on("error", (error) => errors.push(error));
      const outcomes = await client.cancelAll();
      expect(outcomes.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
      expect(await client.openOrders()).toEqual([]);
      expect([errors, two[0]?.error?.gatewayCode]).toEqual([[], 202]);
      expect(await client.completedOrders()).toHaveLength(2);
      expect(await client.cancelAll()).toEqual([]);
    });

    test("brackets, OCA groups, prepared orders and what-ifs are those of the tracker", async () => {
      const bracket = client.placeBracket(AAPL, FAR, [
        orders.limit("SELL", 10, 1_000),
        orders.stop("SELL", 10, 0.5),
      ]);
      await bracket.parent?.acknowledged();
      bracket.cancel();
      expect((await bracket.done()).map(({ status }) => status)).toEqual(Array(3).fill("cancelled"));
      const oca = client.placeOca([
        [AAPL, FAR],
        [AAPL, orders.market("BUY", 1)],
      ]);
      expect((await oca.done()).map(({ status }) => status)).toEqual(["cancelled", "filled"]);
      const sent = client.prepareOrder(AAPL, orders.market("BUY", 1)).send({ quantity: 2 });
      expect((await sent.done()).filledQuantity).toBe(2);
      const state = await client.whatIf(AAPL, orders.market("BUY", 100));
      expect(Number(state.initMarginChange)).toBeGreaterThan(0);
      expect(client.tickets).toHaveLength(6);
    });

    test("options that are held are exercised, of the client's account where none is named", async () => {
      const [chain] = await client.optionChain(AAPL);
      const [lastTradeDateOrContractMonth = "", strike = 0] = [chain?.expirations[0], chain?.strikes[0]];
      const call = await client.qualify(
        contracts.option("AAPL", lastTradeDateOrContractMonth, strike, "C", { tradingClass: "AAPL" }),
      );
      await client.placeOrder(call, orders.market("BUY", 1, { account: "DU0000001" })).done();
      const shares = told<[HeldPosition, HeldPosition | undefined]>(
        (listener) => client.positions.on("change", listener),
        ({ contract }) => contract.secType === "STK",
      );
      expect(await client.exercise({ contract: call, action: "exercise", quantity: 1 })).toBeGreaterThan(0);
      expect((await shares)[0]).toMatchObject({ account: "DU0000001", quantity: 100 });
    });

    test("what is refused is the ticket's to say, and the client's", async () => {
      const heard = told((listener) => client.on("error", listener));
      const ticket = client.placeOrder(AAPL, orders.limit("BUY", 1e9, 1_000));
      expect(await ticket.done()).toMatchObject({ status: "rejected", error: { gatewayCode: 201 } });
      expect(await heard).toEqual([ticket.error, ticket]);
    });

    test("orders of others are shown, and none of them is touched", async () => {
      const foreign = told<[ForeignOrder]>((listener) => client.on("foreign", listener));
      const other = await clientOnSession(sim);
      const theirs = other.placeOrder(AAPL, FAR);
      await theirs.acknowledged();
      const open = await client.openOrders();
      expect(open).toHaveLength(1);
      expect((await foreign)[0].openOrder.order.permId).toBe(theirs.permId);
      expect(client.tickets).toEqual([]);
      await client.cancelAll();
      expect((await theirs.done()).status).toBe("cancelled");
    });
  });

  describe("questions", () => {
    test("each has its answer", async () => {
      const aapl = await client.qualify(AAPL);
      expect(aapl).toMatchObject({ conId: 265598, primaryExch: "NASDAQ", exchange: "SMART" });
      expect((await client.contractDetails(AAPL))[0]?.contract.conId).toBe(aapl.conId);
      expect((await client.search("AAPL"))[0]?.contract?.symbol).toBe("AAPL");
      const [chain] = await client.optionChain(AAPL);
      expect(chain?.underlyingConId).toBe(aapl.conId);
      expect((await client.schedule(AAPL, { duration: "5 D" })).sessions.length).toBeGreaterThan(3);
      const bars = await client.history(AAPL, { duration: "2 D", barSize: "1 hour", whatToShow: "TRADES" });
      expect(bars.length).toBeGreaterThan(5);
      const [tick] = await client.historicalTicks(AAPL, { whatToShow: "BID_ASK", endMs: 1.79e12, count: 1 });
      expect(tick?.ask).toBeGreaterThan(tick?.bid as number);
      expect(await client.headTimestamp(AAPL)).toBeLessThan(Date.now());
      expect((await client.snapshot(AAPL)).bid).toBeGreaterThan(0);
      expect((await client.histogram(AAPL, { period: "3 days" })).length).toBeGreaterThan(0);
      const rule = await client.marketRule(26);
      expect(rule[0]).toEqual({ lowEdge: 0, increment: 0.01 });
      expect(await client.marketRule(26)).toBe(rule);
      expect((await client.depthExchanges()).length).toBeGreaterThan(0);
      expect(Math.abs((await client.serverTimeMs()) - Date.now())).toBeLessThan(60_000);
    });

    test("news", async () => {
      const aapl = await client.qualify(AAPL);
      const providers = await client.news.providers();
      const { items } = await client.news.headlines(aapl, { limit: 5 });
      expect(items).toHaveLength(5);
      expect(providers.map(({ code }) => code)).toContain(items[0]?.providerCode);
      const article = await client.news.article(items[0] as (typeof items)[number]);
      expect(article.text).not.toBe("");
      const bulletins: unknown[] = [];
      const watch = client.news.watchBulletins({ bulletin: (bulletin) => bulletins.push(bulletin) });
      await watch.ready;
      watch.close();
      watch.close();
    });

    test("scanners", async () => {
      expect(await client.scanners.parameters()).toContain("<?xml");
      const scan = { instrument: "STK", locationCode: "STK.US.MAJOR", scanCode: "TOP_PERC_GAIN" } as const;
      const rows = await client.scanners.scan({ ...scan, numberOfRows: 7 });
      expect(rows.map(({ rank }) => rank)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      const first = told<[readonly unknown[]]>((listener) => {
        const watch = client.scanners.watch({ ...scan, numberOfRows: 3 }, { rows: listener });
        return () => watch.close();
      });
      expect((await first)[0]).toHaveLength(3);
    });
  });

  test("profit and loss of accounts and positions, as they are", async () => {
    const aapl = await client.qualify(AAPL);
    await client.placeOrder(aapl, orders.market("BUY", 100, { account: "DU0000001" })).done();
    await client.pnl.ready();
    expect(client.pnl.account).toBe("DU0000001");
    expect(client.pnl.daily).toBeTypeOf("number");
    const one = await client.pnl.position(aapl).ready();
    expect(one.position).toBe(100);
    expect(one.marketValue).toBeGreaterThan(0);
    expect(client.pnl.position(aapl.conId)).toBe(one);
    one.close();
    expect(client.pnl.position(aapl)).not.toBe(one);
    const other = await client.pnl.of({ account: "DU0000002" }).ready();
    expect(other.daily).toBe(0);
  });

  test("one account or model, in detail", async () => {
    const details = await client.accounts.of({ account: "DU0000002" }).ready();
    expect(client.accounts.of({ account: "DU0000002" })).toBe(details);
    expect(details.values.netLiquidation).toBe(1_000_000);
    expect(details.values.all().length).toBeGreaterThan(client.account.all().length / 2);
    const positions = await client.positions.of({ account: "DU0000002" }).ready();
    const changed = told((listener) => positions.on("change", listener));
    client.placeOrder(AAPL, orders.market("BUY", 7, { account: "DU0000002" }));
    expect((await changed)[0]).toMatchObject({ account: "DU0000002", quantity: 7 });
    expect(positions.all()).toHaveLength(1);
  });

  test("closed, it refuses every call, and its caches are closed", async () => {
    const states: string[] = [];
    client.on("state", (state) => states.push(state));
    await client.close();
    await client.close();
    expect(states).toEqual(["closed"]);
    expect([client.positions.state, client.accounts.state, client.pnl.state]).toEqual(
      Array(3).fill("closed"),
    );
    expect(await refusalOf(() => client.qualify(AAPL))).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
    expect(() => client.placeOrder(AAPL, FAR)).toThrow("the client is closed");
  });
}
