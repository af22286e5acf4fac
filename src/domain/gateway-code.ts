import type { ErrorScope } from "./error-code.js";
import type { IBKRErrorCode } from "./error-codes.js";

/**
 * What a message of the gateway does to what it is about. `notice`: it says something, and request or order go on;
 * `refused`: a request ends, an order that nobody has answered yet is refused, and of one that works it was a change;
 * `rejected`: the order, or a change of it, was refused for good; `cancelled`: the order is; `cancel-refused`: a cancel
 * was refused, and the order is as it was.
 */
export type GatewayCodeEffect = "notice" | "refused" | "rejected" | "cancelled" | "cancel-refused";

/** One code, where it differs from its group, or means several things. */
export interface GatewayCodeEntry {
  readonly meaning: string;
  readonly remedy?: string;
  readonly error?: IBKRErrorCode;
  readonly scope?: ErrorScope;
  readonly retryable?: boolean;
  /** Texts that say more than the number, and what such an error is then. The first that fits counts. */
  readonly texts?: readonly (readonly [text: RegExp, error: IBKRErrorCode])[];
}

/** Codes that are the same to a program. */
export interface GatewayCodeGroup {
  /** What an error with such a code is. */
  readonly error: IBKRErrorCode;
  /** Default `refused`. */
  readonly effect?: GatewayCodeEffect;
  /** Default: that of the error. */
  readonly scope?: ErrorScope;
  /** Default: that of the error. */
  readonly retryable?: boolean;
  /** What to do, for those that say nothing else. */
  readonly remedy: string;
  /** What each means. */
  readonly codes: Readonly<Record<number, string | GatewayCodeEntry>>;
}
