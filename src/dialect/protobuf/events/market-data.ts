import { EventName } from "@stoqey/ib";
import type { EventHandlers } from "./event.js";
import { decimal, decimalOrZero, givenOf, idOrNone, integerOrUnset } from "./values.js";

export const marketDataEvents = {
  MARKET_DATA_TYPE: ({ reqId, marketDataType = 0 }, host) =>
    host.emitEvent(EventName.marketDataType, idOrNone(reqId), marketDataType),
  TICK_REQ_PARAMS: (
    { reqId, minTick, bboExchange = "", snapshotPermissions = 0, lastPricePrecision, lastSizePrecision },
    host,
  ) =>
    host.emitEvent(
      EventName.tickReqParams,
      idOrNone(reqId),
      decimalOrZero(minTick),
      bboExchange,
      snapshotPermissions,
      ...givenOf(decimal(lastPricePrecision), decimal(lastSizePrecision)),
    ),
  TICK_SNAPSHOT_END: ({ reqId }, host) => host.emitEvent(EventName.tickSnapshotEnd, idOrNone(reqId)),
  REROUTE_MKT_DATA_REQ: ({ reqId, conId = 0, exchange = "" }, host) =>
    host.emitEvent(EventName.rerouteMktDataReq, idOrNone(reqId), conId, exchange),
  REROUTE_MKT_DEPTH_REQ: ({ reqId, conId = 0, exchange = "" }, host) =>
    host.emitEvent(EventName.rerouteMktDepthReq, idOrNone(reqId), conId, exchange),
  MKT_DEPTH_EXCHANGES: ({ depthMarketDataDescriptions = [] }, host) =>
    host.emitEvent(
      EventName.mktDepthExchanges,
      depthMarketDataDescriptions.map((d) => ({
        exchange: d.exchange ?? "",
        secType: d.secType ?? "",
        listingExch: d.listingExch ?? "",
        serviceDataType: d.serviceDataType ?? "",
        aggGroup: integerOrUnset(d.aggGroup),
      })),
    ),
  TICK_NEWS: ({ reqId, timestamp, providerCode = "", articleId = "", headline = "", extraData = "" }, host) =>
    host.emitEvent(
      EventName.tickNews,
      idOrNone(reqId),
      Number(timestamp ?? 0),
      providerCode,
      articleId,
      headline,
      extraData,
    ),
} satisfies EventHandlers;
