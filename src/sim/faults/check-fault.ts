import { textResponses } from "../wire/text-responses.js";
import type { Fault, FaultKind } from "./fault.js";

/** What a field may be, and how to say so. */
interface Rule {
  fits(value: unknown): boolean;
  allowed: string;
  required?: true;
}

const integer = (low: number): Rule => ({
  fits: (value) => Number.isInteger(value) && (value as number) >= low,
  allowed: `an integer from ${low} on`,
});
const positive: Rule = {
  fits: (value) => Number.isFinite(value) && (value as number) > 0,
  allowed: "a number above 0",
};
const notNegative: Rule = {
  fits: (value) => Number.isFinite(value) && (value as number) >= 0,
  allowed: "a number from 0 on",
};
const text: Rule = { fits: (value) => typeof value === "string" && value !== "", allowed: "a text" };
const flag: Rule = { fits: (value) => typeof value === "boolean", allowed: "true or false" };
const oneOf = (...values: string[]): Rule => ({
  fits: (value) => values.includes(value as string),
  allowed: values.join(", "),
});
const messageNames = ["handshake", ...Object.keys(textResponses)];
const name: Rule = oneOf(...messageNames);
const names: Rule = {
  fits: (value) => Array.isArray(value) && value.length > 0 && value.every(name.fits),
  allowed: `a list of ${messageNames.join(", ")}`,
};
const required = (rule: Rule): Rule => ({ ...rule, required: true });

const aim = { clientId: integer(0) };
const lasting = { forMs: positive };

/** The fields of each kind. */
const fields: Readonly<Record<FaultKind, Readonly<Record<string, Rule>>>> = {
  cut: {
    ...aim,
    message: name,
    nth: integer(1),
    afterBytes: required(integer(0)),
    how: oneOf("end", "reset"),
  },
  reset: aim,
  "half-open": { ...aim, ...lasting, connections: oneOf("all", "new", "current") },
  delay: { ...aim, ...lasting, ms: required(notNegative), jitterMs: notNegative },
  split: { ...aim, ...lasting, bytes: required(integer(1)) },
  merge: { ...aim, ...lasting, ms: required(positive) },
  "slow-reader": { ...aim, ...lasting, bytesPerSecond: required(positive) },
  duplicate: { ...aim, ...lasting, messages: names, times: integer(2) },
  late: { ...aim, ...lasting, messages: names, ms: required(positive) },
  "upstream-lost": { ...lasting, dataLost: flag },
  "farm-flap": { ...lasting, farm: oneOf("market-data", "historical", "definitions"), name: text },
  "competing-session": { ...aim, ...lasting },
  restart: { downMs: notNegative, nextValidId: integer(1) },
  "error-storm": {
    ...aim,
    count: required(integer(1)),
    perSecond: positive,
    code: integer(0),
    message: text,
  },
};

/** Makes sure that something read from a file, or given in JavaScript, is a fault. @throws RangeError */
export function checkFault(value: unknown): Fault {
  if (typeof value !== "object" || value === null) {
    throw new RangeError(`fault is ${JSON.stringify(value)} (allowed: an object with a kind)`);
  }
  const given = value as Record<string, unknown>;
  const kind = given["kind"] as FaultKind;
  if (!Object.hasOwn(fields, kind)) {
    throw new RangeError(
      `fault kind is ${JSON.stringify(kind)} (allowed: ${Object.keys(fields).join(", ")})`,
    );
  }
  const rules = fields[kind];
  for (const [key, rule] of Object.entries(rules)) {
    const field = given[key];
    if (field === undefined && rule.required !== true) continue;
    if (!rule.fits(field)) {
      throw new RangeError(`${key} of the fault ${kind} is ${show(field)} (allowed: ${rule.allowed})`);
    }
  }
  const unknown = Object.keys(given).find((key) => key !== "kind" && !Object.hasOwn(rules, key));
  if (unknown !== undefined) {
    throw new RangeError(`the fault ${kind} has no ${unknown} (allowed: ${Object.keys(rules).join(", ")})`);
  }
  return value as Fault;
}

function show(value: unknown): string {
  return typeof value === "number" || value === undefined ? String(value) : JSON.stringify(value);
}
