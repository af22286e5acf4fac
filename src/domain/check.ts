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

/** What a call reads members of. @throws IBKRError `ERR_IBKR_ARGUMENT`, or another code, for what is none */
export function objectOf<T>(name: string, given: T, code: IBKRErrorCode = "ERR_IBKR_ARGUMENT"): T & object {
  if (typeof given !== "object" || given === null) throw refused(name, given, "an object", code);
  return given;
}

/** @throws IBKRError `ERR_IBKR_ARGUMENT`, or another code, for what is no text */
export function checkText(name: string, value: string, code: IBKRErrorCode = "ERR_IBKR_ARGUMENT"): void {
  if (typeof value !== "string") throw refused(name, value, "a text", code);
}

/** What a call takes for a number has to be one: a text would be added to. @throws IBKRError `ERR_IBKR_ARGUMENT` */
export function checkNumber(name: string, value: number): void {
  if (typeof value !== "number" || Number.isNaN(value))
    throw refused(name, value, "a number", "ERR_IBKR_ARGUMENT");
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
