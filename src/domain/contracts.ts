import type { ComboLeg, Contract, OptionType, OrderAction, SecType } from "@stoqey/ib";
import {
  anyText,
  fields,
  flag,
  integer,
  listOf,
  notNegative,
  oneOf,
  positive,
  text,
  textLike,
} from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";
import { check, refused } from "./check.js";
import type { Literal, WithLiterals } from "./literals.js";
import { type MemberRules, membersOf } from "./members.js";

/*
 * Contracts as `@stoqey/ib` has them, made from what identifies each kind. Everything else a contract may have can be
 * given as `more`, and takes precedence. All of them throw IBKRError `ERR_IBKR_ARGUMENT` naming what does not fit.
 */

/** What a contract has besides what identifies its kind: `exchange`, `currency`, `primaryExch`, `tradingClass`, … */
export type ContractMore = WithLiterals<Omit<Contract, "secType">>;

/** A leg of a combination: `ratio` contracts of it for each of the combination. */
export interface Leg {
  readonly conId: number;
  readonly action: Literal<OrderAction.BUY | OrderAction.SELL>;
  /** Default 1. */
  readonly ratio?: number;
  /** Default SMART. */
  readonly exchange?: string;
}

/** `"C"` and `"CALL"`, `"P"` and `"PUT"`. */
export type Right = Literal<OptionType> | "CALL" | "PUT";

/** What is known by its number; the gateway knows the rest. */
export function byConId(conId: number, more?: ContractMore): Contract {
  return contract(undefined, { conId, exchange: "SMART" }, more);
}

/** A stock or an exchange-traded fund. `primaryExch` where the symbol alone is ambiguous. */
export function stock(symbol: string, more?: ContractMore): Contract {
  return contract("STK", { symbol, exchange: "SMART", currency: "USD" }, more);
}

/** A contract for difference on a stock. */
export function cfd(symbol: string, more?: ContractMore): Contract {
  return contract("CFD", { symbol, exchange: "SMART", currency: "USD" }, more);
}

/** @param exchange the index's own, such as CBOE for SPX */
export function index(symbol: string, exchange: string, more?: ContractMore): Contract {
  return contract("IND", { symbol, exchange, currency: "USD" }, more);
}

/** An option on a stock or an index: 100 a contract unless `multiplier` says otherwise. @param expiry `YYYYMMDD` or `YYYYMM` */
export function option(
  symbol: string,
  expiry: string,
  strike: number,
  right: Right,
  more?: ContractMore,
): Contract {
  const smart = { exchange: "SMART", currency: "USD", multiplier: 100 };
  return contract("OPT", { symbol, ...optional(expiry, strike, right), ...smart }, more);
}

/** @param expiry `YYYYMMDD` or the contract's month, `YYYYMM` */
export function future(symbol: string, expiry: string, exchange: string, more?: ContractMore): Contract {
  return contract(
    "FUT",
    { symbol, lastTradeDateOrContractMonth: expiryOf(expiry), exchange, currency: "USD" },
    more,
  );
}

/** The future that is in front at any time: for data, not for orders. */
export function continuousFuture(symbol: string, exchange: string, more?: ContractMore): Contract {
  return contract("CONTFUT", { symbol, exchange, currency: "USD" }, more);
}

/** An option on a future (FOP). @param expiry the option's, `YYYYMMDD` or `YYYYMM` */
export function fop(
  symbol: string,
  expiry: string,
  strike: number,
  right: Right,
  exchange: string,
  more?: ContractMore,
): Contract {
  return contract("FOP", { symbol, ...optional(expiry, strike, right), exchange, currency: "USD" }, more);
}

/** The longer name of {@link fop}. */
export { fop as futureOption };

/**
 * A pair of currencies: quantities are in the first, prices in the second. A pair is traded one way round only
 * (EUR.USD, USD.JPY); the other way the gateway does not know it.
 */
export function forex(base: string, quote: string, more?: ContractMore): Contract {
  const currency = currencyRule();
  check(currency, base, "base", "ERR_IBKR_ARGUMENT");
  check(currency, quote, "quote", "ERR_IBKR_ARGUMENT");
  return contract("CASH", { symbol: base, currency: quote, exchange: "IDEALPRO" }, more);
}

/** A cryptocurrency. */
export function crypto(symbol: string, more?: ContractMore): Contract {
  return contract("CRYPTO", { symbol, exchange: "PAXOS", currency: "USD" }, more);
}

/** A bond. @param id its CUSIP, or IB's symbol of the issuer with other fields that narrow it down */
export function bond(id: string, more?: ContractMore): Contract {
  return contract("BOND", { symbol: id, exchange: "SMART", currency: "USD" }, more);
}

/** A mutual fund. */
export function fund(symbol: string, more?: ContractMore): Contract {
  return contract("FUND", { symbol, exchange: "FUNDSERV", currency: "USD" }, more);
}

/** A commodity at its spot price, such as XAUUSD. */
export function commodity(symbol: string, more?: ContractMore): Contract {
  return contract("CMDTY", { symbol, exchange: "SMART", currency: "USD" }, more);
}

/** Several contracts traded as one. @param symbol the underlying's; of two, both with a comma between: `"IBKR,MCD"` */
export function combo(symbol: string, legs: readonly Leg[], more?: ContractMore): Contract {
  const comboLegs = check(legRules(), legs, "legs", "ERR_IBKR_ARGUMENT") as ComboLeg[];
  return contract("BAG", { symbol, comboLegs, exchange: "SMART", currency: "USD" }, more);
}

const EXPIRY = "a day YYYYMMDD or a month YYYYMM";
const expiryRule = lazily(() => textLike(/^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?$/, EXPIRY));
const strikeRule = lazily(() => positive());
const currencyRule = lazily(() => textLike(/^[A-Z]{3,5}$/, "a currency such as USD"));

const legRules = lazily(() =>
  listOf(
    fields({
      conId: integer(1),
      action: oneOf(["BUY", "SELL"]),
      ratio: integer(1).default(1),
      exchange: text().default("SMART"),
    }),
    "a list of two legs or more",
  ).min(2, { error: "a list of two legs or more" }),
);

function expiryOf(expiry: string): string {
  return check(expiryRule(), expiry, "expiry", "ERR_IBKR_ARGUMENT");
}

function optional(expiry: string, strike: number, right: Right) {
  check(strikeRule(), strike, "strike", "ERR_IBKR_ARGUMENT");
  return { lastTradeDateOrContractMonth: expiryOf(expiry), strike, right: rightOf(right) };
}

function rightOf(right: Right): OptionType {
  const first = { C: "C", CALL: "C", P: "P", PUT: "P" }[right];
  if (first === undefined) throw refused("right", right, "C, CALL, P, PUT", "ERR_IBKR_ARGUMENT");
  return first as OptionType;
}

/** Of every member of stock's Contract what is allowed. */
const contractRules = lazily(() =>
  fields({
    conId: integer(0).optional(),
    symbol: text().optional(),
    lastTradeDateOrContractMonth: expiryRule().optional(),
    lastTradeDate: text().optional(),
    // 0 is "none" in stock's style.
    strike: notNegative().optional(),
    right: oneOf(["C", "P"]).optional(),
    multiplier: positive().optional(),
    exchange: text().optional(),
    currency: currencyRule().optional(),
    localSymbol: text().optional(),
    primaryExch: text().optional(),
    tradingClass: text().optional(),
    includeExpired: flag().optional(),
    secIdType: text().optional(),
    secId: text().optional(),
    description: anyText().optional(),
    issuerId: text().optional(),
    comboLegsDescription: anyText().optional(),
    comboLegs: z().array(z().looseObject({}), { error: "a list of legs" }).optional(),
    deltaNeutralContract: z().looseObject({}, { error: "a delta-neutral contract" }).optional(),
  } satisfies Record<keyof ContractMore, unknown>),
);

/** @param known what identifies the kind: all of it has to be there, here or in `more` */
function contract(secType: `${SecType}` | undefined, known: ContractMore, more: ContractMore = {}): Contract {
  const all = { ...known, ...given(more) };
  const { shape } = contractRules();
  for (const name of Object.keys(known) as (keyof ContractMore)[])
    if (all[name] === undefined)
      check(shape[name].unwrap(), undefined, `contract.${name}`, "ERR_IBKR_ARGUMENT");
  const checked = check(contractRules(), all, "contract", "ERR_IBKR_ARGUMENT") as Contract;
  return secType === undefined ? checked : { secType: secType as SecType, ...checked };
}

/** What is undefined is not given, and replaces no default. */
function given(more: ContractMore): ContractMore {
  return Object.fromEntries(membersOf(more, "more", ofContract()));
}

const ofContract = lazily((): MemberRules => {
  const known = Object.keys(contractRules().shape);
  return { name: "contract", known, isKnown: (name) => known.includes(name), allowed: known.join(", ") };
});
