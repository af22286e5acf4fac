import type { Incoming, IncomingName } from "../../protocol/messages.js";
import type { Message } from "../../protocol/schema.js";
import type {
  HistoricalBar,
  HistoricalTick,
  HistoricalTickBidAsk,
  HistoricalTickLast,
  ResponseName,
  Responses,
} from "../model/responses.js";
import { contractMessage, detailsMessage } from "./protobuf-contract.js";
import { completedOrderMessage, openOrderMessage } from "./protobuf-open-order.js";
import { decimalText, doubleOf, flag, int32, text } from "./protobuf-values.js";

/** How one message is written as protobuf: its name in the message table and its body. */
export interface ProtobufResponse<N extends ResponseName, W extends IncomingName = IncomingName> {
  name: W;
  write(m: Responses[N], serverVersion: number): Incoming<W>;
}

function response<N extends ResponseName, W extends IncomingName>(
  name: W,
  write: (m: Responses[N], serverVersion: number) => Incoming<W>,
): ProtobufResponse<N> {
  return { name, write: write as ProtobufResponse<N>["write"] };
}

/** A body that has the fields of the message as they are. */
const same = <T>(m: T): T => m;
const idOnly = (m: { reqId: number }) => ({ reqId: m.reqId });
const nothing = () => ({});

/** Messages that stay text at every server version. */
export type TextOnly =
  | "tickEfp"
  | "deltaNeutralValidation"
  | "verifyAndAuthMessageApi"
  | "verifyAndAuthCompleted";

/** The protobuf form of every message that has one. */
export const protobufResponses: {
  readonly [N in Exclude<ResponseName, TextOnly>]: ProtobufResponse<N>;
} = {
  tickPrice: response("TICK_PRICE", (m) => ({ ...m, size: decimalText(m.size) })),
  tickSize: response("TICK_SIZE", (m) => ({ ...m, size: decimalText(m.size) })),
  tickString: response("TICK_STRING", same),
  tickGeneric: response("TICK_GENERIC", same),
  tickSnapshotEnd: response("TICK_SNAPSHOT_END", idOnly),
  tickReqParams: response("TICK_REQ_PARAMS", (m) => ({
    reqId: m.reqId,
    minTick: decimalText(m.minTick),
    bboExchange: text(m.bboExchange),
    snapshotPermissions: m.snapshotPermissions,
    lastPricePrecision: "0.000001",
    lastSizePrecision: "0.000001",
  })),
  tickOptionComputation: response("TICK_OPTION_COMPUTATION", same),
  tickNews: response("TICK_NEWS", same),
  marketDataType: response("MARKET_DATA_TYPE", same),
  marketDepth: response("MARKET_DEPTH", ({ reqId, ...row }) => ({
    reqId,
    marketDepthData: { ...row, size: decimalText(row.size) },
  })),
  marketDepthL2: response("MARKET_DEPTH_L2", ({ reqId, ...row }) => ({
    reqId,
    marketDepthData: { ...row, size: decimalText(row.size), isSmartDepth: flag(row.isSmartDepth) },
  })),
  rerouteMktData: response("REROUTE_MKT_DATA_REQ", same),
  rerouteMktDepth: response("REROUTE_MKT_DEPTH_REQ", same),
  orderStatus: response("ORDER_STATUS", (m) => ({
    ...m,
    orderId: int32(m.orderId),
    filled: decimalText(m.filled),
    remaining: decimalText(m.remaining),
    parentId: int32(m.parentId),
    clientId: int32(m.clientId),
    whyHeld: text(m.whyHeld),
  })),
  openOrder: response("OPEN_ORDER", openOrderMessage),
  openOrderEnd: response("OPEN_ORDER_END", nothing),
  completedOrder: response("COMPLETED_ORDER", completedOrderMessage),
  completedOrdersEnd: response("COMPLETED_ORDERS_END", nothing),
  orderBound: response("ORDER_BOUND", same),
  executionData: response("EXECUTION_DATA", executionMessage),
  executionDataEnd: response("EXECUTION_DATA_END", idOnly),
  commissionReport: response("COMMISSION_AND_FEES_REPORT", (m) => ({
    execId: m.execId,
    commissionAndFees: m.commission,
    currency: text(m.currency),
    realizedPNL: m.realizedPNL,
  })),
  error: response("ERR_MSG", (m) => ({
    id: int32(m.id) ?? -1,
    errorTime: m.errorTime,
    errorCode: m.code,
    errorMsg: m.message,
    advancedOrderRejectJson: text(m.advancedOrderRejectJson),
  })),
  managedAccounts: response("MANAGED_ACCTS", same),
  nextValidId: response("NEXT_VALID_ID", (m) => ({ orderId: int32(m.orderId) })),
  accountValue: response("ACCT_VALUE", (m) => ({ ...m, currency: text(m.currency) })),
  portfolioValue: response("PORTFOLIO_VALUE", (m) => ({
    ...m,
    contract: contractMessage(m.contract),
    position: decimalText(m.position),
  })),
  accountUpdateTime: response("ACCT_UPDATE_TIME", same),
  accountDownloadEnd: response("ACCT_DOWNLOAD_END", same),
  accountSummary: response("ACCOUNT_SUMMARY", (m) => ({ ...m, currency: text(m.currency) })),
  accountSummaryEnd: response("ACCOUNT_SUMMARY_END", idOnly),
  accountUpdateMulti: response("ACCOUNT_UPDATE_MULTI", (m) => ({
    ...m,
    modelCode: text(m.modelCode),
    currency: text(m.currency),
  })),
  accountUpdateMultiEnd: response("ACCOUNT_UPDATE_MULTI_END", idOnly),
  position: response("POSITION_DATA", (m) => ({
    ...m,
    contract: contractMessage(m.contract),
    position: decimalText(m.position),
  })),
  positionEnd: response("POSITION_END", nothing),
  positionMulti: response("POSITION_MULTI", (m) => ({
    ...m,
    contract: contractMessage(m.contract),
    position: decimalText(m.position),
    modelCode: text(m.modelCode),
  })),
  positionMultiEnd: response("POSITION_MULTI_END", idOnly),
  pnl: response("PNL", same),
  pnlSingle: response("PNL_SINGLE", (m) => ({ ...m, position: decimalText(m.position) })),
  contractData: response("CONTRACT_DATA", detailsOf),
  bondContractData: response("BOND_CONTRACT_DATA", detailsOf),
  contractDataEnd: response("CONTRACT_DATA_END", idOnly),
  symbolSamples: response("SYMBOL_SAMPLES", (m) => ({
    reqId: m.reqId,
    contractDescriptions: m.samples.map((s) => ({
      contract: {
        conId: s.contract.conId,
        symbol: text(s.contract.symbol),
        secType: text(s.contract.secType),
        primaryExch: text(s.contract.primaryExch),
        currency: text(s.contract.currency),
        description: text(s.description),
        issuerId: text(s.issuerId),
      },
      derivativeSecTypes: s.derivativeSecTypes,
    })),
  })),
  marketRule: response("MARKET_RULE", same),
  secDefOptParameter: response("SECURITY_DEFINITION_OPTION_PARAMETER", same),
  secDefOptParameterEnd: response("SECURITY_DEFINITION_OPTION_PARAMETER_END", idOnly),
  softDollarTiers: response("SOFT_DOLLAR_TIERS", (m) => ({ reqId: m.reqId, softDollarTiers: m.tiers })),
  familyCodes: response("FAMILY_CODES", (m) => ({ familyCodes: m.codes })),
  mktDepthExchanges: response("MKT_DEPTH_EXCHANGES", (m) => ({
    depthMarketDataDescriptions: m.descriptions.map((d) => ({ ...d, listingExch: text(d.listingExch) })),
  })),
  smartComponents: response("SMART_COMPONENTS", (m) => ({
    reqId: m.reqId,
    smartComponents: m.components,
  })),
  historicalData: response("HISTORICAL_DATA", (m) => ({
    reqId: m.reqId,
    historicalDataBars: m.bars.map(barMessage),
  })),
  historicalDataEnd: response("HISTORICAL_DATA_END", (m) => ({
    reqId: m.reqId,
    startDateStr: m.startDate,
    endDateStr: m.endDate,
  })),
  historicalDataUpdate: response("HISTORICAL_DATA_UPDATE", (m) => ({
    reqId: m.reqId,
    historicalDataBar: barMessage(m.bar),
  })),
  historicalSchedule: response("HISTORICAL_SCHEDULE", ({ sessions, ...m }) => ({
    ...m,
    historicalSessions: sessions,
  })),
  headTimestamp: response("HEAD_TIMESTAMP", same),
  histogramData: response("HISTOGRAM_DATA", (m) => ({
    reqId: m.reqId,
    histogramDataEntries: m.entries.map(({ price, size }) => ({ price, size: decimalText(size) })),
  })),
  realTimeBar: response("REAL_TIME_BARS", ({ reqId, time, bar }) => ({
    reqId,
    time,
    open: bar.open,
    high: bar.high,
    low: bar.low,
    close: bar.close,
    volume: decimalText(bar.volume),
    WAP: decimalText(bar.wap),
    count: bar.barCount,
  })),
  historicalTicks: response("HISTORICAL_TICKS", (m) => ({
    reqId: m.reqId,
    historicalTicks: m.ticks.map(tickMessage),
    isDone: m.done,
  })),
  historicalTicksBidAsk: response("HISTORICAL_TICKS_BID_ASK", (m) => ({
    reqId: m.reqId,
    historicalTicksBidAsk: m.ticks.map(bidAskMessage),
    isDone: m.done,
  })),
  historicalTicksLast: response("HISTORICAL_TICKS_LAST", (m) => ({
    reqId: m.reqId,
    historicalTicksLast: m.ticks.map(lastMessage),
    isDone: m.done,
  })),
  tickByTickLast: response("TICK_BY_TICK", (m) => ({
    reqId: m.reqId,
    tickType: m.allLast ? 2 : 1,
    historicalTickLast: lastMessage(m.tick),
  })),
  tickByTickBidAsk: response("TICK_BY_TICK", (m) => ({
    reqId: m.reqId,
    tickType: 3,
    historicalTickBidAsk: bidAskMessage(m.tick),
  })),
  tickByTickMidPoint: response("TICK_BY_TICK", (m) => ({
    reqId: m.reqId,
    tickType: 4,
    historicalTickMidPoint: tickMessage(m.tick),
  })),
  newsProviders: response("NEWS_PROVIDERS", (m) => ({ newsProviders: m.providers })),
  newsArticle: response("NEWS_ARTICLE", same),
  newsBulletin: response("NEWS_BULLETINS", same),
  historicalNews: response("HISTORICAL_NEWS", same),
  historicalNewsEnd: response("HISTORICAL_NEWS_END", (m) => ({
    reqId: m.reqId,
    hasMore: flag(m.hasMore),
  })),
  wshMetaData: response("WSH_META_DATA", same),
  wshEventData: response("WSH_EVENT_DATA", same),
  scannerParameters: response("SCANNER_PARAMETERS", same),
  scannerData: response("SCANNER_DATA", (m) => ({
    reqId: m.reqId,
    scannerDataElement: m.rows.map(({ rank, contract, legsStr, ...row }) => ({
      rank,
      contract: contractMessage(contract),
      marketName: text(row.marketName),
      distance: text(row.distance),
      benchmark: text(row.benchmark),
      projection: text(row.projection),
      comboKey: text(legsStr),
    })),
  })),
  fundamentalData: response("FUNDAMENTAL_DATA", same),
  receiveFA: response("RECEIVE_FA", same),
  replaceFAEnd: response("REPLACE_FA_END", same),
  userInfo: response("USER_INFO", same),
  displayGroupList: response("DISPLAY_GROUP_LIST", same),
  displayGroupUpdated: response("DISPLAY_GROUP_UPDATED", same),
  verifyMessageApi: response("VERIFY_MESSAGE_API", same),
  verifyCompleted: response("VERIFY_COMPLETED", (m) => ({
    isSuccessful: flag(m.isSuccessful),
    errorText: text(m.errorText),
  })),
  currentTime: response("CURRENT_TIME", (m) => ({ currentTime: m.time })),
  currentTimeInMillis: response("CURRENT_TIME_IN_MILLIS", (m) => ({ currentTimeInMillis: m.time })),
  configResponse: response("CONFIG_RESPONSE", ({ reqId, config }) => ({ reqId, ...config })),
  updateConfigResponse: response("UPDATE_CONFIG_RESPONSE", same),
};

function detailsOf({ reqId, details }: Responses["contractData"]): Incoming<"CONTRACT_DATA"> {
  const { contract, lastTradeDate } = details;
  return {
    reqId,
    contract: {
      ...contractMessage(contract),
      primaryExch: text(contract.primaryExch),
      lastTradeDate: text(lastTradeDate),
    },
    contractDetails: detailsMessage(details),
  };
}

function executionMessage(m: Responses["executionData"]): Incoming<"EXECUTION_DATA"> {
  const e = m.execution;
  return {
    reqId: m.reqId,
    contract: contractMessage(m.contract),
    execution: {
      orderId: int32(e.orderId),
      execId: e.execId,
      time: e.time,
      acctNumber: e.acctNumber,
      exchange: text(e.exchange),
      side: e.side,
      shares: decimalText(e.shares),
      price: e.price,
      permId: e.permId,
      clientId: int32(e.clientId),
      isLiquidation: flag(e.liquidation !== 0),
      cumQty: decimalText(e.cumQty),
      avgPrice: e.avgPrice,
      orderRef: text(e.orderRef),
      modelCode: text(e.modelCode),
      lastLiquidity: e.lastLiquidity,
      submitter: text(e.submitter),
      optExerciseOrLapseType: -1,
    },
  };
}

function barMessage(bar: HistoricalBar): Message<"HistoricalDataBar"> {
  return {
    date: bar.date,
    open: bar.open,
    high: bar.high,
    low: bar.low,
    close: bar.close,
    volume: decimalText(bar.volume),
    WAP: decimalText(bar.wap),
    barCount: int32(bar.barCount),
  };
}

function tickMessage(tick: HistoricalTick): Message<"HistoricalTick"> {
  return { time: tick.time, price: tick.price, size: decimalText(tick.size) };
}

function bidAskMessage(tick: HistoricalTickBidAsk): Message<"HistoricalTickBidAsk"> {
  return {
    time: tick.time,
    tickAttribBidAsk: { bidPastLow: flag(tick.bidPastLow), askPastHigh: flag(tick.askPastHigh) },
    priceBid: tick.priceBid,
    priceAsk: tick.priceAsk,
    sizeBid: decimalText(tick.sizeBid),
    sizeAsk: decimalText(tick.sizeAsk),
  };
}

function lastMessage(tick: HistoricalTickLast): Message<"HistoricalTickLast"> {
  return {
    time: tick.time,
    tickAttribLast: { pastLimit: flag(tick.pastLimit), unreported: flag(tick.unreported) },
    price: doubleOf(tick.price),
    size: decimalText(tick.size),
    exchange: text(tick.exchange),
    specialConditions: text(tick.specialConditions),
  };
}
