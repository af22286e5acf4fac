import { type InspectOptions, inspect } from "node:util";
import type { Broker } from "../broker/broker.js";
import type { CallOptions } from "../broker/call-options.js";
import type { ChargedExecution, ChargedOptions, OptionExercise } from "../broker/order-desk.js";
import { check, objectOf, refused } from "../domain/check.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import { gatewayCodeEffect } from "../domain/gateway-codes.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { withAccount } from "../domain/own-copy.js";
import { printed } from "../domain/printed.js";
import type {
  Contract,
  ExecutionDetail,
  ExecutionFilter,
  OpenOrder,
  Order,
  OrderState,
} from "../domain/stock-types.js";
import { measured } from "../metrics/operation-meter.js";
import type { ExecutionNews } from "../orders/execution-book.js";
import type { OrderGroup } from "../orders/order-group.js";
import type { OrderOutcome, OrderTicket } from "../orders/order-ticket.js";
import type { OrderTracker } from "../orders/order-tracker.js";
import type { TrackedTemplate } from "../orders/tracked-template.js";
import { type Clock, realClock } from "../time/clock.js";
import type { AccountValues } from "./account-values.js";
import { Accounts } from "./accounts.js";
import { type ClientOptions, clientRules } from "./client-options.js";
import { CorporateEvents } from "./corporate-events.js";
import { type ContractInput, contractOf, listOf, type OrderInput, orderOf, pairsOf } from "./inputs.js";
import type { CacheHost } from "./live-cache.js";
import { ClientNews } from "./news.js";
import { ClientPnl } from "./pnl.js";
import { AllPositions } from "./positions.js";
import { ClientQuestions } from "./questions.js";
import { ClientScanners } from "./scanners.js";
import type { Sizer } from "./strategies/sizer.js";
import { Strategies, type StrategyOptions } from "./strategies/strategies.js";
import type { Strategy } from "./strategies/strategy.js";
import type { StrategyHost, StrategyQuote } from "./strategies/strategy-host.js";
import { trackerHost } from "./strategies/tracker-host.js";
import { Watched } from "./watched.js";

/** `interrupted`: connected to a gateway that has lost Interactive Brokers. Only `ready` lets orders out. */
export type ClientState = "down" | "connecting" | "ready" | "interrupted" | "closed";

/** The arguments of each event of a client. */
export interface ClientEvents {
  state: [state: ClientState, before: ClientState];
  /**
   * Whatever goes wrong that is no call's and no subscription's: the connection, a cache, an order, whose ticket says so
   * as well. That an order was cancelled (202) is not among it.
   */
  error: [error: IBKRError, ticket: OrderTicket | undefined];
  /** The gateway says something that is no fault: its code and text. */
  notice: [code: number, text: string];
  /** An order is new: placed, fired, or found in the journal. */
  ticket: [ticket: OrderTicket];
  /** An execution, once. `ticket` is undefined of orders that are not this client's. */
  fill: [detail: ExecutionDetail, news: ExecutionNews, ticket: OrderTicket | undefined];
  /** An order of TWS, of another client or of another login is told of. */
  foreign: [order: ForeignOrder];
  /** Nobody knows what became of an order, after everything was asked: never place it again because of this alone. */
  unknown: [ticket: OrderTicket];
}
/** @see OrderTracker.foreign */
export type ForeignOrder = OrderTracker["foreign"][number];

const EVENTS = ["state", "error", "notice", "ticket", "fill", "foreign", "unknown"] as const;

/**
 * What programs are written on: contracts, orders, accounts and what is asked of a gateway, over a broker and its order
 * tracker. Whoever made these closes them.
 */
export class Client extends ClientQuestions {
  static {
    measured(
      Client.prototype,
      "",
      [
        "ready",
        "placeOrder",
        "placeBracket",
        "placeOca",
        "prepareOrder",
        "whatIf",
        "openOrders",
        "completedOrders",
        "executions",
        "exercise",
        "cancelAll",
        "strategy",
        "close",
      ],
      ({ calls }) => calls.operations,
    );
  }

  /** What is held, as it is. */
  readonly positions: AllPositions;
  /** The figures of all accounts, as they are. */
  readonly accounts: Accounts;
  /** Profit and loss, as it is. */
  readonly pnl: ClientPnl;
  readonly news: ClientNews;
  readonly scanners: ClientScanners;
  readonly corporateEvents: CorporateEvents;
  /** What each part of the program does and has made: {@link Client.strategy}. */
  readonly strategies: Strategies;
  private readonly emitter = new Emitter<ClientEvents>(EVENTS);
  private readonly watched: Watched;
  private readonly live: Readonly<Record<"positions" | "account" | "pnl", boolean>>;
  private readonly given: string | undefined;
  private readonly stops: readonly (() => void)[];
  private known: ClientState;
  private isUpstreamLost = false;

  /**
   * @param tracker of the orders of this broker
   * @param clock of what histories wait for
   * @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed
   */
  constructor(
    broker: Broker,
    private readonly tracker: OrderTracker,
    options: ClientOptions = {},
    clock: Clock = realClock,
  ) {
    if (typeof broker?.orders?.place !== "function")
      throw refused("broker", broker, "a Broker", "ERR_IBKR_ARGUMENT");
    const { requestTimeoutMs, live, account } = check(clientRules(), options);
    super(broker, requestTimeoutMs, clock);
    this.calls.operations.owner = this;
    tracker.measure = (operation, call) => this.calls.operations.measure(operation, call);
    this.live = live;
    this.given = account;
    this.known = broker.state;
    const failed = (error: IBKRError) => this.emitter.emit("error", error, undefined);
    const host: CacheHost = {
      ...{ broker, failed, calls: this.calls },
      isUpstreamLost: () => this.isUpstreamLost,
    };
    this.watched = new Watched(this.calls, failed);
    this.positions = new AllPositions(host);
    this.accounts = new Accounts(host);
    this.pnl = new ClientPnl(host, () => ({ account: this.accountName }));
    this.news = new ClientNews(broker.news, this.calls, this.watched);
    this.scanners = new ClientScanners(broker.scanners, this.calls, this.watched);
    this.corporateEvents = new CorporateEvents(broker.lookups, this.calls);
    this.strategies = new Strategies(this.strategyHost());
    this.stops = this.listen();
  }

  get state(): ClientState {
    return this.known;
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof ClientEvents>(event: K, listener: Listener<ClientEvents, K>): () => void {
    return this.emitter.on(event, listener);
  }

  /** The account of the client: the one that was named, or the first of the login. Empty before it is connected. */
  get accountName(): string {
    return this.given ?? this.broker.accounts.names[0] ?? "";
  }

  /** Its figures, as they are. */
  get account(): AccountValues {
    return this.accounts.expect(this.accountName);
  }

  /**
   * Begins what is kept up to date, and resolves when positions and accounts are there. To be called when the broker is
   * ready; a client that `IBKRClient.connect` has made is.
   * @throws IBKRError `ERR_IBKR_OPTION` where the account that was named is none of the login; what refused a cache
   */
  async ready(options?: CallOptions): Promise<void> {
    const call = this.calls.options(options);
    const { names } = this.broker.accounts;
    if (this.given !== undefined && !names.includes(this.given))
      throw refused("account", this.given, names.join(", "));
    const { live, positions, accounts, pnl } = this;
    if (live.pnl) pnl.begin();
    await Promise.all([live.positions && positions.ready(call), live.account && accounts.ready(call)]);
  }

  // --- orders --------------------------------------------------------------------------------------------------------

  /** Every order of this client, oldest first, those of earlier processes that the journal has included. */
  get tickets(): readonly OrderTicket[] {
    return this.tracker.tickets;
  }

  /**
   * Sends an order on the caller's stack, or leaves it where it waits for its turn: `disposition` of its ticket says
   * which, and what becomes of it.
   * @throws IBKRError `ERR_IBKR_NOT_SENT` unless connected; `ERR_IBKR_JOURNAL_WRITE` where it cannot be written down
   */
  placeOrder(contract: ContractInput, order: OrderInput): OrderTicket {
    this.calls.mustBeOpen();
    // The tracker looks at both.
    return this.tracker.placeOrder(contract as Contract, this.addressed(order));
  }

  /**
   * A parent and the orders that close what it opens: sent as one, worked when the parent is filled.
   * @param children take profit, stop loss, …; each of the parent's opposite side
   */
  placeBracket(contract: ContractInput, parent: OrderInput, children: readonly OrderInput[]): OrderGroup {
    this.calls.mustBeOpen();
    const orders = listOf("children", children).map((child) => this.addressed(child));
    return this.tracker.placeBracket(contract as Contract, this.addressed(parent), orders);
  }

  /**
   * Orders of which one cancels the others.
   * @param ocaType 1: cancel what is left, with block. 2: reduce, with block. 3: reduce, without. Default 1
   */
  placeOca(
    orders: readonly (readonly [contract: ContractInput, order: OrderInput])[],
    ocaType: 1 | 2 | 3 = 1,
  ): OrderGroup {
    this.calls.mustBeOpen();
    const pairs = pairsOf(orders).map(
      ([contract, order]) => [contract as Contract, this.addressed(order)] as const,
    );
    return this.tracker.placeOca(pairs, ocaType);
  }

  /** An order that is sent again and again, or armed: each has a ticket of its own. */
  prepareOrder(contract: ContractInput, order: OrderInput): TrackedTemplate {
    this.calls.mustBeOpen();
    return this.tracker.prepareOrder(contract as Contract, this.addressed(order));
  }

  /** Margin and commission of an order that is not placed. @throws IBKRError `ERR_IBKR_GATEWAY` where it would be refused */
  async whatIf(contract: ContractInput, order: OrderInput, options?: CallOptions): Promise<OrderState> {
    const call = this.calls.options(options);
    return this.tracker.whatIf(contract as Contract, this.addressed(order), call);
  }

  /** Working orders of all clients, as the gateway lists them. */
  async openOrders(options?: CallOptions): Promise<OpenOrder[]> {
    return this.broker.orders.open(this.calls.options(options));
  }

  /** Orders that are filled or cancelled. @param scope `apiOnly`: only those placed through the API; default false */
  async completedOrders(
    scope: { readonly apiOnly?: boolean | undefined } & CallOptions = {},
  ): Promise<Omit<OpenOrder, "orderId">[]> {
    const call = this.calls.options(scope);
    const { apiOnly = false } = scope;
    if (typeof apiOnly !== "boolean") throw refused("apiOnly", apiOnly, "true or false");
    return this.broker.orders.completed(apiOnly, call);
  }

  /** Executions of the day, of all clients, each with its commission. */
  async executions(filter: ExecutionFilter = {}, options: ChargedOptions = {}): Promise<ChargedExecution[]> {
    const [others, call] = this.calls.split(options);
    return this.broker.orders.chargedExecutions(filter, { ...others, ...call });
  }

  /**
   * Exercises options, or lets them lapse. Resolves when the gateway has taken it, with its number; what comes of it shows
   * in positions and executions. `account` is the client's where it is left out.
   */
  async exercise(
    exercise: Omit<OptionExercise, "contract" | "account"> & {
      readonly contract: ContractInput;
      readonly account?: string | undefined;
    },
    options?: CallOptions,
  ): Promise<number> {
    const call = this.calls.options(options);
    const { contract, account = this.accountName, ...others } = objectOf("exercise", exercise);
    return this.broker.orders.exercise({ ...others, account, contract: contractOf(contract) }, call);
  }

  /**
   * Cancels every working order of the account, of all clients; resolves with how those of this client ended that were
   * working. An order may be filled all the same.
   * @throws IBKRError `ERR_IBKR_TIMEOUT` where one of them has not ended; `ERR_IBKR_UNKNOWN_OUTCOME`
   */
  async cancelAll(options?: CallOptions): Promise<OrderOutcome[]> {
    const call = this.calls.options(options);
    if (this.broker.state !== "ready")
      throw new IBKRError("ERR_IBKR_NOT_SENT", "cancelAll was not sent: not connected.", { scope: "order" });
    const working = this.tickets.filter(({ isOver }) => !isOver);
    this.broker.orders.cancelAll();
    return Promise.all(working.map((ticket) => ticket.done(call)));
  }

  /**
   * A part of the program, told apart by what its orders' `orderRef`s begin with: its own orders, positions and profit, and a
   * report of its day. The same one each time.
   * @param name 1 to 13 letters, digits and signs of ASCII but for the colon; a longer one with a `prefix` of that kind
   * @throws IBKRError `ERR_IBKR_OPTION` for a name or prefix that is none, or another strategy's
   */
  strategy(name: string, options?: StrategyOptions & { readonly sizer?: undefined }): Strategy;
  strategy(name: string, options: StrategyOptions & { readonly sizer: Sizer }): Strategy<undefined>;
  strategy(name: string, options?: StrategyOptions): Strategy<undefined>;
  strategy(name: string, options?: StrategyOptions): Strategy<undefined> {
    this.calls.mustBeOpen();
    return this.strategies.open(name, options);
  }

  /** Undefined: nothing is subscribed to that tells it. */
  protected quoteOf(_contract: Contract): StrategyQuote | undefined {
    return undefined;
  }

  private strategyHost(): StrategyHost {
    const { tracker, broker } = this;
    const accountName = () => this.accountName;
    return trackerHost(broker, tracker, {
      operations: this.calls.operations,
      get account() {
        return accountName();
      },
      orders: {
        placeOrder: (contract, order) => this.placeOrder(contract, order),
        placeBracket: (contract, parent, children) => this.placeBracket(contract, parent, children),
        placeOca: (orders, ocaType) => this.placeOca(orders, ocaType),
        prepareOrder: (contract, order, prefix) => {
          const { operations } = this.calls;
          return operations.measure("prepareOrder", () => {
            this.calls.mustBeOpen();
            return tracker.prepareOrder(contract, this.addressed(order), prefix);
          });
        },
      },
      quote: (contract) => this.quoteOf(contract),
      equity: (account) => this.accounts.get(account)?.netLiquidation,
      positions: () => this.positions.all().map((held) => ({ ...held, account: held.account ?? "" })),
    });
  }

  /** With the account that was named for all. */
  private addressed(given: OrderInput): Order {
    const order = orderOf(given);
    return this.given === undefined || order.account ? order : withAccount(order, this.given);
  }

  /** An error that is no call's and no subscription's. */
  protected tell(error: IBKRError): void {
    this.emitter.emit("error", error, undefined);
  }

  // --- its end -------------------------------------------------------------------------------------------------------

  /** Ends what it has begun: caches stay as they are, later calls are refused. Working orders stay at the gateway. */
  async close(): Promise<void> {
    if (this.known === "closed") return;
    this.calls.close();
    this.enter("closed");
    this.watched.closeAll();
    this.strategies.close();
    for (const cache of [this.positions, this.accounts, this.pnl]) cache.close();
    for (const stop of this.stops) stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { state, tickets } = this;
    return printed(this.constructor.name, { state, tickets: tickets.length }, depth, options);
  }

  private listen(): (() => void)[] {
    const { broker, tracker, emitter } = this;
    const stopFirst = this.positions.on("state", (state) => {
      if (state !== "live") return;
      stopFirst();
      this.strategies.sync();
    });
    return [
      stopFirst,
      broker.on("state", (state) => {
        // Of the connection that ended, or begins; what is said of this one before it is ready counts.
        if (state !== "ready") this.isUpstreamLost = false;
        this.look();
      }),
      broker.on("upstream", (state) => {
        this.isUpstreamLost = state === "lost";
        this.look();
      }),
      broker.on("fault", (error) => emitter.emit("error", error, undefined)),
      broker.on("notice", (code, text) => emitter.emit("notice", code, text)),
      tracker.on("ticket", (ticket) => {
        ticket.on("error", (error) => {
          const effect = error.gatewayCode === undefined ? undefined : gatewayCodeEffect(error.gatewayCode);
          // A cancel is an end like others, and mostly what was asked for; so is one that came too late for it.
          const isCancelled = effect === "cancel-refused" && ticket.status === "cancelled";
          if (effect !== "cancelled" && !isCancelled) emitter.emit("error", error, ticket);
        });
        emitter.emit("ticket", ticket);
      }),
      tracker.on("fill", (...fill) => emitter.emit("fill", ...fill)),
      tracker.on("foreign", (order) => emitter.emit("foreign", order)),
      tracker.on("unknown", (ticket) => emitter.emit("unknown", ticket)),
      tracker.on("error", (error) => emitter.emit("error", error, undefined)),
    ];
  }

  private look(): void {
    const { state } = this.broker;
    this.enter(this.isUpstreamLost && state === "ready" ? "interrupted" : state);
  }

  private enter(state: ClientState): void {
    const before = this.known;
    if (state === before || before === "closed") return;
    this.known = state;
    this.emitter.emit("state", state, before);
  }
}
