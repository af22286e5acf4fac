import type { Clock } from "../../time/clock.js";
import type { SessionTimes } from "../../time/session-times.js";
import type { Instrument } from "../market/instrument.js";
import type { Instruments } from "../market/instruments.js";
import type { Quote } from "../market/quote.js";
import type { Account } from "./account.js";
import type { AttachedOrderPresets } from "./attached-orders.js";
import type { Book } from "./book.js";
import type { OrderEvents } from "./order-events.js";

/** What orders need of the exchange they are on: markets, accounts, time, and somebody to tell. */
export interface Venue {
  readonly clock: Clock;
  readonly seed: number;
  readonly instruments: Instruments;
  readonly accounts: ReadonlyMap<string, Account>;
  /** When instruments open and close. */
  readonly sessions: SessionTimes;
  readonly presets: AttachedOrderPresets;
  /** Seconds since 1970 UTC. */
  nowSeconds(): number;
  quote(instrument: Instrument): Quote;
  /** Best prices, depth and clients' resting orders of an instrument. */
  book(instrument: Instrument): Book;
  /** Whether an order in the instrument may trade now. */
  mayTrade(instrument: Instrument, outsideRth: boolean): boolean;
  /** Starts an instrument's walk, or counts one more reason for it to go on. */
  watch(instrument: Instrument): void;
  unwatch(instrument: Instrument): void;
  /** Tells everybody if the instrument's quote has changed since it was told last. */
  publish(instrument: Instrument): void;
  emit<K extends keyof OrderEvents>(event: K, ...args: OrderEvents[K]): unknown;
}
