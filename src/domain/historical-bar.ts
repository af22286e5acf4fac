/** One bar of history. What the gateway left out is undefined. */
export interface HistoricalBar {
  /** Start of the bar in milliseconds since 1970; undefined for bars of a day and longer, which have a {@link date}. */
  readonly timeMs?: number;
  /** The trading day of a bar of a day and longer, `YYYYMMDD`, in the exchange's time zone. */
  readonly date?: string;
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly close?: number;
  /** Shares or contracts; undefined where nothing is traded, such as for MIDPOINT. */
  readonly volume?: number;
  /** Volume-weighted average price. */
  readonly wap?: number;
  /** Number of trades. */
  readonly count?: number;
}
