import { type CommissionReport, type Contract, EventName, type Execution, type Order } from "@stoqey/ib";
import { isUnset, object } from "../dialect/field-values.js";
import { requestIdOf } from "../dialect/request-names.js";
import { versionOf } from "../domain/execution-version.js";
import { gatewayCodeEffect } from "../domain/gateway-codes.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { readOnce } from "../domain/members.js";
import { ORDER_MEMBERS } from "../domain/order-names.js";
import { withOrderRef } from "../domain/own-copy.js";
import type { RingRecord } from "../native/ring-record.js";
import { UNSET } from "../native/ring-record.js";
import { ExecutionBook } from "../orders/execution-book.js";
import type { OrderJournal } from "../orders/journal.js";
import { isQuestion, journaledCommissionOf, journaledFillOf } from "../orders/journaled-order.js";
import { Ledger } from "../orders/ledger.js";
import { orderRefOf, UlidSource } from "../orders/order-ref.js";

const PREFIX = "ibkr-native";
const BEGINNING = orderRefOf(PREFIX, "");
/** What executions have that nobody asked for. */
const LIVE = -1;

const END_WORDS: ReadonlySet<string> = new Set(["Filled", "Cancelled", "ApiCancelled"]);

/** What a session does for its orders. */
export interface OrderSession {
  readonly clientId: number;
  takeRequestId(): number;
  request(method: string, args: readonly unknown[]): void;
}

/**
 * Orders of the drop-in with a journal: each has an `orderRef`, what becomes of it is on record, and executions of the
 * time away are asked for after each connect and come as live ones, each once. That an order is to leave the gate before
 * orders writes (docs/orders.md).
 */
export class JournaledOrders {
  private readonly ulids = new UlidSource();
  private readonly executions = new ExecutionBook();
  private readonly refs = new Map<number, string>();
  /** The last that was written of each order. */
  private readonly words = new Map<number, string>();
  private readonly orderOf = new Map<string, number>();
  private isAsked = false;
  private asked = 0;

  constructor(
    private readonly journal: OrderJournal,
    private readonly session: OrderSession,
  ) {
    const ledger = new Ledger().addAll(journal.recovered.records());
    for (const { orderId, order, fills } of ledger.orders()) {
      if (orderId !== undefined && order !== undefined && order.orderRef !== "")
        this.refs.set(orderId, order.orderRef);
      for (const { execId } of fills.values()) {
        this.executions.take({ reqId: 0, contract: {}, execution: { execId } });
        if (orderId !== undefined) this.orderOf.set(versionOf(execId).base, orderId);
      }
    }
    journal.sessionBegin(now(), PREFIX);
  }

  /**
   * The order, read once, with an `orderRef` where it has none: the same again for a change of it.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no object; what a getter of the order throws
   */
  named(id: number, order: Order): Order {
    const values = readOnce(object<Order>(order, "order"), ORDER_MEMBERS);
    const orderId = requestIdOf("placeOrder", [id]);
    if (!isUnset(values.orderRef) || isQuestion(values) || !isOrderId(orderId)) return values;
    const orderRef = this.refs.get(orderId) ?? this.ulids.next(Date.now(), BEGINNING);
    this.refs.set(orderId, orderRef);
    return withOrderRef(values, orderRef);
  }

  cancelling(id: number): void {
    const orderId = requestIdOf("cancelOrder", [id]);
    if (isOrderId(orderId)) this.write(() => this.journal.cancelRequested(now(), orderId));
  }

  /** @returns what is to be told instead of `args`; undefined: nothing, it was told before */
  event(name: string, args: readonly unknown[]): readonly unknown[] | undefined {
    switch (name) {
      case EventName.connected:
        this.isAsked = false;
        return args;
      case EventName.nextValidId:
        this.ask();
        return args;
      case EventName.execDetails:
        return this.executed(args as [number, Contract, Execution]);
      case EventName.execDetailsEnd:
        return args[0] === this.asked ? undefined : args;
      case EventName.commissionReport:
        this.commission(args[0] as CommissionReport);
        return args;
      case EventName.error:
        this.failed(args as [Error, number, number]);
        return args;
      default:
        return args;
    }
  }

  status(record: RingRecord): void {
    const { reqId: orderId, clientId } = record;
    if (clientId !== this.session.clientId || orderId <= 0) return;
    const status = record.text(0);
    const [filled, averagePrice] = [known(record.filled), known(record.avgFillPrice)];
    const word = `${status} ${filled}`;
    if (this.words.get(orderId) === word) return;
    this.words.set(orderId, word);
    const permId = known(record.permId) ?? 0;
    this.write(() => {
      if (END_WORDS.has(status)) this.journal.done(now(), orderId, permId, { status, filled, averagePrice });
      else
        this.journal.status(now(), orderId, permId, {
          status,
          whyHeld: record.text(1),
          filled,
          remaining: known(record.remaining),
          averagePrice,
        });
    });
  }

  /** Once for each connection, before anything else waits: what was executed while nobody listened. */
  private ask(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    this.asked = this.session.takeRequestId();
    this.session.request("reqExecutions", [this.asked, { clientId: this.session.clientId }]);
  }

  private executed([reqId, contract, execution]: [number, Contract, Execution]):
    | readonly unknown[]
    | undefined {
    const { execId = "", orderId = 0, clientId, permId = 0 } = execution;
    const news = this.executions.take({ reqId, contract, execution });
    if (news !== "known" && orderId > 0 && clientId === this.session.clientId) {
      this.orderOf.set(versionOf(execId).base, orderId);
      this.write(() => this.journal.fill(now(), orderId, permId, journaledFillOf(execution)));
    }
    // Of what was asked for on this side; what the program asks for it gets, as often as it asks.
    if (reqId === this.asked) return news === "known" ? undefined : [LIVE, contract, execution];
    return reqId === LIVE && news === "known" ? undefined : [reqId, contract, execution];
  }

  private commission(report: CommissionReport): void {
    const orderId = this.orderOf.get(versionOf(report.execId ?? "").base);
    if (orderId === undefined || !this.executions.takeCommission(report)) return;
    this.write(() => this.journal.commission(now(), orderId, journaledCommissionOf(report)));
  }

  private failed([error, code, orderId]: [Error, number, number]): void {
    if (!this.refs.has(orderId)) return;
    if (error instanceof IBKRError) {
      const isOrder = error.request === "placeOrder" && error.code !== "ERR_IBKR_JOURNAL_WRITE";
      const end = { status: error.code, reason: error.message };
      // A change that did not leave: the order lives on.
      if (isOrder) this.write(() => this.journal.denied(now(), orderId, end, this.words.has(orderId)));
    } else if (["rejected", "refused"].includes(gatewayCodeEffect(code)) && !this.words.has(orderId)) {
      const end = { status: "Rejected", reason: error.message, gatewayCode: code };
      this.write(() => this.journal.done(now(), orderId, 0, end));
    }
  }

  /** What cannot be written is told by the next order, which does not leave. */
  private write(record: () => void): void {
    try {
      record();
    } catch (error) {
      if (!(error instanceof IBKRError)) throw error;
    }
  }
}

/** Others are refused, here or by the gateway. */
function isOrderId(id: number): boolean {
  return Number.isInteger(id) && id > 0 && id <= 0x7fffffff;
}

function now(): number {
  return Date.now() * 1000;
}

function known(value: number): number | undefined {
  return value === UNSET ? undefined : value;
}
