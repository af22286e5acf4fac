import { FeedKind } from "../broker/feed-kind.js";
import type { Emitter } from "../domain/emitter.js";
import type { QuoteValues } from "../domain/quote.js";
import type { BatchView } from "./batch.js";
import { barAt, isQuote, isTrade, tradeAt } from "./events.js";
import type { Iterators } from "./iterators.js";
import type { SubscriptionBars } from "./subscription-bars.js";
import { EACH_EVENTS, type EventsOf, MESSAGE_EVENTS } from "./subscription-events.js";

/** What the telling of a subscription's messages needs of it. */
export interface TellerHost {
  /** A listener may have ended it. */
  isOver(): boolean;
  quote(): QuoteValues;
  snapshot(): QuoteValues;
  tellBook(): void;
}

/** Tells those who want messages of one subscription of them: as batches, one by one, or what they have changed. */
export class MessageTeller<Owner> {
  constructor(
    private readonly emitter: Emitter<EventsOf<Owner>>,
    private readonly iterators: Iterators,
    private readonly series: SubscriptionBars,
    private readonly host: TellerHost,
  ) {}

  /** There is somebody. */
  get isListening(): boolean {
    const { emitter, iterators, series } = this;
    return series.isListening || MESSAGE_EVENTS.some((event) => emitter.has(event)) || !iterators.isEmpty;
  }

  tell(view: BatchView<Owner>): void {
    const { emitter, iterators, series } = this;
    emitter.emit("batch", view);
    if (!this.host.isOver()) this.tellQuote(view);
    const isWanted = EACH_EVENTS.some((event) => emitter.has(event));
    if (isWanted || series.isListening || iterators.wantMessages) this.tellEach(view);
  }

  private tellQuote(view: BatchView<Owner>): void {
    const { emitter, host } = this;
    const { quotes } = this.iterators;
    if (!emitter.has("quote") && quotes.size === 0) return;
    let changed = false;
    for (let i = 0; i < view.length && !changed; i++) changed = isQuote(view.kind(i));
    if (!changed) return;
    emitter.emit("quote", host.quote());
    if (quotes.size === 0) return;
    const snapshot = host.snapshot();
    for (const iterator of [...quotes]) iterator.push(snapshot);
  }

  private tellEach(view: BatchView<Owner>): void {
    const { host } = this;
    let bars = false;
    let book = false;
    for (let i = 0; i < view.length && !host.isOver(); i++) {
      const kind = view.kind(i);
      // What they announce is there already, all of it: the first one tells it.
      if (kind === FeedKind.BARS) {
        if (!bars) this.series.look();
        bars = true;
      } else if (kind === FeedKind.BOOK) {
        if (!book) host.tellBook();
        book = true;
      } else this.tellOne(view, kind, i);
    }
  }

  private tellOne(view: BatchView<Owner>, kind: number, i: number): void {
    const { emitter, iterators } = this;
    if (isTrade(kind)) {
      const trade = tradeAt(view, i);
      emitter.emit("trade", trade);
      for (const iterator of [...iterators.trades]) iterator.push(trade);
    } else if (kind === FeedKind.BAR) {
      const bar = barAt(view, i);
      emitter.emit("realTimeBar", bar);
      for (const iterator of [...iterators.realTimeBars]) iterator.push(bar);
    }
  }
}
