import type { ExecutionFilter, Requests } from "../model/requests.js";
import { type FieldReader, MalformedRequest } from "./fields.js";
import { RequestId } from "./message-id.js";
import { SV } from "./server-version.js";
import { accountRequests } from "./text-account-requests.js";
import { dataRequests } from "./text-data-requests.js";
import {
  type AnyTextRequest,
  idOnly,
  idWithVersion,
  readContract,
  readFullContract,
  readShortComboLegs,
  request,
  versionOnly,
} from "./text-layout.js";
import { readPlaceOrder } from "./text-order-request.js";
import { researchRequests } from "./text-research-requests.js";

/** The text form of every request, by base id. */
export const textRequests: ReadonlyMap<number, AnyTextRequest> = new Map<number, AnyTextRequest>([
  ...dataRequests,
  ...accountRequests,
  ...researchRequests,
  [
    RequestId.START_API,
    request("startApi", (r) => {
      r.int("version");
      return {
        clientId: r.int("clientId"),
        optionalCapabilities: r.left > 0 ? r.str("optionalCapabilities") : "",
      };
    }),
  ],
  [RequestId.REQ_MKT_DATA, request("reqMktData", readMktData)],
  [RequestId.CANCEL_MKT_DATA, request("cancelMktData", idWithVersion)],
  [
    RequestId.REQ_MARKET_DATA_TYPE,
    request("reqMarketDataType", (r) => {
      r.int("version");
      const marketDataType = r.int("marketDataType");
      if (marketDataType < 1 || marketDataType > 4) {
        throw new MalformedRequest("marketDataType", String(marketDataType), "1, 2, 3 or 4");
      }
      return { marketDataType };
    }),
  ],
  [RequestId.PLACE_ORDER, request("placeOrder", readPlaceOrder)],
  [RequestId.CANCEL_ORDER, request("cancelOrder", readCancelOrder)],
  [RequestId.REQ_GLOBAL_CANCEL, request("reqGlobalCancel", readGlobalCancel)],
  [RequestId.REQ_OPEN_ORDERS, versionOnly("reqOpenOrders")],
  [RequestId.REQ_ALL_OPEN_ORDERS, versionOnly("reqAllOpenOrders")],
  [
    RequestId.REQ_AUTO_OPEN_ORDERS,
    request("reqAutoOpenOrders", (r) => {
      r.int("version");
      return { autoBind: r.bool("autoBind") };
    }),
  ],
  [RequestId.REQ_COMPLETED_ORDERS, request("reqCompletedOrders", (r) => ({ apiOnly: r.bool("apiOnly") }))],
  [RequestId.REQ_EXECUTIONS, request("reqExecutions", readExecutions)],
  [
    RequestId.REQ_IDS,
    request("reqIds", (r) => {
      r.int("version");
      return { numIds: r.int("numIds") };
    }),
  ],
  [RequestId.REQ_MANAGED_ACCTS, versionOnly("reqManagedAccts")],
  [
    RequestId.REQ_ACCT_DATA,
    request("reqAccountUpdates", (r) => {
      r.int("version");
      return { subscribe: r.bool("subscribe"), acctCode: r.str("acctCode") };
    }),
  ],
  [RequestId.REQ_POSITIONS, versionOnly("reqPositions")],
  [RequestId.CANCEL_POSITIONS, versionOnly("cancelPositions")],
  [
    RequestId.REQ_ACCOUNT_SUMMARY,
    request("reqAccountSummary", (r) => {
      r.int("version");
      return { reqId: r.int("reqId"), group: r.str("group"), tags: r.str("tags") };
    }),
  ],
  [RequestId.CANCEL_ACCOUNT_SUMMARY, request("cancelAccountSummary", idWithVersion)],
  [
    RequestId.REQ_PNL,
    request("reqPnL", (r) => ({
      reqId: r.int("reqId"),
      account: r.str("account"),
      modelCode: r.str("modelCode"),
    })),
  ],
  [RequestId.CANCEL_PNL, request("cancelPnL", idOnly)],
  [
    RequestId.REQ_PNL_SINGLE,
    request("reqPnLSingle", (r) => ({
      reqId: r.int("reqId"),
      account: r.str("account"),
      modelCode: r.str("modelCode"),
      conId: r.int("conId"),
    })),
  ],
  [RequestId.CANCEL_PNL_SINGLE, request("cancelPnLSingle", idOnly)],
  [RequestId.REQ_CONTRACT_DATA, request("reqContractData", readContractData)],
  [
    RequestId.REQ_MATCHING_SYMBOLS,
    request("reqMatchingSymbols", (r) => ({ reqId: r.int("reqId"), pattern: r.str("pattern") })),
  ],
  [RequestId.REQ_MARKET_RULE, request("reqMarketRule", (r) => ({ marketRuleId: r.int("marketRuleId") }))],
  [RequestId.REQ_HISTORICAL_DATA, request("reqHistoricalData", readHistoricalData)],
  [RequestId.CANCEL_HISTORICAL_DATA, request("cancelHistoricalData", idWithVersion)],
  [
    RequestId.REQ_HEAD_TIMESTAMP,
    request("reqHeadTimestamp", (r) => ({
      reqId: r.int("reqId"),
      contract: readFullContract(r),
      useRTH: r.bool("useRTH"),
      whatToShow: r.str("whatToShow"),
      formatDate: r.int("formatDate"),
    })),
  ],
  [RequestId.CANCEL_HEAD_TIMESTAMP, request("cancelHeadTimestamp", idOnly)],
  [RequestId.REQ_CURRENT_TIME, versionOnly("reqCurrentTime")],
  [
    RequestId.SET_SERVER_LOGLEVEL,
    request("setServerLogLevel", (r) => {
      r.int("version");
      return { logLevel: r.int("logLevel") };
    }),
  ],
]);

function readMktData(r: FieldReader, sv: number): Requests["reqMktData"] {
  r.int("version");
  const reqId = r.int("reqId");
  const contract = readContract(r);
  readShortComboLegs(r, contract);
  if (r.bool("deltaNeutralContract")) {
    contract.deltaNeutralContract = {
      conId: r.int("deltaNeutralContract.conId"),
      delta: r.double("deltaNeutralContract.delta"),
      price: r.double("deltaNeutralContract.price"),
    };
  }
  const genericTickList = r.str("genericTickList");
  const snapshot = r.bool("snapshot");
  const regulatorySnapshot = sv >= SV.REQ_SMART_COMPONENTS ? r.bool("regulatorySnapshot") : false;
  r.str("mktDataOptions");
  return { reqId, contract, genericTickList, snapshot, regulatorySnapshot };
}

function readCancelOrder(r: FieldReader, sv: number): Requests["cancelOrder"] {
  if (sv < SV.CME_TAGGING_FIELDS) r.int("version");
  const orderId = r.int("orderId");
  const manualOrderCancelTime = sv >= SV.MANUAL_ORDER_TIME ? r.str("manualOrderCancelTime") : "";
  if (sv >= SV.RFQ_FIELDS && sv < SV.UNDO_RFQ_FIELDS) {
    r.str("extOperator");
    r.str("externalUserId");
    r.optInt("manualOrderIndicator");
  }
  if (sv >= SV.CME_TAGGING_FIELDS) {
    r.str("extOperator");
    r.optInt("manualOrderIndicator");
  }
  return { orderId, manualOrderCancelTime };
}

function readGlobalCancel(r: FieldReader, sv: number): Requests["reqGlobalCancel"] {
  if (sv < SV.CME_TAGGING_FIELDS) {
    r.int("version");
  } else {
    r.str("extOperator");
    r.optInt("manualOrderIndicator");
  }
  return {};
}

function readExecutions(r: FieldReader, sv: number): Requests["reqExecutions"] {
  r.int("version");
  const reqId = r.int("reqId");
  const filter: ExecutionFilter = {
    clientId: r.int("filter.clientId"),
    acctCode: r.str("filter.acctCode"),
    time: r.str("filter.time"),
    symbol: r.str("filter.symbol"),
    secType: r.str("filter.secType"),
    exchange: r.str("filter.exchange"),
    side: r.str("filter.side"),
    specificDates: [],
  };
  if (sv >= SV.PARAMETRIZED_DAYS_OF_EXECUTIONS) {
    filter.lastNDays = r.optInt("filter.lastNDays");
    const dates = r.count("filter.specificDates");
    for (let i = 0; i < dates; i++) filter.specificDates.push(r.int("filter.specificDate"));
  }
  return { reqId, filter };
}

function readContractData(r: FieldReader, sv: number): Requests["reqContractData"] {
  r.int("version");
  const reqId = r.int("reqId");
  const contract = readFullContract(r);
  contract.secIdType = r.str("secIdType");
  contract.secId = r.str("secId");
  if (sv >= SV.BOND_ISSUERID) contract.issuerId = r.str("issuerId");
  return { reqId, contract };
}

function readHistoricalData(r: FieldReader, sv: number): Requests["reqHistoricalData"] {
  if (sv < SV.SYNT_REALTIME_BARS) r.int("version");
  const reqId = r.int("reqId");
  const contract = readFullContract(r);
  const endDateTime = r.str("endDateTime");
  const barSizeSetting = r.str("barSizeSetting");
  const durationStr = r.str("durationStr");
  const useRTH = r.bool("useRTH");
  const whatToShow = r.str("whatToShow");
  const formatDate = r.int("formatDate");
  readShortComboLegs(r, contract);
  const keepUpToDate = sv >= SV.SYNT_REALTIME_BARS ? r.bool("keepUpToDate") : false;
  r.str("chartOptions");
  return {
    reqId,
    contract,
    endDateTime,
    barSizeSetting,
    durationStr,
    useRTH,
    whatToShow,
    formatDate,
    keepUpToDate,
  };
}
