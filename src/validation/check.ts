import type { z } from "zod";

const SHOWN_LENGTH = 80;

/**
 * Makes sure that a value is what the schema says, and fills in defaults.
 * @param subject what the value is, for the message; empty for options, whose names say it
 * @throws RangeError for the first thing that is wrong, for example `flood.ticks is 0 (allowed: an integer from 1 on)`
 */
export function check<T extends z.ZodType>(schema: T, value: unknown, subject = ""): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RangeError(describe(result.error.issues[0], value, subject));
}

function describe(issue: z.core.$ZodIssue, value: unknown, subject: string): string {
  if (issue.code === "unrecognized_keys") {
    return `${nameOf([...issue.path, issue.keys[0]], subject)} is not known (allowed: ${issue.message})`;
  }
  const found = issue.path.reduce<unknown>(
    (outer, key) => (outer as Record<PropertyKey, unknown>)[key],
    value,
  );
  return `${nameOf(issue.path, subject)} is ${show(found)} (allowed: ${issue.message})`;
}

/** `actions[1].fault.ms` */
function nameOf(path: readonly PropertyKey[], subject: string): string {
  const name = path.reduce<string>((outer, key) => {
    if (typeof key === "number") return `${outer}[${key}]`;
    return outer === "" ? String(key) : `${outer}.${String(key)}`;
  }, subject);
  return name === "" ? "the value" : name;
}

function show(value: unknown): string {
  if (typeof value === "number" || typeof value === "function" || typeof value === "bigint")
    return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
