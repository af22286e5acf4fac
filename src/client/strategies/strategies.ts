import { check, refused } from "../../domain/check.js";
import type { ExecutionDetail } from "../../domain/stock-types.js";
import { measured } from "../../metrics/operation-meter.js";
import type { ExecutionNews } from "../../orders/execution-book.js";
import type { OrderTicket } from "../../orders/order-ticket.js";
import { anyText, fields, instance } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import type { DailyReport } from "./daily-report.js";
import { holdingsRule, type StrategyHolding } from "./holdings.js";
import { PositionBook } from "./position-book.js";
import { makeReport, type ReportOptions } from "./report-maker.js";
import type { Sizer } from "./sizer.js";
import { Strategy, type StrategyDesk } from "./strategy.js";
import type { StrategyHost } from "./strategy-host.js";
import { checkedPrefix, prefixOf } from "./strategy-name.js";
import { markPriceOf } from "./strategy-position.js";

export interface StrategyOptions {
  /**
   * What its orders' `orderRef`s begin with: 1 to 13 letters, digits and signs of ASCII but for the colon. It is how the
   * strategy's executions are known again: it has to stay the same. Default the name.
   */
  readonly prefix?: string | undefined;
  /** Asked before each order how much of it is sent. */
  readonly sizer?: Sizer | undefined;
  /** What it held before the executions that the gateway tells of: {@link Strategy.holdings} of an earlier process. */
  readonly holdings?: readonly StrategyHolding[] | undefined;
}

/** The strategies of a client, and how what they have made adds up to the account's. */
export class Strategies {
  static {
    measured(Strategies.prototype, "strategies", ["open", "sync", "report"], ({ host }) => host.operations);
  }

  private readonly byPrefix = new Map<string, Strategy<undefined>>();
  private readonly byName = new Map<string, { strategy: Strategy<undefined>; sizer: Sizer | undefined }>();
  private readonly book = new PositionBook();
  private readonly desk: StrategyDesk;
  private readonly stops: readonly (() => void)[];

  /** Begins to book: every execution of the day has to come behind it, or be in a ticket. */
  constructor(private readonly host: StrategyHost) {
    this.desk = { host, book: this.book };
    for (const ticket of host.tickets) this.restored(ticket);
    this.stops = [
      host.onTicket((ticket) => this.byPrefix.get(prefixOf(ticket.orderRef))?.tell("ticket", ticket)),
      host.onFill((...fill) => this.filled(...fill)),
      host.onCommission((report) => {
        if (!this.book.commission(report)) return;
        const prefix = this.book.prefixOf(report.execId ?? "");
        if (prefix !== undefined) this.byPrefix.get(prefix)?.tell("commission", report);
      }),
    ];
  }

  /** All of them, in the order in which they were opened. */
  get all(): readonly Strategy<undefined>[] {
    return [...this.byPrefix.values()];
  }

  /**
   * The strategy of a name: the same one each time. Executions of earlier processes that carry its prefix are its own.
   * @throws IBKRError `ERR_IBKR_OPTION` for a name or prefix that is none, for a prefix that another strategy or the client
   *   itself has, and for other options than it was opened with
   */
  open(name: string, options?: StrategyOptions & { readonly sizer?: undefined }): Strategy;
  open(name: string, options: StrategyOptions & { readonly sizer: Sizer }): Strategy<undefined>;
  open(name: string, options?: StrategyOptions): Strategy<undefined>;
  open(name: string, options: StrategyOptions = {}): Strategy<undefined> | Strategy {
    const { sizer, holdings, prefix: given } = check(strategyRules(), options);
    const known = this.byName.get(name);
    const prefix = checkedPrefix(name, given ?? known?.strategy.prefix);
    if (known !== undefined) {
      if (prefix !== known.strategy.prefix) throw refused("prefix", prefix, known.strategy.prefix);
      if (sizer !== undefined && sizer !== known.sizer)
        throw refused("sizer", sizer, `the one that ${name} was opened with`);
      if (holdings !== undefined) throw refused("holdings", holdings, `none: ${name} was opened already`);
      return known.strategy;
    }
    const other = this.byPrefix.get(prefix);
    if (other !== undefined)
      throw refused("prefix", prefix, `another than that of the strategy ${other.name}`);
    if (prefix === this.host.prefix)
      throw refused("prefix", prefix, "another than that of the client's own orders");
    const strategy = new Strategy<undefined>(name, prefix, this.desk, sizer);
    this.byPrefix.set(prefix, strategy);
    this.byName.set(name, { strategy, sizer });
    this.book.claim(prefix);
    for (const { account, contract, quantity, cost } of holdings ?? [])
      this.book.open(prefix, account, contract, quantity, cost);
    return strategy;
  }

  get(name: string): Strategy<undefined> | undefined {
    return this.byName.get(name)?.strategy;
  }

  /**
   * Takes what the gateway says is held. The first time it shows what was held before the executions of the day; from then
   * on what came or went by another way than an execution (an exercise, a transfer), which is unattributed. To be called
   * when no order works: a position may be told later than its execution.
   */
  sync(): void {
    this.book.positions(this.host.positions(), this.host.nowMs());
  }

  /** The day of all strategies, of what is unattributed, and of the account, to which they add up. */
  report(options?: ReportOptions): DailyReport {
    const { host, book } = this;
    return makeReport(
      {
        lines: book.all,
        strategies: this.all,
        isPartial: false,
        nowMs: host.nowMs(),
        markPrice: (contract) => markPriceOf(host.quote(contract)),
      },
      options,
    );
  }

  /** Hears nothing more; what it shows stays. */
  close(): void {
    for (const stop of this.stops) stop();
  }

  private restored(ticket: OrderTicket): void {
    // A journal has the combination's contract for its legs: which they are only positions tell.
    if (ticket.contract.secType === "BAG") return;
    for (const detail of ticket.executions)
      this.book.execution(detail, detail.execution.orderRef || ticket.orderRef, this.host.nowMs());
    for (const report of ticket.commissions) this.book.commission(report);
  }

  private filled(detail: ExecutionDetail, news: ExecutionNews, ticket: OrderTicket | undefined): void {
    const orderRef = detail.execution.orderRef || ticket?.orderRef || "";
    this.book.execution(detail, orderRef, this.host.nowMs());
    this.byPrefix.get(prefixOf(orderRef))?.tell("fill", detail, news, ticket);
  }
}

const strategyRules = lazily(() =>
  fields({
    prefix: anyText().optional(),
    sizer: instance<Sizer>((value) => typeof value === "function", "a function").optional(),
    holdings: holdingsRule().optional(),
  }),
);
