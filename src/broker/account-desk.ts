import type { AccountFigure } from "../domain/account-figure.js";
import type { Position } from "../domain/stock-types.js";
import type { CallOptions } from "./call-options.js";

/** Accounts and what they hold. */
export interface AccountDesk {
  /** The accounts of the login; empty before the broker is ready. */
  readonly names: readonly string[];
  positions(options?: CallOptions): Promise<Position[]>;
  /** @param tags IB's names of figures, such as `NetLiquidation`; default all */
  summary(tags?: readonly string[], options?: CallOptions): Promise<AccountFigure[]>;
}
