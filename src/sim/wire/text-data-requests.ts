import type { Requests } from "../model/requests.js";
import type { FieldReader } from "./fields.js";
import { RequestId } from "./message-id.js";
import { SV } from "./server-version.js";
import {
  type AnyTextRequest,
  empty,
  idOnly,
  idWithVersion,
  readContract,
  readFullContract,
  request,
} from "./text-layout.js";

/** Depth, bars, ticks, option calculations and contract look-ups as text. */
export const dataRequests: readonly [id: number, request: AnyTextRequest][] = [
  [RequestId.REQ_MKT_DEPTH, request("reqMktDepth", readMktDepth)],
  [RequestId.CANCEL_MKT_DEPTH, request("cancelMktDepth", readCancelMktDepth)],
  [RequestId.REQ_REAL_TIME_BARS, request("reqRealTimeBars", readRealTimeBars)],
  [RequestId.CANCEL_REAL_TIME_BARS, request("cancelRealTimeBars", idWithVersion)],
  [
    RequestId.REQ_CALC_IMPLIED_VOLAT,
    request("calculateImpliedVolatility", (r) => {
      const { reqId, contract, price, underPrice } = readCalculation(r, "optionPrice");
      return { reqId, contract, optionPrice: price, underPrice };
    }),
  ],
  [RequestId.CANCEL_CALC_IMPLIED_VOLAT, request("cancelCalculateImpliedVolatility", idWithVersion)],
  [
    RequestId.REQ_CALC_OPTION_PRICE,
    request("calculateOptionPrice", (r) => {
      const { reqId, contract, price, underPrice } = readCalculation(r, "volatility");
      return { reqId, contract, volatility: price, underPrice };
    }),
  ],
  [RequestId.CANCEL_CALC_OPTION_PRICE, request("cancelCalculateOptionPrice", idWithVersion)],
  [RequestId.EXERCISE_OPTIONS, request("exerciseOptions", readExercise)],
  [
    RequestId.REQ_HISTOGRAM_DATA,
    request("reqHistogramData", (r) => ({
      reqId: r.int("reqId"),
      contract: readFullContract(r),
      useRTH: r.bool("useRTH"),
      timePeriod: r.str("timePeriod"),
    })),
  ],
  [RequestId.CANCEL_HISTOGRAM_DATA, request("cancelHistogramData", idOnly)],
  [
    RequestId.REQ_HISTORICAL_TICKS,
    request("reqHistoricalTicks", (r) => {
      const body = {
        reqId: r.int("reqId"),
        contract: readFullContract(r),
        startDateTime: r.str("startDateTime"),
        endDateTime: r.str("endDateTime"),
        numberOfTicks: r.int("numberOfTicks"),
        whatToShow: r.str("whatToShow"),
        useRTH: r.bool("useRTH"),
        ignoreSize: r.bool("ignoreSize"),
      };
      r.str("miscOptions");
      return body;
    }),
  ],
  [
    RequestId.REQ_TICK_BY_TICK_DATA,
    request("reqTickByTickData", (r, sv) => {
      const withSize = sv >= SV.TICK_BY_TICK_IGNORE_SIZE;
      return {
        reqId: r.int("reqId"),
        contract: readContract(r),
        tickType: r.str("tickType"),
        numberOfTicks: withSize ? r.int("numberOfTicks") : 0,
        ignoreSize: withSize ? r.bool("ignoreSize") : false,
      };
    }),
  ],
  [RequestId.CANCEL_TICK_BY_TICK_DATA, request("cancelTickByTickData", idOnly)],
  [
    RequestId.REQ_SEC_DEF_OPT_PARAMS,
    request("reqSecDefOptParams", (r) => ({
      reqId: r.int("reqId"),
      underlyingSymbol: r.str("underlyingSymbol"),
      futFopExchange: r.str("futFopExchange"),
      underlyingSecType: r.str("underlyingSecType"),
      underlyingConId: r.int("underlyingConId"),
    })),
  ],
  [RequestId.REQ_MKT_DEPTH_EXCHANGES, empty("reqMktDepthExchanges")],
  [
    RequestId.REQ_SMART_COMPONENTS,
    request("reqSmartComponents", (r) => ({ reqId: r.int("reqId"), bboExchange: r.str("bboExchange") })),
  ],
];

function readMktDepth(r: FieldReader, sv: number): Requests["reqMktDepth"] {
  r.int("version");
  const reqId = r.int("reqId");
  const contract = readContract(r, sv >= SV.MKT_DEPTH_PRIM_EXCHANGE);
  const numRows = r.int("numRows");
  const isSmartDepth = sv >= SV.SMART_DEPTH ? r.bool("isSmartDepth") : false;
  r.str("mktDepthOptions");
  return { reqId, contract, numRows, isSmartDepth };
}

function readCancelMktDepth(r: FieldReader, sv: number): Requests["cancelMktDepth"] {
  const { reqId } = idWithVersion(r);
  return { reqId, isSmartDepth: sv >= SV.SMART_DEPTH ? r.bool("isSmartDepth") : false };
}

function readRealTimeBars(r: FieldReader): Requests["reqRealTimeBars"] {
  r.int("version");
  const body = {
    reqId: r.int("reqId"),
    contract: readContract(r),
    barSize: r.int("barSize"),
    whatToShow: r.str("whatToShow"),
    useRTH: r.bool("useRTH"),
  };
  r.str("realTimeBarsOptions");
  return body;
}

function readCalculation(r: FieldReader, field: "optionPrice" | "volatility") {
  r.int("version");
  const body = {
    reqId: r.int("reqId"),
    contract: readContract(r),
    price: r.double(field),
    underPrice: r.double("underPrice"),
  };
  r.str("options");
  return body;
}

function readExercise(r: FieldReader, sv: number): Requests["exerciseOptions"] {
  r.int("version");
  const body = {
    reqId: r.int("reqId"),
    contract: readContract(r, false),
    exerciseAction: r.int("exerciseAction"),
    exerciseQuantity: r.int("exerciseQuantity"),
    account: r.str("account"),
    override: r.bool("override"),
  };
  if (sv >= SV.MANUAL_ORDER_TIME_EXERCISE_OPTIONS) r.str("manualOrderTime");
  if (sv >= SV.CUSTOMER_ACCOUNT) r.str("customerAccount");
  if (sv >= SV.PROFESSIONAL_CUSTOMER) r.bool("professionalCustomer");
  return body;
}
