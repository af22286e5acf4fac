import type { z as zod } from "zod";
import { type EnvironmentName, type IBApiOptions, PORTS, sessionRules, wayRules } from "../api/options.js";
import type { CallOptions } from "../broker/call-options.js";
import { type ClientOptions, clientRules } from "../client/client-options.js";
import { LOGGED_LEVELS, type LoggedLevel } from "../domain/logger.js";
import { gatewayRules, type IBKRGatewayOptions } from "../gateway/gateway-options.js";
import type { EngineOptions } from "../native/options.js";
import { type JournalOptions, journalFileRules } from "../orders/journal-contents.js";
import { trackerRules } from "../orders/tracker-options.js";
import { type RiskOptions, riskOption } from "../risk/risk-options.js";
import { type WireLogOptions, wireLogRules } from "../session/wire-log/wire-log-options.js";
import { type IBKRDataStreamOptions, streamRules } from "../stream/stream-options.js";
import { fields, flag, integer, oneOf } from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";
import { type SimulationOptions, simulationShape } from "./simulation-options.js";

/** Where the journal of orders is, and how it is written; its endpoint and client id are those of the connection. */
export type OrdersJournalOptions = Omit<JournalOptions, "endpoint" | "clientId">;

export type ConfigLogLevel = LoggedLevel | "silent";
export const LOG_LEVELS: readonly ConfigLogLevel[] = ["silent", ...LOGGED_LEVELS.toReversed()];

/** The least that is said of each subject. What is left out: whatever the logger says; `logLevel` where a configuration made it. */
export interface LogLevels {
  /** States of the connection, faults, what the gateway says. */
  readonly connection?: ConfigLogLevel | undefined;
  /** Orders from their call to their end, executions, what was refused. */
  readonly orders?: ConfigLogLevel | undefined;
  /** Calls of the client: failed ones `warn`, others `debug`. */
  readonly operations?: ConfigLogLevel | undefined;
  /** Subscriptions. */
  readonly data?: ConfigLogLevel | undefined;
}

const level = () => oneOf(LOG_LEVELS).optional();
export const loggingRules = lazily(() =>
  fields({ connection: level(), orders: level(), operations: level(), data: level() }),
);

/** Parts that can be switched off; a name that there is not is refused. */
export interface FeatureFlags {
  /** Speaks protobuf with gateways that know it (server version 213 and newer). Default true; false: text alone. */
  readonly protobuf?: boolean | undefined;
}

/** What a configuration says, whichever source it comes from; all have defaults. */
export interface IBKRConfigOptions
  extends Pick<
      IBApiOptions,
      "host" | "port" | "allowedHosts" | "clientId" | "maxReqPerSec" | "maxServerVersion"
    >,
    EngineOptions,
    Pick<CallOptions, "timeoutMs">,
    Omit<IBKRDataStreamOptions, "clock" | "lag">,
    ClientOptions,
    Omit<IBKRGatewayOptions, "clock" | "random"> {
  /**
   * `"paper"` (default): port 4002, and no account of real money. `"live"`: port 4001; needs an `account` and
   * `confirmLive`. `"simulation"`: a simulated gateway of its own.
   */
  environment?: EnvironmentName | undefined;
  /** With `"live"`: true, this is about real money. No variable of the environment says it. Default false. */
  confirmLive?: boolean | undefined;
  /** Only what reads leaves: orders, cancels and exercises end with `ERR_IBKR_READ_ONLY`. Default false. */
  readOnly?: boolean | undefined;
  /** The level of the logger that {@link IBKRConfig.setupLogging} makes: without it nothing is logged. Default `"silent"`. */
  logLevel?: ConfigLogLevel | undefined;
  logging?: LogLevels | undefined;
  features?: FeatureFlags | undefined;
  /**
   * The journal's folder, which has to be there, or more; without a folder from any source: what happened is not known to
   * the next process.
   */
  journal?: string | Partial<OrdersJournalOptions> | undefined;
  /** Where every frame is written, for finding out what was said; without a file from any source: nowhere. */
  wireLog?: Partial<WireLogOptions> | undefined;
  /** What `orderRef`s begin with: 1 to 13 characters. Default `ibkr-native`. */
  prefix?: string | undefined;
  /** The login's name, where it is known: orders of others are told apart by it. */
  username?: string | undefined;
  /** How long an ended order waits for executions and commissions, 0 … 600,000 ms. Default 5,000. */
  commissionTimeoutMs?: number | undefined;
  /** What orders may do: limits of the risk gate (docs/risk.md). Default: there is no gate. */
  risk?: RiskOptions | undefined;
  /** Of the simulated gateway, with `environment: "simulation"`. */
  simulation?: SimulationOptions | undefined;
}

/** How long connecting a client may take, where nothing is said. */
export const CONNECT_MS = 60_000;

/** Messages a second: a gateway takes half as many as the account has lines of market data. */
export function messageRateOf(lines: number): number {
  return Math.max(1, Math.floor(lines / 2));
}

/** What every module allows, by name; what only code can give (clocks, recorders) is not among it. */
const shape = lazily((): zod.ZodRawShape => {
  const { clock: _clock, lag: _lag, ...stream } = streamRules().shape;
  const { clock: _wall, random: _random, ...gateway } = gatewayRules().shape;
  return {
    ...sessionRules(),
    allowedHosts: wayRules().allowedHosts,
    environment: oneOf(Object.keys(PORTS) as EnvironmentName[]).default("paper"),
    confirmLive: flag().default(false),
    readOnly: flag().default(false),
    logLevel: oneOf(LOG_LEVELS).default("silent"),
    timeoutMs: integer(1, 0x7fffffff).default(CONNECT_MS),
    ...clientRules().shape,
    ...stream,
    ...gateway,
    ...trackerRules().shape,
    logging: loggingRules(),
    features: fields({ protobuf: flag().default(true) }),
    journal: fields(journalFileRules()),
    risk: riskOption().optional(),
    wireLog: fields(wireLogRules()),
    simulation: fields(simulationShape()),
  };
});

/** Sections of which another module has the rest of the rules. */
const OPEN_SECTIONS: ReadonlySet<string> = new Set(["simulation"]);

/** Names of files and folders: in a file they are relative to its folder. */
export const PATHS: ReadonlySet<string> = new Set([
  "journal.folder",
  "wireLog.file",
  "simulation.replay",
  "simulation.ticks",
  "simulation.scenario",
  "simulation.referenceData",
]);

export interface ConfigNames {
  /** What may be said, with its rule: `port`, `live.pnl`. */
  readonly options: ReadonlyMap<string, zod.ZodType>;
  /** The names on top. */
  readonly top: readonly string[];
  /** What is below a name, for those that are sections. */
  readonly sections: ReadonlyMap<string, readonly string[]>;
  isOpen(section: string): boolean;
}

/** Every option, flat. */
export const configNames = lazily((): ConfigNames => {
  const options = new Map<string, zod.ZodType>();
  const sections = new Map<string, readonly string[]>();
  for (const [name, rule] of Object.entries(shape()) as [string, zod.ZodType][]) {
    const inner = innermost(rule);
    if (!(inner instanceof z().ZodObject)) {
      options.set(name, rule);
      continue;
    }
    const below = inner.shape as Record<string, zod.ZodType>;
    sections.set(name, Object.keys(below));
    for (const [part, itsRule] of Object.entries(below)) options.set(`${name}.${part}`, itsRule);
  }
  return { options, sections, top: Object.keys(shape()), isOpen: (section) => OPEN_SECTIONS.has(section) };
});

function innermost(rule: zod.ZodType): zod.ZodType {
  const { ZodDefault, ZodOptional } = z();
  if (rule instanceof ZodDefault || rule instanceof ZodOptional)
    return innermost(rule.unwrap() as zod.ZodType);
  return rule;
}
