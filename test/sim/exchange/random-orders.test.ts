import { describe, expect, test } from "vitest";
import { Exchange } from "../../../src/sim/exchange/exchange.js";
import { OrderReject } from "../../../src/sim/exchange/order-reject.js";
import { isBuy, isDone, type WorkingOrder } from "../../../src/sim/exchange/working-order.js";
import { contractOf, type Instrument } from "../../../src/sim/market/instrument.js";
import { Random } from "../../../src/sim/market/random.js";
import { defaultOrder, type OrderFields } from "../../../src/sim/model/order.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { condition } from "../../support/sim/market.js";

const TYPES = [
  ..."MKT,LMT,LMT,LMT,STP,STP LMT,TRAIL,TRAIL LIMIT,MIT,LIT,MOC,LOC,MOO,LOO,REL,PEG MID,MIDPRICE".split(","),
];
const TIMES = "DAY,DAY,GTC,GTD,IOC,FOK,OPG".split(",");

/** Random orders of every kind, changes, cancels and steps; what must always hold is looked at after each. */
class Chaos {
  readonly clock = new VirtualClock();
  readonly exchange: Exchange;
  readonly broken: string[] = [];
  placed = 0;
  rejected = 0;
  private readonly random: Random;
  private readonly stocks: Instrument[];
  private nextId = 1;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.exchange = new Exchange({
      clock: this.clock,
      seed,
      tickIntervalMs: 60_000,
      accounts: ["DU1", "DU2"],
      startingCash: 1e8,
      slippageTicks: 1,
      fillProbability: 0.9,
    });
    this.stocks = ["AAPL", "MSFT"].map((symbol) => [...this.exchange.instruments.search(symbol)][0]);
    this.exchange.on("execution", ({ order, execution }) => this.checkFill(order, execution.price));
  }

  run(turns: number): void {
    for (let i = 0; i < turns; i++) {
      const draw = this.random.next();
      if (draw < 0.5) this.attempt(() => this.place());
      else if (draw < 0.6) this.attempt(() => this.change());
      else if (draw < 0.7) this.attempt(() => this.cancel());
      else if (draw < 0.72) this.clock.advance(this.random.int(1, 4) * 3_600_000);
      else this.clock.advance(this.random.int(1, 10) * 60_000);
      this.check(i);
    }
  }

  private attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof OrderReject)) throw error;
      this.rejected += 1;
    }
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.random.int(0, items.length - 1)];
  }

  private fields(stock: Instrument): OrderFields {
    const { last } = this.exchange.quote(stock);
    const price = (): number => Number((last + this.random.int(-30, 30) * stock.minTick).toFixed(2));
    const chance = (p: number): boolean => this.random.next() < p;
    return {
      ...defaultOrder(),
      action: this.pick(["BUY", "SELL"]),
      totalQuantity: this.random.int(1, 40) * 100,
      orderType: this.pick(TYPES),
      tif: this.pick(TIMES),
      lmtPrice: price(),
      auxPrice: chance(0.5) ? price() : 0.05,
      goodTillDate: "20260301 12:00:00 US/Eastern",
      account: this.pick(["", "DU1", "DU2"]),
      outsideRth: chance(0.3),
      hidden: chance(0.1),
      allOrNone: chance(0.1),
      displaySize: chance(0.1) ? 100 : undefined,
      triggerMethod: this.pick([0, 0, 1, 2, 3, 4, 7, 8]),
      ocaGroup: chance(0.2) ? this.pick(["a", "b", "c"]) : "",
      ocaType: this.pick([0, 1, 2, 3]),
      parentId: chance(0.15) ? Math.max(0, this.nextId - this.random.int(1, 3)) : 0,
      transmit: chance(0.9),
      goodAfterTime: chance(0.05) ? "20260106 11:00:00 US/Eastern" : "",
      conditions: chance(0.1)
        ? [condition({ conId: stock.conId, value: String(price()), isMore: chance(0.5) })]
        : [],
      conditionsCancelOrder: chance(0.5),
    };
  }

  private place(): void {
    const stock = this.pick(this.stocks);
    const clientId = 1;
    this.exchange.orders.place(clientId, this.nextId++, contractOf(stock), this.fields(stock));
    this.placed += 1;
  }

  private change(): void {
    const open = this.exchange.orders.open();
    if (open.length === 0) return;
    const order = this.pick(open);
    const fields = { ...this.fields(order.instrument), action: order.fields.action };
    this.exchange.orders.place(order.clientId, order.orderId, order.contract, fields);
  }

  private cancel(): void {
    this.exchange.orders.cancel(1, this.random.int(Math.max(1, this.nextId - 30), this.nextId));
  }

  private checkFill(order: WorkingOrder, price: number): void {
    const { limit, fields } = order;
    const type = fields.orderType;
    if (limit !== undefined && (isBuy(order) ? price > limit + 1e-9 : price < limit - 1e-9)) {
      this.broken.push(`${order.orderId} ${type} ${fields.action} traded at ${price}, limit ${limit}`);
    }
    if (order.parent !== undefined && order.parent.status !== "Filled") {
      this.broken.push(`${order.orderId} traded before its parent`);
    }
  }

  private check(turn: number): void {
    const fail = (what: string): void => void this.broken.push(`turn ${turn}: ${what}`);
    for (const stock of this.stocks) {
      const book = this.exchange.book(stock);
      const { bid, ask, bidSize, askSize } = book.quote;
      if (!(bid < ask)) fail(`${stock.symbol} bid ${bid} ask ${ask}`);
      if (bidSize < 0 || askSize < 0) fail(`${stock.symbol} sizes ${bidSize} ${askSize}`);
      for (const side of ["bid", "ask"] as const) {
        for (const { size } of book.levels(side, 50))
          if (!(size > 0)) fail(`${stock.symbol} level of ${size}`);
      }
    }
    for (const order of this.exchange.orders.open()) {
      const { orderId, filled, remaining, fields, entry, timers } = order;
      if (Math.abs(filled + remaining - fields.totalQuantity) > 1e-6 || remaining <= 0) {
        fail(`${orderId} filled ${filled} remaining ${remaining} of ${fields.totalQuantity}`);
      }
      if (fields.tif === "IOC" && entry !== undefined) fail(`${orderId} is IOC and rests`);
      if (timers.length > 2) fail(`${orderId} has ${timers.length} timers`);
    }
    for (const order of this.exchange.orders.completed) {
      if (order.entry !== undefined || order.timers.length > 0)
        fail(`${order.orderId} ended and is still there`);
    }
  }

  /** What the executions add up to, by account and contract. */
  positions(): Map<string, number> {
    const sums = new Map<string, number>();
    for (const { execution: e, contract } of this.exchange.orders.executions) {
      const key = `${e.acctNumber} ${contract.conId}`;
      sums.set(key, (sums.get(key) ?? 0) + (e.side === "BOT" ? e.shares : -e.shares));
    }
    return sums;
  }
}

describe("random orders", () => {
  test.each([11, 12, 13, 14, 1001])("never break the book, an order or an account; seed %i", (seed) => {
    const chaos = new Chaos(seed);
    chaos.run(1500);
    expect(chaos.broken.slice(0, 10)).toEqual([]);
    const { exchange } = chaos;
    for (const [key, quantity] of chaos.positions()) {
      const [account, conId] = key.split(" ");
      expect(exchange.accounts.get(account)!.position(Number(conId))?.quantity).toBe(quantity);
    }
    const byOrder = new Map<WorkingOrder, number>();
    for (const { order, execution } of exchange.orders.executions) {
      byOrder.set(order, (byOrder.get(order) ?? 0) + execution.shares);
    }
    for (const [order, shares] of byOrder) expect(shares).toBe(order.filled);
    console.log(
      `seed ${seed}: ${chaos.placed} orders, ${chaos.rejected} rejects, ${exchange.orders.executions.length} executions`,
    );
    expect(byOrder.size).toBeGreaterThan(50);
    expect(chaos.rejected).toBeGreaterThan(20);
    expect(exchange.orders.completed.every(isDone)).toBe(true);
    exchange.orders.cancelAll();
    expect(exchange.orders.open()).toEqual([]);
    // Nothing is left that would wake up: neither steps nor expiries.
    exchange.stop();
    chaos.clock.advance(400 * 86_400_000);
    expect(chaos.clock.pending).toBe(0);
  });
});
