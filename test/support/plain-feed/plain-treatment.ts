import type { FeedBatch } from "../../../src/broker/feed.js";
import { FeedKind, FeedValue } from "../../../src/broker/feed-kind.js";
import {
  type FeedCounts,
  type FeedFilter,
  type FeedTreatment,
  FILTER_REASONS,
  type FilterReason,
} from "../../../src/broker/feed-treatment.js";
import { UNSET } from "../../../src/native/ring-record.js";
import type { Clock, Timer } from "../../../src/time/clock.js";
import { PlainBoard } from "./plain-board.js";
import {
  isNoPrice,
  isUnreadTrade,
  LIVE_TYPE,
  type PlainMessage,
  priceOf,
  sizeOf,
  TickType,
} from "./plain-message.js";

/*
 * What a feed does to the messages of a subscription, said as plainly as it can be: the model that the core is compared
 * with. Board, filter, conflation, batches, in this order.
 */

const SIZED: ReadonlySet<number> = new Set([TickType.BID, TickType.ASK, TickType.LAST]);

/** Judges messages by what was let through before them. */
export class PlainFilter {
  /** The last price of each field that was let through; by live tick type. */
  private readonly accepted = new Map<number, number>();

  constructor(private readonly filter: FeedFilter) {}

  /** Why the message is left out; undefined lets it through, and remembers it. */
  judge(message: PlainMessage, nowMs: number): FilterReason | undefined {
    const prices = pricesIn(message);
    const reason = FILTER_REASONS.find((name) => this.leavesOut(name, message, prices, nowMs));
    if (reason === undefined) for (const { field, price } of prices) this.accepted.set(field, price);
    return reason;
  }

  private leavesOut(
    reason: FilterReason,
    message: PlainMessage,
    prices: readonly FieldPrice[],
    nowMs: number,
  ): boolean {
    const { filter } = this;
    const known = prices.filter(({ price }) => !Number.isNaN(price));
    switch (reason) {
      case "kind":
        return filter.kinds !== undefined && !filter.kinds.some((kind) => kind === message.kind);
      case "session":
        return filter.sessions?.some(([start, end]) => nowMs >= start && nowMs < end) === false;
      case "condition":
        return this.isSpecial(message);
      case "price":
        return known.some(
          ({ price }) => price < (filter.priceMin ?? -Infinity) || price > (filter.priceMax ?? Infinity),
        );
      case "size":
        return isSmaller(message, filter.minSize ?? -Infinity);
      case "outlier":
        return known.some(({ price }) => this.isOutlier(price));
      case "change":
        return message.kind === FeedKind.PRICE && known.some((one) => this.isSmallChange(one));
    }
  }

  private isSpecial({ kind, attribs, texts }: PlainMessage): boolean {
    const { excludeConditions = "", excludePastLimit = false, excludeUnreported = false } = this.filter;
    if (kind === FeedKind.PRICE) return excludePastLimit && (attribs & 2) !== 0;
    if (kind !== FeedKind.TRADE) return false;
    return (
      (excludePastLimit && (attribs & 1) !== 0) ||
      (excludeUnreported && (attribs & 2) !== 0) ||
      [...texts[1]].some((letter) => letter !== " " && excludeConditions.includes(letter))
    );
  }

  private isOutlier(price: number): boolean {
    const { outlier } = this.filter;
    const bid = this.accepted.get(TickType.BID) ?? Number.NaN;
    const mid = (bid + (this.accepted.get(TickType.ASK) ?? Number.NaN)) / 2;
    if (outlier === undefined || Number.isNaN(mid)) return false;
    const limit = "price" in outlier ? outlier.price : (Math.abs(mid) * outlier.percent) / 100;
    return Math.abs(price - mid) > limit;
  }

  private isSmallChange({ field, price }: FieldPrice): boolean {
    const { minPriceChange } = this.filter;
    const before = this.accepted.get(field) ?? Number.NaN;
    return minPriceChange !== undefined && Math.abs(price - before) < minPriceChange;
  }
}

interface FieldPrice {
  readonly field: number;
  /** NaN where the gateway says that there is none. */
  readonly price: number;
}

const TRADED = -1;

/** The prices in a message that a filter looks at. */
function pricesIn({ kind, field, values }: PlainMessage): FieldPrice[] {
  const live = LIVE_TYPE.get(field) ?? field;
  const of = (which: number, price: number, size: number) => ({
    field: which,
    price: isNoPrice(price, size) ? Number.NaN : price,
  });
  switch (kind) {
    case FeedKind.PRICE:
      return SIZED.has(live) ? [of(live, values[0], values[1])] : [];
    case FeedKind.TRADE:
    case FeedKind.RT_TRADE:
      return [of(TRADED, values[1], values[2])];
    case FeedKind.MID_POINT:
      return [of(TRADED, values[1], UNSET)];
    case FeedKind.BID_ASK: {
      const at = FeedValue.BID_ASK;
      return [
        of(TickType.BID, values[at.bidPrice], values[at.bidSize]),
        of(TickType.ASK, values[at.askPrice], values[at.askSize]),
      ];
    }
    default:
      return [];
  }
}

const SIZES: ReadonlySet<number> = new Set([TickType.BID_SIZE, TickType.ASK_SIZE, TickType.LAST_SIZE]);

function isSmaller(message: PlainMessage, least: number): boolean {
  const live = LIVE_TYPE.get(message.field) ?? message.field;
  switch (message.kind) {
    case FeedKind.PRICE:
      return SIZED.has(live) && sizeOf(message) < least;
    case FeedKind.SIZE:
      return SIZES.has(live) && sizeOf(message) < least;
    case FeedKind.TRADE:
    case FeedKind.RT_TRADE:
      return sizeOf(message) < least;
    default:
      return false;
  }
}

const TICKS: ReadonlySet<number> = new Set([
  FeedKind.PRICE,
  FeedKind.SIZE,
  FeedKind.STRING,
  FeedKind.GENERIC,
  FeedKind.OPTION,
]);
const TRADES: ReadonlySet<number> = new Set([
  FeedKind.TRADE,
  FeedKind.RT_TRADE,
  FeedKind.BID_ASK,
  FeedKind.MID_POINT,
]);

/** One subscription under treatment. */
class Treated {
  filter: PlainFilter;
  /** The newest message of each kind and field; in the order in which the newest ones came. */
  readonly waiting = new Map<string, PlainMessage>();
  flushedMs = -Infinity;
  readonly filtered = Object.fromEntries(FILTER_REASONS.map((reason) => [reason, 0])) as Record<
    FilterReason,
    number
  >;
  received = 0;
  delivered = 0;
  conflated = 0;
  dropped = 0;
  malformed = 0;

  constructor(public treatment: FeedTreatment) {
    this.filter = new PlainFilter(treatment.filter ?? {});
  }

  isConflated(kind: number): boolean {
    const { conflateMs, conflateTrades } = this.treatment;
    return conflateMs > 0 && (TICKS.has(kind) || (conflateTrades && TRADES.has(kind)));
  }

  get counts(): FeedCounts {
    const { received, delivered, conflated, dropped, malformed } = this;
    return { received, delivered, conflated, filtered: { ...this.filtered }, dropped, malformed };
  }
}

export class PlainDesk {
  readonly board = new PlainBoard();
  private readonly treated = new Map<number, Treated>();
  private out: PlainMessage[] = [];
  private outDue: { stop(): void } | undefined;
  /** Runs while something waits for its time. */
  private lookDue: Timer | undefined;
  private batchMs = 0;
  private holders = 0;

  /** @param deliver gets what came, whenever it is due */
  constructor(
    private readonly clock: Clock,
    private readonly deliver: (batch: FeedBatch) => void,
  ) {}

  /** @returns its counts, for as long as somebody wants to know them */
  add(reqId: number, treatment: FeedTreatment): () => FeedCounts {
    const treated = new Treated(treatment);
    this.treated.set(reqId, treated);
    this.board.clear(treatment.boardSlot);
    return () => treated.counts;
  }

  treat(reqId: number, treatment: FeedTreatment): void {
    const treated = this.treated.get(reqId);
    if (treated === undefined) return;
    this.flush(treated);
    treated.treatment = treatment;
    treated.filter = new PlainFilter(treatment.filter ?? {});
  }

  /** What waits of it is gone; what is in the next batch already still comes. */
  remove(reqId: number): void {
    const treated = this.treated.get(reqId);
    if (treated === undefined) return;
    this.treated.delete(reqId);
    treated.dropped += treated.waiting.size;
    treated.waiting.clear();
  }

  has(reqId: number): boolean {
    return this.treated.has(reqId);
  }

  get isEmpty(): boolean {
    return this.treated.size === 0;
  }

  take(message: PlainMessage): void {
    const treated = this.treated.get(message.reqId);
    if (treated === undefined) return;
    treated.received += 1;
    if (isUnreadTrade(message)) treated.malformed += 1;
    this.board.update(treated.treatment.boardSlot, message);
    const reason = treated.filter.judge(message, this.clock.now());
    if (reason !== undefined) treated.filtered[reason] += 1;
    else if (treated.isConflated(message.kind)) this.conflate(treated, message);
    else this.publish(treated, message);
  }

  private conflate(treated: Treated, message: PlainMessage): void {
    const { waiting } = treated;
    const key = `${message.kind} ${message.field}`;
    if (waiting.delete(key)) treated.conflated += 1;
    waiting.set(key, message);
    this.lookDue ??= this.clock.after(this.lookMs, () => this.look());
  }

  /** How often it looks for what is due: with the batches, or as often as the shortest conflation wants. */
  private get lookMs(): number {
    if (this.batchMs > 0) return this.batchMs;
    const times = [...this.treated.values()].map(({ treatment }) => treatment.conflateMs);
    return Math.min(...times.filter((ms) => ms > 0));
  }

  /**
   * What waits and has not gone for its time goes, and is delivered with what else is ready: so a first value after a
   * silence goes at the next look.
   */
  look(): void {
    this.lookDue?.stop();
    this.lookDue = undefined;
    const now = this.clock.now();
    const waiting = [...this.treated.values()].filter((one) => one.waiting.size > 0);
    for (const one of waiting) {
      if (now - one.flushedMs < one.treatment.conflateMs) continue;
      one.flushedMs = now;
      this.flush(one);
    }
    if (waiting.some((one) => one.waiting.size > 0))
      this.lookDue = this.clock.after(this.lookMs, () => this.look());
    this.send();
  }

  private flush(treated: Treated): void {
    for (const message of treated.waiting.values()) this.publish(treated, message);
    treated.waiting.clear();
  }

  private publish(treated: Treated, message: PlainMessage): void {
    treated.delivered += 1;
    this.out.push(message);
    this.outDue ??=
      this.batchMs > 0 ? this.clock.after(this.batchMs, () => this.send()) : soon(() => this.send());
  }

  setBatching(batchMs: number): void {
    this.send();
    this.batchMs = batchMs;
  }

  hold(): () => void {
    let holds = true;
    this.holders += 1;
    return () => {
      if (!holds) return;
      holds = false;
      this.holders -= 1;
      this.send();
    };
  }

  /** Delivers what is ready, at once. */
  send(): void {
    this.outDue?.stop();
    this.outDue = undefined;
    if (this.out.length === 0 || this.holders > 0) return;
    const messages = this.out;
    this.out = [];
    this.deliver(batchOf(messages));
  }
}

/** When what runs now has ended: a read of the socket, say. */
function soon(run: () => void): { stop(): void } {
  let stopped = false;
  queueMicrotask(() => {
    if (!stopped) run();
  });
  return {
    stop: () => {
      stopped = true;
    },
  };
}

export function batchOf(messages: readonly PlainMessage[]): FeedBatch {
  return {
    length: messages.length,
    kind: (i) => messages[i].kind,
    reqId: (i) => messages[i].reqId,
    field: (i) => messages[i].field,
    price: (i) => priceOf(messages[i]),
    size: (i) => sizeOf(messages[i]),
    attribs: (i) => messages[i].attribs,
    value: (i, n) => messages[i].values[n],
    text: (i, n = 0) => messages[i].texts[n] ?? "",
    receivedMicros: (i) => messages[i].receivedMicros,
  };
}
