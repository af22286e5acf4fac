import { type Contract, ErrorCode, EventName, type Order } from "@stoqey/ib";
import type { Dialect, DialectHost, OutgoingFrame } from "../dialect/dialect.js";
import { isCancelOfOrders, isOrderMethod, requestIdOf, scopeOf } from "../dialect/request-names.js";
import { CONTRACT_MEMBERS } from "../domain/contract-names.js";
import type { IBKRErrorCode } from "../domain/error-codes.js";
import { shownInHex } from "../domain/hex.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { readOnce } from "../domain/members.js";
import type { OrderDeniedError } from "../domain/order-denied-error.js";
import { ORDER_MEMBERS } from "../domain/order-names.js";
import { RISK_UNIT_BRACKET, RISK_UNIT_OCA } from "../native/layout.js";
import { Sent } from "../native/sent.js";
import type { OrderJournal } from "../orders/journal.js";
import type { JournaledOrder } from "../orders/journal-record.js";
import { isQuestion, journaledOrderOf } from "../orders/journaled-order.js";
import { monotonicMicros } from "../time/monotonic.js";
import { problem } from "../validation/problem.js";
import type { Connection } from "./connection.js";
import { EchoTimes } from "./echo-times.js";
import type { Observers } from "./observers.js";
import type { OrderIds } from "./order-ids.js";
import { PendingWrites } from "./pending-writes.js";
import { type Priority, type QueuedRequest, RequestQueue } from "./request-queue.js";
import type { RiskWatch } from "./risk-watch.js";
import type { SessionCounts } from "./session-counts.js";
import type { SessionOptions } from "./session-options.js";

/** How much of a frame a `sent` event shows. */
const SHOWN_BYTES = 1024;

/** Bytes a frame of the core may count for, whose length is not known here; see {@link PendingWrites}. */
const LARGEST_ORDINARY_ORDER = 1024;

const OVERTAKEN = "an armed order has taken a higher number meanwhile, and the gateway takes no lower one";

/** One order of several that are one thing. */
interface Part {
  readonly id: number;
  readonly frames: readonly OutgoingFrame[];
  /** Undefined where nothing is written of it. */
  readonly order: JournaledOrder | undefined;
  readonly encodedMicros: number;
  /** It waits for its parent. */
  readonly isChild: boolean;
}

/** What an outbox needs of its session. */
export interface OutboxHost extends Pick<DialectHost, "emitEvent" | "emitError"> {
  readonly observers: Observers;
  readonly counts: SessionCounts;
  readonly orderIds: OrderIds;
  readonly echoes: EchoTimes;
  /** Of the moment. */
  readonly connection: Connection | undefined;
  /** The gate that judges orders; undefined: there is none. */
  readonly risk: RiskWatch | undefined;
}

/**
 * The requests of one session on their way out: frames by name, the rate, what the socket has not taken, and an `error`
 * event with its id for each that does not leave.
 */
export class Outbox {
  readonly queue: RequestQueue;
  private readonly pending = new PendingWrites();
  /** What became of the newest frame, for who asks within the call. */
  private newest: Sent = Sent.NO;
  /** Who sends gives an order that is overtaken another number: nobody is told. */
  private takesAnother = false;
  /** When the frame of the order that went out last was made: CLOCK_MONOTONIC in µs; 0 unless {@link isStamping}. */
  encodedMicros = 0;
  isStamping = false;
  private readonly journal: OrderJournal | undefined;

  constructor(
    private readonly host: OutboxHost,
    { maxReqPerSec, clock, journal }: Pick<SessionOptions, "maxReqPerSec" | "clock" | "journal">,
  ) {
    this.queue = new RequestQueue(maxReqPerSec, clock);
    this.journal = journal;
  }

  /** Makes the frames of a request; each goes out when its turn comes. */
  transmit(dialect: Dialect, method: string, args: readonly unknown[]): void {
    const { connection } = this.host;
    const id = requestIdOf(method, args);
    let frames: readonly OutgoingFrame[];
    let order: JournaledOrder | undefined;
    try {
      const given = this.isJournaled(method) ? readOrder(args) : args;
      frames = dialect.encode(method, given);
      // As it is now: its frame is made now, too.
      if (frames.length > 0) order = this.journaled(method, given);
    } catch (error) {
      this.refuseArgument(method, args, error);
      return;
    }
    const encodedMicros = this.isStamping && method === "placeOrder" ? monotonicMicros() : 0;
    const priority = priorityOf(method);
    // Behind the orders that wait it would be late, and before them it would not be their cancel.
    if (method === "reqGlobalCancel") this.queue.withdrawOrders("a global cancel was called", isNoOrder);
    for (const frame of frames) {
      this.queue.submit({
        id,
        method,
        priority,
        send: () => {
          if (encodedMicros > 0) this.encodedMicros = encodedMicros;
          this.write(connection, method, id, frame, order);
        },
        drop: (why) => this.notSent(method, id, why),
      });
    }
  }

  /** The same for orders of which none leaves before all are encoded and on record. @param parts the arguments of each */
  transmitGroup(dialect: Dialect, parts: readonly (readonly unknown[])[]): void {
    const { connection } = this.host;
    const made: Part[] = [];
    for (const args of parts) {
      let frames: readonly OutgoingFrame[] = [];
      try {
        frames = dialect.encode("placeOrder", args);
      } catch (error) {
        this.refuseArgument("placeOrder", args, error);
      }
      // A dialect may have told of it by itself.
      if (frames.length === 0) {
        for (const other of parts)
          if (other !== args)
            this.notSent("placeOrder", requestIdOf("placeOrder", other), "another part of it was refused");
        return;
      }
      made.push({
        id: requestIdOf("placeOrder", args),
        frames,
        order: this.journaled("placeOrder", args),
        isChild: Number((args[2] as Order).parentId ?? 0) > 0,
        encodedMicros: this.isStamping ? monotonicMicros() : 0,
      });
    }
    if (!this.judged(made)) return;
    if (!this.record(made)) {
      for (const { id } of made) this.host.risk?.gate.addon.withdrawApproved(id);
      return;
    }
    for (const { id, frames, encodedMicros } of made) {
      for (const frame of frames) {
        this.queue.submit({
          id,
          method: "placeOrder",
          priority: "order",
          send: () => {
            this.encodedMicros = encodedMicros;
            const sent = this.write(connection, "placeOrder", id, frame);
            if (sent !== Sent.WHOLE && sent !== Sent.QUEUED) this.recordUnsent(id);
          },
          drop: (why) => {
            this.host.risk?.gate.addon.withdrawApproved(id);
            this.recordUnsent(id);
            this.notSent("placeOrder", id, why);
          },
        });
      }
    }
  }

  /** By the risk gate, all together. False: it denies one, and none leaves. */
  private judged(parts: readonly Part[]): boolean {
    const gate = this.host.risk?.gate;
    if (gate === undefined) return true;
    const payloads = parts.flatMap(({ frames }) => frames.map(({ payload }) => payload));
    const kind = parts.some(({ isChild }) => isChild) ? RISK_UNIT_BRACKET : RISK_UNIT_OCA;
    if (gate.addon.judgeUnit(payloads, kind) === 0) return true;
    for (const { id } of parts)
      this.host.emitError(gate.denial(id) as OrderDeniedError, ErrorCode.NOT_CONNECTED, id);
    return false;
  }

  /** False: one of them could not be written, and none leaves. */
  private record(parts: readonly Part[]): boolean {
    const { journal } = this;
    if (journal === undefined) return true;
    const written: number[] = [];
    const now = Date.now() * 1000;
    try {
      journal.reserve(Math.max(...parts.map(({ id }) => id)));
      for (const { id, order } of parts) {
        if (order === undefined) continue;
        journal.intent(now, id, order);
        written.push(id);
      }
      return true;
    } catch (error) {
      for (const id of written) this.recordUnsent(id);
      const { message, code } = error as IBKRError;
      for (const { id } of parts) this.notSent("placeOrder", id, message, code);
      return false;
    }
  }

  /** Of what is on record as about to leave. Where it cannot be written it counts as an order that may have left. */
  private recordUnsent(id: number): void {
    try {
      this.journal?.sent(Date.now() * 1000, id, "unsent");
    } catch (error) {
      if (!(error instanceof IBKRError)) throw error;
    }
  }

  /** @param connection the one it was made for: where a listener has ended that one, it goes on no other */
  write(
    connection: Connection | undefined,
    method: string,
    id: number,
    frame: OutgoingFrame,
    order?: JournaledOrder,
  ): Sent {
    const { observers } = this.host;
    const { payload } = frame;
    const isText = typeof payload === "string";
    let sent: Sent = Sent.NO;
    const orderId = method === "placeOrder" ? id : undefined;
    const isRecorded = order !== undefined;
    const askedMicros = EchoTimes.isEcho(method) ? monotonicMicros() : 0;
    // The gate writes it, before the bytes leave.
    if (isRecorded) this.journal?.prepareIntent(Date.now() * 1000, id, order);
    if (orderId !== undefined) this.host.orderIds.aboutToSend(orderId);
    if (connection !== undefined)
      sent = isText
        ? connection.sendText(payload, orderId, isRecorded)
        : connection.sendBytes(payload, orderId, isRecorded);
    this.note(method, id, sent, 4 + (isText ? Buffer.byteLength(payload) : payload.length));
    const hasLeft = sent === Sent.WHOLE || sent === Sent.QUEUED;
    if (askedMicros > 0 && hasLeft) this.host.echoes.left(method, askedMicros);
    if (hasLeft && observers.interest.frames) observers.frame("out", payload);
    if (method === "placeOrder" && hasLeft) observers.orderLeft(id);
    if (observers.interest.sent) {
      const shown = isText ? payload.slice(0, -1) : shownInHex(payload, SHOWN_BYTES);
      this.host.emitEvent(EventName.sent, [...frame.tokens], shown);
    }
    return sent;
  }

  /** A frame that the core has made has gone past the queue, or has not. */
  wentPastQueue(method: string, id: number, sent: Sent): void {
    this.queue.taken();
    if (sent === Sent.WHOLE && this.pending.isEmpty) this.host.counts.framesSent++;
    else this.note(method, id, sent, LARGEST_ORDINARY_ORDER);
  }

  /** An armed order has left, some time ago: what went out since is not known by it. */
  armedOrderLeft(orderId: number, isQueued: boolean): void {
    this.queue.taken();
    this.host.counts.framesSent++;
    this.host.observers.armedLeft(orderId);
    if (isQueued) this.pending.add({ method: "placeOrder", id: orderId, bytes: LARGEST_ORDINARY_ORDER });
  }

  /** What becomes of what `send` sends; what waits for its turn says nothing within the call. */
  during(send: () => void, takesAnother = false): Sent {
    this.newest = Sent.QUEUED;
    this.takesAnother = takesAnother;
    try {
      send();
    } finally {
      this.takesAnother = false;
    }
    return this.newest;
  }

  /** A field that cannot go on the wire. The caller gets an event like for every other refusal. */
  refuseArgument(method: string, args: readonly unknown[], cause: unknown): void {
    this.newest = Sent.NO;
    const why = cause instanceof Error ? cause.message : "it cannot be read";
    const error = new IBKRError("ERR_IBKR_ARGUMENT", `${method}: ${why}`, {
      scope: scopeOf(method),
      request: method,
      cause,
    });
    this.host.emitError(error, ErrorCode.FAIL_SEND, requestIdOf(method, args));
  }

  notSent(method: string, id: number, why: string, code: IBKRErrorCode = "ERR_IBKR_NOT_SENT"): void {
    this.newest = Sent.NO;
    const what = id === ErrorCode.NO_VALID_ID ? method : `${method} ${id}`;
    const error = new IBKRError(code, `${what} was not sent: ${why}.`, {
      scope: scopeOf(method),
      request: method,
    });
    this.host.emitError(error, ErrorCode.NOT_CONNECTED, id);
  }

  /** By the risk gate, or by the journal behind it. */
  private denied(method: string, id: number): void {
    const error = this.host.risk?.gate.denial(id, method);
    if (error === undefined) this.notSent(method, id, ...this.whyDenied());
    else this.host.emitError(error, ErrorCode.NOT_CONNECTED, id);
  }

  /** Why the gate before orders said no. */
  whyDenied(): readonly [why: string, code?: IBKRErrorCode] {
    const errno = this.host.connection?.denial ?? 0;
    const error = errno === 0 ? undefined : this.journal?.writeError(errno);
    return error === undefined ? ["the gate before orders refused it"] : [error.message, error.code];
  }

  /** The system has all that was sent. */
  flushed(): void {
    this.pending.allWritten();
  }

  /**
   * With the connection ends what waits; nothing of it is sent later.
   * @returns what tells of each request that was not sent
   */
  connectionEnded(): (why: string) => void {
    const lost = this.pending.takeLost(this.host.connection?.stats()?.unsentBytes ?? 0);
    const queued = this.queue.takeAll();
    return (why) => {
      for (const { method, id } of lost) {
        if (method === "placeOrder") this.host.risk?.lost(id);
        this.notSent(method, id, why);
      }
      for (const request of queued) request.drop(why);
    };
  }

  /** Remembers a frame that the socket did not take whole, or reports one of which nothing was sent. */
  private note(method: string, id: number, sent: Sent, bytes: number): void {
    this.newest = sent;
    if (sent === Sent.WHOLE || sent === Sent.QUEUED) this.host.counts.framesSent++;
    switch (sent) {
      case Sent.WHOLE:
        this.pending.allWritten();
        break;
      case Sent.QUEUED:
        this.pending.add({ method, id, bytes });
        break;
      case Sent.DENIED:
        this.denied(method, id);
        break;
      case Sent.READ_ONLY:
        this.notSent(method, id, "the session only reads", "ERR_IBKR_READ_ONLY");
        break;
      case Sent.OVERTAKEN:
        if (!this.takesAnother) this.notSent(method, id, OVERTAKEN, "ERR_IBKR_ORDER_OVERTAKEN");
        break;
      case Sent.BAD_SIZE:
        this.notSent(
          method,
          id,
          problem("its length in bytes", bytes - 4, "1 to 16777215"),
          "ERR_IBKR_ARGUMENT",
        );
        break;
      default:
        this.notSent(method, id, "the connection is gone");
    }
  }

  /** What the journal keeps of an order; undefined for what is none, and where there is no journal. */
  private journaled(method: string, args: readonly unknown[]): JournaledOrder | undefined {
    if (!this.isJournaled(method)) return undefined;
    const [, contract, order] = args as [number, Contract, Order];
    return isQuestion(order) ? undefined : journaledOrderOf(contract, order);
  }

  private isJournaled(method: string): boolean {
    return method === "placeOrder" && this.journal !== undefined;
  }
}

/** With what the caller's own code would say: the journal keeps what leaves. */
function readOrder([id, contract, order]: readonly unknown[]): readonly unknown[] {
  return [id, readOnce(contract, CONTRACT_MEMBERS), readOnce(order, ORDER_MEMBERS)];
}

function priorityOf(method: string): Priority {
  if (isCancelOfOrders(method)) return "cancel";
  return isOrderMethod(method) ? "order" : "data";
}

/** Exercises wait among the orders, and are none. */
function isNoOrder({ method }: QueuedRequest): boolean {
  return method === "exerciseOptions";
}
