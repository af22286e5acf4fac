/** Market data over a broker. */
export type { FeedNews } from "../broker/feed.js";
export { FeedKind, FeedValue } from "../broker/feed-kind.js";
export type { FeedCounts, FeedPolicy, FilterReason } from "../broker/feed-treatment.js";
export type { GreekValues, QuoteValues } from "../domain/quote.js";
export { IBKRDataStream, type StreamEvents, type StreamState } from "./data-stream.js";
export type { RealTimeBar, Trade } from "./events.js";
export type { LagRecorder, LagSummary } from "./lag.js";
export { PROFILES, type ProfileName, type ProfileValues } from "./profile.js";
export type { StreamHandle } from "./share-handle.js";
export type { ShareOptions } from "./share-options.js";
export type { LineStats, StreamStats, SubscriptionStats } from "./stats.js";
export type { IBKRDataStreamOptions } from "./stream-options.js";
export type { DataTypeName, FilterOptions, KindName, SubscribeOptions } from "./subscribe-options.js";
export type { DataBatch, IterateOptions, Subscription, SubscriptionEvents } from "./subscription.js";
export type { Gap, GapReason, StateChange, SubscriptionState } from "./subscription-state.js";
