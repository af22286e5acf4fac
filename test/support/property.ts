import fc from "fast-check";
import { testSeed } from "./seeded-random.js";

/**
 * Holds a property against random values of a seed that is printed. What fails comes with the smallest values that
 * make it fail.
 * @param fallback seed where `TEST_SEED` gives none
 * @param numRuns how many sets of values are tried
 */
export function holds<Values>(
  what: string,
  property: fc.IProperty<Values>,
  { fallback = 1, numRuns = 200 }: { fallback?: number; numRuns?: number } = {},
): void {
  fc.assert(property, { seed: testSeed(what, fallback) | 0, numRuns });
}

/** {@link holds} for a property whose predicate is asynchronous. */
export async function holdsAsync<Values>(
  what: string,
  property: fc.IAsyncProperty<Values>,
  { fallback = 1, numRuns = 200 }: { fallback?: number; numRuns?: number } = {},
): Promise<void> {
  await fc.assert(property, { seed: testSeed(what, fallback) | 0, numRuns });
}
