import { ErrorCode, EventName } from "@stoqey/ib";
import { NativeEventName } from "../../extensions/events.js";
import type { EventHandlers } from "./event.js";
import { fromAscii7, idOrNone, numberOf } from "./values.js";

export const sessionEvents = {
  NEXT_VALID_ID: ({ orderId = 0 }, host) => host.emitEvent(EventName.nextValidId, orderId),
  CURRENT_TIME: ({ currentTime }, host) => host.emitEvent(EventName.currentTime, numberOf(currentTime)),
  CURRENT_TIME_IN_MILLIS: ({ currentTimeInMillis }, host) =>
    host.emitEvent(NativeEventName.currentTimeInMillis, numberOf(currentTimeInMillis)),
  ERR_MSG: ({ id, errorTime, errorCode = 0, errorMsg = "", advancedOrderRejectJson }, host) => {
    const text = fromAscii7(errorMsg);
    const time = errorTime === undefined ? undefined : Number(errorTime);
    const reqId = idOrNone(id);
    if (reqId === ErrorCode.NO_VALID_ID) host.emitInfo(text, errorCode, time);
    else host.emitError(text, errorCode, reqId, rejectOf(advancedOrderRejectJson), time);
  },
  USER_INFO: ({ reqId, whiteBrandingId = "" }, host) =>
    host.emitEvent(EventName.userInfo, idOrNone(reqId), whiteBrandingId),
  DISPLAY_GROUP_LIST: ({ reqId, groups = "" }, host) =>
    host.emitEvent(EventName.displayGroupList, idOrNone(reqId), groups),
  DISPLAY_GROUP_UPDATED: ({ reqId, contractInfo = "" }, host) =>
    host.emitEvent(EventName.displayGroupUpdated, idOrNone(reqId), contractInfo),
  VERIFY_MESSAGE_API: ({ apiData = "" }, host) => host.emitEvent(NativeEventName.verifyMessageAPI, apiData),
  VERIFY_COMPLETED: ({ isSuccessful = false, errorText = "" }, host) =>
    host.emitEvent(NativeEventName.verifyCompleted, isSuccessful, errorText),
  CONFIG_RESPONSE: ({ reqId, ...config }, host) =>
    host.emitEvent(NativeEventName.configResponse, idOrNone(reqId), config),
  UPDATE_CONFIG_RESPONSE: (
    { reqId, status = "", message = "", changedFields = [], errors = [], warnings = [] },
    host,
  ) =>
    host.emitEvent(NativeEventName.updateConfigResponse, idOrNone(reqId), {
      status,
      message,
      changedFields,
      errors,
      warnings,
    }),
} satisfies EventHandlers;

/** The JSON of an advanced order reject, or its text where it is no JSON. */
function rejectOf(json: string | undefined): unknown {
  if (json === undefined || json === "") return undefined;
  const text = fromAscii7(json);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
