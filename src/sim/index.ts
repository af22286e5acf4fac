/** The simulated gateway: a TWS-protocol server to test any client against. */
export { type Clock, realClock, type Timer } from "../time/clock.js";
export { VirtualClock, type VirtualClockOptions } from "../time/virtual-clock.js";
export { Account, type AccountFigures, type Position } from "./exchange/account.js";
export type { AttachedOrderPresets } from "./exchange/attached-orders.js";
export { Book, type Level } from "./exchange/book.js";
export { Exchange } from "./exchange/exchange.js";
export type { ExchangeEvents, ExecutionRecord, TradePrint } from "./exchange/order-events.js";
export type { WorkingOrder } from "./exchange/working-order.js";
export type { Fault, FaultHandle, FaultKind } from "./faults/fault.js";
export type { Scenario, ScenarioAction, ScenarioOrder } from "./faults/scenario.js";
export { EventLog, type LogEntry, type LogOptions } from "./gateway/event-log.js";
export type { FloodResult } from "./gateway/flood.js";
export type { FloodPlan } from "./gateway/flood-plan.js";
export { SimulatedGateway } from "./gateway/gateway.js";
export type { SimulatedGatewayOptions } from "./gateway/options.js";
export type { Instrument } from "./market/instrument.js";
export { Random } from "./market/random.js";
export type { ReferenceData } from "./market/recorded.js";
export { Changed, type Quote, Walk } from "./market/walk.js";
export { Recorder, type RecorderOptions } from "./recorder/recorder.js";
export {
  CaptureError,
  type Leg as CapturedConnection,
  parseCapture,
  type Step as CapturedStep,
} from "./replay/capture.js";
export { type CapturedRequest, capturedRequests } from "./replay/captured-requests.js";
export { type ReplayOptions, ReplayServer, type ReplaySummary } from "./replay/replay-server.js";
export { type FileTick, parseTickFile, TickFileError } from "./replay/tick-file.js";
