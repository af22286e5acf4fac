import { flag, integer, requiredInteger, tagValues, text } from "./arguments.js";
import { contractMessage } from "./contract.js";
import { byId, message, type Request } from "./request.js";

export const historyRequests = {
  reqHistoricalData: ([
    reqId,
    contract,
    endDateTime,
    duration,
    barSizeSetting,
    whatToShow,
    useRTH,
    formatDate,
    keepUpToDate,
    chartOptions,
  ]) => [
    message("REQ_HISTORICAL_DATA", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      endDateTime: text(endDateTime, "endDateTime"),
      barSizeSetting: text(barSizeSetting, "barSizeSetting"),
      duration: text(duration, "duration"),
      useRTH: flag(useRTH, "useRTH"),
      whatToShow: text(whatToShow, "whatToShow"),
      formatDate: integer(formatDate, "formatDate"),
      keepUpToDate: flag(keepUpToDate, "keepUpToDate"),
      chartOptions: tagValues(chartOptions, "chartOptions"),
    }),
  ],
  cancelHistoricalData: byId("CANCEL_HISTORICAL_DATA"),
  reqHistoricalTicks: ([
    reqId,
    contract,
    startDateTime,
    endDateTime,
    numberOfTicks,
    whatToShow,
    useRTH,
    ignoreSize,
    miscOptions,
  ]) => [
    message("REQ_HISTORICAL_TICKS", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      startDateTime: text(startDateTime, "startDateTime"),
      endDateTime: text(endDateTime, "endDateTime"),
      numberOfTicks: integer(numberOfTicks, "numberOfTicks"),
      whatToShow: text(whatToShow, "whatToShow"),
      useRTH: flag(useRTH, "useRTH"),
      ignoreSize: flag(ignoreSize, "ignoreSize"),
      miscOptions: tagValues(miscOptions, "miscOptions"),
    }),
  ],
  cancelHistoricalTicks: byId("CANCEL_HISTORICAL_TICKS"),
  reqHeadTimestamp: ([reqId, contract, whatToShow, useRTH, formatDate]) => [
    message("REQ_HEAD_TIMESTAMP", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      useRTH: flag(useRTH, "useRTH"),
      whatToShow: text(whatToShow, "whatToShow"),
      formatDate: integer(formatDate, "formatDate"),
    }),
  ],
  cancelHeadTimestamp: byId("CANCEL_HEAD_TIMESTAMP"),
  reqHistogramData: ([reqId, contract, useRTH, timePeriod]) => [
    message("REQ_HISTOGRAM_DATA", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      useRTH: flag(useRTH, "useRTH"),
      timePeriod: text(timePeriod, "timePeriod"),
    }),
  ],
  cancelHistogramData: byId("CANCEL_HISTOGRAM_DATA"),
} satisfies Record<string, Request>;
