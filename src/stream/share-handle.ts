import type { Contract } from "../domain/stock-types.js";
import type { SubscriptionState } from "./subscription-state.js";

/** Of what stands in a {@link StreamHandle}: both threads must have the same. */
export const SHARE_VERSION = 2;

/** Words of {@link StreamHandle.control}. */
export const CONTROL = {
  /** Changes with every batch; whoever sleeps on it is woken. */
  WAKE: 0,
  /** Number of the newest directory; odd while one is on its way. */
  DIRECTORY: 1,
  /** 1: the stream is closed. */
  CLOSED: 2,
} as const;
export const CONTROL_WORDS = 16;

/** A series of bars. The memory's object is another one in each message; it stays the same memory once there is one. */
export interface SharedSeries {
  readonly name: string;
  /** Undefined before it was first asked for. */
  readonly memory: unknown;
}

/** What a worker knows of a subscription. */
export interface SharedEntry {
  readonly id: number;
  readonly contract: Contract;
  readonly state: SubscriptionState;
  readonly reason: string;
  /** Where its quote lies on the board. */
  readonly slot: number;
  /** What its messages carry as `reqId`: one for each of its lines that is asked for. */
  readonly feedIds: readonly number[];
  readonly bars: readonly SharedSeries[];
  /** Of its depth, as {@link SharedSeries.memory}. */
  readonly book: { readonly depth: number; readonly memory: unknown } | undefined;
}

/** The tape of a connection. */
export interface SharedTape {
  /** Which of the stream's: 1, 2 … The memory's object is another one in each message. */
  readonly number: number;
  readonly handle: unknown;
}

/** All subscriptions at one moment, and where their messages are. */
export interface Directory {
  /** Even; that of `CONTROL.DIRECTORY` at that moment. */
  readonly version: number;
  readonly entries: readonly SharedEntry[];
  /** Of the newest connection, once there was one. */
  readonly tape: SharedTape | undefined;
}

/** What goes over the channel. */
export type ShareMessage =
  | { readonly kind: "ask" }
  | { readonly kind: "all"; readonly directory: Directory }
  | {
      readonly kind: "change";
      readonly version: number;
      readonly put: readonly SharedEntry[];
      readonly gone: readonly number[];
      /** Only where there is another one. */
      readonly tape?: SharedTape;
    };

/**
 * What another thread needs to read a stream: `IBKRDataStream.attach(handle)`. A plain object that can be posted to any
 * number of workers, or given to them as `workerData`.
 */
export interface StreamHandle {
  readonly version: number;
  /** Name of the `BroadcastChannel` that tells of changes. */
  readonly channel: string;
  readonly control: Int32Array;
  readonly board: unknown;
  readonly directory: Directory;
}

/** A contract that goes to other threads: a caller's own may have a method, which no message can carry. */
export function cloneable(contract: Contract): Contract {
  try {
    return structuredClone(contract);
  } catch {
    const plain = ["string", "number", "boolean"];
    return Object.fromEntries(
      Object.entries(contract).filter(([, value]) => plain.includes(typeof value)),
    ) as Contract;
  }
}
