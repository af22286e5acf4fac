import { FADataType } from "@stoqey/ib";
import { flag, integer, requiredInteger, text } from "./arguments.js";
import { bare, byId, message, type Request } from "./request.js";
import { wrongVersion } from "./versions.js";

export const accountRequests = {
  reqAccountUpdates: ([subscribe, acctCode]) => [
    message("REQ_ACCT_DATA", {
      subscribe: flag(subscribe, "subscribe"),
      acctCode: text(acctCode, "acctCode"),
    }),
  ],
  reqAccountSummary: ([reqId, group, tags]) => [
    message("REQ_ACCOUNT_SUMMARY", {
      reqId: requiredInteger(reqId, "reqId"),
      group: text(group, "group"),
      tags: text(tags, "tags"),
    }),
  ],
  cancelAccountSummary: byId("CANCEL_ACCOUNT_SUMMARY"),
  reqAccountUpdatesMulti: ([reqId, account, modelCode, ledgerAndNLV]) => [
    message("REQ_ACCOUNT_UPDATES_MULTI", {
      reqId: requiredInteger(reqId, "reqId"),
      account: text(account, "account"),
      modelCode: text(modelCode, "modelCode"),
      ledgerAndNLV: flag(ledgerAndNLV, "ledgerAndNLV"),
    }),
  ],
  cancelAccountUpdatesMulti: byId("CANCEL_ACCOUNT_UPDATES_MULTI"),
  reqPositions: bare("REQ_POSITIONS"),
  cancelPositions: bare("CANCEL_POSITIONS"),
  reqPositionsMulti: ([reqId, account, modelCode]) => [
    message("REQ_POSITIONS_MULTI", {
      reqId: requiredInteger(reqId, "reqId"),
      account: text(account, "account"),
      modelCode: text(modelCode, "modelCode"),
    }),
  ],
  cancelPositionsMulti: byId("CANCEL_POSITIONS_MULTI"),
  reqPnL: ([reqId, account, modelCode]) => [
    message("REQ_PNL", {
      reqId: requiredInteger(reqId, "reqId"),
      account: text(account, "account"),
      modelCode: text(modelCode, "modelCode"),
    }),
  ],
  cancelPnL: byId("CANCEL_PNL"),
  reqPnLSingle: ([reqId, account, modelCode, conId]) => [
    message("REQ_PNL_SINGLE", {
      reqId: requiredInteger(reqId, "reqId"),
      account: text(account, "account"),
      modelCode: text(modelCode, "modelCode"),
      conId: integer(conId, "conId"),
    }),
  ],
  cancelPnLSingle: byId("CANCEL_PNL_SINGLE"),
  requestFA: ([faDataType]) => [message("REQ_FA", { faDataType: faType(faDataType) })],
  replaceFA: ([reqId, faDataType, xml]) => [
    message("REPLACE_FA", {
      reqId: requiredInteger(reqId, "reqId"),
      faDataType: faType(faDataType),
      xml: text(xml, "xml"),
    }),
  ],
  reqFamilyCodes: bare("REQ_FAMILY_CODES"),
  reqManagedAccts: bare("REQ_MANAGED_ACCTS"),
} satisfies Record<string, Request>;

function faType(value: unknown): number {
  const type = requiredInteger(value, "faDataType");
  if (type === FADataType.PROFILES) {
    throw wrongVersion("faDataType 2 (PROFILES) ended with server version 177; groups (1) took their place");
  }
  return type;
}
