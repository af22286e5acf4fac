import type { z as zod } from "zod";
import { z } from "./zod.js";

/*
 * The schemas of what users give: options, scenarios, reference data. The error of each says what is allowed, as the
 * part that follows "allowed:" in the message that `check` makes of it.
 */

/** An integer within bounds, both included. */
export function integer(low: number, high?: number): zod.ZodNumber {
  const error = high === undefined ? `an integer from ${low} on` : `an integer from ${low} to ${high}`;
  const rule = z().number({ error }).refine(Number.isInteger, { error }).min(low, { error });
  return high === undefined ? rule : rule.max(high, { error });
}

/** A power of two within bounds, both included. */
export function powerOfTwo(low: number, high: number): zod.ZodNumber {
  const error = `a power of two from ${low} to ${high}`;
  return z()
    .number({ error })
    .refine((value) => Number.isInteger(Math.log2(value)), { error })
    .min(low, { error })
    .max(high, { error });
}

/** Any finite number. */
export const finite = () => z().number({ error: "a number" });

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** The number that a text is, as a variable of the environment or a command line has it; anything else as it is. */
export function numberIn(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (value.trim() === "Infinity") return Number.POSITIVE_INFINITY;
  return NUMBER.test(value) ? Number(value) : value;
}

/** A number, or text that is one. */
export function orText<T extends zod.ZodType>(rule: T) {
  return z().preprocess(numberIn, rule);
}

const ABOVE_ZERO = "a number above 0";
export const positive = () => z().number({ error: ABOVE_ZERO }).positive({ error: ABOVE_ZERO });

/** Above 0, `Infinity` included. */
export const positiveOrInfinity = () =>
  z().custom<number>((value) => typeof value === "number" && value > 0, { error: ABOVE_ZERO });

const FROM_ZERO = "a number from 0 on";
export const notNegative = () => z().number({ error: FROM_ZERO }).min(0, { error: FROM_ZERO });

export const flag = () => z().boolean({ error: "true or false" });

const SOME_TEXT = "a text";
/** @param error what is allowed, in other words than "a text" */
export const text = (error = SOME_TEXT) => z().string({ error }).min(1, { error });
/** A text that may be empty. */
export const anyText = () => z().string({ error: SOME_TEXT });

/** A text of a certain form. */
export function textLike(form: RegExp, error: string): zod.ZodString {
  return z().string({ error }).regex(form, { error });
}

export function oneOf<const T extends readonly string[]>(values: T) {
  return z().enum(values, { error: values.join(", ") });
}

/** A list with one entry at least. */
export function someOf<T extends zod.ZodType>(entry: T, error: string) {
  return z().array(entry, { error }).min(1, { error });
}

export function listOf<T extends zod.ZodType>(entry: T, error = "a list") {
  return z().array(entry, { error });
}

/** Not with a NUL: the system would end the name there, and know another host. */
export const hostName = (error: string) => text(error).refine((name) => !name.includes("\0"), { error });

/** A TCP port. @param low 0 where the system may choose one */
export const port = (low: 0 | 1) => integer(low, 65_535);

/** An object with these fields and no others. */
export function fields<S extends zod.ZodRawShape>(shape: S) {
  const names = Object.keys(shape).join(", ");
  return z().strictObject(shape, {
    error: ({ code }) => (code === "unrecognized_keys" ? names : `an object with ${names}`),
  });
}

/** An object with these fields; others are somebody else's, and left out of the result. */
export function fieldsAmongOthers<S extends zod.ZodRawShape>(shape: S) {
  return z().object(shape, { error: `an object with ${Object.keys(shape).join(", ")}` });
}

export const abortSignal = () =>
  instance<AbortSignal>((value) => value instanceof AbortSignal, "an AbortSignal");

/** A part of the program that only code can give: a clock, a callback. */
export function instance<T>(looksRight: (value: unknown) => boolean, error: string) {
  return z().custom<T>(looksRight, { error });
}
