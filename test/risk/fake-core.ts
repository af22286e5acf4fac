import type { CoreDecision, RiskCore } from "../../src/risk/risk-core.js";
import {
  type RiskStateName,
  type SavedPosition,
  type SavedReservation,
  type ScopeDay,
  stricterState,
} from "../../src/risk/saved-risk.js";
import { scopeDay } from "./state-bench.js";

/** A core in words: it counts, and says what was asked of it. */
export class FakeCore implements RiskCore {
  readonly scopes = new Map<string, ScopeDay>([["all", scopeDay()]]);
  readonly held = new Map<string, SavedPosition>();
  readonly working = new Map<string, SavedReservation>();
  readonly remembered = new Set<string>();
  readonly done: string[] = [];
  decisions: CoreDecision[] = [];
  lost = 0;
  stopped: string | undefined;
  version = 1;
  /** Instruments that it knows. */
  readonly instruments = new Set<number>();
  mayResume = true;

  limits() {
    return { version: this.version, values: { maxOrderQuantity: 100 } };
  }
  days(): readonly ScopeDay[] {
    return [...this.scopes.values()];
  }
  count(scope: string, more: Partial<ScopeDay>): void {
    this.scopes.set(scope, { ...(this.scopes.get(scope) ?? scopeDay({ scope })), ...more });
  }
  restoreDay(day: ScopeDay, withProfit: boolean): boolean {
    const now = this.scopes.get(day.scope);
    if (now === undefined) return false;
    const state = stricterState(now.state, day.state);
    this.scopes.set(day.scope, {
      ...now,
      state,
      ...(state === now.state ? {} : { cause: day.cause }),
      orders: Math.max(now.orders, day.orders),
      trades: Math.max(now.trades, day.trades),
      volume: Math.max(now.volume, day.volume),
      realized: Math.min(now.realized, day.realized),
      profit: withProfit ? day.profit : now.profit,
      highestProfit: Math.max(now.highestProfit, day.highestProfit),
    });
    return true;
  }
  rememberExecution(execId: string): void {
    this.remembered.add(execId);
  }
  rollDay(): void {
    this.done.push("rollDay");
    for (const { scope, state, cause } of this.days()) {
      const isByHand = cause === "HALTED" || cause === "REDUCING";
      this.scopes.set(scope, scopeDay({ scope, ...(isByHand ? { state, cause } : {}) }));
    }
  }
  positions() {
    return [...this.held.values()];
  }
  restorePosition(position: SavedPosition): boolean {
    if (!this.instruments.has(position.conId)) return false;
    this.held.set(`${position.conId} ${position.account}`, position);
    return true;
  }
  reservations() {
    return [...this.working.values()];
  }
  restoreReservation(reservation: SavedReservation): boolean {
    if (!this.instruments.has(reservation.conId)) return false;
    if (!this.working.has(reservation.key)) this.working.set(reservation.key, reservation);
    return true;
  }
  setState(scope: string, state: RiskStateName): void {
    const now = this.scopes.get(scope) ?? scopeDay({ scope });
    this.scopes.set(scope, { ...now, state, cause: state === "ACTIVE" ? undefined : state });
  }
  stop(reason: string): boolean {
    this.done.push(`stop ${reason}`);
    this.stopped ??= reason;
    return true;
  }
  resume(): boolean {
    if (!this.mayResume) return false;
    this.done.push("resume");
    this.stopped = undefined;
    return true;
  }
  watchLatch(path: string): void {
    this.done.push(`watch ${path.slice(path.lastIndexOf("/") + 1)}`);
  }
  alive(timeoutMs: number): void {
    this.done.push(`alive ${timeoutMs}`);
  }
  close(): void {
    this.done.push("close");
  }
  drain(take: (decision: CoreDecision) => void): number {
    for (const decision of this.decisions.splice(0)) take(decision);
    const { lost } = this;
    this.lost = 0;
    return lost;
  }
}
