import type { z } from "zod";

const SHOWN_LENGTH = 80;

/** The one grammar of what is refused: `port is 70000 (allowed: an integer from 1 to 65535)`. */
export function problem(name: string, value: unknown, allowed: string): string {
  return `${name} is ${shown(value)} (allowed: ${allowed})`;
}

/**
 * The first thing that is wrong with a value, in that grammar; a name that is not known is
 * `colour is not known (allowed: …)`.
 * @param error what the schema says of the value
 * @param subject what the value is; empty for options, whose names say it
 */
export function problemOf(error: z.core.$ZodError, value: unknown, subject = ""): string {
  const issue = error.issues[0];
  if (issue.code === "unrecognized_keys") {
    return `${nameOf([...issue.path, issue.keys[0]], subject)} is not known (allowed: ${issue.message})`;
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
  if (typeof value === "number" || typeof value === "function" || typeof value === "bigint")
    return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
