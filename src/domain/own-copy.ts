/**
 * A copy of data that shares nothing with what was given: whoever gave it may go on to change it, and all that is in it.
 * What was made by a class stays of that class.
 */
export function ownCopy<T extends object>(given: T): T {
  const kind: unknown = Object.getPrototypeOf(given);
  const copy = (
    Array.isArray(given) ? [...given] : kind === Object.prototype ? { ...given } : ofKind(given, kind)
  ) as Record<string, unknown>;
  for (const member in copy) {
    const part = copy[member];
    if (typeof part === "object" && part !== null) copy[member] = ownCopy(part);
  }
  return copy as T;
}

function ofKind(given: object, kind: unknown): object {
  return Object.assign(Object.create(kind as object | null) as object, given);
}
