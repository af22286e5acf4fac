import { refused } from "../domain/check.js";
import type { QuoteValues } from "../domain/quote.js";
import type { Contract } from "../domain/stock-types.js";
import type { QuoteBoard } from "../native/quote-board.js";
import { seriesOf } from "../stream/bar-size.js";
import type { SharedEntry } from "../stream/share-handle.js";
import type { SubscriptionState } from "../stream/subscription-state.js";
import { SharedBars } from "./shared-bars.js";
import { SharedBook } from "./shared-book.js";

/** A subscription of a stream that lives in another thread. */
export class SharedSubscription {
  /** As {@link Subscription.id} there. */
  readonly id: number;
  readonly contract: Contract;
  private entry: SharedEntry;
  private quoteView: QuoteValues;
  private isOver = false;
  private readonly series: readonly SharedBars[];
  private readonly orderBook: SharedBook | undefined;

  /** @internal */
  constructor(
    entry: SharedEntry,
    private readonly board: QuoteBoard,
  ) {
    this.id = entry.id;
    this.contract = entry.contract;
    this.entry = entry;
    this.quoteView = board.view(entry.slot);
    this.series = entry.bars.map(({ name }) => new SharedBars(name));
    this.orderBook = entry.book && new SharedBook(entry.book.depth);
    this.openMemory();
  }

  private openMemory(): void {
    const { bars, book } = this.entry;
    bars.forEach(({ memory }, i) => {
      this.series[i].attach(memory);
    });
    this.orderBook?.open(book?.memory);
  }

  /**
   * One of its series of bars.
   * @param size as it was subscribed to, or another name of the same size: `"1m"`, `"60 secs"`, `"1m mid"`
   * @throws IBKRError `ERR_IBKR_ARGUMENT` where it has no such series
   */
  bars(size: string): SharedBars {
    return seriesOf(size, this.series);
  }

  /** Its order book. @throws IBKRError `ERR_IBKR_ARGUMENT` where it was subscribed to without depth */
  get book(): SharedBook {
    if (this.orderBook !== undefined) return this.orderBook;
    throw refused("book", undefined, "with depth among the options of subscribe()", "ERR_IBKR_ARGUMENT");
  }

  /** As the stream has told last: `closed` where it is over, for whatever reason. */
  get state(): SubscriptionState {
    return this.isOver ? "closed" : this.entry.state;
  }
  /** Why it is in that state, in words. */
  get reason(): string {
    return this.isOver ? "over" : this.entry.reason;
  }

  /** The newest values, each read when it is asked for. After the end those that there were when this thread heard of it. */
  get quote(): QuoteValues {
    return this.quoteView;
  }

  /** The values of one instant, as a copy. */
  snapshot(): QuoteValues {
    return this.isOver ? this.quoteView : this.board.snapshot(this.entry.slot);
  }

  /**
   * The values of one instant, at the positions `BoardValue` of the layout; NaN is none. Allocates nothing, for readers that
   * look all the time.
   * @param into of 60 numbers or more
   */
  read(into: Float64Array): void {
    this.board.read(this.entry.slot, into);
  }

  /** @internal */
  get feedIds(): readonly number[] {
    return this.entry.feedIds;
  }
  /** @internal */
  change(entry: SharedEntry): void {
    this.entry = entry;
    this.openMemory();
  }
  /** @internal Its place on the board goes to somebody else after a while. */
  end(): void {
    this.quoteView = this.snapshot();
    this.isOver = true;
  }
}
