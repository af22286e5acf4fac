import { ConjunctionConnection, OrderConditionType } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import { double, flag, integer, list, misfit, object, text } from "./arguments.js";

type Condition = Record<string, unknown>;
type Body = Message<"OrderCondition">;

/** Members of each type of condition, besides its type and conjunction. */
const MEMBERS: Readonly<Record<OrderConditionType, (condition: Condition, what: string) => Body>> = {
  [OrderConditionType.Price]: (c, what) => ({
    ...comparison(c, what),
    ...contract(c, what),
    price: double(comparedWith(c, "price"), `${what}.price`),
    triggerMethod: integer(c["triggerMethod"], `${what}.triggerMethod`),
  }),
  [OrderConditionType.Time]: (c, what) => ({
    ...comparison(c, what),
    time: text(comparedWith(c, "time"), `${what}.time`),
  }),
  [OrderConditionType.Margin]: (c, what) => ({
    ...comparison(c, what),
    percent: integer(comparedWith(c, "percent"), `${what}.percent`),
  }),
  [OrderConditionType.Execution]: (c, what) => ({
    exchange: text(c["exchange"], `${what}.exchange`),
    symbol: text(c["symbol"], `${what}.symbol`),
    secType: text(c["secType"], `${what}.secType`),
  }),
  [OrderConditionType.Volume]: (c, what) => ({
    ...comparison(c, what),
    ...contract(c, what),
    volume: integer(comparedWith(c, "volume"), `${what}.volume`),
  }),
  [OrderConditionType.PercentChange]: (c, what) => ({
    ...comparison(c, what),
    ...contract(c, what),
    changePercent: double(comparedWith(c, "percent"), `${what}.percent`),
  }),
};

/**
 * The conditions of an order; absent if there are none.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` naming the condition and its member that cannot be sent.
 */
export function conditionMessages(value: unknown, what: string): readonly Body[] | undefined {
  return list<unknown>(value, what)?.map((item, i) => {
    const at = `${what}[${i}]`;
    const condition = object<Condition>(item, at);
    const type = integer(condition["type"], `${at}.type`);
    const members = MEMBERS[type as OrderConditionType];
    if (members === undefined) {
      throw misfit(`${at}.type`, condition["type"], Object.keys(MEMBERS).join(", "));
    }
    return {
      type,
      isConjunctionConnection: isAnd(condition["conjunctionConnection"], `${at}.conjunctionConnection`),
      ...members(condition, at),
    };
  });
}

function isAnd(value: unknown, what: string): true | undefined {
  const connection = typeof value === "string" ? value.toLowerCase() : value;
  if (connection === ConjunctionConnection.AND) return true;
  if (connection === ConjunctionConnection.OR || connection === undefined || connection === null)
    return undefined;
  throw misfit(what, value, `"${ConjunctionConnection.AND}" (and) or "${ConjunctionConnection.OR}" (or)`);
}

function comparison(condition: Condition, what: string): Body {
  return { isMore: flag(condition["isMore"], `${what}.isMore`) };
}

function contract(condition: Condition, what: string): Body {
  return {
    conId: integer(condition["conId"], `${what}.conId`),
    exchange: text(condition["exchange"], `${what}.exchange`),
  };
}

/** Stock's encoder reads `strValue`, which its classes derive from the named member; own objects may have only it. */
function comparedWith(condition: Condition, name: string): unknown {
  return condition[name] ?? condition["strValue"];
}
