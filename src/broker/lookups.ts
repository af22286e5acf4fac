import type { HistoricalBar } from "../domain/historical-bar.js";
import type { QuoteValues } from "../domain/quote.js";
import type { Contract, ContractDescription, ContractDetails } from "../domain/stock-types.js";
import type { CallOptions } from "./call-options.js";
import type { FeedDataType } from "./feed.js";
import type { HistoricalTicks, HistoricalTicksRequest, TickKind } from "./historical-ticks.js";
import type { Watch, WatchListener } from "./watch.js";

/** One request of historical bars, in the gateway's words. */
export interface HistoryRequest {
  readonly contract: Contract;
  /** The last moment, as the gateway takes it (`20260102-15:59:00`); empty: now. */
  readonly endDateTime?: string;
  /** Such as `1 D`, `2 W`, `1800 S`. */
  readonly duration: string;
  /** Such as `1 min`, `1 day`. */
  readonly barSize: string;
  /** `TRADES`, `MIDPOINT`, `BID`, `ASK`, … */
  readonly whatToShow: string;
  /** Regular trading hours only; default false. */
  readonly regularHoursOnly?: boolean;
}

export interface HistoryListener extends WatchListener {
  /** All bars until now, the growing one last: first of all, and after each restart. */
  bars(bars: readonly HistoricalBar[]): void;
  /** The growing bar as it is now, or the first of the next. */
  bar(bar: HistoricalBar): void;
}

export interface HeadTimestampRequest {
  readonly contract: Contract;
  /** `TRADES`, `MIDPOINT`, `BID`, `ASK`, … */
  readonly whatToShow: string;
  /** Regular trading hours only; default false. */
  readonly regularHoursOnly?: boolean;
}

export interface ScheduleRequest {
  readonly contract: Contract;
  /** The last moment, as the gateway takes it; empty: now. */
  readonly endDateTime?: string;
  /** Such as `5 D`, `2 W`, `1 Y`. */
  readonly duration: string;
  /** Regular trading hours only; default false. */
  readonly regularHoursOnly?: boolean;
}

/** When a contract traded. */
export interface Schedule {
  /** The exchange's time zone, as the gateway names it, such as `US/Eastern`. */
  readonly timeZone: string;
  readonly sessions: readonly ScheduledSession[];
}

export interface ScheduledSession {
  /** The trading day it belongs to, `YYYYMMDD`. */
  readonly day: string;
  /** Milliseconds since 1970. */
  readonly openMs: number;
  readonly closeMs: number;
}

/** What there is of options on an underlying at one exchange, in one class. */
export interface OptionChain {
  readonly exchange: string;
  readonly underlyingConId: number;
  readonly tradingClass: string;
  readonly multiplier: number;
  /** `YYYYMMDD`, rising. */
  readonly expirations: readonly string[];
  /** Rising. Not every strike is there at every expiration. */
  readonly strikes: readonly number[];
}

export interface SnapshotRequest {
  readonly contract: Contract;
  /** The kind of data that is wanted; default what was last set on the connection, at first live. */
  readonly marketDataType?: FeedDataType;
}

/** From this price on, until that of the next, prices go by this step. */
export interface PriceIncrement {
  readonly lowEdge: number;
  readonly increment: number;
}

export interface HistogramRequest {
  readonly contract: Contract;
  /** Such as `3 days`, `2 weeks`, `1 month`. */
  readonly period: string;
  /** Regular trading hours only; default false. */
  readonly regularHoursOnly?: boolean;
}

/** How much was traded at a price. */
export interface HistogramBin {
  readonly price: number;
  readonly size: number;
}

/** One of the exchanges behind SMART. */
export interface SmartComponent {
  /** Its place in the gateway's bit masks. */
  readonly bit: number;
  readonly exchange: string;
  /** The letter that stands for it in quotes. */
  readonly letter: string;
}

export interface DepthExchange {
  readonly exchange: string;
  readonly secType: string;
  readonly listingExchange: string;
  /** `Deep` or `Deep2`. */
  readonly serviceDataType: string;
  readonly aggregationGroup: number | undefined;
}

/** Which events of Wall Street Horizon: of a contract, or what a filter in its own JSON says. */
export interface CorporateEventsRequest {
  readonly conId?: number;
  readonly filter?: string;
  /** Also those of the watchlists, of the portfolio, of competitors; default false. */
  readonly fillWatchlist?: boolean;
  readonly fillPortfolio?: boolean;
  readonly fillCompetitors?: boolean;
  /** `YYYYMMDD`. */
  readonly startDate?: string;
  readonly endDate?: string;
  readonly limit?: number;
}

export interface UserInfo {
  /** Empty where the gateway is Interactive Brokers' own. */
  readonly whiteBrandingId: string;
}

/** Questions with one answer. */
export interface Lookups {
  /** Every contract that fits. @throws IBKRError `ERR_IBKR_NO_SECURITY_DEFINITION` where there is none */
  contractDetails(contract: Contract, options?: CallOptions): Promise<ContractDetails[]>;
  /** Stocks and others by the beginning of their name or symbol. */
  search(pattern: string, options?: CallOptions): Promise<ContractDescription[]>;
  history(request: HistoryRequest, options?: CallOptions): Promise<HistoricalBar[]>;
  /** The same, and the growing bar as it grows, every few seconds. `endDateTime` has to be empty. */
  watchHistory(request: HistoryRequest, listener: HistoryListener, options?: CallOptions): Watch;
  /** Ticks of the past, in order of time. */
  historicalTicks<K extends TickKind>(
    request: HistoricalTicksRequest<K>,
    options?: CallOptions,
  ): Promise<HistoricalTicks[K][]>;
  /** When the data begin, in milliseconds since 1970. */
  headTimestamp(request: HeadTimestampRequest, options?: CallOptions): Promise<number>;
  schedule(request: ScheduleRequest, options?: CallOptions): Promise<Schedule>;
  /**
   * @param underlying with `conId`, `symbol` and `secType`; of a future also the `exchange` of its options
   * @throws IBKRError `ERR_IBKR_ARGUMENT` without them
   */
  optionChain(underlying: Contract, options?: CallOptions): Promise<OptionChain[]>;
  /** The quote of the moment, without a subscription; comes when the gateway has all of it, at most some 11 seconds later. */
  snapshot(request: SnapshotRequest, options?: CallOptions): Promise<QuoteValues>;
  /** @param id one of `marketRuleIds` of contract details */
  marketRule(id: number, options?: CallOptions): Promise<PriceIncrement[]>;
  /** Prices rising. */
  histogram(request: HistogramRequest, options?: CallOptions): Promise<HistogramBin[]>;
  /** @param bboExchange as {@link FeedListener.bboExchange} names it */
  smartComponents(bboExchange: string, options?: CallOptions): Promise<SmartComponent[]>;
  depthExchanges(options?: CallOptions): Promise<DepthExchange[]>;
  /** What kinds of events Wall Street Horizon has: its own JSON, read. */
  corporateEventTypes(options?: CallOptions): Promise<unknown>;
  /** Its events: its own JSON, read. Ask for {@link corporateEventTypes} first: a gateway wants that. */
  corporateEvents(request: CorporateEventsRequest, options?: CallOptions): Promise<unknown>;
  userInfo(options?: CallOptions): Promise<UserInfo>;
  /** The server's clock, in milliseconds since 1970; older servers know whole seconds. */
  serverTimeMs(options?: CallOptions): Promise<number>;
}
