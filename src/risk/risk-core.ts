import type { AuditEvent } from "./audit-entry.js";
import type { RiskDay } from "./risk-day.js";
import type { RiskStateName, SavedPosition, SavedReservation, ScopeDay } from "./saved-risk.js";

/** A decision of the core, with when it was made and by which limits. */
export interface CoreDecision {
  readonly atMs: number;
  readonly limitsVersion: number;
  readonly event: Extract<AuditEvent, { kind: "decision" }>;
}

/** What keeping a risk gate needs of it. Scopes are named as in {@link ScopeDay}. */
export interface RiskCore {
  /** The limits that are in force, with the user's number of them. */
  limits(): { readonly version: number; readonly values: object };

  /** Of all scopes that are known. */
  days(): readonly ScopeDay[];
  /**
   * The stricter of what was counted and this.
   * @param withProfit the profit is this one, too
   * @returns false: the scope is not known yet
   */
  restoreDay(day: ScopeDay, withProfit: boolean): boolean;
  /** It was counted before: told again it counts no more. */
  rememberExecution(execId: string): void;
  /** The day before this one is over. */
  rollDay(day: RiskDay): void;

  positions(): readonly SavedPosition[];
  /**
   * A position as it was saved: valued at its mark first, so that it changes no profit.
   * @returns false: the instrument or the account is not known yet
   */
  restorePosition(position: SavedPosition): boolean;
  reservations(): readonly SavedReservation[];
  /** Reserves for an order that may be at the gateway. @returns false: its instrument or account is not known yet */
  restoreReservation(reservation: SavedReservation): boolean;

  setState(scope: string, state: RiskStateName): void;
  /** Sets the latch; nothing begins to leave after it. @returns whether nobody was still on the way */
  stop(reason: string): boolean;
  /** Takes the latch back. @returns false: the latch file is there (again) */
  resume(): boolean;
  /** Watches for the latch file on a thread of its own, from now on. */
  watchLatch(path: string): void;
  /** The program lives, and says so again within as many ms; 0: it need not. */
  alive(timeoutMs: number): void;
  /** Lets go of what {@link watchLatch} has begun. */
  close(): void;

  /** Gives every decision since the last call, in order. @returns how many more there were no room for, since then */
  drain(take: (decision: CoreDecision) => void): number;
}
