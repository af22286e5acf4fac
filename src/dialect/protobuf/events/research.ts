import { EventName } from "@stoqey/ib";
import { scannedContract } from "./details.js";
import { type EventHandlers, EventSeries } from "./event.js";
import { idOrNone } from "./values.js";

/** News, Wall Street Horizon events, scanners and fundamentals. */
export const researchEvents = {
  NEWS_BULLETINS: ({ newsMsgId = 0, newsMsgType = 0, newsMessage = "", originatingExch = "" }, host) =>
    host.emitEvent(EventName.updateNewsBulletin, newsMsgId, newsMsgType, newsMessage, originatingExch),
  NEWS_PROVIDERS: ({ newsProviders = [] }, host) =>
    host.emitEvent(
      EventName.newsProviders,
      newsProviders.map(({ providerCode = "", providerName = "" }) => ({ providerCode, providerName })),
    ),
  NEWS_ARTICLE: ({ reqId, articleType = 0, articleText = "" }, host) =>
    host.emitEvent(EventName.newsArticle, idOrNone(reqId), articleType, articleText),
  HISTORICAL_NEWS: ({ reqId, time = "", providerCode = "", articleId = "", headline = "" }, host) =>
    host.emitEvent(EventName.historicalNews, idOrNone(reqId), time, providerCode, articleId, headline),
  HISTORICAL_NEWS_END: ({ reqId, hasMore = false }, host) =>
    host.emitEvent(EventName.historicalNewsEnd, idOrNone(reqId), hasMore),
  WSH_META_DATA: ({ reqId, dataJson = "" }, host) =>
    host.emitEvent(EventName.wshMetaData, idOrNone(reqId), dataJson),
  WSH_EVENT_DATA: ({ reqId, dataJson = "" }, host) =>
    host.emitEvent(EventName.wshEventData, idOrNone(reqId), dataJson),
  SCANNER_PARAMETERS: ({ xml = "" }, host) => host.emitEvent(EventName.scannerParameters, xml),
  SCANNER_DATA: ({ reqId, scannerDataElement = [] }, host) => {
    const id = idOrNone(reqId);
    const series = new EventSeries(host);
    for (const row of scannerDataElement) {
      series.emit(
        EventName.scannerData,
        id,
        row.rank ?? 0,
        scannedContract(row.contract ?? {}, row.marketName ?? ""),
        row.distance ?? "",
        row.benchmark ?? "",
        row.projection ?? "",
        row.comboKey ?? "",
      );
    }
    series.emit(EventName.scannerDataEnd, id);
    series.end();
  },
  FUNDAMENTAL_DATA: ({ reqId, data = "" }, host) =>
    host.emitEvent(EventName.fundamentalData, idOrNone(reqId), data),
} satisfies EventHandlers;
