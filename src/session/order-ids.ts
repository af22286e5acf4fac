import { IBKRError } from "../domain/ibkr-error.js";

const LAST = 0x7fffffff;

/** Numbers for orders of one session, whoever places them. They never go back: the gateway may not know of all yet. */
export class OrderIds {
  private next = 0;
  private readonly placed = new Set<number>();

  /** @throws IBKRError `ERR_IBKR_NOT_SENT` when the last one, 2,147,483,647, has been used */
  take(): number {
    if (this.next > LAST)
      throw new IBKRError(
        "ERR_IBKR_NOT_SENT",
        `order ids end at ${LAST}: reset the sequence in TWS's API settings.`,
      );
    return this.next++;
  }

  /** The gateway says what the next number is. */
  nextIs(id: number): void {
    this.next = Math.max(this.next, id);
  }

  /** An order was sent under this number, which may be anybody's choice. */
  use(id: number): void {
    this.placed.add(id);
  }

  wasUsed(id: number): boolean {
    return this.placed.has(id);
  }
}
