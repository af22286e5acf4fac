import { inspect } from "node:util";
import type { Logger as PinoLogger } from "pino";
import type { EnvironmentName } from "../api/options.js";
import type { LiveOptions } from "../client/client-options.js";
import { checkText, objectOf } from "../domain/check.js";
import type { ClientLogger } from "../domain/logger.js";
import type { WireLogOptions } from "../session/wire-log/wire-log-options.js";
import type { ProfileName } from "../stream/profile.js";
import type { ConfigEntries } from "./config-entry.js";
import type { FeatureFlags, IBKRConfigOptions, LogLevels, OrdersJournalOptions } from "./config-options.js";
import { ConfigExplanation } from "./explanation.js";
import { NEEDED_OPTIONS } from "./guards.js";
import type { LogDestination } from "./pino-logger.js";
import { PERFORMANCE_PROFILES } from "./profiles.js";
import { resolveConfig } from "./resolve.js";
import { fromArguments, type GivenValues } from "./sources.js";
import { FILE_VARIABLE, fromVariables } from "./variables.js";

interface LoggingOptions {
  readonly destination?: LogDestination | undefined;
  readonly logger?: ClientLogger | undefined;
}

/** Arguments of {@link IBKRConfig.load}: every option, and the file. */
export interface IBKRConfigArguments extends IBKRConfigOptions {
  /** The configuration file; before `IBKR_CONFIG`. Default: none. */
  config?: string | undefined;
}

type Maybe =
  | "account"
  | "allowedHosts"
  | "username"
  | "guardNice"
  | "host"
  | "port"
  | "journal"
  | "wireLog"
  | "simulation"
  | "risk";

/** A configuration with everything filled in. `host` and `port` are undefined of a simulation. */
export type IBKRConfigValues = Readonly<
  { [K in Exclude<keyof IBKRConfigOptions, Maybe>]-?: Exclude<IBKRConfigOptions[K], undefined> } & Pick<
    IBKRConfigOptions,
    Exclude<Maybe, "journal" | "wireLog">
  > & {
      environment: EnvironmentName;
      profile: ProfileName;
      live: LiveOptions;
      features: FeatureFlags;
      logging: LogLevels;
      /** Undefined without a folder. */
      journal?: OrdersJournalOptions;
      /** Undefined without a file. */
      wireLog?: WireLogOptions;
    }
>;

/**
 * What a client is told before it connects, from four sources, the first of which that says something wins: arguments,
 * variables of the environment, a file, defaults (of the option, of its profile and its environment).
 */
export class IBKRConfig {
  /** The exact values of each profile. */
  static readonly profiles = PERFORMANCE_PROFILES;
  readonly values: IBKRConfigValues;
  /** What {@link setupLogging} has made, or was given: a client of this configuration logs to it. Undefined: nothing is logged. */
  logger: ClientLogger | undefined;

  private constructor(
    private readonly entries: ConfigEntries,
    /** The file that was read. */
    readonly file: string | undefined,
  ) {
    this.values = valuesOf(entries);
  }

  /**
   * From variables and defaults; `IBKR_CONFIG` is {@link load}'s.
   * @throws IBKRError `ERR_IBKR_OPTION` that names the variable, its value and what is allowed
   */
  static fromEnv(env: NodeJS.ProcessEnv = process.env): IBKRConfig {
    objectOf("env", env, "ERR_IBKR_OPTION");
    return new IBKRConfig(resolveConfig([fromVariables(env)]), undefined);
  }

  /**
   * From a file and defaults: JSON, YAML, a TypeScript or JavaScript module whose default export is the options, or a
   * function that returns them or a promise of them.
   * @throws IBKRError `ERR_IBKR_FILE` for a file that cannot be read, `ERR_IBKR_OPTION` that names its line, the option, its
   *   value and what is allowed
   */
  static async fromFile(file: string): Promise<IBKRConfig> {
    checkText("file", file, "ERR_IBKR_OPTION");
    return new IBKRConfig(resolveConfig([await readFile(file, "config")]), file);
  }

  /**
   * From everything: what is given here, variables, the file that `config` or `IBKR_CONFIG` names, defaults.
   * @throws IBKRError `ERR_IBKR_FILE`, `ERR_IBKR_OPTION`
   */
  static async load(
    options: IBKRConfigArguments = {},
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<IBKRConfig> {
    objectOf("env", env, "ERR_IBKR_OPTION");
    const given = fromArguments(options, ["config"]);
    const variables = fromVariables(env);
    const [file, subject] =
      options.config === undefined
        ? [env[FILE_VARIABLE] || undefined, `${FILE_VARIABLE} (environment variable)`]
        : [options.config, "config"];
    const layers = [given, variables];
    if (file !== undefined) layers.push(await readFile(file, subject));
    return new IBKRConfig(resolveConfig(layers), file);
  }

  /** Where each value comes from, as an object and, printed, as a table. Account ids are redacted. */
  explain(): ConfigExplanation {
    return new ConfigExplanation(this.entries, this.file);
  }

  /**
   * Makes a logger of `pino`, to which clients of this configuration log from then on, and a program may as well: lines of
   * JSON with `logLevel` as their least, account ids redacted in all of them.
   * @param options `destination`: what takes the lines, default the process's output; `logger`: a logger of the
   *   program's own in place of it, of which only the clients' lines are redacted
   */
  setupLogging(options?: { readonly destination?: LogDestination | undefined }): Promise<PinoLogger>;
  setupLogging<L extends ClientLogger>(options: { readonly logger: L }): Promise<L>;
  async setupLogging(options: LoggingOptions = {}): Promise<ClientLogger> {
    // Loaded when it is wanted: programs that log nothing have no use for it.
    const { makeLogger } = await import("./pino-logger.js");
    this.logger = options.logger ?? makeLogger(this.values, options.destination);
    return this.logger;
  }

  /** With account ids redacted. */
  toJSON(): unknown {
    const { entries } = this.explain();
    return valuesOf(new Map(Object.entries(entries)));
  }

  [inspect.custom](): string {
    return `IBKRConfig ${inspect(this.toJSON())}`;
  }
}

/** Loaded where there is a file: neither its parser nor its loader is every program's. */
async function readFile(file: string, subject: string): Promise<GivenValues> {
  const { fromFile } = await import("./config-file.js");
  return await fromFile(file, subject);
}

function valuesOf(entries: ConfigEntries): IBKRConfigValues {
  const isSimulation = entries.get("environment")?.value === "simulation";
  /** Sections that are nothing without one of their options. */
  const isLeftOut = (section: string) =>
    section in NEEDED_OPTIONS && entries.get(NEEDED_OPTIONS[section])?.value === undefined;
  const values: Record<string, unknown> = {};
  for (const { name, value } of entries.values()) {
    const [section, part] = name.split(".");
    if ((section === "simulation" && !isSimulation) || isLeftOut(section)) continue;
    if (part === undefined) values[section] = value;
    else values[section] = { ...(values[section] as object | undefined), [part]: value };
  }
  for (const value of Object.values(values)) if (isPlain(value)) Object.freeze(value);
  return Object.freeze(values) as unknown as IBKRConfigValues;
}

function isPlain(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
