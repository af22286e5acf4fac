import { versionOf } from "../domain/execution-version.js";
import type { CommissionReport, ExecutionDetail } from "../domain/stock-types.js";

/** `new`: not heard of before. `correction`: replaces an earlier version. `known`: came before, or is out of date. */
export type ExecutionNews = "new" | "correction" | "known";

interface Entry {
  readonly version: number;
  readonly detail: ExecutionDetail;
}

/**
 * Executions, each once: the newest version of each, whatever order they come in, and however often, across
 * connections. Commissions may come before what they are about.
 */
export class ExecutionBook {
  private readonly entries = new Map<string, Entry>();
  private readonly reports = new Map<string, Reported>();

  /** Executions in the order in which they first came. */
  get all(): readonly ExecutionDetail[] {
    return [...this.entries.values()].map(({ detail }) => detail);
  }

  /** The newest version of an execution that was told; undefined: none was. */
  newestOf(execId: string): ExecutionDetail | undefined {
    return this.entries.get(versionOf(execId).base)?.detail;
  }

  take(detail: ExecutionDetail): ExecutionNews {
    const { base, version } = versionOf(detail.execution.execId ?? "");
    const known = this.entries.get(base);
    if (known !== undefined && known.version >= version) return "known";
    this.entries.set(base, { version, detail });
    return known === undefined ? "new" : "correction";
  }

  /** @returns whether it says something new */
  takeCommission(report: CommissionReport): boolean {
    const { base, version } = versionOf(report.execId ?? "");
    const known = this.reports.get(base);
    if (known !== undefined && known.version >= version) return false;
    this.reports.set(base, { version, report });
    return true;
  }

  /** The commission of an execution, of its newest version or, until that comes, of the one before. */
  commissionOf(execId: string): CommissionReport | undefined {
    return this.reports.get(versionOf(execId).base)?.report;
  }
}

interface Reported {
  readonly version: number;
  readonly report: CommissionReport;
}
