import { reportCsv } from "./report-csv.js";
import {
  contractOf,
  type ExactContract,
  type ExactTotal,
  type ReportContract,
  type ReportObject,
  type ReportTotal,
  totalOf,
} from "./report-rows.js";
import { reportTable } from "./report-table.js";
import type { TradingDay } from "./trading-day.js";

/** What a day of trading has made, by strategy and contract, and how it adds up to the account's. */
export class DailyReport {
  constructor(
    readonly day: TradingDay,
    readonly createdMs: number,
    private readonly exactTotals: readonly ExactTotal[],
    private readonly exactContracts: readonly ExactContract[],
  ) {}

  /** By scope and currency: strategies, what is unattributed, netting, the account. */
  get totals(): readonly ReportTotal[] {
    return this.exactTotals.map(totalOf);
  }

  /** By scope, account and contract. */
  get contracts(): readonly ReportContract[] {
    return this.exactContracts.map(contractOf);
  }

  /** With numbers, each the double that is nearest to the exact amount. */
  toObject(): ReportObject {
    const { day, startMs, endMs, timeZone } = this.day;
    const { createdMs, totals, contracts } = this;
    return { day, timeZone, startMs, endMs, createdMs, totals, contracts };
  }

  /**
   * Comma-separated, with a line of names: totals, then contracts. Amounts have all their digits, so that the lines of the
   * strategies, of what is unattributed and of netting add up to those of the account exactly.
   */
  toCsv(): string {
    return reportCsv(this.day, this.exactTotals, this.exactContracts);
  }

  /** Lines of at most 80 characters; amounts are rounded to the hundredth, each by itself. */
  toTable(): string {
    return reportTable(this.day, this.createdMs, this.exactTotals, this.exactContracts);
  }
}
