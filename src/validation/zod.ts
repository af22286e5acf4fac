import type * as zod from "zod";

let loaded: typeof zod | undefined;

/**
 * zod, loaded at its first use: it takes longer to load than all of this package, and a program that only imports the
 * package should not wait for it.
 */
export function z(): typeof zod {
  loaded ??= require("zod") as typeof zod;
  return loaded;
}

/** What `make` returns, made at the first call. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
