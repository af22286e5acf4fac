/** An order book as the words of native/core/book/order_book.hpp say it, written slowly. */
export interface PlainDepth {
  /** 0 insert, 1 update, 2 delete. */
  readonly operation: number;
  /** 0 ask, 1 bid. */
  readonly side: number;
  readonly position: number;
  readonly price: number;
  readonly size: number;
  readonly maker: string;
}

export interface PlainRow {
  readonly price: number;
  readonly size: number;
  readonly maker: string;
}

export class PlainBook {
  asks: PlainRow[] = [];
  bids: PlainRow[] = [];
  damage = "none";
  updates = 0;
  resets = 0;
  forgiven = 0;
  ignored = 0;

  constructor(
    private readonly depth: number,
    private readonly forgives: boolean,
  ) {}

  reset(): void {
    this.asks = [];
    this.bids = [];
    this.damage = "none";
    this.resets += 1;
  }

  take(message: PlainDepth): void {
    if (this.damage !== "none") {
      this.ignored += 1;
      return;
    }
    const rows = message.side === 0 ? this.asks : this.bids;
    const { operation, position, price, size, maker } = message;
    if (this.forgives && operation === 2 && position >= rows.length) {
      this.forgiven += 1;
      return;
    }
    this.damage = damageOf(message, rows.length, this.depth);
    if (this.damage !== "none") return;
    this.updates += 1;
    const row = { price, size, maker };
    if (operation === 0) rows.splice(position, 0, row);
    else if (operation === 1) rows[position] = row;
    else rows.splice(position, 1);
    if (rows.length > this.depth) rows.pop();
  }

  get isCrossed(): boolean {
    return this.hasBoth && this.bids[0].price > this.asks[0].price;
  }
  get isLocked(): boolean {
    return this.hasBoth && this.bids[0].price === this.asks[0].price;
  }
  /** A bid above the one before it. */
  get areBidsMisordered(): boolean {
    return this.bids.some(({ price }, i) => i > 0 && price > this.bids[i - 1].price);
  }
  get areAsksMisordered(): boolean {
    return this.asks.some(({ price }, i) => i > 0 && price < this.asks[i - 1].price);
  }
  private get hasBoth(): boolean {
    return this.bids.length > 0 && this.asks.length > 0;
  }
}

function damageOf({ operation, position }: PlainDepth, rows: number, depth: number): string {
  if (position >= depth) return "outOfRange";
  if (operation === 0 && position > rows) return "gap";
  if (operation === 1 && position >= rows) return "updateOfNothing";
  if (operation === 2 && position >= rows) return "deleteOfNothing";
  return "none";
}
