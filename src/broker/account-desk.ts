import type { AccountFigure } from "../domain/account-figure.js";
import type { Contract, Position } from "../domain/stock-types.js";
import type { CallOptions } from "./call-options.js";
import type { Watch, WatchListener } from "./watch.js";

/** Of an account, and of a model in it where one is named. */
export interface AccountScope {
  readonly account: string;
  /** The model's code; left out or empty: the whole account. */
  readonly model?: string;
}

/** Of everything the login can see, or of an account. */
export type PositionScope = Partial<AccountScope>;

export interface FigureScope extends Partial<AccountScope> {
  /** IB's names of figures, such as `NetLiquidation`; default all there are. */
  readonly tags?: readonly string[];
}

export interface PositionsListener extends WatchListener {
  /** What is held now; `pos` is 0 where it was closed. `avgCost` is per unit, multiplier and commissions included. */
  position(position: Position): void;
}

export interface FiguresListener extends WatchListener {
  figure(figure: AccountFigure): void;
}

/** Amounts in the account's currency; undefined: the gateway cannot tell. */
export interface Pnl {
  readonly dailyPnl: number | undefined;
  readonly unrealizedPnl: number | undefined;
  readonly realizedPnl: number | undefined;
}

/** Of one position; amounts in the contract's currency. */
export interface PositionPnl extends Pnl {
  readonly position: number | undefined;
  readonly marketValue: number | undefined;
}

export interface PnlListener<P extends Pnl = Pnl> extends WatchListener {
  /** About once a second. */
  pnl(pnl: P): void;
}

/** A position with its valuation; amounts in the contract's currency. */
export interface PortfolioItem {
  readonly account: string;
  readonly contract: Contract;
  /** 0 where it was closed. */
  readonly position: number | undefined;
  readonly marketPrice: number | undefined;
  readonly marketValue: number | undefined;
  /** Per unit, multiplier and commissions included. */
  readonly averageCost: number | undefined;
  readonly unrealizedPnl: number | undefined;
  readonly realizedPnl: number | undefined;
}

export interface PortfolioListener extends WatchListener {
  item(item: PortfolioItem): void;
  /** The account's figures, as its account window shows them. */
  figure?(figure: AccountFigure): void;
}

export interface FamilyCode {
  readonly account: string;
  readonly familyCode: string;
}

/** Accounts and what they hold. */
export interface AccountDesk {
  /** The accounts of the login; empty before the broker is ready. */
  readonly names: readonly string[];
  positions(options?: CallOptions): Promise<Position[]>;
  /** @param tags IB's names of figures, such as `NetLiquidation`; default all */
  summary(tags?: readonly string[], options?: CallOptions): Promise<AccountFigure[]>;
  /** Which family each account belongs to. */
  familyCodes(options?: CallOptions): Promise<FamilyCode[]>;

  watchPositions(scope: PositionScope, listener: PositionsListener, options?: CallOptions): Watch;
  /**
   * Without an account: the account summary of all of them, every three minutes at the gateway's pace, and a gateway takes
   * two at once (322 for the third; `summary()` counts as one while it is answered). With one: every figure of it, or of a
   * model in it, also by currency.
   */
  watchFigures(scope: FigureScope, listener: FiguresListener, options?: CallOptions): Watch;
  watchPnl(scope: AccountScope, listener: PnlListener, options?: CallOptions): Watch;
  /** @param conId of the position's contract */
  watchPnlSingle(
    scope: AccountScope & { readonly conId: number },
    listener: PnlListener<PositionPnl>,
    options?: CallOptions,
  ): Watch;
  /**
   * Positions with market price and value, and the account window's figures. A gateway shows a connection one account at
   * a time: while there is a watch of another one this is refused with `ERR_IBKR_ARGUMENT`.
   */
  watchPortfolio(account: string, listener: PortfolioListener, options?: CallOptions): Watch;
}
