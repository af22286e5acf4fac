import { IBKRError } from "../../../domain/ibkr-error.js";
import { Kind, type Layout, layoutOf } from "../../../protocol/layout.js";
import type { Message } from "../../../protocol/schema.js";
import { unknownName } from "../../../validation/problem.js";
import { fieldValue, items } from "../../field-values.js";
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
 * A checked copy of an object that is sent as it is: here false and empty text are values, they switch a setting off.
 * Members that the message does not have are refused, for a misspelt setting would silently stay as it was.
 */
function checkedMembers<T extends object>(value: unknown, what: string, layout: Layout): T {
  const source = object<Record<string, unknown>>(value, what);
  const fields = layout.fields.filter((f) => f.name !== "reqId");
  for (const name of Object.keys(source)) {
    if (fields.some((f) => f.name === name)) continue;
    const allowed = fields.map((f) => f.name).join(", ");
    throw new IBKRError("ERR_IBKR_ARGUMENT", unknownName(`${what}.${name}`, allowed));
  }
  const copy: Record<string, unknown> = {};
  for (const field of fields) {
    const at = `${what}.${field.name}`;
    const member = source[field.name];
    if (member === undefined || member === null) continue;
    const copyOf = (item: unknown, where: string) =>
      field.kind === Kind.Message
        ? checkedMembers(item, where, field.message as Layout)
        : fieldValue(item, where);
    if (!field.repeated) copy[field.name] = copyOf(member, at);
    else if (member === "") throw misfit(at, member, "an array");
    else copy[field.name] = items<unknown>(member, at)?.map((item, i) => copyOf(item, `${at}[${i}]`));
  }
  return copy as T;
}
