import { checkCallOptions } from "../../broker/call-options.js";
import type { HistoryRequest } from "../../broker/lookups.js";
import { check, checkNumber, objectOf, refused } from "../../domain/check.js";
import { checkContract } from "../../domain/given.js";
import { A_CLOCK, type Clock, isClock, realClock, type Timer } from "../../time/clock.js";
import { fields, instance, oneOf } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";

/** A request as Interactive Brokers' rules see it. */
export interface PacedRequest {
  /** Contract, exchange and kind of data. */
  readonly subject: string;
  /** All that is asked for: two of the same are identical. */
  readonly whole: string;
  /** As how many it counts: BID_ASK is two. */
  readonly weight: number;
  /** Whether its bars are shorter than a minute. */
  readonly isSmall: boolean;
}

export interface HistoryPacerOptions {
  readonly clock?: Clock | undefined;
  /**
   * Whether bars of a minute and longer are paced, too. Gateways of today hold the rules for shorter bars only and slow
   * the others down by themselves: `free` leaves them to that. Default `paced`.
   */
  readonly longBars?: "paced" | "free" | undefined;
}

/** A request that was made, or is about to be. */
interface Made {
  readonly request: PacedRequest;
  readonly atMs: number;
}

interface Waiting {
  readonly request: PacedRequest;
  go(): void;
}

/** The gateway's clock sees requests closer together than ours did: the way to it is not always as long. */
const MARGIN_MS = 1_000;
const IDENTICAL_MS = 15_000 + MARGIN_MS;
const BURST_MS = 2_000 + MARGIN_MS;
/** Six are too many. */
const MOST_IN_A_BURST = 5;
const WINDOW_MS = 600_000 + MARGIN_MS;
const MOST_IN_A_WINDOW = 60;
/** How long everything waits behind a violation, by how many there were in a row. */
const PENALTIES_MS = [IDENTICAL_MS, 60_000, WINDOW_MS];
const SMALL = /^ *\d+ *secs? *$/;

const rules = lazily(() =>
  fields({
    clock: instance<Clock>(isClock, A_CLOCK).default(realClock),
    longBars: oneOf(["paced", "free"]).default("paced"),
  }),
);

/**
 * Lets requests for history go by Interactive Brokers' rules: identical ones 15 seconds apart, fewer than six of one
 * contract, exchange and kind within 2 seconds, 60 within ten minutes, BID_ASK counted twice. They go by login: all
 * histories of a client share one.
 */
export class HistoryPacer {
  readonly clock: Clock;
  private readonly areLongBarsFree: boolean;
  /** Of the last ten minutes, oldest first. */
  private made: Made[] = [];
  private waiting: Waiting[] = [];
  private timer: Timer | undefined;
  private violations = 0;
  private blockedUntilMs = Number.NEGATIVE_INFINITY;

  /** @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed */
  constructor(options: HistoryPacerOptions = {}) {
    const { clock, longBars } = check(rules(), options);
    this.clock = clock;
    this.areLongBarsFree = longBars === "free";
  }

  /** How many requests wait for their turn. */
  get queued(): number {
    return this.waiting.length;
  }

  /**
   * Resolves when a request may be sent: at once then, for it is counted as sent.
   * @returns takes the count back, of a request that was not sent after all
   */
  turn(request: PacedRequest, signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      checkPaced(request);
      checkCallOptions(signal === undefined ? {} : { signal });
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const waiting: Waiting = {
        request,
        go: () => {
          signal?.removeEventListener("abort", onAbort);
          const made = this.add(request, this.clock.now());
          resolve(() => {
            this.made = this.made.filter((other) => other !== made);
          });
        },
      };
      const onAbort = () => {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        this.look();
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.waiting.push(waiting);
      this.look();
    });
  }

  /**
   * Counts a request that went another way: of the drop-in, of a bar series, of an earlier process. One that it knows is
   * counted once.
   * @param atMs when, ms since 1970 UTC; default now
   */
  count(request: PacedRequest, atMs: number = this.clock.now()): void {
    checkPaced(request);
    checkNumber("atMs", atMs);
    const isKnown = this.made.some((made) => made.atMs === atMs && made.request.whole === request.whole);
    if (!isKnown) this.add(request, atMs);
  }

  /** The gateway says that the rules were broken: everything waits, longer with each time in a row. */
  violated(): void {
    const penalty = PENALTIES_MS[Math.min(this.violations, PENALTIES_MS.length - 1)];
    this.violations += 1;
    this.blockedUntilMs = this.clock.now() + penalty;
    this.look();
  }

  /** The gateway has answered a request. */
  answered(): void {
    this.violations = 0;
  }

  /** In how many ms so many more requests of one contract will have gone, if nobody else asks. */
  forecastMs(count: number, request: Pick<PacedRequest, "weight" | "isSmall">): number {
    checkNumber("count", count);
    checkPaced(request);
    const { weight, isSmall } = request;
    const now = this.clock.now();
    const first = Math.max(now, this.blockedUntilMs);
    if (this.isFree({ isSmall })) return first - now;
    const times = this.made.flatMap(({ request, atMs }) => Array<number>(request.weight).fill(atMs));
    const begin = times.length;
    let last = first;
    for (let i = 0; i < count; i++) {
      const window = times.at(-(MOST_IN_A_WINDOW - weight + 1)) ?? Number.NEGATIVE_INFINITY;
      const inBurst = i * weight - (MOST_IN_A_BURST - weight + 1);
      const own = inBurst < 0 ? Number.NEGATIVE_INFINITY : times[begin + inBurst];
      last = Math.max(last, window + WINDOW_MS, own + BURST_MS);
      for (let k = 0; k < weight; k++) times.push(last);
    }
    return last - now;
  }

  private add(request: PacedRequest, atMs: number): Made {
    const made = { request, atMs };
    if (this.isFree(request)) return made;
    const at = this.made.findLastIndex((other) => other.atMs <= atMs);
    this.made.splice(at + 1, 0, made);
    return made;
  }

  /** Lets go who may, in the order they came. */
  private look(): void {
    this.timer?.stop();
    this.timer = undefined;
    const now = this.clock.now();
    this.made = this.made.filter(({ atMs }) => now - atMs < WINDOW_MS);
    let nextMs = Number.POSITIVE_INFINITY;
    for (const waiting of [...this.waiting]) {
      const { request } = waiting;
      const roomMs = this.roomMs(request, now);
      const atMs = Math.max(roomMs, this.ownMs(request, now));
      if (atMs <= now) {
        this.waiting = this.waiting.filter((other) => other !== waiting);
        waiting.go();
      } else nextMs = Math.min(nextMs, atMs);
      // Where there is no room for one there is none for a smaller one behind it: it would wait for ever.
      if (roomMs > now) break;
    }
    if (nextMs !== Number.POSITIVE_INFINITY)
      this.timer = this.clock.after(nextMs - now, () => {
        this.timer = undefined;
        this.look();
      });
  }

  private isFree({ isSmall }: Pick<PacedRequest, "isSmall">): boolean {
    return this.areLongBarsFree && !isSmall;
  }

  /** When the rule that all requests share lets one go. */
  private roomMs(request: PacedRequest, now: number): number {
    if (this.blockedUntilMs > now) return this.blockedUntilMs;
    if (this.isFree(request)) return now;
    return fits(this.made, request.weight, MOST_IN_A_WINDOW, WINDOW_MS, now);
  }

  /** When the rules of its own contract, and of what is the same, let it go. */
  private ownMs(request: PacedRequest, now: number): number {
    if (this.isFree(request)) return now;
    const same = this.made.findLast((made) => made.request.whole === request.whole);
    const subject = this.made.filter((made) => made.request.subject === request.subject);
    const burst = fits(subject, request.weight, MOST_IN_A_BURST, BURST_MS, now);
    return Math.max(burst, same === undefined ? now : same.atMs + IDENTICAL_MS);
  }
}

function checkPaced(request: Pick<PacedRequest, "weight">): void {
  checkNumber("request.weight", objectOf("request", request).weight);
}

/** When one more of a weight makes no more than `most` within `windowMs`. @param made oldest first */
function fits(made: readonly Made[], weight: number, most: number, windowMs: number, now: number): number {
  let sum = weight;
  for (let i = made.length - 1; i >= 0; i--) {
    sum += made[i].request.weight;
    if (sum > most) return Math.max(now, made[i].atMs + windowMs);
  }
  return now;
}

/** How the rules see a request of history, or of something else that counts as one. */
export function pacedRequest(request: HistoryRequest): PacedRequest {
  const { contract, whatToShow, barSize } = objectOf("request", request);
  checkContract(contract, "request.contract");
  for (const [name, value] of Object.entries({ whatToShow, barSize }))
    if (typeof value !== "string") throw refused(`request.${name}`, value, "a text", "ERR_IBKR_ARGUMENT");
  const kind = whatToShow.toUpperCase();
  const subject = `${contract.conId || identity(contract)} ${contract.exchange ?? ""} ${kind}`;
  const { endDateTime = "", duration, regularHoursOnly = false } = request;
  return {
    subject,
    whole: [subject, endDateTime, duration, barSize, regularHoursOnly].join(" "),
    weight: kind === "BID_ASK" ? 2 : 1,
    isSmall: SMALL.test(barSize),
  };
}

function identity(contract: object): string {
  return JSON.stringify(Object.entries(contract).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
