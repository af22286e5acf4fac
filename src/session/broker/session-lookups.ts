import { EventName } from "@stoqey/ib";
import type { CallOptions } from "../../broker/call-options.js";
import type { HistoryRequest, Lookups } from "../../broker/lookups.js";
import type { HistoricalBar } from "../../domain/historical-bar.js";
import type { Contract, ContractDescription, ContractDetails } from "../../domain/stock-types.js";
import type { Requests } from "./requests.js";

/** Bars as seconds since 1970: the one form that needs no time zone. */
const FORMAT_EPOCH_SECONDS = 2;
/** Stock tells the end of history by a bar whose time begins so. */
const END_MARK = "finished";

export class SessionLookups implements Lookups {
  constructor(private readonly requests: Requests) {}

  contractDetails(contract: Contract, options?: CallOptions): Promise<ContractDetails[]> {
    const found: ContractDetails[] = [];
    const add = (details: ContractDetails) => {
      found.push(details);
      return false;
    };
    return this.requests.ask(
      {
        method: "reqContractDetails",
        args: (id) => [id, contract],
        take: {
          [EventName.contractDetails]: add,
          [EventName.bondContractDetails]: add,
          [EventName.contractDetailsEnd]: () => true,
        },
        result: () => found,
      },
      options,
    );
  }

  search(pattern: string, options?: CallOptions): Promise<ContractDescription[]> {
    let found: ContractDescription[] = [];
    return this.requests.ask(
      {
        method: "reqMatchingSymbols",
        args: (id) => [id, pattern],
        take: {
          [EventName.symbolSamples]: (descriptions: ContractDescription[]) => {
            found = descriptions;
            return true;
          },
        },
        result: () => found,
      },
      options,
    );
  }

  history(request: HistoryRequest, options?: CallOptions): Promise<HistoricalBar[]> {
    const bars: HistoricalBar[] = [];
    const { contract, endDateTime = "", duration, barSize, whatToShow, regularHoursOnly = false } = request;
    return this.requests.ask(
      {
        method: "reqHistoricalData",
        args: (id) => [
          id,
          contract,
          endDateTime,
          duration,
          barSize,
          whatToShow,
          regularHoursOnly ? 1 : 0,
          FORMAT_EPOCH_SECONDS,
          false,
        ],
        take: {
          [EventName.historicalData]: (time: string, ...values: (number | undefined)[]) => {
            if (time.startsWith(END_MARK)) return true;
            bars.push(barOf(time, values));
            return false;
          },
        },
        result: () => bars,
        cancel: "cancelHistoricalData",
      },
      options,
    );
  }

  serverTimeMs(options?: CallOptions): Promise<number> {
    let timeMs = 0;
    return this.requests.askShared(
      "currentTime",
      {
        method: "reqCurrentTime",
        args: () => [],
        take: {
          [EventName.currentTime]: (seconds: number) => {
            timeMs = seconds * 1000;
            return true;
          },
        },
        result: () => timeMs,
      },
      options,
    );
  }
}

function barOf(time: string, values: readonly (number | undefined)[]): HistoricalBar {
  const [open, high, low, close, volume, count, wap] = values;
  // A date has eight digits; seconds since 1970 have more since 1973.
  const when = time.length === 8 ? { date: time } : { timeMs: Number(time) * 1000 };
  return { ...when, open, high, low, close, volume: known(volume), wap: known(wap), count: known(count) };
}

/** The gateway writes -1 where there is no volume: MIDPOINT, BID, ASK. */
function known(value: number | undefined): number | undefined {
  return value === -1 ? undefined : value;
}
