import { Exchange, type ExchangeOptions } from "../../../src/sim/exchange/exchange.js";
import type { OrderReject } from "../../../src/sim/exchange/order-reject.js";
import type { WorkingOrder } from "../../../src/sim/exchange/working-order.js";
import type { Background, BackgroundTrade, Side } from "../../../src/sim/market/background.js";
import { contractOf, type Instrument, priceToTicks } from "../../../src/sim/market/instrument.js";
import { defaultOrder, type OrderCondition, type OrderFields } from "../../../src/sim/model/order.js";
import type { AttachedOrder } from "../../../src/sim/model/requests.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";

/** A market whose every quote and trade the test says. */
class Scripted implements Background {
  bidTicks = 0;
  askTicks = 0;
  depth = 3;
  openingSize = 100;
  sizes: Record<Side, number[]> = { bid: [], ask: [] };
  trade: BackgroundTrade | undefined;

  sizeAt(side: Side, ticks: number): number {
    return this.sizes[side][side === "bid" ? this.bidTicks - ticks : ticks - this.askTicks] ?? 0;
  }

  advance(): BackgroundTrade | undefined {
    const { trade } = this;
    this.trade = undefined;
    return trade;
  }
}

export interface Move {
  bid?: number;
  ask?: number;
  /** Sizes from the best price on. */
  bidSizes?: number[];
  askSizes?: number[];
  /** Somebody trades this many with the best price of that side. */
  trade?: { side: Side; size: number };
}

/** An exchange on a virtual clock with one scripted stock at 99.99 / 100.01, and one trader. */
export class Market {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly stock: Instrument;
  readonly events: string[] = [];
  readonly rejects: OrderReject[] = [];
  private readonly background = new Scripted();

  constructor(options: Partial<ExchangeOptions> & { start?: number; symbol?: string } = {}) {
    this.clock = new VirtualClock({ start: options.start });
    this.exchange = new Exchange({
      clock: this.clock,
      seed: 1,
      tickIntervalMs: 1e9,
      accounts: ["DU1"],
      startingCash: 1e7,
      ...options,
    });
    this.stock = this.find(options.symbol ?? "AAPL");
    this.background.bidTicks = 9999;
    this.background.askTicks = 10001;
    this.background.sizes = { bid: [1000, 1000, 1000], ask: [1000, 1000, 1000] };
    this.exchange.drive(this.stock, this.background);
    this.trade("ask", 1);
    this.trade("bid", 1);
    this.exchange.on("order", (o) =>
      this.events.push(`${o.orderId} ${o.status}${o.whyHeld && ` ${o.whyHeld}`}`),
    );
    this.exchange.on("cancelled", (o) => this.events.push(`${o.orderId} ${o.status}`));
    this.exchange.on("execution", ({ execution: e }) =>
      this.events.push(`${e.orderId} ${e.side} ${e.shares} @ ${e.price}`),
    );
    this.exchange.on("commission", ({ order }) => this.events.push(`${order.orderId} commission`));
    this.exchange.on("rejected", (_owner, _id, reason) => this.rejects.push(reason));
  }

  find(symbol: string, secType = "STK", currency = "USD"): Instrument {
    return this.exchange.instruments.resolve({ symbol, secType, currency })!;
  }

  /** Moves the market and lets it meet the orders. */
  move({ bid, ask, bidSizes, askSizes, trade }: Move): void {
    const b = this.background;
    if (bid !== undefined) b.bidTicks = priceToTicks(this.stock, bid);
    if (ask !== undefined) b.askTicks = priceToTicks(this.stock, ask);
    if (bidSizes !== undefined) b.sizes.bid = bidSizes;
    if (askSizes !== undefined) b.sizes.ask = askSizes;
    b.trade =
      trade === undefined
        ? undefined
        : { side: trade.side, size: trade.size, ticks: trade.side === "bid" ? b.bidTicks : b.askTicks };
    this.exchange.move(this.stock);
    this.exchange.orders.lifeCycle.conditions.check();
  }

  /** Moves bid and ask to one tick around a price, where one share trades. */
  tradeAt(price: number): void {
    const tick = this.stock.minTick;
    const bid = Number((price - tick).toFixed(2));
    this.move({ bid, ask: price, trade: { side: "ask", size: 1 } });
  }

  trade(side: Side, size: number): void {
    this.move({ trade: { side, size } });
  }

  /** Places (or changes) an order of client 1: BUY 100 LMT DAY where not said otherwise. */
  place(
    orderId: number,
    fields: Partial<OrderFields>,
    clientId = 1,
    attached: readonly AttachedOrder[] = [],
  ): void {
    const order = { ...defaultOrder(), action: "BUY", totalQuantity: 100, orderType: "LMT", ...fields };
    this.exchange.orders.place(clientId, orderId, contractOf(this.stock), order, undefined, attached);
  }

  order(orderId: number, clientId = 1): WorkingOrder {
    return this.exchange.orders.find(clientId, orderId)!;
  }

  status(orderId: number, clientId = 1): string {
    return this.order(orderId, clientId).status;
  }

  /** Quantity and price of an order's fills. */
  fills(orderId: number, clientId = 1): [quantity: number, price: number][] {
    return this.exchange.orders.executions
      .filter(({ order }) => order.orderId === orderId && order.clientId === clientId)
      .map(({ execution }) => [execution.shares, execution.price]);
  }
}

/** A condition with everything its type does not use left empty. */
export function condition(fields: Partial<OrderCondition>): OrderCondition {
  return {
    type: 1,
    conjunction: "a",
    isMore: true,
    value: "",
    conId: 0,
    exchange: "SMART",
    symbol: "",
    secType: "",
    triggerMethod: 0,
    ...fields,
  };
}
