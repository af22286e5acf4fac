import { IBApi as StockIBApi, IBApiNext as StockIBApiNext } from "@stoqey/ib";
import { Decoder } from "@stoqey/ib/dist/core/io/decoder";
import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { version as installed } from "@stoqey/ib/package.json";
import type { Controller } from "./controller.js";

/** The version whose insides this folder knows. */
export const STOCK_VERSION = "1.6.10";

const DECODER_MEMBERS = [
  "readInt",
  "readDouble",
  "readStr",
  "processMsg",
  "emit",
  "decodeUnicodeEscapedString",
  "decodeMsg_TICK_REQ_PARAMS",
  "decodeMsg_ERR_MSG",
];

let checked = false;

/**
 * Checks, once, that stock is the version and has the private members that the engine takes the place of.
 * @throws Error naming what is not as expected.
 */
export function checkSeam(): void {
  if (checked) return;
  const faults: string[] = [];
  if (installed !== STOCK_VERSION) faults.push(`version ${installed} is installed`);
  for (const name of DECODER_MEMBERS) {
    if (typeof (Decoder.prototype as unknown as Record<string, unknown>)[name] !== "function") {
      faults.push(`Decoder.${name} is missing`);
    }
  }
  if (typeof Encoder.prototype.placeOrder !== "function") faults.push("Encoder.placeOrder is missing");
  const probe = new StockIBApi({ clientId: 0, maxReqPerSec: 1 });
  const controller = (probe as unknown as { controller?: object }).controller;
  const members = [
    "serverVersion",
    "connected",
    "disableUseV100Plus",
    "connect",
    "disconnect",
    "schedule",
    "encoder",
  ];
  for (const name of members) {
    if (controller === undefined || !(name in controller)) faults.push(`IBApi.controller.${name} is missing`);
  }
  if (typeof StockIBApiNext !== "function") faults.push("IBApiNext is missing");
  if (faults.length > 0) {
    throw Object.assign(
      new Error(
        `ibkr-native: @stoqey/ib is not the version this package stands on (${STOCK_VERSION} exactly): ${faults.join("; ")}`,
      ),
      { code: "ERR_IBKR_SEAM" },
    );
  }
  checked = true;
}

/** Puts the engine in the place of stock's controller. */
export function install(api: StockIBApi, controller: Controller): void {
  (api as unknown as { controller: unknown }).controller = controller;
}

/** What IBApiNext keeps private and the engine mends. */
export interface NextInsides {
  readonly api: StockIBApi & AutoConnectionInsides;
  readonly subscriptions: { dispatchError(error: { reqId: number; code: number }): void };
  readonly logger: { debug(tag: string, text: string): void };
}

export interface AutoConnectionInsides {
  lastDataIngressTm: number | undefined;
  watchdogInterval: number;
  connectionWatchdogTimeout: NodeJS.Timeout | undefined;
  runWatchdog(): void;
  onDisconnected(): void;
}

export function insidesOf(next: StockIBApiNext): NextInsides {
  const insides = next as unknown as NextInsides;
  const { api } = insides;
  if (typeof api?.runWatchdog !== "function" || typeof api.onDisconnected !== "function") {
    throw Object.assign(new Error("ibkr-native: IBApiNext.api of @stoqey/ib is not as expected"), {
      code: "ERR_IBKR_SEAM",
    });
  }
  return insides;
}
