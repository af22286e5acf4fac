import type { z } from "zod";

const SHOWN_LENGTH = 80;

/** The one grammar of what is refused: `port is 70000 (allowed: an integer from 1 to 65535)`. */
export function problem(name: string, value: unknown, allowed: string): string {
  return `${name} is ${shown(value)} (allowed: ${allowed})`;
}

/** The same of a name that there is not: `fault.colour is not known (allowed: kind, ms)`. */
export function unknownName(name: string, allowed: string): string {
  return `${name} is not known (allowed: ${allowed})`;
}

/**
 * The first thing that is wrong with a value, in that grammar.
 * @param error what the schema says of the value
 * @param subject what the value is; empty for options, whose names say it
 */
export function problemOf(error: z.core.$ZodError, value: unknown, subject = ""): string {
  const issue = error.issues[0];
  if (issue.code === "unrecognized_keys") {
    return unknownName(nameOf([...issue.path, issue.keys[0]], subject), issue.message);
  }
  const found = issue.path.reduce<unknown>(
    (outer, key) => (outer as Record<PropertyKey, unknown>)[key],
    value,
  );
  return problem(nameOf(issue.path, subject), found, issue.message);
}

/** `actions[1].fault.ms` */
function nameOf(path: readonly PropertyKey[], subject: string): string {
  const name = path.reduce<string>((outer, key) => {
    if (typeof key === "number") return `${outer}[${key}]`;
    return outer === "" ? String(key) : `${outer}.${String(key)}`;
  }, subject);
  return name === "" ? "the value" : name;
}

function shown(value: unknown): string {
  const text = written(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

function written(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number" || typeof value === "function") return String(value);
  try {
    if (isPromise(value)) return "a promise that was not awaited";
    return JSON.stringify(value, (_, part) => shortened(part)) ?? String(value);
  } catch {
    return "an object"; // a circle, or something that JSON does not have
  }
}

function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** No more than can be shown: writing down a memory of megabytes takes seconds. */
function shortened(part: unknown): unknown {
  if (ArrayBuffer.isView(part)) return `${part.constructor.name} of ${part.byteLength} bytes`;
  const isLong = (typeof part === "string" || Array.isArray(part)) && part.length > SHOWN_LENGTH;
  return isLong ? part.slice(0, SHOWN_LENGTH) : part;
}
