import type { CallOptions } from "../broker/call-options.js";
import type { Scan, ScannerDesk, ScannerListener, ScannerRow } from "../broker/scanner-desk.js";
import type { Watch } from "../broker/watch.js";
import { objectOf, refused } from "../domain/check.js";
import { measured } from "../metrics/operation-meter.js";
import type { Calls } from "./calls.js";
import type { Heard, Watched } from "./watched.js";

/** @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no scan */
function scanOf(scan: Scan): void {
  const { filters } = objectOf("scan", scan);
  if (filters === undefined) return;
  for (const [tag, value] of Object.entries(objectOf("scan.filters", filters)))
    if (!["string", "number", "boolean"].includes(typeof value))
      throw refused(`scan.filters.${tag}`, value, "a text or a number", "ERR_IBKR_ARGUMENT");
}

/** Scans of the market. */
export class ClientScanners {
  static {
    measured(
      ClientScanners.prototype,
      "scanners",
      ["parameters", "scan", "watch"],
      ({ calls }) => calls.operations,
    );
  }

  constructor(
    private readonly desk: ScannerDesk,
    private readonly calls: Calls,
    private readonly watched: Watched,
  ) {}

  /** All that can be scanned for, as the gateway's XML. */
  async parameters(options?: CallOptions): Promise<string> {
    return this.desk.parameters(this.calls.options(options));
  }

  /** The list of the moment. */
  async scan(scan: Scan, options?: CallOptions): Promise<readonly ScannerRow[]> {
    const call = this.calls.options(options);
    scanOf(scan);
    let newest: readonly ScannerRow[] = [];
    const watch = this.desk.watch(
      scan,
      {
        rows: (rows) => {
          newest = rows;
        },
        failed: () => {},
      },
      call,
    );
    try {
      await watch.ready;
      return newest;
    } finally {
      watch.close();
    }
  }

  /** The list, and each that follows, about every 30 seconds. A gateway takes ten at once. */
  watch(scan: Scan, listener: Heard<ScannerListener>, options?: CallOptions): Watch {
    scanOf(scan);
    return this.watched.begin<ScannerListener>(
      listener,
      "rows",
      (whole, call) => this.desk.watch(scan, whole, call),
      options,
    );
  }
}
