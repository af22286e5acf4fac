/**
 * A copy of data that shares nothing with what was given: whoever gave it may go on to change it, and all that is in it.
 * What was made by a class stays of that class.
 */
export function ownCopy<T extends object>(given: T): T {
  if (isPlain(given)) return ownParts({ ...given });
  return ownParts(Array.isArray(given) ? ([...given] as unknown as T) : ofKind(given));
}

/** Makes the parts of a copy its own as well. */
function ownParts<T extends object>(copy: T): T {
  const parts = copy as Record<string, unknown>;
  for (const member in parts) {
    const part = parts[member];
    if (typeof part === "object" && part !== null) parts[member] = ownCopy(part);
  }
  return copy;
}

/*
 * A member that is put behind a spread, and is not among what is spread, costs more than all else on the way of an order: V8
 * makes a hidden class for each such object, and whatever reads it afterwards looks each member up. So it is put in front.
 */

/** A copy under this `orderRef`. */
export function withOrderRef<T extends { orderRef?: string }>(given: T, orderRef: string | undefined): T {
  const copy = { orderRef, ...given };
  copy.orderRef = orderRef;
  return copy;
}

/** A copy with this `account`. */
export function withAccount<T extends { account?: string }>(given: T, account: string): T {
  const copy = { account, ...given };
  copy.account = account;
  return copy;
}

/** It is of no class. */
export function isPlain(given: object): boolean {
  return Object.getPrototypeOf(given) === Object.prototype;
}

function ofKind<T extends object>(given: T): T {
  return Object.assign(Object.create(Object.getPrototypeOf(given) as object | null) as T, given);
}
