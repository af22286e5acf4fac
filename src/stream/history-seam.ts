import { FeedBarFlag, FeedBarValue } from "../broker/feed-bars.js";
import type { HistoricalBar } from "../domain/historical-bar.js";
import type { ResolvedSeries, SeriesHistory } from "./bar-options.js";
import type { BarSeries } from "./bar-series.js";
import { type BarRow, ROW_LENGTH } from "./stream-bar.js";

/** Asks the gateway for bars up to now. */
export type AskHistory = (request: SeriesHistory) => Promise<readonly HistoricalBar[]>;

const DAY_SECONDS = 86_400;
/** The shortest time that IB takes. */
const FEWEST_SECONDS = 30;
const at = FeedBarValue;

/**
 * Lets a series continue the bars of history. The first live bar begins in the middle of its interval, and nobody can say
 * which of its trades an answer of the gateway has as well. So it is history's bar with what comes behind the answer, for
 * as long as it forms; and once it is closed, history is asked for it alone, and has the last word. Until then it is not
 * told. The same after an interruption, for what was missed.
 */
export class HistorySeam {
  /** The bars from this moment on are the source's own; NaN while history is asked for. */
  private boundaryMs = Number.NaN;
  private isSettling = false;
  private isSettled = false;
  /** Bars that begin up to here are as they stay. */
  private afterMs = Number.NEGATIVE_INFINITY;
  /** Counts requests: an answer to one that is no longer of interest is left alone. */
  private turn = 0;

  constructor(
    private readonly series: BarSeries,
    private readonly history: SeriesHistory,
    private readonly host: {
      readonly ask: AskHistory;
      now(): number;
      /** Something came of an answer. */
      changed(): void;
      answered(error?: unknown): void;
    },
  ) {}

  private get options(): ResolvedSeries {
    return this.series.options;
  }

  private get lengthMs(): number {
    return Math.round(this.options.size * 1_000);
  }

  /** How many bars may be told. */
  get limit(): number {
    const { series } = this;
    if (this.isSettled) return series.closedCount;
    return Number.isNaN(this.boundaryMs) ? 0 : series.closedBefore(this.boundaryMs);
  }

  /** The series has a source that begins now. */
  async opened(): Promise<void> {
    const { series } = this;
    if (this.isSettled) this.afterMs = series.newestStartMs ?? this.afterMs;
    else if (!Number.isNaN(this.boundaryMs)) this.afterMs = this.boundaryMs - 1;
    this.isSettled = false;
    this.isSettling = false;
    this.boundaryMs = Number.NaN;
    const { duration } = this.history;
    const first = this.afterMs === Number.NEGATIVE_INFINITY;
    const rows = await this.ask(first ? duration : this.durationSince(this.afterMs));
    if (rows === undefined) return;
    const { lengthMs } = this;
    const boundary = series.sourceFirstMs ?? Math.floor(this.host.now() / lengthMs) * lengthMs;
    const before = rows.filter((row) => row[at.startMs] > this.afterMs && row[at.startMs] < boundary);
    series.fill(before, this.afterMs, boundary);
    const forming = rows.find((row) => row[at.startMs] === boundary);
    if (forming !== undefined) series.resume(marked(forming));
    this.boundaryMs = boundary;
    // Now, and not with the answer: who waits for history reads it in the same turn.
    this.host.answered();
    this.host.changed();
    this.look();
  }

  /** Some bars may have been closed. */
  look(): void {
    if (this.isSettled || this.isSettling || Number.isNaN(this.boundaryMs)) return;
    if (this.series.newestStartMs === undefined || this.series.newestStartMs < this.boundaryMs) return;
    void this.settle();
  }

  private async settle(): Promise<void> {
    this.isSettling = true;
    const { boundaryMs } = this;
    const rows = await this.ask(this.durationSince(boundaryMs));
    if (rows === undefined) return;
    const whole = rows.find((row) => row[at.startMs] === boundaryMs);
    if (whole !== undefined) this.series.fill([whole], boundaryMs - 1, boundaryMs + 1);
    this.end();
  }

  /** Nothing is asked any more; answers on their way are left alone. */
  close(): void {
    this.turn += 1;
    this.isSettled = true;
  }

  private end(): void {
    this.isSettled = true;
    this.host.changed();
  }

  /** What is not answered leaves the bars as they are. */
  private async ask(duration: string): Promise<BarRow[] | undefined> {
    this.turn += 1;
    const { turn } = this;
    try {
      const answer = await this.host.ask({ ...this.history, duration });
      if (turn !== this.turn) return undefined;
      return answer.flatMap((bar) => rowOf(bar, this.options, this.lengthMs) ?? []);
    } catch (error) {
      if (turn !== this.turn) return undefined;
      this.host.answered(error);
      this.end();
      return undefined;
    }
  }

  private durationSince(startMs: number): string {
    const seconds = Math.ceil((this.host.now() - startMs + 2 * this.lengthMs) / 1_000);
    if (seconds > DAY_SECONDS) return `${Math.ceil(seconds / DAY_SECONDS)} D`;
    return `${Math.max(FEWEST_SECONDS, seconds)} S`;
  }
}

function marked(row: BarRow): BarRow {
  row[at.flags] |= FeedBarFlag.gap;
  return row;
}

/** A bar of history with the numbers of one of the core's; undefined for one that says nothing. */
function rowOf(bar: HistoricalBar, { spec }: ResolvedSeries, lengthMs: number): BarRow | undefined {
  const { timeMs, open, high, low, close, volume = 0, wap, count = 0 } = bar;
  if (timeMs === undefined || open === undefined || high === undefined || low === undefined) return undefined;
  if (close === undefined) return undefined;
  const isEmpty = spec.price === "trades" && volume === 0 && count === 0;
  if (isEmpty && spec.empty === "skip") return undefined;
  const row = new Float64Array(ROW_LENGTH);
  row[at.startMs] = timeMs;
  row[at.endMs] = timeMs + lengthMs;
  row[at.open] = open;
  row[at.high] = high;
  row[at.low] = low;
  row[at.close] = close;
  row[at.volume] = volume;
  row[at.notional] = volume === 0 ? 0 : volume * (wap ?? close);
  row[at.count] = count;
  row[at.firstMs] = isEmpty ? Number.NaN : timeMs;
  row[at.lastMs] = isEmpty ? Number.NaN : timeMs + lengthMs - 1;
  row[at.flags] = isEmpty ? FeedBarFlag.carried : 0;
  return row;
}
