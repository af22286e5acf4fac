import type { CommissionReport, Contract, ExecutionDetail, Order } from "../domain/stock-types.js";
import type { JournaledCommission, JournaledFill, JournaledOrder } from "./journal-record.js";

/** A question for margins and commission, and no order. What a gateway might take for an order is one. */
export function isQuestion({ whatIf }: Order): boolean {
  return flag(whatIf) === true;
}

/** What is kept of an order in the journal. @param order read once: what left is what is kept */
export function journaledOrderOf(contract: Contract, order: Order): JournaledOrder {
  const { totalQuantity } = order;
  return {
    orderRef: text(order.orderRef) ?? "",
    conId: number(contract.conId),
    symbol: text(contract.symbol),
    secType: text(contract.secType),
    lastTradeDate: text(contract.lastTradeDateOrContractMonth),
    strike: number(contract.strike),
    right: text(contract.right),
    multiplier: number(contract.multiplier),
    exchange: text(contract.exchange),
    primaryExchange: text(contract.primaryExch),
    currency: text(contract.currency),
    localSymbol: text(contract.localSymbol),
    tradingClass: text(contract.tradingClass),
    account: text(order.account),
    action: text(order.action),
    orderType: text(order.orderType),
    timeInForce: text(order.tif),
    quantity: typeof totalQuantity === "string" ? totalQuantity : number(totalQuantity),
    cashQuantity: number(order.cashQty),
    limitPrice: number(order.lmtPrice),
    auxPrice: number(order.auxPrice),
    parentId: number(order.parentId),
    ocaGroup: text(order.ocaGroup),
    goodAfterTime: text(order.goodAfterTime),
    goodTillDate: text(order.goodTillDate),
    held: flag(order.transmit) === false,
    outsideRth: flag(order.outsideRth) === true,
    hidden: flag(order.hidden) === true,
  };
}

export function journaledFillOf(execution: ExecutionDetail["execution"]): JournaledFill {
  const { execId = "", side, exchange, time, acctNumber, shares, price, cumQty, avgPrice } = execution;
  return {
    ...{ execId, side, exchange, time, price },
    account: acctNumber,
    quantity: shares,
    cumulativeQuantity: cumQty,
    averagePrice: avgPrice,
  };
}

export function journaledCommissionOf(report: CommissionReport): JournaledCommission {
  const { execId = "", commission, currency, realizedPNL, yield: bondYield } = report;
  return { execId, commission, currency, realizedPnl: realizedPNL, yield: bondYield };
}

/** The same the other way: what the journal has is all there is. */
export function orderOf(journaled: JournaledOrder): { contract: Contract; order: Order } {
  const contract = {
    conId: journaled.conId,
    symbol: journaled.symbol,
    secType: journaled.secType,
    lastTradeDateOrContractMonth: journaled.lastTradeDate,
    strike: journaled.strike,
    right: journaled.right,
    multiplier: journaled.multiplier,
    exchange: journaled.exchange,
    primaryExch: journaled.primaryExchange,
    currency: journaled.currency,
    localSymbol: journaled.localSymbol,
    tradingClass: journaled.tradingClass,
  };
  const order = {
    orderRef: journaled.orderRef,
    account: journaled.account,
    action: journaled.action,
    orderType: journaled.orderType,
    tif: journaled.timeInForce,
    totalQuantity: journaled.quantity,
    cashQty: journaled.cashQuantity,
    lmtPrice: journaled.limitPrice,
    auxPrice: journaled.auxPrice,
    parentId: journaled.parentId,
    ocaGroup: journaled.ocaGroup,
    goodAfterTime: journaled.goodAfterTime,
    goodTillDate: journaled.goodTillDate,
    ...(journaled.held && { transmit: false }),
    ...(journaled.outsideRth && { outsideRth: true }),
    ...(journaled.hidden && { hidden: true }),
  };
  return { contract: withoutUnset(contract) as Contract, order: withoutUnset(order) as Order };
}

function withoutUnset(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function text(value: unknown): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : String(value);
}

/** Numbers of the wire are flags, too. Undefined: neither. */
function flag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const number = numberIn(value);
  return number === 1 ? true : number === 0 ? false : undefined;
}

function number(value: unknown): number | undefined {
  const number = numberIn(value);
  return typeof number === "number" && Number.isFinite(number) && number !== Number.MAX_VALUE
    ? number
    : undefined;
}

function numberIn(value: unknown): unknown {
  return typeof value === "bigint" || (typeof value === "string" && value !== "") ? Number(value) : value;
}
