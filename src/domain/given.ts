import { refused } from "./check.js";
import type { IBKRError } from "./ibkr-error.js";
import { isPlain } from "./own-copy.js";
import type { Contract, Order } from "./stock-types.js";

/*
 * What programs give for a contract or an order, looked at where it comes in: what cannot be one is refused by name, and
 * not found out by whatever reads it later. What the gateway may have to say of it is the gateway's.
 */

type Kind = "a text" | "a number" | "true or false";

const KINDS: Readonly<Record<Kind, string>> = {
  "a text": "string",
  "a number": "number",
  "true or false": "boolean",
};

const CONTRACT_MEMBERS = Object.entries<Kind>({
  conId: "a number",
  symbol: "a text",
  secType: "a text",
  lastTradeDateOrContractMonth: "a text",
  lastTradeDate: "a text",
  strike: "a number",
  right: "a text",
  exchange: "a text",
  currency: "a text",
  localSymbol: "a text",
  primaryExch: "a text",
  tradingClass: "a text",
  includeExpired: "true or false",
  secIdType: "a text",
  secId: "a text",
  issuerId: "a text",
});

/** One of them says which contract it is. */
const NAMES = ["conId", "symbol", "localSymbol", "tradingClass", "secId", "issuerId"] as const;

const ORDER_MEMBERS = Object.entries<Kind>({
  action: "a text",
  orderType: "a text",
  tif: "a text",
  orderRef: "a text",
  account: "a text",
  lmtPrice: "a number",
  auxPrice: "a number",
  parentId: "a number",
  transmit: "true or false",
});

/**
 * @param name what it is in the call
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no contract: no object, no member that names one, a member of another
 *   type, or one that is no data (a BigInt, a circle)
 */
export function checkContract(contract: unknown, name = "contract"): asserts contract is Contract {
  const given = objectOf(contract, name, "a contract, as contracts.stock() makes one");
  if (isUsualContract(given)) return;
  checkMembers(given, name, CONTRACT_MEMBERS);
  if (NAMES.every((member) => isNothing(given[member])))
    throw refuse(name, contract, `an object with one of ${NAMES.join(", ")}`);
  checkData(given, name, undefined);
}

/**
 * @param needsQuantity an order of nothing is none; left out where the quantity is given later
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no order
 */
export function checkOrder(order: unknown, name = "order", needsQuantity = true): asserts order is Order {
  const given = objectOf(order, name, "an order");
  if (isUsualOrder(given)) return;
  checkMembers(given, name, ORDER_MEMBERS);
  const { totalQuantity, cashQty } = given;
  if (totalQuantity !== undefined && totalQuantity !== null) {
    // Stock takes texts, too; 0 goes with an amount of money, and as "not yet".
    const quantity = typeof totalQuantity === "string" ? Number(totalQuantity) : totalQuantity;
    const isAmount = typeof quantity === "number" && Number.isFinite(quantity) && quantity >= 0;
    if (!isAmount || (quantity === 0 && needsQuantity && isNothing(cashQty)))
      throw refuse(`${name}.totalQuantity`, totalQuantity, ABOVE_ZERO);
  }
  checkData(given, name, undefined);
}

/**
 * Of an order that is to have a ticket: one that is only asked about never gets an answer that a ticket could show.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no order, or is a what-if
 */
export function checkPlaced(order: unknown, name = "order", needsQuantity = true): asserts order is Order {
  checkOrder(order, name, needsQuantity);
  checkNoWhatIf(order, name);
}

/** @throws IBKRError `ERR_IBKR_ARGUMENT` */
export function checkNoWhatIf({ whatIf }: Partial<Order>, name = "order"): void {
  if (whatIf) throw refuse(`${name}.whatIf`, whatIf, "false: whatIf() asks");
}

const ABOVE_ZERO = "a number above 0";

/** Of an order that is sent: undefined is as it was prepared. @throws IBKRError `ERR_IBKR_ARGUMENT` */
export function checkQuantity(quantity: unknown, name = "quantity"): void {
  if (quantity === undefined) return;
  if (typeof quantity !== "number" || !Number.isFinite(quantity) || quantity <= 0)
    throw refuse(name, quantity, ABOVE_ZERO);
}

/*
 * Most are of a few forms: each member is looked at once, by its name, which takes a tenth of what the loops below do. Where
 * they say no nothing is refused: the loops look, and say what it is.
 */

/** Whether the checks let both pass, and they are of the form that most have: of no class, and no member has parts. */
export function areUsual(contract: unknown, order: unknown): boolean {
  return (
    isPlainObject(contract) &&
    isPlainObject(order) &&
    isUsualContract(contract) &&
    isUsualOrder(order) &&
    !order.whatIf
  );
}

function isPlainObject(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null && isPlain(given);
}

function isUsualContract(given: Readonly<Record<string, unknown>>): boolean {
  const { conId, symbol, localSymbol } = given;
  return (
    isNumber(conId) &&
    isText(symbol) &&
    isText(localSymbol) &&
    (Boolean(conId) || Boolean(symbol) || Boolean(localSymbol)) &&
    isText(given.secType) &&
    isText(given.lastTradeDateOrContractMonth) &&
    isText(given.lastTradeDate) &&
    isNumber(given.strike) &&
    isText(given.right) &&
    isText(given.exchange) &&
    isText(given.currency) &&
    isText(given.primaryExch) &&
    isText(given.tradingClass) &&
    isFlag(given.includeExpired) &&
    isText(given.secIdType) &&
    isText(given.secId) &&
    isText(given.issuerId) &&
    isFlat(given)
  );
}

function isUsualOrder(given: Readonly<Record<string, unknown>>): boolean {
  const { totalQuantity } = given;
  return (
    typeof totalQuantity === "number" &&
    totalQuantity > 0 &&
    totalQuantity < Number.POSITIVE_INFINITY &&
    isText(given.action) &&
    isText(given.orderType) &&
    isText(given.tif) &&
    isText(given.orderRef) &&
    isText(given.account) &&
    isNumber(given.lmtPrice) &&
    isNumber(given.auxPrice) &&
    isNumber(given.parentId) &&
    isFlag(given.transmit) &&
    isFlat(given)
  );
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isNumber(value: unknown): boolean {
  return value === undefined || (typeof value === "number" && !Number.isNaN(value));
}

function isFlag(value: unknown): boolean {
  return value === undefined || typeof value === "boolean";
}

/** Texts, numbers, flags, and nothing that has parts. */
function isFlat(given: Readonly<Record<string, unknown>>): boolean {
  for (const member in given) {
    const type = typeof given[member];
    if (type === "object" || type === "bigint" || type === "symbol") return false;
  }
  return true;
}

function checkMembers(
  given: Readonly<Record<string, unknown>>,
  name: string,
  members: readonly (readonly [member: string, kind: Kind])[],
): void {
  for (const [member, kind] of members) {
    const value = given[member];
    if (value === undefined || value === null) continue;
    if (typeof value !== KINDS[kind] || Number.isNaN(value)) throw refuse(`${name}.${member}`, value, kind);
  }
}

interface Above {
  readonly value: object;
  readonly above: Above | undefined;
}

/** Down to what it is made of. */
function checkData(value: object, name: string, above: Above | undefined): void {
  for (const member in value) {
    const part = (value as Readonly<Record<string, unknown>>)[member];
    const isPart = typeof part === "object" && part !== null;
    if (!isPart && typeof part !== "bigint" && typeof part !== "symbol") continue;
    const place = Array.isArray(value) ? `${name}[${member}]` : `${name}.${member}`;
    if (!isPart) {
      const shown = typeof part === "symbol" ? String(part) : part;
      throw refuse(place, shown, "a text, a number, true or false");
    }
    const here = { value, above };
    for (let at: Above | undefined = here; at !== undefined; at = at.above)
      if (at.value === part) throw refuse(place, part, "data without a circle");
    checkData(part, place, here);
  }
}

function objectOf(value: unknown, name: string, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(name, value, what);
  return value as Readonly<Record<string, unknown>>;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || value === 0;
}

function refuse(name: string, value: unknown, allowed: string): IBKRError {
  return refused(name, value, allowed, "ERR_IBKR_ARGUMENT");
}
