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
} from "./config";
export type { ContractDetailsExtension } from "./contract";
export { NativeEventName } from "./events";
export type { ExecutionExtension, ExecutionFilterExtension } from "./execution";
export { NATIVE_REQUEST_METHODS, type NativeRequestMethod } from "./methods";
export type { OrderAllocation, OrderExtension, OrderStateExtension } from "./order";
export { ODD_LOT_GENERIC_TICK, OddLotTickType } from "./tickType";
