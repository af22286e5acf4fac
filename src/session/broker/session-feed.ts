import { EventName } from "@stoqey/ib";
import type {
  FeedBatch,
  FeedDataType,
  FeedListener,
  FeedNews,
  FeedRecord,
  FeedRequest,
  FeedSubscription,
  MarketFeed,
} from "../../broker/feed.js";
import type { FeedBoard } from "../../broker/feed-board.js";
import type { FeedTape } from "../../broker/feed-tape.js";
import {
  type FeedCounts,
  type FeedTreatment,
  FILTER_REASONS,
  NOTHING_FILTERED,
} from "../../broker/feed-treatment.js";
import { check, refused } from "../../domain/check.js";
import { isGatewayNotice } from "../../domain/gateway-codes.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { AggregateOrder } from "../../native/native-aggregates.js";
import type { CountReader, TreatmentCounts } from "../../native/treatment-counters.js";
import { integer } from "../../validation/rules.js";
import type { Session } from "../session.js";
import { feedMemoryOf } from "./feed-memory.js";
import { errorOf } from "./gateway-codes.js";
import type { MarketDataTypeInForce } from "./market-data-type.js";
import { OpenBooks } from "./open-books.js";
import type { Requests } from "./requests.js";

interface Live {
  readonly listener: FeedListener;
  readonly cancel: readonly [method: string, ...args: unknown[]];
}

const BAR_SECONDS = 5;

const NOTHING_COUNTED: CountReader = {
  read: () => ({ received: 0, delivered: 0, conflated: 0, dropped: 0, filtered: [], malformed: 0 }),
};

export class SessionFeed implements MarketFeed {
  private readonly live = new Map<number, Live>();
  private readonly books: OpenBooks;

  constructor(
    private readonly session: Session,
    private readonly requests: Requests,
    private readonly dataType: MarketDataTypeInForce,
  ) {
    this.books = new OpenBooks(session);
  }

  subscribe(request: FeedRequest, listener: FeedListener, treatment?: FeedTreatment): FeedSubscription {
    if (typeof listener?.refused !== "function")
      throw refused("listener", listener, "an object with refused()", "ERR_IBKR_ARGUMENT");
    if (this.session.state !== "ready")
      throw new IBKRError("ERR_IBKR_NOT_SENT", `${request.kind} were not subscribed to: not connected.`);
    const id = this.requests.nextId();
    const { method, args, cancel } = wireOf(request, id);
    const { desk } = this.session;
    // Before the request: its first message is treated already.
    const memory = treatment && feedMemoryOf(treatment, Date.now());
    const reader = memory === undefined ? NOTHING_COUNTED : desk.treat(id, memory.treatment);
    this.live.set(id, { listener, cancel });
    if (memory?.book !== undefined) this.books.add(id, memory.book, listener);
    try {
      if (request.kind === "quotes") this.dataType.want(request.marketDataType);
      this.session.request(method, args);
    } catch (error) {
      this.live.delete(id);
      this.forget(id);
      throw error;
    }
    return {
      id,
      request,
      counts: () => countsOf(reader.read()),
      treat: (changed) => {
        if (treatment === undefined)
          throw refused("treatment", changed, "nothing: it was subscribed to without", "ERR_IBKR_ARGUMENT");
        const { boardSlot } = treatment;
        if (changed.boardSlot !== boardSlot)
          throw refused("boardSlot", changed.boardSlot, `${boardSlot}, as before`, "ERR_IBKR_ARGUMENT");
        const { bars: _, book: __, ...rest } = changed;
        if (this.live.has(id)) desk.treat(id, rest);
      },
      close: () => this.close(id),
      bars: memory?.bars ?? [],
      book: memory?.book,
      gap: () => this.order(id, { kind: "gap" }),
      correct: (correction) => this.order(id, { kind: "correct", ...correction }),
      resumeBars: (place, bar) => {
        const { length } = memory?.bars ?? [];
        if (!Number.isInteger(place) || place < 0 || place >= length)
          throw refused("place", place, `one of ${length} series`, "ERR_IBKR_ARGUMENT");
        this.order(id, { kind: "resume", place, bar });
      },
      setBarSessions: (sessions) => this.order(id, { kind: "sessions", sessions }),
      resetBook: () => this.order(id, { kind: "resetBook" }),
    };
  }

  private order(id: number, order: AggregateOrder): void {
    if (this.live.has(id)) this.session.desk.order(id, order);
  }

  onBatch(handler: (batch: FeedBatch) => void): () => void {
    return this.session.desk.onBatch(handler);
  }

  setBatching(batchMs: number): () => void {
    return this.session.desk.wishBatching(check(integer(0, 60_000), batchMs, "batchMs"));
  }

  hold(): () => void {
    return this.session.desk.hold();
  }

  /** One for all feeds on the session. */
  get board(): FeedBoard {
    return this.session.desk.board;
  }

  tape(slots: number): FeedTape {
    return this.session.desk.tape(slots);
  }

  onRecord(handler: (record: FeedRecord) => void): () => void {
    return this.session.onRecord(handler);
  }

  private forget(id: number): void {
    this.session.desk.forget(id);
    this.books.remove(id);
  }

  private close(id: number): void {
    const live = this.live.get(id);
    if (live === undefined) return;
    this.live.delete(id);
    this.forget(id);
    const [method, ...args] = live.cancel;
    if (this.session.state === "ready") this.session.request(method, args);
  }

  /** An event about a request; false if it is none of the feed's. */
  event(name: string, args: readonly unknown[]): boolean {
    const live = this.live.get(args[0] as number);
    if (live === undefined) return false;
    if (name === EventName.marketDataType) live.listener.dataType?.(args[1] as FeedDataType);
    else if (name === EventName.tickReqParams) tellParameters(live.listener, args);
    else if (name === EventName.tickNews) live.listener.news?.(newsOf(args));
    else return false;
    return true;
  }

  /** An error event; true if it belonged to a subscription. */
  failed(error: Error, code: number, id: number): boolean {
    const live = this.live.get(id);
    if (live === undefined) return false;
    if (isGatewayNotice(code)) {
      live.listener.noted?.(code, error.message);
    } else {
      this.live.delete(id);
      this.forget(id);
      this.refuse(live, errorOf(error, code, "data"));
    }
    return true;
  }

  failAll(error: IBKRError): void {
    const all = [...this.live.values()];
    for (const id of this.live.keys()) this.forget(id);
    this.live.clear();
    for (const live of all) this.refuse(live, error);
  }

  /** A listener that throws costs the others nothing. */
  private refuse({ listener }: Live, error: IBKRError): void {
    try {
      listener.refused(error);
    } catch (thrown) {
      this.session.threw(thrown);
    }
  }
}

function countsOf({ filtered, ...counts }: TreatmentCounts): FeedCounts {
  const named = { ...NOTHING_FILTERED };
  for (let n = 0; n < FILTER_REASONS.length; n++) named[FILTER_REASONS[n]] = filtered[n] ?? 0;
  return { ...counts, filtered: named };
}

function tellParameters(listener: FeedListener, args: readonly unknown[]): void {
  const [, minTick, bboExchange] = args as [id: number, minTick: number, bboExchange: string];
  listener.minTick?.(minTick);
  listener.bboExchange?.(bboExchange);
}

function newsOf(args: readonly unknown[]): FeedNews {
  const [, timeMs, providerCode, articleId, headline, extraData] = args as [
    id: number,
    timeMs: number,
    ...texts: string[],
  ];
  return { timeMs, providerCode, articleId, headline, extraData };
}

/** The request of the wire, and the one that takes it back. */
function wireOf(request: FeedRequest, id: number) {
  const { contract } = request;
  switch (request.kind) {
    case "quotes":
      return {
        method: "reqMktData",
        args: [id, contract, (request.genericTicks ?? []).join(","), false, false],
        cancel: ["cancelMktData", id] as const,
      };
    case "tickByTick":
      return {
        method: "reqTickByTickData",
        args: [id, contract, request.type, 0, request.ignoreSize ?? false],
        cancel: ["cancelTickByTickData", id] as const,
      };
    case "depth": {
      const rows = check(integer(1, 60), request.rows, "rows");
      const smart = request.smart ?? false;
      return {
        method: "reqMktDepth",
        args: [id, contract, rows, smart, []],
        cancel: ["cancelMktDepth", id, smart] as const,
      };
    }
    case "bars":
      return {
        method: "reqRealTimeBars",
        args: [id, contract, BAR_SECONDS, request.whatToShow, request.regularHoursOnly ?? false, []],
        cancel: ["cancelRealTimeBars", id] as const,
      };
    default:
      throw refused("kind", (request as FeedRequest).kind, "quotes, tickByTick, depth, bars");
  }
}
