import { check } from "../domain/check.js";
import { A_CLOCK, type Clock, isClock, realClock } from "../time/clock.js";
import { fields, instance, integer, oneOf } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import { LagHistogram, type LagRecorder } from "./lag.js";
import { PROFILE_NAMES, PROFILES, type ProfileName } from "./profile.js";

/** Options of a stream; all have defaults. */
export interface IBKRDataStreamOptions {
  /** Where {@link conflateMs} and {@link batchMs} come from. Default `"balanced"`. */
  profile?: ProfileName | undefined;
  /** Milliseconds in which the newest value of each field wins, 0 … 60,000; 0: every tick. Default: the profile's. */
  conflateMs?: number | undefined;
  /** Milliseconds between two batches, 0 … 60,000; 0: one per read of the socket. Default: the profile's. */
  batchMs?: number | undefined;
  /** Market data lines of the login, 1 … 100,000. Default 100. */
  lines?: number | undefined;
  /** Tick-by-tick requests at once, 1 … 100,000. Default 5: one for 20 lines. */
  tickByTickLines?: number | undefined;
  /** Books at once, 1 … 100,000. Default 3. */
  depthLines?: number | undefined;
  /**
   * Milliseconds without data, while others have some, after which a subscription is asked for again, 1,000 …
   * 86,400,000; 0 never. Default 120,000.
   */
  silenceMs?: number | undefined;
  /** Milliseconds until what a competing session took is asked for again, 100 … 86,400,000. Default 30,000. */
  retryMs?: number | undefined;
  /** Where time comes from. Default: the machine. */
  clock?: Clock | undefined;
  /** Takes the lag of each batch. Default: a histogram. */
  lag?: LagRecorder | undefined;
}

const MOST_MS = 60_000;
const DAY_MS = 86_400_000;

const isRecorder = (value: unknown) => typeof (value as LagRecorder | null)?.record === "function";

export const streamRules = lazily(() =>
  fields({
    profile: oneOf(PROFILE_NAMES).default("balanced"),
    conflateMs: integer(0, MOST_MS).optional(),
    batchMs: integer(0, MOST_MS).optional(),
    lines: integer(1, 100_000).default(100),
    tickByTickLines: integer(1, 100_000).default(5),
    depthLines: integer(1, 100_000).default(3),
    silenceMs: integer(0, DAY_MS)
      .refine((ms) => ms === 0 || ms >= 1_000, { error: "0, or an integer from 1000 to 86400000" })
      .default(120_000),
    retryMs: integer(100, DAY_MS).default(30_000),
    clock: instance<Clock>(isClock, A_CLOCK).default(realClock),
    lag: instance<LagRecorder>(isRecorder, "an object with record() and summary()").optional(),
  }),
);

export type ResolvedStreamOptions = Required<IBKRDataStreamOptions>;

/** Fills in defaults. @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed */
export function resolveStreamOptions(given: IBKRDataStreamOptions): ResolvedStreamOptions {
  const options = check(streamRules(), given);
  const { conflateMs, batchMs } = PROFILES[options.profile];
  return {
    ...options,
    conflateMs: options.conflateMs ?? conflateMs,
    batchMs: options.batchMs ?? batchMs,
    lag: options.lag ?? new LagHistogram(),
  };
}
