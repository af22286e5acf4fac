import type { FeedPolicy } from "../broker/feed-treatment.js";
import { check } from "../domain/check.js";
import type { QuoteValues } from "../domain/quote.js";
import { abortSignal, fields, integer } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import type { RealTimeBar, Trade } from "./events.js";
import { type Overflow, QueueIterator } from "./queue-iterator.js";

/** Options of an iterator. */
export interface IterateOptions {
  /** Ends the iterator, which throws the signal's reason. */
  signal?: AbortSignal;
  /** How many values may wait, 1 … 1,000,000; what happens beyond is the subscription's policy. Default 1,024. */
  limit?: number;
}

const iterateRules = lazily(() =>
  fields({
    signal: abortSignal().optional(),
    limit: integer(1, 1_000_000).default(1_024),
  }),
);

type Queues<T> = Set<QueueIterator<T>>;

/** What the iterators of a subscription need of it. */
export interface IteratorsHost {
  hold(): () => void;
  /** There is one more, or one less. */
  changed(): void;
  /** How it has ended; undefined as long as it has not. */
  outcome(): { readonly error?: unknown } | undefined;
}

/** The iterators of a subscription: what waits in them, and what happens when nobody takes it. */
export class Iterators {
  readonly trades: Queues<Trade> = new Set();
  readonly realTimeBars: Queues<RealTimeBar> = new Set();
  readonly quotes: Queues<QuoteValues> = new Set();
  /** Values that went because one was slow. */
  lost = 0;

  constructor(
    private readonly policy: FeedPolicy,
    private readonly conflateTrades: boolean,
    private readonly host: IteratorsHost,
  ) {}

  /** Whether one waits for messages as they come. */
  get wantMessages(): boolean {
    return this.trades.size + this.realTimeBars.size > 0;
  }

  get isEmpty(): boolean {
    return !this.wantMessages && this.quotes.size === 0;
  }

  overTrades(options: IterateOptions): QueueIterator<Trade> {
    // Trades are conflated only where that was asked for.
    const overflow = this.policy === "conflate" && this.conflateTrades ? "newest" : undefined;
    return this.over(this.trades, options, overflow);
  }

  /** Who is slow gets the newest one. */
  overQuotes(options: IterateOptions): QueueIterator<QuoteValues> {
    return this.over(this.quotes, options, "newest");
  }

  over<T>(all: Queues<T>, given: IterateOptions, overflow?: Overflow): QueueIterator<T> {
    const { signal, limit } = check(iterateRules(), given);
    const iterator: QueueIterator<T> = new QueueIterator<T>({
      limit: overflow === "newest" ? 1 : limit,
      overflow: overflow ?? (this.policy === "drop-oldest" ? "drop-oldest" : "hold"),
      signal,
      hold: () => this.host.hold(),
      lost: (count) => {
        this.lost += count;
      },
      ended: () => {
        all.delete(iterator);
        this.host.changed();
      },
    });
    const outcome = this.host.outcome();
    if (outcome !== undefined) iterator.finish(outcome);
    else all.add(iterator);
    this.host.changed();
    return iterator;
  }

  /** What waits is still given out, then the error, or the end. */
  finish(outcome: { readonly error?: unknown }): void {
    for (const all of [this.trades, this.realTimeBars, this.quotes])
      for (const iterator of [...all]) iterator.finish(outcome);
  }
}
