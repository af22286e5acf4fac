import { isOrderMethod, requestIdOf } from "../dialect/request-names.js";

/**
 * Codes that are only ever about an order (docs/protocol.md 10, IB's table of message codes): duplicate or unknown order
 * ids, rejected, cancelled, price and size checks, order messages.
 */
function isOrderCode(code: number): boolean {
  return (
    (code >= 103 && code <= 161) ||
    code === 163 ||
    code === 201 ||
    code === 202 ||
    code === 203 ||
    code === 399
  );
}

/** Codes that are only ever about a data request. */
function isDataCode(code: number): boolean {
  return (
    code === 101 ||
    code === 102 ||
    code === 162 ||
    code === 300 ||
    code === 354 ||
    code === 366 ||
    code === 10197
  );
}

/**
 * Orders and requests have numbers of their own, but errors arrive with one `id`: decides which of the two an error
 * is about when both use a number.
 */
export class OrderErrors {
  /** True: the number was last used for an order; false: for a request that came later. */
  private readonly orderIsNewest = new Map<number, boolean>();

  /** Remembers what a number is used for. */
  note(method: string, args: readonly unknown[]): void {
    if (method === "placeOrder" || method === "exerciseOptions") {
      this.noteOrder(args[0] as number);
    } else if (!isOrderMethod(method) && method.startsWith("req")) {
      const id = requestIdOf(method, args);
      if (this.orderIsNewest.has(id)) this.orderIsNewest.set(id, false);
    }
  }

  noteOrder(id: number): void {
    this.orderIsNewest.set(id, true);
  }

  isAboutOrder(id: number, code: number): boolean {
    const newest = this.orderIsNewest.get(id);
    if (newest === undefined || isDataCode(code)) return false;
    return newest || isOrderCode(code);
  }
}
