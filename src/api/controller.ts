import { type Contract, ErrorCode, EventName, type Order } from "@stoqey/ib";
import type { NativeEventName } from "../dialect/extensions/index.js";
import { refused } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { ReadOrder } from "../native/order-entry.js";
import type { RecordHandler } from "../native/pump.js";
import { RecordKind, type RingRecord } from "../native/ring-record.js";
import type { OrderJournal } from "../orders/journal.js";
import type { ConnectionStats } from "../session/connection-stats.js";
import type { SessionObserver } from "../session/observer.js";
import type { RiskControl } from "../session/risk-control.js";
import type { Session } from "../session/session.js";
import { type EncoderFacade, encoderFacade } from "./encoder-facade.js";
import { HotEvents } from "./hot-events.js";
import { JournaledOrders } from "./journaled-orders.js";
import { type Emitter, ListenerWatch } from "./listener-watch.js";
import { clientIdOf } from "./options.js";

/** Number of the notice that an option is not known; none of Interactive Brokers'. */
const UNKNOWN_OPTION = 591;

/**
 * A session behind {@link IBApi}: takes the place of stock's controller, with the seven members that stock's classes use
 * (`serverVersion connected disableUseV100Plus connect disconnect schedule encoder`), and raises stock's events.
 */
export class Controller implements SessionObserver {
  readonly encoder: EncoderFacade;
  readonly interest: ListenerWatch;
  private readonly hotEvents: HotEvents;
  private readonly journaled: JournaledOrders | undefined;
  private unsentAreMadeAgain = false;
  private namesRequests = false;
  private warnings: readonly string[] = [];

  constructor(
    protected readonly emitter: Emitter,
    protected readonly session: Session,
    journal?: OrderJournal,
  ) {
    this.encoder = encoderFacade((method, args) => {
      const given = this.namesRequests ? this.journaledArgs(method, args) : args;
      if (given !== undefined) this.request(method, given);
    });
    this.interest = new ListenerWatch(emitter, () => this.session.observers.look());
    this.hotEvents = new HotEvents(emitter, (name, ...args) => this.event(name, ...args), this.interest);
    if (journal !== undefined) {
      const orders = new JournaledOrders(journal, this);
      this.journaled = orders;
      this.session.onRecord((record) => orders.status(record), 1 << RecordKind.ORDER_STATUS);
    }
    this.session.observers.attach(this);
  }

  get serverVersion(): number {
    return this.session.serverVersion;
  }

  get clientId(): number {
    return this.session.clientId;
  }

  request(method: string, args: readonly unknown[]): void {
    this.session.request(method, args);
  }

  get connected(): boolean {
    return this.session.connected;
  }

  /** See {@link Session.requestIds}. */
  takeRequestId(): number {
    return this.session.requestIds.take();
  }

  /** See {@link Session.waitingRequests}. */
  waitingRequests(): ReadonlySet<number> {
    return this.session.waitingRequests();
  }

  /** See {@link Session.onRecord}. */
  onRecord(handler: RecordHandler, kinds: number): () => void {
    return this.session.onRecord(handler, kinds);
  }

  get risk(): RiskControl | undefined {
    return this.session.riskControl;
  }

  get stats(): ConnectionStats | undefined {
    return this.session.stats;
  }

  disableUseV100Plus(): never {
    throw new IBKRError(
      "ERR_IBKR_NOT_SUPPORTED",
      "ibkr-native speaks server versions 100 and newer only: disableUseV100Plus() has nothing to switch to",
    );
  }

  connect(clientId?: number): void {
    const id = clientIdOf(clientId);
    this.checkClientId(id);
    this.tellWarnings();
    this.session.connect(id);
  }

  /** Tells it in `info` events: in the next turn if somebody listens then, at the first connect otherwise. */
  warn(messages: readonly string[]): void {
    if (messages.length === 0) return;
    this.warnings = messages;
    setImmediate(() => {
      if (this.interest.everything || this.emitter.listenerCount(EventName.info) > 0) this.tellWarnings();
    });
  }

  private tellWarnings(): void {
    const { warnings } = this;
    this.warnings = [];
    for (const message of warnings) this.session.emitInfo(message, UNKNOWN_OPTION);
  }

  disconnect(): void {
    this.session.disconnect();
  }

  /** Runs a request of stock's API classes: the encoder facade hands it on to the session. */
  schedule(run: () => void): void {
    run();
  }

  /** See {@link OrderPath.placeOrdinary}. */
  placeOrdinaryOrder(id: number, contract: Contract, order: Order): ReadOrder | undefined {
    return this.session.orderPath.placeOrdinary(id, contract, order);
  }

  /** See {@link OrderPath.cancelPlain}. */
  cancelPlainOrder(id: number): boolean {
    return this.session.orderPath.cancelPlain(id);
  }

  /**
   * Keeps quiet about requests of {@link takeRequestId} that could not be sent: whoever makes them makes them again as
   * soon as there is a connection, and an error would end them.
   */
  leaveUnsentToTheirMaker(): void {
    this.unsentAreMadeAgain = true;
  }

  /** @throws IBKRError `ERR_IBKR_OPTION` for another client id than the journal's */
  checkClientId(id: number | undefined): void {
    if (this.journaled !== undefined && id !== undefined && id !== this.session.clientId)
      throw refused("clientId", id, `${this.session.clientId}, the one that the journal is of`);
  }

  /** Orders and cancels of whoever calls the encoder alone are named and on record as well, where there is a journal. */
  journalRequests(): void {
    this.namesRequests = this.journaled !== undefined;
  }

  /** Undefined: the order cannot be read, and has been refused. */
  private journaledArgs(method: string, args: readonly unknown[]): readonly unknown[] | undefined {
    const [id, contract, order] = args as [number, Contract, Order];
    if (method === "cancelOrder") this.cancelling(id);
    if (method !== "placeOrder") return args;
    const named = this.named(id, order);
    return named === undefined ? undefined : [id, contract, named];
  }

  /** With an `orderRef`. Undefined: there is no journal, or it cannot be read and has been refused. */
  named(id: number, order: Order): Order | undefined {
    try {
      return this.journaled?.named(id, order);
    } catch (error) {
      this.session.refuseArgument("placeOrder", [id], error);
      return undefined;
    }
  }

  /** Before a cancel leaves. */
  cancelling(id: number): void {
    this.journaled?.cancelling(id);
  }

  event(name: EventName | NativeEventName, ...given: unknown[]): void {
    if (this.session.risk?.owns(name, given) === true) return;
    const args = this.journaled === undefined ? given : this.journaled.event(name, given);
    if (args === undefined) return;
    if (this.unsentAreMadeAgain && name === EventName.error && this.isUnsentRequest(args)) return;
    try {
      this.emitter.emit(name, ...args);
    } finally {
      if (this.interest.everything) this.repeat(name, args);
    }
  }

  private isUnsentRequest([, code, reqId]: readonly unknown[]): boolean {
    return code === ErrorCode.NOT_CONNECTED && this.session.requestIds.wasTaken(reqId as number);
  }

  /** A listener that throws does not cost those of `result` and `all` theirs. */
  private repeat(name: EventName | NativeEventName, args: readonly unknown[]): void {
    try {
      if (!NOT_RESULTS.has(name)) this.emitter.emit(EventName.result, name, args);
    } finally {
      this.emitter.emit(EventName.all, name, args);
    }
  }

  hot(record: RingRecord): void {
    this.hotEvents.deliver(record);
  }
}

/** Events that are no answers: stock does not repeat them as `result`. */
const NOT_RESULTS: ReadonlySet<string> = new Set([
  EventName.connected,
  EventName.disconnected,
  EventName.error,
  EventName.received,
  EventName.sent,
  EventName.server,
]);
