import type { FeedCounts } from "../broker/feed-treatment.js";
import { type BoardSlots, slotsOf } from "./board-slots.js";
import type { Leg, Pool } from "./legs.js";
import { LineBudget } from "./line-budget.js";
import { LineTable } from "./line-table.js";
import { type LineHost, type LineMember, SharedLine, sumOf } from "./shared-line.js";

/** The lines of a stream: who shares which, who has one, and which one a message belongs to. */
export class Lines {
  readonly budgets: Readonly<Record<Pool, LineBudget>>;
  private readonly all = new Map<SharedLine, Pool>();
  private readonly byFeedId = new LineTable<SharedLine>();
  /** Numbers whose lines ended during the batch at hand, whose messages are still theirs. */
  private readonly endedInBatch: number[] = [];
  private isInBatch = false;
  /** Of lines that are over. */
  private past = sumOf([]);
  private readonly slots: BoardSlots;
  private readonly host: LineHost;

  constructor(
    host: Pick<LineHost, "broker" | "clock" | "retryMs">,
    capacities: Readonly<Record<Pool, number>>,
  ) {
    this.slots = slotsOf(host.broker.feed.board);
    this.budgets = {
      quotes: new LineBudget(capacities.quotes),
      tickByTick: new LineBudget(capacities.tickByTick),
    };
    this.host = {
      ...host,
      opened: (line, feedId) => this.byFeedId.set(feedId, line),
      closed: (feedId) => {
        if (this.isInBatch) this.endedInBatch.push(feedId);
        else this.byFeedId.delete(feedId);
      },
    };
  }

  /** Until {@link endBatch}, {@link of} knows the lines that there were at its beginning. */
  beginBatch(): void {
    this.isInBatch = true;
  }

  endBatch(): void {
    this.isInBatch = false;
    for (const feedId of this.endedInBatch) this.byFeedId.delete(feedId);
    this.endedInBatch.length = 0;
  }

  /** Of all lines that there are and were. */
  counts(): FeedCounts {
    return sumOf([this.past, ...[...this].map((line) => line.counts())]);
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
    const shared = [...this.all.keys()].find((line) => line.key === leg.key && line.state !== "failed");
    if (shared !== undefined) {
      shared.add(member);
      this.budgets[leg.pool].changed();
      const union = unionOf(shared.request, leg.request);
      if (union !== undefined) shared.widen(union);
      return shared;
    }
    const line = new SharedLine(leg, this.slots.take(), this.budgets[leg.pool], this.host);
    line.add(member);
    this.all.set(line, leg.pool);
    return line;
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
    line.close();
    this.past = sumOf([this.past, line.counts()]);
    this.budgets[pool].remove(line);
    this.slots.giveBack(line.slot);
  }

  /** Those with a line, those of high priority first. */
  inOrder(): SharedLine[] {
    const { quotes, tickByTick } = this.budgets;
    return [...tickByTick.holders(), ...quotes.holders()] as SharedLine[];
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
