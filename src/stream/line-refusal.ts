import { gatewayError } from "../domain/gateway-codes.js";
import type { IBKRError } from "../domain/ibkr-error.js";

const MAX_TICKERS = 101;
const MAX_DEPTH = 309;
const DEPTH_HALTED = 316;
const NO_TICK_BY_TICK = 10_189;
const MAX_TICK_BY_TICK = 10_190;
const COMPETING = 10_197;

const MEANINGS: ReadonlyMap<number, LineRefusal> = new Map([
  [MAX_TICKERS, "no-line"],
  [MAX_DEPTH, "no-line"],
  [MAX_TICK_BY_TICK, "no-line"],
  [DEPTH_HALTED, "halted"],
  [NO_TICK_BY_TICK, "competing"],
]);

/**
 * What a refusal of a request means for its line. `no-line`: the gateway has none left. `halted`: its depth is to be
 * asked for again. `competing`: somebody else of the login has the data. `connection`: the connection's fault.
 * `failed`: it would be refused again.
 */
export type LineRefusal = "no-line" | "halted" | "competing" | "connection" | "failed";

export function refusalOf({ gatewayCode, scope, code }: IBKRError): LineRefusal {
  const known = gatewayCode === undefined ? undefined : MEANINGS.get(gatewayCode);
  if (known !== undefined) return known;
  return scope === "system" || code === "ERR_IBKR_NOT_SENT" ? "connection" : "failed";
}

/** A notice that somebody else of the login has the data; undefined for all others. */
export function competingNotice(code: number, text: string): IBKRError | undefined {
  return code === COMPETING ? gatewayError(code, text, "data") : undefined;
}
