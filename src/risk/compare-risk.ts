import { versionOf } from "../domain/execution-version.js";
import type { SavedPosition } from "./saved-risk.js";

/** What a gate counts with, or a gateway says. */
export interface ComparedRisk {
  readonly positions: readonly Pick<SavedPosition, "account" | "conId" | "quantity">[];
  /** Ids of executions. */
  readonly executions: readonly string[];
  /** Keys of the orders that work. */
  readonly orders: readonly string[];
}

/** What differs. */
export type RiskMismatch =
  | {
      readonly kind: "position";
      readonly account: string;
      readonly conId: number;
      readonly ours: number;
      readonly theirs: number;
    }
  /** The gateway has an execution that was not counted. */
  | { readonly kind: "execution"; readonly execId: string }
  /** An order works that nothing is reserved for. */
  | { readonly kind: "order"; readonly key: string };

/** Smaller than any unit that is traded. */
const NOTHING = 1e-9;

/**
 * What the gateway has and the gate does not. The other way round nothing is amiss: a gateway forgets executions, and what
 * is reserved for an order that is over is too much, not too little.
 */
export function compareRisk(ours: ComparedRisk, theirs: ComparedRisk): RiskMismatch[] {
  const keyOf = ({ account, conId }: { account: string; conId: number }): string => `${conId} ${account}`;
  const held = new Map(ours.positions.map((position) => [keyOf(position), position.quantity]));
  const told = new Map(theirs.positions.map((position) => [keyOf(position), position.quantity]));
  const positions = [...ours.positions, ...theirs.positions.filter((position) => !held.has(keyOf(position)))];
  const executions = new Set(ours.executions.map((id) => versionOf(id).base));
  const orders = new Set(ours.orders);
  return [
    ...positions.flatMap(({ account, conId }): RiskMismatch[] => {
      const key = keyOf({ account, conId });
      const mine = held.get(key) ?? 0;
      const other = told.get(key) ?? 0;
      if (Math.abs(mine - other) < NOTHING) return [];
      return [{ kind: "position", account, conId, ours: mine, theirs: other }];
    }),
    ...theirs.executions
      .filter((id) => !executions.has(versionOf(id).base))
      .map((execId): RiskMismatch => ({ kind: "execution", execId })),
    ...theirs.orders.filter((key) => !orders.has(key)).map((key): RiskMismatch => ({ kind: "order", key })),
  ];
}

/** What two comparisons have in common: a difference that an execution on its way has made is gone in the second. */
export function lasting(before: readonly RiskMismatch[], now: readonly RiskMismatch[]): RiskMismatch[] {
  const known = new Set(before.map((mismatch) => JSON.stringify(mismatch)));
  return now.filter((mismatch) => known.has(JSON.stringify(mismatch)));
}
