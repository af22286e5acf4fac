import type { Contract } from "../../domain/stock-types.js";
import { type Money, magnitude, type Quantity, shareOf } from "./amounts.js";
import type { BookedFill } from "./booked-fill.js";
import { CostLine } from "./cost-line.js";
import { holding } from "./cost-state.js";

/** Whose executions a line has: a strategy's by its prefix, or those of nobody. */
export const UNATTRIBUTED = "";

/**
 * The executions of a contract in an account, three times: all of them, as the account nets them; those of each strategy, as
 * if it were alone in the account; and what is of no strategy.
 */
export class ContractLines {
  readonly total = new CostLine<BookedFill>();
  private readonly claimed = new Map<string, CostLine<BookedFill>>();
  private readonly rest = new CostLine<BookedFill>();

  constructor(
    readonly account: string,
    /** As it was told of first; one that names its number takes the place of one that does not. */
    public contract: Contract,
    readonly currency: string,
  ) {}

  /** Undefined: the strategy has never held it. */
  line(prefix: string): CostLine<BookedFill> | undefined {
    return prefix === UNATTRIBUTED ? this.rest : this.claimed.get(prefix);
  }

  /** Strategies that have traded it or held it, by prefix. */
  get prefixes(): readonly string[] {
    return [...this.claimed.keys()];
  }

  add(fill: BookedFill, isClaimed: boolean): void {
    this.total.add(fill);
    (isClaimed ? this.lineOf(fill.prefix) : this.rest).add(fill);
  }

  changed(fill: BookedFill): void {
    this.total.changed(fill);
    (this.claimed.get(fill.prefix) ?? this.rest).changed(fill);
  }

  /** From now on a prefix is a strategy's, with all that it has done already. */
  claim(prefix: string): void {
    const moved = this.rest.fills.filter((fill) => fill.prefix === prefix);
    if (moved.length === 0) return;
    const line = this.lineOf(prefix);
    for (const fill of moved) {
      this.rest.remove(fill);
      line.add(fill);
    }
  }

  /** What the account held before the first execution. */
  openTotal(quantity: Quantity, cost: Money): void {
    this.total.opening = holding(quantity, cost);
    this.openRest();
  }

  /** What a strategy held of it before its first execution. */
  openStrategy(prefix: string, quantity: Quantity, cost: Money): void {
    this.lineOf(prefix).opening = holding(quantity, cost);
    this.openRest();
  }

  /**
   * What is left of the account's opening when strategies have theirs, at the account's average cost. What its cost then
   * differs by was realised in the account on earlier days, and is not in strategies: it stays with what netting moves.
   */
  private openRest(): void {
    const { total, rest } = this;
    const lines = [...this.claimed.values()];
    const quantity = lines.reduce((left, { opening }) => left - opening.quantity, total.opening.quantity);
    const { cost, quantity: held } = total.opening;
    const share = held === 0n ? 0n : shareOf(cost, held < 0n ? -quantity : quantity, magnitude(held));
    rest.opening = holding(quantity, quantity === held ? cost : share);
  }

  private lineOf(prefix: string): CostLine<BookedFill> {
    let line = this.claimed.get(prefix);
    if (line === undefined) {
      line = new CostLine();
      this.claimed.set(prefix, line);
    }
    return line;
  }
}
