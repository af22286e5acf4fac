import type { IBApiCreationOptions } from "@stoqey/ib";
import { badOption, type EngineOptions, integerOption, resolveEngineOptions } from "../native/options.js";
import {
  MAX_TEXT_VERSION,
  MAX_VERSION,
  MIN_PROTOBUF_VERSION,
  MIN_VERSION,
} from "../session/server-versions.js";
import type { SessionOptions } from "../session/session-options.js";

/** Options of {@link IBApi}: stock's, and how the engine connects and reads. */
export interface IBApiOptions extends IBApiCreationOptions, EngineOptions {
  /**
   * The newest server version to offer: 213 … 226 (default 226) speaks protobuf with gateways of version 213 and newer
   * and text with those up to 193, 100 … 193 text only. A gateway between the two is asked again with 193.
   */
  maxServerVersion?: number;
}

/** TCP ports by environment: IB Gateway's defaults. */
const PORTS: Readonly<Record<string, number>> = { live: 4001, paper: 4002, simulation: 4002 };

/**
 * Fills in defaults: host `IBKR_HOST`, `IB_HOST` or 127.0.0.1; port `IBKR_PORT`, `IB_PORT` or that of
 * `IBKR_ENVIRONMENT` (`live` 4001, `paper` 4002, `simulation` 4002; default `paper`); client id 0; 40 requests a second.
 * @throws RangeError naming the option, its value and what is allowed.
 */
export function resolveOptions(
  options: IBApiOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): SessionOptions {
  const host = options.host ?? env["IBKR_HOST"] ?? env["IB_HOST"] ?? "127.0.0.1";
  if (typeof host !== "string" || host.length === 0)
    throw badOption("host", host, "a host name or an IP address");
  const maxReqPerSec = options.maxReqPerSec ?? numberFrom(env, "MAX_REQ_PER_SECOND") ?? 40;
  if (typeof maxReqPerSec !== "number" || !(maxReqPerSec > 0)) {
    throw badOption("maxReqPerSec", maxReqPerSec, "a number above 0");
  }
  const maxServerVersion = integerOption(
    "maxServerVersion",
    options.maxServerVersion,
    MAX_VERSION,
    MIN_VERSION,
    MAX_VERSION,
  );
  if (maxServerVersion > MAX_TEXT_VERSION && maxServerVersion < MIN_PROTOBUF_VERSION) {
    throw badOption("maxServerVersion", maxServerVersion, "100 to 193 (text) or 213 to 226 (protobuf)");
  }
  return {
    host,
    port: integerOption("port", options.port ?? portFrom(env), 0, 1, 65_535),
    clientId: clientIdOf(options.clientId) ?? 0,
    maxReqPerSec,
    maxServerVersion,
    engine: resolveEngineOptions(options),
  };
}

/** A client id as stock takes it, rounded down. @throws RangeError unless 0 … 2147483647. */
export function clientIdOf(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  return integerOption("clientId", Math.floor(value), 0, 0, 0x7fffffff);
}

function portFrom(env: NodeJS.ProcessEnv): number {
  const port = numberFrom(env, "IBKR_PORT") ?? numberFrom(env, "IB_PORT");
  if (port !== undefined) return port;
  const environment = env["IBKR_ENVIRONMENT"] ?? "paper";
  const byEnvironment = PORTS[environment];
  if (byEnvironment === undefined) {
    throw badOption("IBKR_ENVIRONMENT (environment variable)", environment, Object.keys(PORTS).join(", "));
  }
  return byEnvironment;
}

function numberFrom(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (Number.isNaN(value)) throw badOption(`${name} (environment variable)`, text, "a number");
  return value;
}
