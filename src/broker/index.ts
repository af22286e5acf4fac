/** What a broker is asked and tells, by name: all but the three that stock has a name for already (`FamilyCode`, …). */
export type {
  AccountDesk,
  AccountScope,
  FigureScope,
  FiguresListener,
  Pnl,
  PnlListener,
  PortfolioItem,
  PortfolioListener,
  PositionPnl,
  PositionScope,
  PositionsListener,
} from "./account-desk.js";
export type { Broker, BrokerEvents, BrokerState, UpstreamState } from "./broker.js";
export type { CallOptions } from "./call-options.js";
export type {
  FeedBatch,
  FeedDataType,
  FeedListener,
  FeedRecord,
  FeedRequest,
  FeedSubscription,
  MarketFeed,
} from "./feed.js";
export type { FeedBarSpec, FeedBars } from "./feed-bars.js";
export type { FeedBoard } from "./feed-board.js";
export type { FeedBook, FeedBookSpec } from "./feed-book.js";
export type { FeedTape } from "./feed-tape.js";
export type { FeedTreatment } from "./feed-treatment.js";
export type * from "./historical-ticks.js";
export type {
  CorporateEventsRequest,
  DepthExchange,
  HeadTimestampRequest,
  HistogramBin,
  HistogramRequest,
  HistoryListener,
  HistoryRequest,
  Lookups,
  OptionChain,
  Schedule,
  ScheduledSession,
  ScheduleRequest,
  SmartComponent,
  SnapshotRequest,
  UserInfo,
} from "./lookups.js";
export type {
  Bulletin,
  BulletinsListener,
  Headline,
  Headlines,
  HeadlinesRequest,
  NewsArticle,
  NewsDesk,
} from "./news-desk.js";
export type * from "./order-desk.js";
export type * from "./order-template.js";
export type * from "./scanner-desk.js";
export type * from "./watch.js";
