import type * as zod from "zod";
import { check } from "../../domain/check.js";
import { fields, flag, integer, notNegative, oneOf, positive, someOf, text } from "../../validation/rules.js";
import { lazily, z } from "../../validation/zod.js";
import type { RequestName } from "../model/requests.js";
import type { ResponseName } from "../model/responses.js";
import { textRequests } from "../wire/text-requests.js";
import { textResponses } from "../wire/text-responses.js";
import type { Fault, FaultKind, MessageName } from "./fault.js";

const MESSAGE_NAMES: MessageName[] = ["handshake", ...(Object.keys(textResponses) as ResponseName[])];
const REQUEST_NAMES = [...textRequests.values()].map(({ name }) => name) as RequestName[];
/** Every fault there is. */
export const faultRules = lazily(() => {
  const message = oneOf(MESSAGE_NAMES).optional();
  const messages = someOf(oneOf(MESSAGE_NAMES), `a list of ${MESSAGE_NAMES.join(", ")}`).optional();
  const aim = { clientId: integer(0).optional() };
  const lasting = { forMs: positive().optional() };
  const lastingAim = { ...aim, ...lasting };
  const schemas = {
    cut: fields({
      kind: z().literal("cut"),
      ...aim,
      message,
      nth: integer(1).optional(),
      afterBytes: integer(0),
      how: oneOf(["end", "reset"]).optional(),
    }),
    reset: fields({ kind: z().literal("reset"), ...aim }),
    "half-open": fields({
      kind: z().literal("half-open"),
      ...lastingAim,
      connections: oneOf(["all", "new", "current"]).optional(),
    }),
    delay: fields({
      kind: z().literal("delay"),
      ...lastingAim,
      ms: notNegative(),
      jitterMs: notNegative().optional(),
    }),
    split: fields({ kind: z().literal("split"), ...lastingAim, bytes: integer(1) }),
    merge: fields({ kind: z().literal("merge"), ...lastingAim, ms: positive() }),
    "slow-reader": fields({ kind: z().literal("slow-reader"), ...lastingAim, bytesPerSecond: positive() }),
    duplicate: fields({
      kind: z().literal("duplicate"),
      ...lastingAim,
      messages,
      times: integer(2).optional(),
    }),
    late: fields({ kind: z().literal("late"), ...lastingAim, messages, ms: positive() }),
    "upstream-lost": fields({ kind: z().literal("upstream-lost"), ...lasting, dataLost: flag().optional() }),
    "farm-flap": fields({
      kind: z().literal("farm-flap"),
      ...lasting,
      farm: oneOf(["market-data", "historical", "definitions"]).optional(),
      name: text().optional(),
    }),
    "competing-session": fields({ kind: z().literal("competing-session"), ...lastingAim }),
    restart: fields({
      kind: z().literal("restart"),
      downMs: notNegative().optional(),
      nextValidId: integer(1).optional(),
    }),
    "error-storm": fields({
      kind: z().literal("error-storm"),
      ...aim,
      count: integer(1),
      perSecond: positive().optional(),
      code: integer(0).optional(),
      message: text().optional(),
    }),
    refuse: fields({
      kind: z().literal("refuse"),
      ...lastingAim,
      code: integer(0),
      message: text().optional(),
      requests: someOf(oneOf(REQUEST_NAMES), `a list of ${REQUEST_NAMES.join(", ")}`).optional(),
      times: integer(1).optional(),
    }),
  } satisfies { [K in FaultKind]: zod.ZodType<Extract<Fault, { kind: K }>> };

  return z().discriminatedUnion("kind", Object.values(schemas) as never, {
    error: ({ code }) =>
      code === "invalid_union" ? Object.keys(schemas).join(", ") : "an object with a kind",
  }) as zod.ZodType<Fault>;
});

/** Makes sure that something given in JavaScript is a fault. @throws IBKRError `ERR_IBKR_OPTION` */
export function checkFault(value: unknown): Fault {
  return check(faultRules(), value, "fault");
}
