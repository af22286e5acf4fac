/** Histories of any length. */
export type { HistorySource, OptionalLookups } from "./history-asker.js";
export type { HistoryBar } from "./history-bar.js";
export { HISTORY_BAR_SIZES } from "./history-bar-size.js";
export {
  type HistoryChunk,
  HistoryDownload,
  type HistoryEvents,
  type HistoryOwner,
  type HistoryProgress,
} from "./history-download.js";
export type { HistoryOptions } from "./history-options.js";
export { HistoryPacer, type HistoryPacerOptions, type PacedRequest, pacedRequest } from "./history-pacer.js";
