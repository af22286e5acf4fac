import {
  RISK_LIMIT_COUNT,
  RISK_LIMITS,
  RISK_LIMITS_ALL,
  RISK_NAMES,
  RISK_SCOPE_LIMIT_COUNT,
  RISK_SCOPE_LIMITS,
  RISK_SECURITY_TYPES,
} from "../native/layout.js";
import { GUARDS, type GuardName, LISTS, WORDS } from "./limit-words.js";
import type { GateLimits, ScopeLimits } from "./risk-options.js";

/** Exchanges have bits from 1 on, in the order in which they are listed; 0 is for all others. */
function exchangeBits(names: readonly string[]): number {
  return names.reduce((bits, _, i) => bits + 2 ** (i + 1), 0);
}

function bitsOf(names: readonly string[], all: readonly string[]): number {
  return names.reduce((bits, name) => bits + 2 ** all.indexOf(name), 0);
}

/** The doubles of the core. What is left out has its default. */
export function gateDoubles(given: GateLimits & ScopeLimits, version: number): Float64Array {
  const out = new Float64Array(RISK_LIMIT_COUNT);
  for (const { name, index, initial } of RISK_LIMITS) {
    if (name !== "maxTypeQuantity") {
      out[index] = doubleOf(name, given[name as keyof GateLimits]) ?? initial;
      continue;
    }
    for (let type = 0; type < RISK_SECURITY_TYPES; type++)
      out[index + type] = given.maxTypeQuantity?.[RISK_NAMES.securityTypes[type]] ?? initial;
  }
  out[RISK_LIMITS.find(({ name }) => name === "version")?.index ?? 0] = version;
  out.set(scopeDoubles(given), RISK_LIMITS_ALL);
  return out;
}

export function scopeDoubles(given: ScopeLimits): Float64Array {
  const out = new Float64Array(RISK_SCOPE_LIMIT_COUNT);
  for (const { name, index, initial } of RISK_SCOPE_LIMITS) out[index] = given[name] ?? initial;
  return out;
}

function doubleOf(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  if (typeof value === "string")
    return (WORDS[name as keyof typeof WORDS] as readonly string[]).indexOf(value);
  const names = value as readonly string[];
  if (name === "denyWhile") return names.reduce((bits, guard) => bits | GUARDS[guard as GuardName], 0);
  if (name === "exchanges") return exchangeBits(names);
  return bitsOf(names, LISTS[name as keyof typeof LISTS]);
}
