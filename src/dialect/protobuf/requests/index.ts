import { accountRequests } from "./account.js";
import { historyRequests } from "./history.js";
import { marketDataRequests } from "./market-data.js";
import { orderRequests } from "./orders.js";
import { referenceRequests } from "./reference.js";
import type { Request } from "./request.js";
import { researchRequests } from "./research.js";
import { sessionRequests } from "./session.js";

const REQUESTS: ReadonlyMap<string, Request> = new Map<string, Request>(
  Object.entries({
    ...sessionRequests,
    ...marketDataRequests,
    ...historyRequests,
    ...referenceRequests,
    ...orderRequests,
    ...accountRequests,
    ...researchRequests,
  }),
);

/** The request behind a method of stock's encoder or of the extensions, or undefined. */
export function requestOf(method: string): Request | undefined {
  return REQUESTS.get(method);
}

/** Methods whose first argument is a number, but no request or order id. */
const WITHOUT_ID: ReadonlySet<string> = new Set([
  "reqIds",
  "reqMarketDataType",
  "reqMarketRule",
  "requestFA",
  "setServerLogLevel",
]);

/** The id that an error about a request carries, or undefined where the request has none. */
export function idOf(method: string, args: readonly unknown[]): number | undefined {
  const [first] = args;
  return typeof first === "number" && !WITHOUT_ID.has(method) ? first : undefined;
}
