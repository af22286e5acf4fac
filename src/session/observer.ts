import type { EventName } from "@stoqey/ib";
import type { NativeEventName } from "../dialect/extensions/index.js";
import type { RingRecord } from "../native/ring-record.js";

/** What a session builds for somebody, so that nothing is built for nobody. */
export interface Interest {
  /** Bit `kind` is set if hot messages of that kind are wanted. */
  readonly kinds: number;
  /** `received` events, with the fields of every frame that came in. */
  readonly received: boolean;
  /** `sent` events, with the fields of every frame that went out. */
  readonly sent: boolean;
  /** Every frame, in and out, as it is on the wire. Orders then take the general path. */
  readonly frames?: boolean;
}

export const NO_INTEREST: Required<Interest> = { kinds: 0, received: false, sent: false, frames: false };

/** Somebody who hears what a session has to say: the drop-in, a broker. */
export interface SessionObserver {
  /** Read by {@link Observers.attach} and after each {@link Observers.look}. */
  readonly interest: Interest;
  /** An event in stock's shape: the same names and arguments. */
  event(name: EventName | NativeEventName, ...args: unknown[]): void;
  /** An order, or a change of one, that did not go by the fast path has left, at once or when its turn came. */
  orderLeft?(id: number): void;
  /** A frame without its length, before what it says is told; where `frames` is wanted. Bytes are only valid within the call. */
  frame?(way: "in" | "out", payload: string | Uint8Array): void;
  /** An armed order has left: the core has sent it, and its frame is nobody's to show. */
  armedLeft?(id: number): void;
  /** A hot message of a kind that somebody wants; the object is reused, see {@link RingRecord}. */
  hot(record: RingRecord): void;
}
