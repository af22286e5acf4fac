import type { IBApiCreationOptions } from "@stoqey/ib";
import { check, refused } from "../domain/check.js";
import { type EngineOptions, engineRules } from "../native/options.js";
import {
  isBetweenDialects,
  MAX_TEXT_VERSION,
  MAX_VERSION,
  MIN_PROTOBUF_VERSION,
  MIN_VERSION,
} from "../session/server-versions.js";
import type { SessionOptions } from "../session/session-options.js";
import { fieldsAmongOthers, integer, port, positiveOrInfinity, text } from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";

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

const DEFAULTS = {
  host: "127.0.0.1",
  environment: "paper",
  clientId: 0,
  maxReqPerSec: 40,
  maxServerVersion: MAX_VERSION,
};

/** Versions that speak one dialect whole. */
function spokenVersion() {
  const error =
    `${MIN_VERSION} to ${MAX_TEXT_VERSION} (text) or ` +
    `${MIN_PROTOBUF_VERSION} to ${MAX_VERSION} (protobuf)`;
  return z()
    .number({ error })
    .refine((version) => Number.isInteger(version) && !isBetweenDialects(version), { error })
    .min(MIN_VERSION, { error })
    .max(MAX_VERSION, { error });
}

const clientIdRule = lazily(() => integer(0, 0x7fffffff));

const rules = lazily(() =>
  fieldsAmongOthers({
    host: text("a host name or an IP address").default(DEFAULTS.host),
    port: port(1),
    clientId: clientIdRule().default(DEFAULTS.clientId),
    maxReqPerSec: positiveOrInfinity().default(DEFAULTS.maxReqPerSec),
    maxServerVersion: spokenVersion().default(DEFAULTS.maxServerVersion),
    ...engineRules(),
  }),
);

/**
 * Fills in defaults: host `IBKR_HOST`, `IB_HOST` or 127.0.0.1; port `IBKR_PORT`, `IB_PORT` or that of
 * `IBKR_ENVIRONMENT` (`live` 4001, `paper` 4002, `simulation` 4002; default `paper`); client id 0; 40 requests a second.
 * @throws IBKRError `ERR_IBKR_OPTION` naming the option, its value and what is allowed.
 */
export function resolveOptions(
  options: IBApiOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): SessionOptions {
  const { host, port, clientId, maxReqPerSec, maxServerVersion, ...engine } = check(rules(), {
    ...options,
    host: options.host ?? env["IBKR_HOST"] ?? env["IB_HOST"],
    port: options.port ?? portFrom(env),
    clientId: wholeClientId(options.clientId),
    maxReqPerSec: options.maxReqPerSec ?? numberFrom(env, "MAX_REQ_PER_SECOND"),
  });
  return { host, port, clientId, maxReqPerSec, maxServerVersion, engine };
}

/** A client id as stock takes it, rounded down. @throws IBKRError `ERR_IBKR_OPTION` unless 0 … 2147483647. */
export function clientIdOf(value: number | undefined): number | undefined {
  return value === undefined ? undefined : check(clientIdRule(), Math.floor(value), "clientId");
}

function wholeClientId(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.floor(value);
}

function portFrom(env: NodeJS.ProcessEnv): number {
  const port = numberFrom(env, "IBKR_PORT") ?? numberFrom(env, "IB_PORT");
  if (port !== undefined) return port;
  const environment = env["IBKR_ENVIRONMENT"] ?? DEFAULTS.environment;
  const byEnvironment = PORTS[environment];
  if (byEnvironment === undefined) {
    throw refused("IBKR_ENVIRONMENT (environment variable)", environment, Object.keys(PORTS).join(", "));
  }
  return byEnvironment;
}

function numberFrom(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (Number.isNaN(value)) throw refused(`${name} (environment variable)`, text, "a number");
  return value;
}
