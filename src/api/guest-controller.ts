import { type Contract, ErrorCode, EventName, type Order } from "@stoqey/ib";
import type { NativeEventName } from "../dialect/extensions/index.js";
import { requestIdOf } from "../dialect/request-names.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { ReadOrder } from "../native/order-entry.js";
import type { Session } from "../session/session.js";
import { problem } from "../validation/problem.js";
import { Controller } from "./controller.js";
import type { Emitter } from "./listener-watch.js";

/** Number of the notice that a request was left out; none of Interactive Brokers'. */
const LEFT_OUT = 592;

/** What a connection has once: whoever ends it ends it for all. */
const OF_ALL: ReadonlySet<string> = new Set(["cancelPositions", "cancelNewsBulletins"]);

/**
 * A session that belongs to somebody else, behind an IBApi: it connects and ends without it, and its numbers are shared.
 * What the host has placed cannot be changed under its number from here, and no error is thrown at nobody.
 */
export class GuestController extends Controller {
  /** Orders that were placed from here. */
  private readonly placed = new Set<number>();

  constructor(emitter: Emitter, session: Session) {
    super(emitter, session);
  }

  override connect(): never {
    throw ofTheHost("connect() has nothing to do");
  }

  override disconnect(): never {
    throw ofTheHost("disconnect() would end what others stand on");
  }

  override request(method: string, args: readonly unknown[]): void {
    const id = requestIdOf(method, args);
    if (OF_ALL.has(method) || (method === "reqAccountUpdates" && args[0] === false))
      this.event(EventName.info, `${method} was left out: the connection has it once, for all.`, LEFT_OUT);
    else if (method !== "placeOrder" && method !== "cancelOrder" && this.isOfHost(id))
      this.refuse(method, id, "a number that no order has");
    else super.request(method, args);
  }

  override placeOrdinaryOrder(id: number, contract: Contract, order: Order): ReadOrder | undefined {
    if (this.isOfHost(id)) {
      // It would be a change of the host's order.
      this.refuse("placeOrder", id, "a number that nextValidId has told");
      return undefined;
    }
    this.placed.add(id);
    this.session.orderIds.use(id);
    if (id < MOST_FOLLOWED) this.session.orderIds.nextIs(id + 1);
    return super.placeOrdinaryOrder(id, contract, order);
  }

  override event(name: EventName | NativeEventName, ...given: unknown[]): void {
    // The client hears of it; an emitter would throw it.
    if (name === EventName.error && this.emitter.listenerCount(name) === 0) return;
    // The host counts on by itself: this one it never takes.
    if (name === EventName.nextValidId) super.event(name, this.session.orderIds.take());
    else super.event(name, ...given);
  }

  private isOfHost(id: number): boolean {
    return id >= 0 && this.session.orderIds.wasUsed(id) && !this.placed.has(id);
  }

  private refuse(method: string, id: number, allowed: string): void {
    const error = new IBKRError("ERR_IBKR_ARGUMENT", `${method}: ${problem("id", id, allowed)}`, {
      scope: method === "placeOrder" ? "order" : "request",
      request: method,
    });
    this.event(EventName.error, error, ErrorCode.FAIL_SEND, id, undefined);
  }
}

/** Of a number beyond it somebody counts in his own way, up to the last one. */
const MOST_FOLLOWED = 0x3fffffff;

function ofTheHost(what: string): IBKRError {
  return new IBKRError(
    "ERR_IBKR_NOT_SUPPORTED",
    `${what}: the connection is the client's, which connects again by itself; its close() ends it`,
  );
}
