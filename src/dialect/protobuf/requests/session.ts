import { integer, requiredInteger, text } from "./arguments.js";
import { configRequests } from "./config.js";
import { bare, byId, message, type Request } from "./request.js";

export const sessionRequests = {
  reqIds: ([numIds]) => [message("REQ_IDS", { numIds: integer(numIds, "numIds") })],
  reqCurrentTime: bare("REQ_CURRENT_TIME"),
  reqCurrentTimeInMillis: bare("REQ_CURRENT_TIME_IN_MILLIS"),
  setServerLogLevel: ([logLevel]) => [
    message("SET_SERVER_LOGLEVEL", { logLevel: requiredInteger(logLevel, "logLevel") }),
  ],
  reqUserInfo: byId("REQ_USER_INFO"),
  queryDisplayGroups: byId("QUERY_DISPLAY_GROUPS"),
  subscribeToGroupEvents: ([reqId, groupId]) => [
    message("SUBSCRIBE_TO_GROUP_EVENTS", {
      reqId: requiredInteger(reqId, "reqId"),
      groupId: integer(groupId, "groupId"),
    }),
  ],
  updateDisplayGroup: ([reqId, contractInfo]) => [
    message("UPDATE_DISPLAY_GROUP", {
      reqId: requiredInteger(reqId, "reqId"),
      contractInfo: text(contractInfo, "contractInfo"),
    }),
  ],
  unsubscribeToGroupEvents: byId("UNSUBSCRIBE_FROM_GROUP_EVENTS"),
  ...configRequests,
} satisfies Record<string, Request>;
