// The public surface, nothing else. Every name of @stoqey/ib, with IBApi and IBApiNext on the native engine.
export * from "@stoqey/ib";
export { IBApi, IBApi as default } from "./api/ib-api.js";
export { IBApiNext, type IBApiNextOptions } from "./api/ib-api-next.js";
export type { EnvironmentName, IBApiOptions } from "./api/options.js";
export type * from "./broker/index.js";
export * from "./client/history/index.js";
export * from "./client/index.js";
export {
  type ConfigEntry,
  type ConfigExplanation,
  type ConfigLogLevel,
  type ConfigSource,
  type FeatureFlags,
  IBKRConfig,
  type IBKRConfigArguments,
  type IBKRConfigOptions,
  type IBKRConfigValues,
  type LogDestination,
  type LogLevels,
  type OrdersJournalOptions,
  type PerformanceProfile,
  type SimulationOptions,
} from "./config/index.js";
export {
  type ClientStats,
  type ConnectBrokerOptions,
  type ConnectClientOptions,
  type ConnectedBroker,
  ConnectedOrders,
  type ConnectedOrdersStats,
  type ConnectedStreamStats,
  type ConnectOrdersOptions,
  type ConnectStreamOptions,
  connectBroker,
  connectOrders,
  IBKRClient,
  IBKRDataStream,
  type OrderStats,
  type ProcessStats,
} from "./connect/index.js";
export * from "./dialect/extensions/index.js";
export type { AccountFigure } from "./domain/account-figure.js";
export * as contracts from "./domain/contracts.js";
export { ERROR_CODES, type ErrorScope, type IBKRErrorCode } from "./domain/error-codes.js";
export type { GatewayCodeEffect } from "./domain/gateway-code.js";
export { type GatewayCodeInfo, gatewayCodeInfo } from "./domain/gateway-codes.js";
export type { HistoricalBar } from "./domain/historical-bar.js";
export { IBKRError, type IBKRErrorDetails } from "./domain/ibkr-error.js";
export type { WithLiterals } from "./domain/literals.js";
export type { ClientLogger, LogFunction } from "./domain/logger.js";
export { type OrderDenial, OrderDeniedError } from "./domain/order-denied-error.js";
export type { OrderStatusUpdate } from "./domain/order-status-update.js";
export * as orders from "./domain/orders.js";
export { formatPrice, type PriceIncrements, type PriceKind, roundPrice } from "./domain/prices.js";
export type { GatewayEvents, GatewayState, GatewayStats, GatewayStatus } from "./gateway/gateway-events.js";
export { IBKRGateway } from "./gateway/ibkr-gateway.js";
export type { ChannelMessages, ChannelName } from "./metrics/channels.js";
export type { HistogramSnapshot } from "./metrics/histogram.js";
export {
  type HistogramSample,
  type Measured,
  type MetricFamily,
  type MetricSample,
  MetricSet,
  type MetricSource,
} from "./metrics/metric-family.js";
export type { OperationStats } from "./metrics/operation-meter.js";
export type { SessionStats, TcpStats } from "./native/load.js";
export type { EngineOptions, ReadMode, RingPolicy } from "./native/options.js";
export type { RecordHandler } from "./native/pump.js";
export { RecordKind, type RingRecord, UNSET } from "./native/ring-record.js";
export type { ExecutionNews } from "./orders/execution-book.js";
export type { GroupKind, OrderGroup } from "./orders/order-group.js";
export type { OrderLifeState } from "./orders/order-life.js";
export {
  type Disposition,
  type OrderLatency,
  type OrderModification,
  type OrderOutcome,
  OrderTicket,
  type TicketEvents,
} from "./orders/order-ticket.js";
export { OrderTracker } from "./orders/order-tracker.js";
export type { Reconciliation } from "./orders/reconcile.js";
export type { TemplateChange, TrackedArmedOrder, TrackedTemplate } from "./orders/tracked-template.js";
export type { TrackerEvents } from "./orders/tracker-events.js";
export type { OrderTrackerOptions } from "./orders/tracker-options.js";
export type { DayBoundary, RiskDay } from "./risk/risk-day.js";
export type {
  GateLimits,
  RiskLimitOptions,
  RiskOptions,
  ScopeLimits,
  SymbolLimits,
} from "./risk/risk-options.js";
export type { RiskStateName } from "./risk/saved-risk.js";
export type { ConnectionStats } from "./session/connection-stats.js";
export type { RateStats } from "./session/request-queue.js";
export {
  RiskControl,
  type RiskDecision,
  type RiskEvents,
  type RiskScopeSnapshot,
  type RiskSnapshot,
  type StopOptions,
  type StopOutcome,
} from "./session/risk-control.js";
export type { SessionTotals } from "./session/session-counts.js";
export type { ConnectFunction, ConnectTarget } from "./session/transport/custom-transport.js";
export type { CustomOptions, TlsOptions, TransportOptions } from "./session/transport/transport-options.js";
export { decodeWireLog, type WireLogEntry } from "./session/wire-log/decode-wire-log.js";
export type { WireLogOptions } from "./session/wire-log/wire-log-options.js";
export * from "./stream/index.js";
export { formatIBTime, parseIBTime } from "./time/ib-time.js";
export { parseTradingHours, type TradingDay, type TradingSession } from "./time/trading-hours.js";
export {
  type SharedBatch,
  SharedStream,
  type SharedStreamEvents,
  type SharedStreamStats,
  SharedSubscription,
} from "./worker/index.js";
