import { getEventListeners } from "node:events";
import { beforeEach, describe, expect, test } from "vitest";
import type { Pnl, PortfolioItem, PositionPnl } from "../../src/broker/account-desk.js";
import type { Broker } from "../../src/broker/broker.js";
import type { Bulletin } from "../../src/broker/news-desk.js";
import type { Scan, ScannerRow } from "../../src/broker/scanner-desk.js";
import type { Watch, WatchListener } from "../../src/broker/watch.js";
import type { AccountFigure } from "../../src/domain/account-figure.js";
import type { HistoricalBar } from "../../src/domain/historical-bar.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import type { Position } from "../../src/domain/stock-types.js";
import { Signal } from "../support/signal.js";
import { AAPL, type BrokerBench, marketOrder, NOSUCH, refusalOf } from "./broker-bench.js";

export const SCAN: Scan = { instrument: "STK", locationCode: "STK.US.MAJOR", scanCode: "MOST_ACTIVE" };

/** Keeps what a watch tells. */
export class Told<T> implements Required<WatchListener> {
  readonly all: T[] = [];
  readonly marks: string[] = [];
  private readonly arrived = new Signal();

  readonly take = (thing: T): void => {
    this.all.push(thing);
    this.arrived.notify();
  };
  failed(error: IBKRError): void {
    this.mark(`failed ${error.gatewayCode ?? error.code}`);
  }
  restarted(): void {
    this.mark("restarted");
  }
  complete(): void {
    this.mark(`complete ${this.all.length}`);
  }
  position = this.take as (position: Position) => void;
  figure = this.take as (figure: AccountFigure) => void;
  pnl = this.take as (pnl: Pnl) => void;
  item = this.take as (item: PortfolioItem) => void;
  bulletin = this.take as (bulletin: Bulletin) => void;
  rows = this.take as (rows: readonly ScannerRow[]) => void;
  bars = this.take as (bars: readonly HistoricalBar[]) => void;
  bar = this.take as (bar: HistoricalBar) => void;

  private mark(mark: string): void {
    this.marks.push(mark);
    this.arrived.notify();
  }

  /** Resolves when what was told is as it should be. */
  until(fits: (told: this) => boolean): Promise<void> {
    return this.arrived.until("what was to be told", () => fits(this));
  }
}

/** Every kind of watch, begun with what the market has. */
export const WATCHES: Readonly<
  Record<
    string,
    (broker: Broker, listener: Told<never>, options?: { signal?: AbortSignal; timeoutMs?: number }) => Watch
  >
> = {
  positions: (b, l, o) => b.accounts.watchPositions({}, l, o),
  "an account's positions": (b, l, o) => b.accounts.watchPositions({ account: b.accounts.names[0] }, l, o),
  figures: (b, l, o) => b.accounts.watchFigures({}, l, o),
  "an account's figures": (b, l, o) => b.accounts.watchFigures({ account: b.accounts.names[0] }, l, o),
  "profit and loss": (b, l, o) => b.accounts.watchPnl({ account: b.accounts.names[0] }, l, o),
  "a position's profit and loss": (b, l, o) =>
    b.accounts.watchPnlSingle({ account: b.accounts.names[0], conId: 265_598 }, l, o),
  "a portfolio": (b, l, o) => b.accounts.watchPortfolio(b.accounts.names[0], l, o),
  bulletins: (b, l, o) => b.news.watchBulletins({ withPast: true }, l, o),
  "a scanner": (b, l, o) => b.scanners.watch(SCAN, l, o),
  "growing bars": (b, l, o) =>
    b.lookups.watchHistory(
      { contract: AAPL, duration: "1 D", barSize: "1 hour", whatToShow: "TRADES" },
      l,
      o,
    ),
};

/** Watches: of accounts, news, scanners and bars. */
export function watchesContract(benchOf: () => BrokerBench): void {
  describe("watches", () => {
    let bench: BrokerBench;
    let broker: Broker;
    let account: string;
    beforeEach(async () => {
      bench = benchOf();
      broker = bench.broker;
      await broker.connect();
      [account] = broker.accounts.names;
    });

    async function buy(quantity: number): Promise<void> {
      const orderId = broker.orders.nextOrderId();
      const filled = new Promise<void>((resolve) => {
        const stop = broker.on("orderStatus", (update) => {
          if (update.orderId !== orderId || update.status !== "Filled") return;
          stop();
          resolve();
        });
      });
      broker.orders.place(orderId, AAPL, marketOrder(quantity));
      await filled;
    }

    test("positions: those there are, then every change, and none behind close()", async () => {
      await buy(10);
      for (const scope of [{}, { account }]) {
        const told = new Told<Position>();
        const watch = broker.accounts.watchPositions(scope, told);
        await watch.ready;
        expect(told.marks).toEqual(["complete 1"]);
        const [{ pos, contract }] = told.all;
        expect(contract.symbol).toBe("AAPL");
        await buy(5);
        await told.until(({ all }) => all.some((position) => position.pos === pos + 5));
        watch.close();
        const { length } = told.all;
        await buy(1);
        await broker.accounts.positions();
        expect([told.all.length, told.marks.length]).toEqual([length, 1]);
      }
    });

    test("positions asked for in between leave the watches of them as they are", async () => {
      const [first, second] = [new Told<Position>(), new Told<Position>()];
      const watches = [first, second].map((told) => broker.accounts.watchPositions({}, told));
      await Promise.all(watches.map(({ ready }) => ready));
      const [now, again] = await Promise.all([broker.accounts.positions(), broker.accounts.positions()]);
      expect([now, again]).toEqual([[], []]);
      watches[0].close();
      await buy(10);
      await second.until(({ all }) => all.length > 0);
      expect(first.all).toEqual([]);
      watches[1].close();
      expect(await broker.accounts.positions()).toMatchObject([{ pos: 10 }]);
    });

    test("who begins to watch while others are answered gets the whole of it", async () => {
      await buy(10);
      const all = Array.from({ length: 3 }, () => new Told<Position>());
      const watches = all.map((told) => broker.accounts.watchPositions({}, told));
      watches[0].close();
      expect(await refusalOf(watches[0].ready)).toMatchObject({ name: "AbortError" });
      await Promise.all(watches.slice(1).map(({ ready }) => ready));
      for (const told of all.slice(1)) expect(told.all.map(({ pos }) => pos)).toContain(10);
      watches[2].close();
      watches[1].close();
    });

    test("figures of all accounts, and every figure of one", async () => {
      const [all, one] = [new Told<AccountFigure>(), new Told<AccountFigure>()];
      const tags = ["NetLiquidation", "TotalCashValue"];
      const watches = [
        broker.accounts.watchFigures({ tags }, all),
        broker.accounts.watchFigures({ account }, one),
      ];
      await Promise.all(watches.map(({ ready }) => ready));
      expect(all.all.map(({ tag }) => tag).sort()).toEqual(tags);
      expect(one.all.length).toBeGreaterThan(10);
      for (const figure of [...all.all, ...one.all]) expect(figure.account).toBe(account);
      const cash = (told: Told<AccountFigure>) =>
        told.all.findLast(({ tag }) => tag === "TotalCashValue")?.value;
      const before = cash(all);
      await buy(10);
      await all.until(() => cash(all) !== before);
      await one.until(() => cash(one) === cash(all));
      for (const watch of watches) watch.close();
    });

    test("a third watch of figures is refused, and works when another has ended", async () => {
      const watches = [1, 2].map(() => broker.accounts.watchFigures({}, new Told()));
      await Promise.all(watches.map(({ ready }) => ready));
      const third = broker.accounts.watchFigures({}, new Told());
      expect(await refusalOf(third.ready)).toMatchObject({ code: "ERR_IBKR_TOO_MANY", gatewayCode: 322 });
      expect(await refusalOf(broker.accounts.summary())).toMatchObject({ gatewayCode: 322 });
      watches[0].close();
      await broker.accounts.watchFigures({}, new Told()).ready;
    });

    test("profit and loss of an account and of a position in it", async () => {
      await buy(10);
      const [whole, single] = [new Told<Pnl>(), new Told<PositionPnl>()];
      const { conId = 0 } = (await broker.accounts.positions())[0].contract;
      const watches = [
        broker.accounts.watchPnl({ account }, whole),
        broker.accounts.watchPnlSingle({ account, conId }, single),
      ];
      await Promise.all(watches.map(({ ready }) => ready));
      expect(whole.all[0]).toEqual({
        dailyPnl: expect.any(Number),
        unrealizedPnl: expect.any(Number),
        realizedPnl: 0,
      });
      expect(single.all[0]).toMatchObject({ position: 10, marketValue: expect.any(Number), realizedPnl: 0 });
      await single.until(({ all }) => all.length > 1);
      for (const watch of watches) watch.close();
    });

    test("a portfolio: positions with their value, and the account window's figures", async () => {
      await buy(10);
      const items = new Told<PortfolioItem>();
      const figures: AccountFigure[] = [];
      const listener = Object.assign(items, { figure: (figure: AccountFigure) => void figures.push(figure) });
      const watch = broker.accounts.watchPortfolio(account, listener);
      await watch.ready;
      const [{ marketPrice = 0, marketValue = 0, ...item }] = items.all;
      expect(item).toMatchObject({ account, contract: { symbol: "AAPL" }, position: 10, realizedPnl: 0 });
      expect(marketValue).toBeCloseTo(marketPrice * 10, 1);
      expect(figures.map(({ tag }) => tag)).toContain("NetLiquidation");
      await buy(5);
      await items.until(({ all }) => all.at(-1)?.position === 15);
      watch.close();
      await broker.accounts.watchPortfolio(account, new Told()).ready;
    });

    test("a portfolio of an account that does not exist is refused; a second one while the first is shown, too", async () => {
      const { accounts } = broker;
      const none = refusalOf(accounts.watchPortfolio("DU9999999", new Told()).ready);
      expect(await none).toMatchObject({ code: "ERR_IBKR_INVALID_REQUEST", gatewayCode: 321 });
      const watch = accounts.watchPortfolio(account, new Told());
      await watch.ready;
      const other = refusalOf(accounts.watchPortfolio("DU9999999", new Told()).ready);
      expect(await other).toMatchObject({ code: "ERR_IBKR_ARGUMENT" });
    });

    test("bulletins: those of the day at once where they are wanted, each once, whoever else asks", async () => {
      const [past, news] = [new Told<Bulletin>(), new Told<Bulletin>()];
      await broker.news.watchBulletins({ withPast: true }, past).ready;
      expect(past.all.map(({ kind }) => kind)).toEqual(["news", "exchange-open"]);
      expect(past.all[1]).toMatchObject({ id: 2, exchange: "ISLAND" });
      await broker.news.watchBulletins({}, news).ready;
      expect(news.all).toEqual([]);
      await broker.news.watchBulletins({ withPast: true }, new Told()).ready;
      expect(past.all).toHaveLength(2);
    });

    test("a scanner: the whole list each time", async () => {
      const told = new Told<readonly ScannerRow[]>();
      const watch = broker.scanners.watch({ ...SCAN, numberOfRows: 5, abovePrice: 10 }, told);
      await watch.ready;
      const [rows] = told.all;
      expect(rows.map(({ rank }) => rank)).toEqual([0, 1, 2, 3, 4]);
      for (const { details } of rows) expect(details.contract.conId).toBeGreaterThan(0);
      watch.close();
      const unknown = broker.scanners.watch({ ...SCAN, instrument: "MOON" }, new Told());
      expect(await refusalOf(unknown.ready)).toMatchObject({ code: "ERR_IBKR_NO_DATA", gatewayCode: 162 });
    });

    test("growing bars: all there are first", async () => {
      const told = new Told<readonly HistoricalBar[]>();
      const request = { contract: AAPL, duration: "1 D", barSize: "1 hour", whatToShow: "TRADES" };
      const watch = broker.lookups.watchHistory(request, told);
      await watch.ready;
      const [bars] = told.all;
      const { timeMs: lastMs = 0 } = bars.at(-1) as HistoricalBar;
      expect(lastMs % 3_600_000).toBe(0);
      watch.close();
      const ended = { ...request, endDateTime: "20260102-15:59:00" };
      const refused = refusalOf(broker.lookups.watchHistory(ended, new Told()).ready);
      expect(await refused).toMatchObject({ code: "ERR_IBKR_INVALID_REQUEST", gatewayCode: 321 });
      const none = refusalOf(broker.lookups.watchHistory({ ...request, contract: NOSUCH }, new Told()).ready);
      expect(await none).toMatchObject({ code: "ERR_IBKR_NO_SECURITY_DEFINITION", gatewayCode: 200 });
    });

    test.each(Object.entries(WATCHES))(
      "%s: closed by its signal, refused by a bad time and a bad listener",
      async (_, begin) => {
        const told = new Told<never>();
        const controller = new AbortController();
        const { signal } = controller;
        await begin(broker, told, { signal }).ready;
        const { length } = told.marks;
        controller.abort();
        expect(told.marks).toHaveLength(length);
        const kept = new AbortController();
        const closed = begin(broker, new Told(), { signal: kept.signal });
        await closed.ready;
        closed.close();
        expect(getEventListeners(kept.signal, "abort")).toEqual([]);
        const aborted = begin(broker, new Told(), { signal: AbortSignal.abort(new Error("too late")) });
        await expect(aborted.ready).rejects.toThrow("too late");
        const late = begin(broker, new Told(), { timeoutMs: 0 });
        expect(await refusalOf(late.ready)).toMatchObject({ code: "ERR_IBKR_OPTION" });
        const nobody = begin(broker, { failed: 1 } as never);
        expect(await refusalOf(nobody.ready)).toMatchObject({ code: "ERR_IBKR_ARGUMENT" });
      },
    );

    test("watches of an account that does not exist are refused", async () => {
      const unknown = { account: "DU9999999" };
      const { accounts } = broker;
      for (const { ready } of [
        accounts.watchPositions(unknown, new Told()),
        accounts.watchFigures(unknown, new Told()),
        accounts.watchPnl(unknown, new Told()),
        accounts.watchPnlSingle({ ...unknown, conId: 1 }, new Told()),
      ])
        expect(await refusalOf(ready)).toMatchObject({ code: "ERR_IBKR_INVALID_REQUEST", gatewayCode: 321 });
    });
  });
}
