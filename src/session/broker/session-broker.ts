import { EventName } from "@stoqey/ib";
import { abandonable, withResolvers } from "../../broker/abandonable.js";
import {
  BROKER_EVENTS,
  type Broker,
  type BrokerEvents,
  type BrokerState,
  type UpstreamState,
} from "../../broker/broker.js";
import { type CallOptions, checkCallOptions } from "../../broker/call-options.js";
import type { Lookups } from "../../broker/lookups.js";
import type { NewsDesk } from "../../broker/news-desk.js";
import type { ScannerDesk } from "../../broker/scanner-desk.js";
import { connectionLost } from "../../domain/connection-lost.js";
import { Emitter, type Listener } from "../../domain/emitter.js";
import { gatewayError, isGatewayNotice } from "../../domain/gateway-codes.js";
import type { IBKRError } from "../../domain/ibkr-error.js";
import type {
  CommissionReport,
  Contract,
  ExecutionDetail,
  Order,
  OrderState,
} from "../../domain/stock-types.js";
import { RecordKind, type RingRecord, UNSET } from "../../native/ring-record.js";
import type { Interest, SessionObserver } from "../observer.js";
import type { Session } from "../session.js";
import { errorOf } from "./gateway-codes.js";
import { MarketDataTypeInForce } from "./market-data-type.js";
import { Requests } from "./requests.js";
import { ServerClock } from "./server-clock.js";
import { type SessionAccounts, sessionAccounts } from "./session-accounts.js";
import { SessionFeed } from "./session-feed.js";
import { sessionLookups } from "./session-lookups.js";
import { sessionNews } from "./session-news.js";
import { SessionOrders } from "./session-orders.js";
import { sessionScanners } from "./session-scanners.js";

const NO_ID = -1;

/** What the gateway says of its own way to Interactive Brokers. */
const UPSTREAM: ReadonlyMap<number, UpstreamState> = new Map([
  [1100, "lost"],
  [1101, "data-lost"],
  [1102, "restored"],
]);

/** They come as information, and the gateway closes the connection: the client id is in use, the API's port was changed. */
const ENDS_CONNECTION: ReadonlySet<number> = new Set([326, 1300]);

/** One TWS session as a broker. The session may have other observers: the drop-in on the same connection. */
export class SessionBroker implements Broker, SessionObserver {
  readonly interest: Interest = { kinds: 1 << RecordKind.ORDER_STATUS, received: false, sent: false };
  readonly orders: SessionOrders;
  readonly accounts: SessionAccounts;
  readonly lookups: Lookups;
  readonly news: NewsDesk;
  readonly scanners: ScannerDesk;
  readonly feed: SessionFeed;
  private readonly events = new Emitter<BrokerEvents>(BROKER_EVENTS);
  private readonly requests: Requests;
  private readonly dataType: MarketDataTypeInForce;
  private known: BrokerState = "down";
  private lastFault: IBKRError | undefined;

  constructor(private readonly session: Session) {
    this.requests = new Requests(session);
    this.dataType = new MarketDataTypeInForce(session);
    const { requests } = this;
    const clock = new ServerClock(requests);
    this.orders = new SessionOrders(session, requests, clock);
    this.accounts = sessionAccounts(requests);
    this.lookups = sessionLookups(requests, clock, this.dataType);
    this.news = sessionNews(requests, clock);
    this.scanners = sessionScanners(requests);
    this.feed = new SessionFeed(session, requests, this.dataType);
    session.observers.attach(this);
  }

  get state(): BrokerState {
    const { state } = this.session;
    if (state === "ready") return "ready";
    return state === "disconnected" ? "down" : "connecting";
  }

  on<K extends keyof BrokerEvents>(event: K, listener: Listener<BrokerEvents, K>): () => void {
    return this.events.on(event, listener);
  }

  async connect(options: CallOptions = {}): Promise<void> {
    checkCallOptions(options);
    options.signal?.throwIfAborted();
    if (this.state === "ready") return;
    this.lastFault = undefined;
    const { promise, resolve, reject } = withResolvers<void>();
    // Before anything is told: a listener of "connecting" may close at once.
    const stop = this.on("state", (state) => {
      if (state === "ready") resolve();
      else if (state === "down") reject(this.lastFault ?? connectionLost());
    });
    this.session.connect();
    this.look();
    const giveUp = () => {
      stop();
      if (this.session.state !== "disconnected") this.session.disconnect();
    };
    await abandonable(promise, options, "not connected", giveUp).finally(stop);
  }

  async close(): Promise<void> {
    if (this.session.state !== "disconnected") this.session.disconnect();
    this.look();
  }

  /** State first, events after: who hears of a state finds it so. */
  private look(): void {
    const { state } = this;
    if (state === this.known) return;
    this.known = state;
    if (state === "down") this.failAll(this.lastFault ?? connectionLost());
    this.events.emit("state", state);
  }

  private forget(fault: IBKRError): void {
    if (this.lastFault === fault && this.state === "ready") this.lastFault = undefined;
  }

  private failAll(error: IBKRError): void {
    this.requests.failAll(error);
    this.feed.failAll(error);
  }

  // --- SessionObserver -------------------------------------------------------------------------------------------

  event(name: string, ...args: unknown[]): void {
    if (name !== EventName.error && this.requests.event(name, args)) return;
    switch (name) {
      case EventName.nextValidId:
        this.session.orderIds.nextIs(args[0] as number);
        // The session is ready when its observers have heard of the id.
        queueMicrotask(() => this.look());
        break;
      case EventName.connected:
        // Whatever is left is the old connection's: a listener may have connected again before its end was told.
        this.failAll(connectionLost());
        this.dataType.connected();
        this.look();
        this.events.emit("handshaken");
        break;
      case EventName.disconnected:
        this.look();
        break;
      case EventName.managedAccounts:
        this.accounts.named(args[0] as string);
        break;
      case EventName.openOrder: {
        const [orderId, contract, order, orderState] = args as [number, Contract, Order, OrderState];
        this.events.emit("openOrder", { orderId, contract, order, orderState });
        break;
      }
      case EventName.execDetails: {
        const [reqId, contract, execution] = args as [number, Contract, ExecutionDetail["execution"]];
        if (this.session.requestIds.wasTaken(reqId)) break; // an answer that nobody waits for any more is no news
        this.events.emit("execution", { reqId, contract, execution });
        break;
      }
      case EventName.commissionReport:
        this.events.emit("commission", args[0] as CommissionReport);
        break;
      case EventName.marketDataType:
      case EventName.tickReqParams:
      case EventName.tickNews:
        this.feed.event(name, args);
        break;
      case EventName.info:
        this.noticed(args[1] as number, args[0] as string);
        break;
      case EventName.error:
        this.failed(args, args[0] as Error, args[1] as number, args[2] as number);
        break;
    }
  }

  private noticed(code: number, text: string): void {
    if (ENDS_CONNECTION.has(code)) {
      this.faulted(gatewayError(code, text, "system"));
      return;
    }
    this.events.emit("notice", code, text);
    const upstream = UPSTREAM.get(code);
    if (upstream === undefined) return;
    this.session.orderPath.armed.upstream(upstream === "lost");
    this.events.emit("upstream", upstream);
  }

  private failed(args: readonly unknown[], error: Error, code: number, id: number): void {
    if (this.requests.event(EventName.error, args) || this.feed.failed(error, code, id)) {
      // Somebody chose a request's number for an order: which of the two it is about nobody can tell.
      if (this.session.orderIds.wasUsed(id) && !this.orders.isExercising(id))
        this.events.emit("orderError", id, errorOf(error, code, "order"));
      return;
    }
    if (isGatewayNotice(code) && id === NO_ID) {
      this.noticed(code, error.message);
    } else if (id === NO_ID) {
      this.faulted(errorOf(error, code, "system"));
    } else if (this.session.orderIds.wasUsed(id) || !this.session.requestIds.wasTaken(id)) {
      this.events.emit("orderError", id, errorOf(error, code, "order"));
    }
    // An error of a request that is over has nobody to hear it.
  }

  orderLeft(id: number): void {
    if (this.orders.left(id)) this.events.emit("orderSent", id);
  }

  protected faulted(fault: IBKRError): void {
    this.lastFault = fault;
    // What ends a connection that stands is told in the same turn as its end; earlier faults are not the reason.
    if (this.state === "ready") setImmediate(() => this.forget(fault));
    this.events.emit("fault", fault);
  }

  hot(record: RingRecord): void {
    if (record.kind !== RecordKind.ORDER_STATUS) return;
    this.events.emit("orderStatus", {
      orderId: record.reqId,
      status: record.text(0),
      filled: known(record.filled),
      remaining: known(record.remaining),
      averageFillPrice: known(record.avgFillPrice),
      permId: known(record.permId),
      parentId: record.field,
      lastFillPrice: known(record.lastFillPrice),
      clientId: record.clientId,
      whyHeld: record.text(1),
      marketCapPrice: known(record.mktCapPrice),
    });
  }
}

function known(value: number): number | undefined {
  return value === UNSET ? undefined : value;
}
