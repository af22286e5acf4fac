import type { EnvironmentName } from "../api/options.js";
import { type ClientOptions, clientRules } from "../client/client-options.js";
import { IBKRConfig, type IBKRConfigArguments } from "../config/config.js";
import { CONNECT_MS, type LogLevels, loggingRules } from "../config/config-options.js";
import { check, objectOf } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { type ClientLogger, LOGGED_LEVELS } from "../domain/logger.js";
import type { IBKRDataStreamOptions } from "../stream/stream-options.js";
import { unknownName } from "../validation/problem.js";
import { fields, instance } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import { type BrokerPlan, connectRules, streamPlan } from "./connect-options.js";
import {
  type ConnectOrdersOptions,
  ORDERS_NAMES,
  type OrdersPlan,
  ordersPlanOver,
  taken,
} from "./orders-options.js";

/**
 * Options of `IBKRClient.connect`: of the connection, of orders, of the stream and of the client. What is not among them
 * comes from variables of the environment, a file, and defaults: {@link IBKRConfig}.
 */
export interface ConnectClientOptions
  extends ConnectOrdersOptions,
    IBKRDataStreamOptions,
    ClientOptions,
    Pick<IBKRConfigArguments, "config" | "confirmLive" | "features" | "logLevel" | "logging"> {
  /**
   * Where the client says what happens to it: a logger of `pino`, or whatever has its methods. Account ids are redacted
   * before it gets them. Default: none, nothing is said; of a configuration the one of {@link IBKRConfig.setupLogging}.
   */
  logger?: ClientLogger | undefined;
  /** How long connecting may take, positions and accounts included, 1 … 2,147,483,647 ms. Default 60,000. */
  timeoutMs?: number | undefined;
}

export interface ClientPlan {
  readonly orders: OrdersPlan;
  readonly stream: IBKRDataStreamOptions;
  readonly client: ClientOptions;
  readonly log: { readonly logger: ClientLogger | undefined; readonly levels: LogLevels };
}

const CLIENT_NAMES = ["account", "requestTimeoutMs", "live"] as const;
const LOG_NAMES = ["logger", "logging"] as const;
const logRules = lazily(() => fields({ logger: aLogger(), logging: loggingRules().default({}) }));

/**
 * With what the options do not say from the other sources.
 * @throws IBKRError `ERR_IBKR_OPTION` that names the option, where it was given, its value and what is allowed;
 *   `ERR_IBKR_FILE` for a configuration file that cannot be read
 */
export async function configuredPlan(
  given: ConnectClientOptions | IBKRConfig,
  env = process.env,
): Promise<ClientPlan & { readonly environment: EnvironmentName }> {
  if (given instanceof IBKRConfig) return planOf(given, { logger: given.logger });
  const { signal, clock, lag, logger, transport, ...options } = objectOf("options", given, "ERR_IBKR_OPTION");
  const code = { signal, clock, lag, logger, transport };
  return planOf(await IBKRConfig.load(options, env), code);
}

/** @param code what only code can give */
function planOf(
  { values }: IBKRConfig,
  code: Pick<ConnectClientOptions, "signal" | "clock" | "lag" | "logger" | "transport">,
): ClientPlan & { readonly environment: EnvironmentName } {
  const { confirmLive: _confirmed, logLevel: _level, features: _features, ...options } = values;
  // The variables have had their say.
  return { ...clientPlan({ ...options, ...code }, {}), environment: values.environment };
}

/** @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed */
export function clientPlan(given: ConnectClientOptions, env = process.env): ClientPlan {
  const names = [...Object.keys(connectRules().shape), ...ORDERS_NAMES, ...CLIENT_NAMES, ...LOG_NAMES];
  for (const name of Object.keys(given))
    if (!names.includes(name)) throw new IBKRError("ERR_IBKR_OPTION", unknownName(name, names.join(", ")));
  const others = { ...given };
  const client = taken(others, CLIENT_NAMES);
  check(clientRules(), client);
  const { logger, logging: levels } = check(logRules(), taken(others, LOG_NAMES));
  let stream: IBKRDataStreamOptions = {};
  const orders = ordersPlanOver(others, env, (connection, env) => {
    const plan = streamPlan(connection, env);
    stream = plan.stream;
    return plan.broker;
  });
  const { timeoutMs = CONNECT_MS } = orders.broker.call;
  const broker: BrokerPlan = { ...orders.broker, call: { ...orders.broker.call, timeoutMs } };
  return { orders: { ...orders, broker }, stream, client, log: { logger, levels } };
}

function aLogger() {
  const methods = ["child", ...LOGGED_LEVELS] as const;
  const isOne = (value: unknown) =>
    methods.every((name) => typeof (value as Partial<ClientLogger> | null)?.[name] === "function");
  return instance<ClientLogger>(isOne, `an object with the methods ${methods.join(", ")}`).optional();
}
