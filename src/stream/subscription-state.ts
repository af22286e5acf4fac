import type { IBKRError } from "../domain/ibkr-error.js";

/**
 * Where a subscription stands. `waiting`: for a line or a connection. `requested`: nothing came yet. `live`, `delayed`,
 * `frozen`: data comes, of that kind. `competing`: another session of the same user takes the data. `silent`: others
 * have data, this one has none. `interrupted`: the connection, or the gateway's own, is gone, or a book was damaged; it goes on by itself.
 * `failed`, `closed`: over.
 */
export type SubscriptionState =
  | "waiting"
  | "requested"
  | "live"
  | "delayed"
  | "frozen"
  | "competing"
  | "silent"
  | "interrupted"
  | "failed"
  | "closed";

/** Told with each change. */
export interface StateChange {
  readonly state: SubscriptionState;
  readonly previous: SubscriptionState;
  /** Why, in words. */
  readonly reason: string;
  /** What was wrong, for `failed`, and for others where the gateway said it. */
  readonly error?: IBKRError;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** `damaged`: the messages of a book made no sense. */
export type GapReason =
  | "connection"
  | "upstream"
  | "data-lost"
  | "competing"
  | "silent"
  | "displaced"
  | "damaged";

/** A time in which data may be missing. Told when it is over, before the data behind it. */
export interface Gap {
  /** Milliseconds since 1970: when the interruption was noticed; for silence the last data before it. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: GapReason;
}

/** Of several lines the one that is worst off says how the subscription is: the later in this list. */
const FROM_BEST: readonly SubscriptionState[] = [
  "live",
  "delayed",
  "frozen",
  "requested",
  "silent",
  "competing",
  "waiting",
  "interrupted",
  "failed",
  "closed",
];

export function isFlowing(state: SubscriptionState): boolean {
  return state === "live" || state === "delayed" || state === "frozen";
}

export function isOver(state: SubscriptionState): boolean {
  return state === "failed" || state === "closed";
}

/** The one of several that is worst off. */
export function worst<T extends { readonly state: SubscriptionState }>(all: readonly T[]): T {
  return all.reduce((a, b) => (FROM_BEST.indexOf(b.state) > FROM_BEST.indexOf(a.state) ? b : a));
}
