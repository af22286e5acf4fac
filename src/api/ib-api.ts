import { type Contract, type Order, type OrderCancel, IBApi as StockIBApi } from "@stoqey/ib";
import type { ConfigUpdate, NativeRequestMethod } from "../dialect/extensions/index.js";
import { refused } from "../domain/check.js";
import { loadAddon } from "../native/load.js";
import { ALL_KINDS, type RecordHandler } from "../native/pump.js";
import { RecordKind } from "../native/ring-record.js";
import type { OrderJournal } from "../orders/journal.js";
import type { ConnectionStats } from "../session/connection-stats.js";
import type { RiskControl } from "../session/risk-control.js";
import { Session } from "../session/session.js";
import type { SessionOptions } from "../session/session-options.js";
import { Controller } from "./controller.js";
import { GuestController } from "./guest-controller.js";
import { openJournal } from "./journal-option.js";
import { type Emitter, hookListeners } from "./listener-watch.js";
import { type IBApiOptions, resolveOptions, unknownOptions } from "./options.js";
import { checkSeam, install } from "./seam.js";
import { sharedSessionOf } from "./session-key.js";

/**
 * Stock's `IBApi` on the native engine: the same methods and events. docs/drop-in.md lists what differs.
 *
 * @throws from the constructor: IBKRError `ERR_IBKR_OPTION` if an option is out of its range, `ERR_IBKR_NATIVE_MISSING` if there is
 * no binary for this platform.
 */
export class IBApi extends StockIBApi {
  private readonly engine: Controller;
  private readonly journal: OrderJournal | undefined;

  constructor(options?: IBApiOptions) {
    const shared = sharedSessionOf(options);
    const plain = resolveOptions(shared === undefined ? options : UNUSED);
    checkSeam();
    loadAddon(); // a missing binary is an error here, not an event at the first connect
    const journal = openJournal(options?.journal, plain);
    super(stockOptions(plain));
    const emitter = this as unknown as Emitter;
    this.engine =
      shared === undefined
        ? new Controller(emitter, new Session({ ...plain, ...(journal && { journal }) }), journal)
        : new GuestController(emitter, shared);
    this.journal = journal;
    install(this, this.engine);
    this.engine.warn(unknownOptions(options));
  }

  /**
   * Calls `handler` for every hot message (ticks, depth, bars, order statuses) in order of arrival, before its events.
   * It is given one object that is reused: read numbers from it, do not keep it. Nothing is allocated per message.
   * @returns a function that takes the handler away again
   */
  onRecord(handler: RecordHandler): () => void {
    return this.addHandler(handler, ALL_KINDS);
  }

  /** As {@link onRecord}, for market data alone: ticks, depth and bars, no order statuses. */
  onTick(handler: RecordHandler): () => void {
    return this.addHandler(handler, ALL_KINDS & ~(1 << RecordKind.ORDER_STATUS));
  }

  private addHandler(handler: RecordHandler, kinds: number): () => void {
    if (typeof handler !== "function") throw refused("handler", handler, "a function", "ERR_IBKR_ARGUMENT");
    return this.engine.onRecord(handler, kinds);
  }

  override placeOrder(id: number, contract: Contract, order: Order): this {
    let given = order;
    if (this.journal !== undefined) {
      const named = this.engine.named(id, order);
      if (named === undefined) return this;
      given = named;
    }
    const rest = this.engine.placeOrdinaryOrder(id, contract, given);
    if (rest !== undefined) super.placeOrder(id, rest.contract, rest.order);
    return this;
  }

  override cancelOrder(orderId: number, orderCancel?: string | OrderCancel): this {
    this.engine.cancelling(orderId);
    const plain = orderCancel === undefined || orderCancel === "";
    if (!plain || !this.engine.cancelPlainOrder(orderId))
      super.cancelOrder(orderId, orderCancel as OrderCancel);
    return this;
  }

  /**
   * Lets go of the journal of the option `journal`: no order leaves any more. The end of the process does, too.
   * @throws IBKRError `ERR_IBKR_JOURNAL_WRITE` if its last sync failed
   */
  closeJournal(): void {
    this.journal?.close();
  }

  /**
   * Asks for the server's time in milliseconds; answered by `currentTimeInMillis`.
   * Like the four below: server version 213 and newer (`maxServerVersion: 226`), otherwise error 503.
   */
  reqCurrentTimeInMillis(): this {
    return this.native("reqCurrentTimeInMillis");
  }

  /** Takes back a {@link reqContractDetails}; server version 215. */
  cancelContractData(reqId: number): this {
    return this.native("cancelContractData", reqId);
  }

  /** Takes back a {@link reqHistoricalTicks}; server version 215. */
  cancelHistoricalTicks(reqId: number): this {
    return this.native("cancelHistoricalTicks", reqId);
  }

  /** Asks for the gateway's settings; answered by `configResponse`; server version 219. */
  reqConfig(reqId: number): this {
    return this.native("reqConfig", reqId);
  }

  /** Changes the gateway's settings; answered by `updateConfigResponse`; server version 221. */
  updateConfig(reqId: number, config: ConfigUpdate): this {
    return this.native("updateConfig", reqId, config);
  }

  private native(method: NativeRequestMethod, ...args: unknown[]): this {
    this.engine.encoder[method](...args);
    return this;
  }

  /** The risk gate of the option `risk`: the emergency stop, limits, states; undefined without it. */
  get risk(): RiskControl | undefined {
    return this.engine.risk;
  }

  /** Counters of the newest connection; undefined before the first. */
  get stats(): ConnectionStats | undefined {
    return this.engine.stats;
  }
}

/** On a connection that stands: not to be taken from the environment. */
const UNUSED: IBApiOptions = { host: "127.0.0.1", port: 1, maxReqPerSec: 1 };

// On the class: a program's own class may add listeners through `super`.
hookListeners(IBApi.prototype);

/** What stock's constructor is given: enough that it does not read its configuration files. */
function stockOptions(options: SessionOptions) {
  const { host, port, clientId } = options;
  return { host, port, clientId, maxReqPerSec: 1 };
}
