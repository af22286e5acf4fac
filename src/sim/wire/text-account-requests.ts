import { RequestId } from "./message-id.js";
import { SV } from "./server-version.js";
import { type AnyTextRequest, empty, idOnly, idWithVersion, request } from "./text-layout.js";

/** Accounts by model, advisors, users, display groups and verification as text. */
export const accountRequests: readonly [id: number, request: AnyTextRequest][] = [
  [
    RequestId.REQ_POSITIONS_MULTI,
    request("reqPositionsMulti", (r) => {
      r.int("version");
      return { reqId: r.int("reqId"), account: r.str("account"), modelCode: r.str("modelCode") };
    }),
  ],
  [RequestId.CANCEL_POSITIONS_MULTI, request("cancelPositionsMulti", idWithVersion)],
  [
    RequestId.REQ_ACCOUNT_UPDATES_MULTI,
    request("reqAccountUpdatesMulti", (r) => {
      r.int("version");
      return {
        reqId: r.int("reqId"),
        account: r.str("account"),
        modelCode: r.str("modelCode"),
        ledgerAndNLV: r.bool("ledgerAndNLV"),
      };
    }),
  ],
  [RequestId.CANCEL_ACCOUNT_UPDATES_MULTI, request("cancelAccountUpdatesMulti", idWithVersion)],
  [
    RequestId.REQ_FA,
    request("reqFA", (r) => {
      r.int("version");
      return { faDataType: r.int("faDataType") };
    }),
  ],
  [
    RequestId.REPLACE_FA,
    request("replaceFA", (r, sv) => {
      r.int("version");
      const faDataType = r.int("faDataType");
      const xml = r.str("xml");
      return { faDataType, xml, reqId: sv >= SV.REPLACE_FA_END ? r.int("reqId") : -1 };
    }),
  ],
  [RequestId.REQ_SOFT_DOLLAR_TIERS, request("reqSoftDollarTiers", idOnly)],
  [RequestId.REQ_FAMILY_CODES, empty("reqFamilyCodes")],
  [RequestId.REQ_USER_INFO, request("reqUserInfo", idOnly, SV.USER_INFO)],
  [RequestId.REQ_CURRENT_TIME_IN_MILLIS, empty("reqCurrentTimeInMillis", SV.CURRENT_TIME_IN_MILLIS)],
  [RequestId.QUERY_DISPLAY_GROUPS, request("queryDisplayGroups", idWithVersion)],
  [
    RequestId.SUBSCRIBE_TO_GROUP_EVENTS,
    request("subscribeToGroupEvents", (r) => ({ ...idWithVersion(r), groupId: r.int("groupId") })),
  ],
  [
    RequestId.UPDATE_DISPLAY_GROUP,
    request("updateDisplayGroup", (r) => ({ ...idWithVersion(r), contractInfo: r.str("contractInfo") })),
  ],
  [RequestId.UNSUBSCRIBE_FROM_GROUP_EVENTS, request("unsubscribeFromGroupEvents", idWithVersion)],
  [
    RequestId.VERIFY_REQUEST,
    request("verifyRequest", (r) => {
      r.int("version");
      return { apiName: r.str("apiName"), apiVersion: r.str("apiVersion") };
    }),
  ],
  [
    RequestId.VERIFY_MESSAGE,
    request("verifyMessage", (r) => {
      r.int("version");
      return { apiData: r.str("apiData") };
    }),
  ],
  [
    RequestId.VERIFY_AND_AUTH_REQUEST,
    request("verifyAndAuthRequest", (r) => {
      r.int("version");
      return {
        apiName: r.str("apiName"),
        apiVersion: r.str("apiVersion"),
        opaqueIsvKey: r.str("opaqueIsvKey"),
      };
    }),
  ],
  [
    RequestId.VERIFY_AND_AUTH_MESSAGE,
    request("verifyAndAuthMessage", (r) => {
      r.int("version");
      return { apiData: r.str("apiData"), xyzResponse: r.str("xyzResponse") };
    }),
  ],
];
