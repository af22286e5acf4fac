import type { Timer } from "../../time/clock.js";
import type { Exchange } from "../exchange/exchange.js";
import type { TradePrint } from "../exchange/order-events.js";
import type { Instrument } from "../market/instrument.js";
import { tidy } from "../market/quote.js";
import type { HistoricalBar } from "../model/responses.js";

type Prices = Omit<HistoricalBar, "date">;

/** Real-time bars are this long, seconds. */
export const REAL_TIME_BAR = 5;

/** What bars can be made of while they happen. */
export const LIVE_KINDS = ["TRADES", "MIDPOINT", "BID", "ASK"] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

/** One bar that grows with the market. */
export class LiveBar {
  private open: number;
  private high: number;
  private low: number;
  private close: number;
  private volume = 0;
  private value = 0;
  private count = 0;

  constructor(
    price: number,
    private readonly traded: boolean,
  ) {
    this.open = price;
    this.high = price;
    this.low = price;
    this.close = price;
  }

  /** The bar goes on from one that is known already. */
  static from(bar: Prices): LiveBar {
    const live = new LiveBar(bar.open, bar.volume >= 0);
    live.high = bar.high;
    live.low = bar.low;
    live.close = bar.close;
    live.volume = Math.max(0, bar.volume);
    live.value = Math.max(0, bar.wap) * live.volume;
    live.count = Math.max(0, bar.barCount);
    return live;
  }

  /** @param size 0 for prices that were quoted, not traded */
  take(price: number, size: number): void {
    this.high = Math.max(this.high, price);
    this.low = Math.min(this.low, price);
    this.close = price;
    if (size <= 0) return;
    this.volume = tidy(this.volume + size);
    this.value += price * size;
    this.count += 1;
  }

  get last(): number {
    return this.close;
  }

  prices(): Prices {
    const { open, high, low, close } = this;
    if (!this.traded) return { open, high, low, close, volume: -1, wap: -1, barCount: -1 };
    const wap = this.volume === 0 ? close : Number((this.value / this.volume).toFixed(6));
    return { open, high, low, close, volume: this.volume, wap, barCount: this.count };
  }
}

/** Calls back at every multiple of {@link REAL_TIME_BAR} seconds, and with every price in between. */
export class LiveFeed {
  private bar: LiveBar;
  private timer: Timer | undefined;
  private readonly onTrade = (instrument: Instrument, print: TradePrint): void => {
    if (instrument === this.instrument && this.kind === "TRADES") this.take(print.price, print.size);
  };
  private readonly onQuote = (instrument: Instrument): void => {
    if (instrument === this.instrument && this.kind !== "TRADES") this.take(this.price(), 0);
  };

  /**
   * @param closed called with each finished bar and the second it began
   * @param moved called with each price
   */
  constructor(
    private readonly exchange: Exchange,
    private readonly instrument: Instrument,
    private readonly kind: LiveKind,
    private readonly closed: (time: number, bar: Prices) => void,
    private readonly moved: (price: number, size: number) => void = () => {},
  ) {
    this.bar = new LiveBar(this.price(), kind === "TRADES");
    exchange.watch(instrument);
    exchange.on("trade", this.onTrade);
    exchange.on("quote", this.onQuote);
    this.arm();
  }

  stop(): void {
    this.timer?.stop();
    this.exchange.off("trade", this.onTrade);
    this.exchange.off("quote", this.onQuote);
    this.exchange.unwatch(this.instrument);
  }

  /** @param after the boundary the last bar ended at: a timer may call back a moment before it */
  private arm(after = 0): void {
    const now = this.exchange.clock.now();
    const length = REAL_TIME_BAR * 1000;
    const next = Math.max(after + length, (Math.floor(now / length) + 1) * length);
    this.timer = this.exchange.clock.after(next - now, () => {
      const done = this.bar;
      this.bar = new LiveBar(done.last, this.kind === "TRADES");
      this.arm(next);
      this.closed(next / 1000 - REAL_TIME_BAR, done.prices());
    });
  }

  private take(price: number, size: number): void {
    this.bar.take(price, size);
    this.moved(price, size);
  }

  private price(): number {
    const { bid, ask, last } = this.exchange.quote(this.instrument);
    switch (this.kind) {
      case "BID":
        return bid;
      case "ASK":
        return ask;
      case "MIDPOINT":
        return Number(((bid + ask) / 2).toFixed(8));
      default:
        return last;
    }
  }
}
