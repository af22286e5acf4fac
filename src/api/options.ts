import type { IBApiCreationOptions, IBApiNextCreationOptions } from "@stoqey/ib";
import type { z as zod } from "zod";
import { check, refused } from "../domain/check.js";
import { type EngineOptions, engineRules } from "../native/options.js";
import { type RiskOptions, riskRules } from "../risk/risk-options.js";
import {
  isBetweenDialects,
  MAX_TEXT_VERSION,
  MAX_VERSION,
  MIN_PROTOBUF_VERSION,
  MIN_VERSION,
} from "../session/server-versions.js";
import type { SessionOptions } from "../session/session-options.js";
import {
  allowedHostsRule,
  type TransportOptions,
  transportRule,
} from "../session/transport/transport-options.js";
import { nearName } from "../validation/near-name.js";
import {
  fieldsAmongOthers,
  hostName,
  integer,
  notNegative,
  numberIn,
  oneOf,
  orText,
  port,
  positiveOrInfinity,
} from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";
import type { ApiJournalOptions } from "./journal-option.js";

/** Options of {@link IBApi}: stock's, and how the engine connects and reads. */
export interface IBApiOptions extends IBApiCreationOptions, EngineOptions {
  /**
   * The newest server version to offer: 213 … 226 (default 226) speaks protobuf with gateways of version 213 and newer
   * and text with those up to 193, 100 … 193 text only. A gateway between the two is asked again with 193.
   */
  maxServerVersion?: number | undefined;
  /**
   * Of orders, docs/orders.md: each is written there before its bytes leave, gets an `orderRef` where it has none, and
   * executions of the time away come after each connect, once. Of {@link IBApiNext} with a `clientId`. Default: none.
   */
  journal?: ApiJournalOptions | undefined;
  /**
   * How bytes get to the gateway. `"tcp"` (default): a socket of the core's own. `"tls"`, or an object with `kind: "tls"`:
   * TLS to a terminator in front of a gateway. An object with `kind: "custom"`: a stream that your `connect` makes, a tunnel
   * or a proxy. docs/gateways.md.
   */
  transport?: TransportOptions | undefined;
  /**
   * Whom the client may connect to: addresses, ranges (`10.0.0.0/8`), names, which stand for the addresses that they have
   * at that moment. It is the address of `host` that counts, whatever its name. Default: anybody.
   */
  allowedHosts?: readonly string[] | undefined;
  /**
   * What orders may do (docs/risk.md): each is judged in the core before its first byte; one that is denied is an `error`
   * event with its id, number 504, and an `OrderDeniedError`. Default: there is no gate.
   */
  risk?: RiskOptions | undefined;
}

/** TCP ports by environment: IB Gateway's defaults. */
export const PORTS = { live: 4001, paper: 4002, simulation: 4002 };
export type EnvironmentName = keyof typeof PORTS;

const DEFAULTS = {
  host: "127.0.0.1",
  environment: "paper",
  clientId: 0,
  maxReqPerSec: 40,
  maxServerVersion: MAX_VERSION,
} as const;

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

const clientIdRule = lazily(() => orText(integer(0, 0x7fffffff)));

/** What is allowed for each option of a session. */
export const sessionRules = lazily(() => ({
  host: hostName("a host name or an IP address").default(DEFAULTS.host),
  port: orText(port(1)),
  clientId: clientIdRule().default(DEFAULTS.clientId),
  maxReqPerSec: orText(positiveOrInfinity()).default(DEFAULTS.maxReqPerSec),
  maxServerVersion: orText(spokenVersion()).default(DEFAULTS.maxServerVersion),
  ...engineRules(),
}));

/** Of how a session gets to its gateway, beside host and port. */
export const wayRules = lazily(() => ({
  transport: transportRule().optional(),
  allowedHosts: allowedHostsRule().optional(),
}));

const rules = lazily(() => fieldsAmongOthers({ ...sessionRules(), ...wayRules() }));
const optionNames = () => [...Object.keys(sessionRules()), ...Object.keys(wayRules())];

/** What only stock's `IBApiNext` has, beside its logger. */
const intervals = lazily(() =>
  fieldsAmongOthers({
    reconnectInterval: orText(notNegative()).optional(),
    connectionWatchdogInterval: orText(notNegative()).optional(),
  }),
);

const NEXT_OPTIONS: readonly string[] = ["reconnectInterval", "connectionWatchdogInterval", "logger"];

/**
 * Fills in defaults: host `IBKR_HOST`, `IB_HOST` or 127.0.0.1; port `IBKR_PORT`, `IB_PORT` or that of
 * `IBKR_ENVIRONMENT` (`live` 4001, `paper` 4002, `simulation` 4002; default `paper`); client id 0; 40 requests a second.
 * Numbers may come as text. An empty variable of the environment is none.
 * @throws IBKRError `ERR_IBKR_OPTION` naming the option, its value and what is allowed.
 */
export function resolveOptions(
  options: IBApiOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): SessionOptions {
  // By their names: what stands in a prototype counts, as with stock.
  const given = objectOf(options) as Readonly<Record<string, unknown>>;
  const named = Object.fromEntries(optionNames().map((name) => [name, given[name]]));
  const checked = check(rules(), {
    ...named,
    host: options.host ?? textFrom(env, "IBKR_HOST") ?? textFrom(env, "IB_HOST"),
    port: options.port ?? portFrom(env),
    clientId: wholeClientId(options.clientId),
    maxReqPerSec: options.maxReqPerSec ?? numberFrom(env, "MAX_REQ_PER_SECOND", positiveOrInfinity()),
  });
  const { host, port, clientId, maxReqPerSec, maxServerVersion, transport, allowedHosts, ...engine } =
    checked;
  const { risk } = options;
  if (risk !== undefined) check(riskRules(), risk, "risk");
  return {
    ...{ host, port, clientId, maxReqPerSec, maxServerVersion, engine },
    ...(transport !== undefined && { transport }),
    ...(allowedHosts !== undefined && { allowedHosts }),
    ...(risk !== undefined && { risk }),
  };
}

/**
 * The intervals of an `IBApiNext`, as numbers. A member that is not given is not there.
 * @throws IBKRError `ERR_IBKR_OPTION`
 */
export function resolveIntervals(options: IBApiNextCreationOptions = {}): {
  reconnectInterval?: number;
  connectionWatchdogInterval?: number;
} {
  const { reconnectInterval, connectionWatchdogInterval } = objectOf(options);
  return check(intervals(), {
    reconnectInterval: reconnectInterval ?? undefined,
    connectionWatchdogInterval: connectionWatchdogInterval ?? undefined,
  });
}

/** One sentence for each option that there is not: stock passes it over, and a port that was misspelt is the default one. */
export function unknownOptions(options: object = {}, forNext = false): string[] {
  const names = [...optionNames(), "journal", "risk", ...(forNext ? NEXT_OPTIONS : [])];
  return Object.keys(options)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const meant = nearName(name, names);
      const hint = meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`;
      return `option ${name} is not known and has no effect: ${hint}`;
    });
}

/**
 * A client id as stock takes it: rounded down, also from text.
 * @throws IBKRError `ERR_IBKR_OPTION` unless 0 … 2147483647.
 */
export function clientIdOf(value: unknown): number | undefined {
  const whole = wholeClientId(value);
  return whole === undefined ? undefined : check(clientIdRule(), whole, "clientId");
}

function wholeClientId(value: unknown): unknown {
  const number = numberIn(value ?? undefined);
  return typeof number === "number" ? Math.floor(number) : number;
}

function objectOf<T extends object>(options: T): T {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return options;
  throw refused("options", options, `an object with ${optionNames().join(", ")}`);
}

function portFrom(env: NodeJS.ProcessEnv): number {
  const rule = port(1);
  const given = numberFrom(env, "IBKR_PORT", rule) ?? numberFrom(env, "IB_PORT", rule);
  if (given !== undefined) return given;
  const environment = textFrom(env, "IBKR_ENVIRONMENT") ?? DEFAULTS.environment;
  const known = oneOf(Object.keys(PORTS) as EnvironmentName[]);
  return PORTS[check(known, environment, "IBKR_ENVIRONMENT (environment variable)")];
}

function textFrom(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name] || undefined;
}

/** Checked here, where the variable's name is known: the option's own would send whoever set the variable astray. */
function numberFrom(env: NodeJS.ProcessEnv, name: string, rule: zod.ZodType<number>): number | undefined {
  const text = textFrom(env, name);
  if (text === undefined) return undefined;
  const value = numberIn(text);
  if (typeof value !== "number") throw refused(`${name} (environment variable)`, text, "a number");
  return check(rule, value, `${name} (environment variable)`);
}
