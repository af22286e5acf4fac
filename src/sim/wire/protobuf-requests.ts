import { decodePayload } from "../../protocol/codec.js";
import { OUTGOING, type Outgoing, type OutgoingName, outgoingName } from "../../protocol/messages.js";
import type { MessageName } from "../../protocol/schema.js";
import type { Config, MessageSetting, Settings } from "../model/config.js";
import type { Request, RequestName, Requests } from "../model/requests.js";
import { UnreadableRequest } from "./dialect.js";
import { MalformedRequest } from "./fields.js";
import { readContract, zeroIn } from "./protobuf-contract.js";
import { readPlaceOrder } from "./protobuf-order.js";
import { double, int, optDouble, optInt } from "./protobuf-values.js";

/** What a message says, free of the dialect. */
type Reader<N extends OutgoingName> = (m: Outgoing<N>) => Request;

function as<R extends RequestName>(name: R, body: Requests[R]): Request {
  return { name, body } as Request;
}

/** A message of nothing but its request id. */
function byId<R extends RequestName>(name: R): (m: { reqId?: number }) => Request {
  return (m) => ({ name, body: { reqId: int(m.reqId) } }) as Request;
}

/** A message of nothing. */
function bare<R extends RequestName>(name: R): () => Request {
  return () => ({ name, body: {} }) as Request;
}

const READERS: { readonly [N in OutgoingName]?: Reader<N> } = {
  START_API: (m) =>
    as("startApi", { clientId: int(m.clientId), optionalCapabilities: m.optionalCapabilities ?? "" }),
  REQ_MKT_DATA: (m) =>
    as("reqMktData", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      genericTickList: m.genericTickList ?? "",
      snapshot: m.snapshot ?? false,
      regulatorySnapshot: m.regulatorySnapshot ?? false,
    }),
  CANCEL_MKT_DATA: byId("cancelMktData"),
  REQ_MARKET_DATA_TYPE: (m) => {
    const marketDataType = int(m.marketDataType);
    if (marketDataType < 1 || marketDataType > 4) {
      throw new MalformedRequest("marketDataType", String(m.marketDataType), "1, 2, 3 or 4");
    }
    return as("reqMarketDataType", { marketDataType });
  },
  REQ_MKT_DEPTH: (m) =>
    as("reqMktDepth", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      numRows: int(m.numRows),
      isSmartDepth: m.isSmartDepth ?? false,
    }),
  CANCEL_MKT_DEPTH: (m) =>
    as("cancelMktDepth", { reqId: int(m.reqId), isSmartDepth: m.isSmartDepth ?? false }),
  PLACE_ORDER: (m) => as("placeOrder", readPlaceOrder(m)),
  CANCEL_ORDER: (m) =>
    as("cancelOrder", {
      orderId: int(m.orderId),
      manualOrderCancelTime: m.orderCancel?.manualOrderCancelTime ?? "",
    }),
  REQ_GLOBAL_CANCEL: bare("reqGlobalCancel"),
  REQ_OPEN_ORDERS: bare("reqOpenOrders"),
  REQ_ALL_OPEN_ORDERS: bare("reqAllOpenOrders"),
  REQ_AUTO_OPEN_ORDERS: (m) => as("reqAutoOpenOrders", { autoBind: m.autoBind ?? false }),
  REQ_COMPLETED_ORDERS: (m) => as("reqCompletedOrders", { apiOnly: m.apiOnly ?? false }),
  REQ_EXECUTIONS: (m) => as("reqExecutions", readExecutions(m)),
  REQ_IDS: (m) => as("reqIds", { numIds: int(m.numIds) }),
  REQ_MANAGED_ACCTS: bare("reqManagedAccts"),
  REQ_ACCT_DATA: (m) =>
    as("reqAccountUpdates", { subscribe: m.subscribe ?? false, acctCode: m.acctCode ?? "" }),
  REQ_POSITIONS: bare("reqPositions"),
  CANCEL_POSITIONS: bare("cancelPositions"),
  REQ_ACCOUNT_SUMMARY: (m) =>
    as("reqAccountSummary", { reqId: int(m.reqId), group: m.group ?? "", tags: m.tags ?? "" }),
  CANCEL_ACCOUNT_SUMMARY: byId("cancelAccountSummary"),
  REQ_POSITIONS_MULTI: (m) => as("reqPositionsMulti", accountAndModel(m)),
  CANCEL_POSITIONS_MULTI: byId("cancelPositionsMulti"),
  REQ_ACCOUNT_UPDATES_MULTI: (m) =>
    as("reqAccountUpdatesMulti", { ...accountAndModel(m), ledgerAndNLV: m.ledgerAndNLV ?? false }),
  CANCEL_ACCOUNT_UPDATES_MULTI: byId("cancelAccountUpdatesMulti"),
  REQ_PNL: (m) => as("reqPnL", accountAndModel(m)),
  CANCEL_PNL: byId("cancelPnL"),
  REQ_PNL_SINGLE: (m) => as("reqPnLSingle", { ...accountAndModel(m), conId: int(m.conId) }),
  CANCEL_PNL_SINGLE: byId("cancelPnLSingle"),
  REQ_CONTRACT_DATA: (m) => {
    const body = { reqId: int(m.reqId), contract: readContract(m.contract) };
    const zero = zeroIn(m.contract);
    return as(
      "reqContractData",
      zero === undefined ? body : { ...body, ignoredFor: `contract.${zero} is 0` },
    );
  },
  CANCEL_CONTRACT_DATA: byId("cancelContractData"),
  REQ_MATCHING_SYMBOLS: (m) => as("reqMatchingSymbols", { reqId: int(m.reqId), pattern: m.pattern ?? "" }),
  REQ_MARKET_RULE: (m) => as("reqMarketRule", { marketRuleId: int(m.marketRuleId) }),
  REQ_SEC_DEF_OPT_PARAMS: (m) =>
    as("reqSecDefOptParams", {
      reqId: int(m.reqId),
      underlyingSymbol: m.underlyingSymbol ?? "",
      futFopExchange: m.futFopExchange ?? "",
      underlyingSecType: m.underlyingSecType ?? "",
      underlyingConId: int(m.underlyingConId),
    }),
  REQ_SMART_COMPONENTS: (m) =>
    as("reqSmartComponents", { reqId: int(m.reqId), bboExchange: m.bboExchange ?? "" }),
  REQ_MKT_DEPTH_EXCHANGES: bare("reqMktDepthExchanges"),
  REQ_SOFT_DOLLAR_TIERS: byId("reqSoftDollarTiers"),
  REQ_FAMILY_CODES: bare("reqFamilyCodes"),
  REQ_USER_INFO: byId("reqUserInfo"),
  REQ_HISTORICAL_DATA: (m) =>
    as("reqHistoricalData", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      endDateTime: m.endDateTime ?? "",
      barSizeSetting: m.barSizeSetting ?? "",
      durationStr: m.duration ?? "",
      useRTH: m.useRTH ?? false,
      whatToShow: m.whatToShow ?? "",
      formatDate: int(m.formatDate),
      keepUpToDate: m.keepUpToDate ?? false,
    }),
  CANCEL_HISTORICAL_DATA: byId("cancelHistoricalData"),
  REQ_HEAD_TIMESTAMP: (m) =>
    as("reqHeadTimestamp", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      useRTH: m.useRTH ?? false,
      whatToShow: m.whatToShow ?? "",
      formatDate: int(m.formatDate),
    }),
  CANCEL_HEAD_TIMESTAMP: byId("cancelHeadTimestamp"),
  REQ_HISTOGRAM_DATA: (m) =>
    as("reqHistogramData", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      useRTH: m.useRTH ?? false,
      timePeriod: m.timePeriod ?? "",
    }),
  CANCEL_HISTOGRAM_DATA: byId("cancelHistogramData"),
  REQ_HISTORICAL_TICKS: (m) =>
    as("reqHistoricalTicks", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      startDateTime: m.startDateTime ?? "",
      endDateTime: m.endDateTime ?? "",
      numberOfTicks: int(m.numberOfTicks),
      whatToShow: m.whatToShow ?? "",
      useRTH: m.useRTH ?? false,
      ignoreSize: m.ignoreSize ?? false,
    }),
  CANCEL_HISTORICAL_TICKS: byId("cancelHistoricalTicks"),
  REQ_REAL_TIME_BARS: (m) =>
    as("reqRealTimeBars", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      barSize: int(m.barSize),
      whatToShow: m.whatToShow ?? "",
      useRTH: m.useRTH ?? false,
    }),
  CANCEL_REAL_TIME_BARS: byId("cancelRealTimeBars"),
  REQ_TICK_BY_TICK_DATA: (m) =>
    as("reqTickByTickData", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      tickType: m.tickType ?? "",
      numberOfTicks: int(m.numberOfTicks),
      ignoreSize: m.ignoreSize ?? false,
    }),
  CANCEL_TICK_BY_TICK_DATA: byId("cancelTickByTickData"),
  REQ_CALC_IMPLIED_VOLAT: (m) =>
    as("calculateImpliedVolatility", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      optionPrice: double(m.optionPrice),
      underPrice: double(m.underPrice),
    }),
  CANCEL_CALC_IMPLIED_VOLAT: byId("cancelCalculateImpliedVolatility"),
  REQ_CALC_OPTION_PRICE: (m) =>
    as("calculateOptionPrice", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      volatility: double(m.volatility),
      underPrice: double(m.underPrice),
    }),
  CANCEL_CALC_OPTION_PRICE: byId("cancelCalculateOptionPrice"),
  EXERCISE_OPTIONS: (m) =>
    as("exerciseOptions", {
      reqId: int(m.orderId),
      contract: readContract(m.contract),
      exerciseAction: int(m.exerciseAction),
      exerciseQuantity: int(m.exerciseQuantity),
      account: m.account ?? "",
      override: m.override ?? false,
    }),
  REQ_NEWS_BULLETINS: (m) => as("reqNewsBulletins", { allMessages: m.allMessages ?? false }),
  CANCEL_NEWS_BULLETINS: bare("cancelNewsBulletins"),
  REQ_NEWS_PROVIDERS: bare("reqNewsProviders"),
  REQ_NEWS_ARTICLE: (m) =>
    as("reqNewsArticle", {
      reqId: int(m.reqId),
      providerCode: m.providerCode ?? "",
      articleId: m.articleId ?? "",
    }),
  REQ_HISTORICAL_NEWS: (m) =>
    as("reqHistoricalNews", {
      reqId: int(m.reqId),
      conId: int(m.conId),
      providerCodes: m.providerCodes ?? "",
      startDateTime: m.startDateTime ?? "",
      endDateTime: m.endDateTime ?? "",
      totalResults: int(m.totalResults),
    }),
  REQ_WSH_META_DATA: byId("reqWshMetaData"),
  CANCEL_WSH_META_DATA: byId("cancelWshMetaData"),
  REQ_WSH_EVENT_DATA: (m) => as("reqWshEventData", { reqId: int(m.reqId), conId: int(m.conId) }),
  CANCEL_WSH_EVENT_DATA: byId("cancelWshEventData"),
  REQ_SCANNER_PARAMETERS: bare("reqScannerParameters"),
  REQ_SCANNER_SUBSCRIPTION: (m) =>
    as("reqScannerSubscription", { reqId: int(m.reqId), subscription: readScanner(m.scannerSubscription) }),
  CANCEL_SCANNER_SUBSCRIPTION: byId("cancelScannerSubscription"),
  REQ_FUNDAMENTAL_DATA: (m) =>
    as("reqFundamentalData", {
      reqId: int(m.reqId),
      contract: readContract(m.contract),
      reportType: m.reportType ?? "",
    }),
  CANCEL_FUNDAMENTAL_DATA: byId("cancelFundamentalData"),
  REQ_FA: (m) => as("reqFA", { faDataType: int(m.faDataType) }),
  REPLACE_FA: (m) =>
    as("replaceFA", { reqId: int(m.reqId), faDataType: int(m.faDataType), xml: m.xml ?? "" }),
  REQ_CURRENT_TIME: bare("reqCurrentTime"),
  REQ_CURRENT_TIME_IN_MILLIS: bare("reqCurrentTimeInMillis"),
  SET_SERVER_LOGLEVEL: (m) => as("setServerLogLevel", { logLevel: int(m.logLevel) }),
  VERIFY_REQUEST: (m) => as("verifyRequest", { apiName: m.apiName ?? "", apiVersion: m.apiVersion ?? "" }),
  VERIFY_MESSAGE: (m) => as("verifyMessage", { apiData: m.apiData ?? "" }),
  QUERY_DISPLAY_GROUPS: byId("queryDisplayGroups"),
  SUBSCRIBE_TO_GROUP_EVENTS: (m) =>
    as("subscribeToGroupEvents", { reqId: int(m.reqId), groupId: int(m.groupId) }),
  UPDATE_DISPLAY_GROUP: (m) =>
    as("updateDisplayGroup", { reqId: int(m.reqId), contractInfo: m.contractInfo ?? "" }),
  UNSUBSCRIBE_FROM_GROUP_EVENTS: byId("unsubscribeFromGroupEvents"),
  REQ_CONFIG: byId("reqConfig"),
  UPDATE_CONFIG: (m) => as("updateConfig", readConfigUpdate(m)),
};

/** Base ids and first versions of the requests that may come as protobuf. */
export function protobufGate(id: number): { name: OutgoingName; since: number | undefined } | undefined {
  const name = outgoingName(id);
  return name === undefined ? undefined : { name, since: OUTGOING[name].since };
}

/**
 * Reads the body behind the raw id.
 * @throws CodecError for bytes that are no such message; UnreadableRequest for a value that is not allowed.
 */
export function readProtobufRequest(name: OutgoingName, payload: Buffer): Request | undefined {
  const reader = READERS[name] as ((m: object) => Request) | undefined;
  const schema = OUTGOING[name].schema as MessageName | undefined;
  if (reader === undefined || schema === undefined) return undefined;
  const message: { reqId?: number; orderId?: number } = decodePayload(schema, payload);
  try {
    return reader(message);
  } catch (error) {
    if (!(error instanceof MalformedRequest)) throw error;
    throw new UnreadableRequest(message.reqId ?? message.orderId ?? -1, `${name}: ${error.message}`);
  }
}

function accountAndModel(m: { reqId?: number; account?: string; modelCode?: string }) {
  return { reqId: int(m.reqId), account: m.account ?? "", modelCode: m.modelCode ?? "" };
}

function readExecutions(m: Outgoing<"REQ_EXECUTIONS">): Requests["reqExecutions"] {
  const f = m.executionFilter;
  return {
    reqId: int(m.reqId),
    filter: {
      clientId: int(f?.clientId),
      acctCode: f?.acctCode ?? "",
      time: f?.time ?? "",
      symbol: f?.symbol ?? "",
      secType: f?.secType ?? "",
      exchange: f?.exchange ?? "",
      side: f?.side ?? "",
      lastNDays: optInt(f?.lastNDays),
      specificDates: [...(f?.specificDates ?? [])],
    },
  };
}

function readScanner(
  s: Outgoing<"REQ_SCANNER_SUBSCRIPTION">["scannerSubscription"],
): Requests["reqScannerSubscription"]["subscription"] {
  return {
    numberOfRows: optInt(s?.numberOfRows),
    instrument: s?.instrument ?? "",
    locationCode: s?.locationCode ?? "",
    scanCode: s?.scanCode ?? "",
    abovePrice: optDouble(s?.abovePrice),
    belowPrice: optDouble(s?.belowPrice),
    aboveVolume: optInt(s?.aboveVolume),
    stockTypeFilter: s?.stockTypeFilter ?? "",
  };
}

function readConfigUpdate(m: Outgoing<"UPDATE_CONFIG">): Requests["updateConfig"] {
  const config: Config = {};
  if (m.lockAndExit !== undefined) config.lockAndExit = m.lockAndExit;
  if (m.messages !== undefined) config.messages = m.messages as MessageSetting[];
  if (m.api !== undefined) {
    config.api = {
      precautions: (m.api.precautions ?? {}) as Settings,
      settings: (m.api.settings ?? {}) as Settings,
    };
  }
  if (m.orders !== undefined) config.orders = { smartRouting: (m.orders.smartRouting ?? {}) as Settings };
  return {
    ...config,
    reqId: int(m.reqId),
    acceptedWarnings: [...(m.acceptedWarnings ?? [])],
    resetAPIOrderSequence: m.resetAPIOrderSequence ?? false,
  };
}
