import fc from "fast-check";

/**
 * Every property is tried with the same values each time, unless `TEST_SEED` says others: a run that failed can be
 * repeated, and one that passes does not fail tomorrow by chance.
 */
const given = process.env["TEST_SEED"];
fc.configureGlobal({ seed: given === undefined || given === "" ? 20261122 : Number(given) | 0 });
