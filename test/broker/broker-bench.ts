import type { Broker } from "../../src/broker/broker.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import type { Contract, Order } from "../../src/domain/stock-types.js";

/** What the contract needs of a backend: a market where AAPL trades near 190 and nothing is called NOSUCH. */
export interface BrokerBench {
  /** A broker that is not connected yet. */
  readonly broker: Broker;
  /** One whose endpoint does not answer. */
  readonly unreachable: Broker;
  /** It asks again on its next connection what it was only asked to read; without one when it is closed. */
  readonly asksAgain?: boolean;
  /** Breaks the connection from the other side. */
  breakConnection(): void;
  close(): Promise<void>;
}

export const AAPL: Contract = {
  symbol: "AAPL",
  secType: "STK",
  exchange: "SMART",
  currency: "USD",
} as Contract;
export const NOSUCH: Contract = { ...AAPL, symbol: "NOSUCH" };

export const marketOrder = (quantity: number) =>
  ({ action: "BUY", orderType: "MKT", totalQuantity: quantity, tif: "DAY", transmit: true }) as Order;
export const limitOrder = (price: number) =>
  ({ ...marketOrder(10), orderType: "LMT", lmtPrice: price }) as Order;

/** What a promise rejects with; undefined where it resolves. */
export function refusalOf(promise: Promise<unknown>): Promise<IBKRError | undefined> {
  return promise.then(
    () => undefined,
    (error: IBKRError) => error,
  );
}
