import { finite, flag, integer, listOf, notNegative, oneOf, text } from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";
import type { RiskDay } from "./risk-day.js";

/*
 * What a risk gate leaves behind for the next process: plain data, as it stands in its state file.
 */

/** From the loosest to the strictest. */
export const RISK_STATES = ["ACTIVE", "REDUCING", "HALTED"] as const;
export type RiskStateName = (typeof RISK_STATES)[number];

/** The stricter of two. */
export function stricterState(a: RiskStateName, b: RiskStateName): RiskStateName {
  return RISK_STATES.indexOf(a) >= RISK_STATES.indexOf(b) ? a : b;
}

/** Why and by whom the emergency stop was pulled. */
export interface StopRecord {
  readonly reason: string;
  readonly operator: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** What a scope (everything, an account, a strategy) has counted in its day. Amounts in the base currency. */
export interface ScopeDay {
  /** `all`, `account:NAME`, `strategy:NAME`. */
  readonly scope: string;
  readonly state: RiskStateName;
  /** The deny code of the limit that has set the state, or `HALTED` or `REDUCING` where it was set by hand. */
  readonly cause?: string | undefined;
  readonly orders: number;
  readonly trades: number;
  /** Units executed. */
  readonly volume: number;
  /** Commissions taken off. */
  readonly realized: number;
  /** Realised, and what the positions have gained since the day began; at their `mark`. */
  readonly profit: number;
  /** The day's highest profit, which the drawdown is counted from. */
  readonly highestProfit: number;
  /** Net liquidation when the day began, where it was known. */
  readonly startEquity?: number | undefined;
}

export interface SavedPosition {
  readonly account: string;
  readonly conId: number;
  /** Below 0: sold short. */
  readonly quantity: number;
  readonly averagePrice: number;
  /** The price that it was valued at when `profit` was counted. */
  readonly mark?: number | undefined;
}

/** What may still become of an order that works, or of which nobody knows. */
export interface SavedReservation {
  /** What the order is known by in every source: its orderRef, or `clientId/orderId`. */
  readonly key: string;
  readonly account: string;
  readonly conId: number;
  readonly side: "BUY" | "SELL";
  readonly remaining: number;
  /** The price it is valued at; undefined: not known. */
  readonly price?: number | undefined;
}

/** All of it. */
export interface SavedRisk {
  /** Milliseconds since 1970: everything that was counted before is in it. */
  readonly savedMs: number;
  /** Whether the gate was closed behind it: nothing was counted after. */
  readonly closed: boolean;
  readonly day: RiskDay;
  /** The user's number of the limits that were in force. */
  readonly limitsVersion: number;
  readonly stop?: StopRecord | undefined;
  readonly scopes: readonly ScopeDay[];
  readonly positions: readonly SavedPosition[];
  readonly reservations: readonly SavedReservation[];
  /** Ids of the day's executions, of each the newest version. */
  readonly executions: readonly string[];
}

const count = () => integer(0);
const name = () => text();

const stopRecord = lazily(() =>
  z().strictObject({ reason: z().string(), operator: z().string(), atMs: finite() }),
);

/** What a state file has to be; anything else is told as corrupt. */
export const savedRiskRules = lazily(() =>
  z().strictObject({
    savedMs: finite(),
    closed: flag(),
    day: z().strictObject({ startMs: finite(), endMs: finite() }),
    limitsVersion: finite(),
    stop: stopRecord().optional(),
    scopes: listOf(
      z().strictObject({
        scope: name(),
        state: oneOf(RISK_STATES),
        cause: name().optional(),
        orders: count(),
        trades: count(),
        volume: notNegative(),
        realized: finite(),
        profit: finite(),
        highestProfit: finite(),
        startEquity: finite().optional(),
      }),
    ),
    positions: listOf(
      z().strictObject({
        account: name(),
        conId: integer(0),
        quantity: finite(),
        averagePrice: finite(),
        mark: finite().optional(),
      }),
    ),
    reservations: listOf(
      z().strictObject({
        key: name(),
        account: z().string(),
        conId: integer(0),
        side: oneOf(["BUY", "SELL"]),
        remaining: notNegative(),
        price: finite().optional(),
      }),
    ),
    executions: listOf(name()),
  }),
);
