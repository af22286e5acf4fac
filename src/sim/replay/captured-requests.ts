import type { Request } from "../model/requests.js";
import { UnreadableRequest } from "../wire/dialect.js";
import { dialectFor } from "../wire/dialect-for.js";
import type { Leg } from "./capture.js";

/** A request of a captured client, whichever dialect it came in. */
export type CapturedRequest = Request;

/** What the client of a captured connection asked for, in order; what cannot be read is left out. */
export function capturedRequests({ serverVersion, steps }: Leg): CapturedRequest[] {
  const dialect = dialectFor(serverVersion);
  const requests: CapturedRequest[] = [];
  for (const step of steps) {
    if (step.kind !== "client") continue;
    try {
      requests.push(dialect.decode(step.payload).request);
    } catch (error) {
      if (!(error instanceof UnreadableRequest)) throw error;
    }
  }
  return requests;
}
