import { integer, oneOf, orText, powerOfTwo } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import { RING_MAX_CAPACITY, RING_MIN_CAPACITY } from "./layout.js";

/** Who reads the socket; see docs/architecture.md. */
export type ReadMode = "loop" | "spin" | "thread";

/** What a full ring does to ticks; nothing else is ever dropped. */
export type RingPolicy = "backpressure" | "conflate" | "drop-oldest";

/** How the engine connects and reads. Every field has a default. */
export interface EngineOptions {
  /**
   * `"loop"` (default): the event loop reads, a guard thread takes over while it is busy.
   * `"spin"`: the loop never sleeps; one core for the lowest latency.
   * `"thread"`: a thread reads always, the loop only consumes.
   */
  readMode?: ReadMode | undefined;
  /**
   * Microseconds that bytes may wait for a busy loop before the guard thread reads them, up to eight times as long where
   * few messages come: 100 … 1,000,000; default 1,000.
   */
  stallMicros?: number | undefined;
  /**
   * Nice value of the guard thread: -20 … 19; without it the thread keeps what the process has. Below the process's own it
   * needs CAP_SYS_NICE, and is left out silently without. Under another policy than SCHED_OTHER it has no meaning.
   */
  guardNice?: number | undefined;
  /** Slots of 64 bytes in the ring, most ticks take one: a power of two, 64 … 16,777,216; default 65,536 (4 MiB). */
  ringCapacity?: number | undefined;
  /**
   * What a full ring does to ticks. `"backpressure"` (default): reading stops, nothing is lost.
   * `"conflate"`: the newest value per request and field wins. `"drop-oldest"`: the oldest waiting tick goes.
   */
  ringPolicy?: RingPolicy | undefined;
  /** SO_RCVBUF, 0 … 1,073,741,824; default 0: the system's. What the system made of it is in the statistics. */
  receiveBufferBytes?: number | undefined;
  /** SO_SNDBUF, as {@link receiveBufferBytes}. */
  sendBufferBytes?: number | undefined;
  /**
   * Milliseconds between two rehearsals of the way of an order, up to the system call and without it: an order that comes
   * after a pause finds the code and its memory in the caches. 0 … 1,000; default 0: none. Costs some microseconds each.
   */
  keepWarmMs?: number | undefined;
  /** For TCP to connect, for each address of the host: 1 … 600,000; default 5,000. */
  connectTimeoutMs?: number | undefined;
  /** For the gateway to answer the handshake (it may accept and never answer): 1 … 600,000; default 12,000. */
  handshakeTimeoutMs?: number | undefined;
}

export type ResolvedEngineOptions = Required<Omit<EngineOptions, "guardNice">> &
  Pick<EngineOptions, "guardNice">;

const DEFAULTS: ResolvedEngineOptions = {
  readMode: "loop",
  stallMicros: 1_000,
  ringCapacity: 65_536,
  ringPolicy: "backpressure",
  receiveBufferBytes: 0,
  sendBufferBytes: 0,
  keepWarmMs: 0,
  connectTimeoutMs: 5_000,
  handshakeTimeoutMs: 12_000,
};

export const READ_MODES: readonly ReadMode[] = ["loop", "spin", "thread"];
export const RING_POLICIES: readonly RingPolicy[] = ["backpressure", "conflate", "drop-oldest"];

/** What is allowed for each option; a part of the options of whatever owns an engine. */
export const engineRules = lazily(() => ({
  readMode: oneOf(READ_MODES).default(DEFAULTS.readMode),
  ringPolicy: oneOf(RING_POLICIES).default(DEFAULTS.ringPolicy),
  ringCapacity: orText(powerOfTwo(RING_MIN_CAPACITY, RING_MAX_CAPACITY)).default(DEFAULTS.ringCapacity),
  stallMicros: orText(integer(100, 1_000_000)).default(DEFAULTS.stallMicros),
  guardNice: orText(integer(-20, 19)).optional(),
  receiveBufferBytes: orText(integer(0, 1 << 30)).default(DEFAULTS.receiveBufferBytes),
  sendBufferBytes: orText(integer(0, 1 << 30)).default(DEFAULTS.sendBufferBytes),
  keepWarmMs: orText(integer(0, 1_000)).default(DEFAULTS.keepWarmMs),
  connectTimeoutMs: orText(integer(1, 600_000)).default(DEFAULTS.connectTimeoutMs),
  handshakeTimeoutMs: orText(integer(1, 600_000)).default(DEFAULTS.handshakeTimeoutMs),
}));
