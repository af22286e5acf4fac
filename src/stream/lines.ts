import type { FeedBatch } from "../broker/feed.js";
import type { FeedCounts } from "../broker/feed-treatment.js";
import { type BoardSlots, slotsOf } from "./board-slots.js";
import { sumOf } from "./feed-counts.js";
import type { Leg, Pool } from "./legs.js";
import { LineBudget } from "./line-budget.js";
import { LineTable } from "./line-table.js";
import { isClockNotice, MessageCounts } from "./message-counts.js";
import { type LineHost, type LineMember, SharedLine } from "./shared-line.js";

/** How often a line's own figures are written, at the most: thousands of lines do not fit into the caches. */
const FOLD_MS = 1000;

/** The lines of a stream: who shares which, who has one, and which one a message belongs to. */
export class Lines {
  readonly budgets: Readonly<Record<Pool, LineBudget>>;
  private readonly all = new Map<SharedLine, Pool>();
  /** The newest of each key: older ones of it have failed. */
  private readonly byKey = new Map<string, SharedLine>();
  private readonly byFeedId = new LineTable<SharedLine>();
  private readonly messages = new MessageCounts();
  private readonly unsettled = new Set<SharedLine>();
  /** Numbers of lines that bars are made of. */
  private readonly withBars = new Set<number>();
  /** Numbers whose lines ended during the batch at hand, whose messages are still theirs. */
  private readonly endedInBatch: number[] = [];
  private isInBatch = false;
  /** Every message of the batch at hand was of a line that there was when it came. */
  private areAllOurs = false;
  private listeners = 0;
  private lastBatchMs = Number.NaN;
  private foldedMs = Number.NEGATIVE_INFINITY;
  /** Of lines that are over. */
  private past = sumOf([]);
  private readonly slots: BoardSlots;
  private readonly host: LineHost;

  constructor(
    host: Pick<LineHost, "broker" | "clock" | "retryMs" | "opening"> & { asked(line: SharedLine): void },
    capacities: Readonly<Record<Pool, number>>,
  ) {
    this.slots = slotsOf(host.broker.feed.board);
    this.budgets = {
      quotes: new LineBudget(capacities.quotes),
      tickByTick: new LineBudget(capacities.tickByTick),
      depth: new LineBudget(capacities.depth),
    };
    this.host = {
      ...host,
      opened: (line, feedId) => {
        this.opened(line, feedId);
        host.asked(line);
      },
      closed: (line, feedId) => this.closed(line, feedId),
      settledChanged: (line) => this.look(line),
      listenersChanged: (by) => {
        this.listeners += by;
      },
    };
  }

  private opened(line: SharedLine, feedId: number): void {
    this.byFeedId.set(feedId, line);
    this.messages.open(feedId);
    line.counted = this.messages.of(feedId);
    if (line.hasBars) this.withBars.add(feedId);
    this.look(line);
  }

  private closed(line: SharedLine, feedId: number): void {
    this.unsettled.delete(line);
    // Some of its messages may be on their way: they are nobody's then.
    this.messages.close(feedId);
    this.withBars.delete(feedId);
    if (this.isInBatch) this.endedInBatch.push(feedId);
    else this.byFeedId.delete(feedId);
  }

  private look(line: SharedLine): void {
    if (line.isOpen && !line.isSettled) this.unsettled.add(line);
    else this.unsettled.delete(line);
  }

  // --- batches ---------------------------------------------------------------------------------------------------

  /**
   * Counts a batch's messages, and tells lines that waited for data that it is there. Until {@link endBatch}, {@link of}
   * knows the lines that there are now.
   */
  beginBatch(batch: FeedBatch, nowMs: number): void {
    this.areAllOurs = this.messages.add(batch);
    if (this.withBars.size > 0) this.messages.discount(batch);
    this.lastBatchMs = nowMs;
    this.isInBatch = true;
    if (!this.mayHaveData()) return;
    const fresh = this.unsettledIn(batch);
    for (const line of [...this.unsettled]) if (fresh.has(line)) line.data(nowMs);
  }

  endBatch(): void {
    this.isInBatch = false;
    for (const feedId of this.endedInBatch) this.byFeedId.delete(feedId);
    this.endedInBatch.length = 0;
    if (this.lastBatchMs - this.foldedMs >= FOLD_MS) this.fold();
  }

  /** Lines may wait for hours: a batch is looked through only when one of them has come up in it. */
  private mayHaveData(): boolean {
    for (const { feedId, counted } of this.unsettled)
      if (feedId !== undefined && this.messages.of(feedId) !== counted) return true;
    return false;
  }

  /** Lines that wait for data of which there is some in the batch, of after the interruption. */
  private unsettledIn(batch: FeedBatch): Set<SharedLine> {
    const found = new Set<SharedLine>();
    for (let i = 0; i < batch.length; i++) {
      const line = this.byFeedId.get(batch.reqId(i));
      if (line === undefined || !this.unsettled.has(line)) continue;
      if (batch.receivedMicros(i) >= line.notBeforeMicros && !isClockNotice(batch, i)) found.add(line);
    }
    return found;
  }

  /** Nobody listens to one line alone, and every message of the batch at hand is of a line of this stream. */
  get isUniform(): boolean {
    return this.listeners === 0 && this.areAllOurs;
  }

  /** What was counted since the last time becomes the lines' own figures. */
  fold(): void {
    this.foldedMs = this.lastBatchMs;
    for (const line of this.all.keys()) {
      const { feedId } = line;
      if (feedId === undefined) continue;
      const count = this.messages.of(feedId);
      const fresh = (count - line.counted) >>> 0;
      if (fresh === 0) continue;
      line.counted = count;
      line.handled(fresh, this.lastBatchMs);
    }
  }

  /** Of all lines that there are and were. */
  counts(): FeedCounts {
    return sumOf([this.past, ...Array.from(this, (line) => line.counts())]);
  }

  /** The line with this number at the feed. */
  of(feedId: number): SharedLine | undefined {
    return this.byFeedId.get(feedId);
  }

  get size(): number {
    return this.all.size;
  }

  [Symbol.iterator](): Iterator<SharedLine> {
    return this.all.keys();
  }

  /** A line for a leg: one that there is, or a new one. The member hears of its state from then on. */
  join(leg: Leg, member: LineMember): SharedLine {
    const shared = this.byKey.get(leg.key);
    if (shared !== undefined && shared.state !== "failed") {
      shared.add(member);
      this.budgets[leg.pool].changed();
      const union = unionOf(shared.request, leg.request);
      if (union !== undefined) shared.widen(union);
      return shared;
    }
    const line = new SharedLine(leg, this.slots.take(), this.budgets[leg.pool], this.host);
    line.add(member);
    this.all.set(line, leg.pool);
    this.byKey.set(line.key, line);
    return line;
  }

  /** No line is given out any more. */
  stop(): void {
    for (const budget of Object.values(this.budgets)) budget.stop();
  }

  /** To be called after {@link join}, when the member knows its line: only now it is asked for. */
  start(line: SharedLine): void {
    const pool = this.all.get(line);
    if (pool !== undefined && !this.budgets[pool].has(line)) this.budgets[pool].add(line);
  }

  /** The line ends with its last member. */
  leave(line: SharedLine, member: LineMember): void {
    const at = line.members.indexOf(member);
    const pool = this.all.get(line);
    if (at === -1 || pool === undefined) return;
    line.remove(member);
    if (line.members.length > 0) {
      this.budgets[pool].changed();
      return;
    }
    this.all.delete(line);
    if (this.byKey.get(line.key) === line) this.byKey.delete(line.key);
    line.close();
    this.past = sumOf([this.past, line.counts()]);
    this.budgets[pool].remove(line);
    this.slots.giveBack(line.slot);
  }

  /** Those with a line, those of high priority first. */
  inOrder(): SharedLine[] {
    const { quotes, tickByTick, depth } = this.budgets;
    return [...tickByTick.holders(), ...quotes.holders(), ...depth.holders()] as SharedLine[];
  }
}

/** The request for both, if the one that there is does not bring it. */
function unionOf(there: Leg["request"], wanted: Leg["request"]): Leg["request"] | undefined {
  if (there.kind !== "quotes" || wanted.kind !== "quotes") return undefined;
  const ids = new Set(there.genericTicks);
  const before = ids.size;
  for (const id of wanted.genericTicks ?? []) ids.add(id);
  return ids.size === before ? undefined : { ...there, genericTicks: [...ids].sort((a, b) => a - b) };
}
