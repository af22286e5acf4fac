import { IBKRError } from "../../../domain/ibkr-error.js";
import { Kind, type Layout, layoutOf } from "../../../protocol/layout.js";
import type { Message } from "../../../protocol/schema.js";
import { unknownName } from "../../../validation/problem.js";
import { misfit, object, requiredInteger } from "./arguments.js";
import { byId, message, type Request } from "./request.js";

export const configRequests = {
  reqConfig: byId("REQ_CONFIG"),
  updateConfig: ([reqId, config]) => [
    message("UPDATE_CONFIG", {
      ...checkedMembers<Message<"UpdateConfigRequest">>(config, "config", layoutOf("UpdateConfigRequest")),
      reqId: requiredInteger(reqId, "reqId"),
    }),
  ],
} satisfies Record<string, Request>;

/**
 * An object that is sent as it is: here false and empty text are values, they switch a setting off. Members that the
 * message does not have are refused, for a misspelt setting would silently stay as it was.
 */
function checkedMembers<T extends object>(value: unknown, what: string, layout: Layout): T {
  const source = object<Record<string, unknown>>(value, what);
  for (const [name, member] of Object.entries(source)) {
    const field = layout.fields.find((f) => f.name === name && f.name !== "reqId");
    if (field === undefined) {
      const allowed = layout.fields.filter((f) => f.name !== "reqId").map((f) => f.name);
      throw new IBKRError("ERR_IBKR_ARGUMENT", unknownName(`${what}.${name}`, allowed.join(", ")));
    }
    if (field.kind !== Kind.Message || member === undefined || member === null) continue;
    const at = `${what}.${name}`;
    if (!field.repeated) checkedMembers(member, at, field.message as Layout);
    else if (!Array.isArray(member)) throw misfit(at, member, "an array");
    else
      for (const [i, item] of member.entries()) checkedMembers(item, `${at}[${i}]`, field.message as Layout);
  }
  return source as T;
}
