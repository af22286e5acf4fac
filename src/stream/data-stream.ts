import { type InspectOptions, inspect } from "node:util";
import type { Broker } from "../broker/broker.js";
import type { FeedBatch } from "../broker/feed.js";
import { refused } from "../domain/check.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import { checkContract } from "../domain/given.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { printed } from "../domain/printed.js";
import type { QuoteValues } from "../domain/quote.js";
import { isSameContract } from "../domain/same-contract.js";
import type { Contract } from "../domain/stock-types.js";
import type { HistogramReader } from "../metrics/histogram.js";
import { measured, type OperationMeter } from "../metrics/operation-meter.js";
import { monotonicMicros } from "../time/monotonic.js";
import { BatchView } from "./batch.js";
import { LagHistogram } from "./lag.js";
import type { LineBudget } from "./line-budget.js";
import { Lines } from "./lines.js";
import type { ProfileName } from "./profile.js";
import { Rate } from "./rate.js";
import { watchConnection } from "./recovery.js";
import { StreamShare } from "./share.js";
import type { StreamHandle } from "./share-handle.js";
import { resolveShareOptions, type ShareOptions } from "./share-options.js";
import type { SharedLine } from "./shared-line.js";
import { SilenceWatch } from "./silence-watch.js";
import type { LineStats, StreamStats } from "./stats.js";
import {
  type IBKRDataStreamOptions,
  type ResolvedStreamOptions,
  resolveStreamOptions,
} from "./stream-options.js";
import { resolveSubscribeOptions, type SubscribeOptions } from "./subscribe-options.js";
import { type DataBatch, Subscription, type SubscriptionHost } from "./subscription.js";

/** `interrupted`: connected to a gateway that has lost Interactive Brokers. */
export type StreamState = "down" | "connecting" | "ready" | "interrupted" | "closed";

/** The arguments of each event of a stream. */
export interface StreamEvents {
  state: [state: StreamState];
  /** A fault that belongs to no subscription; those that do are their state. */
  error: [error: IBKRError];
}

interface BatchEvents {
  batch: [batch: DataBatch];
}

/**
 * Of a batch, one message in so many counts for the lag of its subscription, the first always; and no more than so many:
 * the histograms of hundreds of subscriptions do not fit into the caches.
 */
const LAG_STRIDE = 32;
const LAG_SAMPLES = 8;

/** Market data over a broker: subscriptions, their quotes, batches, events and iterators. */
export class IBKRDataStream {
  static {
    measured(IBKRDataStream.prototype, "stream", ["subscribe", "share"], (stream) => stream.operations);
  }

  /** Counts what it is asked for. Undefined: nobody does. */
  operations: OperationMeter | undefined;
  readonly profile: ProfileName;
  private readonly options: ResolvedStreamOptions;
  private readonly lines: Lines;
  private readonly emitter = new Emitter<StreamEvents>(["state", "error"]);
  private readonly batchEmitter = new Emitter<BatchEvents>(["batch"]);
  private readonly subscriptions = new Map<number, Subscription>();
  private lastId = 0;
  private shared: StreamShare | undefined;
  private readonly silence: SilenceWatch;
  private readonly stops: (() => void)[];
  private readonly holds = new Set<() => void>();
  /** Whose messages with a number are; of several that share a line, the oldest's. */
  private readonly view = new BatchView<Subscription>(
    (reqId) => this.lines.of(reqId)?.oldest as Subscription,
  );
  private readonly touched: Subscription[] = [];
  private readonly rate = new Rate();
  private readonly host: SubscriptionHost;
  /** Number of the feed's batch at hand, whether something of it is ours or not. */
  private batch = 0;
  private batches = 0;
  private known: StreamState;
  private upstreamLost = false;

  /**
   * @param broker may be connected later, and again and again; whoever made it closes it
   * @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed
   */
  constructor(
    readonly broker: Broker,
    options: IBKRDataStreamOptions = {},
  ) {
    if (typeof broker?.feed?.onBatch !== "function")
      throw refused("broker", broker, "a Broker", "ERR_IBKR_ARGUMENT");
    this.options = resolveStreamOptions(options);
    const { clock, retryMs, lines, tickByTickLines, depthLines, silenceMs, batchMs, profile } = this.options;
    this.profile = profile;
    this.known = broker.state;
    const opening = ({ members }: SharedLine) => {
      if (this.shared !== undefined)
        for (const member of members) this.shared.touch((member as Subscription).id);
    };
    const asked = () => this.shared?.flush();
    this.lines = new Lines(
      { broker, clock, retryMs, opening, asked },
      { quotes: lines, tickByTick: tickByTickLines, depth: depthLines },
    );
    this.silence = new SilenceWatch(this.lines, clock, silenceMs);
    const { feed } = broker;
    this.host = {
      lines: this.lines,
      now: () => clock.now(),
      hold: () => this.hold(),
      view: (slot) => feed.board.view(slot),
      snapshot: (slot) => feed.board.snapshot(slot),
      history: (request, options) => broker.lookups.history(request, options),
      ended: (subscription) => this.ended(subscription),
      changed: (subscription) => this.shared?.touch(subscription.id),
    };
    this.stops = [
      feed.setBatching(batchMs),
      feed.onBatch((batch) => this.take(batch)),
      watchConnection(broker, this.lines),
      broker.on("state", () => this.look()),
      broker.on("upstream", (state) => {
        this.upstreamLost = state === "lost";
        this.look();
      }),
      broker.on("fault", (error) => this.emitter.emit("error", error)),
    ];
  }

  get state(): StreamState {
    return this.known;
  }

  private get isOpen(): boolean {
    return this.known !== "closed";
  }

  private look(): void {
    if (this.known === "closed") return;
    const { state } = this.broker;
    if (state !== "ready") this.upstreamLost = false;
    const now = this.upstreamLost ? "interrupted" : state;
    if (now === this.known) return;
    this.known = now;
    this.emitter.emit("state", now);
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof StreamEvents>(event: K, listener: Listener<StreamEvents, K>): () => void {
    return this.emitter.on(event, listener);
  }

  /**
   * Subscribes to a contract. It may be called before there is a connection: the subscription waits.
   * @throws IBKRError `ERR_IBKR_OPTION`, `ERR_IBKR_ARGUMENT` for what does not fit; what the gateway refuses is the
   *   subscription's state `failed`, and what its `ready` rejects with
   */
  subscribe(contract: Contract, options: SubscribeOptions = {}): Subscription {
    if (this.known === "closed") throw new IBKRError("ERR_IBKR_NOT_SENT", "the stream is closed");
    checkContract(contract);
    const { conflateMs, clock } = this.options;
    const resolved = resolveSubscribeOptions(options, conflateMs, clock.now());
    resolved.signal?.throwIfAborted();
    this.lastId += 1;
    const subscription = new Subscription(this.lastId, { ...contract }, resolved, this.host);
    this.subscriptions.set(subscription.id, subscription);
    this.shared?.touch(subscription.id);
    subscription.start();
    this.operations?.measure("stream.ready", () => subscription.ready);
    return subscription;
  }

  /**
   * The quote of a contract, as the subscription to it has it that was told something last.
   * @returns undefined where nothing is subscribed to it
   */
  quote(contract: Contract): QuoteValues | undefined {
    checkContract(contract);
    let newest: QuoteValues | undefined;
    for (const subscription of this.subscriptions.values()) {
      if (!isSameContract(subscription.contract, contract)) continue;
      const { quote } = subscription;
      if (newest === undefined || (quote.updatedMicros ?? 0) > (newest.updatedMicros ?? 0)) newest = quote;
    }
    return newest;
  }

  /**
   * Calls `handler` with every batch: the messages of all subscriptions in order of arrival, each once, without an
   * allocation per message.
   * @returns a function that takes the handler away again
   */
  onBatch(handler: (batch: DataBatch) => void): () => void {
    return this.batchEmitter.on("batch", handler);
  }

  /**
   * A handle with which other threads read the stream, `IBKRDataStream.attach(handle)`: quotes and batches, those of
   * subscriptions to come as well. The stream does not know who reads. The first call makes the tape of messages; later
   * ones give the newest directory of the same share.
   * @throws IBKRError `ERR_IBKR_OPTION` for a size that is none, `ERR_IBKR_ARGUMENT` if the broker's feed is not shared
   *   between threads, `ERR_IBKR_NOT_SENT` if the stream is closed
   */
  share(options: ShareOptions = {}): StreamHandle {
    if (this.known === "closed") throw new IBKRError("ERR_IBKR_NOT_SENT", "the stream is closed");
    const { tapeSlots } = resolveShareOptions(options);
    this.shared ??= this.makeShare(tapeSlots);
    return this.shared.handle();
  }

  private makeShare(tapeSlots: number): StreamShare {
    const { feed } = this.broker;
    if (feed.tape === undefined || feed.board.handle === undefined)
      throw refused("broker.feed", "not shared", "a feed in shared memory", "ERR_IBKR_ARGUMENT");
    const { subscriptions } = this;
    return new StreamShare({
      board: feed.board.handle,
      tape: feed.tape(tapeSlots),
      entries: () => [...subscriptions.values()].map((subscription) => subscription.entry()),
      entry: (id) => subscriptions.get(id)?.entry(),
    });
  }

  /** Of the lag of batches, in µs; undefined with a `lag` of the caller's. */
  get lagHistogram(): HistogramReader | undefined {
    const { lag } = this.options;
    return lag instanceof LagHistogram ? lag.histogram : undefined;
  }

  stats(): StreamStats {
    const { quotes, tickByTick, depth } = this.lines.budgets;
    return {
      ...this.lines.counts(),
      subscriptions: this.subscriptions.size,
      lines: lineStatsOf(quotes),
      tickByTickLines: lineStatsOf(tickByTick),
      depthLines: lineStatsOf(depth),
      batches: this.batches,
      messagesPerSecond: this.rate.perSecond(this.options.clock.now()),
      lag: this.options.lag.summary(),
    };
  }

  /** Closes every subscription; the broker stays as it is. */
  async close(): Promise<void> {
    if (this.known === "closed") return;
    // First: what listeners of the subscriptions do from here on is done to a closed stream.
    this.known = "closed";
    // What waits for a line gets none of those that come free now.
    this.lines.stop();
    for (const subscription of [...this.subscriptions.values()]) subscription.close();
    this.shared?.close();
    this.shared = undefined;
    this.silence.stop();
    for (const stop of this.stops) stop();
    for (const release of [...this.holds]) release();
    this.emitter.emit("state", "closed");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const shown = { state: this.state, profile: this.profile, subscriptions: this.subscriptions.size };
    return printed("IBKRDataStream", shown, depth, options);
  }

  private ended(subscription: Subscription): void {
    this.subscriptions.delete(subscription.id);
    this.shared?.touch(subscription.id);
  }

  private hold(): () => void {
    const release = this.broker.feed.hold();
    const once = () => {
      if (this.holds.delete(once)) release();
    };
    this.holds.add(once);
    return once;
  }

  // --- batches ---------------------------------------------------------------------------------------------------

  /** Tells whoever listens: each subscription first, then who wants all of it. */
  private take(source: FeedBatch): void {
    const { lines, view, touched, options } = this;
    if (source.length === 0) return;
    this.shared?.wake();
    const nowMs = options.clock.now();
    const nowMicros = monotonicMicros();
    this.batch += 1;
    view.begin(source);
    lines.beginBatch(source, nowMs);
    if (lines.isUniform) view.addAll();
    else this.sort(source);
    if (view.length > 0) this.measure(nowMs, nowMicros);
    for (const subscription of touched) if (subscription.isOpen) subscription.tell();
    touched.length = 0;
    if (view.length > 0 && this.isOpen) this.batchEmitter.emit("batch", view);
    view.end();
    lines.endBatch();
  }

  /** What others have subscribed to on the same broker is no figure of ours. */
  private measure(nowMs: number, nowMicros: number): void {
    const { lines, view, options } = this;
    this.batches += 1;
    this.rate.add(nowMs, view.length);
    options.lag.record(nowMicros - view.receivedMicros(0));
    const stride = Math.max(LAG_STRIDE, Math.ceil(view.length / LAG_SAMPLES));
    for (let i = 0; i < view.length; i += stride)
      lines.of(view.feedId(i))?.waited(nowMicros - view.receivedMicros(i));
  }

  /** Message by message: whose is it, does somebody want it? */
  private sort(source: FeedBatch): void {
    const { lines, view, batch } = this;
    for (let i = 0; i < source.length; i++) {
      const line = lines.of(source.reqId(i));
      if (line === undefined || line.members.length === 0) continue; // of one that was closed meanwhile
      if (line.listeners > 0) this.handOut(line, source, i, batch);
      view.add(i);
    }
  }

  private handOut({ members }: SharedLine, source: FeedBatch, position: number, batch: number): void {
    for (let n = 0; n < members.length; n++) {
      const subscription = members[n] as Subscription;
      if (!subscription.isListening) continue;
      if (subscription.batch !== batch) this.touched.push(subscription);
      subscription.take(source, position, batch);
    }
  }
}

function lineStatsOf({ used, waiting, available }: LineBudget): LineStats {
  return { used, waiting, available };
}
