import type {
  FeedListener,
  FeedRecord,
  FeedRequest,
  FeedSubscription,
  MarketFeed,
} from "../../broker/feed.js";
import { check, refused } from "../../domain/check.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import { integer } from "../../validation/rules.js";
import type { Session } from "../session.js";
import { errorOf, isNotice } from "./gateway-codes.js";
import type { Requests } from "./requests.js";

interface Live {
  readonly listener: FeedListener;
  readonly cancel: readonly [method: string, ...args: unknown[]];
}

const BAR_SECONDS = 5;

export class SessionFeed implements MarketFeed {
  private readonly live = new Map<number, Live>();

  constructor(
    private readonly session: Session,
    private readonly requests: Requests,
  ) {}

  subscribe(request: FeedRequest, listener: FeedListener): FeedSubscription {
    if (typeof listener?.refused !== "function")
      throw refused("listener", listener, "an object with refused()", "ERR_IBKR_ARGUMENT");
    if (this.session.state !== "ready")
      throw new IBKRError("ERR_IBKR_NOT_SENT", `${request.kind} were not subscribed to: not connected.`);
    const id = this.requests.nextId();
    const { method, args, cancel } = wireOf(request, id);
    this.live.set(id, { listener, cancel });
    this.session.request(method, args);
    return { id, request, close: () => this.close(id) };
  }

  onRecord(handler: (record: FeedRecord) => void): () => void {
    return this.session.onRecord(handler);
  }

  private close(id: number): void {
    const live = this.live.get(id);
    if (live === undefined) return;
    this.live.delete(id);
    const [method, ...args] = live.cancel;
    if (this.session.state === "ready") this.session.request(method, args);
  }

  /** An error event; true if it belonged to a subscription. */
  failed(error: Error, code: number, id: number): boolean {
    const live = this.live.get(id);
    if (live === undefined) return false;
    if (isNotice(code)) {
      live.listener.noted?.(code, error.message);
    } else {
      this.live.delete(id);
      this.refuse(live, errorOf(error, code, "data"));
    }
    return true;
  }

  failAll(error: IBKRError): void {
    const all = [...this.live.values()];
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
