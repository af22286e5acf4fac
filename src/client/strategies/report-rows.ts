import type { Contract } from "../../domain/stock-types.js";
import { moneyNumber, perUnit, quantityNumber } from "./amounts.js";
import { type ExactFigures, type ExactPosition, plus } from "./figures.js";

/**
 * Whose figures they are. `unattributed`: executions of no strategy, and what was held before. `netting`: what the account's
 * own average cost has realised and that of its parts has not, the other way round in unrealised. `account`: the sum.
 */
export type ReportScope = "strategy" | "unattributed" | "netting" | "account";

/** Amounts are in {@link ReportTotal.currency}; undefined: there is no price for something that is held. */
export interface ReportFigures {
  /** Executions, legs of combinations each. */
  readonly trades: number;
  /** Orders that were filled, in part at least. */
  readonly orders: number;
  /** How often all that was held of a contract was closed. */
  readonly roundTrips: number;
  /** Of these, with a profit after commissions. */
  readonly wins: number;
  /** `wins / roundTrips`, 0 … 1; undefined where there is none. */
  readonly winRate: number | undefined;
  /** Paid in the day. */
  readonly commission: number;
  /** Of the day, after the commissions of entry and exit. */
  readonly realizedPnl: number;
  /** Of what is held, after the commissions of entry. */
  readonly unrealizedPnl: number | undefined;
  /** Both together. */
  readonly netPnl: number | undefined;
  /** Both together, before commissions. */
  readonly grossPnl: number | undefined;
  /** Market value, below 0 where more is sold short. */
  readonly netExposure: number | undefined;
  /** Market values without their signs. */
  readonly grossExposure: number | undefined;
}

/** All contracts of a currency. */
export interface ReportTotal extends ReportFigures {
  readonly scope: ReportScope;
  /** Of scope `strategy`. */
  readonly strategy: string | undefined;
  readonly currency: string;
}

/** One contract in an account. */
export interface ReportContract extends ReportTotal {
  readonly account: string;
  readonly contract: Contract;
  /** Held at the end of it: shares or contracts, below 0 where they are sold short. */
  readonly quantity: number;
  /** Per unit, multiplier and commissions included, as gateways tell it; undefined where nothing is held. */
  readonly averageCost: number | undefined;
  /** What it was valued at; undefined: there was no price, or nothing is held. */
  readonly markPrice: number | undefined;
}

/** What `toObject()` of a report gives: data that JSON has as well, but for what is undefined. */
export interface ReportObject {
  readonly day: string;
  readonly timeZone: string;
  /** ms since 1970 UTC. */
  readonly startMs: number;
  readonly endMs: number;
  /** When it was made: of a day that is not over it shows what there was by then. */
  readonly createdMs: number;
  readonly totals: readonly ReportTotal[];
  readonly contracts: readonly ReportContract[];
}

/** A row with its amounts as they are. */
export interface ExactTotal {
  readonly scope: ReportScope;
  readonly strategy: string | undefined;
  readonly currency: string;
  readonly figures: ExactFigures;
}

export interface ExactContract extends ExactTotal {
  readonly account: string;
  readonly contract: Contract;
  readonly figures: ExactPosition;
  readonly markPrice: number | undefined;
}

export function totalOf({ scope, strategy, currency, figures }: ExactTotal): ReportTotal {
  const { trades, orders, roundTrips, wins, commission, realized, unrealized, net, gross } = figures;
  const { netPnl, grossPnl } = pnlOf(figures);
  const number = (amount: bigint | undefined) => (amount === undefined ? undefined : moneyNumber(amount));
  return {
    ...{ scope, strategy, currency, trades, orders: orders.size, roundTrips, wins },
    winRate: winRateOf(figures),
    commission: moneyNumber(commission),
    realizedPnl: moneyNumber(realized),
    unrealizedPnl: number(unrealized),
    netPnl: number(netPnl),
    grossPnl: number(grossPnl),
    netExposure: number(net),
    grossExposure: number(gross),
  };
}

export function winRateOf({ wins, roundTrips }: ExactFigures): number | undefined {
  return roundTrips === 0 ? undefined : wins / roundTrips;
}

export function pnlOf({ realized, unrealized, closedCommission, openCommission }: ExactFigures) {
  const netPnl = plus(realized, unrealized);
  return { netPnl, grossPnl: plus(netPnl, closedCommission + openCommission) };
}

/** What people call it. */
export function labelOf({ localSymbol, symbol, conId }: Contract): string {
  return (localSymbol || symbol || `${conId ?? ""}`).replace(/\s+/g, " ");
}

export function contractOf(row: ExactContract): ReportContract {
  const { quantity, cost } = row.figures;
  return {
    ...totalOf(row),
    account: row.account,
    contract: row.contract,
    quantity: quantityNumber(quantity),
    averageCost: quantity === 0n ? undefined : quantityNumber(perUnit(cost, quantity)),
    markPrice: row.markPrice,
  };
}
