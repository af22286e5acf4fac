/** From options to what is connected. */
export type { ConnectBrokerOptions, ConnectStreamOptions, EnvironmentName } from "./connect-options.js";
export { type ConnectedBroker, connectBroker } from "./connected-broker.js";
export { type ConnectedStreamStats, IBKRDataStream } from "./data-stream.js";
