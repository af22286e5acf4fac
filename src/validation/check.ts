import type { z } from "zod";
import { problemOf } from "./problem.js";

/**
 * Makes sure that a value is what the schema says, and fills in defaults.
 * @param subject what the value is, for the message; empty for options, whose names say it
 * @throws RangeError for the first thing that is wrong, for example `flood.ticks is 0 (allowed: an integer from 1 on)`
 */
export function check<T extends z.ZodType>(schema: T, value: unknown, subject = ""): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RangeError(problemOf(result.error, value, subject));
}
