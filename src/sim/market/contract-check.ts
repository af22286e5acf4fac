import type { ComboLeg, ContractFields } from "../model/contract.js";
import { conflictsWith, isListedOn, isTradedOn, rightOf } from "./contract-match.js";
import { KNOWN_EXCHANGES } from "./exchanges.js";
import type { Instrument } from "./instrument.js";

/** What a contract is named for: what has to be given depends on it. */
export type ContractUse = "details" | "history" | "data" | "order";

/** Why a gateway does not take a contract. */
export interface ContractRefusal {
  readonly code: 200 | 321 | 478 | 10000;
  /** The message, or the cause in the message of a 321. */
  readonly text: string;
}

/** Error 200. */
export const NO_DEFINITION = "No security definition has been found for the request";
const INVALID_EXCHANGE = "The destination or exchange selected is Invalid.";

const SECURITY_TYPES: ReadonlySet<string> = new Set(
  "STK,OPT,FUT,CONTFUT,IND,FOP,CASH,BAG,WAR,BOND,CMDTY,NEWS,FUND,CFD,CRYPTO".split(","),
);

/** What the check needs of the list of all contracts. */
interface Contracts {
  byId(conId: number): Instrument | undefined;
  candidates(contract: ContractFields): Instrument[];
}

export function isRefusal<T extends object>(result: T | ContractRefusal): result is ContractRefusal {
  return "code" in result;
}

/** Every contract that a description means, or why a gateway refuses it. Only details may mean several. */
export function qualify(
  contracts: Contracts,
  contract: ContractFields,
  use: ContractUse,
): Instrument[] | ContractRefusal {
  const missing = missingIn(contract, use);
  if (missing !== undefined) return { code: 321, text: missing };
  const found = contract.conId > 0 ? byId(contracts, contract) : contracts.candidates(contract);
  if (isRefusal(found)) return found;
  const meant = found.filter((i) => isListedOn(i, contract.primaryExch) && isTradedOn(i, contract.exchange));
  if (meant.length === 0) {
    const unknown = [contract.exchange, contract.primaryExch].some(
      (name) => !KNOWN_EXCHANGES.has(name.trim().toUpperCase()),
    );
    return { code: 200, text: found.length > 0 && unknown ? INVALID_EXCHANGE : NO_DEFINITION };
  }
  if (use === "details") return meant;
  if (meant.length > 1) return ambiguous(contract, ".");
  if (isOpenCurrency(contract)) return ambiguous(contract, "; you must specify the currency.");
  return (meant[0].secType === "BAG" ? comboRefusal(meant[0], contract) : undefined) ?? meant;
}

/** The field a gateway misses, in its words. */
function missingIn(contract: ContractFields, use: ContractUse): string | undefined {
  const { conId, localSymbol, lastTradeDateOrContractMonth: expiry, strike, secId = "" } = contract;
  const secType = contract.secType.trim().toUpperCase();
  const byId = conId > 0 || secId !== "";
  if (secType === "" ? !byId : !SECURITY_TYPES.has(secType)) return "Please enter a valid security type";
  if (use === "details") {
    const unsupported = "'BAG' isn't supported for contract data request. Please enter a valid security type";
    return secType === "BAG" ? unsupported : undefined;
  }
  if (secType === "CONTFUT" && use !== "history") return "Please enter a valid security type";
  if (contract.exchange.trim() === "")
    return use === "order" ? "Missing order exchange." : "Please enter exchange";
  if (secType === "BAG") return wrongIn(contract.comboLegs ?? []);
  if (byId || localSymbol.trim() !== "") return undefined;
  if ((secType === "FUT" || secType === "FOP") && expiry.trim() === "")
    return "Please enter a local symbol or an expiry";
  if (
    ["OPT", "FOP", "WAR"].includes(secType) &&
    (expiry.trim() === "" || strike === 0 || rightOf(contract) === "")
  )
    return "When the local symbol field is empty, please fill all option fields (right, strike, expiry)";
  return undefined;
}

const SIDES: Readonly<Record<string, number>> = { BUY: 1, SELL: 2, SSHORT: 5 };

/** What a gateway finds wrong in the legs of a combination, in its words. */
function wrongIn(legs: readonly ComboLeg[]): string | undefined {
  if (legs.length === 0) return "Security type 'BAG' requires combo leg details.";
  for (const [i, { conId, ratio, action }] of legs.entries()) {
    const side = SIDES[action.trim().toUpperCase()] ?? 0;
    const invalid = `The combo details for leg '${i}' are invalid. - `;
    if (conId <= 0 || ratio <= 0 || side === 0)
      return `${invalid} conid, ratio, side: ${conId}, ${ratio}, ${side}`;
    // Such legs are those of institutions; the simulated accounts are none.
    if (side === SIDES.SSHORT) return `${invalid}Not an institutional account, or an away clearing order`;
  }
  const common = legs.map(({ ratio }) => ratio).reduce((a, b) => divisor(a, b));
  return common > 1 ? "Invalid leg ratio." : undefined;
}

/** The greatest whole number that divides both. */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function byId(contracts: Contracts, contract: ContractFields): Instrument[] | ContractRefusal {
  const known = contracts.byId(contract.conId);
  // A made-up id of an earlier run is known again as soon as its symbol is.
  if (known === undefined)
    return contracts.candidates(contract).filter(({ conId }) => conId === contract.conId);
  const conflicts = conflictsWith(known, contract);
  if (conflicts === "") return [known];
  const text = `Parameters in request conflicts with contract parameters received by contract id: ${conflicts}`;
  return { code: 478, text };
}

/** A stock that is asked for without its currency: the same symbol is listed in many. */
function isOpenCurrency({
  conId,
  secType,
  secId = "",
  currency,
  exchange,
  primaryExch,
}: ContractFields): boolean {
  const anywhere = exchange.trim().toUpperCase() === "SMART" && primaryExch === "" && secId === "";
  return conId === 0 && secType.toUpperCase() === "STK" && currency === "" && anywhere;
}

function ambiguous({ symbol, localSymbol }: ContractFields, what: string): ContractRefusal {
  return {
    code: 200,
    text: `The contract description specified for ${symbol || localSymbol} is ambiguous${what}`,
  };
}

/** What holds between a combination and its legs. */
function comboRefusal(
  { legs = [] }: Instrument,
  { symbol, comboLegs = [] }: ContractFields,
): ContractRefusal | undefined {
  if (comboLegs.some(({ exchange }) => !KNOWN_EXCHANGES.has(exchange.trim().toUpperCase())))
    return { code: 200, text: INVALID_EXCHANGE };
  const currencies = new Set(legs.map(({ instrument }) => instrument.currency));
  if (currencies.size > 1) return { code: 10000, text: "Cross-currency combo order is not supported." };
  const symbols = [...new Set(legs.map(({ instrument }) => instrument.symbol))].sort().join(",");
  if (symbol === "" || symbol.toUpperCase() === "USD" || symbols.includes(symbol.toUpperCase()))
    return undefined;
  return {
    code: 478,
    text:
      "Parameters in request conflicts with contract parameters received by contract id:" +
      `Requested symbol ${symbol}, in legs ${symbols}`,
  };
}
