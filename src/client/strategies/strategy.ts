import { type InspectOptions, inspect } from "node:util";
import { type CallOptions, checkCallOptions } from "../../broker/call-options.js";
import { refused } from "../../domain/check.js";
import { Emitter, type Listener } from "../../domain/emitter.js";
import { checkContract, checkOrder, checkQuantity } from "../../domain/given.js";
import { withOrderRef } from "../../domain/own-copy.js";
import { printed } from "../../domain/printed.js";
import { isSameContract } from "../../domain/same-contract.js";
import type { CommissionReport, Contract, ExecutionDetail, Order } from "../../domain/stock-types.js";
import { measured } from "../../metrics/operation-meter.js";
import type { ExecutionNews } from "../../orders/execution-book.js";
import type { OrderGroup } from "../../orders/order-group.js";
import type { OrderOutcome, OrderTicket } from "../../orders/order-ticket.js";
import type { TrackedTemplate } from "../../orders/tracked-template.js";
import { type ContractInput, type OrderInput, pairsOf } from "../inputs.js";
import type { DailyReport } from "./daily-report.js";
import { holdingsOf, type StrategyHolding } from "./holdings.js";
import type { PositionBook } from "./position-book.js";
import { makeReport, type ReportOptions } from "./report-maker.js";
import type { ReportTotal } from "./report-rows.js";
import { type Sizer, sized } from "./sizer.js";
import type { StrategyHost } from "./strategy-host.js";
import { prefixOf } from "./strategy-name.js";
import { markPriceOf, positionOf, type StrategyPosition } from "./strategy-position.js";
import { TradingDays } from "./trading-day.js";

export interface StrategyEvents {
  /** An order of it is new: placed, fired, or found in the journal. */
  ticket: [ticket: OrderTicket];
  /** An execution of it, once, booked already. `ticket` is undefined of orders of another process. */
  fill: [detail: ExecutionDetail, news: ExecutionNews, ticket: OrderTicket | undefined];
  commission: [report: CommissionReport];
}
/** Types that Interactive Brokers routes by itself. */
const ROUTED: ReadonlySet<string> = new Set(["STK", "OPT", "WAR", "BOND", "CFD"]);

export const STRATEGY_EVENTS = ["ticket", "fill", "commission"] as const;

/** What all strategies of a client have in common. */
export interface StrategyDesk {
  readonly host: StrategyHost;
  readonly book: PositionBook;
}

/**
 * A part of what a client does, told apart by what its orders' `orderRef`s begin with: its orders, its positions and what
 * they have made, as if it were alone in the account.
 * @typeParam Sized whether a sizer may keep orders from being sent: they are undefined then
 */
export class Strategy<Sized extends undefined = never> {
  static {
    measured(
      Strategy.prototype,
      "strategy",
      [
        "placeOrder",
        "placeBracket",
        "placeOca",
        "prepareOrder",
        "cancelAll",
        "closeAll",
        "pnl",
        "report",
        "holdings",
      ],
      ({ desk }) => desk.host.operations,
    );
  }

  private readonly events = new Emitter<StrategyEvents>(STRATEGY_EVENTS);

  /** @internal */
  constructor(
    readonly name: string,
    /** What its orders' `orderRef`s begin with. */
    readonly prefix: string,
    private readonly desk: StrategyDesk,
    private readonly sizer: Sizer | undefined,
  ) {}

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    return printed("Strategy", { name: this.name, prefix: this.prefix }, depth, options);
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof StrategyEvents>(event: K, listener: Listener<StrategyEvents, K>): () => void {
    return this.events.on(event, listener);
  }

  /** @internal */
  tell<K extends keyof StrategyEvents>(event: K, ...args: StrategyEvents[K]): void {
    this.events.emit(event, ...args);
  }

  // --- orders --------------------------------------------------------------------------------------------------------

  /** Its orders, oldest first, those of earlier processes that the journal has included. */
  get tickets(): readonly OrderTicket[] {
    return this.desk.host.tickets.filter(({ orderRef }) => prefixOf(orderRef) === this.prefix);
  }

  /**
   * As the client's, with the strategy's name on it, and the quantity that its sizer says.
   * @returns undefined where the sizer wants no order
   * @throws IBKRError as the client's; `ERR_IBKR_ARGUMENT` where the sizer's quantity is none; what the sizer throws
   */
  placeOrder(contract: ContractInput, order: OrderInput): OrderTicket | Sized {
    const sized = this.sized(contract, order);
    if (sized === undefined) return undefined as Sized;
    return this.desk.host.orders.placeOrder(contract as Contract, this.named(sized));
  }

  /**
   * A parent and the orders that close what it opens. The sizer is asked once, for the parent; the children, which then have
   * to be of the parent's quantity, follow.
   */
  placeBracket(
    contract: ContractInput,
    parent: OrderInput,
    children: readonly OrderInput[],
  ): OrderGroup | Sized {
    if (!Array.isArray(children))
      throw refused("children", children, "a list of orders", "ERR_IBKR_ARGUMENT");
    for (const [i, child] of children.entries()) {
      checkOrder(child, `children[${i}]`);
      const { totalQuantity } = child;
      if (this.sizer !== undefined && totalQuantity !== (parent as Order).totalQuantity)
        throw refused(
          `children[${i}].totalQuantity`,
          totalQuantity,
          "the parent's, which the sizer sets",
          "ERR_IBKR_ARGUMENT",
        );
    }
    const whole = this.sized(contract, parent, "parent");
    if (whole === undefined) return undefined as Sized;
    const { totalQuantity } = whole;
    const others = children.map((child) =>
      this.named(this.sizer === undefined ? (child as Order) : { ...(child as Order), totalQuantity }),
    );
    return this.desk.host.orders.placeBracket(contract as Contract, this.named(whole), others);
  }

  /**
   * Orders of which one cancels the others. The sizer is asked for each; those that it wants not are left out, and where less
   * than two are left, there is no group.
   * @param ocaType 1: cancel what is left, with block. 2: reduce, with block. 3: reduce, without. Default 1
   * @returns undefined where less than two orders are left
   */
  placeOca(
    orders: readonly (readonly [contract: ContractInput, order: OrderInput])[],
    ocaType: 1 | 2 | 3 = 1,
  ): OrderGroup | Sized {
    const wanted: [Contract, Order][] = [];
    for (const [i, [contract, order]] of pairsOf(orders).entries()) {
      const one = this.sized(contract, order, `orders[${i}][1]`);
      if (one !== undefined) wanted.push([contract as Contract, this.named(one)]);
    }
    if (wanted.length < 2 && wanted.length < orders.length) return undefined as Sized;
    return this.desk.host.orders.placeOca(wanted, ocaType);
  }

  /**
   * An order that is sent again and again, or armed: each with the strategy's name, and in the quantity that it is prepared or
   * sent with. A sizer is not asked: what an armed order sends, no JavaScript sees before.
   */
  prepareOrder(contract: ContractInput, order: OrderInput): TrackedTemplate {
    return this.desk.host.orders.prepareOrder(contract as Contract, order as Order, this.prefix);
  }

  /** Cancels its working orders; resolves with how they ended. @throws what the first of them rejects with */
  async cancelAll(options?: CallOptions): Promise<OrderOutcome[]> {
    checkCallOptions(options ?? {});
    const working = this.tickets.filter(({ isOver }) => !isOver);
    for (const ticket of working) ticket.cancel();
    return Promise.all(working.map((ticket) => ticket.done(options)));
  }

  /**
   * Cancels its working orders, and closes what it then holds with orders at market, for which its sizer is not asked;
   * resolves with how those ended. Other strategies keep what they have of the same contracts.
   * @throws IBKRError what {@link cancelAll} or the first of them rejects with
   */
  async closeAll(options?: CallOptions): Promise<OrderOutcome[]> {
    await this.cancelAll(options);
    const { orders } = this.desk.host;
    const closing = this.positions.map(({ account, contract, quantity }) => {
      const action = quantity > 0 ? "SELL" : "BUY";
      const order = { action, orderType: "MKT", totalQuantity: Math.abs(quantity), account } as Order;
      return orders.placeOrder(this.routed(contract), this.named(order));
    });
    return Promise.all(closing.map((ticket) => ticket.done(options)));
  }

  /** Executions name the exchange that they were on: an order goes where the strategy's newest for the contract went. */
  private routed(contract: Contract): Contract {
    const newest = this.tickets.findLast((ticket) => isSameContract(ticket.contract, contract));
    return {
      ...contract,
      exchange:
        newest?.contract.exchange ?? (ROUTED.has(`${contract.secType}`) ? "SMART" : contract.exchange),
    };
  }

  private sized(contract: ContractInput, order: OrderInput, name = "order"): Order | undefined {
    checkContract(contract);
    checkOrder(order, name);
    if (this.sizer === undefined) return order;
    const { host } = this.desk;
    const { action, totalQuantity } = order;
    const account = order.account || host.account;
    checkQuantity(totalQuantity, `${name}.totalQuantity`);
    return sized(
      this.sizer,
      {
        ...{ strategy: this.name, contract, order },
        action: action === "SELL" ? "SELL" : "BUY",
        quantity: totalQuantity,
        quote: host.quote(contract),
        position: contract.conId === undefined ? undefined : this.position(contract, account),
        equity: host.equity(account),
      },
      order,
    );
  }

  private named(order: Order): Order {
    return withOrderRef(order, this.desk.host.nextOrderRef(this.prefix));
  }

  // --- positions and profit ------------------------------------------------------------------------------------------

  /** What it holds, one for each account and contract. */
  get positions(): readonly StrategyPosition[] {
    return this.allPositions().filter(({ quantity }) => quantity !== 0);
  }

  /**
   * What it holds of a contract.
   * @param contract qualified, or its `conId`
   * @param account left out: of the account that it is held in
   * @returns undefined where nothing is held
   * @throws IBKRError `ERR_IBKR_ARGUMENT` for a contract without `conId`, and where several accounts hold it and none is named
   */
  position(contract: ContractInput | number, account?: string): StrategyPosition | undefined {
    const conId = typeof contract === "number" ? contract : contract?.conId;
    if (!Number.isInteger(conId) || (conId as number) <= 0)
      throw refused("contract.conId", conId, "a number above 0: qualify() finds it", "ERR_IBKR_ARGUMENT");
    const found = this.positions.filter(
      (position) =>
        position.contract.conId === conId && (account === undefined || position.account === account),
    );
    if (found.length > 1)
      throw refused("account", account, found.map((one) => one.account).join(", "), "ERR_IBKR_ARGUMENT");
    return found[0];
  }

  /** Of the trading day, a total for each currency; as those of its report. */
  pnl(options?: ReportOptions): readonly ReportTotal[] {
    return this.report(options).totals;
  }

  /** What its day has made; {@link Strategies.report} has it beside the account's. */
  report(options?: ReportOptions): DailyReport {
    const { host, book } = this.desk;
    return makeReport(
      {
        lines: book.all,
        strategies: [this],
        isPartial: true,
        nowMs: host.nowMs(),
        markPrice: (contract) => markPriceOf(host.quote(contract)),
      },
      options,
    );
  }

  /**
   * What it held when the trading day began, to be given as `holdings` when the strategy is opened on the same day by another
   * process: the gateway tells of the executions since.
   * @param timeMs at another moment, ms since 1970 UTC: of the end of a day, for a process of the next one
   */
  holdings(timeMs: number = new TradingDays().at(this.desk.host.nowMs()).startMs): StrategyHolding[] {
    return holdingsOf(this.desk.book, this.prefix, timeMs);
  }

  private allPositions(): StrategyPosition[] {
    const { host, book } = this.desk;
    const out: StrategyPosition[] = [];
    for (const lines of book.all) {
      const line = lines.line(this.prefix);
      if (line !== undefined) out.push(positionOf(lines, line, markPriceOf(host.quote(lines.contract))));
    }
    return out;
  }
}
