import type { RequestName } from "../model/requests.js";
import type { ResponseName } from "../model/responses.js";

/** A message by the simulator's name; `handshake` is the server version that comes before all of them. */
export type MessageName = ResponseName | "handshake";

/** Which connections a fault is for. */
export interface Aim {
  /** Only the connection with this client id, now or later. Default: all. */
  clientId?: number;
}

/** How long a fault lasts. */
export interface Lasting {
  /** Milliseconds of the gateway's clock, above 0. Default: until its handle's `stop()`. */
  forMs?: number;
}

/** The connection ends inside a message. */
export interface CutFault extends Aim {
  kind: "cut";
  /** Which message. Default: any. */
  message?: MessageName;
  /** The how manieth such message from now on, 1 or more. Default 1. */
  nth?: number;
  /** Bytes of it that still go out, its four length bytes included; 0 or more. */
  afterBytes: number;
  /** `end`: FIN, as a process that exits; `reset`: RST. Default `end`. */
  how?: "end" | "reset";
}

/** Connections are reset (RST) now. */
export interface ResetFault extends Aim {
  kind: "reset";
}

/**
 * Connections stay open and nothing is answered. What comes and what should go is kept, and is handled when the fault
 * ends.
 */
export interface HalfOpenFault extends Aim, Lasting {
  kind: "half-open";
  /** `new`: only those accepted from now on; `current`: only those there are. Default `all`. */
  connections?: "all" | "new" | "current";
}

/** Everything the gateway sends comes late, in order. */
export interface DelayFault extends Aim, Lasting {
  kind: "delay";
  /** Milliseconds, 0 or more. */
  ms: number;
  /** Up to this much more, drawn evenly for each write; 0 or more. Default 0. */
  jitterMs?: number;
}

/** What the gateway sends arrives in pieces. */
export interface SplitFault extends Aim, Lasting {
  kind: "split";
  /** Size of a piece, 1 or more. */
  bytes: number;
}

/** What the gateway sends arrives in lumps. */
export interface MergeFault extends Aim, Lasting {
  kind: "merge";
  /** How long messages are gathered, above 0. */
  ms: number;
}

/** The gateway reads slowly, so that what the client sends piles up. */
export interface SlowReaderFault extends Aim, Lasting {
  kind: "slow-reader";
  /** Bytes per second, above 0. */
  bytesPerSecond: number;
}

/** Messages come more than once. */
export interface DuplicateFault extends Aim, Lasting {
  kind: "duplicate";
  /** Default `orderStatus` and `executionData`. */
  messages?: readonly MessageName[];
  /** How often each of them comes, 2 or more. Default 2. */
  times?: number;
}

/** Messages come late, so that others overtake them. */
export interface LateFault extends Aim, Lasting {
  kind: "late";
  /** Default `orderStatus` and `executionData`. */
  messages?: readonly MessageName[];
  /** Milliseconds, above 0. */
  ms: number;
}

/**
 * The gateway loses Interactive Brokers: 1100, no data; orders and cancels are kept until it comes back with 1101 (data
 * subscriptions are gone) or 1102 (they go on).
 */
export interface UpstreamLostFault extends Lasting {
  kind: "upstream-lost";
  /** Comes back with 1101 instead of 1102. Default false. */
  dataLost?: boolean;
}

/** A data farm breaks (2103, 2105 or 2157) and is there again when the fault ends (2104, 2106, 2158). */
export interface FarmFlapFault extends Lasting {
  kind: "farm-flap";
  /** Whose farm: market data (and no ticks come), historical data or security definitions. Default `market-data`. */
  farm?: "market-data" | "historical" | "definitions";
  /** Default usfarm, ushmds or secdefnj. */
  name?: string;
}

/** The same user trades elsewhere: 10197 for every market data stream, and no ticks. */
export interface CompetingSessionFault extends Aim, Lasting {
  kind: "competing-session";
}

/** The gateway closes all connections and its port, and opens the port again. */
export interface RestartFault {
  kind: "restart";
  /** Milliseconds the port is closed, 0 or more. Default 1,000. */
  downMs?: number;
  /** Order ids from this one on are forgotten: NEXT_VALID_ID goes back to it. Default: none. */
  nextValidId?: number;
}

/** Errors in numbers. */
export interface ErrorStormFault extends Aim {
  kind: "error-storm";
  /** 1 or more. */
  count: number;
  /** Above 0. Default: all at once. */
  perSecond?: number;
  /** Default 2110. */
  code?: number;
  /** Default the text of 2110. */
  message?: string;
}

/** Requests are answered with an error, and not served. */
export interface RefuseFault extends Aim, Lasting {
  kind: "refuse";
  /** The number; what there is of it is in docs/errors.md. */
  code: number;
  /** Default: a text that says that it is a fault. */
  message?: string;
  /** Default: all but `startApi` and cancels. */
  requests?: readonly RequestName[];
  /** How many of them, 1 or more. Default: all, until it ends. */
  times?: number;
}

export type Fault =
  | CutFault
  | ResetFault
  | HalfOpenFault
  | DelayFault
  | SplitFault
  | MergeFault
  | SlowReaderFault
  | DuplicateFault
  | LateFault
  | UpstreamLostFault
  | FarmFlapFault
  | CompetingSessionFault
  | RestartFault
  | ErrorStormFault
  | RefuseFault;

export type FaultKind = Fault["kind"];

/** A fault that was started. */
export interface FaultHandle {
  readonly fault: Fault;
  /** False once it has ended, or has done what it does once. */
  readonly active: boolean;
  /** Ends it; one that has ended stays as it is. */
  stop(): void;
}
