import { describe, expect, test } from "vitest";
import type {
  AccountDesk,
  FiguresListener,
  PnlListener,
  PositionPnl,
  PositionsListener,
} from "../../src/broker/account-desk.js";
import type { Broker, BrokerEvents, BrokerState } from "../../src/broker/broker.js";
import type { Watch, WatchListener } from "../../src/broker/watch.js";
import { Accounts } from "../../src/client/accounts.js";
import { Calls } from "../../src/client/calls.js";
import type { CacheHost } from "../../src/client/live-cache.js";
import { ClientPnl } from "../../src/client/pnl.js";
import { AllPositions } from "../../src/client/positions.js";
import * as contracts from "../../src/domain/contracts.js";
import { Emitter } from "../../src/domain/emitter.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import { Signal } from "../support/signal.js";
import { cleansUp, clientAt, refusalOf, simulated } from "./client-stage.js";

cleansUp();

interface Begun<L> {
  readonly what: string;
  readonly scope: unknown;
  readonly listener: L;
  ready(): void;
  refuse(error: IBKRError): void;
  open: boolean;
}

/** A broker whose watches the test drives. */
class Bench {
  state: BrokerState = "ready";
  readonly begun: Begun<PositionsListener & FiguresListener & PnlListener<PositionPnl>>[] = [];
  readonly failures: IBKRError[] = [];
  private readonly events = new Emitter<BrokerEvents>(["state", "upstream"]);
  readonly host: CacheHost;
  private isUpstreamLost = false;

  constructor() {
    const watch = (what: string) => (scope: unknown, listener: WatchListener) =>
      this.watch(what, scope, listener);
    const accounts = {
      names: ["DU1", "DU2"],
      watchPositions: watch("positions"),
      watchFigures: watch("figures"),
      watchPnl: watch("pnl"),
      watchPnlSingle: watch("pnlSingle"),
    } as unknown as AccountDesk;
    const bench = this;
    const broker = {
      accounts,
      get state() {
        return bench.state;
      },
      on: (event: "state", listener: (state: BrokerState) => void) => this.events.on(event, listener),
    } as unknown as Broker;
    this.host = {
      ...{ broker, calls: new Calls(1_000), failed: (error) => this.failures.push(error) },
      isUpstreamLost: () => this.isUpstreamLost,
    };
  }

  get newest() {
    return this.begun.at(-1) as (typeof this.begun)[number];
  }

  become(state: BrokerState): void {
    this.state = state;
    this.events.emit("state", state);
  }

  upstream(state: "lost" | "restored" | "data-lost"): void {
    this.isUpstreamLost = state === "lost";
    this.events.emit("upstream", state);
  }

  private watch(what: string, scope: unknown, listener: WatchListener): Watch {
    const settle: { yes: () => void; no: (error: IBKRError) => void } = { yes: () => {}, no: () => {} };
    const ready = new Promise<void>((resolve, reject) => Object.assign(settle, { yes: resolve, no: reject }));
    ready.catch(() => {});
    const begun = {
      ...{ what, scope, open: true },
      listener: listener as Bench["newest"]["listener"],
      ready: () => {
        listener.complete?.();
        settle.yes();
      },
      refuse: (error: IBKRError) => settle.no(error),
    };
    this.begun.push(begun);
    return {
      ready,
      close: () => {
        begun.open = false;
      },
    };
  }
}

const AAPL = { conId: 1, symbol: "AAPL" };
const MSFT = { conId: 2, symbol: "MSFT" };
const LOST = new IBKRError("ERR_IBKR_CONNECTION_LOST", "the connection ended");
const REFUSED = new IBKRError("ERR_IBKR_GATEWAY", "not allowed (321)", { gatewayCode: 321 });
const held = (account: string, contract: typeof AAPL, pos: number, avgCost?: number) => ({
  ...{ account, contract, pos },
  ...(avgCost !== undefined && { avgCost }),
});

describe("positions", () => {
  async function live() {
    const bench = new Bench();
    const positions = new AllPositions(bench.host);
    const changes: unknown[] = [];
    const states: string[] = [];
    positions.on("change", ({ account, contract, quantity }, before) =>
      changes.push([account, contract.symbol, quantity, before?.quantity]),
    );
    positions.on("state", (state) => states.push(state));
    const ready = positions.ready();
    bench.newest.listener.position(held("DU1", AAPL, 100, 10));
    bench.newest.listener.position(held("DU2", AAPL, 50, 40));
    bench.newest.listener.position(held("DU2", MSFT, -5, 3));
    expect([positions.state, positions.isStale]).toEqual(["waiting", true]);
    bench.newest.ready();
    expect(await ready).toBe(positions);
    return { bench, positions, changes: changes.splice(0) && changes, states };
  }

  test("are by account, and in all together", async () => {
    const { positions } = await live();
    expect([positions.state, positions.isStale]).toEqual(["live", false]);
    expect(positions.get(AAPL, "DU1")).toEqual({
      ...{ account: "DU1", contract: AAPL, quantity: 100, averageCost: 10 },
    });
    expect(positions.get(AAPL)).toEqual({
      ...{ account: undefined, contract: AAPL, quantity: 150, averageCost: 20 },
    });
    expect(positions.get(MSFT.conId)).toMatchObject({ account: "DU2", quantity: -5 });
    expect(positions.get(3)).toBeUndefined();
    expect(positions.all("DU2").map(({ quantity }) => quantity)).toEqual([50, -5]);
    expect(positions.all()).toHaveLength(3);
  });

  test("that are long here and short there have no cost together", async () => {
    const { bench, positions } = await live();
    bench.newest.listener.position(held("DU2", AAPL, -30, 40));
    expect(positions.get(AAPL)).toMatchObject({ quantity: 70, averageCost: undefined });
    bench.newest.listener.position(held("DU2", AAPL, 30));
    expect(positions.get(AAPL)).toMatchObject({ quantity: 130, averageCost: undefined });
  });

  test("are asked for by a number", async () => {
    const { positions } = await live();
    const refused = { code: "ERR_IBKR_ARGUMENT", message: expect.stringContaining("qualify() finds it") };
    for (const contract of [{ symbol: "AAPL" }, { conId: 0 }, 0, -1, 1.5])
      expect(await refusalOf(() => positions.get(contract))).toMatchObject(refused);
  });

  test("tell of changes, and not of what stays", async () => {
    const { bench, positions, changes } = await live();
    const { listener } = bench.newest;
    listener.position(held("DU1", AAPL, 100, 10));
    listener.position(held("DU1", AAPL, 120, 11));
    listener.position(held("DU1", AAPL, 0));
    listener.position(held("DU1", AAPL, 0));
    listener.position(held("DU1", MSFT, 1, 1));
    expect(changes).toEqual([
      ["DU1", "AAPL", 120, 100],
      ["DU1", "AAPL", 0, 120],
      ["DU1", "MSFT", 1, undefined],
    ]);
    expect(positions.get(AAPL, "DU1")).toBeUndefined();
  });

  test("outlive a connection that their broker restores: what has gone meanwhile is told", async () => {
    const { bench, positions, changes, states } = await live();
    bench.become("down");
    expect(positions.state).toBe("stale");
    expect(positions.get(AAPL)?.quantity).toBe(150);
    bench.become("connecting");
    bench.become("ready");
    const { listener, ready } = bench.newest;
    listener.restarted?.();
    listener.position(held("DU1", AAPL, 90, 10));
    expect([positions.state, positions.all()[1]?.quantity]).toEqual(["stale", 50]);
    ready();
    expect(positions.state).toBe("live");
    expect(bench.begun).toHaveLength(1);
    expect(states).toEqual(["live", "stale", "live"]);
    expect(changes).toEqual([
      ["DU1", "AAPL", 90, 100],
      ["DU2", "AAPL", 0, 50],
      ["DU2", "MSFT", 0, -5],
    ]);
  });

  test("outlive a connection whose watches end with it: they are asked for again", async () => {
    const { bench, positions, changes } = await live();
    bench.state = "down";
    bench.newest.listener.failed(LOST);
    bench.become("down");
    expect([positions.state, bench.failures]).toEqual(["stale", []]);
    bench.become("ready");
    expect(bench.begun).toHaveLength(2);
    bench.newest.listener.position(held("DU1", AAPL, 100, 10));
    bench.newest.ready();
    expect(positions.state).toBe("live");
    expect(changes).toEqual([
      ["DU2", "AAPL", 0, 50],
      ["DU2", "MSFT", 0, -5],
    ]);
  });

  test("are stale while the gateway has lost Interactive Brokers", async () => {
    const { bench, positions, states } = await live();
    bench.upstream("lost");
    bench.upstream("restored");
    expect(states).toEqual(["live", "stale", "live"]);
    expect(bench.begun).toHaveLength(1);
    expect(positions.isStale).toBe(false);
  });

  test("are stale where it is lost before the connection is ready, or before they are begun", async () => {
    const { bench, positions } = await live();
    bench.become("down");
    bench.become("connecting");
    bench.upstream("lost");
    bench.become("ready");
    bench.newest.listener.restarted?.();
    bench.newest.ready();
    const late = new AllPositions(bench.host).begin();
    bench.newest.ready();
    expect([positions.isStale, late.isStale]).toEqual([true, true]);
    bench.upstream("restored");
    expect([positions.state, late.state]).toEqual(["live", "live"]);
  });

  test("are not live between lost data and their return, and are where their broker asks for nothing anew", async () => {
    const { bench, positions, states } = await live();
    bench.upstream("lost");
    bench.upstream("data-lost");
    bench.newest.listener.restarted?.();
    await Promise.resolve();
    bench.newest.ready();
    expect(states).toEqual(["live", "stale", "live"]);
    bench.upstream("lost");
    bench.upstream("data-lost");
    expect(positions.isStale).toBe(true);
    await Promise.resolve();
    expect(positions.isStale).toBe(false);
  });

  test("that are refused say why, and are asked for with the next connection", async () => {
    const bench = new Bench();
    const positions = new AllPositions(bench.host);
    const ready = positions.ready();
    bench.newest.refuse(REFUSED);
    await expect(ready).rejects.toBe(REFUSED);
    expect([positions.state, positions.error, bench.failures]).toEqual(["failed", REFUSED, [REFUSED]]);
    await expect(positions.ready()).rejects.toBe(REFUSED);
    bench.become("down");
    bench.become("ready");
    expect(positions.state).toBe("waiting");
    const again = positions.ready();
    bench.newest.ready();
    expect(await again).toBe(positions);
    expect([positions.state, positions.error]).toEqual(["live", undefined]);
  });

  test("that the gateway ends say why, too", async () => {
    const { bench, positions } = await live();
    bench.newest.listener.failed(REFUSED);
    expect([positions.state, bench.failures]).toEqual(["failed", [REFUSED]]);
    expect(positions.get(AAPL)?.quantity).toBe(150);
  });

  test("wait for a connection, for their time, or for a signal", async () => {
    const bench = new Bench();
    bench.state = "down";
    const positions = new AllPositions(bench.host);
    expect(await refusalOf(() => positions.ready({ timeoutMs: 1 }))).toMatchObject({
      code: "ERR_IBKR_TIMEOUT",
    });
    const ends = new AbortController();
    const waiting = positions.ready({ signal: ends.signal });
    ends.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(positions.ready({ signal: ends.signal })).rejects.toThrow("enough");
    expect(bench.begun).toHaveLength(0);
    bench.become("ready");
    bench.newest.ready();
    await positions.ready();
  });

  test("that are closed hear nothing more, and reject who waits", async () => {
    const { bench, positions, changes, states } = await live();
    const of = positions.of({ account: "DU1", model: "Growth" });
    expect([bench.newest.what, bench.newest.scope]).toEqual([
      "positions",
      { account: "DU1", model: "Growth" },
    ]);
    const never = refusalOf(() => of.ready());
    expect(positions.of({ account: "DU1", model: "Growth" })).toBe(of);
    positions.close();
    positions.close();
    expect(bench.begun.map(({ open }) => open)).toEqual([false, false]);
    expect(await never).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
    for (const { listener, ready } of bench.begun) {
      listener.restarted?.();
      ready();
      listener.failed(REFUSED);
    }
    bench.become("down");
    bench.become("ready");
    expect([positions.state, of.state, states.at(-1)]).toEqual(["closed", "closed", "closed"]);
    expect([changes, bench.failures]).toEqual([[], []]);
    expect(bench.begun).toHaveLength(2);
    expect(positions.of({ account: "DU1", model: "Growth" })).not.toBe(of);
  });
});

test("what was never begun is closed without being asked for", async () => {
  const bench = new Bench();
  const positions = new AllPositions(bench.host);
  const states: string[] = [];
  positions.on("state", (state) => states.push(state));
  positions.close();
  positions.begin();
  expect([positions.state, states, bench.begun.length]).toEqual(["closed", ["closed"], 0]);
  expect(await refusalOf(() => positions.ready())).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
});

describe("accounts", () => {
  const figure = (tag: string, value: string, account = "DU1", currency = "USD") => ({
    ...{ account, tag, value, currency },
  });

  test("have figures as numbers, undefined where there is none", () => {
    const bench = new Bench();
    const accounts = new Accounts(bench.host).begin();
    const { listener, ready } = bench.newest;
    const changes: unknown[] = [];
    accounts.on("change", ({ id }, { tag, value }, before) => changes.push([id, tag, value, before?.value]));
    const values = accounts.expect("DU1");
    expect(values.netLiquidation).toBeUndefined();
    listener.figure(figure("NetLiquidation", "1000.5"));
    listener.figure(figure("AvailableFunds", "1.7976931348623157E308"));
    listener.figure(figure("Cushion", ""));
    listener.figure(figure("Leverage", "many"));
    listener.figure(figure("AccountType", "INDIVIDUAL", "DU1", ""));
    listener.figure(figure("NetLiquidation", "7", "DU2"));
    ready();
    expect(accounts.get("DU1")).toBe(values);
    expect(accounts.all().map(({ id }) => id)).toEqual(["DU1", "DU2"]);
    expect(accounts.names).toEqual(["DU1", "DU2"]);
    const { netLiquidation, availableFunds, cushion, leverage, accountType, currency } = values;
    expect([netLiquidation, availableFunds, cushion, leverage, accountType, currency]).toEqual([
      ...[1000.5, undefined, undefined, undefined, "INDIVIDUAL", "USD"],
    ]);
    listener.figure(figure("NetLiquidation", "1000.5"));
    listener.figure(figure("NetLiquidation", "999"));
    expect(changes.slice(-1)).toEqual([["DU1", "NetLiquidation", "999", "1000.5"]]);
    expect(changes).toHaveLength(7);
  });

  test("have each number under a name of its own", () => {
    const bench = new Bench();
    const accounts = new Accounts(bench.host).begin();
    const names = {
      totalCash: "TotalCashValue",
      settledCash: "SettledCash",
      accruedCash: "AccruedCash",
      buyingPower: "BuyingPower",
      equityWithLoan: "EquityWithLoanValue",
      grossPosition: "GrossPositionValue",
      initialMargin: "InitMarginReq",
      maintenanceMargin: "MaintMarginReq",
      availableFunds: "AvailableFunds",
      excessLiquidity: "ExcessLiquidity",
      cushion: "Cushion",
      leverage: "Leverage",
      dayTradesRemaining: "DayTradesRemaining",
    } as const;
    for (const [i, tag] of Object.values(names).entries()) bench.newest.listener.figure(figure(tag, `${i}`));
    const values = accounts.get("DU1");
    const shown = Object.keys(names).map((name) => values?.[name as keyof typeof names]);
    expect(shown).toEqual(Object.keys(names).map((_, i) => i));
  });

  test("in detail have a figure in several currencies, and forget what a restart does not bring", async () => {
    const bench = new Bench();
    const accounts = new Accounts(bench.host);
    const details = accounts.of({ account: "DU1", model: "Growth" });
    expect(bench.newest).toMatchObject({ what: "figures", scope: { account: "DU1", model: "Growth" } });
    const { listener, ready } = bench.newest;
    listener.figure(figure("CashBalance", "1", "DU1", "BASE"));
    listener.figure(figure("CashBalance", "2", "DU1", "EUR"));
    ready();
    await details.ready();
    const { values } = details;
    expect([values.number("CashBalance"), values.number("CashBalance", "EUR")]).toEqual([1, 2]);
    expect([values.id, values.model]).toEqual(["DU1", "Growth"]);
    listener.restarted?.();
    listener.figure(figure("CashBalance", "1", "DU1", "BASE"));
    ready();
    listener.complete?.();
    expect(values.all()).toHaveLength(1);
    accounts.close();
    expect(details.state).toBe("closed");
  });
});

describe("profit and loss", () => {
  test("is undefined before it comes, and of what the gateway cannot tell", async () => {
    const bench = new Bench();
    const pnl = new ClientPnl(bench.host, () => ({ account: "DU1" }));
    const changes: unknown[] = [];
    pnl.on("change", (newest) => changes.push(newest));
    expect([pnl.daily, pnl.unrealized, pnl.realized, bench.begun.length]).toEqual([
      ...[undefined, undefined, undefined, 0],
    ]);
    const ready = pnl.ready();
    const values = { dailyPnl: 1, unrealizedPnl: undefined, realizedPnl: -2 };
    bench.newest.listener.pnl(values as never);
    bench.newest.ready();
    await ready;
    expect([bench.newest.what, bench.newest.scope]).toEqual(["pnl", { account: "DU1" }]);
    expect([pnl.daily, pnl.unrealized, pnl.realized, pnl.account]).toEqual([1, undefined, -2, "DU1"]);
    expect(changes).toEqual([values]);
  });

  test("of others is begun when it is asked for, once, and closed with the rest", () => {
    const bench = new Bench();
    const pnl = new ClientPnl(bench.host, () => ({ account: "DU1" }));
    const other = pnl.of({ account: "DU2" });
    expect(pnl.of({ account: "DU2" })).toBe(other);
    const one = pnl.position(AAPL);
    expect(pnl.position(1, { account: "DU1" })).toBe(one);
    expect(bench.begun.map(({ what, scope }) => [what, scope])).toEqual([
      ["pnl", { account: "DU2" }],
      ["pnlSingle", { account: "DU1", conId: 1 }],
    ]);
    bench.newest.listener.pnl({
      ...{ dailyPnl: 1, unrealizedPnl: 2, realizedPnl: 3, position: 4, marketValue: 5 },
    });
    expect([one.daily, one.position, one.marketValue, one.conId]).toEqual([1, 4, 5, 1]);
    pnl.close();
    expect([pnl.state, other.state, one.state]).toEqual(["closed", "closed", "closed"]);
  });
});

describe.each([193, 226])("on a gateway that resets connections, server version %i", (maxServerVersion) => {
  test("caches are stale until it is back, and then what there is", async () => {
    const sim = await simulated();
    const client = await clientAt(sim, { maxServerVersion });
    const aapl = await client.qualify(contracts.stock("AAPL"));
    const signal = new Signal();
    const states: string[] = [];
    client.on("state", (state) => states.push(state));
    for (const cache of [client.positions, client.accounts, client.pnl])
      cache.on("state", () => signal.notify());
    await client.pnl.ready();
    client.positions.on("change", () => signal.notify());
    await client.placeOrder(aapl, orders.market("BUY", 10)).done();
    await signal.until("the position", () => client.positions.get(aapl)?.quantity === 10);
    sim.fault({ kind: "reset" });
    await signal.until("the end", () => client.positions.state === "stale");
    expect([client.accounts.isStale, client.pnl.isStale]).toEqual([true, true]);
    expect(client.positions.get(aapl)?.quantity).toBe(10);
    await signal.until("all of it again", () =>
      [client.positions, client.accounts, client.pnl].every(({ isStale }) => !isStale),
    );
    expect(states).toEqual(["down", "connecting", "ready"]);
    await client.placeOrder(aapl, orders.market("SELL", 10)).done();
    await signal.until("its end", () => client.positions.get(aapl) === undefined);
    expect(client.state).toBe("ready");
  });
});
