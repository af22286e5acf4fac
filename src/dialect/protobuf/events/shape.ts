/**
 * Bodies of the wire as the objects of stock's events. A member stands in every event of a kind (`always`: that is
 * what the text dialect's message carries) or only where the server sent it.
 */

/** How a wire field becomes a member; it is given undefined where the field is absent. */
export interface Member<S> {
  readonly field: keyof S;
  readonly read: (value: never) => unknown;
}

/** Members of an object by name. */
export type Members<S, T> = { readonly [K in keyof T]?: Member<S> };

/** Fills `target` from `source`: the members that stand there always, and those that `source` has. */
export function fill<S extends object, T extends object>(
  target: T,
  source: S,
  members: Members<S, T>,
  always: ReadonlySet<keyof T>,
): T {
  for (const name in members) {
    const { field, read } = members[name] as Member<S>;
    const value = source[field];
    if (value === undefined && !always.has(name)) continue;
    target[name] = read(value as never) as T[typeof name];
  }
  return target;
}

export const asIs = (value: unknown) => value;
export const textOrEmpty = (value: string | undefined) => value ?? "";
export const integerOrZero = (value: number | undefined) => value ?? 0;
export const isTrue = (value: boolean | number | undefined) => !!value;
/** A switch that the wire has as a number, and that need not be set. */
export const switchOrUnset = (value: number | undefined) => (value === undefined ? undefined : value !== 0);
export const oneIfTrue = (value: boolean | undefined) => (value ? 1 : 0);
