import type { AccountDesk } from "../broker/account-desk.js";
import type { Broker, BrokerEvents, BrokerState } from "../broker/broker.js";
import { type CallOptions, checkCallOptions } from "../broker/call-options.js";
import type { MarketFeed } from "../broker/feed.js";
import type { Lookups } from "../broker/lookups.js";
import type { NewsDesk } from "../broker/news-desk.js";
import type { OrderDesk } from "../broker/order-desk.js";
import type { ScannerDesk } from "../broker/scanner-desk.js";
import { refused } from "../domain/check.js";
import { connectionLost } from "../domain/connection-lost.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { orderNotSent } from "../orders/not-sent.js";
import { Waiters } from "../orders/waiters.js";
import type { Timer } from "../time/clock.js";
import { BackOff } from "./back-off.js";
import {
  FORWARDED,
  GATEWAY_EVENTS,
  type GatewayEvents,
  type GatewayState,
  type GatewayStats,
  type GatewayStatus,
  type Reconciler,
} from "./gateway-events.js";
import {
  type IBKRGatewayOptions,
  type ResolvedGatewayOptions,
  resolveGatewayOptions,
} from "./gateway-options.js";
import { type Held, HeldOrders } from "./held-orders.js";
import { passedOn } from "./passed-on.js";
import { RetriedReads } from "./retried-reads.js";
import { StandingWatches } from "./standing-watches.js";

/** Another connection has the client id. */
const CLIENT_ID_IN_USE = 326;

/** Errors after which a new attempt would end the same. */
const FINAL: ReadonlySet<string> = new Set([
  "ERR_IBKR_SERVER_VERSION",
  "ERR_IBKR_OPTION",
  "ERR_IBKR_NATIVE_MISSING",
]);

/**
 * One endpoint of a gateway, as a broker that comes back: it connects again with the same client id, reconciles before
 * new orders pass, and asks again what was only read.
 */
export class IBKRGateway implements Broker {
  readonly orders: OrderDesk;
  readonly accounts: AccountDesk;
  readonly lookups: Lookups;
  readonly news: NewsDesk;
  readonly scanners: ScannerDesk;
  /** Who is told what became of orders after each connect. */
  reconciler: Reconciler | undefined;
  private readonly options: ResolvedGatewayOptions;
  private readonly events = new Emitter<GatewayEvents>(GATEWAY_EVENTS);
  private readonly waiters: Waiters;
  private readonly watches: StandingWatches;
  private readonly backOff: BackOff;
  private readonly reads: RetriedReads;
  private readonly held = new HeldOrders();
  /** Orders of which something has left, or may have. */
  private readonly placed = new Set<number>();
  private current: GatewayState = "DOWN";
  private sinceMs: number;
  /** It is to be connected: from connect() to close(), or to the failure of a first attempt. */
  private isWanted = false;
  /** It has been ready since connect(): it comes back by itself. */
  private hasStood = false;
  /** Calls of connect() that wait. */
  private callers = 0;
  private closing: Promise<void> | undefined;
  private isUpstreamLost = false;
  private lastError: IBKRError | undefined;
  private retry: { readonly timer: Timer; readonly atMs: number } | undefined;
  /** Which connection this is: what an earlier one was waiting for is nothing to it. */
  private generation = 0;
  private counts = { reconnects: 0, releasedOrders: 0 };

  /**
   * @param broker one endpoint; it is this gateway's alone from now on
   * @throws IBKRError `ERR_IBKR_OPTION`, `ERR_IBKR_ARGUMENT` for what is no broker
   */
  constructor(
    private readonly broker: Broker,
    options: IBKRGatewayOptions = {},
  ) {
    if (typeof broker?.orders?.place !== "function")
      throw refused("broker", broker, "a Broker", "ERR_IBKR_ARGUMENT");
    this.options = resolveGatewayOptions(options);
    const { reconnectFirstMs, reconnectMostMs, clock, random } = this.options;
    this.sinceMs = clock.now();
    this.waiters = new Waiters(clock);
    this.backOff = new BackOff(reconnectFirstMs, Math.max(reconnectFirstMs, reconnectMostMs), random);
    const outlook = () => (!this.isWanted ? "given-up" : this.isReady ? "ready" : "coming");
    const reads = new RetriedReads(outlook, this.waiters, clock);
    this.reads = reads;
    this.watches = new StandingWatches({
      mayComeBack: (error) => reads.mayComeBack(error),
      ready: (signal) => reads.untilReady({ signal }),
      clock,
    });
    const passed = passedOn(broker, {
      read: (ask, options) => reads.read(ask, options),
      watch: (begin, listener, options) => this.watches.open(begin, listener, options),
    });
    this.orders = { ...this.orderDesk(), ...passed.orders };
    this.accounts = {
      ...passed.accounts,
      get names() {
        return broker.accounts.names;
      },
    };
    this.lookups = passed.lookups;
    this.news = passed.news;
    this.scanners = passed.scanners;
    this.listen();
  }

  get feed(): MarketFeed {
    return this.broker.feed;
  }

  get state(): BrokerState {
    if (this.current === "READY" || this.current === "UPSTREAM_LOST") return "ready";
    return this.current === "DOWN" ? "down" : "connecting";
  }

  private get isReady(): boolean {
    return this.state === "ready";
  }

  get gatewayState(): GatewayState {
    return this.current;
  }

  status(): GatewayStatus {
    return {
      state: this.current,
      sinceMs: this.sinceMs,
      failedAttempts: this.backOff.count,
      nextAttemptMs: this.retry?.atMs,
      heldOrders: this.held.length,
      lastError: this.lastError,
    };
  }

  stats(): GatewayStats {
    return { ...this.counts, retriedReads: this.reads.count };
  }

  on<K extends keyof GatewayEvents & string>(event: K, listener: Listener<GatewayEvents, K>): () => void {
    return this.events.on(event, listener);
  }

  /**
   * Connects; resolves when it is ready, reconciled. A client id that is in use is waited for. Once it has been ready it
   * connects again by itself until {@link close}.
   */
  async connect(options: CallOptions = {}): Promise<void> {
    checkCallOptions(options);
    options.signal?.throwIfAborted();
    if (this.isReady && this.closing === undefined) return;
    this.isWanted = true;
    while (this.closing !== undefined) await this.closing;
    if (!this.isWanted) throw connectionLost(); // closed again meanwhile
    // An attempt that is under way is everybody's.
    if (this.retry !== undefined || this.current === "DOWN") void this.attempt(this.hasStood);
    const look = () => {
      if (this.isReady) return { value: undefined };
      return this.isWanted ? undefined : { error: this.lastError ?? connectionLost() };
    };
    const late = (ms: number) => new IBKRError("ERR_IBKR_TIMEOUT", `not connected within ${ms} ms`);
    this.callers++;
    try {
      await this.waiters.wait(look, options, late);
    } catch (error) {
      // Who gives up takes it from nobody else.
      if (this.callers === 1 && !this.hasStood && !this.isReady) await this.close();
      throw error;
    } finally {
      this.callers--;
    }
  }

  async close(): Promise<void> {
    this.isWanted = false;
    this.hasStood = false;
    this.generation++;
    this.stopRetry();
    if (this.closing !== undefined) return this.closing;
    this.closing = this.broker.close().finally(() => {
      this.closing = undefined;
      this.enter("DOWN");
      this.waiters.look();
    });
    return this.closing;
  }

  // --- the connection ------------------------------------------------------------------------------------------------

  private listen(): void {
    const { broker, events } = this;
    broker.on("state", (state) => {
      if (state === "connecting") this.enter("CONNECTING");
      if (state === "down") this.wentDown();
    });
    for (const event of FORWARDED) {
      broker.on(event, (...args: BrokerEvents[typeof event]) => {
        if (event === "handshaken") this.enter("HANDSHAKING");
        if (event === "fault") this.lastError = args[0] as IBKRError;
        if (event === "upstream") this.upstream(args[0] === "lost");
        events.emit(event, ...(args as never));
        if (event === "upstream" && args[0] === "data-lost") this.watches.dataLost();
      });
    }
  }

  /** @param isAgain a failure is not the end of it */
  private async attempt(isAgain: boolean): Promise<void> {
    this.stopRetry();
    const generation = ++this.generation;
    this.isUpstreamLost = false;
    try {
      await this.broker.connect();
      if (generation !== this.generation) return;
      await this.reconcile();
      if (generation !== this.generation) return;
      this.backOff.reset();
      if (isAgain) this.counts.reconnects++;
      this.open();
    } catch (error) {
      if (generation !== this.generation) return;
      await this.failed(error as IBKRError, isAgain);
    }
  }

  private async failed(error: IBKRError, isAgain: boolean): Promise<void> {
    this.lastError = error;
    const isInUse = error.gatewayCode === CLIENT_ID_IN_USE;
    // Nobody is ready to be connected to: whoever called connect() hears why.
    if ((!isAgain && !isInUse) || FINAL.has(error.code)) this.isWanted = this.hasStood = false;
    const generation = ++this.generation;
    if (this.broker.state !== "down") await this.broker.close();
    if (generation !== this.generation) return;
    this.enter("DOWN");
    if (this.isWanted) this.tryLater(isAgain, isInUse ? this.options.clientIdWaitMs : 0);
    else this.waiters.look();
  }

  private tryLater(isAgain: boolean, leastMs = 0): void {
    const { clock } = this.options;
    const ms = this.backOff.next(leastMs);
    this.stopRetry();
    this.retry = { atMs: clock.now() + ms, timer: clock.after(ms, () => void this.attempt(isAgain)) };
  }

  private stopRetry(): void {
    this.retry?.timer.stop();
    this.retry = undefined;
  }

  /** A connection that stood has ended; one that never did is told by its attempt. */
  private wentDown(): void {
    const stood = this.current === "READY" || this.current === "UPSTREAM_LOST";
    this.enter("DOWN");
    if (stood && this.isWanted) {
      this.generation++;
      this.tryLater(true);
    }
  }

  /** What became of orders is asked of the connection itself: nothing else passes meanwhile. */
  private async reconcile(): Promise<void> {
    this.enter("RECONCILING");
    const { orders, accounts } = this.broker;
    const options = { timeoutMs: this.options.reconcileTimeoutMs };
    const [open, completed, executions] = await Promise.all([
      orders.open(options),
      orders.completed(false, options),
      orders.executions({}, options),
    ]);
    // Last: they have what the executions say, and what is executed meanwhile is told before they come.
    const positions = await accounts.positions(options);
    const result = await this.reconciler?.reconcile({ open, completed, executions, positions });
    if (result === undefined) return;
    // To a gateway that does not have an order its change is a new one.
    for (const { orderId } of result.unknown)
      for (const { orderId: id } of this.held.withdraw(orderId, false))
        this.notSent(id, "nothing at the gateway knows the order that it changes");
    this.events.emit("reconciled", result);
  }

  private upstream(isLost: boolean): void {
    this.isUpstreamLost = isLost;
    if (this.isReady) this.open();
  }

  /** New orders pass, unless the way to Interactive Brokers is lost. */
  private open(): void {
    this.hasStood = true;
    this.enter(this.isUpstreamLost ? "UPSTREAM_LOST" : "READY");
    // One by one: a listener may cancel what still waits, place more behind it, or end the connection.
    while (this.current === "READY") {
      const next = this.held.shift();
      if (next.length === 0) return;
      this.release(next);
    }
  }

  private release(released: readonly Held[]): void {
    const { orders } = this.broker;
    for (const { orderId } of released) this.placed.add(orderId);
    this.counts.releasedOrders += released.length;
    const [{ orderId, contract, order, group }] = released as [Held];
    if (group !== undefined) orders.placeGroup(released);
    else if (orders.place(orderId, contract, order)) this.events.emit("orderSent", orderId);
  }

  /** State first, events after: who hears of a state finds it so. */
  private enter(state: GatewayState): void {
    const before = this.current;
    if (state === before) return;
    const { state: outerBefore } = this;
    this.current = state;
    this.sinceMs = this.options.clock.now();
    const lostOrders = state === "DOWN" ? this.held.take() : [];
    for (const { orderId } of lostOrders) this.notSent(orderId, "the connection ended");
    this.events.emit("gatewayState", state, before);
    if (this.state !== outerBefore) this.events.emit("state", this.state);
    this.waiters.look();
  }

  private notSent(orderId: number, why: string): void {
    this.events.emit("orderError", orderId, orderNotSent(orderId, why));
  }

  // --- desks -----------------------------------------------------------------------------------------------------------

  private orderDesk(): Omit<OrderDesk, keyof ReturnType<typeof passedOn>["orders"]> {
    const { orders } = this.broker;
    return {
      stamps: () => orders.stamps?.(),
      nextOrderId: () => orders.nextOrderId(),
      place: (orderId, contract, order) => {
        if (this.mustWait) {
          this.held.add({ orderId, contract, order });
        } else if (this.current === "READY" || this.current === "DOWN") {
          this.placed.add(orderId);
          return orders.place(orderId, contract, order);
        } else {
          // It would wait for the connection, and leave before anything is reconciled.
          this.notSent(orderId, "not connected");
        }
        return false;
      },
      placeGroup: (parts) => {
        const group = {};
        if (this.mustWait) {
          for (const part of parts) this.held.add(part, group);
        } else if (this.current === "READY" || this.current === "DOWN") {
          for (const { orderId } of parts) this.placed.add(orderId);
          orders.placeGroup(parts);
        } else {
          for (const { orderId } of parts) this.notSent(orderId, "not connected");
        }
      },
      // Prepared orders are for the moment: they do not wait, but are refused while new orders do.
      prepareOrder: (contract, order) => {
        const template = orders.prepareOrder(contract, order);
        return {
          send: (change) => {
            this.mustPass();
            return template.send(change);
          },
          arm: (options) => {
            this.mustPass();
            return template.arm(options);
          },
          close: () => template.close(),
        };
      },
      cancel: (orderId) => {
        // What has not left needs no cancel; what was there before its change does.
        const isPlaced = this.placed.has(orderId);
        const held = this.held.withdraw(orderId, !isPlaced);
        for (const { orderId: id } of held)
          this.notSent(
            id,
            id === orderId ? "it was cancelled before it left" : "its parent was cancelled before it left",
          );
        if (held.length === 0 || isPlaced) orders.cancel(orderId);
      },
      cancelAll: () => {
        for (const { orderId } of this.held.take()) this.notSent(orderId, "a global cancel was called");
        orders.cancelAll();
      },
      exercise: async (exercise, options) => {
        this.mustPass();
        return orders.exercise(exercise, options);
      },
    };
  }

  /** Also behind what still waits: a change must not be overtaken by what it changes. */
  private get mustWait(): boolean {
    const { current } = this;
    const isBehind = current === "READY" && this.held.length > 0;
    return current === "RECONCILING" || current === "UPSTREAM_LOST" || isBehind;
  }

  private mustPass(): void {
    if (this.current !== "READY")
      throw new IBKRError("ERR_IBKR_NOT_SENT", `the order was not sent: the gateway is ${this.current}.`, {
        scope: "order",
      });
  }
}
