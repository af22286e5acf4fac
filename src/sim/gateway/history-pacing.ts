/**
 * Which requests for history a gateway paces. `small-bars`: those for bars of 30 seconds and less and for real-time bars,
 * as gateways of today do. `all`: bars of any size, as older ones did. `off`: none.
 */
export type HistoryPacing = "all" | "small-bars" | "off";
export const HISTORY_PACINGS = ["all", "small-bars", "off"] as const satisfies readonly HistoryPacing[];

export const PACING_VIOLATION = "Historical data request pacing violation";

const IDENTICAL_MS = 15_000;
const BURST_MS = 2_000;
/** That many of one contract, exchange and kind within {@link BURST_MS} are too many. */
const BURST = 6;
const WINDOW_MS = 600_000;
/** More than these within {@link WINDOW_MS} are too many. */
const MOST = 60;
const LARGEST_SMALL_BAR_SECONDS = 30;

/** A request as the rules see it. */
export interface PacedRequest {
  /** Length of a bar; 5 of real-time bars. */
  readonly barSeconds: number;
  readonly whatToShow: string;
  /** What contract, exchange and kind it is for. */
  readonly subject: string;
  /** All that it asks for. */
  readonly whole: string;
}

interface Made {
  readonly atMs: number;
  readonly weight: number;
  readonly subject: string;
  readonly whole: string;
}

/** Counts the requests for history of a user, whichever client made them, the refused ones included. */
export class PacingJudge {
  private made: Made[] = [];

  constructor(
    private readonly pacing: HistoryPacing,
    private readonly nowMs: () => number,
  ) {}

  /** Counts a request. @returns whether it breaks one of the rules */
  isViolation({ barSeconds, whatToShow, subject, whole }: PacedRequest): boolean {
    if (this.pacing === "off") return false;
    if (this.pacing === "small-bars" && barSeconds > LARGEST_SMALL_BAR_SECONDS) return false;
    const atMs = this.nowMs();
    this.made = this.made.filter((made) => atMs - made.atMs < WINDOW_MS);
    const weight = whatToShow.toUpperCase() === "BID_ASK" ? 2 : 1;
    const since = (ms: number) => this.made.filter((made) => atMs - made.atMs < ms);
    const isSame = since(IDENTICAL_MS).some((made) => made.whole === whole);
    const burst = sum(since(BURST_MS).filter((made) => made.subject === subject)) + weight;
    const all = sum(this.made) + weight;
    this.made.push({ atMs, weight, subject, whole });
    return isSame || burst >= BURST || all > MOST;
  }
}

function sum(made: readonly Made[]): number {
  return made.reduce((total, { weight }) => total + weight, 0);
}
