/** What changed since the last look; bits of {@link Quote.changed}. */
export const Changed = { BID: 1, ASK: 2, LAST: 4, HIGH: 8, LOW: 16 } as const;

/** The top of one instrument's market. Prices in currency units, sizes in shares or contracts. */
export interface Quote {
  bid: number;
  ask: number;
  bidSize: number;
  askSize: number;
  last: number;
  lastSize: number;
  volume: number;
  high: number;
  low: number;
  open: number;
  close: number;
  /** Volume-weighted average price since the start. */
  vwap: number;
  trades: number;
  /** Bits of {@link Changed} for the step that made this quote. */
  changed: number;
}

/** Keeps a quote's statistics and says in `changed` what each update did. */
export class QuoteTape {
  readonly quote: Quote;
  private tradedValue = 0;
  /** Somebody was told; the next change begins a new `changed`. */
  private told = false;

  constructor(bid: number, bidSize: number, ask: number, askSize: number, lastSize: number) {
    this.quote = {
      bid,
      ask,
      bidSize,
      askSize,
      last: bid,
      lastSize,
      volume: 0,
      high: bid,
      low: bid,
      open: bid,
      close: bid,
      vwap: bid,
      trades: 0,
      changed: Changed.BID | Changed.ASK | Changed.LAST,
    };
    this.print(bid, lastSize);
  }

  /** Whether anything changed since {@link tell}. */
  get hasNews(): boolean {
    return !this.told && this.quote.changed !== 0;
  }

  /** Everybody knows the quote now. */
  tell(): void {
    this.told = true;
  }

  /** Forgets what changed. */
  clear(): void {
    this.told = false;
    this.quote.changed = 0;
  }

  setBid(price: number, size: number): void {
    const { quote } = this;
    if (price === quote.bid && size === quote.bidSize) return;
    if (this.told) this.clear();
    quote.bid = price;
    quote.bidSize = size;
    quote.changed |= Changed.BID;
  }

  setAsk(price: number, size: number): void {
    const { quote } = this;
    if (price === quote.ask && size === quote.askSize) return;
    if (this.told) this.clear();
    quote.ask = price;
    quote.askSize = size;
    quote.changed |= Changed.ASK;
  }

  /** A trade. */
  print(price: number, size: number): void {
    const { quote } = this;
    if (this.told) this.clear();
    quote.last = price;
    quote.lastSize = size;
    quote.changed |= Changed.LAST;
    quote.trades += 1;
    quote.volume = tidy(quote.volume + size);
    this.tradedValue += price * size;
    quote.vwap = tidy(this.tradedValue / quote.volume);
    if (price > quote.high) {
      quote.high = price;
      quote.changed |= Changed.HIGH;
    }
    if (price < quote.low) {
      quote.low = price;
      quote.changed |= Changed.LOW;
    }
  }
}

/** Sums of fractional quantities and prices without binary dust: eight decimals. */
export function tidy(value: number): number {
  return Number.isInteger(value) ? value : Math.round(value * 1e8) / 1e8;
}
