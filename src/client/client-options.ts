import { fields, flag, integer, text } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";

/** What is kept up to date from the start; what is not is begun by its first `ready()` or `begin()`. */
export interface LiveOptions {
  /** Positions of all accounts, there when connect() has resolved. Default true. */
  readonly positions?: boolean | undefined;
  /** The summaries of all accounts, there when connect() has resolved. Default true. */
  readonly account?: boolean | undefined;
  /** Profit and loss of the account: it comes within about a second behind connect(). Default true. */
  readonly pnl?: boolean | undefined;
}

export interface ClientOptions {
  /**
   * The account that `client.account` and `client.pnl` are of, and that orders are for which name none. Default: the first
   * of the login; orders then name none.
   */
  readonly account?: string | undefined;
  /** How long a call may take that does not say, 1 … 2,147,483,647 ms. Default 30,000. */
  readonly requestTimeoutMs?: number | undefined;
  readonly live?: LiveOptions | undefined;
}

export const clientRules = lazily(() =>
  fields({
    account: text("an account of the login").optional(),
    requestTimeoutMs: integer(1, 0x7fffffff).default(30_000),
    live: fields({
      positions: flag().default(true),
      account: flag().default(true),
      pnl: flag().default(true),
    }).default({ positions: true, account: true, pnl: true }),
  }),
);
