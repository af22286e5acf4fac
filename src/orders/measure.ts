/** Calls it, and whoever wants to know hears how long it took and how it ended. */
export type Measure = <T>(operation: string, call: () => T) => T;

/** Nobody wants to know. */
export const UNMEASURED: Measure = (_operation, call) => call();
