import { utcDay } from "../../time/ib-date-time.js";
import { type ContractFields, legsDescription, legUnits, NO_CONTRACT } from "../model/contract.js";
import { valueOption } from "./black-scholes.js";
import { knownBonds } from "./bonds.js";
import { rightOf } from "./contract-match.js";
import { US_OPTION_EXCHANGES } from "./exchanges.js";
import type { Instrument } from "./instrument.js";
import {
  expirations,
  optionSymbol,
  smile,
  strikes,
  thirdFriday,
  volatilityOf,
  yearsTo,
} from "./option-chain.js";
import type { ReferenceIndex } from "./recorded.js";
import { knownFutures, knownIndices, knownStocks } from "./reference-data.js";

const MONTHLY_FOPS = 6;

/** What contracts that depend on others need of the list of all. */
export interface ContractSource {
  readonly reference: ReferenceIndex;
  /** Seconds since 1970 UTC. */
  readonly today: number;
  /** Stock, index or future by description. */
  find(contract: ContractFields): Instrument[];
  get(conId: number): Instrument | undefined;
  /** The instrument of this name; it is made when it does not exist yet. */
  named(secType: string, localSymbol: string, currency: string, make: () => Partial<Instrument>): Instrument;
}

/** Options, futures options, CFDs, bonds and combos that fit a description. */
export function derivedContracts(source: ContractSource, contract: ContractFields): Instrument[] {
  switch (contract.secType.toUpperCase()) {
    case "OPT":
      return options(source, contract);
    case "FOP":
      return futuresOptions(source, contract);
    case "CFD":
      return cfds(source, contract);
    case "BOND":
      return bonds(source, contract);
    case "BAG":
      return combo(source, contract);
    default:
      return [];
  }
}

/** One expiry, side and strike of a chain. */
interface Line {
  expiry: string;
  right: "C" | "P";
  strike: number;
}

function options(source: ContractSource, contract: ContractFields): Instrument[] {
  const wanted = fromLocalSymbol(contract);
  const underlying = optionUnderlying(source, wanted);
  if (underlying === undefined) return [];
  const expired = source.reference.contractsOf("OPT", underlying.symbol).map(
    (c): Line => ({
      expiry: c.lastTradeDate ?? "",
      right: c.right === "P" ? "P" : "C",
      strike: c.strike ?? 0,
    }),
  );
  const chain = linesOf(expirations(source.today), strikes(underlying.basePrice), wanted);
  const lines = [...chain];
  for (const line of expired)
    if (fits(line, wanted) && !chain.some((l) => sameLine(l, line))) lines.push(line);
  return lines.map((line) => option(source, underlying, line));
}

/** What options are written on. */
export function optionUnderlying(source: ContractSource, contract: ContractFields): Instrument | undefined {
  const symbol = contract.symbol.trim().toUpperCase();
  const secType = knownIndices.has(symbol) && !knownStocks.has(symbol) ? "IND" : "STK";
  return source.find({ ...NO_CONTRACT, symbol, secType, currency: contract.currency })[0];
}

function option(source: ContractSource, underlying: Instrument, line: Line): Instrument {
  const { expiry, right, strike } = line;
  const localSymbol = optionSymbol(underlying.symbol, expiry, right, strike);
  return source.named("OPT", localSymbol, underlying.currency, () => ({
    ...optionBasics(source, underlying, line),
    exchange: "SMART",
    tradingClass: underlying.symbol,
    multiplier: "100",
    pointValue: 100,
    minTick: 0.01,
    marketRuleId: 32,
    validExchanges: US_OPTION_EXCHANGES,
    hours: underlying.hours,
  }));
}

function optionBasics(source: ContractSource, underlying: Instrument, line: Line): Partial<Instrument> {
  const { expiry, right, strike } = line;
  const futures = underlying.secType === "FUT";
  const years = yearsTo(expiry, source.today);
  const volatility = modelVolatility(underlying, strike);
  const terms = { strike, years, call: right === "C", ...(futures ? { dividendYield: 0.04 } : {}) };
  const { price } = valueOption(terms, underlying.basePrice, volatility);
  return {
    symbol: underlying.symbol,
    lastTradeDate: expiry,
    contractMonth: expiry.slice(0, 6),
    strike,
    right,
    marketName: underlying.symbol,
    longName: underlying.longName,
    industry: underlying.industry,
    category: underlying.category,
    subcategory: underlying.subcategory,
    lotSize: 1,
    underConId: underlying.conId,
    underSymbol: underlying.symbol,
    underSecType: underlying.secType,
    underlying,
    basePrice: Math.max(0.02, Math.round(price * 100) / 100),
    headTimestamp: source.today - 365 * 86_400,
  };
}

/** The volatility the exchange's model gives a strike, per year as a fraction. */
export function modelVolatility(underlying: Instrument, strike: number): number {
  return smile(volatilityOf(underlying), strike / underlying.basePrice);
}

function futuresOptions(source: ContractSource, given: ContractFields): Instrument[] {
  const contract = fromFuturesOptionSymbol(given);
  const symbol = contract.symbol.trim().toUpperCase();
  const known = knownFutures.get(symbol);
  const futures = source.find({ ...NO_CONTRACT, symbol, secType: "FUT", currency: contract.currency });
  if (known === undefined || futures.length === 0) return [];
  const lines = linesOf(futuresOptionExpiries(source.today), strikes(known.basePrice, 0.3), contract);
  return lines.flatMap((line) => {
    const future = futures.find((f) => f.lastTradeDate >= line.expiry);
    return future === undefined ? [] : [futuresOption(source, future, line)];
  });
}

export function futuresOptionExpiries(today: number): string[] {
  const date = new Date(today * 1000);
  const first = utcDay(date.getTime());
  return Array.from({ length: MONTHLY_FOPS }, (_, i) =>
    thirdFriday(date.getUTCFullYear(), date.getUTCMonth() + 1 + i),
  ).filter((day) => day >= first);
}

function futuresOption(source: ContractSource, future: Instrument, line: Line): Instrument {
  const localSymbol = `${future.symbol}${line.expiry.slice(2, 6)} ${line.right}${line.strike}`;
  return source.named("FOP", localSymbol, future.currency, () => ({
    ...optionBasics(source, future, line),
    exchange: future.exchange,
    tradingClass: future.symbol,
    multiplier: future.multiplier,
    pointValue: future.pointValue,
    minTick: 0.05,
    marketRuleId: 32,
    validExchanges: future.exchange,
    hours: future.hours,
  }));
}

const INDEX_CFDS: ReadonlyMap<string, { currency: string; longName: string; basePrice: number }> = new Map([
  ["IBUS500", { currency: "USD", longName: "US 500", basePrice: 5200 }],
  ["IBUS30", { currency: "USD", longName: "US 30", basePrice: 39000 }],
  ["IBUST100", { currency: "USD", longName: "US Tech 100", basePrice: 18000 }],
  ["IBDE40", { currency: "EUR", longName: "Germany 40", basePrice: 18000 }],
]);

function cfds(source: ContractSource, contract: ContractFields): Instrument[] {
  // The local symbol of a CFD on a stock is the stock's, and an n.
  const local = contract.localSymbol.trim();
  const symbol = (contract.symbol.trim() || local.replace(/n$/, "")).toUpperCase();
  const index = INDEX_CFDS.get(symbol);
  if (index !== undefined) {
    const { currency, longName, basePrice } = index;
    if (contract.currency !== "" && contract.currency.toUpperCase() !== currency) return [];
    return [
      source.named("CFD", symbol, currency, () => ({
        symbol,
        exchange: "SMART",
        tradingClass: symbol,
        marketName: symbol,
        longName,
        validExchanges: "SMART",
        lotSize: 1,
        basePrice,
      })),
    ];
  }
  const stock = source.find({ ...NO_CONTRACT, symbol, secType: "STK", currency: contract.currency })[0];
  if (stock === undefined) return [];
  return [
    source.named("CFD", `${symbol}n`, stock.currency, () => ({
      ...stock,
      secType: "CFD",
      exchange: "SMART",
      primaryExch: "",
      validExchanges: "SMART",
      stockType: "",
      secIds: [],
      madeUpListing: undefined,
      underConId: stock.conId,
      underSymbol: stock.symbol,
      underSecType: "STK",
      underlying: stock,
    })),
  ];
}

function bonds(source: ContractSource, contract: ContractFields): Instrument[] {
  const symbol = (contract.symbol.trim() || contract.localSymbol.trim()).toUpperCase();
  const id = (contract.secId ?? "").toUpperCase();
  const found = knownBonds.filter(
    (bond) =>
      (symbol === "" || [bond.isin, bond.symbol, bond.terms.cusip].includes(symbol)) &&
      (id === "" || [bond.isin, bond.terms.cusip].includes(id)) &&
      (contract.issuerId === undefined || contract.issuerId === "" || bond.issuerId === contract.issuerId),
  );
  if (symbol === "" && id === "" && (contract.issuerId ?? "") === "") return [];
  return found.map((bond) =>
    source.named("BOND", bond.isin, "USD", () => ({
      symbol: bond.symbol,
      exchange: "SMART",
      tradingClass: bond.symbol,
      marketName: bond.symbol,
      longName: bond.longName,
      industry: bond.industry,
      category: bond.category,
      subcategory: bond.subcategory,
      lastTradeDate: bond.terms.maturity,
      contractMonth: bond.terms.maturity.slice(0, 6),
      validExchanges: "SMART",
      minTick: 0.001,
      lotSize: 1000,
      pointValue: 10,
      secIds: [
        { tag: "ISIN", value: bond.isin },
        { tag: "CUSIP", value: bond.terms.cusip },
      ],
      basePrice: bond.basePrice,
      bond: bond.terms,
    })),
  );
}

/** A combo's price is what its legs add up to, below zero too; one that adds up to nothing is quoted at a dime. */
const LEAST_COMBO_PRICE = 0.1;

function combo(source: ContractSource, contract: ContractFields): Instrument[] {
  const legs = (contract.comboLegs ?? []).map((leg) => ({ ...leg, instrument: source.get(leg.conId) }));
  // An index cannot be traded, nor a combination with it.
  if (legs.length === 0 || legs.some((leg) => leg.instrument?.tradable !== true || leg.ratio <= 0)) return [];
  const name = legsDescription(legs);
  const first = legs[0].instrument!;
  const units = legs.map((leg) => ({ instrument: leg.instrument!, quantity: legUnits(leg) }));
  const price = units.reduce((sum, leg) => sum + leg.quantity * leg.instrument.basePrice, 0);
  return [
    source.named("BAG", name, first.currency, () => ({
      symbol: contract.symbol || first.symbol,
      exchange: "SMART",
      tradingClass: "COMB",
      marketName: first.symbol,
      longName: `${first.symbol} combination`,
      validExchanges: ["SMART", ...sharedExchanges(units)].join(","),
      multiplier: first.multiplier,
      pointValue: first.pointValue,
      lotSize: 1,
      hours: first.hours,
      legs: units,
      basePrice: Math.round(price * 100) / 100 || LEAST_COMBO_PRICE,
    })),
  ];
}

/** Where every leg can be routed. */
function sharedExchanges(legs: readonly { instrument: Instrument }[]): string[] {
  const [first, ...others] = legs.map(({ instrument }) => instrument.validExchanges.split(","));
  return first.filter((name) => name !== "SMART" && others.every((list) => list.includes(name)));
}

function linesOf(expiries: readonly string[], ladder: readonly number[], wanted: ContractFields): Line[] {
  const lines: Line[] = [];
  for (const expiry of expiries) {
    if (!expiry.startsWith(wanted.lastTradeDateOrContractMonth.slice(0, 8))) continue;
    for (const right of ["C", "P"] as const) {
      for (const strike of ladder) {
        const line = { expiry, right, strike };
        if (fits(line, wanted)) lines.push(line);
      }
    }
  }
  return lines;
}

function fits(line: Line, wanted: ContractFields): boolean {
  const right = rightOf(wanted);
  return (
    line.expiry.startsWith(wanted.lastTradeDateOrContractMonth.slice(0, 8)) &&
    (right === "" || right === line.right) &&
    (wanted.strike === 0 || Math.abs(wanted.strike - line.strike) < 1e-6)
  );
}

function sameLine(a: Line, b: Line): boolean {
  return a.expiry === b.expiry && a.right === b.right && a.strike === b.strike;
}

/** Completes a description from an option's local symbol (`SPY   281215C00750000`), if it has one. */
function fromLocalSymbol(contract: ContractFields): ContractFields {
  const match = /^([A-Z.]{1,6}) *(\d{6})([CP])(\d{8})$/.exec(contract.localSymbol.trim().toUpperCase());
  if (match === null) return contract;
  return {
    ...contract,
    symbol: contract.symbol || match[1],
    lastTradeDateOrContractMonth: `20${match[2]}`,
    right: match[3],
    strike: Number(match[4]) / 1000,
  };
}

/** The same of a futures option's (`ES2606 C5250`). */
function fromFuturesOptionSymbol(contract: ContractFields): ContractFields {
  const match = /^([A-Z0-9]{1,6}?)(\d{4}) ([CP])([\d.]+)$/.exec(contract.localSymbol.trim().toUpperCase());
  if (match === null) return contract;
  return {
    ...contract,
    symbol: contract.symbol || match[1],
    lastTradeDateOrContractMonth: contract.lastTradeDateOrContractMonth || `20${match[2]}`,
    right: match[3],
    strike: Number(match[4]),
  };
}
