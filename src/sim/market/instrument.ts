import type { TradingHours } from "../../time/calendar.js";
import type { BondFields, ContractDetailsFields, ContractFields } from "../model/contract.js";
import { describeHours } from "./exchange-hours.js";

/** Everything fixed about one tradable (or quotable) thing. */
export interface Instrument {
  conId: number;
  symbol: string;
  secType: string;
  /** Where it is quoted by default. */
  exchange: string;
  primaryExch: string;
  currency: string;
  localSymbol: string;
  tradingClass: string;
  lastTradeDate: string;
  contractMonth: string;
  multiplier: string;
  /** Amount a price of 1 is worth for one unit of quantity. */
  pointValue: number;
  minTick: number;
  marketName: string;
  longName: string;
  industry: string;
  category: string;
  subcategory: string;
  orderTypes: string;
  validExchanges: string;
  marketRuleId: number;
  stockType: string;
  minSize: number;
  sizeIncrement: number;
  /** Quantity of one lot of displayed sizes. */
  lotSize: number;
  secIds: { tag: string; value: string }[];
  underConId: number;
  underSymbol: string;
  underSecType: string;
  hours: TradingHours;
  /** Price the seeded walk starts from. */
  basePrice: number;
  /** First data there is, seconds since 1970 UTC. */
  headTimestamp: number;
  /** False for indices: quoted, never traded. */
  tradable: boolean;
  /** Where a stock is listed, and in what class, was made up: a description may say another. */
  madeUpListing?: boolean;
  /** Of options: strike and side (`C` or `P`). */
  strike?: number;
  right?: string;
  /** What an option or CFD is on. */
  underlying?: Instrument;
  bond?: BondFields;
  /** Of a combination: what one unit of it holds. */
  legs?: readonly InstrumentLeg[];
}

export interface InstrumentLeg {
  instrument: Instrument;
  /** Units in one unit of the combination, negative for what is sold with it. */
  quantity: number;
}

/** The price of a whole number of ticks, without binary dust. */
export function ticksToPrice(instrument: Instrument, ticks: number): number {
  return Number((ticks * instrument.minTick).toFixed(decimalsOf(instrument.minTick)));
}

/** A price in ticks; a whole number for prices that conform. */
export function priceToTicks(instrument: Instrument, price: number): number {
  const ticks = price / instrument.minTick;
  const whole = Math.round(ticks);
  return Math.abs(ticks - whole) < 1e-6 ? whole : ticks;
}

const decimals = new Map<number, number>();

function decimalsOf(minTick: number): number {
  let count = decimals.get(minTick);
  if (count === undefined) {
    const text = minTick.toFixed(10).replace(/0+$/, "");
    count = text.length - text.indexOf(".") - 1;
    decimals.set(minTick, count);
  }
  return count;
}

/** The contract as messages about it carry it. */
export function contractOf(instrument: Instrument, exchange = instrument.exchange): ContractFields {
  return {
    conId: instrument.conId,
    symbol: instrument.symbol,
    secType: instrument.secType,
    lastTradeDateOrContractMonth: instrument.lastTradeDate,
    strike: instrument.strike ?? 0,
    right: instrument.right ?? "",
    multiplier: instrument.multiplier,
    exchange,
    primaryExch: instrument.primaryExch,
    currency: instrument.currency,
    localSymbol: instrument.localSymbol,
    tradingClass: instrument.tradingClass,
  };
}

/** @param now seconds since 1970 UTC; trading hours are given from that day on. */
export function detailsOf(instrument: Instrument, exchange: string, now: number): ContractDetailsFields {
  const rules = instrument.validExchanges.split(",").map(() => instrument.marketRuleId);
  return {
    contract: { ...contractOf(instrument, exchange), lastTradeDateOrContractMonth: lastTradeOf(instrument) },
    marketName: instrument.marketName,
    minTick: instrument.minTick,
    orderTypes: instrument.orderTypes,
    validExchanges: instrument.validExchanges,
    priceMagnifier: 1,
    underConId: instrument.underConId,
    longName: instrument.longName,
    contractMonth: instrument.contractMonth,
    industry: instrument.industry,
    category: instrument.category,
    subcategory: instrument.subcategory,
    timeZoneId: instrument.hours.zone,
    tradingHours: describeHours(instrument.hours, false, now),
    liquidHours: describeHours(instrument.hours, true, now),
    evRule: "",
    evMultiplier: 0,
    secIdList: instrument.secIds,
    aggGroup: 1,
    underSymbol: instrument.underSymbol,
    underSecType: instrument.underSecType,
    marketRuleIds: rules.join(","),
    realExpirationDate: instrument.lastTradeDate,
    lastTradeDate: instrument.lastTradeDate,
    stockType: instrument.stockType,
    minSize: instrument.minSize,
    sizeIncrement: instrument.sizeIncrement,
    suggestedSizeIncrement: instrument.lotSize,
    bond: instrument.bond,
  };
}

/** Contract details say of futures when on their last day trading ends, too (live captures: 08:30 in Chicago). */
function lastTradeOf({ secType, lastTradeDate, hours }: Instrument): string {
  return secType === "FUT" ? `${lastTradeDate} 08:30:00 ${hours.zone}` : lastTradeDate;
}
