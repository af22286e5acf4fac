import { FEED_BOOK_MOST_ROWS } from "../broker/feed-book.js";
import { fields, flag, instance, integer, oneOf } from "../validation/rules.js";
import { judged } from "./judged.js";

/** An order book, with more than its rows. */
export interface DepthOptions {
  /** Of each side, 1 … 60. Default 5. */
  readonly rows?: number | undefined;
  /** Depth of all exchanges together. Default: where the contract's exchange is SMART, or not said. */
  readonly smart?: boolean | undefined;
  /** What a delete of a row that is not there does: gateways send some. Default `"forgive"`. */
  readonly onMissingDelete?: "forgive" | "damage" | undefined;
}

export interface ResolvedDepth {
  readonly rows: number;
  /** Undefined: as the contract's exchange says. */
  readonly smart: boolean | undefined;
  readonly onMissingDelete: "forgive" | "damage";
}

const DEFAULT_ROWS = 5;
const A_DEPTH = `true, false, an integer from 1 to ${FEED_BOOK_MOST_ROWS}, or { rows, smart, onMissingDelete }`;

/** What there is in an object. */
export const depthOptions = () =>
  fields({
    rows: integer(1, FEED_BOOK_MOST_ROWS).optional(),
    smart: flag().optional(),
    onMissingDelete: oneOf(["forgive", "damage"]).optional(),
  });

export const depthRule = () =>
  judged<boolean | number | DepthOptions>((given) => {
    if (typeof given === "object" && given !== null) return depthOptions();
    const isRows = (value: unknown) => integer(1, FEED_BOOK_MOST_ROWS).safeParse(value).success;
    return instance((value) => typeof value === "boolean" || isRows(value), A_DEPTH);
  });

export function resolveDepth(given: boolean | number | DepthOptions): ResolvedDepth | undefined {
  if (given === false) return undefined;
  const { rows, smart, onMissingDelete } = typeof given === "object" ? given : ({} as DepthOptions);
  return {
    rows: typeof given === "number" ? given : (rows ?? DEFAULT_ROWS),
    smart,
    onMissingDelete: onMissingDelete ?? "forgive",
  };
}
