import { tidy } from "../market/quote.js";
import { isDone, type WorkingOrder } from "./working-order.js";

/** What a fill does to the other orders of its group, as ocaType numbers it. */
export const OcaType = { CANCEL_WITH_BLOCK: 1, REDUCE_WITH_BLOCK: 2, REDUCE_WITHOUT_BLOCK: 3 } as const;

/** Orders of one account in groups where one cancels, or reduces, the others. */
export class OcaGroups {
  private readonly groups = new Map<string, Set<WorkingOrder>>();

  add(order: WorkingOrder): void {
    const key = keyOf(order);
    if (key === undefined) return;
    const group = this.groups.get(key) ?? new Set();
    this.groups.set(key, group.add(order));
  }

  remove(order: WorkingOrder): void {
    const key = keyOf(order);
    const group = key === undefined ? undefined : this.groups.get(key);
    if (group?.delete(order) && group.size === 0) this.groups.delete(key!);
  }

  /**
   * What becomes of the other orders after `order` traded.
   * @param share part of the order that was left before the trade and has traded now, above 0 and at most 1
   */
  afterFill(
    order: WorkingOrder,
    share: number,
    act: { cancel(order: WorkingOrder): void; reduce(order: WorkingOrder, remaining: number): void },
  ): void {
    const key = keyOf(order);
    const group = key === undefined ? undefined : this.groups.get(key);
    if (group === undefined) return;
    for (const other of [...group]) {
      if (other === order || isDone(other)) continue;
      const left = reduced(other, share);
      if (order.fields.ocaType === OcaType.CANCEL_WITH_BLOCK || left <= 0) act.cancel(other);
      else act.reduce(other, left);
    }
  }
}

/** In proportion, rounded to what can be traded. */
function reduced({ remaining, instrument }: WorkingOrder, share: number): number {
  const increment = instrument.sizeIncrement;
  return tidy(Math.round((remaining * (1 - share)) / increment) * increment);
}

function keyOf({ fields }: WorkingOrder): string | undefined {
  return fields.ocaGroup === "" ? undefined : `${fields.account}|${fields.ocaGroup}`;
}
