import { check, refused } from "../../domain/check.js";
import type { Contract } from "../../domain/stock-types.js";
import { anyText, fields, instance } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import { unitPriceOf } from "./amounts.js";
import { pointValueOf } from "./booked-fill.js";
import { type ContractLines, UNATTRIBUTED } from "./contract-lines.js";
import { DailyReport } from "./daily-report.js";
import { type ExactFigures, figuresOf, isEmpty, netted, sumOf } from "./figures.js";
import type { ExactContract, ExactTotal, ReportScope } from "./report-rows.js";
import { type TradingDayOptions, TradingDays } from "./trading-day.js";

export interface ReportOptions extends TradingDayOptions {
  /** `yyyy-mm-dd`, the date on which it ends. Default the day that it is. */
  readonly day?: string | undefined;
  /**
   * What is held is valued at it: prices by `conId`, or a function that says. Default the mark, last or middle price of the
   * quotes that are subscribed to. Prices of now are those of the day only while it lasts.
   */
  readonly marks?:
    | Readonly<Record<number, number>>
    | ((contract: Contract) => number | undefined)
    | undefined;
}

/** Whose report it is made of. */
export interface Reported {
  readonly lines: readonly ContractLines[];
  readonly strategies: readonly { readonly name: string; readonly prefix: string }[];
  /** Only the strategies, without what is not of them and without the account. */
  readonly isPartial: boolean;
  readonly nowMs: number;
  readonly markPrice: (contract: Contract) => number | undefined;
}

interface Part {
  readonly scope: ReportScope;
  readonly strategy: string | undefined;
  readonly rows: readonly ExactContract[];
}

const MARKS = "prices by conId, or a function";
const reportRules = lazily(() =>
  fields({
    timeZone: anyText().optional(),
    dayEndsAt: anyText().optional(),
    day: anyText().optional(),
    marks: instance<ReportOptions["marks"]>(
      (value) =>
        value === undefined || typeof value === "function" || (typeof value === "object" && value !== null),
      MARKS,
    ).optional(),
  }),
);

/** @throws IBKRError `ERR_IBKR_OPTION`, `ERR_IBKR_ARGUMENT` for options that are none */
export function makeReport(reported: Reported, given: ReportOptions = {}): DailyReport {
  const options = check(reportRules(), given);
  const { nowMs, lines, strategies, isPartial } = reported;
  const days = new TradingDays(options);
  const day = options.day === undefined ? days.at(nowMs) : days.named(options.day);
  const markPrice = marksOf(options.marks, reported.markPrice);
  const rowsOf = (scope: ReportScope, strategy: string | undefined, prefix: string | undefined): Part => {
    const rows: ExactContract[] = [];
    for (const each of lines) {
      const line = prefix === undefined ? each.total : each.line(prefix);
      if (line === undefined) continue;
      const { account, contract, currency } = each;
      const mark = markPrice(contract);
      const unitPrice = mark === undefined ? undefined : unitPriceOf(mark, pointValueOf(contract));
      const figures = figuresOf(line, day.startMs, day.endMs, unitPrice);
      if (isEmpty(figures)) continue;
      const price = figures.quantity === 0n ? undefined : mark;
      rows.push({ scope, strategy, account, contract, currency, figures, markPrice: price });
    }
    return { scope, strategy, rows };
  };
  const own = strategies.map(({ name, prefix }) => rowsOf("strategy", name, prefix));
  if (isPartial)
    return new DailyReport(
      day,
      nowMs,
      own.flatMap(totalsOf),
      own.flatMap(({ rows }) => rows),
    );
  const parts = [...own, rowsOf("unattributed", undefined, UNATTRIBUTED)];
  const account = rowsOf("account", undefined, undefined);
  const totals = [...parts.flatMap(totalsOf), ...nettingOf(parts, account), ...totalsOf(account)];
  return new DailyReport(
    day,
    nowMs,
    totals,
    [...parts, account].flatMap(({ rows }) => rows),
  );
}

function totalsOf({ scope, strategy, rows }: Part): ExactTotal[] {
  return currenciesOf(rows).map((currency) => ({
    scope,
    strategy,
    currency,
    figures: sumIn(rows, currency),
  }));
}

function nettingOf(parts: readonly Part[], account: Part): ExactTotal[] {
  const rows = parts.flatMap((part) => part.rows);
  return currenciesOf([...account.rows, ...rows]).map((currency) => ({
    scope: "netting",
    strategy: undefined,
    currency,
    figures: netted(sumIn(account.rows, currency), sumIn(rows, currency)),
  }));
}

function currenciesOf(rows: readonly ExactContract[]): string[] {
  return [...new Set(rows.map(({ currency }) => currency))].sort();
}

function sumIn(rows: readonly ExactContract[], currency: string): ExactFigures {
  return sumOf(rows.filter((row) => row.currency === currency).map(({ figures }) => figures));
}

function marksOf(given: ReportOptions["marks"], fallback: Reported["markPrice"]): Reported["markPrice"] {
  if (given === undefined) return fallback;
  return (contract) => {
    const price = typeof given === "function" ? given(contract) : given[contract.conId ?? 0];
    if (price === undefined) return fallback(contract);
    if (typeof price !== "number" || !Number.isFinite(price))
      throw refused(`marks[${contract.conId}]`, price, "a number", "ERR_IBKR_ARGUMENT");
    return price;
  };
}
