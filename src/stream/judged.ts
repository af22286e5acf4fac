import type { z as zod } from "zod";
import { z } from "../validation/zod.js";

/**
 * A value of which it depends on the value itself what it must be: what is wrong is said of the part that is wrong, where
 * a union could only say what all of it may be.
 */
export function judged<T>(ruleOf: (given: unknown) => zod.ZodType): zod.ZodType<T> {
  return z()
    .custom<T>()
    .superRefine((given, context) => {
      for (const issue of ruleOf(given).safeParse(given).error?.issues ?? [])
        context.addIssue(issue as zod.core.$ZodRawIssue);
    });
}
