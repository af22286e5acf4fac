import type { HistoricalBar } from "../../domain/historical-bar.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import { type HistoryBar, isSameBar, placeOf } from "./history-bar.js";

/** What is there before an answer. */
export interface Joined {
  /** No bar begins before this. */
  readonly startMs: number;
  readonly timeZone: string;
  /** The newest bar so far. */
  readonly last: HistoryBar | undefined;
}

/**
 * What an answer adds to the bars so far: each bar once, in order, those before `untilMs`. An answer that reaches back has to
 * have the newest bar so far, as it was: what it has between that and its window, another answer lacked, and is taken.
 * @throws IBKRError `ERR_IBKR_HISTORY_CHANGED` where it has not
 */
export function joined(
  answer: readonly HistoricalBar[],
  untilMs: number,
  { startMs, timeZone, last }: Joined,
): HistoryBar[] {
  const placed = inOrder(answer, timeZone);
  const lastMs = last === undefined ? undefined : placeOf(last, timeZone);
  if (last !== undefined && lastMs !== undefined) checkEdge(placed, last, lastMs);
  const afterMs = lastMs ?? Number.NEGATIVE_INFINITY;
  return placed
    .filter(([atMs]) => atMs > afterMs && atMs >= startMs && atMs < untilMs)
    .map(([, bar]) => (bar.timeMs === undefined ? { ...bar, timeZone } : bar));
}

type Placed = readonly [atMs: number, bar: HistoricalBar];

function inOrder(answer: readonly HistoricalBar[], timeZone: string): Placed[] {
  const placed = answer.map((bar) => [placeOf(bar, timeZone), bar] as const);
  const isOrdered = placed.every(([atMs], i) => i === 0 || placed[i - 1][0] < atMs);
  // Of one that comes twice the later stands.
  return isOrdered
    ? placed
    : [...new Map(placed.map((one) => [one[0], one]))].map(([, one]) => one).toSorted(byTime);
}

function byTime([a]: Placed, [b]: Placed): number {
  return a - b;
}

/** The first bar of an answer may be cut short, where the request begins within it: it proves nothing. */
function checkEdge(placed: readonly Placed[], last: HistoryBar, lastMs: number): void {
  if (placed.length === 0 || placed[0][0] >= lastMs || placed[placed.length - 1][0] < lastMs) return;
  const again = placed.find(([atMs]) => atMs === lastMs)?.[1];
  if (again !== undefined && isSameBar(again, last)) return;
  const what = last.date ?? new Date(lastMs).toISOString();
  const now = again === undefined ? "is there no longer" : `is ${prices(again)}`;
  throw new IBKRError(
    "ERR_IBKR_HISTORY_CHANGED",
    `the bar of ${what} was ${prices(last)}, and ${now}: what is behind it may not fit what is before`,
  );
}

function prices({ open, high, low, close }: HistoricalBar): string {
  return [open, high, low, close].join(" ");
}
