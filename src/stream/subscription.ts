import { type InspectOptions, inspect } from "node:util";
import type { CallOptions } from "../broker/call-options.js";
import type { FeedBatch, FeedNews } from "../broker/feed.js";
import type { FeedBarCorrection } from "../broker/feed-bars.js";
import type { FeedCounts } from "../broker/feed-treatment.js";
import type { HistoryRequest } from "../broker/lookups.js";
import { refused } from "../domain/check.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import type { HistoricalBar } from "../domain/historical-bar.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { printed } from "../domain/printed.js";
import type { QuoteValues } from "../domain/quote.js";
import type { Contract } from "../domain/stock-types.js";
import { SMALL_HISTOGRAM_BITS } from "../metrics/histogram.js";
import type { SeriesHistory } from "./bar-options.js";
import type { BarSeries } from "./bar-series.js";
import { type BatchOf, BatchView } from "./batch.js";
import { DepthBook } from "./depth-book.js";
import type { RealTimeBar, Trade } from "./events.js";
import { sumOf } from "./feed-counts.js";
import { type IterateOptions, Iterators } from "./iterators.js";
import { LagHistogram } from "./lag.js";
import { bringsTrades, legsOf } from "./legs.js";
import type { Lines } from "./lines.js";
import { MessageTeller } from "./message-teller.js";
import { Rate } from "./rate.js";
import { cloneable, type SharedEntry } from "./share-handle.js";
import type { LineMember, SharedLine } from "./shared-line.js";
import type { SubscriptionStats } from "./stats.js";
import type { ResolvedSubscribeOptions } from "./subscribe-options.js";
import { SubscriptionBars } from "./subscription-bars.js";
import { type EventsOf, SUBSCRIPTION_EVENTS } from "./subscription-events.js";
import { type Gap, isFlowing, isOver, type SubscriptionState, worst } from "./subscription-state.js";

/** Messages in order of arrival: see {@link BatchOf}. */
export type DataBatch = BatchOf<Subscription>;

export type SubscriptionEvents = EventsOf<Subscription>;

const notSubscribed = (name: string, option = name) =>
  refused(name, undefined, `with ${option} among the options of subscribe()`, "ERR_IBKR_ARGUMENT");

/** What a subscription needs of its stream. */
export interface SubscriptionHost {
  readonly lines: Lines;
  now(): number;
  hold(): () => void;
  view(slot: number): QuoteValues;
  snapshot(slot: number): QuoteValues;
  history(request: HistoryRequest, options: CallOptions): Promise<readonly HistoricalBar[]>;
  ended(subscription: Subscription): void;
  /** Its state, or what is asked for for it. */
  changed(subscription: Subscription): void;
}

/** Data of one contract. Made by {@link IBKRDataStream.subscribe}; it lives until it is closed or refused. */
export class Subscription implements LineMember {
  /** Resolves with the first data; rejects with what refused it, the signal's reason, or that it was closed before. */
  readonly ready: Promise<void>;
  readonly priority: number;
  /** @internal Number of the stream's batch that {@link view} belongs to. */
  batch = -1;
  /** @internal */
  isListening = false;
  private readonly emitter = new Emitter<SubscriptionEvents>(SUBSCRIPTION_EVENTS, () =>
    this.listenersChanged(),
  );
  private readonly lines: SharedLine[] = [];
  private readonly series: SubscriptionBars;
  private readonly orderBook: DepthBook | undefined;
  private readonly ended = new AbortController();
  private readonly iterators: Iterators;
  private readonly teller: MessageTeller<Subscription>;
  private readonly view = new BatchView<Subscription>(() => this);
  private readonly rate = new Rate();
  private readonly lag = new LagHistogram(SMALL_HISTOGRAM_BITS);
  private current: SubscriptionState = "waiting";
  private because = "";
  private failure: IBKRError | undefined;
  private quoteView: QuoteValues;
  /** The contract as other threads get it. */
  private sentContract: Contract | undefined;
  /** Of one that is over. */
  private finalCounts: FeedCounts | undefined;
  private gaps = 0;
  private settled = false;
  private settle!: { resolve(): void; reject(reason: unknown): void };
  private readonly onAbort = () => this.over("closed", "its signal", this.options.signal?.reason);

  /** @internal */
  constructor(
    /** Counts from 1 in the stream; a worker that reads the stream knows the subscription by it. */
    readonly id: number,
    readonly contract: Contract,
    private readonly options: ResolvedSubscribeOptions,
    private readonly host: SubscriptionHost,
  ) {
    this.priority = options.priority;
    this.ready = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Who does not wait for it is told by the state.
    this.ready.catch(() => {});
    this.iterators = new Iterators(options.policy, options.conflateTrades, {
      hold: host.hold,
      changed: () => this.listenersChanged(),
      outcome: () =>
        isOver(this.current) ? (this.failure === undefined ? {} : { error: this.failure }) : undefined,
    });
    this.series = new SubscriptionBars(options.bars, {
      ask: (request) => host.history(historyOf(request, contract), { signal: this.ended.signal }),
      now: host.now,
      tell: (bar) => this.emitter.emit("bar", bar),
      iterate: (queues, given) => this.iterators.over(queues, given),
    });
    this.orderBook = options.depth && new DepthBook(options.depth.rows);
    this.teller = new MessageTeller(this.emitter, this.iterators, this.series, {
      isOver: () => isOver(this.current),
      quote: () => this.quoteView,
      snapshot: () => this.snapshot(),
      tellBook: () => this.tellBook(),
    });
    this.join();
    this.quoteView = host.view(this.lines[0].slot);
    this.look();
  }

  private join(): void {
    const { lines } = this.host;
    try {
      for (const leg of legsOf(this.contract, this.options)) {
        const line = lines.join(leg, this);
        this.lines.push(line);
        this.series.assign(line, leg.series);
        if (line.isOpen) this.lineOpened(line);
      }
    } catch (error) {
      for (const line of this.lines) lines.leave(line, this);
      throw error;
    }
  }

  /** @internal Asks for its lines: whoever subscribed has it in hand by then. */
  start(): void {
    const { signal } = this.options;
    signal?.addEventListener("abort", this.onAbort, { once: true });
    for (const line of [...this.lines]) if (!isOver(this.current)) this.host.lines.start(line);
    this.look();
  }

  /** @internal */
  get isOpen(): boolean {
    return !isOver(this.current);
  }

  /** @internal As other threads see it. */
  entry(): SharedEntry {
    const { id, current: state, because: reason, lines } = this;
    this.sentContract ??= cloneable(this.contract);
    const contract = this.sentContract;
    const feedIds = lines.map(({ feedId }) => feedId).filter((feedId) => feedId !== undefined);
    const { depth } = this.options;
    return {
      ...{ id, contract, state, reason, slot: lines[0].slot, feedIds },
      bars: this.series.shared(lines),
      book: depth && { depth: depth.rows, memory: bookMemoryOf(lines) },
    };
  }

  get state(): SubscriptionState {
    return this.current;
  }

  /** Why it is in that state, in words. */
  get reason(): string {
    return this.because;
  }

  /** What the gateway said of it, where that is why it is in this state. */
  get error(): IBKRError | undefined {
    return this.failure;
  }

  /** The newest values, each read when it is asked for; the last ones that there were after the end. */
  get quote(): QuoteValues {
    return this.quoteView;
  }

  /**
   * The place of its quote on the board of its connection: what an armed order on the same connection waits for. It is
   * another subscription's when this one is over.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` of one that is over
   */
  get boardSlot(): number {
    if (!isOver(this.current)) return this.lines[0].slot;
    throw refused("boardSlot", undefined, "of a subscription that is not over", "ERR_IBKR_ARGUMENT");
  }

  /** The values of one instant, as a copy. */
  snapshot(): QuoteValues {
    return isOver(this.current) ? this.quoteView : this.host.snapshot(this.lines[0].slot);
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof SubscriptionEvents>(event: K, listener: Listener<SubscriptionEvents, K>): () => void {
    return this.emitter.on(event, listener);
  }

  /**
   * Trades from now on. Ends with the subscription; throws what ended it.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` where it was subscribed to without trades: none would ever come
   */
  trades(options: IterateOptions = {}): AsyncIterableIterator<Trade, undefined> {
    if (!bringsTrades(this.contract, this.options)) throw notSubscribed("trades");
    return this.iterators.overTrades(options);
  }

  /**
   * The gateway's bars of five seconds from now on.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` where it was subscribed to without them
   */
  realTimeBars(options: IterateOptions = {}): AsyncIterableIterator<RealTimeBar, undefined> {
    if (!this.options.realTimeBars) throw notSubscribed("realTimeBars");
    return this.iterators.over(this.iterators.realTimeBars, options);
  }

  /**
   * One of its series of bars.
   * @param size as it was subscribed to, or another name of the same size: `"1m"`, `"60 secs"`, `"1m mid"`
   * @throws IBKRError `ERR_IBKR_ARGUMENT` where it has no such series
   */
  bars(size: string): BarSeries {
    return this.series.get(size);
  }

  /**
   * A trade that its bars are made of was reported wrongly, or never was (size 0): see the policies of bars.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` for a number that is none
   */
  correct(correction: FeedBarCorrection): void {
    for (const line of this.lines) if (this.series.isOf(line)) line.source?.correct(correction);
  }

  /** Its order book. @throws IBKRError `ERR_IBKR_ARGUMENT` where it was subscribed to without depth */
  get book(): DepthBook {
    if (this.orderBook !== undefined) return this.orderBook;
    throw notSubscribed("book", "depth");
  }

  /** The quote as it was after each batch that may have changed it; who is slow gets the newest one. */
  quotes(options: IterateOptions = {}): AsyncIterableIterator<QuoteValues, undefined> {
    return this.iterators.overQuotes(options);
  }

  private listenersChanged(): void {
    this.isListening = this.teller.isListening;
    for (const line of this.lines) line.membersChanged();
  }

  stats(): SubscriptionStats {
    const now = this.host.now();
    this.host.lines.fold();
    return {
      ...this.counts,
      iteratorsDropped: this.iterators.lost,
      gaps: this.gaps,
      messagesPerSecond: this.rate.perSecond(now),
      lastDataMs: lastOf(this.lines.map(({ lastDataMs }) => lastDataMs)),
      lag: this.lag.summary(),
    };
  }

  private get counts(): FeedCounts {
    return this.finalCounts ?? sumOf(this.lines.map((line) => line.counts()));
  }

  /** Ends it: iterators end, what they have is still given out. */
  close(): void {
    this.over("closed", "closed");
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { id, contract, state, reason, error, quote } = this;
    const shown = { id, contract, state, reason, ...(error && { error }), quote };
    return printed("Subscription", shown, depth, options);
  }

  private over(state: "closed" | "failed", reason: string, error?: unknown): void {
    if (isOver(this.current)) return;
    this.quoteView = this.snapshot();
    this.options.signal?.removeEventListener("abort", this.onAbort);
    for (const line of this.lines) this.lineShut(line);
    for (const line of this.lines) this.host.lines.leave(line, this);
    this.finalCounts = this.counts;
    this.become(state, reason, error instanceof IBKRError ? error : undefined);
    this.reject(
      error ?? new IBKRError("ERR_IBKR_NOT_SENT", "the subscription was closed before any data came"),
    );
    const outcome = error === undefined ? {} : { error };
    const end =
      error ?? new IBKRError("ERR_IBKR_NOT_SENT", "the subscription was closed before history came");
    this.series.closed(end, outcome);
    this.ended.abort(end);
    this.iterators.finish(outcome);
    this.host.ended(this);
  }

  private reject(reason: unknown): void {
    if (this.settled) return;
    this.settled = true;
    this.settle.reject(reason);
  }

  private become(state: SubscriptionState, reason: string, error: IBKRError | undefined): void {
    const previous = this.current;
    this.because = reason;
    this.failure = error;
    if (state === previous) return;
    this.current = state;
    const change = { state, previous, reason, ...(error && { error }), atMs: this.host.now() };
    this.host.changed(this);
    this.emitter.emit("state", change);
  }

  // --- LineMember ------------------------------------------------------------------------------------------------

  /** @internal */
  lineChanged(line: SharedLine): void {
    if (line.state === "failed") this.over("failed", line.reason, line.error);
    else this.look();
  }

  private look(): void {
    if (isOver(this.current)) return;
    const { state, reason, error } = worst(this.lines);
    if (!this.settled && this.lines.some((line) => isFlowing(line.state))) {
      this.settled = true;
      this.settle.resolve();
    }
    this.become(state, reason, error);
  }

  /** @internal */
  lineGap(_line: SharedLine, gap: Gap): void {
    this.gaps += 1;
    this.emitter.emit("gap", gap);
  }

  /** @internal */
  lineNews(_line: SharedLine, item: FeedNews): void {
    this.emitter.emit("news", item);
  }

  /** @internal */
  lineOpened(line: SharedLine): void {
    const { source } = line;
    if (source === undefined) return;
    this.series.opened(line, source);
    if (source.book !== undefined) this.orderBook?.attach(source.book);
  }

  /** @internal */
  lineShut(line: SharedLine): void {
    this.series.shut(line);
    if (line.source?.book !== undefined) this.orderBook?.attach(undefined);
  }

  /** @internal */
  lineBookDamaged(): void {
    this.orderBook?.countDamage();
    this.tellBook();
  }

  private tellBook(): void {
    if (this.orderBook !== undefined) this.emitter.emit("depth", this.orderBook);
  }

  // --- batches ---------------------------------------------------------------------------------------------------

  /** @internal */
  handled(messages: number, nowMs: number): void {
    this.rate.add(nowMs, messages);
  }

  /** @internal */
  waited(lagMicros: number): void {
    this.lag.record(lagMicros);
  }

  /** @internal A message of its own; the first of a batch begins the view. */
  take(source: FeedBatch, position: number, batch: number): void {
    if (this.batch !== batch) {
      this.batch = batch;
      this.view.begin(source);
    }
    this.view.add(position);
  }

  /** @internal Tells what {@link take} has gathered. */
  tell(): void {
    this.teller.tell(this.view);
    this.view.end();
  }
}

/** Of crypto currencies a gateway has no history but of trades on all venues together. */
function historyOf(request: SeriesHistory, contract: Contract): HistoryRequest {
  const isCrypto = contract.secType === "CRYPTO" && request.whatToShow === "TRADES";
  return { ...request, contract, ...(isCrypto && { whatToShow: "AGGTRADES" }) };
}

function bookMemoryOf(lines: readonly SharedLine[]): unknown {
  for (const { keeper } of lines) if (keeper?.book !== undefined) return keeper.book.handle;
  return undefined;
}

/** The newest of several moments; undefined before the first. */
function lastOf(moments: readonly number[]): number | undefined {
  const known = moments.filter((ms) => !Number.isNaN(ms));
  return known.length === 0 ? undefined : Math.max(...known);
}
