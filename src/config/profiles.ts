import type { ReadMode } from "../native/options.js";
import type { JournalFsync } from "../orders/journal-contents.js";
import { PROFILE_NAMES, PROFILES, type ProfileName, type ProfileValues } from "../stream/profile.js";

/** What a profile stands for: of the stream, of the engine and of the journal. */
export interface PerformanceProfile extends ProfileValues {
  /** Who reads the socket: `"spin"` takes a core of its own. */
  readonly readMode: ReadMode;
  /** Milliseconds between two rehearsals of the way of an order; 0: none. */
  readonly keepWarmMs: number;
  /** When the journal's records are made to outlive a failure of power, where there is a journal. */
  readonly fsync: JournalFsync;
}

/**
 * Read modes are chosen, not measured against each other: `spin` takes a core of its own, `thread` reads whatever the loop does.
 * `fsync` is `interval` in each: it costs an order nothing (docs/orders.md), `always` costs it milliseconds, and what
 * `never` saves is not the order's. A program that wants another one says so.
 */
const ENGINE: Readonly<Record<ProfileName, Omit<PerformanceProfile, keyof ProfileValues>>> = {
  "ultra-low-latency": { readMode: "spin", keepWarmMs: 2, fsync: "interval" },
  "low-latency": { readMode: "loop", keepWarmMs: 10, fsync: "interval" },
  balanced: { readMode: "loop", keepWarmMs: 0, fsync: "interval" },
  "high-throughput": { readMode: "thread", keepWarmMs: 0, fsync: "interval" },
};

/** The exact values of each profile. */
export const PERFORMANCE_PROFILES = Object.freeze(
  Object.fromEntries(
    PROFILE_NAMES.map((name) => [name, Object.freeze({ ...PROFILES[name], ...ENGINE[name] })]),
  ),
) as Readonly<Record<ProfileName, PerformanceProfile>>;
