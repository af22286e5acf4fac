import type { ContractDetails, ScannerSubscription } from "../domain/stock-types.js";
import type { CallOptions } from "./call-options.js";
import type { Watch, WatchListener } from "./watch.js";

/** A scan, in the words of {@link ScannerDesk.parameters}: instrument, location, code, and what narrows it down. */
export type Scan = Omit<ScannerSubscription, "instrument" | "locationCode" | "scanCode"> & {
  /** Such as `STK`. */
  readonly instrument: string;
  /** Such as `STK.US.MAJOR`. */
  readonly locationCode: string;
  /** Such as `TOP_PERC_GAIN`. */
  readonly scanCode: string;
  /** Further filters, by their names there. */
  readonly filters?: Readonly<Record<string, string | number>>;
};

export interface ScannerRow {
  /** 0 is the first. */
  readonly rank: number;
  /** What the scanner says of the contract: not all that contract details have. */
  readonly details: ContractDetails;
  readonly distance: string;
  readonly benchmark: string;
  readonly projection: string;
  /** Of combinations. */
  readonly legs: string;
}

export interface ScannerListener extends WatchListener {
  /** The whole list, each time it comes: at once, then about every 30 seconds. */
  rows(rows: readonly ScannerRow[]): void;
}

export interface ScannerDesk {
  /** All that can be scanned for, as the gateway's XML: some hundred kilobytes. */
  parameters(options?: CallOptions): Promise<string>;
  /** A gateway takes ten at once. */
  watch(scan: Scan, listener: ScannerListener, options?: CallOptions): Watch;
}
