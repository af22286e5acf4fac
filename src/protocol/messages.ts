import { IBKRError } from "../domain/ibkr-error.js";
import { encodePayload } from "./codec.js";
import type { Message, MessageName } from "./schema.js";

/** A raw id above this has a protobuf body: the base id is the raw id less this. */
export const PROTOBUF_ID_OFFSET = 200;

/** A message of one direction. */
export interface MessageEntry {
  /** Base id, 1 to 200. The two directions number separately. */
  readonly id: number;
  /** Its protobuf message; undefined where only the text form exists. */
  readonly schema: MessageName | undefined;
  /** First server version that sends (incoming) or takes (outgoing) it as protobuf; undefined: never. */
  readonly since: number | undefined;
}

/**
 * What the server sends. The first version of COMMISSION_AND_FEES_REPORT, HISTORICAL_SCHEDULE and the two REROUTE
 * messages lies somewhere in 207..215; 213 stands here, from which on all is protobuf.
 */
export const INCOMING = {
  TICK_PRICE: { id: 1, schema: "TickPrice", since: 206 },
  TICK_SIZE: { id: 2, schema: "TickSize", since: 206 },
  ORDER_STATUS: { id: 3, schema: "OrderStatus", since: 203 },
  ERR_MSG: { id: 4, schema: "ErrorMessage", since: 201 },
  OPEN_ORDER: { id: 5, schema: "OpenOrder", since: 203 },
  ACCT_VALUE: { id: 6, schema: "AccountValue", since: 207 },
  PORTFOLIO_VALUE: { id: 7, schema: "PortfolioValue", since: 207 },
  ACCT_UPDATE_TIME: { id: 8, schema: "AccountUpdateTime", since: 207 },
  NEXT_VALID_ID: { id: 9, schema: "NextValidId", since: 213 },
  CONTRACT_DATA: { id: 10, schema: "ContractData", since: 205 },
  EXECUTION_DATA: { id: 11, schema: "ExecutionDetails", since: 201 },
  MARKET_DEPTH: { id: 12, schema: "MarketDepth", since: 206 },
  MARKET_DEPTH_L2: { id: 13, schema: "MarketDepthL2", since: 206 },
  NEWS_BULLETINS: { id: 14, schema: "NewsBulletin", since: 209 },
  MANAGED_ACCTS: { id: 15, schema: "ManagedAccounts", since: 207 },
  RECEIVE_FA: { id: 16, schema: "ReceiveFA", since: 211 },
  HISTORICAL_DATA: { id: 17, schema: "HistoricalData", since: 208 },
  BOND_CONTRACT_DATA: { id: 18, schema: "ContractData", since: 205 },
  SCANNER_PARAMETERS: { id: 19, schema: "ScannerParameters", since: 210 },
  SCANNER_DATA: { id: 20, schema: "ScannerData", since: 210 },
  TICK_OPTION_COMPUTATION: { id: 21, schema: "TickOptionComputation", since: 206 },
  TICK_GENERIC: { id: 45, schema: "TickGeneric", since: 206 },
  TICK_STRING: { id: 46, schema: "TickString", since: 206 },
  TICK_EFP: { id: 47, schema: undefined, since: undefined },
  CURRENT_TIME: { id: 49, schema: "CurrentTime", since: 213 },
  REAL_TIME_BARS: { id: 50, schema: "RealTimeBarTick", since: 208 },
  FUNDAMENTAL_DATA: { id: 51, schema: "FundamentalsData", since: 210 },
  CONTRACT_DATA_END: { id: 52, schema: "ContractDataEnd", since: 205 },
  OPEN_ORDER_END: { id: 53, schema: "OpenOrdersEnd", since: 203 },
  ACCT_DOWNLOAD_END: { id: 54, schema: "AccountDataEnd", since: 207 },
  EXECUTION_DATA_END: { id: 55, schema: "ExecutionDetailsEnd", since: 201 },
  DELTA_NEUTRAL_VALIDATION: { id: 56, schema: undefined, since: undefined },
  TICK_SNAPSHOT_END: { id: 57, schema: "TickSnapshotEnd", since: 206 },
  MARKET_DATA_TYPE: { id: 58, schema: "MarketDataType", since: 206 },
  COMMISSION_AND_FEES_REPORT: { id: 59, schema: "CommissionAndFeesReport", since: 213 },
  POSITION_DATA: { id: 61, schema: "Position", since: 207 },
  POSITION_END: { id: 62, schema: "PositionEnd", since: 207 },
  ACCOUNT_SUMMARY: { id: 63, schema: "AccountSummary", since: 207 },
  ACCOUNT_SUMMARY_END: { id: 64, schema: "AccountSummaryEnd", since: 207 },
  VERIFY_MESSAGE_API: { id: 65, schema: "VerifyMessageApi", since: 213 },
  VERIFY_COMPLETED: { id: 66, schema: "VerifyCompleted", since: 213 },
  DISPLAY_GROUP_LIST: { id: 67, schema: "DisplayGroupList", since: 213 },
  DISPLAY_GROUP_UPDATED: { id: 68, schema: "DisplayGroupUpdated", since: 213 },
  VERIFY_AND_AUTH_MESSAGE_API: { id: 69, schema: undefined, since: undefined },
  VERIFY_AND_AUTH_COMPLETED: { id: 70, schema: undefined, since: undefined },
  POSITION_MULTI: { id: 71, schema: "PositionMulti", since: 207 },
  POSITION_MULTI_END: { id: 72, schema: "PositionMultiEnd", since: 207 },
  ACCOUNT_UPDATE_MULTI: { id: 73, schema: "AccountUpdateMulti", since: 207 },
  ACCOUNT_UPDATE_MULTI_END: { id: 74, schema: "AccountUpdateMultiEnd", since: 207 },
  SECURITY_DEFINITION_OPTION_PARAMETER: { id: 75, schema: "SecDefOptParameter", since: 212 },
  SECURITY_DEFINITION_OPTION_PARAMETER_END: { id: 76, schema: "SecDefOptParameterEnd", since: 212 },
  SOFT_DOLLAR_TIERS: { id: 77, schema: "SoftDollarTiers", since: 212 },
  FAMILY_CODES: { id: 78, schema: "FamilyCodes", since: 212 },
  SYMBOL_SAMPLES: { id: 79, schema: "SymbolSamples", since: 212 },
  MKT_DEPTH_EXCHANGES: { id: 80, schema: "MarketDepthExchanges", since: 213 },
  TICK_REQ_PARAMS: { id: 81, schema: "TickReqParams", since: 206 },
  SMART_COMPONENTS: { id: 82, schema: "SmartComponents", since: 212 },
  NEWS_ARTICLE: { id: 83, schema: "NewsArticle", since: 209 },
  TICK_NEWS: { id: 84, schema: "TickNews", since: 209 },
  NEWS_PROVIDERS: { id: 85, schema: "NewsProviders", since: 209 },
  HISTORICAL_NEWS: { id: 86, schema: "HistoricalNews", since: 209 },
  HISTORICAL_NEWS_END: { id: 87, schema: "HistoricalNewsEnd", since: 209 },
  HEAD_TIMESTAMP: { id: 88, schema: "HeadTimestamp", since: 208 },
  HISTOGRAM_DATA: { id: 89, schema: "HistogramData", since: 208 },
  HISTORICAL_DATA_UPDATE: { id: 90, schema: "HistoricalDataUpdate", since: 208 },
  REROUTE_MKT_DATA_REQ: { id: 91, schema: "RerouteMarketDataRequest", since: 213 },
  REROUTE_MKT_DEPTH_REQ: { id: 92, schema: "RerouteMarketDepthRequest", since: 213 },
  MARKET_RULE: { id: 93, schema: "MarketRule", since: 212 },
  PNL: { id: 94, schema: "PnL", since: 210 },
  PNL_SINGLE: { id: 95, schema: "PnLSingle", since: 210 },
  HISTORICAL_TICKS: { id: 96, schema: "HistoricalTicks", since: 208 },
  HISTORICAL_TICKS_BID_ASK: { id: 97, schema: "HistoricalTicksBidAsk", since: 208 },
  HISTORICAL_TICKS_LAST: { id: 98, schema: "HistoricalTicksLast", since: 208 },
  TICK_BY_TICK: { id: 99, schema: "TickByTickData", since: 208 },
  ORDER_BOUND: { id: 100, schema: "OrderBound", since: 204 },
  COMPLETED_ORDER: { id: 101, schema: "CompletedOrder", since: 204 },
  COMPLETED_ORDERS_END: { id: 102, schema: "CompletedOrdersEnd", since: 204 },
  REPLACE_FA_END: { id: 103, schema: "ReplaceFAEnd", since: 211 },
  WSH_META_DATA: { id: 104, schema: "WshMetaData", since: 209 },
  WSH_EVENT_DATA: { id: 105, schema: "WshEventData", since: 209 },
  HISTORICAL_SCHEDULE: { id: 106, schema: "HistoricalSchedule", since: 213 },
  USER_INFO: { id: 107, schema: "UserInfo", since: 212 },
  HISTORICAL_DATA_END: { id: 108, schema: "HistoricalDataEnd", since: 208 },
  CURRENT_TIME_IN_MILLIS: { id: 109, schema: "CurrentTimeInMillis", since: 213 },
  CONFIG_RESPONSE: { id: 110, schema: "ConfigResponse", since: 219 },
  UPDATE_CONFIG_RESPONSE: { id: 111, schema: "UpdateConfigResponse", since: 221 },
} as const satisfies Record<string, MessageEntry>;

/** What the client sends. */
export const OUTGOING = {
  REQ_MKT_DATA: { id: 1, schema: "MarketDataRequest", since: 206 },
  CANCEL_MKT_DATA: { id: 2, schema: "CancelMarketData", since: 206 },
  PLACE_ORDER: { id: 3, schema: "PlaceOrderRequest", since: 203 },
  CANCEL_ORDER: { id: 4, schema: "CancelOrderRequest", since: 203 },
  REQ_OPEN_ORDERS: { id: 5, schema: "OpenOrdersRequest", since: 204 },
  REQ_ACCT_DATA: { id: 6, schema: "AccountDataRequest", since: 207 },
  REQ_EXECUTIONS: { id: 7, schema: "ExecutionRequest", since: 201 },
  REQ_IDS: { id: 8, schema: "IdsRequest", since: 213 },
  REQ_CONTRACT_DATA: { id: 9, schema: "ContractDataRequest", since: 205 },
  REQ_MKT_DEPTH: { id: 10, schema: "MarketDepthRequest", since: 206 },
  CANCEL_MKT_DEPTH: { id: 11, schema: "CancelMarketDepth", since: 206 },
  REQ_NEWS_BULLETINS: { id: 12, schema: "NewsBulletinsRequest", since: 209 },
  CANCEL_NEWS_BULLETINS: { id: 13, schema: "CancelNewsBulletins", since: 209 },
  SET_SERVER_LOGLEVEL: { id: 14, schema: "SetServerLogLevelRequest", since: 213 },
  REQ_AUTO_OPEN_ORDERS: { id: 15, schema: "AutoOpenOrdersRequest", since: 204 },
  REQ_ALL_OPEN_ORDERS: { id: 16, schema: "AllOpenOrdersRequest", since: 204 },
  REQ_MANAGED_ACCTS: { id: 17, schema: "ManagedAccountsRequest", since: 207 },
  REQ_FA: { id: 18, schema: "FARequest", since: 211 },
  REPLACE_FA: { id: 19, schema: "FAReplace", since: 211 },
  REQ_HISTORICAL_DATA: { id: 20, schema: "HistoricalDataRequest", since: 208 },
  EXERCISE_OPTIONS: { id: 21, schema: "ExerciseOptionsRequest", since: 211 },
  REQ_SCANNER_SUBSCRIPTION: { id: 22, schema: "ScannerSubscriptionRequest", since: 210 },
  CANCEL_SCANNER_SUBSCRIPTION: { id: 23, schema: "CancelScannerSubscription", since: 210 },
  REQ_SCANNER_PARAMETERS: { id: 24, schema: "ScannerParametersRequest", since: 210 },
  CANCEL_HISTORICAL_DATA: { id: 25, schema: "CancelHistoricalData", since: 208 },
  REQ_CURRENT_TIME: { id: 49, schema: "CurrentTimeRequest", since: 213 },
  REQ_REAL_TIME_BARS: { id: 50, schema: "RealTimeBarsRequest", since: 208 },
  CANCEL_REAL_TIME_BARS: { id: 51, schema: "CancelRealTimeBars", since: 208 },
  REQ_FUNDAMENTAL_DATA: { id: 52, schema: "FundamentalsDataRequest", since: 210 },
  CANCEL_FUNDAMENTAL_DATA: { id: 53, schema: "CancelFundamentalsData", since: 210 },
  REQ_CALC_IMPLIED_VOLAT: { id: 54, schema: "CalculateImpliedVolatilityRequest", since: 211 },
  REQ_CALC_OPTION_PRICE: { id: 55, schema: "CalculateOptionPriceRequest", since: 211 },
  CANCEL_CALC_IMPLIED_VOLAT: { id: 56, schema: "CancelCalculateImpliedVolatility", since: 211 },
  CANCEL_CALC_OPTION_PRICE: { id: 57, schema: "CancelCalculateOptionPrice", since: 211 },
  REQ_GLOBAL_CANCEL: { id: 58, schema: "GlobalCancelRequest", since: 203 },
  REQ_MARKET_DATA_TYPE: { id: 59, schema: "MarketDataTypeRequest", since: 206 },
  REQ_POSITIONS: { id: 61, schema: "PositionsRequest", since: 207 },
  REQ_ACCOUNT_SUMMARY: { id: 62, schema: "AccountSummaryRequest", since: 207 },
  CANCEL_ACCOUNT_SUMMARY: { id: 63, schema: "CancelAccountSummary", since: 207 },
  CANCEL_POSITIONS: { id: 64, schema: "CancelPositions", since: 207 },
  VERIFY_REQUEST: { id: 65, schema: "VerifyRequest", since: 213 },
  VERIFY_MESSAGE: { id: 66, schema: "VerifyMessageRequest", since: 213 },
  QUERY_DISPLAY_GROUPS: { id: 67, schema: "QueryDisplayGroupsRequest", since: 213 },
  SUBSCRIBE_TO_GROUP_EVENTS: { id: 68, schema: "SubscribeToGroupEventsRequest", since: 213 },
  UPDATE_DISPLAY_GROUP: { id: 69, schema: "UpdateDisplayGroupRequest", since: 213 },
  UNSUBSCRIBE_FROM_GROUP_EVENTS: { id: 70, schema: "UnsubscribeFromGroupEventsRequest", since: 213 },
  START_API: { id: 71, schema: "StartApiRequest", since: 213 },
  VERIFY_AND_AUTH_REQUEST: { id: 72, schema: undefined, since: undefined },
  VERIFY_AND_AUTH_MESSAGE: { id: 73, schema: undefined, since: undefined },
  REQ_POSITIONS_MULTI: { id: 74, schema: "PositionsMultiRequest", since: 207 },
  CANCEL_POSITIONS_MULTI: { id: 75, schema: "CancelPositionsMulti", since: 207 },
  REQ_ACCOUNT_UPDATES_MULTI: { id: 76, schema: "AccountUpdatesMultiRequest", since: 207 },
  CANCEL_ACCOUNT_UPDATES_MULTI: { id: 77, schema: "CancelAccountUpdatesMulti", since: 207 },
  REQ_SEC_DEF_OPT_PARAMS: { id: 78, schema: "SecDefOptParamsRequest", since: 212 },
  REQ_SOFT_DOLLAR_TIERS: { id: 79, schema: "SoftDollarTiersRequest", since: 212 },
  REQ_FAMILY_CODES: { id: 80, schema: "FamilyCodesRequest", since: 212 },
  REQ_MATCHING_SYMBOLS: { id: 81, schema: "MatchingSymbolsRequest", since: 212 },
  REQ_MKT_DEPTH_EXCHANGES: { id: 82, schema: "MarketDepthExchangesRequest", since: 213 },
  REQ_SMART_COMPONENTS: { id: 83, schema: "SmartComponentsRequest", since: 212 },
  REQ_NEWS_ARTICLE: { id: 84, schema: "NewsArticleRequest", since: 209 },
  REQ_NEWS_PROVIDERS: { id: 85, schema: "NewsProvidersRequest", since: 209 },
  REQ_HISTORICAL_NEWS: { id: 86, schema: "HistoricalNewsRequest", since: 209 },
  REQ_HEAD_TIMESTAMP: { id: 87, schema: "HeadTimestampRequest", since: 208 },
  REQ_HISTOGRAM_DATA: { id: 88, schema: "HistogramDataRequest", since: 208 },
  CANCEL_HISTOGRAM_DATA: { id: 89, schema: "CancelHistogramData", since: 208 },
  CANCEL_HEAD_TIMESTAMP: { id: 90, schema: "CancelHeadTimestamp", since: 208 },
  REQ_MARKET_RULE: { id: 91, schema: "MarketRuleRequest", since: 212 },
  REQ_PNL: { id: 92, schema: "PnLRequest", since: 210 },
  CANCEL_PNL: { id: 93, schema: "CancelPnL", since: 210 },
  REQ_PNL_SINGLE: { id: 94, schema: "PnLSingleRequest", since: 210 },
  CANCEL_PNL_SINGLE: { id: 95, schema: "CancelPnLSingle", since: 210 },
  REQ_HISTORICAL_TICKS: { id: 96, schema: "HistoricalTicksRequest", since: 208 },
  REQ_TICK_BY_TICK_DATA: { id: 97, schema: "TickByTickRequest", since: 208 },
  CANCEL_TICK_BY_TICK_DATA: { id: 98, schema: "CancelTickByTick", since: 208 },
  REQ_COMPLETED_ORDERS: { id: 99, schema: "CompletedOrdersRequest", since: 204 },
  REQ_WSH_META_DATA: { id: 100, schema: "WshMetaDataRequest", since: 209 },
  CANCEL_WSH_META_DATA: { id: 101, schema: "CancelWshMetaData", since: 209 },
  REQ_WSH_EVENT_DATA: { id: 102, schema: "WshEventDataRequest", since: 209 },
  CANCEL_WSH_EVENT_DATA: { id: 103, schema: "CancelWshEventData", since: 209 },
  REQ_USER_INFO: { id: 104, schema: "UserInfoRequest", since: 212 },
  REQ_CURRENT_TIME_IN_MILLIS: { id: 105, schema: "CurrentTimeInMillisRequest", since: 213 },
  CANCEL_CONTRACT_DATA: { id: 106, schema: "CancelContractData", since: 215 },
  CANCEL_HISTORICAL_TICKS: { id: 107, schema: "CancelHistoricalTicks", since: 215 },
  REQ_CONFIG: { id: 108, schema: "ConfigRequest", since: 219 },
  UPDATE_CONFIG: { id: 109, schema: "UpdateConfigRequest", since: 221 },
} as const satisfies Record<string, MessageEntry>;

export type IncomingName = keyof typeof INCOMING;
export type OutgoingName = keyof typeof OUTGOING;

type SchemaNameOf<E> = E extends { readonly schema: infer N extends MessageName } ? N : never;

/** The body of an incoming message; never for one that exists as text only. */
export type Incoming<N extends IncomingName> = Message<SchemaNameOf<(typeof INCOMING)[N]>>;
/** The body of an outgoing message; never for one that exists as text only. */
export type Outgoing<N extends OutgoingName> = Message<SchemaNameOf<(typeof OUTGOING)[N]>>;

const incomingNames = namesById<IncomingName>(INCOMING);
const outgoingNames = namesById<OutgoingName>(OUTGOING);

/** The name of an incoming base id, or undefined. */
export function incomingName(id: number): IncomingName | undefined {
  return incomingNames.get(id);
}

/** The name of an outgoing base id, or undefined. */
export function outgoingName(id: number): OutgoingName | undefined {
  return outgoingNames.get(id);
}

/**
 * The payload (raw id and body, without the length) of a message that a server sends.
 * @throws CodecError if `body` does not fit the schema; `ERR_IBKR_INTERNAL` if the message has no protobuf form.
 */
export function incomingPayload<N extends IncomingName>(name: N, body: Incoming<N>): Uint8Array {
  return payload(name, INCOMING[name], body);
}

/**
 * The payload (raw id and body, without the length) of a message that a client sends.
 * @throws CodecError if `body` does not fit the schema; `ERR_IBKR_INTERNAL` if the message has no protobuf form.
 */
export function outgoingPayload<N extends OutgoingName>(name: N, body: Outgoing<N>): Uint8Array {
  return payload(name, OUTGOING[name], body);
}

function payload(name: string, entry: MessageEntry, body: object): Uint8Array {
  if (entry.schema === undefined)
    throw new IBKRError("ERR_IBKR_INTERNAL", `${name} (${entry.id}) has no protobuf form`);
  return encodePayload(entry.id + PROTOBUF_ID_OFFSET, entry.schema, body);
}

function namesById<N extends string>(table: Record<N, MessageEntry>): ReadonlyMap<number, N> {
  return new Map((Object.keys(table) as N[]).map((name) => [table[name].id, name]));
}
