import type { Responses } from "../model/responses.js";
import type { FieldWriter } from "./fields.js";
import { MessageId } from "./message-id.js";
import { SV } from "./server-version.js";
import { dataResponses } from "./text-data-responses.js";
import { infoResponses } from "./text-info-responses.js";
import { type TextResponses, writeContract } from "./text-layout.js";
import { writeCompletedOrder, writeOpenOrder } from "./text-open-order.js";

const DETAILS_VERSION = 8;
const EXECUTION_VERSION = 10;
const HISTORICAL_DATA_VERSION = 3;

/** A message that has only its version field. */
const versionOnly = (version: number) => (w: FieldWriter) => void w.add(version);

/** The text form of every message. */
export const textResponses: TextResponses = {
  ...dataResponses,
  ...infoResponses,
  tickPrice: {
    id: MessageId.TICK_PRICE,
    write: (w, m) => w.add(6, m.reqId, m.tickType, m.price, m.size, m.attrMask),
  },
  tickSize: { id: MessageId.TICK_SIZE, write: (w, m) => w.add(6, m.reqId, m.tickType, m.size) },
  tickString: { id: MessageId.TICK_STRING, write: (w, m) => w.add(6, m.reqId, m.tickType, m.value) },
  tickGeneric: { id: MessageId.TICK_GENERIC, write: (w, m) => w.add(6, m.reqId, m.tickType, m.value) },
  tickSnapshotEnd: { id: MessageId.TICK_SNAPSHOT_END, write: (w, m) => w.add(1, m.reqId) },
  tickReqParams: {
    id: MessageId.TICK_REQ_PARAMS,
    write: (w, m) => w.add(m.reqId, m.minTick, m.bboExchange, m.snapshotPermissions),
  },
  marketDataType: { id: MessageId.MARKET_DATA_TYPE, write: (w, m) => w.add(1, m.reqId, m.marketDataType) },
  orderStatus: {
    id: MessageId.ORDER_STATUS,
    write(w, m) {
      w.before(SV.MARKET_CAP_PRICE, 6);
      w.add(m.orderId, m.status, m.filled, m.remaining, m.avgFillPrice, m.permId, m.parentId);
      w.add(m.lastFillPrice, m.clientId, m.whyHeld);
      w.since(SV.MARKET_CAP_PRICE, m.mktCapPrice);
    },
  },
  openOrder: { id: MessageId.OPEN_ORDER, write: writeOpenOrder },
  openOrderEnd: { id: MessageId.OPEN_ORDER_END, write: versionOnly(1) },
  completedOrder: { id: MessageId.COMPLETED_ORDER, since: 150, write: writeCompletedOrder },
  completedOrdersEnd: { id: MessageId.COMPLETED_ORDERS_END, since: 150, write: () => {} },
  executionData: {
    id: MessageId.EXECUTION_DATA,
    write(w, { reqId, contract, execution: e }) {
      w.before(SV.LAST_LIQUIDITY, EXECUTION_VERSION);
      w.add(reqId, e.orderId);
      writeContract(w, contract);
      w.add(e.execId, e.time, e.acctNumber, e.exchange, e.side, e.shares, e.price, e.permId, e.clientId);
      w.add(e.liquidation, e.cumQty, e.avgPrice, e.orderRef, "", "");
      w.since(SV.MODELS_SUPPORT, e.modelCode);
      w.since(SV.LAST_LIQUIDITY, e.lastLiquidity);
      w.since(SV.PENDING_PRICE_REVISION, false);
      w.since(SV.SUBMITTER, e.submitter);
    },
  },
  executionDataEnd: { id: MessageId.EXECUTION_DATA_END, write: (w, m) => w.add(1, m.reqId) },
  commissionReport: {
    id: MessageId.COMMISSION_AND_FEES_REPORT,
    write: (w, m) => w.add(1, m.execId, m.commission, m.currency).addMax(m.realizedPNL, undefined).add(""),
  },
  error: {
    id: MessageId.ERR_MSG,
    write(w, m) {
      w.before(SV.ERROR_TIME, 2);
      w.add(m.id, m.code).addText(m.message);
      if (w.serverVersion >= SV.ADVANCED_ORDER_REJECT) w.addText(m.advancedOrderRejectJson);
      w.since(SV.ERROR_TIME, m.errorTime);
    },
  },
  managedAccounts: { id: MessageId.MANAGED_ACCTS, write: (w, m) => w.add(1, m.accountsList) },
  nextValidId: { id: MessageId.NEXT_VALID_ID, write: (w, m) => w.add(1, m.orderId) },
  accountValue: {
    id: MessageId.ACCT_VALUE,
    write: (w, m) => w.add(2, m.key, m.value, m.currency, m.accountName),
  },
  portfolioValue: {
    id: MessageId.PORTFOLIO_VALUE,
    write(w, { contract: c, ...m }) {
      w.add(8, c.conId, c.symbol, c.secType, c.lastTradeDateOrContractMonth, c.strike, c.right);
      w.add(c.multiplier, c.primaryExch, c.currency, c.localSymbol, c.tradingClass);
      w.add(m.position, m.marketPrice, m.marketValue, m.averageCost, m.unrealizedPNL, m.realizedPNL);
      w.add(m.accountName);
    },
  },
  accountUpdateTime: { id: MessageId.ACCT_UPDATE_TIME, write: (w, m) => w.add(1, m.timeStamp) },
  accountDownloadEnd: { id: MessageId.ACCT_DOWNLOAD_END, write: (w, m) => w.add(1, m.accountName) },
  position: {
    id: MessageId.POSITION_DATA,
    write(w, m) {
      w.add(3, m.account);
      writeContract(w, m.contract);
      w.add(m.position, m.avgCost);
    },
  },
  positionEnd: { id: MessageId.POSITION_END, write: versionOnly(1) },
  accountSummary: {
    id: MessageId.ACCOUNT_SUMMARY,
    write: (w, m) => w.add(1, m.reqId, m.account, m.tag, m.value, m.currency),
  },
  accountSummaryEnd: { id: MessageId.ACCOUNT_SUMMARY_END, write: (w, m) => w.add(1, m.reqId) },
  pnl: {
    id: MessageId.PNL,
    since: 127,
    write(w, m) {
      w.add(m.reqId, m.dailyPnL);
      w.since(SV.UNREALIZED_PNL, m.unrealizedPnL);
      w.since(SV.REALIZED_PNL, m.realizedPnL);
    },
  },
  pnlSingle: {
    id: MessageId.PNL_SINGLE,
    since: 127,
    write(w, m) {
      w.add(m.reqId, m.position, m.dailyPnL);
      w.since(SV.UNREALIZED_PNL, m.unrealizedPnL);
      w.since(SV.REALIZED_PNL, m.realizedPnL);
      w.add(m.value);
    },
  },
  contractData: { id: MessageId.CONTRACT_DATA, write: writeContractData },
  contractDataEnd: { id: MessageId.CONTRACT_DATA_END, write: (w, m) => w.add(1, m.reqId) },
  symbolSamples: {
    id: MessageId.SYMBOL_SAMPLES,
    since: 108,
    write(w, m) {
      w.add(m.reqId, m.samples.length);
      for (const { contract: c, derivativeSecTypes, description, issuerId } of m.samples) {
        w.add(c.conId, c.symbol, c.secType, c.primaryExch, c.currency);
        w.add(derivativeSecTypes.length, ...derivativeSecTypes);
        w.since(SV.BOND_ISSUERID, description, issuerId);
      }
    },
  },
  marketRule: {
    id: MessageId.MARKET_RULE,
    since: SV.MARKET_RULES,
    write(w, m) {
      w.add(m.marketRuleId, m.priceIncrements.length);
      for (const { lowEdge, increment } of m.priceIncrements) w.add(lowEdge, increment);
    },
  },
  historicalData: {
    id: MessageId.HISTORICAL_DATA,
    write(w, m) {
      w.before(SV.SYNT_REALTIME_BARS, HISTORICAL_DATA_VERSION);
      w.add(m.reqId);
      w.before(SV.HISTORICAL_DATA_END, m.startDate, m.endDate);
      w.add(m.bars.length);
      for (const bar of m.bars) {
        w.add(bar.date, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.wap);
        w.before(SV.SYNT_REALTIME_BARS, "false");
        w.add(bar.barCount);
      }
    },
  },
  historicalDataEnd: {
    id: MessageId.HISTORICAL_DATA_END,
    since: SV.HISTORICAL_DATA_END,
    write: (w, m) => w.add(m.reqId, m.startDate, m.endDate),
  },
  historicalSchedule: {
    id: MessageId.HISTORICAL_SCHEDULE,
    since: SV.HISTORICAL_SCHEDULE,
    write(w, m) {
      w.add(m.reqId, m.startDateTime, m.endDateTime, m.timeZone, m.sessions.length);
      for (const session of m.sessions) w.add(session.startDateTime, session.endDateTime, session.refDate);
    },
  },
  headTimestamp: {
    id: MessageId.HEAD_TIMESTAMP,
    since: 118,
    write: (w, m) => w.add(m.reqId, m.headTimestamp),
  },
  currentTime: { id: MessageId.CURRENT_TIME, write: (w, m) => w.add(1, m.time) },
};

function writeContractData(w: FieldWriter, { reqId, details: d }: Responses["contractData"]): void {
  const c = d.contract;
  w.before(SV.SIZE_RULES, DETAILS_VERSION);
  w.add(reqId, c.symbol, c.secType, c.lastTradeDateOrContractMonth);
  w.since(SV.LAST_TRADE_DATE, d.lastTradeDate);
  w.add(c.strike, c.right, c.exchange, c.currency, c.localSymbol, d.marketName, c.tradingClass, c.conId);
  w.add(d.minTick);
  if (w.serverVersion >= SV.MD_SIZE_MULTIPLIER && w.serverVersion < SV.SIZE_RULES) {
    w.add(w.serverVersion < SV.MARKET_DATA_IN_SHARES && c.secType === "STK" ? 100 : 1);
  }
  w.add(c.multiplier, d.orderTypes, d.validExchanges, d.priceMagnifier, d.underConId);
  w.addText(d.longName);
  w.add(c.primaryExch, d.contractMonth, d.industry, d.category, d.subcategory);
  w.add(d.timeZoneId, d.tradingHours, d.liquidHours, d.evRule, d.evMultiplier);
  w.add(d.secIdList.length);
  for (const { tag, value } of d.secIdList) w.add(tag, value);
  w.since(SV.AGG_GROUP, d.aggGroup);
  w.since(SV.UNDERLYING_INFO, d.underSymbol, d.underSecType);
  w.since(SV.MARKET_RULES, d.marketRuleIds);
  w.since(SV.REAL_EXPIRATION_DATE, d.realExpirationDate);
  w.since(SV.STOCK_TYPE, d.stockType);
  if (w.serverVersion === SV.FRACTIONAL_SIZE_SUPPORT) w.add(d.minSize);
  w.since(SV.SIZE_RULES, d.minSize, d.sizeIncrement, d.suggestedSizeIncrement);
  w.since(SV.INELIGIBILITY_REASONS, 0);
}
