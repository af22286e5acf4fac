import { IBKRError } from "../domain/ibkr-error.js";
import {
  COUNTER_CONFLATED,
  COUNTER_DELIVERED,
  COUNTER_DROPPED,
  COUNTER_FILTERED,
  COUNTER_GONE,
  COUNTER_MALFORMED,
  COUNTER_RECEIVED,
  COUNTERS_BYTES,
  FILTER_REASONS,
} from "./layout.js";
import { sharedBytes } from "./shared-memory.js";

/** Of four bytes; a counter has two, the lower one first. */
const WORDS = COUNTERS_BYTES >> 2;
const UPPER = 2 ** 32;

/** `received` = `delivered` + `conflated` + `dropped` + all of `filtered` + what waits. */
export interface TreatmentCounts {
  readonly received: number;
  readonly delivered: number;
  /** Replaced by a newer value of their field. */
  readonly conflated: number;
  /** Gone for want of room, or when the request was forgotten. */
  readonly dropped: number;
  /** One number for each reason, in the order in which the filter looks. */
  readonly filtered: readonly number[];
  /** RTVolume strings that could not be read; they went on as strings. */
  readonly malformed: number;
}

/** Where the counts of one request can be read, also after it has been forgotten. */
export interface CountReader {
  /** What is forgotten has nothing that waits: it counts as dropped at once, not only when the core has done it. */
  read(): TreatmentCounts;
}

/**
 * The counters of the requests that the core treats, in memory that it writes on any thread. A place is given to another
 * request only when the core has let go of it.
 */
export class TreatmentCounters {
  /** What the addon gets: aligned. */
  readonly memory: Uint8Array;
  private readonly words: Uint32Array;
  private next = 0;
  private readonly free: number[] = [];
  /** Forgotten, in this order; the core lets go of them in the same. */
  private leaving: CounterPlace[] = [];
  private readonly taken = new Set<CounterPlace>();

  /** @param room for so many requests at once */
  constructor(readonly room: number) {
    // Three lines of the cache each, which they share with no other request.
    this.memory = sharedBytes(room * COUNTERS_BYTES);
    this.words = new Uint32Array(this.memory.buffer, this.memory.byteOffset, room * WORDS);
  }

  /** All zero. @throws IBKRError `ERR_IBKR_ARGUMENT` if there is no place left */
  take(): CounterPlace {
    this.sweep(false);
    if (this.free.length === 0 && this.next === this.room) this.sweep(true);
    const index = this.free.pop() ?? this.fresh();
    this.words.fill(0, index * WORDS, (index + 1) * WORDS);
    const place = new CounterPlace(this.words, index, (done) => this.takeBack(done));
    this.taken.add(place);
    return place;
  }

  private fresh(): number {
    if (this.next < this.room) return this.next++;
    throw new IBKRError(
      "ERR_IBKR_ARGUMENT",
      `the board has room for ${this.room} requests, and all are taken (${this.leaving.length} of them by requests ` +
        "that have ended, and that the core has not let go of yet)",
    );
  }

  /** The request has been forgotten: the place is free as soon as the core has let go of it. */
  leave(place: CounterPlace): void {
    if (!this.taken.has(place) || place.isLeaving) return;
    place.isLeaving = true;
    this.leaving.push(place);
  }

  /** The core has ended: what the counters show is their last word, and every reader keeps it as a copy. */
  end(): void {
    for (const place of [...this.taken]) place.freeze();
    this.leaving = [];
  }

  private takeBack(place: CounterPlace): void {
    this.taken.delete(place);
    this.free.push(place.index);
  }

  /** @param all also behind one that the core has not let go of */
  private sweep(all: boolean): void {
    const { leaving } = this;
    let done = 0;
    while (done < leaving.length && leaving[done].look()) done++;
    if (done > 0) leaving.splice(0, done);
    if (all) this.leaving = leaving.filter((place) => !place.look());
  }
}

/** The counters of one request. */
export class CounterPlace implements CountReader {
  /** @internal */
  isLeaving = false;
  private frozen: TreatmentCounts | undefined;
  /** Counted by the core as delivered, and gone. */
  private undelivered = 0;

  /** @internal */
  constructor(
    private readonly words: Uint32Array,
    /** Of the block, as the addon counts them. */
    readonly index: number,
    private readonly done: (place: CounterPlace) => void,
  ) {}

  read(): TreatmentCounts {
    this.look();
    return this.frozen ?? this.current();
  }

  /** @internal One message that the core has delivered will reach nobody. */
  drop(): void {
    this.undelivered += 1;
  }

  /** @internal True once the core has let go of it: then it is somebody else's. */
  look(): boolean {
    if (this.frozen === undefined && this.isLeaving && this.word(COUNTER_GONE) === 1) this.freeze();
    return this.frozen !== undefined;
  }

  /** @internal */
  freeze(): void {
    if (this.frozen !== undefined) return;
    this.isLeaving = true;
    this.frozen = this.current();
    this.done(this);
  }

  private current(): TreatmentCounts {
    const passedOn = this.word(COUNTER_DELIVERED);
    // The core may have added a message to the ring whose count is not to be seen yet.
    const undelivered = Math.min(this.undelivered, passedOn);
    const delivered = passedOn - undelivered;
    const conflated = this.word(COUNTER_CONFLATED);
    const counted = this.word(COUNTER_DROPPED) + undelivered;
    const filtered: number[] = [];
    let left = 0;
    for (let n = 0; n < FILTER_REASONS; n++) {
      const count = this.word(COUNTER_FILTERED + n);
      filtered.push(count);
      left += count;
    }
    const malformed = this.word(COUNTER_MALFORMED);
    // Last: what comes meanwhile is then in it at least, and nothing seems to have come from nowhere.
    const received = this.word(COUNTER_RECEIVED);
    const waiting = received - delivered - conflated - counted - left;
    const dropped = this.isLeaving ? counted + Math.max(0, waiting) : counted;
    return { received, delivered, conflated, dropped, filtered, malformed };
  }

  /** A 64-bit load makes a BigInt, and thousands of lines have a dozen each: two halves, and again if the upper one moved. */
  private word(n: number): number {
    const { words } = this;
    const at = this.index * WORDS + 2 * n;
    for (;;) {
      const upper = Atomics.load(words, at + 1);
      const lower = Atomics.load(words, at);
      if (Atomics.load(words, at + 1) === upper) return upper * UPPER + lower;
    }
  }
}
