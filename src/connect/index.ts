/** From options to what is connected. */
export { IBKRClient } from "./client.js";
export type { ConnectClientOptions } from "./client-options.js";
export type { ClientStats } from "./client-stats.js";
export type { ConnectBrokerOptions, ConnectStreamOptions } from "./connect-options.js";
export { type ConnectedBroker, connectBroker } from "./connected-broker.js";
export { ConnectedOrders, type ConnectedOrdersStats, connectOrders } from "./connected-orders.js";
export { type ConnectedStreamStats, IBKRDataStream } from "./data-stream.js";
export type { OrderStats } from "./order-counts.js";
export type { ConnectOrdersOptions } from "./orders-options.js";
export type { ProcessStats } from "./process-stats.js";
