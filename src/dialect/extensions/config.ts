import type { Message } from "../../protocol/schema.js";

/**
 * The configuration of TWS or IB Gateway, as far as the API reaches it. In what the server sends a part or a setting
 * that it does not report is absent; in `updateConfig` those that shall stay as they are, are left out.
 */
export interface Config {
  lockAndExit?: LockAndExitConfig;
  messages?: readonly MessageConfig[];
  api?: ApiConfig;
  orders?: OrdersConfig;
}

export interface LockAndExitConfig extends Message<"LockAndExitConfig"> {}
export interface MessageConfig extends Message<"MessageConfig"> {}
export interface ApiConfig extends Message<"ApiConfig"> {}
export interface ApiPrecautionsConfig extends Message<"ApiPrecautionsConfig"> {}
export interface ApiSettingsConfig extends Message<"ApiSettingsConfig"> {}
export interface OrdersConfig extends Message<"OrdersConfig"> {}
export interface OrdersSmartRoutingConfig extends Message<"OrdersSmartRoutingConfig"> {}

/** What `updateConfig` shall change. */
export interface ConfigUpdate extends Config {
  /** Warnings of an earlier answer that are agreed to. */
  acceptedWarnings?: readonly UpdateConfigWarning[];
  /** Begin again with order ids. */
  resetAPIOrderSequence?: boolean;
}

export interface UpdateConfigWarning extends Message<"UpdateConfigWarning"> {}

/** What became of an `updateConfig`. */
export interface UpdateConfigResponse {
  status: string;
  message: string;
  changedFields: readonly string[];
  errors: readonly string[];
  warnings: readonly UpdateConfigWarning[];
}
