import type { EnvironmentName } from "../api/options.js";
import { accountKind, redactedAccount } from "../domain/account-id.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { MAX_TEXT_VERSION } from "../session/server-versions.js";
import { problem } from "../validation/problem.js";
import { type ConfigEntries, type ConfigEntry, isGiven, isStronger } from "./config-entry.js";

/*
 * What does not go together, above all with the environment: money is real in one of them only.
 */

/** Sections, and the option without which they are nothing. */
export const NEEDED_OPTIONS: Readonly<Record<string, string>> = {
  journal: "journal.folder",
  wireLog: "wireLog.file",
};

/** @throws IBKRError `ERR_IBKR_OPTION` that names where the option was given, its value and what is allowed */
export function checkGuards(entries: ConfigEntries): void {
  const entry = (name: string) => entries.get(name) as ConfigEntry;
  const environment = entry("environment");
  if (environment.value === "live") checkLive(entry("account"), entry("confirmLive"));
  if (environment.value === "paper") checkPaper(entry("account"));
  checkSimulation(environment, entries);
  const version = entry("maxServerVersion");
  if (entry("features.protobuf").value === false && (version.value as number) > MAX_TEXT_VERSION)
    throw refuse(version, `at most ${MAX_TEXT_VERSION}, as features.protobuf is false`);
  for (const [section, needed] of Object.entries(NEEDED_OPTIONS)) {
    const given = [...entries.values()].find(
      ({ name, source }) => name.startsWith(`${section}.`) && isGiven(source),
    );
    if (entry(needed).value === undefined && given !== undefined)
      throw refuse(given, `nothing, without ${needed}`);
  }
}

const AS_LIVE = 'as environment is "live"';

function checkLive(account: ConfigEntry, confirmed: ConfigEntry): void {
  const { value } = account;
  if (value === undefined) throw refuse(account, `the account to trade with, ${AS_LIVE}`);
  if (accountKind(value as string) === "paper")
    throw refuse(account, `an account of real money, ${AS_LIVE}; ids with D are of paper trading`);
  if (confirmed.value !== true) throw refuse(confirmed, `true, ${AS_LIVE}`);
}

function checkPaper(account: ConfigEntry): void {
  const { value } = account;
  if (value !== undefined && accountKind(value as string) === "live")
    throw refuse(account, 'an account of paper trading (DU…, DF…), as environment is "paper"');
}

/**
 * @param names the accounts of the login that a gateway turns out to have
 * @throws IBKRError `ERR_IBKR_OPTION` where money is real and `live` was not said
 */
export function checkLogin(environment: EnvironmentName, names: readonly string[]): void {
  if (environment !== "paper") return;
  const real = names.find((name) => accountKind(name) === "live");
  if (real === undefined) return;
  const allowed = `"live" with account and confirmLive, as the gateway's account is ${redactedAccount(real)}`;
  throw new IBKRError("ERR_IBKR_OPTION", problem("environment", environment, allowed));
}

/**
 * What is said of a simulation, or of a gateway that is not simulated, is left aside where a stronger source names the
 * environment, and refused otherwise: whoever gives it believes that it counts.
 */
function checkSimulation(environment: ConfigEntry, entries: ConfigEntries): void {
  const isSimulation = environment.value === "simulation";
  for (const entry of entries.values()) {
    const { name, source } = entry;
    const isOfAnother = isSimulation
      ? name === "host" || name === "port"
      : name.startsWith("simulation.") && isGiven(source) && !isStronger(environment.source, source);
    if (!isOfAnother || !isGiven(source)) continue;
    const why = isSimulation ? 'as environment is "simulation"' : 'unless environment is "simulation"';
    throw refuse(entry, `nothing, ${why}`);
  }
}

function refuse(entry: ConfigEntry, allowed: string): IBKRError {
  return new IBKRError("ERR_IBKR_OPTION", problem(subjectOf(entry), shownValue(entry), allowed));
}

/** An option as errors name it: by its variable, behind its place in a file, or by its name. */
function subjectOf({ name, source, place }: ConfigEntry): string {
  if (source === "variable") return `${place} (environment variable)`;
  return source === "file" ? `${place}: ${name}` : name;
}

/** Account ids are nobody else's business. */
export function shownValue({ name, value }: Pick<ConfigEntry, "name" | "value">): unknown {
  if (name === "account" && typeof value === "string") return redactedAccount(value);
  if (name === "simulation.accounts" && Array.isArray(value))
    return value.map((id) => (typeof id === "string" ? redactedAccount(id) : id));
  return value;
}
