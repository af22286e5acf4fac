import { type Contract, ErrorCode, type Order, OrderAction, OrderType, TimeInForce } from "@stoqey/ib";
import { check } from "../domain/check.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import { IBKRError } from "../domain/ibkr-error.js";
import {
  DENY_CODES,
  RISK_DECISION_AUX_PRICE,
  RISK_DECISION_CODE,
  RISK_DECISION_COUNT,
  RISK_DECISION_INSTRUMENT,
  RISK_DECISION_IS_CHANGE,
  RISK_DECISION_LIMIT,
  RISK_DECISION_LIMIT_PRICE,
  RISK_DECISION_LIMITS_VERSION,
  RISK_DECISION_MEASURED,
  RISK_DECISION_ORDER_ID,
  RISK_DECISION_QUANTITY,
  RISK_DECISION_SCOPE,
  RISK_DECISION_SIDE,
  RISK_DECISION_TIME_MS,
  RISK_SNAPSHOT_COUNT,
} from "../native/layout.js";
import type { RiskDay } from "../risk/risk-day.js";
import type { RiskLimitOptions } from "../risk/risk-options.js";
import { RISK_STATES, type RiskStateName } from "../risk/saved-risk.js";
import { fields, flag, integer, text } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import type { OrderIds } from "./order-ids.js";
import type { RiskWatch } from "./risk-watch.js";

/** An order as the gate has judged it. */
export interface RiskDecision {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly orderId: number;
  /** `NONE`: it was let out. */
  readonly denyCode: string;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
  readonly riskScope: string;
  readonly side: "BUY" | "SELL";
  readonly quantity: number;
  readonly limitPrice: number | undefined;
  readonly auxPrice: number | undefined;
  readonly conId: number | undefined;
  readonly symbol: string | undefined;
  readonly isChange: boolean;
  readonly limitsVersion: number;
}

/** Money is in the base currency, quantities are shares or contracts. */
export interface RiskScopeSnapshot {
  readonly state: RiskStateName;
  /** Why it is not ACTIVE: a deny code. */
  readonly cause: string | undefined;
  readonly grossExposure: number;
  readonly netExposure: number;
  /** Of the day: realised less commissions, and the change of what is not realised. */
  readonly profit: number;
  readonly realized: number;
  readonly drawdown: number;
  readonly margin: number;
  readonly volumeToday: number;
  readonly openOrders: number;
  readonly ordersToday: number;
  readonly tradesToday: number;
}

export interface RiskSnapshot extends RiskScopeSnapshot {
  /** Undefined: the emergency stop is not set. */
  readonly stopped: string | undefined;
  readonly limits: RiskLimitOptions;
  readonly limitsVersion: number;
  /** Decisions that nobody has drained in time. */
  readonly lostDecisions: number;
  /** Accounts and strategies by their name; everything together is `all`. */
  readonly scopes: Readonly<Record<string, RiskScopeSnapshot>>;
}

export interface RiskEvents {
  /** An order, or a change of one, was denied. */
  denied: [decision: RiskDecision];
  /** Every decision, also those that let an order out. */
  decision: [decision: RiskDecision];
  /** The state of everything, or of an account or a strategy. STOPPED while the emergency stop is set. */
  state: [state: RiskStateName | "STOPPED", before: RiskStateName | "STOPPED", scope: string];
  stop: [reason: string];
  resume: [reason: string, operator: string];
  limits: [limits: RiskLimitOptions, version: number];
  /** The day is over: what is counted by day begins anew. From and to are ms since 1970. */
  day: [day: RiskDay];
}
const EVENTS = ["denied", "decision", "state", "stop", "resume", "limits", "day"] as const;

export interface StopOptions {
  /** Closes what is held with market orders that only reduce, verified by positions and tried again. Default false. */
  readonly flatten?: boolean | undefined;
  /** Cancels every order of the login, of all clients and of TWS, beside the working orders of this session. Default false. */
  readonly globalCancel?: boolean | undefined;
  /** How long cancels and closings may take together, 1 … 2,147,483,647 ms. Default 15,000. */
  readonly timeoutMs?: number | undefined;
}

export interface StopOutcome {
  /** Working orders of this session whose end was not told in time. */
  readonly working: readonly number[];
  /** What is still held, by account and contract id; undefined unless `flatten`. */
  readonly positions: readonly { account: string; conId: number; quantity: number }[] | undefined;
}

const stopRules = lazily(() =>
  fields({
    flatten: flag().optional(),
    globalCancel: flag().optional(),
    timeoutMs: integer(1, 0x7fffffff).optional(),
  }),
);

/** What it needs of its session. */
export interface ControlHost {
  readonly isReady: boolean;
  readonly orderIds: OrderIds;
  request(method: string, args: readonly unknown[]): void;
  emitInfo(message: string, code: number): void;
}

const LOOK_MS = 50;
const STOP_MS = 15_000;
const AGAIN_MS = 1_000;
const MOST_DRAINED = 256;
const MOST_WORKING = 16_384;
const PLAIN_CANCEL = { manualOrderCancelTime: undefined, extOperator: "", manualOrderIndicator: undefined };

type Held = { account: string; contract: Contract; quantity: number };

/**
 * The risk gate as a program sees it: the emergency stop, limits, states, and what was denied. One for each connection;
 * those whose gates have the same name stop together, in all threads of the process.
 */
export class RiskControl {
  private readonly events = new Emitter<RiskEvents>(EVENTS);
  private readonly decisions = new Float64Array(MOST_DRAINED * RISK_DECISION_COUNT);
  private readonly doubles = new Float64Array(RISK_SNAPSHOT_COUNT);
  private readonly orders = new Float64Array(MOST_WORKING);
  private readonly states = new Map<string, RiskStateName | "STOPPED">();
  private isStopSeen = false;
  private cancelledAtMs = 0;
  private held = new Map<string, Held>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: ControlHost,
    readonly watch: RiskWatch,
  ) {
    watch.held = (account, contract, quantity) =>
      this.held.set(`${account} ${contract.conId}`, { account, contract, quantity });
  }

  /** A connection begins: it looks by itself until {@link rest}. */
  begin(): void {
    this.lookAtDay();
    this.timer ??= setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  /** The connection has ended. */
  rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.drain();
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof RiskEvents>(event: K, listener: Listener<RiskEvents, K>): () => void {
    return this.events.on(event, listener);
  }

  private get addon() {
    return this.watch.gate.addon;
  }

  /**
   * The emergency stop, for every connection of this gate's name: when this returns, no order begins to leave any more,
   * whoever sends it. Then working orders are cancelled one by one; only {@link resume} lets orders out again.
   * @returns when the cancels are answered, and positions are closed where that was asked for; or their time is over
   * @throws IBKRError `ERR_IBKR_ARGUMENT`, before anything is stopped
   */
  stop(reason: string, options: StopOptions = {}): Promise<StopOutcome> {
    check(text(), reason, "reason", "ERR_IBKR_ARGUMENT");
    check(stopRules(), options, "", "ERR_IBKR_ARGUMENT");
    this.addon.stop(reason);
    this.seeStop();
    return this.afterStop(options);
  }

  /**
   * The only way back from {@link stop}; counters and states stay as they are.
   * @param operator who says so
   */
  resume(reason: string, operator: string): void {
    check(text(), reason, "reason", "ERR_IBKR_ARGUMENT");
    check(text(), operator, "operator", "ERR_IBKR_ARGUMENT");
    if (this.addon.stopReason() === undefined) return;
    this.addon.resume();
    this.isStopSeen = false;
    this.events.emit("resume", reason, operator);
    this.look();
  }

  /** Undefined: it is not set. */
  get stopped(): string | undefined {
    return this.addon.stopReason();
  }

  /**
   * Other limits, from the next order on, for every connection of this gate's name; what is left out has its default.
   * @throws IBKRError `ERR_IBKR_OPTION` that names the limit, its value and what is allowed
   */
  update(limits: RiskLimitOptions): void {
    const { gate } = this.watch;
    gate.update(limits);
    this.events.emit("limits", gate.currentLimits, gate.limitsVersion);
  }

  /** By hand; `ACTIVE` takes back whatever had set another. @param scope an account, a strategy, or `all` */
  setState(state: RiskStateName, scope = "all"): void {
    const at = this.watch.gate.scopes.get(scope);
    if (at === undefined || !RISK_STATES.includes(state))
      throw new IBKRError("ERR_IBKR_ARGUMENT", `setState: there is no scope ${scope}, or no state ${state}`);
    this.addon.setState(at, RISK_STATES.indexOf(state));
    this.look();
  }

  /** As it is now. */
  snapshot(): RiskSnapshot {
    this.lookAtDay();
    const { gate } = this.watch;
    const scopes: Record<string, RiskScopeSnapshot> = {};
    for (const [name, scope] of gate.scopes) scopes[name] = this.scopeNow(scope);
    return {
      ...scopes["all"],
      stopped: this.stopped,
      limits: gate.currentLimits,
      limitsVersion: gate.limitsVersion,
      lostDecisions: this.doubles[RISK_SNAPSHOT_COUNT - 1],
      scopes,
    };
  }

  /** Drains what was decided, and looks at states and marks; by itself every 50 ms. */
  look(): void {
    this.lookAtDay();
    this.addon.markAll();
    this.drain();
    if (this.stopped !== undefined && !this.isStopSeen) this.seeStop();
    if (this.isStopSeen && this.host.isReady && performance.now() - this.cancelledAtMs > AGAIN_MS)
      this.cancelWorking();
    for (const [name, scope] of this.watch.gate.scopes) {
      const now = this.isStopSeen && name === "all" ? "STOPPED" : this.scopeNow(scope).state;
      const before = this.states.get(name) ?? "ACTIVE";
      this.states.set(name, now);
      if (now !== before) this.events.emit("state", now, before, name);
    }
  }

  private lookAtDay(): void {
    const { day } = this.watch.gate;
    if (day.look()) this.events.emit("day", day.day);
  }

  private scopeNow(scope: number): RiskScopeSnapshot {
    const { doubles } = this;
    this.addon.snapshot(scope, doubles);
    const [state, cause, , , grossExposure, netExposure, profit, realized, drawdown, margin] = doubles;
    const [volumeToday, openOrders, ordersToday, tradesToday] = doubles.subarray(10);
    return {
      state: RISK_STATES[state],
      cause: cause === 0 ? undefined : DENY_CODES[cause].name,
      ...{ grossExposure, netExposure, profit, realized, drawdown, margin },
      ...{ volumeToday, openOrders, ordersToday, tradesToday },
    };
  }

  private drain(): void {
    const { decisions } = this;
    for (let count = MOST_DRAINED; count === MOST_DRAINED; ) {
      count = this.addon.drain(decisions);
      for (let i = 0; i < count; i++) {
        const decision = this.decisionAt(i * RISK_DECISION_COUNT);
        this.events.emit("decision", decision);
        if (decision.denyCode !== "NONE") this.events.emit("denied", decision);
      }
    }
  }

  private decisionAt(at: number): RiskDecision {
    const { decisions } = this;
    const { gate } = this.watch;
    const known = (i: number) => (Number.isNaN(decisions[at + i]) ? undefined : decisions[at + i]);
    const { name, unit } = DENY_CODES[decisions[at + RISK_DECISION_CODE]];
    const instrument = gate.instrumentAt(decisions[at + RISK_DECISION_INSTRUMENT]);
    return {
      timeMs: decisions[at + RISK_DECISION_TIME_MS],
      orderId: decisions[at + RISK_DECISION_ORDER_ID],
      denyCode: name,
      measured: decisions[at + RISK_DECISION_MEASURED],
      limit: decisions[at + RISK_DECISION_LIMIT],
      unit,
      riskScope: gate.scopeName(decisions[at + RISK_DECISION_SCOPE]),
      side: decisions[at + RISK_DECISION_SIDE] === 0 ? "BUY" : "SELL",
      quantity: decisions[at + RISK_DECISION_QUANTITY],
      limitPrice: known(RISK_DECISION_LIMIT_PRICE),
      auxPrice: known(RISK_DECISION_AUX_PRICE),
      conId: instrument?.conId,
      symbol: instrument?.symbol,
      isChange: decisions[at + RISK_DECISION_IS_CHANGE] === 1,
      limitsVersion: decisions[at + RISK_DECISION_LIMITS_VERSION],
    };
  }

  // --- behind a stop ---------------------------------------------------------------------------------------------

  private seeStop(): void {
    if (this.isStopSeen) return;
    this.isStopSeen = true;
    if (this.host.isReady) this.cancelWorking();
    this.events.emit("stop", this.stopped ?? "");
  }

  private working(): readonly number[] {
    const count = Math.min(this.addon.working(this.orders), MOST_WORKING);
    return [...this.orders.subarray(0, count)];
  }

  private cancelWorking(): void {
    this.cancelledAtMs = performance.now();
    for (const orderId of this.working()) this.host.request("cancelOrder", [orderId, PLAIN_CANCEL]);
  }

  private async afterStop({ flatten = false, globalCancel = false, timeoutMs = STOP_MS }: StopOptions) {
    const endMs = performance.now() + timeoutMs;
    if (globalCancel && this.host.isReady) this.host.request("reqGlobalCancel", [PLAIN_CANCEL]);
    await this.until(() => this.working().length === 0, endMs);
    const positions = flatten ? await this.flatten(endMs) : undefined;
    return { working: this.working(), positions };
  }

  /** Closes what is held, looks at what is held then, and closes that again. */
  private async flatten(endMs: number): Promise<StopOutcome["positions"]> {
    for (;;) {
      const held = await this.askHeld(endMs);
      if (held.length === 0 || performance.now() >= endMs || !this.host.isReady) return shown(held);
      for (const position of held) this.closePosition(position);
      await this.until(() => this.working().length === 0, Math.min(endMs, performance.now() + 4 * AGAIN_MS));
      // One that did not fill is in the way of the next.
      this.cancelWorking();
      await this.until(() => this.working().length === 0, Math.min(endMs, performance.now() + AGAIN_MS));
    }
  }

  private async askHeld(endMs: number): Promise<readonly Held[]> {
    this.held = new Map();
    const { baseline, gate } = this.watch;
    const ids = gate.accountNames.map((account) => baseline.askPositions(account));
    await this.until(() => ids.every((id) => !baseline.isAwaited(id)), endMs);
    return [...this.held.values()].filter(({ quantity }) => quantity !== 0);
  }

  private closePosition({ account, contract, quantity }: Held): void {
    const order: Order = {
      action: quantity > 0 ? OrderAction.SELL : OrderAction.BUY,
      orderType: OrderType.MKT,
      totalQuantity: Math.abs(quantity),
      tif: TimeInForce.DAY,
      account,
      transmit: true,
    };
    const { exchange } = contract;
    const orderId = this.host.orderIds.take();
    this.host.orderIds.use(orderId);
    this.addon.setFlattening(true);
    try {
      this.host.request("placeOrder", [orderId, { ...contract, exchange: exchange || "SMART" }, order]);
    } finally {
      this.addon.setFlattening(false);
    }
    this.host.emitInfo(
      `The emergency stop closes ${quantity} ${contract.symbol} of ${account}: order ${orderId}.`,
      ErrorCode.NO_VALID_ID,
    );
  }

  private async until(isSo: () => boolean, endMs: number): Promise<void> {
    while (!isSo() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function shown(held: readonly Held[]): { account: string; conId: number; quantity: number }[] {
  return held.map(({ account, contract, quantity }) => ({ account, conId: contract.conId ?? 0, quantity }));
}
