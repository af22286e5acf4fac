import { ScanCode, type ScannerSubscription } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import {
  double,
  flag,
  integer,
  long,
  misfit,
  object,
  requiredInteger,
  tagValues,
  text,
} from "./arguments.js";
import { contractMessage } from "./contract.js";
import { bare, byId, message, type Request } from "./request.js";

/** News, Wall Street Horizon events, scanners and fundamentals. */
export const researchRequests = {
  reqNewsBulletins: ([allMessages]) => [
    message("REQ_NEWS_BULLETINS", { allMessages: flag(allMessages, "allMsgs") }),
  ],
  cancelNewsBulletins: bare("CANCEL_NEWS_BULLETINS"),
  reqNewsProviders: bare("REQ_NEWS_PROVIDERS"),
  reqNewsArticle: ([reqId, providerCode, articleId, newsArticleOptions]) => [
    message("REQ_NEWS_ARTICLE", {
      reqId: requiredInteger(reqId, "reqId"),
      providerCode: text(providerCode, "providerCode"),
      articleId: text(articleId, "articleId"),
      newsArticleOptions: tagValues(newsArticleOptions, "newsArticleOptions"),
    }),
  ],
  reqHistoricalNews: ([
    reqId,
    conId,
    providerCodes,
    startDateTime,
    endDateTime,
    totalResults,
    historicalNewsOptions,
  ]) => [
    message("REQ_HISTORICAL_NEWS", {
      reqId: requiredInteger(reqId, "reqId"),
      conId: integer(conId, "conId"),
      providerCodes: text(providerCodes, "providerCodes"),
      startDateTime: text(startDateTime, "startDateTime"),
      endDateTime: text(endDateTime, "endDateTime"),
      totalResults: integer(totalResults, "totalResults"),
      historicalNewsOptions: tagValues(historicalNewsOptions, "historicalNewsOptions"),
    }),
  ],
  reqWshMetaData: byId("REQ_WSH_META_DATA"),
  reqCancelWshMetaData: byId("CANCEL_WSH_META_DATA"),
  reqWshEventData: ([reqId, wshEventData]) => {
    const wanted = object<Record<string, unknown>>(wshEventData, "wshEventData");
    return [
      message("REQ_WSH_EVENT_DATA", {
        reqId: requiredInteger(reqId, "reqId"),
        conId: integer(wanted["conId"], "wshEventData.conId"),
        filter: text(wanted["filter"], "wshEventData.filter"),
        fillWatchlist: flag(wanted["fillWatchlist"], "wshEventData.fillWatchlist"),
        fillPortfolio: flag(wanted["fillPortfolio"], "wshEventData.fillPortfolio"),
        fillCompetitors: flag(wanted["fillCompetitors"], "wshEventData.fillCompetitors"),
        startDate: text(wanted["startDate"], "wshEventData.startDate"),
        endDate: text(wanted["endDate"], "wshEventData.endDate"),
        totalLimit: integer(wanted["totalLimit"], "wshEventData.totalLimit"),
      }),
    ];
  },
  reqCancelWshEventData: byId("CANCEL_WSH_EVENT_DATA"),
  reqScannerParameters: bare("REQ_SCANNER_PARAMETERS"),
  reqScannerSubscription: ([reqId, subscription, options, filterOptions]) => [
    message("REQ_SCANNER_SUBSCRIPTION", {
      reqId: requiredInteger(reqId, "reqId"),
      scannerSubscription: {
        ...subscriptionMessage(subscription),
        scannerSubscriptionFilterOptions: tagValues(filterOptions, "scannerSubscriptionFilterOptions"),
        scannerSubscriptionOptions: tagValues(options, "scannerSubscriptionOptions"),
      },
    }),
  ],
  cancelScannerSubscription: byId("CANCEL_SCANNER_SUBSCRIPTION"),
  reqFundamentalData: ([reqId, contract, reportType, fundamentalDataOptions]) => [
    message("REQ_FUNDAMENTAL_DATA", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      reportType: text(reportType, "reportType"),
      fundamentalsDataOptions: tagValues(fundamentalDataOptions, "fundamentalDataOptions"),
    }),
  ],
  cancelFundamentalData: byId("CANCEL_FUNDAMENTAL_DATA"),
} satisfies Record<string, Request>;

function subscriptionMessage(value: unknown): Message<"ScannerSubscription"> {
  const wanted = object<ScannerSubscription>(value, "subscription");
  const member = (name: keyof ScannerSubscription) => `subscription.${name}`;
  const string = (name: keyof ScannerSubscription) => text(wanted[name], member(name));
  const number = (name: keyof ScannerSubscription) => double(wanted[name], member(name));
  return {
    numberOfRows: integer(wanted.numberOfRows, member("numberOfRows")),
    instrument: string("instrument"),
    locationCode: string("locationCode"),
    scanCode: scanCode(wanted.scanCode),
    abovePrice: number("abovePrice"),
    belowPrice: number("belowPrice"),
    aboveVolume: long(wanted.aboveVolume, member("aboveVolume")),
    marketCapAbove: number("marketCapAbove"),
    marketCapBelow: number("marketCapBelow"),
    moodyRatingAbove: string("moodyRatingAbove"),
    moodyRatingBelow: string("moodyRatingBelow"),
    spRatingAbove: string("spRatingAbove"),
    spRatingBelow: string("spRatingBelow"),
    maturityDateAbove: string("maturityDateAbove"),
    maturityDateBelow: string("maturityDateBelow"),
    couponRateAbove: number("couponRateAbove"),
    couponRateBelow: number("couponRateBelow"),
    excludeConvertible: flag(wanted.excludeConvertible, member("excludeConvertible")),
    averageOptionVolumeAbove: long(wanted.averageOptionVolumeAbove, member("averageOptionVolumeAbove")),
    scannerSettingPairs: string("scannerSettingPairs"),
    stockTypeFilter: string("stockTypeFilter"),
  };
}

/** Stock numbers the scan codes in an enum of its own; the wire has their names. Names are taken as they are. */
function scanCode(value: unknown): string | undefined {
  const what = "subscription.scanCode";
  if (typeof value !== "number") return text(value, what);
  if (!Object.hasOwn(ScanCode, value)) throw misfit(what, value, "a ScanCode");
  return ScanCode[value];
}
