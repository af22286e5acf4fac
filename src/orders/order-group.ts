import type { CallOptions } from "../broker/call-options.js";
import type { OrderOutcome, OrderTicket } from "./order-ticket.js";

/** `bracket`: a parent and orders that close what it opens. `oca`: where one is filled the others are cancelled. */
export type GroupKind = "bracket" | "oca";

/** Orders that belong together, as one thing. */
export class OrderGroup {
  constructor(
    readonly kind: GroupKind,
    /** In the order in which they were sent; of a bracket the parent first. */
    readonly parts: readonly OrderTicket[],
  ) {}

  /** The order that the others hang on; undefined of an OCA group. */
  get parent(): OrderTicket | undefined {
    return this.kind === "bracket" ? this.parts[0] : undefined;
  }

  get isOver(): boolean {
    return this.parts.every(({ isOver }) => isOver);
  }

  /**
   * Asks for the end of all of it. A living parent takes its children with it at the gateway; where it has ended, each of
   * them is cancelled.
   */
  cancel(): void {
    const { parent } = this;
    if (parent !== undefined && !parent.isOver) {
      parent.cancel();
      return;
    }
    for (const part of this.parts) if (!part.isOver) part.cancel();
  }

  /** Resolves when all parts have ended, with how each did. @throws what the first of them rejects with */
  done(options?: CallOptions): Promise<OrderOutcome[]> {
    return Promise.all(this.parts.map((part) => part.done(options)));
  }
}
