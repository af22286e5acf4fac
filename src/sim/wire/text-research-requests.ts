import type { Requests } from "../model/requests.js";
import type { FieldReader } from "./fields.js";
import { RequestId } from "./message-id.js";
import { SV } from "./server-version.js";
import { type AnyTextRequest, empty, idOnly, idWithVersion, request, versionOnly } from "./text-layout.js";

/** News, scanners, fundamentals and Wall Street Horizon as text. */
export const researchRequests: readonly [id: number, request: AnyTextRequest][] = [
  [
    RequestId.REQ_NEWS_BULLETINS,
    request("reqNewsBulletins", (r) => {
      r.int("version");
      return { allMessages: r.bool("allMessages") };
    }),
  ],
  [RequestId.CANCEL_NEWS_BULLETINS, versionOnly("cancelNewsBulletins")],
  [RequestId.REQ_NEWS_PROVIDERS, empty("reqNewsProviders")],
  [
    RequestId.REQ_NEWS_ARTICLE,
    request("reqNewsArticle", (r, sv) => {
      const body = {
        reqId: r.int("reqId"),
        providerCode: r.str("providerCode"),
        articleId: r.str("articleId"),
      };
      if (sv >= SV.NEWS_QUERY_ORIGINS) r.str("newsArticleOptions");
      return body;
    }),
  ],
  [RequestId.REQ_HISTORICAL_NEWS, request("reqHistoricalNews", readHistoricalNews)],
  [RequestId.REQ_SCANNER_PARAMETERS, versionOnly("reqScannerParameters")],
  [RequestId.REQ_SCANNER_SUBSCRIPTION, request("reqScannerSubscription", readScannerSubscription)],
  [RequestId.CANCEL_SCANNER_SUBSCRIPTION, request("cancelScannerSubscription", idWithVersion)],
  [RequestId.REQ_FUNDAMENTAL_DATA, request("reqFundamentalData", readFundamentalData)],
  [RequestId.CANCEL_FUNDAMENTAL_DATA, request("cancelFundamentalData", idWithVersion)],
  [RequestId.REQ_WSH_META_DATA, request("reqWshMetaData", idOnly, SV.WSHE_CALENDAR)],
  [RequestId.CANCEL_WSH_META_DATA, request("cancelWshMetaData", idOnly, SV.WSHE_CALENDAR)],
  [RequestId.REQ_WSH_EVENT_DATA, request("reqWshEventData", readWshEventData, SV.WSHE_CALENDAR)],
  [RequestId.CANCEL_WSH_EVENT_DATA, request("cancelWshEventData", idOnly, SV.WSHE_CALENDAR)],
];

function readHistoricalNews(r: FieldReader, sv: number): Requests["reqHistoricalNews"] {
  const body = {
    reqId: r.int("reqId"),
    conId: r.int("conId"),
    providerCodes: r.str("providerCodes"),
    startDateTime: r.str("startDateTime"),
    endDateTime: r.str("endDateTime"),
    totalResults: r.int("totalResults"),
  };
  if (sv >= SV.NEWS_QUERY_ORIGINS) r.str("historicalNewsOptions");
  return body;
}

function readScannerSubscription(r: FieldReader, sv: number): Requests["reqScannerSubscription"] {
  if (sv < SV.SCANNER_GENERIC_OPTS) r.int("version");
  const reqId = r.int("reqId");
  const subscription: Requests["reqScannerSubscription"]["subscription"] = {
    numberOfRows: r.optInt("numberOfRows"),
    instrument: r.str("instrument"),
    locationCode: r.str("locationCode"),
    scanCode: r.str("scanCode"),
    abovePrice: r.optDouble("abovePrice"),
    belowPrice: r.optDouble("belowPrice"),
    aboveVolume: r.optDouble("aboveVolume"),
    stockTypeFilter: "",
  };
  for (const field of ["marketCapAbove", "marketCapBelow"]) r.optDouble(field);
  for (const field of ["moodyRatingAbove", "moodyRatingBelow", "spRatingAbove", "spRatingBelow"])
    r.str(field);
  for (const field of ["maturityDateAbove", "maturityDateBelow"]) r.str(field);
  for (const field of ["couponRateAbove", "couponRateBelow"]) r.optDouble(field);
  r.bool("excludeConvertible");
  r.optInt("averageOptionVolumeAbove");
  r.str("scannerSettingPairs");
  subscription.stockTypeFilter = r.str("stockTypeFilter");
  if (sv >= SV.SCANNER_GENERIC_OPTS) r.str("scannerSubscriptionFilterOptions");
  r.str("scannerSubscriptionOptions");
  return { reqId, subscription };
}

function readFundamentalData(r: FieldReader): Requests["reqFundamentalData"] {
  r.int("version");
  const reqId = r.int("reqId");
  const contract = {
    conId: r.int("conId"),
    symbol: r.str("symbol"),
    secType: r.str("secType"),
    lastTradeDateOrContractMonth: "",
    strike: 0,
    right: "",
    multiplier: "",
    exchange: r.str("exchange"),
    primaryExch: r.str("primaryExch"),
    currency: r.str("currency"),
    localSymbol: r.str("localSymbol"),
    tradingClass: "",
  };
  const reportType = r.str("reportType");
  r.str("fundamentalDataOptions");
  return { reqId, contract, reportType };
}

function readWshEventData(r: FieldReader, sv: number): Requests["reqWshEventData"] {
  const body = { reqId: r.int("reqId"), conId: r.optInt("conId") ?? 0 };
  if (sv >= SV.WSH_EVENT_DATA_FILTERS) {
    r.str("filter");
    for (const field of ["fillWatchlist", "fillPortfolio", "fillCompetitors"]) r.bool(field);
  }
  if (sv >= SV.WSH_EVENT_DATA_FILTERS_DATE) {
    r.str("startDate");
    r.str("endDate");
    r.optInt("totalLimit");
  }
  return body;
}
