import type { EnvironmentName } from "../api/options.js";
import { PORTS } from "../api/options.js";
import { MAX_TEXT_VERSION } from "../session/server-versions.js";
import type { ProfileName } from "../stream/profile.js";
import { type ConfigEntries, type ConfigEntry, type ConfigSource, isStronger } from "./config-entry.js";
import { configNames, messageRateOf } from "./config-options.js";
import { checkGuards } from "./guards.js";
import { PERFORMANCE_PROFILES } from "./profiles.js";
import type { GivenValue, GivenValues } from "./sources.js";

/** What decides an option that nobody has given. */
interface Decided {
  readonly value: unknown;
  readonly source: ConfigSource;
  readonly place: string;
}

const EXCHANGE = "simulation.exchange";
const OF_ENVIRONMENT: ReadonlySet<string> = new Set(["host", "port"]);

/**
 * One value for each option.
 * @throws IBKRError `ERR_IBKR_OPTION` for values that do not go together
 */
export function resolveConfig(layers: readonly GivenValues[]): ConfigEntries {
  const { options } = configNames();
  const given = (name: string) => layers.flatMap((layer) => layer.get(name) ?? []);
  const entries = new Map<string, ConfigEntry>();
  const valueNow = (name: string) => entries.get(name)?.value;
  const names = new Set([...options.keys(), ...layers.flatMap((layer) => [...layer.keys()])]);
  const first = ["environment", "profile", "features.protobuf", "lines"];
  if (names.has(EXCHANGE)) first.push(EXCHANGE);
  for (const name of [...first, ...names]) {
    if (entries.has(name)) continue;
    const all = given(name);
    const environment = entries.get("environment");
    const counts = environment === undefined ? all : all.filter((value) => isFor(environment, name, value));
    const [winner] = counts;
    const { value, source, place } = winner ?? decided(name, valueNow);
    const overridden = all.filter((other) => other !== winner);
    entries.set(name, { name, value, source, place, overridden });
  }
  const inOrder = new Map([...names].map((name) => [name, entries.get(name) as ConfigEntry]));
  checkGuards(inOrder);
  return inOrder;
}

/**
 * A port, and a host of a simulation, that a source says is no matter where a stronger one names the environment: a
 * program that says "paper" does not trade live because of a variable or a file.
 */
function isFor(environment: ConfigEntry, name: string, value: GivenValue): boolean {
  if (!OF_ENVIRONMENT.has(name)) return true;
  if (name === "host" && environment.value !== "simulation") return true;
  return !isStronger(environment.source, value.source);
}

function decided(name: string, valueNow: (name: string) => unknown): Decided {
  const environment = valueNow("environment") as EnvironmentName;
  const profile = valueNow("profile") as ProfileName;
  const part = name.slice(name.indexOf(".") + 1);
  if (OF_ENVIRONMENT.has(name) && environment === "simulation")
    return { value: undefined, source: "environment", place: environment };
  if (name === "port") return { value: PORTS[environment], source: "environment", place: environment };
  if (name === "maxReqPerSec")
    return { value: messageRateOf(valueNow("lines") as number), source: "option", place: "lines" };
  if (name === "maxServerVersion" && valueNow("features.protobuf") === false)
    return { value: MAX_TEXT_VERSION, source: "option", place: "features.protobuf" };
  // The exchange has its own.
  if (name === "simulation.seed" && valueNow(EXCHANGE) !== undefined)
    return { value: undefined, source: "option", place: EXCHANGE };
  const ofProfile = profile === undefined ? undefined : PERFORMANCE_PROFILES[profile];
  if (ofProfile !== undefined && part in ofProfile && (name === part || name === "journal.fsync"))
    return { value: ofProfile[part as keyof typeof ofProfile], source: "profile", place: profile };
  return { value: configNames().options.get(name)?.safeParse(undefined).data, source: "default", place: "" };
}
