import { GIVEN_SOURCES, type GivenSource, type GivenValue } from "./sources.js";

/**
 * Where a value comes from: arguments of the call, a variable of the environment, the file; the profile, the environment
 * (`paper`, …) or another option, which decide what is not given; the option's own default.
 */
export type ConfigSource = GivenSource | "profile" | "environment" | "option" | "default";

/** One option, what it is and why. */
export interface ConfigEntry {
  /** `port`, `live.pnl` */
  readonly name: string;
  readonly value: unknown;
  readonly source: ConfigSource;
  /** `IBKR_PORT`, `ibkr.yaml:3`, the profile's, environment's or option's name; empty for arguments and defaults. */
  readonly place: string;
  /** What else was given, and does not count: what counts goes before it. */
  readonly overridden: readonly GivenValue[];
}

export type ConfigEntries = ReadonlyMap<string, ConfigEntry>;

/** Whether the source goes before the other one. */
export function isStronger(source: ConfigSource, other: GivenSource): boolean {
  const rank = GIVEN_SOURCES.indexOf(source as GivenSource);
  return rank >= 0 && rank < GIVEN_SOURCES.indexOf(other);
}

export function isGiven(source: ConfigSource): source is GivenSource {
  return GIVEN_SOURCES.includes(source as GivenSource);
}
