import { EventName } from "@stoqey/ib";
import type { Scan, ScannerDesk, ScannerRow } from "../../broker/scanner-desk.js";
import { objectOf } from "../../domain/check.js";
import type { ContractDetails } from "../../domain/stock-types.js";
import type { Requests } from "./requests.js";
import { beginById, openWatch } from "./session-watch.js";

type RowArguments = [
  rank: number,
  details: ContractDetails,
  distance: string,
  benchmark: string,
  projection: string,
  legs?: string,
];

export function sessionScanners(requests: Requests): ScannerDesk {
  return {
    parameters: (options) => {
      let xml = "";
      return requests.askShared(
        "scannerParameters",
        {
          method: "reqScannerParameters",
          args: () => [],
          take: {
            [EventName.scannerParameters]: (text: string) => {
              xml = text;
              return true;
            },
          },
          result: () => xml,
        },
        options,
      );
    },

    watch: (scan, listener, options = {}) => {
      let rows: ScannerRow[] = [];
      return openWatch(requests.session, listener, ["rows"], options, (run) =>
        beginById(requests, run, {
          method: "reqScannerSubscription",
          args: (id) => [id, ...scanAsked(scan)],
          take: {
            [EventName.scannerData]: (
              ...[rank, details, distance, benchmark, projection, legs = ""]: RowArguments
            ) => {
              rows.push({ rank, details, distance, benchmark, projection, legs });
              return false;
            },
            [EventName.scannerDataEnd]: () => {
              const list = rows;
              rows = [];
              run.tell(() => listener.rows(list));
              return true;
            },
          },
          cancel: "cancelScannerSubscription",
        }),
      );
    },
  };
}

function scanAsked(scan: Scan): readonly unknown[] {
  const { filters = {}, ...subscription } = objectOf("scan", scan);
  const pairs = Object.entries(filters).map(([tag, value]) => ({ tag, value: String(value) }));
  return [subscription, [], pairs];
}
