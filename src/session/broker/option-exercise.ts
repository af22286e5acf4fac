import type { OptionExercise } from "../../broker/order-desk.js";
import { check } from "../../domain/check.js";
import { fieldsAmongOthers, flag, integer, oneOf, text } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";

const ACTIONS = { exercise: 1, lapse: 2 } as const;

const exerciseRules = lazily(() =>
  fieldsAmongOthers({
    action: oneOf(["exercise", "lapse"]),
    quantity: integer(1),
    account: text(),
    override: flag().default(false),
  }),
);

/** What `exerciseOptions` is sent with, behind its id. @throws IBKRError `ERR_IBKR_ARGUMENT` */
export function exerciseAsked(exercise: OptionExercise): readonly unknown[] {
  const { action, quantity, account, override } = check(
    exerciseRules(),
    exercise,
    "exercise",
    "ERR_IBKR_ARGUMENT",
  );
  return [exercise.contract, ACTIONS[action], quantity, account, override ? 1 : 0];
}
