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

/**
 * 399: the order waits for the opening, and other hints. 404: shares to sell short are being located. 2109: "outside
 * regular hours" was passed over. 10349: the time in force was changed by a preset.
 */
const NOTICES: ReadonlySet<number> = new Set([399, 404, 10_090, 10_167, 10_197, 10_349]);

/**
 * 135, 10147: there is no such order to cancel. 136, 161, 10148: it is in no state to be cancelled, filled for
 * instance. None of them says what became of the order; its status does.
 */
const CANCEL_REFUSED: ReadonlySet<number> = new Set([135, 136, 161, 10_147, 10_148]);

export function meaningOf(gatewayCode: number): CodeMeaning {
  if (gatewayCode === 201) return "rejected";
  if (gatewayCode === 202) return "cancelled";
  if (CANCEL_REFUSED.has(gatewayCode)) return "cancel-refused";
  // 1100 … 1102 and the farms' 21xx are about connections.
  const isSystem =
    (gatewayCode >= 2100 && gatewayCode <= 2199) || (gatewayCode >= 1100 && gatewayCode < 1400);
  return isSystem || NOTICES.has(gatewayCode) ? "notice" : "refused";
}
