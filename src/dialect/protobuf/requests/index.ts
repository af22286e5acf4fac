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
