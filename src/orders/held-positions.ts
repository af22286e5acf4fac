import type { ExecutionDetail, Position } from "../domain/stock-types.js";

/** What an account holds by what the gateway said last, and by the executions that were told since. */
export class HeldPositions {
  private held: Map<string, Position> | undefined;

  /** Undefined before the gateway has said anything: there is nothing to compare with. */
  get all(): readonly Position[] | undefined {
    return this.held === undefined ? undefined : [...this.held.values()];
  }

  /** The gateway says what there is. */
  set(positions: readonly Position[]): void {
    this.held = new Map(positions.map((position) => [keyOf(position), position]));
  }

  /** @param before the version of it that was told earlier */
  executed(detail: ExecutionDetail, before: ExecutionDetail | undefined): void {
    const { held } = this;
    const { contract, execution } = detail;
    // A combination is held as its legs, which have executions of their own.
    if (held === undefined || contract.secType === "BAG") return;
    const change = signedShares(detail) - (before === undefined ? 0 : signedShares(before));
    const account = execution.acctNumber ?? "";
    const key = keyOf({ account, contract });
    const known = held.get(key) ?? { account, contract, pos: 0 };
    held.set(key, { ...known, pos: (known.pos ?? 0) + change });
  }
}

/** Above 0: bought. */
export function signedShares({ execution: { shares = 0, side = "" } }: ExecutionDetail): number {
  return side.startsWith("B") ? shares : -shares;
}

function keyOf({ account, contract }: Pick<Position, "account" | "contract">): string {
  return `${account} ${contract.conId}`;
}
