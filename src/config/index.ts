/** From four sources to one configuration. */
export { IBKRConfig, type IBKRConfigArguments, type IBKRConfigValues } from "./config.js";
export type { ConfigEntry, ConfigSource } from "./config-entry.js";
export type {
  ConfigLogLevel,
  FeatureFlags,
  IBKRConfigOptions,
  LogLevels,
  OrdersJournalOptions,
} from "./config-options.js";
export type { ConfigExplanation } from "./explanation.js";
export type { LogDestination } from "./pino-logger.js";
export type { PerformanceProfile } from "./profiles.js";
export type { SimulationOptions } from "./simulation-options.js";
export type { GivenValue } from "./sources.js";
