/** What server versions 194 and newer have and `@stoqey/ib` lacks. Stock's types are extended in place. */
export type {
  ApiConfig,
  ApiPrecautionsConfig,
  ApiSettingsConfig,
  Config,
  ConfigUpdate,
  LockAndExitConfig,
  MessageConfig,
  OrdersConfig,
  OrdersSmartRoutingConfig,
  UpdateConfigResponse,
  UpdateConfigWarning,
} from "./config.js";
export type { ContractDetailsExtension } from "./contract.js";
export { NativeEventName } from "./events.js";
export type { ExecutionExtension, ExecutionFilterExtension } from "./execution.js";
export { NATIVE_REQUEST_METHODS, type NativeRequestMethod } from "./methods.js";
export type { OrderAllocation, OrderExtension, OrderStateExtension } from "./order.js";
export { ODD_LOT_GENERIC_TICK, OddLotTickType } from "./tick-type.js";
