/*
 * What the page is told, as JSON: one section each, sent whole when it has changed. Times are milliseconds since 1970;
 * what is not known is left out. The page imports these types and nothing else of this package.
 */

export interface HeadUpdate {
  /** Of the client: `ready`, `interrupted`, `connecting`, `down`, `closed`. */
  readonly state: string;
  readonly account: string;
  /** The account's currency. */
  readonly currency?: string | undefined;
  readonly netLiquidation?: number | undefined;
  readonly availableFunds?: number | undefined;
  readonly dailyPnl?: number | undefined;
  readonly unrealizedPnl?: number | undefined;
  readonly realizedPnl?: number | undefined;
  /** Whether the account's figures may be old. */
  readonly isStale: boolean;
}

export interface QuoteRow {
  readonly key: string;
  readonly symbol: string;
  /** Type and exchange, to tell two of the same symbol apart. */
  readonly detail: string;
  readonly state: string;
  readonly bid?: number | undefined;
  readonly bidSize?: number | undefined;
  readonly ask?: number | undefined;
  readonly askSize?: number | undefined;
  readonly last?: number | undefined;
  readonly lastSize?: number | undefined;
  readonly volume?: number | undefined;
  /** Of the last price against the close before today, in percent. */
  readonly changePercent?: number | undefined;
  readonly high?: number | undefined;
  readonly low?: number | undefined;
  /** Since something of it came. */
  readonly ageMs?: number | undefined;
  readonly isDelayed: boolean;
}

/** Start in milliseconds since 1970, open, high, low, close, volume. */
export type ChartBar = readonly [
  startMs: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];

export interface ChartUpdate {
  readonly key: string;
  readonly symbol: string;
  readonly size: string;
  /** All that there are, or those from the last one on that the page has. */
  readonly isWhole: boolean;
  readonly bars: readonly ChartBar[];
}

export interface OrderRow {
  readonly orderId: number;
  readonly symbol: string;
  readonly action: string;
  readonly type: string;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly price?: number | undefined;
  readonly averagePrice?: number | undefined;
  readonly status: string;
  readonly isOver: boolean;
  readonly calledMs?: number | undefined;
  readonly error?: string | undefined;
}

export interface FillRow {
  readonly execId: string;
  readonly atMs: number;
  readonly symbol: string;
  readonly side: string;
  readonly quantity: number;
  readonly price: number;
  /** Whether it is of an order of this client. */
  readonly isOurs: boolean;
}

export interface PositionRow {
  readonly key: string;
  readonly symbol: string;
  readonly detail: string;
  readonly quantity: number;
  readonly averageCost?: number | undefined;
  readonly last?: number | undefined;
  readonly unrealizedPnl?: number | undefined;
}

/** Time and amount. */
export type PnlPoint = readonly [atMs: number, daily: number];

export interface PnlUpdate {
  readonly isWhole: boolean;
  readonly points: readonly PnlPoint[];
}

/** Quantiles of a duration in microseconds. */
export interface LatencyRow {
  readonly name: string;
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface FlowUpdate {
  readonly messagesPerSecond: number;
  readonly subscriptions: number;
  readonly linesUsed: number;
  readonly linesAvailable: number;
  readonly conflated: number;
  readonly dropped: number;
  readonly ringSlots: number;
  readonly ringUsedSlots: number;
  readonly ringHighWaterSlots: number;
  /** Requests and orders that wait for the limit of messages a second. */
  readonly messagesWaiting: number;
  readonly latencies: readonly LatencyRow[];
}

export interface LinkRow {
  readonly name: string;
  readonly state: string;
  readonly sinceMs: number;
  readonly reconnects: number;
  readonly error?: string | undefined;
}

export interface LinkEvent {
  readonly atMs: number;
  readonly text: string;
  readonly isBad: boolean;
}

export interface LinksUpdate {
  readonly links: readonly LinkRow[];
  /** Newest first. */
  readonly events: readonly LinkEvent[];
}

/** A figure beside its limit. */
export interface RiskRow {
  readonly name: string;
  readonly unit: string;
  readonly measured?: number | undefined;
  readonly limit?: number | undefined;
}

export interface RiskUpdate {
  /** `none`: no risk gate. */
  readonly state: "ACTIVE" | "REDUCING" | "HALTED" | "STOPPED" | "none";
  readonly reason?: string | undefined;
  readonly rows: readonly RiskRow[];
  readonly denied: number;
  readonly canStop: boolean;
}

/** Every section by its name: the `event` of the stream. */
export interface Sections {
  readonly head: HeadUpdate;
  readonly quotes: readonly QuoteRow[];
  readonly chart: ChartUpdate;
  readonly orders: readonly OrderRow[];
  readonly fills: readonly FillRow[];
  readonly positions: readonly PositionRow[];
  readonly pnl: PnlUpdate;
  readonly flow: FlowUpdate;
  readonly links: LinksUpdate;
  readonly risk: RiskUpdate;
}
