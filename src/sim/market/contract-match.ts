import type { ContractFields } from "../model/contract.js";
import type { Instrument } from "./instrument.js";

/** One thing a description may say of a contract, and what the contract says of itself. */
interface Field {
  /** As error 478 names it. */
  readonly name: string;
  /** What the request says; empty where it says nothing. */
  given(contract: ContractFields): string;
  /** Empty where the contract has no such thing: then nothing contradicts it. */
  known(instrument: Instrument): string;
  agrees?(given: string, instrument: Instrument): boolean;
}

const FIELDS: readonly Field[] = [
  {
    name: "symbol",
    given: ({ symbol }) => upper(symbol),
    // A combination's symbol is checked against its legs.
    known: ({ symbol, secType }) => (secType === "BAG" ? "" : symbol),
    // Bonds are asked for by their numbers, too.
    agrees: (given, { symbol, secIds, secType }) =>
      given === symbol || (secType === "BOND" && secIds.some(({ value }) => value === given)),
  },
  {
    name: "sectype",
    given: ({ secType }) => upper(secType),
    known: ({ secType }) => secType,
    // A continuous future is the future that comes next.
    agrees: (given, { secType }) => given === secType || (given === "CONTFUT" && secType === "FUT"),
  },
  { name: "currency", given: ({ currency }) => upper(currency), known: ({ currency }) => currency },
  {
    name: "strike",
    given: ({ strike }) => (strike === 0 ? "" : String(strike)),
    known: ({ strike }) => (strike === undefined ? "" : String(strike)),
    agrees: (given, { strike }) => Math.abs(Number(given) - strike!) < 1e-6,
  },
  { name: "right", given: rightOf, known: ({ right }) => right ?? "" },
  {
    name: "multiplier",
    given: ({ multiplier }) => (multiplier === "0" ? "" : multiplier.trim()),
    known: ({ multiplier, secType }) => (secType === "BAG" ? "" : multiplier || "1"),
    agrees: (given, { multiplier }) => Number(given) === Number(multiplier || "1"),
  },
  {
    name: "local symbol",
    given: ({ localSymbol }) => words(localSymbol),
    known: ({ localSymbol, secType }) => (secType === "BAG" ? "" : words(localSymbol)),
  },
  {
    name: "trading class",
    given: ({ tradingClass }) => upper(tradingClass),
    known: ({ tradingClass, secType }) => (secType === "BAG" ? "" : upper(tradingClass)),
    // Nobody knows the class of a stock that was made up: that of a listing on NASDAQ, or its symbol.
    agrees: (given, { tradingClass, symbol, madeUpListing }) =>
      given === upper(tradingClass) ||
      (madeUpListing === true && (given === symbol || ["NMS", "SCM"].includes(given))),
  },
];

/** The day an expiry begins with: contract details give futures' with a time behind it, and clients send that back. */
const EXPIRY = /^(\d{6}(?:\d{2})?)(?:[ -].*)?$/;

/** Whether nothing that is said of a contract contradicts the instrument; a month stands for the days in it. */
export function isMeant(instrument: Instrument, contract: ContractFields): boolean {
  return FIELDS.every((field) => agrees(field, instrument, contract)) && isOfExpiry(instrument, contract);
}

/**
 * What is said of a contract that its id contradicts, as error 478 lists it; empty when nothing does. A month is no day
 * here: gateways refuse it beside the id of a contract that expires on one.
 */
export function conflictsWith(instrument: Instrument, contract: ContractFields): string {
  const parts = FIELDS.filter((field) => !agrees(field, instrument, contract)).map(
    (field) => `requested ${field.name} ${field.given(contract)}, in contract ${field.known(instrument)};`,
  );
  const expiry = contract.lastTradeDateOrContractMonth.trim();
  const { lastTradeDate } = instrument;
  if (expiry !== "" && lastTradeDate !== "" && EXPIRY.exec(expiry)?.[1] !== lastTradeDate)
    parts.push(`requested expiry ${expiry}, in contract ${lastTradeDate};`);
  return parts.join("");
}

/** Whether an instrument can be routed to an exchange, or is listed there. */
export function isTradedOn(instrument: Instrument, exchange: string): boolean {
  const name = exchangeNamed(exchange);
  if (name === "") return true;
  return [instrument.exchange, instrument.primaryExch, ...instrument.validExchanges.split(",")].includes(
    name,
  );
}

/** Whether a primary exchange that was given may be the instrument's. */
export function isListedOn(instrument: Instrument, primaryExch: string): boolean {
  const name = exchangeNamed(primaryExch);
  if (name === "" || instrument.primaryExch === "" || instrument.primaryExch === name) return true;
  return instrument.madeUpListing === true && isTradedOn(instrument, name);
}

/** NASDAQ was called ISLAND for long, and gateways still take that. */
function exchangeNamed(name: string): string {
  const given = upper(name);
  return given === "ISLAND" ? "NASDAQ" : given;
}

function agrees(field: Field, instrument: Instrument, contract: ContractFields): boolean {
  const given = field.given(contract);
  const known = field.known(instrument);
  if (given === "" || known === "") return true;
  return field.agrees === undefined ? given === known : field.agrees(given, instrument);
}

function isOfExpiry({ lastTradeDate, secType }: Instrument, contract: ContractFields): boolean {
  const expiry = contract.lastTradeDateOrContractMonth.trim();
  // A local symbol has it, too, and says it exactly; a continuous future has none.
  if (expiry === "" || lastTradeDate === "" || upper(contract.secType) === "CONTFUT") return true;
  if (secType === "BOND") return lastTradeDate.startsWith(expiry);
  const match = EXPIRY.exec(expiry);
  return match !== null && lastTradeDate.startsWith(match[1]);
}

/** `C`, `P`, or empty where none is given: messages say `?` and `0` of contracts that have no side. */
export function rightOf({ right }: ContractFields): string {
  const given = upper(right);
  if (given === "" || given === "?" || given === "0") return "";
  return { CALL: "C", PUT: "P" }[given] ?? given;
}

function upper(text: string): string {
  return text.trim().toUpperCase();
}

/** Local symbols of options are padded with blanks. */
function words(text: string): string {
  return upper(text).replace(/ +/g, " ");
}

/** What a local symbol says of the symbol: pairs and coins have their currency behind a dot. */
export function symbolFromLocal({ localSymbol, secType }: ContractFields): string {
  const local = localSymbol.trim().toUpperCase();
  return ["CASH", "CRYPTO"].includes(secType.trim().toUpperCase()) ? (local.split(".")[0] ?? "") : local;
}

export function quoteFromLocal({ localSymbol }: ContractFields): string {
  return localSymbol.trim().toUpperCase().split(".")[1] ?? "";
}
