import {
  type CommissionReport,
  type Contract,
  type ContractDetails,
  ErrorCode,
  EventName,
  type Execution,
  type Order,
} from "@stoqey/ib";
import { versionOf } from "../domain/execution-version.js";
import { gatewayCodeEffect } from "../domain/gateway-codes.js";
import { IBKRError } from "../domain/ibkr-error.js";
import {
  RISK_GUARD_DATA_STALE,
  RISK_GUARD_RECONCILING,
  RISK_GUARD_UPSTREAM_LOST,
  RISK_STATE_HALTED,
} from "../native/layout.js";
import { RecordKind, type RingRecord, UNSET } from "../native/ring-record.js";
import type { RiskGate } from "../risk/risk-gate.js";
import type { Interest, SessionObserver } from "./observer.js";
import type { Observers } from "./observers.js";
import { type BaselineHost, factsOf, RiskBaseline } from "./risk-baseline.js";
import { type QuoteHost, RiskQuotes } from "./risk-quotes.js";

/** What it needs of its session. */
export interface RiskHost extends BaselineHost, QuoteHost {
  readonly observers: Observers;
  readonly clientId: number;
  emitInfo(message: string, code: number): void;
}

/** Number of the notice that a position cannot be counted; none of Interactive Brokers'. */
const UNCOUNTED = 592;

const ENDED: ReadonlySet<string> = new Set(["Filled", "Cancelled", "ApiCancelled"]);
const UPSTREAM_LOST = 1100;
const UPSTREAM_RESTORED: ReadonlySet<number> = new Set([1101, 1102]);
const FARM_BROKEN = 2103;
const FARM_OK = 2104;
const TAGS: ReadonlySet<string> = new Set(["NetLiquidation", "AvailableFunds"]);
const ALL = 0;
const BUYS = 0;
const SELLS = 1;

/** An execution that the gate has taken. */
interface Taken {
  readonly orderId: number;
  readonly conId: number;
  readonly account: string;
  readonly orderRef: string;
  readonly version: number;
  readonly side: number;
  readonly quantity: number;
  readonly price: number;
}

/**
 * Tells the risk gate what comes in by its session: accounts, facts of instruments, quotes, what became of orders. Orders
 * do not wait for it: what is not known yet is denied. What is released is released when its end is told here, which is
 * after it: late is strict.
 */
export class RiskWatch implements SessionObserver {
  readonly interest: Interest = { kinds: 1 << RecordKind.ORDER_STATUS, received: false, sent: false };
  readonly quotes: RiskQuotes;
  readonly baseline: RiskBaseline;
  /** Hears of each position that was asked for. */
  held: (account: string, contract: Contract, quantity: number) => void = () => {};
  private guard = RISK_GUARD_RECONCILING;
  private readonly brokenFarms = new Set<string>();
  private readonly executions = new Map<string, Taken>();
  /** Of each order how much executions have told of. */
  private readonly filled = new Map<number, number>();
  private readonly acknowledged = new Set<number>();
  private readonly values = new Map<string, { equity: number; funds: number }>();
  private readonly asked = new Map<number, Contract>();
  private wasConnected = false;
  private readonly numbers = new Float64Array(8);
  private readonly working = new Float64Array(16_384);

  constructor(
    private readonly host: RiskHost,
    readonly gate: RiskGate,
  ) {
    gate.addon.setGuard(this.guard);
    this.quotes = new RiskQuotes(host, gate);
    this.baseline = new RiskBaseline(host, gate, {
      executed: (contract, execution) => this.executedBefore(contract, execution),
      held: (...position) => this.held(...position),
      uncounted: (what) => this.uncounted(what),
      complete: () => this.complete(),
    });
    host.observers.attach(this);
  }

  /** Whether an event answers what was asked for on this side. */
  owns(name: string, args: readonly unknown[]): boolean {
    if (this.baseline.owns(name, args)) return true;
    const id = name === EventName.error ? args[2] : args[0];
    return typeof id === "number" && this.asked.has(id);
  }

  /** A request is about to leave. */
  requested(method: string, args: readonly unknown[]): void {
    if (method === "reqMktData") {
      const [reqId, contract] = args as [number, Contract];
      this.quotes.requested(reqId, contract);
      if (this.gate.conIdOf(contract) === undefined) this.learn(contract);
    } else if (method === "cancelMktData") {
      this.quotes.cancelled(args[0] as number);
    } else if (method === "reqContractDetails") {
      this.asked.delete(args[0] as number);
      this.details.set(args[0] as number, args[1] as Contract);
    }
  }
  /** What was asked for by others: an answer that is the only one names the instrument. */
  private readonly details = new Map<number, Contract>();

  /** Asks for the facts of an instrument: an order for it that comes later may be judged. */
  learn(contract: Contract): void {
    const id = this.host.requestIds.take();
    this.host.request("reqContractDetails", [id, contract]);
    this.asked.set(id, contract);
  }

  // --- SessionObserver -------------------------------------------------------------------------------------------

  event(name: string, ...args: unknown[]): void {
    this.baseline.event(name, args);
    switch (name) {
      case EventName.managedAccounts:
        for (const account of String(args[0]).split(","))
          if (account.trim() !== "") this.gate.setAccount(account.trim());
        break;
      case EventName.nextValidId:
        if ((this.guard & RISK_GUARD_RECONCILING) !== 0) this.baseline.begin();
        break;
      case EventName.disconnected:
        this.disconnected();
        break;
      case EventName.contractDetails:
      case EventName.bondContractDetails:
        this.described(args[0] as number, args[1] as ContractDetails);
        break;
      case EventName.contractDetailsEnd:
        this.asked.delete(args[0] as number);
        this.details.delete(args[0] as number);
        break;
      case EventName.openOrder:
        this.openOrder(args[0] as number, args[1] as Contract, args[2] as Order);
        break;
      case EventName.execDetails:
        if (!this.baseline.owns(name, args)) this.executed(args[1] as Contract, args[2] as Execution);
        break;
      case EventName.commissionReport:
        this.commission(args[0] as CommissionReport);
        break;
      case EventName.accountSummary:
        this.accountValue(String(args[1]), String(args[2]), Number(args[3]));
        break;
      case EventName.updateAccountValue:
        if (args[0] === "ExchangeRate") this.gate.setRate(String(args[2]), Number(args[1]));
        else this.accountValue(String(args[3]), String(args[0]), Number(args[1]));
        break;
      case EventName.info:
        this.noticed(args[1] as number, String(args[0]));
        break;
      case EventName.error:
        this.failed(args[0] as Error, args[1] as number, args[2] as number);
        break;
      default:
    }
  }

  hot(record: RingRecord): void {
    const { reqId: orderId, clientId } = record;
    if (clientId !== this.host.clientId || orderId <= 0) return;
    this.acknowledged.add(orderId);
    if (!ENDED.has(record.text(0))) return;
    const { filled } = record;
    this.ended(orderId, filled === UNSET ? 0 : filled);
  }

  /** What executions have not told of stays reserved until they do. */
  private ended(orderId: number, filled: number): void {
    this.gate.addon.finish(orderId, Math.max(filled, this.filled.get(orderId) ?? 0));
  }

  // --- the connection --------------------------------------------------------------------------------------------

  private complete(): void {
    this.setGuard(RISK_GUARD_RECONCILING, false);
    if (this.wasConnected) this.releaseVanished();
    this.wasConnected = true;
    this.openNow.clear();
  }

  private readonly openNow = new Set<number>();

  /** Everything was asked: what the gateway has no word of any more has ended. */
  private releaseVanished(): void {
    const count = Math.min(this.gate.addon.working(this.working), this.working.length);
    for (const orderId of this.working.subarray(0, count))
      if (!this.openNow.has(orderId)) this.gate.addon.release(orderId, false);
  }

  private disconnected(): void {
    this.baseline.end();
    this.brokenFarms.clear();
    this.openNow.clear();
    this.guard = RISK_GUARD_RECONCILING;
    this.gate.addon.setGuard(this.guard);
  }

  private setGuard(bit: number, on: boolean): void {
    this.guard = on ? this.guard | bit : this.guard & ~bit;
    this.gate.addon.setGuard(this.guard);
  }

  private noticed(code: number, text: string): void {
    if (code === UPSTREAM_LOST) this.setGuard(RISK_GUARD_UPSTREAM_LOST, true);
    else if (UPSTREAM_RESTORED.has(code)) this.setGuard(RISK_GUARD_UPSTREAM_LOST, false);
    else if (code === FARM_BROKEN || code === FARM_OK) {
      const farm = text.slice(text.indexOf(":") + 1);
      if (code === FARM_BROKEN) this.brokenFarms.add(farm);
      else this.brokenFarms.delete(farm);
      this.setGuard(RISK_GUARD_DATA_STALE, this.brokenFarms.size > 0);
    }
  }

  private uncounted(what: string): void {
    this.gate.addon.setState(ALL, RISK_STATE_HALTED);
    this.host.emitInfo(
      `The risk gate cannot count ${what}, and lets no order out: give risk.currencyRates its currency.`,
      UNCOUNTED,
    );
  }

  // --- instruments and accounts ----------------------------------------------------------------------------------

  private described(reqId: number, details: ContractDetails): void {
    const facts = factsOf(details.contract);
    if (facts === undefined) return;
    const { minTick } = details;
    const bands = minTick !== undefined && minTick > 0 ? [{ from: 0, increment: minTick }] : [];
    const asked = this.asked.get(reqId) ?? this.details.get(reqId);
    this.gate.setInstrument({ ...facts, bands }, details.contract, ...withoutConId(details.contract, asked));
    this.quotes.known();
  }

  private accountValue(account: string, tag: string, value: number): void {
    if (!TAGS.has(tag) || !Number.isFinite(value)) return;
    const known = this.values.get(account) ?? { equity: Number.NaN, funds: Number.NaN };
    if (tag === "NetLiquidation") known.equity = value;
    else known.funds = value;
    this.values.set(account, known);
    const now = Date.now();
    const scope = this.gate.scopeOf(account);
    if (scope !== undefined) this.gate.addon.setAccountValues(scope, known.equity, known.funds, now);
    const all = [...this.values.values()];
    const sum = (of: "equity" | "funds") => all.reduce((total, values) => total + values[of], 0);
    this.gate.addon.setAccountValues(ALL, sum("equity"), sum("funds"), now);
  }

  // --- orders ----------------------------------------------------------------------------------------------------

  private openOrder(orderId: number, contract: Contract, order: Order): void {
    if (order.clientId !== undefined && order.clientId !== this.host.clientId) return;
    if (orderId <= 0 || order.whatIf === true) return;
    this.openNow.add(orderId);
    const quantity = Number(order.totalQuantity ?? 0);
    const facts = factsOf(contract);
    if (facts !== undefined && !this.gate.knows(facts.conId)) this.gate.setInstrument(facts);
    const price = order.lmtPrice ?? Number.NaN;
    this.gate.addon.confirmChange(orderId, quantity, price);
    if (facts === undefined || (this.guard & RISK_GUARD_RECONCILING) === 0) return;
    this.acknowledged.add(orderId);
    const { numbers } = this;
    numbers.set([orderId, sideOf(order.action), quantity, this.filled.get(orderId) ?? 0, price]);
    numbers[5] = order.auxPrice ?? Number.NaN;
    const { account = "", orderRef = "", orderType = "", tif = "" } = order;
    this.gate.addon.adopt(facts.conId, account, orderRef, orderType, tif, numbers);
  }

  /** Of the day, from before this gate: it is in the positions that are asked for, and counts nothing. */
  private executedBefore(contract: Contract, execution: Execution): void {
    if (this.wasConnected) this.executed(contract, execution);
    else this.executions.set(versionOf(execution.execId ?? "").base, this.takenOf(contract, execution));
  }

  private takenOf(contract: Contract, execution: Execution): Taken {
    const { orderId = 0, clientId, acctNumber = "", orderRef = "", execId = "" } = execution;
    return {
      orderId: clientId === this.host.clientId ? orderId : 0,
      conId: contract.conId ?? 0,
      account: acctNumber,
      orderRef,
      version: versionOf(execId).version,
      side: /^(BOT|B)/i.test(execution.side ?? "") ? BUYS : SELLS,
      quantity: Number(execution.shares ?? 0),
      price: execution.price ?? Number.NaN,
    };
  }

  private executed(contract: Contract, execution: Execution): void {
    // Legs have executions of their own.
    if (contract.secType === "BAG") return;
    const { base } = versionOf(execution.execId ?? "");
    const before = this.executions.get(base);
    const now = this.takenOf(contract, execution);
    if (before !== undefined && before.version >= now.version) return;
    this.executions.set(base, now);
    const facts = factsOf(contract);
    if (facts !== undefined && !this.gate.knows(facts.conId)) this.gate.setInstrument(facts);
    const { orderId, conId, account, orderRef, side, quantity, price } = now;
    const { numbers } = this;
    numbers.set([side, quantity, price, 0, Date.now()]);
    const { addon } = this.gate;
    const execId = execution.execId ?? "";
    if (before === undefined) {
      if (orderId > 0) this.filled.set(orderId, (this.filled.get(orderId) ?? 0) + quantity);
      addon.execute(orderId, conId, account, orderRef, execId, numbers);
    } else {
      numbers.set([before.side, before.quantity, before.price], 5);
      addon.correct(orderId, conId, account, orderRef, execId, numbers);
    }
  }

  private commission({ execId = "", commission, currency }: CommissionReport): void {
    const of = this.executions.get(versionOf(execId).base);
    if (of === undefined || commission === undefined || !Number.isFinite(commission)) return;
    const { numbers } = this;
    numbers.set([of.side, 0, 0, commission * this.gate.rateOf(currency ?? ""), Date.now()]);
    this.gate.addon.charge(of.orderId, of.conId, of.account, of.orderRef, execId, numbers);
  }

  private failed(error: Error, code: number, orderId: number): void {
    if (error instanceof IBKRError && error.request !== undefined) return; // it did not leave: the core knows
    this.noticed(code, error.message);
    if (orderId === ErrorCode.NO_VALID_ID) return;
    if (this.asked.delete(orderId)) return;
    const effect = gatewayCodeEffect(code);
    if (effect !== "refused" && effect !== "rejected") return;
    // Of an order that works it was a change; its end, if it is one, comes as a status.
    if (this.acknowledged.has(orderId)) this.gate.addon.settleChange(orderId, false);
    else this.ended(orderId, 0);
  }

  /** An order of which no byte has left, though the core had taken it: its connection has ended. */
  lost(orderId: number): void {
    if (!this.acknowledged.has(orderId)) this.gate.addon.release(orderId, true);
  }
}

function sideOf(action: string | undefined): number {
  return action === "BUY" ? BUYS : SELLS;
}

/** What an order for it may say that has no contract id. */
function withoutConId(contract: Contract, asked: Contract | undefined): Contract[] {
  const exchanges = new Set([contract.exchange, "SMART", contract.primaryExch]);
  const names = [...exchanges].map((exchange) => ({ ...contract, exchange }));
  return asked === undefined ? names : [asked, ...names];
}
