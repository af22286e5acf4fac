import type { IBKRError } from "../domain/ibkr-error.js";
import type { Contract } from "../domain/stock-types.js";

/**
 * One message of the feed, read straight from the ring. The same object is shown again and again: read what you need,
 * keep numbers, never the object.
 */
export interface FeedRecord {
  /** Which message this is. */
  readonly kind: number;
  /** The subscription it belongs to: {@link FeedSubscription.id}. */
  readonly reqId: number;
  /** Tick type for ticks, position for depth, number of trades for bars. */
  readonly field: number;
  /** When the bytes arrived: CLOCK_MONOTONIC in µs, the clock of `process.hrtime()`. */
  readonly receivedMicros: number;
  readonly price: number;
  readonly size: number;
  /** The message's n-th string (allocates it). */
  text(n?: number): string;
}

/** What a feed can be asked for. */
export type FeedRequest =
  | {
      readonly kind: "quotes";
      readonly contract: Contract;
      /** IB's generic tick ids, such as `[233, 236]`. */
      readonly genericTicks?: readonly number[];
    }
  | {
      readonly kind: "tickByTick";
      readonly contract: Contract;
      readonly type: "Last" | "AllLast" | "BidAsk" | "MidPoint";
      /** BidAsk without the changes in size alone; default false. */
      readonly ignoreSize?: boolean;
    }
  | {
      readonly kind: "depth";
      readonly contract: Contract;
      readonly rows: number;
      /** Depth of all exchanges together; default false. */
      readonly smart?: boolean;
    }
  | {
      readonly kind: "bars";
      readonly contract: Contract;
      readonly whatToShow: "TRADES" | "MIDPOINT" | "BID" | "ASK";
      /** Regular trading hours only; default false. */
      readonly regularHoursOnly?: boolean;
    };

/** A subscription of the feed. It lives until it is closed, refused, or the connection ends. */
export interface FeedSubscription {
  /** What its records carry as `reqId`. */
  readonly id: number;
  readonly request: FeedRequest;
  close(): void;
}

export interface FeedListener {
  /** The gateway refused it or ended it: no record will come any more. */
  refused(error: IBKRError): void;
  /** The gateway says something about it, such as that data is delayed, and goes on. */
  noted?(code: number, text: string): void;
}

/** Streaming market data as records in order of arrival. */
export interface MarketFeed {
  /**
   * @throws IBKRError `ERR_IBKR_OPTION` if the request names what does not exist; `ERR_IBKR_NOT_CONNECTED` unless ready
   */
  subscribe(request: FeedRequest, listener: FeedListener): FeedSubscription;
  /**
   * Calls `handler` for every record of every subscription, in order of arrival, without an allocation per record.
   * @returns a function that takes the handler away again
   */
  onRecord(handler: (record: FeedRecord) => void): () => void;
}
