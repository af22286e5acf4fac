import type { RiskDay } from "./risk-day.js";
import type { RiskStateName } from "./saved-risk.js";

/*
 * What is in the audit log: a line of JSON each. Numbers that JSON has none for are texts: "NaN", "Infinity", "-Infinity";
 * what was not set is left out.
 */

/** An order as the gate judged it. */
export interface AuditedOrder {
  readonly orderId: number;
  readonly clientId?: number;
  /** It is a change of a working order. */
  readonly isChange: boolean;
  readonly orderRef?: string;
  readonly account?: string;
  readonly strategy?: string;
  readonly conId?: number;
  readonly symbol?: string;
  readonly side: "BUY" | "SELL";
  readonly type: string;
  readonly timeInForce?: string;
  readonly quantity: number;
  readonly limitPrice?: number;
  readonly auxPrice?: number;
  readonly reduceOnly?: boolean;
}

/** The quote that it was judged by. */
export interface AuditedQuote {
  readonly bid?: number;
  readonly ask?: number;
  readonly last?: number;
  readonly ageMs?: number;
}

export type AuditEvent =
  /** A gate begins: what it found, and the limits that are in force. */
  | { readonly kind: "begin"; readonly processId: number; readonly found: string; readonly limits: object }
  /** `code` is a deny code, `NONE` where the order was let through. */
  | {
      readonly kind: "decision";
      readonly code: string;
      readonly scope?: string;
      readonly measured?: number;
      readonly limit?: number;
      readonly order: AuditedOrder;
      readonly quote?: AuditedQuote;
    }
  | { readonly kind: "limits"; readonly operator?: string; readonly limits: object }
  | {
      readonly kind: "state";
      readonly scope: string;
      readonly before: RiskStateName;
      readonly after: RiskStateName;
      readonly cause?: string;
    }
  | { readonly kind: "stop"; readonly reason: string; readonly operator: string; readonly trigger: string }
  | { readonly kind: "resume"; readonly reason: string; readonly operator: string }
  | { readonly kind: "roll"; readonly day: RiskDay }
  | { readonly kind: "mismatch"; readonly what: object }
  /** Entries before this one that there was no room for. */
  | { readonly kind: "lost"; readonly count: number }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "end" };

export type AuditEntry = AuditEvent & {
  /** Counts up by one, over files and processes: what is missing is missed. */
  readonly n: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The user's number of the limits that were in force. */
  readonly limitsVersion: number;
};

/** One line, with its end. */
export function auditLine(n: number, atMs: number, limitsVersion: number, event: AuditEvent): string {
  const entry = { n, atMs, limitsVersion, ...event };
  const line = JSON.stringify(entry);
  // Asking for each value costs twice the time, and hardly an entry has such a number.
  return `${line.includes("null") ? JSON.stringify(entry, withoutNull) : line}\n`;
}

function withoutNull(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
