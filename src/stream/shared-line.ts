import type { Broker } from "../broker/broker.js";
import type {
  FeedDataType,
  FeedListener,
  FeedNews,
  FeedRequest,
  FeedSubscription,
  MarketFeed,
} from "../broker/feed.js";
import type { FeedBookDamage } from "../broker/feed-book.js";
import type { FeedCounts, FeedTreatment } from "../broker/feed-treatment.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { Clock } from "../time/clock.js";
import { monotonicMicros } from "../time/monotonic.js";
import { sumOf } from "./feed-counts.js";
import type { Leg, LineTreatment, Pool } from "./legs.js";
import type { Claim, LineBudget } from "./line-budget.js";
import { competingNotice, refusalOf } from "./line-refusal.js";
import { feedTreatmentOf } from "./line-treatment.js";
import { type Gap, type GapReason, isFlowing, type SubscriptionState } from "./subscription-state.js";

/** Who hears of a line: each subscription that shares it. */
export interface LineMember {
  readonly priority: number;
  /** It wants its messages, one by one or as batches of its own. */
  readonly isListening: boolean;
  /** So many messages more, the newest at that time. */
  handled(messages: number, nowMs: number): void;
  /** How long one of its messages had waited. */
  waited(lagMicros: number): void;
  lineChanged(line: SharedLine): void;
  lineGap(line: SharedLine, gap: Gap): void;
  lineNews(line: SharedLine, item: FeedNews): void;
  /** It is asked for: bars and book are those of {@link SharedLine.source} from now on. */
  lineOpened(line: SharedLine): void;
  /** It is asked for no longer. */
  lineShut(line: SharedLine): void;
  /** Its book is damaged, and is asked for again. */
  lineBookDamaged(line: SharedLine): void;
}

/** What a line needs of the stream. */
export interface LineHost {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly retryMs: number;
  /** It will be asked for within this call; {@link opened} says so when it was. */
  opening(line: SharedLine): void;
  opened(line: SharedLine, feedId: number): void;
  closed(line: SharedLine, feedId: number): void;
  settledChanged(line: SharedLine): void;
  /** So many members more listen. */
  listenersChanged(by: number): void;
}

/** What there is a limited number of. */
const POOLS: Readonly<Record<Pool, string>> = {
  quotes: "market data line",
  tickByTick: "tick-by-tick request",
  depth: "order book",
};

/** One request at the gateway, with the subscriptions that share it: where it stands, whatever happens. */
export class SharedLine implements Claim, FeedListener {
  readonly key: string;
  readonly members: LineMember[] = [];
  state: SubscriptionState = "waiting";
  reason: string;
  error: IBKRError | undefined;
  /** When data came last, milliseconds since 1970; NaN before the first. */
  lastDataMs = Number.NaN;
  /** How often it was asked for again because it was silent, and when last. */
  lastLookMs = Number.NEGATIVE_INFINITY;
  silentLooks = 0;
  /** Its count of messages, as it was looked at last: for {@link Lines}. */
  counted = 0;
  /** Members that listen. */
  listeners = 0;
  /** The oldest member; of a line that is over, the last one that there was. */
  oldest: LineMember | undefined;
  private settled = false;
  /**
   * What arrived before this moment is older than the interruption, though it may come out of conflation after it:
   * CLOCK_MONOTONIC in µs.
   */
  notBeforeMicros = 0;
  request: FeedRequest;
  private readonly treatment: LineTreatment;
  private holdsLine = false;
  /** It has no member any more: a listener may have closed it in the midst of what is done with it. */
  private isOver = false;
  private subscription: FeedSubscription | undefined;
  /** The one before that. */
  private before: FeedSubscription | undefined;
  private readonly past: FeedCounts[] = [];
  private gapFrom = Number.NaN;
  private gapReason: GapReason = "connection";
  private kindOfData: FeedDataType = 1;
  private step = Number.NaN;
  private retry: { stop(): void } | undefined;
  /** When its book was damaged last. */
  private damagedMs = Number.NaN;

  constructor(
    leg: Leg,
    readonly slot: number,
    private readonly budget: LineBudget,
    private readonly host: LineHost,
  ) {
    this.key = leg.key;
    this.reason = `no ${POOLS[leg.pool]} is free (${budget.capacity} at once)`;
    this.request = leg.request;
    this.treatment = leg.treatment;
  }

  get priority(): number {
    return Math.max(...this.members.map(({ priority }) => priority));
  }

  /** Whether it is asked for at the gateway. */
  get isOpen(): boolean {
    return this.subscription !== undefined;
  }

  counts(): FeedCounts {
    return sumOf(this.subscription === undefined ? this.past : [...this.past, this.subscription.counts()]);
  }

  // --- Claim -----------------------------------------------------------------------------------------------------

  granted(): void {
    this.holdsLine = true;
    this.open();
  }

  displaced(): void {
    this.holdsLine = false;
    this.shut();
    this.beginGap("displaced");
    this.become("waiting", "its line went to a subscription of higher priority");
  }

  // --- asking ----------------------------------------------------------------------------------------------------

  /** Asks the gateway, if it has a line and there is a connection. */
  open(): void {
    this.retry?.stop();
    if (this.isOver || !this.holdsLine || this.isOpen || this.state === "failed") return;
    const { broker } = this.host;
    if (broker.state !== "ready") {
      if (Number.isNaN(this.gapFrom)) this.become("waiting", "not connected");
    } else if (this.ask(broker.feed)) {
      this.become("requested", "asked for");
    }
  }

  private ask(feed: MarketFeed): boolean {
    this.host.opening(this);
    try {
      this.subscription = feed.subscribe(this.request, this, this.treated());
    } catch (error) {
      this.refused(asError(error));
      return false;
    }
    this.host.opened(this, this.subscription.id);
    for (const member of [...this.members]) member.lineOpened(this);
    return true;
  }

  /** Asks anew: what was asked for before is gone, or of no use. */
  reopen(): void {
    this.shut();
    this.open();
  }

  /** Another member wants more of it: asked for again, if it was. */
  widen(request: FeedRequest): void {
    this.request = request;
    if (this.isOpen) this.reopen();
  }

  /** Nobody needs it any more. */
  close(): void {
    this.isOver = true;
    this.retry?.stop();
    this.shut();
  }

  private shut(): void {
    // First: what still waits of it counts as dropped then.
    this.subscription?.close();
    this.forget();
  }

  private forget(): void {
    const { subscription } = this;
    if (subscription === undefined) return;
    for (const member of [...this.members]) member.lineShut(this);
    this.subscription = undefined;
    this.before = subscription;
    this.past.push(subscription.counts());
    if (this.past.length > 8) this.past.splice(0, this.past.length, sumOf(this.past));
    this.host.closed(this, subscription.id);
  }

  private treated(): FeedTreatment {
    return feedTreatmentOf(this.treatment, this.slot, this.step, this.before);
  }

  // --- members ---------------------------------------------------------------------------------------------------

  add(member: LineMember): void {
    this.members.push(member);
    this.membersChanged();
  }

  remove(member: LineMember): void {
    this.members.splice(this.members.indexOf(member), 1);
    this.membersChanged();
  }

  /** Also when one begins to listen, or ends. */
  membersChanged(): void {
    this.oldest = this.members[0] ?? this.oldest;
    const before = this.listeners;
    this.listeners = this.members.filter((member) => member.isListening).length;
    this.host.listenersChanged(this.listeners - before);
  }

  // --- what happens ----------------------------------------------------------------------------------------------

  /** Its number at the feed; undefined while it is not asked for. */
  get feedId(): number | undefined {
    return this.subscription?.id;
  }

  /** Bars are made of its messages. */
  get hasBars(): boolean {
    return this.treatment.bars !== undefined;
  }

  /** What it is at the feed; undefined while it is not asked for. */
  get source(): FeedSubscription | undefined {
    return this.subscription;
  }

  /** Whose bars and book lie in its memory: what it is at the feed, or was last. */
  get keeper(): FeedSubscription | undefined {
    return this.subscription ?? this.before;
  }

  /** There is nothing to change when data comes. */
  get isSettled(): boolean {
    return this.settled;
  }

  private set isSettled(settled: boolean) {
    if (settled === this.settled) return;
    this.settled = settled;
    this.host.settledChanged(this);
  }

  /** So many of its messages were handled, the newest at that time. */
  handled(messages: number, nowMs: number): void {
    if (this.settled) this.lastDataMs = nowMs;
    for (let i = 0; i < this.members.length; i++) this.members[i].handled(messages, nowMs);
  }

  /** How long one of its messages had waited. */
  waited(lagMicros: number): void {
    for (let i = 0; i < this.members.length; i++) this.members[i].waited(lagMicros);
  }

  /** Messages of it that arrived after the last interruption are in the batch at hand. */
  data(nowMs: number): void {
    this.isSettled = true;
    this.lastDataMs = nowMs;
    this.silentLooks = 0;
    if (!isFlowing(this.state)) this.flows();
    if (Number.isNaN(this.gapFrom)) return;
    const gap = { fromMs: this.gapFrom, toMs: nowMs, reason: this.gapReason };
    this.gapFrom = Number.NaN;
    for (const member of [...this.members]) member.lineGap(this, gap);
  }

  private flows(): void {
    if (this.kindOfData === 1) this.become("live", "data comes");
    else if (this.kindOfData === 3) this.become("delayed", "delayed data comes");
    else this.become("frozen", "the last data of the day came");
  }

  /** The connection, or the gateway's way to Interactive Brokers, is gone. @param lost the request is gone, too */
  interrupted(reason: GapReason, words: string, lost: boolean): void {
    if (lost) this.forget();
    if (this.state === "failed" || (this.state === "waiting" && !this.holdsLine)) return;
    this.beginGap(reason);
    this.become("interrupted", words);
  }

  /** The way is there again, and the request still stands. */
  restored(): void {
    if (this.state === "interrupted" && this.isOpen)
      this.become("requested", "the gateway is connected again");
  }

  silent(): void {
    this.beginGap("silent", this.lastDataMs);
    this.become("silent", "others have data, this one has none: asked for again");
    this.shut();
    if (!this.isOver) this.ask(this.host.broker.feed);
  }

  private beginGap(reason: GapReason, fromMs = this.host.clock.now()): void {
    this.isSettled = false;
    this.notBeforeMicros = monotonicMicros();
    if (this.treatment.bars !== undefined) this.subscription?.gap();
    // Before the first data nothing is missing; within a gap it goes on, for the reason that it has.
    if (Number.isNaN(this.lastDataMs) || !Number.isNaN(this.gapFrom)) return;
    this.gapFrom = fromMs;
    this.gapReason = reason;
  }

  private become(state: SubscriptionState, reason: string, error?: IBKRError): void {
    if (state === this.state && reason === this.reason) return;
    if (!isFlowing(state)) this.isSettled = false;
    this.state = state;
    this.reason = reason;
    this.error = error;
    for (const member of [...this.members]) member.lineChanged(this);
  }

  // --- FeedListener ----------------------------------------------------------------------------------------------

  refused(error: IBKRError): void {
    this.forget();
    const refusal = refusalOf(error);
    if (refusal === "no-line") {
      this.beginGap("displaced");
      this.holdsLine = false;
      this.become("waiting", error.message, error);
      this.retryLater(() => this.budget.reset());
      this.budget.refused(this);
    } else if (refusal === "halted") {
      this.interrupted("damaged", error.message, true);
      this.retryLater(() => this.open());
    } else if (refusal === "competing") {
      this.competing(error);
      this.retryLater(() => this.open());
    } else if (refusal === "connection" || this.host.broker.state !== "ready") {
      this.interrupted("connection", error.message, true);
    } else {
      this.become("failed", error.message, error);
    }
  }

  private retryLater(again: () => void): void {
    this.retry?.stop();
    if (!this.isOver) this.retry = this.host.clock.after(this.host.retryMs, again);
  }

  noted(code: number, text: string): void {
    const error = competingNotice(code, text);
    if (error !== undefined) this.competing(error);
  }

  private competing(error: IBKRError): void {
    this.beginGap("competing");
    this.become("competing", error.message, error);
  }

  dataType(type: FeedDataType): void {
    this.kindOfData = type;
    if (isFlowing(this.state)) this.flows();
  }

  minTick(step: number): void {
    this.step = step;
    const outlier = this.treatment.filter?.outlier;
    if (outlier !== undefined && "ticks" in outlier) this.subscription?.treat(this.treated());
  }

  news(item: FeedNews): void {
    for (const member of [...this.members]) member.lineNews(this, item);
  }

  bookDamaged(damage: FeedBookDamage): void {
    for (const member of [...this.members]) member.lineBookDamaged(this);
    this.interrupted("damaged", `its book was damaged (${damage}): it is asked for again`, false);
    this.shut();
    const { clock, retryMs } = this.host;
    const now = clock.now();
    // Where that did not help for long, it is asked for at leisure.
    if (now - this.damagedMs < retryMs) this.retryLater(() => this.open());
    else this.open();
    this.damagedMs = now;
  }
}

function asError(error: unknown): IBKRError {
  if (error instanceof IBKRError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new IBKRError("ERR_IBKR_INTERNAL", why, { cause: error });
}
