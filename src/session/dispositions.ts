import type { SendDisposition } from "../broker/order-template.js";
import { ARMED_END_QUEUED, ARMED_END_WRITTEN } from "../native/layout.js";
import { Sent } from "../native/sent.js";

/** Of an order that was sent on the caller's stack. */
export function sentDisposition(sent: Sent): SendDisposition {
  if (sent === Sent.WHOLE) return "written";
  return sent === Sent.QUEUED ? "queued" : "unsent";
}

/** Of an armed order. @param end one of `ARMED_END_…` */
export function armedDisposition(end: number): SendDisposition {
  if (end === ARMED_END_WRITTEN) return "written";
  return end === ARMED_END_QUEUED ? "queued" : "unsent";
}
