import { type ContractFields, NO_CONTRACT } from "../model/contract.js";
import { type ContractRefusal, type ContractUse, isRefusal, qualify } from "./contract-check.js";
import { conflictsWith, isMeant, quoteFromLocal, symbolFromLocal } from "./contract-match.js";
import { type ContractSource, derivedContracts } from "./contracts.js";
import { CME_HOURS, CRYPTO_HOURS, FOREX_HOURS, US_STOCK_HOURS } from "./exchange-hours.js";
import { STOCK_EXCHANGES } from "./exchanges.js";
import type { Instrument } from "./instrument.js";
import { hashText, mix32 } from "./random.js";
import { ReferenceIndex } from "./recorded.js";
import {
  currencies,
  familiarPrices,
  knownCrypto,
  knownFutures,
  knownIndices,
  knownPairs,
  knownStocks,
  ORDER_TYPES,
} from "./reference-data.js";

/** Symbols that begin so are never found: tests of error 200 use them. */
const UNKNOWN_SYMBOL = /^(ZZZ|INVALID|UNKNOWN|NOSUCH)/;

const STOCK_SYMBOL = /^[A-Z0-9][A-Z0-9 ./-]{0,11}$/;
/** Made-up contract ids stay in this range, above the ids known by name. */
const FIRST_MADE_UP_CON_ID = 1_000_000_000;
const MADE_UP_CON_IDS = 1_000_000_000;

function familiarPrice(symbol: string, currency: string): number | undefined {
  return currency === "USD" ? familiarPrices.get(symbol) : undefined;
}

/**
 * All contracts there are. Stocks and currency pairs come into being when they are first asked for; what they look
 * like depends on their name alone, so contract ids are the same in every run.
 */
export class Instruments implements ContractSource {
  private readonly byKey = new Map<string, Instrument>();
  private readonly byConId = new Map<number, Instrument>();

  /** @param today seconds since 1970 UTC: futures expire in the quarters that follow. */
  constructor(
    readonly today: number,
    readonly reference = new ReferenceIndex(),
  ) {
    for (const symbol of knownStocks.keys()) this.stock(symbol, "USD");
    for (const pair of knownPairs.keys()) this.forex(...(pair.split(".") as [string, string]));
    for (const symbol of knownIndices.keys()) this.index(symbol);
    for (const symbol of knownCrypto.keys()) this.crypto(symbol);
    for (const symbol of knownFutures.keys()) this.futures(symbol);
  }

  /** Contracts by id, as far as they have been asked for. */
  get(conId: number): Instrument | undefined {
    return this.byConId.get(conId);
  }

  /** By id, and those whose id was recorded by that alone. */
  byId(conId: number): Instrument | undefined {
    return this.byConId.get(conId) ?? this.recorded(conId);
  }

  /** Every contract that fits a possibly incomplete description; its exchange is not looked at. */
  find(contract: ContractFields): Instrument[] {
    const known = this.byId(contract.conId);
    if (known !== undefined) return conflictsWith(known, contract) === "" ? [known] : [];
    // A made-up id of an earlier run is known again as soon as its symbol is.
    const found = this.candidates(contract);
    return contract.conId > 0 ? found.filter((i) => i.conId === contract.conId) : found;
  }

  /** Every contract a request for details means, or why a gateway refuses it. */
  details(contract: ContractFields): Instrument[] | ContractRefusal {
    return qualify(this, contract, "details");
  }

  /** The one contract a request or an order means, or why a gateway refuses it. */
  qualify(contract: ContractFields, use: Exclude<ContractUse, "details">): Instrument | ContractRefusal {
    const found = qualify(this, contract, use);
    return isRefusal(found) ? found : found[0];
  }

  /** The first contract that fits a description, however incomplete; for what is named within the program. */
  resolve(contract: Partial<ContractFields>): Instrument | undefined {
    return this.find({ ...NO_CONTRACT, ...contract })[0];
  }

  /** The instrument of this name; it is made when it does not exist yet. */
  named(secType: string, localSymbol: string, currency: string, make: () => Partial<Instrument>): Instrument {
    const key = keyOf(secType, localSymbol, currency);
    const existing = this.byKey.get(key);
    if (existing !== undefined) return existing;
    const made = { ...blank(), ...make(), secType, localSymbol, currency };
    return this.add({ ...made, conId: this.madeUpConId(key) });
  }

  /** A contract whose id was recorded is known by that alone. */
  private recorded(conId: number): Instrument | undefined {
    const contract = conId > 0 ? this.reference.contractById(conId) : undefined;
    if (contract === undefined) return undefined;
    const found = this.candidates({
      ...NO_CONTRACT,
      ...contract,
      conId: 0,
      lastTradeDateOrContractMonth: contract.lastTradeDate ?? "",
      strike: contract.strike ?? 0,
      right: contract.right ?? "",
    });
    return found.find((i) => i.conId === conId);
  }

  /** Contracts a description fits, whatever id it gives. */
  candidates(contract: ContractFields): Instrument[] {
    const symbol = contract.symbol.trim().toUpperCase() || symbolFromLocal(contract);
    if (UNKNOWN_SYMBOL.test(symbol)) return [];
    return this.ofType(contract, symbol).filter((i) => isMeant(i, contract));
  }

  /** Stocks whose symbol begins with `pattern`, or whose name contains it; 16 at most. */
  search(pattern: string): Instrument[] {
    const wanted = pattern.trim().toUpperCase();
    if (wanted === "" || UNKNOWN_SYMBOL.test(wanted)) return [];
    const hits = [...this.byKey.values()].filter(
      (i) => i.secType === "STK" && (i.symbol.startsWith(wanted) || i.longName.includes(wanted)),
    );
    if (STOCK_SYMBOL.test(wanted) && !hits.some((i) => i.symbol === wanted))
      hits.push(this.stock(wanted, "USD"));
    return hits.sort((a, b) => a.symbol.length - b.symbol.length || a.conId - b.conId).slice(0, 16);
  }

  private ofType(contract: ContractFields, symbol: string): Instrument[] {
    const currency = contract.currency.trim().toUpperCase();
    switch (contract.secType.trim().toUpperCase()) {
      case "":
      case "STK":
        return this.stocks(contract, symbol, currency || "USD");
      case "CASH":
        return this.pairs(symbol, currency || quoteFromLocal(contract));
      case "IND":
        return knownIndices.has(symbol) ? [this.index(symbol)] : [];
      case "CRYPTO":
        return knownCrypto.has(symbol) ? [this.crypto(symbol)] : [];
      case "FUT":
        // By local symbol alone it may be any.
        if (contract.symbol.trim() === "" && symbol !== "")
          return [...knownFutures.keys()].flatMap((name) => this.futures(name));
        return knownFutures.has(symbol) ? this.futures(symbol) : [];
      case "CONTFUT":
        // A continuous future is whatever future comes next.
        return knownFutures.has(symbol) ? this.futures(symbol).slice(0, 1) : [];
      default:
        return derivedContracts(this, contract);
    }
  }

  private add(instrument: Instrument): Instrument {
    const key = keyOf(instrument.secType, instrument.localSymbol, instrument.currency);
    Object.assign(instrument, this.reference.contract(key));
    this.byKey.set(key, instrument);
    this.byConId.set(instrument.conId, instrument);
    return instrument;
  }

  /** A contract id that depends on the name only; a clash moves on to the next free one. */
  private madeUpConId(key: string): number {
    let conId = FIRST_MADE_UP_CON_ID + (hashText(key) % MADE_UP_CON_IDS);
    while (this.byConId.has(conId)) conId += 1;
    return conId;
  }

  private stocks({ secIdType, secId = "" }: ContractFields, symbol: string, currency: string): Instrument[] {
    const id = secId.trim().toUpperCase();
    if (id === "") {
      const exists = STOCK_SYMBOL.test(symbol) && currency in STOCK_EXCHANGES;
      return exists ? [this.stock(symbol, currency)] : [];
    }
    // By its number only those are known whose number is known.
    const known = [...knownStocks.values()].filter(({ isin }) => secIdType === "ISIN" && isin === id);
    return known.map((stock) => this.stock(stock.symbol, "USD"));
  }

  private pairs(base: string, quote: string): Instrument[] {
    const exists = currencies.has(base) && currencies.has(quote) && base !== quote;
    // A pair is traded one way round: there is EUR.USD and no USD.EUR.
    return exists && !knownPairs.has(`${quote}.${base}`) ? [this.forex(base, quote)] : [];
  }

  private stock(symbol: string, currency: string): Instrument {
    const key = keyOf("STK", symbol, currency);
    const existing = this.byKey.get(key);
    if (existing !== undefined) return existing;
    const known = currency === "USD" ? knownStocks.get(symbol) : undefined;
    const hash = hashText(key);
    const exchanges = STOCK_EXCHANGES[currency];
    const listing = currency === "USD" ? (hash % 2 === 0 ? "NASDAQ" : "NYSE") : exchanges.split(",")[0];
    const madeUp = known === undefined && this.reference.contract(key) === undefined;
    return this.add({
      ...blank(),
      conId: known?.conId ?? this.madeUpConId(key),
      symbol,
      secType: "STK",
      exchange: "SMART",
      primaryExch: known?.primaryExch ?? listing,
      currency,
      localSymbol: symbol,
      tradingClass: known?.tradingClass ?? (listing === "NASDAQ" ? "NMS" : symbol),
      marketName: known?.tradingClass ?? (listing === "NASDAQ" ? "NMS" : symbol),
      ...(madeUp ? { madeUpListing: true } : {}),
      longName: known?.longName ?? `${symbol} SIMULATED CORP`,
      industry: known?.industry ?? "Industrial",
      category: known?.category ?? "Miscellaneous Manufactur",
      subcategory: known?.category ?? "Miscellaneous Manufactur",
      stockType: known?.stockType ?? "COMMON",
      validExchanges: exchanges,
      secIds: known === undefined ? [] : [{ tag: "ISIN", value: known.isin }],
      basePrice: known?.basePrice ?? familiarPrice(symbol, currency) ?? 10 + (mix32(hash) % 29000) / 100,
      headTimestamp: known?.headTimestamp ?? 631_290_600 + (mix32(hash ^ 1) % 7300) * 86_400,
    });
  }

  private forex(base: string, quote: string): Instrument {
    const localSymbol = `${base}.${quote}`;
    const key = keyOf("CASH", localSymbol, quote);
    const existing = this.byKey.get(key);
    if (existing !== undefined) return existing;
    const known = knownPairs.get(localSymbol);
    const minTick = known?.minTick ?? 0.00005;
    return this.add({
      ...blank(),
      conId: known?.conId ?? this.madeUpConId(key),
      symbol: base,
      secType: "CASH",
      exchange: "IDEALPRO",
      currency: quote,
      localSymbol,
      tradingClass: localSymbol,
      marketName: localSymbol,
      longName: `${base} against ${quote}`,
      validExchanges: "IDEALPRO",
      minTick,
      marketRuleId: minTick === 0.005 ? 239 : 59,
      lotSize: 100_000,
      hours: FOREX_HOURS,
      basePrice: known?.basePrice ?? 1 + (hashText(key) % 1000) / 1000,
      headTimestamp: 1_110_326_400,
    });
  }

  private index(symbol: string): Instrument {
    const known = knownIndices.get(symbol)!;
    const currency = symbol === "DAX" ? "EUR" : "USD";
    const existing = this.byKey.get(keyOf("IND", symbol, currency));
    if (existing !== undefined) return existing;
    return this.add({
      ...blank(),
      conId: known.conId,
      symbol,
      secType: "IND",
      exchange: known.exchange,
      currency,
      localSymbol: symbol,
      tradingClass: symbol,
      marketName: symbol,
      longName: known.longName,
      industry: "Indices",
      category: "Broad Range Equity Index",
      subcategory: "*",
      validExchanges: known.exchange,
      basePrice: known.basePrice,
      tradable: false,
    });
  }

  private crypto(symbol: string): Instrument {
    const known = knownCrypto.get(symbol)!;
    const existing = this.byKey.get(keyOf("CRYPTO", `${symbol}.USD`, "USD"));
    if (existing !== undefined) return existing;
    return this.add({
      ...blank(),
      conId: known.conId,
      symbol,
      secType: "CRYPTO",
      exchange: "PAXOS",
      currency: "USD",
      localSymbol: `${symbol}.USD`,
      tradingClass: symbol,
      marketName: symbol,
      longName: `${symbol} cryptocurrency`,
      validExchanges: "PAXOS",
      minTick: 0.25,
      marketRuleId: 2806,
      minSize: 0.0001,
      sizeIncrement: 0.00000001,
      lotSize: 1,
      hours: CRYPTO_HOURS,
      basePrice: known.basePrice,
      headTimestamp: 1_627_776_000,
    });
  }

  /** The quarterly contracts of the next two years. */
  private futures(symbol: string): Instrument[] {
    const known = knownFutures.get(symbol)!;
    return quarterlyExpiries(this.today, 8).map(({ date, month, code }) => {
      const localSymbol = `${symbol}${code}`;
      const key = keyOf("FUT", localSymbol, "USD");
      const existing = this.byKey.get(key);
      if (existing !== undefined) return existing;
      return this.add({
        ...blank(),
        conId: this.madeUpConId(`${key}|${date}`),
        symbol,
        secType: "FUT",
        exchange: known.exchange,
        currency: "USD",
        localSymbol,
        tradingClass: symbol,
        lastTradeDate: date,
        contractMonth: month,
        multiplier: String(known.multiplier),
        pointValue: known.multiplier,
        minTick: known.minTick,
        marketName: symbol,
        longName: known.longName,
        validExchanges: `${known.exchange},QBALGO`,
        marketRuleId: known.marketRuleId,
        lotSize: 1,
        underSymbol: symbol,
        underSecType: "IND",
        underConId: knownIndices.get(symbol)?.conId ?? 0,
        hours: CME_HOURS,
        basePrice: known.basePrice,
        headTimestamp: this.today - 730 * 86_400,
      });
    });
  }
}

function keyOf(secType: string, localSymbol: string, currency: string): string {
  return `${secType}|${localSymbol}|${currency}`;
}

/** Third Fridays of March, June, September and December from `today` on, with their one-letter month codes. */
function quarterlyExpiries(today: number, count: number): { date: string; month: string; code: string }[] {
  const letters: Record<number, string> = { 3: "H", 6: "M", 9: "U", 12: "Z" };
  const start = new Date(today * 1000);
  const expiries: { date: string; month: string; code: string }[] = [];
  for (let i = start.getUTCFullYear() * 12 + start.getUTCMonth(); expiries.length < count; i++) {
    const year = Math.floor(i / 12);
    const month = (i % 12) + 1;
    const letter = letters[month];
    if (letter === undefined) continue;
    const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
    const third = 15 + ((5 - firstWeekday + 7) % 7);
    if (Date.UTC(year, month - 1, third + 1) / 1000 <= today) continue;
    const yyyymm = `${year}${String(month).padStart(2, "0")}`;
    expiries.push({ date: `${yyyymm}${third}`, month: yyyymm, code: `${letter}${year % 10}` });
  }
  return expiries;
}

function blank(): Instrument {
  return {
    conId: 0,
    symbol: "",
    secType: "",
    exchange: "",
    primaryExch: "",
    currency: "USD",
    localSymbol: "",
    tradingClass: "",
    lastTradeDate: "",
    contractMonth: "",
    multiplier: "",
    pointValue: 1,
    minTick: 0.01,
    marketName: "",
    longName: "",
    industry: "",
    category: "",
    subcategory: "",
    orderTypes: ORDER_TYPES,
    validExchanges: "",
    marketRuleId: 26,
    stockType: "",
    minSize: 1,
    sizeIncrement: 1,
    lotSize: 100,
    secIds: [],
    underConId: 0,
    underSymbol: "",
    underSecType: "",
    hours: US_STOCK_HOURS,
    basePrice: 100,
    headTimestamp: 728_317_800,
    tradable: true,
  };
}
