import { type Money, magnitude, type Quantity, shareOf, type UnitPrice } from "./amounts.js";

/*
 * The average-cost method, as Interactive Brokers states it (https://ibkrguides.com/traderworkstation/profit-and-loss.htm):
 * the average price is what the position has cost, commissions included, by its quantity; realised is what was closed,
 * entry with its commission against exit with its commission; unrealised is market value less cost.
 *
 * With q held at cost C, f traded at unit price u (multiplier included) and commission k, c = min(|q|, |f|) of it closing:
 *
 *   realised += -sign(f)·c·u - k·c/|f| - C·c/|q|         C -= C·c/|q|
 *   what is left, o = |f| - c, opens:                     C += sign(f)·o·u + k·o/|f|
 *
 * C is what was paid: below 0 of what was sold short. Whatever a share of C is rounded to, realised - C is what it was less
 * money and commission that changed hands; so the sum of realised and unrealised profit does not depend on who closes what.
 */

/** One execution, as a line of executions takes it. */
export interface CostFill {
  /** Above 0: bought. 0: an execution that was taken back, or a commission alone. */
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  readonly commission: Money;
}

/** What has become of a line of executions, up to one of them. */
export interface CostState {
  /** Below 0: sold short. */
  readonly quantity: Quantity;
  /** What was paid for what is held, commissions included. */
  readonly cost: Money;
  /** The commissions in {@link cost}. */
  readonly openCommission: Money;
  /** After commissions. */
  readonly realized: Money;
  /** The commissions in {@link realized}. */
  readonly closedCommission: Money;
  /** All of them: those of what is held, too. */
  readonly commission: Money;
  /** How often all that was held was closed. */
  readonly roundTrips: number;
  /** Of these, with a profit after commissions. */
  readonly wins: number;
  /** {@link realized} when the last one of them ended. */
  readonly realizedBefore: Money;
}

const NOTHING: CostState = {
  quantity: 0n,
  cost: 0n,
  openCommission: 0n,
  realized: 0n,
  closedCommission: 0n,
  commission: 0n,
  roundTrips: 0,
  wins: 0,
  realizedBefore: 0n,
};

export function holding(quantity: Quantity, cost: Money): CostState {
  return { ...NOTHING, quantity, cost };
}

/** The part of it that closes, its commission, and what that part had cost. */
function closing(state: CostState, { quantity, commission }: CostFill) {
  const [held, traded] = [magnitude(state.quantity), magnitude(quantity)];
  const isOpposite = state.quantity > 0n !== quantity > 0n;
  if (held === 0n || traded === 0n || !isOpposite)
    return { closed: 0n, commission: traded === 0n ? commission : 0n, cost: 0n, openCommission: 0n };
  const closed = held < traded ? held : traded;
  return {
    closed,
    commission: closed === traded ? commission : shareOf(commission, closed, traded),
    cost: closed === held ? state.cost : shareOf(state.cost, closed, held),
    openCommission: closed === held ? state.openCommission : shareOf(state.openCommission, closed, held),
  };
}

/** @see the formula above */
export function afterFill(state: CostState, fill: CostFill): CostState {
  const { quantity, unitPrice, commission } = fill;
  const out = closing(state, fill);
  const sign = quantity < 0n ? -1n : 1n;
  const opened = magnitude(quantity) - out.closed;
  const realized = state.realized - sign * out.closed * unitPrice - out.commission - out.cost;
  const isFlat = out.closed > 0n && out.closed === magnitude(state.quantity);
  return {
    quantity: state.quantity + quantity,
    cost: state.cost - out.cost + sign * opened * unitPrice + (commission - out.commission),
    openCommission: state.openCommission - out.openCommission + (commission - out.commission),
    realized,
    closedCommission: state.closedCommission + out.commission + out.openCommission,
    commission: state.commission + commission,
    roundTrips: state.roundTrips + (isFlat ? 1 : 0),
    wins: state.wins + (isFlat && realized > state.realizedBefore ? 1 : 0),
    realizedBefore: isFlat ? realized : state.realizedBefore,
  };
}
