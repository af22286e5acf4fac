import { isGatewayNotice } from "../domain/gateway-notices.js";

/** What a message of the gateway with an order's id means for the order. */
export type CodeMeaning =
  /** It says something, and the order goes on. */
  | "notice"
  /** A cancel was refused: the order is as it was. */
  | "cancel-refused"
  /** The order is cancelled. */
  | "cancelled"
  /** The order, or a change of it, was refused for good. */
  | "rejected"
  /** An order that nobody has answered yet is refused; one that works goes on, and it was about a change of it. */
  | "refused";

/** Shares to sell short are being located. What else is a hint about an order, any gateway notice is. */
const LOCATING_SHARES = 404;

/**
 * 135, 10147: there is no such order to cancel. 136, 161, 10148: it is in no state to be cancelled, filled for
 * instance. None of them says what became of the order; its status does.
 */
const CANCEL_REFUSED: ReadonlySet<number> = new Set([135, 136, 161, 10_147, 10_148]);

export function meaningOf(gatewayCode: number): CodeMeaning {
  if (gatewayCode === 201) return "rejected";
  if (gatewayCode === 202) return "cancelled";
  if (CANCEL_REFUSED.has(gatewayCode)) return "cancel-refused";
  // 1100 … 1102 and their like are about connections.
  const isSystem = gatewayCode >= 1100 && gatewayCode < 1400;
  return isSystem || gatewayCode === LOCATING_SHARES || isGatewayNotice(gatewayCode) ? "notice" : "refused";
}
