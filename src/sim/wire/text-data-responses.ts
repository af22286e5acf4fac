import { IBKRError } from "../../domain/ibkr-error.js";
import type { Responses } from "../model/responses.js";
import type { FieldWriter } from "./fields.js";
import { MessageId } from "./message-id.js";
import { SV } from "./server-version.js";
import { type TextResponses, writeContract } from "./text-layout.js";

/** The per-message version TICK_OPTION_COMPUTATION carried before 156. */
const OPTION_COMPUTATION_VERSION = 6;
/** What stands for a value that was not computed. */
const NO_PRICE = -1;
const NO_GREEK = -2;

/** Depth, option values, bars, ticks and news of instruments as text. */
export const dataResponses: Pick<
  TextResponses,
  | "tickOptionComputation"
  | "tickEfp"
  | "deltaNeutralValidation"
  | "tickNews"
  | "marketDepth"
  | "marketDepthL2"
  | "rerouteMktData"
  | "rerouteMktDepth"
  | "realTimeBar"
  | "historicalDataUpdate"
  | "historicalTicks"
  | "historicalTicksBidAsk"
  | "historicalTicksLast"
  | "tickByTickLast"
  | "tickByTickBidAsk"
  | "tickByTickMidPoint"
  | "histogramData"
  | "secDefOptParameter"
  | "secDefOptParameterEnd"
  | "mktDepthExchanges"
  | "smartComponents"
> = {
  tickOptionComputation: {
    id: MessageId.TICK_OPTION_COMPUTATION,
    write(w, m) {
      w.before(SV.PRICE_BASED_VOLATILITY, OPTION_COMPUTATION_VERSION).add(m.reqId, m.tickType);
      w.since(SV.PRICE_BASED_VOLATILITY, m.tickAttrib);
      w.add(m.impliedVol ?? NO_PRICE, m.delta ?? NO_GREEK);
      w.add(m.optPrice ?? NO_PRICE, m.pvDividend ?? NO_PRICE);
      w.add(m.gamma ?? NO_GREEK, m.vega ?? NO_GREEK, m.theta ?? NO_GREEK, m.undPrice ?? NO_PRICE);
    },
  },
  tickEfp: {
    id: MessageId.TICK_EFP,
    write(w, m) {
      w.add(1, m.reqId, m.tickType, m.basisPoints, m.formattedBasisPoints, m.impliedFuturesPrice);
      w.add(m.holdDays, m.futureLastTradeDate, m.dividendImpact, m.dividendsToLastTradeDate);
    },
  },
  deltaNeutralValidation: {
    id: MessageId.DELTA_NEUTRAL_VALIDATION,
    write: (w, m) => w.add(1, m.reqId, m.conId, m.delta, m.price),
  },
  tickNews: {
    id: MessageId.TICK_NEWS,
    since: 113,
    write: (w, m) => w.add(m.reqId, m.timestamp, m.providerCode, m.articleId, m.headline, m.extraData),
  },
  marketDepth: {
    id: MessageId.MARKET_DEPTH,
    write: (w, m) => w.add(1, m.reqId, m.position, m.operation, m.side, m.price, m.size),
  },
  marketDepthL2: {
    id: MessageId.MARKET_DEPTH_L2,
    write(w, m) {
      w.add(1, m.reqId, m.position, m.marketMaker, m.operation, m.side, m.price, m.size);
      w.since(SV.SMART_DEPTH, m.isSmartDepth);
    },
  },
  rerouteMktData: {
    id: MessageId.REROUTE_MKT_DATA_REQ,
    since: SV.CFD_REROUTE,
    write: (w, m) => w.add(m.reqId, m.conId, m.exchange),
  },
  rerouteMktDepth: {
    id: MessageId.REROUTE_MKT_DEPTH_REQ,
    since: SV.CFD_REROUTE,
    write: (w, m) => w.add(m.reqId, m.conId, m.exchange),
  },
  realTimeBar: {
    id: MessageId.REAL_TIME_BARS,
    write(w, { reqId, time, bar }) {
      w.add(3, reqId, time, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.wap, bar.barCount);
    },
  },
  historicalDataUpdate: {
    id: MessageId.HISTORICAL_DATA_UPDATE,
    since: SV.SYNT_REALTIME_BARS,
    // Close before high and low, WAP before volume: the order differs from that of HISTORICAL_DATA.
    write(w, { reqId, bar }) {
      w.add(reqId, bar.barCount, bar.date, bar.open, bar.close, bar.high, bar.low, bar.wap, bar.volume);
    },
  },
  historicalTicks: {
    id: MessageId.HISTORICAL_TICKS,
    since: 130,
    write(w, m) {
      w.add(m.reqId, m.ticks.length);
      for (const tick of m.ticks) w.add(tick.time, 0, tick.price, tick.size);
      w.add(m.done);
    },
  },
  historicalTicksBidAsk: {
    id: MessageId.HISTORICAL_TICKS_BID_ASK,
    since: 130,
    write(w, m) {
      w.add(m.reqId, m.ticks.length);
      for (const tick of m.ticks) {
        w.add(tick.time, mask(tick.bidPastLow, tick.askPastHigh));
        w.add(tick.priceBid, tick.priceAsk, tick.sizeBid, tick.sizeAsk);
      }
      w.add(m.done);
    },
  },
  historicalTicksLast: {
    id: MessageId.HISTORICAL_TICKS_LAST,
    since: 130,
    write(w, m) {
      w.add(m.reqId, m.ticks.length);
      for (const tick of m.ticks) {
        w.add(tick.time, mask(tick.pastLimit, tick.unreported), tick.price, tick.size);
        w.add(tick.exchange, tick.specialConditions);
      }
      w.add(m.done);
    },
  },
  tickByTickLast: {
    id: MessageId.TICK_BY_TICK,
    since: 137,
    write(w, { reqId, allLast, tick }) {
      w.add(reqId, allLast ? 2 : 1, tick.time, tick.price, tick.size);
      w.add(mask(tick.pastLimit, tick.unreported), tick.exchange, tick.specialConditions);
    },
  },
  tickByTickBidAsk: {
    id: MessageId.TICK_BY_TICK,
    since: 137,
    write(w, { reqId, tick }) {
      w.add(reqId, 3, tick.time, tick.priceBid, tick.priceAsk, tick.sizeBid, tick.sizeAsk);
      w.add(mask(tick.bidPastLow, tick.askPastHigh));
    },
  },
  tickByTickMidPoint: {
    id: MessageId.TICK_BY_TICK,
    since: 137,
    write: (w, { reqId, tick }) => w.add(reqId, 4, tick.time, tick.price),
  },
  histogramData: {
    id: MessageId.HISTOGRAM_DATA,
    since: 119,
    write(w, m) {
      w.add(m.reqId, m.entries.length);
      for (const { price, size } of m.entries) w.add(price, size);
    },
  },
  secDefOptParameter: {
    id: MessageId.SECURITY_DEFINITION_OPTION_PARAMETER,
    since: 104,
    write(w, m) {
      w.add(m.reqId, m.exchange, m.underlyingConId, m.tradingClass, m.multiplier);
      w.add(m.expirations.length, ...m.expirations, m.strikes.length, ...m.strikes);
    },
  },
  secDefOptParameterEnd: {
    id: MessageId.SECURITY_DEFINITION_OPTION_PARAMETER_END,
    since: 104,
    write: (w, m) => w.add(m.reqId),
  },
  mktDepthExchanges: {
    id: MessageId.MKT_DEPTH_EXCHANGES,
    since: 112,
    write(w, m) {
      w.add(m.descriptions.length);
      for (const d of m.descriptions) {
        w.add(d.exchange, d.secType);
        w.before(SV.SERVICE_DATA_TYPE, d.serviceDataType === "Deep2");
        w.since(SV.SERVICE_DATA_TYPE, d.listingExch, d.serviceDataType, d.aggGroup);
      }
    },
  },
  smartComponents: {
    id: MessageId.SMART_COMPONENTS,
    since: SV.REQ_SMART_COMPONENTS,
    write(w, m) {
      w.add(m.reqId, m.components.length);
      for (const c of m.components) w.add(c.bitNumber, c.exchange, c.exchangeLetter);
    },
  },
};

function mask(bit0: boolean, bit1: boolean): number {
  return (bit0 ? 1 : 0) | (bit1 ? 2 : 0);
}

const BOND_VERSION = 6;

/** BOND_CONTRACT_DATA as text. */
export function writeBondContractData(w: FieldWriter, { reqId, details: d }: Responses["bondContractData"]) {
  const { contract: c, bond } = d;
  if (bond === undefined) throw new IBKRError("ERR_IBKR_INTERNAL", `${c.symbol} (${c.conId}) is no bond`);
  w.before(SV.SIZE_RULES, BOND_VERSION);
  w.add(reqId, c.symbol, c.secType, bond.cusip, bond.coupon, bond.maturity, bond.issueDate, bond.ratings);
  w.add(bond.bondType, bond.couponType, bond.convertible, bond.callable, bond.putable, bond.descAppend);
  w.add(c.exchange, c.currency, d.marketName, c.tradingClass, c.conId, d.minTick);
  if (w.serverVersion >= SV.MD_SIZE_MULTIPLIER && w.serverVersion < SV.SIZE_RULES) w.add(1);
  w.add(d.orderTypes, d.validExchanges);
  w.add(bond.nextOptionDate, bond.nextOptionType, bond.nextOptionPartial, bond.notes, d.longName);
  w.since(SV.BOND_TRADING_HOURS, d.timeZoneId, d.tradingHours, d.liquidHours);
  w.add(d.evRule, d.evMultiplier, d.secIdList.length);
  for (const { tag, value } of d.secIdList) w.add(tag, value);
  w.since(SV.AGG_GROUP, d.aggGroup);
  w.since(SV.MARKET_RULES, d.marketRuleIds);
  w.since(SV.SIZE_RULES, d.minSize, d.sizeIncrement, d.suggestedSizeIncrement);
}

/** POSITION_MULTI as text. */
export function writePositionMulti(w: FieldWriter, m: Responses["positionMulti"]): void {
  w.add(1, m.reqId, m.account);
  writeContract(w, m.contract);
  w.add(m.position, m.avgCost, m.modelCode);
}
