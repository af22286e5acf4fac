import { versionOf } from "../domain/execution-version.js";
import type { CommissionReport } from "../domain/stock-types.js";
import type { OrderTicket } from "./order-ticket.js";

/** Of foreign orders, whose executions never come here: beyond it the oldest is forgotten. */
export const MOST_EARLY = 10_000;

/** Which order a commission belongs to: it names an execution, and may come before it. */
export class CommissionOwners {
  private readonly owners = new Map<string, OrderTicket>();
  private readonly early = new Map<string, CommissionReport>();

  /**
   * An execution has come.
   * @param ticket undefined of a foreign order
   * @returns the commission that came before it
   */
  executed(execId: string, ticket: OrderTicket | undefined): CommissionReport | undefined {
    const { base } = versionOf(execId);
    const report = this.early.get(base);
    this.early.delete(base);
    if (ticket === undefined) return undefined;
    this.owners.set(base, ticket);
    return report;
  }

  /** Corrections of its commissions are nobody's from now on. */
  forget(ticket: OrderTicket): void {
    for (const { execution } of ticket.executions) this.owners.delete(versionOf(execution.execId ?? "").base);
  }

  /** Undefined: its execution is a foreign order's, or has not come; then {@link executed} gives it back. */
  ownerOf(report: CommissionReport): OrderTicket | undefined {
    const { base } = versionOf(report.execId ?? "");
    const ticket = this.owners.get(base);
    if (ticket !== undefined) return ticket;
    this.early.set(base, report);
    if (this.early.size > MOST_EARLY) this.early.delete(this.early.keys().next().value as string);
    return undefined;
  }
}
