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
  readMode?: ReadMode;
  /**
   * Microseconds that bytes may wait for a busy loop before the guard thread reads them, up to eight times as long where
   * few messages come: 100 … 1,000,000; default 1,000.
   */
  stallMicros?: number;
  /** Slots of 64 bytes in the ring, most ticks take one: a power of two, 64 … 16,777,216; default 65,536 (4 MiB). */
  ringCapacity?: number;
  /**
   * What a full ring does to ticks. `"backpressure"` (default): reading stops, nothing is lost.
   * `"conflate"`: the newest value per request and field wins. `"drop-oldest"`: the oldest waiting tick goes.
   */
  ringPolicy?: RingPolicy;
  /** SO_RCVBUF and SO_SNDBUF in bytes; default 0: the system's. What the system made of it is in the statistics. */
  receiveBufferBytes?: number;
  sendBufferBytes?: number;
  /** Milliseconds for TCP to connect, for each address of the host: 1 … 600,000; default 5,000. */
  connectTimeout?: number;
  /** Milliseconds for the gateway to answer the handshake (it may accept and never answer): 1 … 600,000; default 12,000. */
  handshakeTimeout?: number;
}

export type ResolvedEngineOptions = Required<EngineOptions>;

const DEFAULTS: ResolvedEngineOptions = {
  readMode: "loop",
  stallMicros: 1_000,
  ringCapacity: 65_536,
  ringPolicy: "backpressure",
  receiveBufferBytes: 0,
  sendBufferBytes: 0,
  connectTimeout: 5_000,
  handshakeTimeout: 12_000,
};

export const READ_MODES: readonly ReadMode[] = ["loop", "spin", "thread"];
export const RING_POLICIES: readonly RingPolicy[] = ["backpressure", "conflate", "drop-oldest"];

/** A `RangeError` that names the option, the value and what is allowed. */
export function badOption(name: string, value: unknown, allowed: string): RangeError {
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return Object.assign(new RangeError(`ibkr-native: option ${name} is ${shown}; allowed: ${allowed}`), {
    code: "ERR_IBKR_OPTION",
  });
}

/** An integer option within a range, or its default. @throws RangeError */
export function integerOption(
  name: string,
  value: number | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined) return fallback;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw badOption(name, value, `an integer from ${min} to ${max}`);
  }
  return value;
}

function choice<T extends string>(name: string, value: T | undefined, fallback: T, allowed: readonly T[]): T {
  if (value === undefined) return fallback;
  if (!allowed.includes(value)) throw badOption(name, value, allowed.map((a) => `"${a}"`).join(", "));
  return value;
}

/** Fills in defaults. @throws RangeError naming the first option that is out of range. */
export function resolveEngineOptions(options: EngineOptions = {}): ResolvedEngineOptions {
  const ringCapacity = integerOption(
    "ringCapacity",
    options.ringCapacity,
    DEFAULTS.ringCapacity,
    64,
    1 << 24,
  );
  if ((ringCapacity & (ringCapacity - 1)) !== 0) {
    throw badOption("ringCapacity", ringCapacity, "a power of two from 64 to 16777216");
  }
  const range = (
    name: "stallMicros" | "receiveBufferBytes" | "sendBufferBytes" | "connectTimeout" | "handshakeTimeout",
    min: number,
    max: number,
  ) => integerOption(name, options[name], DEFAULTS[name], min, max);
  return {
    readMode: choice("readMode", options.readMode, DEFAULTS.readMode, READ_MODES),
    ringPolicy: choice("ringPolicy", options.ringPolicy, DEFAULTS.ringPolicy, RING_POLICIES),
    ringCapacity,
    stallMicros: range("stallMicros", 100, 1_000_000),
    receiveBufferBytes: range("receiveBufferBytes", 0, 1 << 30),
    sendBufferBytes: range("sendBufferBytes", 0, 1 << 30),
    connectTimeout: range("connectTimeout", 1, 600_000),
    handshakeTimeout: range("handshakeTimeout", 1, 600_000),
  };
}
