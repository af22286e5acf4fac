import { EventName } from "@stoqey/ib";
import { NativeEventName } from "../../extensions/events.js";
import { barValues } from "./bars.js";
import { type EventHandlers, EventSeries } from "./event.js";
import { decimal, doubleOrZero, idOrNone, numberOf } from "./values.js";

export const historyEvents = {
  HISTORICAL_DATA_UPDATE: ({ reqId, historicalDataBar }, host) => {
    if (historicalDataBar === undefined) return;
    host.emitEvent(EventName.historicalDataUpdate, idOrNone(reqId), ...barValues(historicalDataBar));
  },
  // Text has the dates in the message of the bars. The event that ends them in stock's API carries the dates.
  HISTORICAL_DATA_END: ({ reqId, startDateStr = "", endDateStr = "" }, host) => {
    const id = idOrNone(reqId);
    const series = new EventSeries(host);
    const finished = `finished-${startDateStr}-${endDateStr}`;
    series.emit(EventName.historicalData, id, finished, -1, -1, -1, -1, -1, -1, -1, false);
    series.emit(NativeEventName.historicalDataEnd, id, startDateStr, endDateStr);
    series.end();
  },
  HISTORICAL_SCHEDULE: (m, host) => {
    const { reqId, startDateTime = "", endDateTime = "", timeZone = "", historicalSessions = [] } = m;
    host.emitEvent(
      EventName.historicalSchedule,
      idOrNone(reqId),
      startDateTime,
      endDateTime,
      timeZone,
      historicalSessions.map((s) => ({
        startDateTime: s.startDateTime ?? "",
        endDateTime: s.endDateTime ?? "",
        refDate: s.refDate ?? "",
      })),
    );
  },
  HEAD_TIMESTAMP: ({ reqId, headTimestamp = "" }, host) =>
    host.emitEvent(EventName.headTimestamp, idOrNone(reqId), headTimestamp),
  HISTOGRAM_DATA: ({ reqId, histogramDataEntries = [] }, host) =>
    host.emitEvent(
      EventName.histogramData,
      idOrNone(reqId),
      histogramDataEntries.map(({ price, size }) => ({ price: doubleOrZero(price), size: decimal(size) })),
    ),
  HISTORICAL_TICKS: ({ reqId, historicalTicks = [], isDone = false }, host) =>
    host.emitEvent(
      EventName.historicalTicks,
      idOrNone(reqId),
      historicalTicks.map(({ time, price, size }) => ({
        time: numberOf(time),
        price: doubleOrZero(price),
        size: decimal(size),
      })),
      isDone,
    ),
  HISTORICAL_TICKS_BID_ASK: ({ reqId, historicalTicksBidAsk = [], isDone = false }, host) =>
    host.emitEvent(
      EventName.historicalTicksBidAsk,
      idOrNone(reqId),
      historicalTicksBidAsk.map((t) => ({
        time: numberOf(t.time),
        tickAttribBidAsk: {
          bidPastLow: t.tickAttribBidAsk?.bidPastLow ?? false,
          askPastHigh: t.tickAttribBidAsk?.askPastHigh ?? false,
        },
        priceBid: doubleOrZero(t.priceBid),
        priceAsk: doubleOrZero(t.priceAsk),
        sizeBid: decimal(t.sizeBid),
        sizeAsk: decimal(t.sizeAsk),
      })),
      isDone,
    ),
  HISTORICAL_TICKS_LAST: ({ reqId, historicalTicksLast = [], isDone = false }, host) =>
    host.emitEvent(
      EventName.historicalTicksLast,
      idOrNone(reqId),
      historicalTicksLast.map((t) => ({
        time: numberOf(t.time),
        tickAttribLast: {
          pastLimit: t.tickAttribLast?.pastLimit ?? false,
          unreported: t.tickAttribLast?.unreported ?? false,
        },
        price: doubleOrZero(t.price),
        size: decimal(t.size),
        exchange: t.exchange ?? "",
        specialConditions: t.specialConditions ?? "",
      })),
      isDone,
    ),
} satisfies EventHandlers;
