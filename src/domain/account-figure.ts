/** One figure of an account, as the account window shows it. */
export interface AccountFigure {
  readonly account: string;
  /** IB's name, such as `NetLiquidation`. */
  readonly tag: string;
  readonly value: string;
  /** Of figures in money; empty for others. */
  readonly currency: string;
}
