import type { HistoricalBar } from "../domain/historical-bar.js";
import type { Contract, ContractDescription, ContractDetails } from "../domain/stock-types.js";
import type { CallOptions } from "./call-options.js";

/** One request of historical bars, in the gateway's words. */
export interface HistoryRequest {
  readonly contract: Contract;
  /** The last moment, as the gateway takes it (`20260102-15:59:00`); empty: now. */
  readonly endDateTime?: string;
  /** Such as `1 D`, `2 W`, `1800 S`. */
  readonly duration: string;
  /** Such as `1 min`, `1 day`. */
  readonly barSize: string;
  /** `TRADES`, `MIDPOINT`, `BID`, `ASK`, … */
  readonly whatToShow: string;
  /** Regular trading hours only; default false. */
  readonly regularHoursOnly?: boolean;
}

/** Questions with one answer. */
export interface Lookups {
  /** Every contract that fits. @throws IBKRError `ERR_IBKR_NO_SECURITY_DEFINITION` where there is none */
  contractDetails(contract: Contract, options?: CallOptions): Promise<ContractDetails[]>;
  /** Stocks and others by the beginning of their name or symbol. */
  search(pattern: string, options?: CallOptions): Promise<ContractDescription[]>;
  history(request: HistoryRequest, options?: CallOptions): Promise<HistoricalBar[]>;
  /** The server's clock, in milliseconds since 1970; older servers know whole seconds. */
  serverTimeMs(options?: CallOptions): Promise<number>;
}
