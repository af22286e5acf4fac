import { LineTable } from "../stream/line-table.js";
import type { SharedSubscription } from "./shared-subscription.js";

/** How many numbers of lines that are over are still known: their last messages may not be read yet. */
export const MOST_PAST = 4_096;

/** Whose messages with a number are; of several subscriptions that share a line, the oldest's. */
export class SharedLines {
  private readonly table = new LineTable<SharedSubscription>();
  private readonly members = new Map<number, Set<SharedSubscription>>();
  private readonly past: number[] = [];

  of(feedId: number): SharedSubscription | undefined {
    return this.table.get(feedId);
  }

  /** The numbers that a subscription had, and those that it has now. */
  change(subscription: SharedSubscription, before: readonly number[], now: readonly number[]): void {
    for (const feedId of now) if (!before.includes(feedId)) this.join(feedId, subscription);
    for (const feedId of before) if (!now.includes(feedId)) this.leave(feedId, subscription);
  }

  private join(feedId: number, subscription: SharedSubscription): void {
    const members = this.members.get(feedId) ?? new Set();
    this.members.set(feedId, members.add(subscription));
    this.table.set(feedId, oldestOf(members));
  }

  private leave(feedId: number, subscription: SharedSubscription): void {
    const members = this.members.get(feedId);
    if (members === undefined) return;
    members.delete(subscription);
    if (members.size > 0) {
      this.table.set(feedId, oldestOf(members));
      return;
    }
    this.members.delete(feedId);
    this.past.push(feedId);
    if (this.past.length <= MOST_PAST) return;
    const oldest = this.past.shift() as number;
    if (!this.members.has(oldest)) this.table.delete(oldest);
  }
}

function oldestOf(members: ReadonlySet<SharedSubscription>): SharedSubscription {
  let oldest: SharedSubscription | undefined;
  for (const member of members) if (oldest === undefined || member.id < oldest.id) oldest = member;
  return oldest as SharedSubscription;
}
