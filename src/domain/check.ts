import type { z } from "zod";
import { problem, problemOf } from "../validation/problem.js";
import type { IBKRErrorCode } from "./error-codes.js";
import { IBKRError } from "./ibkr-error.js";

/**
 * Makes sure that a value is what the schema says, and fills in defaults.
 * @param subject what the value is, for the message; empty for options, whose names say it
 * @throws IBKRError for the first thing that is wrong, for example `flood.ticks is 0 (allowed: an integer from 1 on)`
 */
export function check<T extends z.ZodType>(
  schema: T,
  value: unknown,
  subject = "",
  code: IBKRErrorCode = "ERR_IBKR_OPTION",
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new IBKRError(code, problemOf(result.error, value, subject));
}

/** The error of a value that no schema can judge, in the same words. */
export function refused(
  name: string,
  value: unknown,
  allowed: string,
  code: IBKRErrorCode = "ERR_IBKR_OPTION",
): IBKRError {
  return new IBKRError(code, problem(name, value, allowed));
}
