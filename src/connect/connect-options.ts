import {
  type EnvironmentName,
  type IBApiOptions,
  PORTS,
  resolveOptions,
  sessionRules,
  wayRules,
} from "../api/options.js";
import type { CallOptions } from "../broker/call-options.js";
import { messageRateOf } from "../config/config-options.js";
import { PERFORMANCE_PROFILES } from "../config/profiles.js";
import type { SimulationOptions } from "../config/simulation-options.js";
import { check, refused } from "../domain/check.js";
import type { EngineOptions } from "../native/options.js";
import { type RiskOptions, riskOption, riskRules } from "../risk/risk-options.js";
import type { SessionOptions } from "../session/session-options.js";
import { type WireLogOptions, wireLogRules } from "../session/wire-log/wire-log-options.js";
import { type IBKRDataStreamOptions, streamRules } from "../stream/stream-options.js";
import { abortSignal, fields, flag, instance, integer, oneOf } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";

type SessionOptionNames =
  | "host"
  | "port"
  | "transport"
  | "allowedHosts"
  | "clientId"
  | "maxReqPerSec"
  | "maxServerVersion";

/** Options of {@link connectBroker}; all have defaults, those of {@link IBApi} from the same variables of the environment. */
export interface ConnectBrokerOptions
  extends Pick<IBApiOptions, SessionOptionNames>,
    EngineOptions,
    CallOptions {
  /**
   * `"live"`, `"paper"`: the port, 4001 or 4002, where none is given. `"simulation"`: a simulated gateway in a
   * process of its own, that ends when the broker is closed and with this process. Default: `IBKR_PORT`, or the port of `IBKR_ENVIRONMENT`, or `"paper"`.
   */
  environment?: EnvironmentName | undefined;
  /**
   * Options of the simulated gateway; only with `environment: "simulation"`. With a `clock`, an `exchange` or a function
   * among them it runs in this process, where these are.
   */
  simulation?: SimulationOptions | undefined;
  /**
   * Only what reads leaves by this connection: orders, cancels and exercises end with `ERR_IBKR_READ_ONLY`, whichever way
   * they take. Default false.
   */
  readOnly?: boolean | undefined;
  /**
   * What orders may do: each is judged in the core before its first byte, and one that is denied is an
   * `OrderDeniedError` (docs/risk.md). Default: there is no gate.
   */
  risk?: RiskOptions | undefined;
  /**
   * Every frame of the connection, both ways, is written to a file, account ids masked: for finding out what was said, not for
   * production. Orders then take the general path. Default: none.
   */
  wireLog?: WireLogOptions | undefined;
}

/** Options of {@link IBKRDataStream.connect}: of the connection and of the stream. `ringCapacity`, `readMode` and `keepWarmMs` are the profile's. */
export interface ConnectStreamOptions extends ConnectBrokerOptions, IBKRDataStreamOptions {}

/** What a broker is made of, checked. */
export interface BrokerPlan {
  readonly session: SessionOptions;
  /** Of the gateway that is to be started; undefined where there is one. */
  readonly simulation: SimulationOptions | undefined;
  readonly wireLog: WireLogOptions | undefined;
  readonly call: CallOptions;
}

/** Lines of market data that an account has from the start. */
const USUAL_LINES = 100;

const AN_OBJECT = "an object with options of a simulated gateway";
const isOptions = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The options of a broker, by name. */
export const brokerShape = lazily(() => ({
  ...sessionRules(),
  ...wayRules(),
  port: sessionRules().port.optional(),
  environment: oneOf(Object.keys(PORTS) as EnvironmentName[]).optional(),
  simulation: instance<SimulationOptions>(isOptions, AN_OBJECT).optional(),
  readOnly: flag().default(false),
  risk: riskOption().optional(),
  wireLog: fields(wireLogRules()).optional(),
  signal: abortSignal().optional(),
  timeoutMs: integer(1, 0x7fffffff).optional(),
}));

const brokerRules = lazily(() => fields(brokerShape()));
export const connectRules = lazily(() => fields({ ...brokerShape(), ...streamRules().shape }));

/** @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed */
export function brokerPlan(given: ConnectBrokerOptions, env = process.env): BrokerPlan {
  return planOf(given, check(brokerRules(), given), env);
}

/** @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed */
export function streamPlan(
  given: ConnectStreamOptions,
  env = process.env,
): { readonly broker: BrokerPlan; readonly stream: IBKRDataStreamOptions } {
  const checked = check(connectRules(), given);
  const stream = Object.fromEntries(
    Object.keys(streamRules().shape).map((name) => [name, given[name as keyof IBKRDataStreamOptions]]),
  );
  const { ringCapacity, readMode, keepWarmMs } = PERFORMANCE_PROFILES[checked.profile];
  const engine = {
    ringCapacity: given.ringCapacity ?? ringCapacity,
    readMode: given.readMode ?? readMode,
    keepWarmMs: given.keepWarmMs ?? keepWarmMs,
  };
  return { broker: planOf({ ...given, ...engine }, checked, env, checked.lines), stream };
}

/**
 * The session's options are resolved as those of `IBApi` are: from what was given, then from the environment. A gateway
 * takes half as many messages a second as the account has lines of market data.
 */
function planOf(
  given: ConnectBrokerOptions,
  checked: Pick<
    ConnectBrokerOptions,
    "environment" | "simulation" | "readOnly" | "risk" | "signal" | "timeoutMs" | "wireLog"
  >,
  env: NodeJS.ProcessEnv,
  lines = USUAL_LINES,
): BrokerPlan {
  const { environment, simulation, readOnly, risk, signal, timeoutMs, wireLog } = checked;
  if (risk !== undefined) check(riskRules(), risk, "risk");
  const simulated = environment === "simulation";
  if (!simulated && simulation !== undefined)
    throw refused("simulation", simulation, 'nothing, unless environment is "simulation"');
  for (const name of ["host", "port", "transport"] as const)
    if (simulated && given[name] !== undefined)
      throw refused(name, given[name], 'nothing, as environment is "simulation"');
  // What the code says goes before what the environment's variables say.
  const port = given.port ?? (environment === undefined ? undefined : PORTS[environment]);
  const byLines = env["MAX_REQ_PER_SECOND"] ? undefined : messageRateOf(lines);
  return {
    session: {
      ...resolveOptions({ ...given, port, maxReqPerSec: given.maxReqPerSec ?? byLines }, env),
      readOnly,
      risk,
    },
    simulation: simulated ? (simulation ?? {}) : undefined,
    wireLog,
    call: { signal, timeoutMs },
  };
}
