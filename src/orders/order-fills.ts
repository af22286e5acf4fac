import { versionOf } from "../domain/execution-version.js";
import type { OrderStatusUpdate } from "../domain/order-status-update.js";
import type { CommissionReport, ExecutionDetail } from "../domain/stock-types.js";
import { ExecutionBook, type ExecutionNews } from "./execution-book.js";

/** Sums of quantities with up to eight decimals, which doubles do not add exactly. */
export function roundedQuantity(quantity: number): number {
  return Math.round(quantity * 1e8) / 1e8;
}

/**
 * What of an order is done: from its executions, and from what its status says, whichever knows more. Neither is
 * complete at every moment: executions come late, and a status may never come.
 */
export class OrderFills {
  private readonly book = new ExecutionBook();
  /** The largest quantity that any version of an execution had, by what its versions share. */
  private readonly largest = new Map<string, number>();
  private reported = 0;
  private reportedAverage: number | undefined;

  /** @param isCombination legs have executions of their own there, which are not of the order's quantity */
  constructor(private readonly isCombination: boolean) {}

  /** In the order in which they first came, each in its newest version. */
  get executions(): readonly ExecutionDetail[] {
    return this.book.all;
  }

  /** Shares or contracts. */
  get filled(): number {
    const { executed } = this;
    // What a correction took away is still in what was reported before it.
    return Math.max(executed, roundedQuantity(this.reported - this.corrected));
  }

  /** Of what {@link executions} show. */
  get executed(): number {
    return roundedQuantity(this.counted.reduce((sum, { execution }) => sum + (execution.shares ?? 0), 0));
  }

  get averagePrice(): number | undefined {
    const { executed, filled, counted } = this;
    if (executed > 0 && (executed >= filled || this.reportedAverage === undefined)) {
      const value = counted.reduce((sum, { execution: e }) => sum + (e.shares ?? 0) * (e.price ?? 0), 0);
      return value / executed;
    }
    return filled > 0 ? this.reportedAverage : undefined;
  }

  /** Whether there is an execution for all that is filled, and a commission for each of them. */
  get isComplete(): boolean {
    return (
      this.executed >= this.filled && this.executions.every((detail) => this.reportOf(detail) !== undefined)
    );
  }

  /**
   * Sum of the commissions that have come; undefined where none has, and where they are in several currencies:
   * {@link commissions} has each.
   */
  get commission(): number | undefined {
    const reports = this.commissions;
    if (reports.length === 0 || new Set(reports.map(({ currency }) => currency)).size > 1) return undefined;
    return roundedQuantity(reports.reduce((sum, { commission }) => sum + (commission ?? 0), 0));
  }

  get commissions(): readonly CommissionReport[] {
    return this.executions.map((detail) => this.reportOf(detail)).filter((report) => report !== undefined);
  }

  take(detail: ExecutionDetail): ExecutionNews {
    const { execution } = detail;
    const { base } = versionOf(execution.execId ?? "");
    if (this.counts(detail))
      this.largest.set(base, Math.max(this.largest.get(base) ?? 0, execution.shares ?? 0));
    return this.book.take(detail);
  }

  takeCommission(report: CommissionReport): boolean {
    return this.book.takeCommission(report);
  }

  /** @returns false where it is older than what is known */
  takeStatus({ filled = 0, averageFillPrice }: OrderStatusUpdate): boolean {
    if (filled < this.reported) return false;
    if (filled > this.reported || this.reportedAverage === undefined) {
      this.reported = filled;
      if (filled > 0) this.reportedAverage = averageFillPrice;
    }
    return true;
  }

  private get counted(): readonly ExecutionDetail[] {
    return this.isCombination ? this.executions.filter((detail) => this.counts(detail)) : this.executions;
  }

  private counts({ contract }: ExecutionDetail): boolean {
    return !this.isCombination || contract.secType === "BAG";
  }

  private get corrected(): number {
    let sum = 0;
    for (const detail of this.counted) {
      const { execId = "", shares = 0 } = detail.execution;
      sum += (this.largest.get(versionOf(execId).base) ?? 0) - shares;
    }
    return sum;
  }

  private reportOf({ execution }: ExecutionDetail): CommissionReport | undefined {
    return this.book.commissionOf(execution.execId ?? "");
  }
}
