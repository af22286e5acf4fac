import { type Money, magnitude, type Quantity, type UnitPrice } from "./amounts.js";
import type { BookedFill } from "./booked-fill.js";
import type { CostLine } from "./cost-line.js";

/** What a day has made of executions, exactly. */
export interface ExactFigures {
  readonly trades: number;
  /** What their orders are told apart by. */
  readonly orders: ReadonlySet<string>;
  readonly roundTrips: number;
  readonly wins: number;
  readonly commission: Money;
  /** Of the day, after commissions. */
  readonly realized: Money;
  /** The commissions in {@link realized}. */
  readonly closedCommission: Money;
  /** Of what is held at the end of it; undefined: there is no price to value it at. */
  readonly unrealized: Money | undefined;
  /** The commissions in {@link unrealized}. */
  readonly openCommission: Money;
  /** Market value of what is held, below 0 where it is sold short; undefined as above. */
  readonly net: Money | undefined;
  /** Market values without their signs. */
  readonly gross: Money | undefined;
}

/** Of one contract. */
export interface ExactPosition extends ExactFigures {
  readonly quantity: Quantity;
  readonly cost: Money;
}

export const NO_FIGURES: ExactFigures = {
  trades: 0,
  orders: new Set(),
  roundTrips: 0,
  wins: 0,
  commission: 0n,
  realized: 0n,
  closedCommission: 0n,
  unrealized: 0n,
  openCommission: 0n,
  net: 0n,
  gross: 0n,
};

/** @param mark what one is worth; undefined: nobody knows */
export function figuresOf(
  line: CostLine<BookedFill>,
  startMs: number,
  endMs: number,
  mark: UnitPrice | undefined,
): ExactPosition {
  const [before, after] = [line.before(startMs), line.before(endMs)];
  const fills = line.between(startMs, endMs).filter(({ isExtra, quantity }) => !isExtra && quantity !== 0n);
  const { quantity, cost } = after;
  const net = quantity === 0n ? 0n : mark === undefined ? undefined : quantity * mark;
  return {
    quantity,
    cost,
    trades: fills.length,
    orders: new Set(fills.map(({ order }) => order)),
    roundTrips: after.roundTrips - before.roundTrips,
    wins: after.wins - before.wins,
    commission: after.commission - before.commission,
    realized: after.realized - before.realized,
    closedCommission: after.closedCommission - before.closedCommission,
    unrealized: net === undefined ? undefined : net - cost,
    openCommission: after.openCommission,
    net,
    gross: net === undefined ? undefined : magnitude(net),
  };
}

/** Whether there is anything to tell. */
export function isEmpty({ trades, quantity, cost, realized, commission }: ExactPosition): boolean {
  return trades === 0 && quantity === 0n && cost === 0n && realized === 0n && commission === 0n;
}

export function sumOf(all: readonly ExactFigures[]): ExactFigures {
  return all.reduce(
    (a, b) => ({
      trades: a.trades + b.trades,
      orders: new Set([...a.orders, ...b.orders]),
      roundTrips: a.roundTrips + b.roundTrips,
      wins: a.wins + b.wins,
      commission: a.commission + b.commission,
      realized: a.realized + b.realized,
      closedCommission: a.closedCommission + b.closedCommission,
      unrealized: plus(a.unrealized, b.unrealized),
      openCommission: a.openCommission + b.openCommission,
      net: plus(a.net, b.net),
      gross: plus(a.gross, b.gross),
    }),
    NO_FIGURES,
  );
}

/**
 * What is in the account and in none of its parts: money that the account's own average cost has realised, and theirs has
 * not, or the other way round.
 */
export function netted(account: ExactFigures, parts: ExactFigures): ExactFigures {
  return {
    ...NO_FIGURES,
    commission: account.commission - parts.commission,
    realized: account.realized - parts.realized,
    closedCommission: account.closedCommission - parts.closedCommission,
    unrealized: minus(account.unrealized, parts.unrealized),
    openCommission: account.openCommission - parts.openCommission,
    net: minus(account.net, parts.net),
    gross: minus(account.gross, parts.gross),
  };
}

export function plus(a: Money | undefined, b: Money | undefined): Money | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function minus(a: Money | undefined, b: Money | undefined): Money | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
