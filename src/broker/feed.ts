import type { IBKRError } from "../domain/ibkr-error.js";
import type { Contract } from "../domain/stock-types.js";
import type { FeedBarCorrection, FeedBarNumbers, FeedBars } from "./feed-bars.js";
import type { FeedBoard } from "./feed-board.js";
import type { FeedBook, FeedBookDamage } from "./feed-book.js";
import type { FeedTape } from "./feed-tape.js";
import type { FeedCounts, FeedTreatment } from "./feed-treatment.js";

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

/**
 * Messages of subscriptions with a {@link FeedTreatment}, in order of arrival. A view that is valid during the call:
 * read what you need, keep numbers, never the batch. Positions count from 0 to {@link length} - 1.
 */
export interface FeedBatch {
  readonly length: number;
  /** Which message: one of FeedKind. */
  kind(i: number): number;
  /** The subscription it belongs to: {@link FeedSubscription.id}. */
  reqId(i: number): number;
  /** As {@link FeedRecord.field}. */
  field(i: number): number;
  /** The price of prices, trades and depth, the value of GENERIC; the rest: {@link value}. NaN where there is none. */
  price(i: number): number;
  /** The size of prices, sizes, trades and depth. NaN where there is none. */
  size(i: number): number;
  /**
   * Prices: bit 0 can be executed, 1 past the limit, 2 before the opening. Trades: bit 0 past the limit, 1 unreported.
   * RT_TRADE: bit 0 one market maker, 1 from RTTrdVolume.
   */
  attribs(i: number): number;
  /** The n-th number: FeedValue says which. What is not set is UNSET, the largest double. */
  value(i: number, n: number): number;
  /** The n-th string (allocates it): STRING 0 value; TRADE 0 exchange, 1 special conditions. */
  text(i: number, n?: number): string;
  /** When the bytes arrived: CLOCK_MONOTONIC in µs, the clock of `process.hrtime()`. */
  receivedMicros(i: number): number;
}

/** 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
export type FeedDataType = 1 | 2 | 3 | 4;

/** A headline about a contract. */
export interface FeedNews {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly providerCode: string;
  readonly articleId: string;
  readonly headline: string;
  readonly extraData: string;
}

/** What a feed can be asked for. */
export type FeedRequest =
  | {
      readonly kind: "quotes";
      readonly contract: Contract;
      /** IB's generic tick ids, such as `[233, 236]`. */
      readonly genericTicks?: readonly number[];
      /** The kind of data that is wanted; default what was last set on the connection, at first live. */
      readonly marketDataType?: FeedDataType;
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
  /** What became of its messages; zeros without a treatment. Kept after it is closed, when nothing of it waits. */
  counts(): FeedCounts;
  /**
   * Another treatment from the next message on, on the same board slot. Nothing where it has ended.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` without a treatment so far, and for another board slot
   */
  treat(treatment: FeedTreatment): void;
  close(): void;

  /** One for each series of {@link FeedTreatment.bars}, in their order; readable also after it has ended. */
  readonly bars: readonly FeedBars[];
  /** The book of {@link FeedTreatment.book}. */
  readonly book: FeedBook | undefined;
  // Commands to its bars and its book: done before any message that answers what is sent afterwards. Nothing where it has
  // ended, or has no bars or book.
  /** Ticks may be missing between the newest and the next one. */
  gap(): void;
  /**
   * A trade was corrected or cancelled.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` for a number that is none
   */
  correct(correction: FeedBarCorrection): void;
  /**
   * A bar of history's that is not over goes on in the series at `place`, to which no tick has come yet; otherwise nothing
   * happens. By time only.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` if there is no such series
   */
  resumeBars(place: number, bar: FeedBarNumbers): void;
  /**
   * Other sessions for all series from now on, as `sessions` of a series.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` if they are not in order
   */
  setBarSessions(sessions: readonly (readonly [startMs: number, endMs: number])[]): void;
  /** The book is empty and whole. Error 317 does this by itself, in the order of the messages. */
  resetBook(): void;
}

export interface FeedListener {
  /** The gateway refused it or ended it: no record will come any more. */
  refused(error: IBKRError): void;
  /** The gateway says something about it, such as that data is delayed, and goes on. */
  noted?(code: number, text: string): void;
  /** The gateway says what kind of data comes from now on. */
  dataType?(type: FeedDataType): void;
  /** The smallest step of the contract's price at its exchange. */
  minTick?(minTick: number): void;
  /** What the exchanges of its best bid and offer are called together, for {@link Lookups.smartComponents}; may be empty. */
  bboExchange?(name: string): void;
  /** Headlines, for quotes with generic tick 292. */
  news?(item: FeedNews): void;
  /**
   * Its book is damaged, from here on until a reset: close it and subscribe again, with `book.continues`.
   * Not under the same id: what is still on its way would go into the new book. Called once per damage, in the turn of
   * the batch that has the notice.
   */
  bookDamaged?(damage: FeedBookDamage): void;
}

/** Streaming market data as records in order of arrival. */
export interface MarketFeed {
  /**
   * @param treatment with it its messages come as batches and its quote is on the board; without they come to
   *   {@link onRecord}, as they are
   * @throws IBKRError `ERR_IBKR_OPTION` if the request names what does not exist; `ERR_IBKR_NOT_SENT` unless ready
   */
  subscribe(request: FeedRequest, listener: FeedListener, treatment?: FeedTreatment): FeedSubscription;
  /**
   * Calls `handler` for every record of every subscription, in order of arrival, without an allocation per record.
   * @returns a function that takes the handler away again
   */
  onRecord(handler: (record: FeedRecord) => void): () => void;

  /**
   * Calls `handler` with what came of all subscriptions with a treatment, in order of arrival, without an allocation per
   * message.
   * @returns a function that takes the handler away again
   */
  onBatch(handler: (batch: FeedBatch) => void): () => void;
  /**
   * How often batches come, at the most: every so many milliseconds, 0 … 60,000; 0 (default): once per read of the
   * socket. What is no message of a treated subscription, a refusal say, brings those before it along at once. Of several
   * wishes the shortest holds.
   * @returns a function that withdraws this wish
   * @throws IBKRError `ERR_IBKR_OPTION` for another number
   */
  setBatching(batchMs: number): () => void;
  /**
   * Back-pressure: no batch is delivered until the function that it returns has been called; when the room for what
   * comes meanwhile is full, reading stops. Holds up every subscription with a treatment.
   */
  hold(): () => void;
  readonly board: FeedBoard;
  /**
   * From now on there is a tape for other threads, of this connection and of those after it. One for all who ask: the
   * first says how large it is. Undefined where the feed's messages cannot be shared.
   * @param slots of 64 bytes, of which a message takes one or more: a power of two from 1,024 to 16,777,216
   */
  readonly tape?: (slots: number) => FeedTape;
}
