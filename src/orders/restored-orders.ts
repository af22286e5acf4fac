import { versionOf } from "../domain/execution-version.js";
import { gatewayError } from "../domain/gateway-codes.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { CommissionReport, ExecutionDetail } from "../domain/stock-types.js";
import { orderOf } from "./journaled-order.js";
import type { Ledger, LedgerOrder } from "./ledger.js";
import type { RememberedOrder } from "./reconcile.js";

/** How an order ended, as its journal has it. */
export type RestoredEnd =
  | {
      readonly kind: "filled" | "cancelled";
      /** Shares or contracts, as it was told then: the executions may not have come before the process ended. */
      readonly filled?: number | undefined;
      readonly averagePrice?: number | undefined;
    }
  | { readonly kind: "rejected" | "not-sent"; readonly error: IBKRError };

/** An order of an earlier process. */
export interface RestoredOrder extends RememberedOrder {
  /** Undefined: it is not over, and nobody knows what became of it before reconciliation. */
  readonly end?: RestoredEnd;
  readonly executions: readonly ExecutionDetail[];
  readonly commissions: readonly CommissionReport[];
}

/** What a journal says of the orders of earlier processes; what was armed and never fired is none. */
export function restoredOrders(ledger: Ledger, clientId: number): RestoredOrder[] {
  const out: RestoredOrder[] = [];
  for (const entry of ledger.orders()) {
    const { orderId, order: journaled, permId = 0, firstMicros } = entry;
    if (orderId === undefined || journaled === undefined) continue;
    const { contract, order } = orderOf(journaled);
    const { orderRef } = journaled;
    const common = { orderId, clientId, permId, orderRef };
    out.push({
      ...common,
      contract,
      order: { ...order, clientId, permId },
      sentMs: firstMicros / 1000,
      isUnsent: entry.state === "unsent",
      end: endOf(entry),
      executions: [...entry.fills.values()].map((fill) => ({
        reqId: 0,
        contract,
        execution: {
          ...common,
          execId: fill.execId,
          side: fill.side,
          exchange: fill.exchange,
          time: fill.time,
          acctNumber: fill.account,
          shares: fill.quantity,
          price: fill.price,
          cumQty: fill.cumulativeQuantity,
          avgPrice: fill.averagePrice,
        },
      })),
      commissions: [...entry.commissions.values()].map(({ realizedPnl, ...report }) => ({
        ...report,
        realizedPNL: realizedPnl,
      })),
    });
  }
  return out;
}

/** Armed when the process ended: nobody judges them any more, and they never left, or `fired` would be on record. */
export function strandedArmIds(ledger: Ledger): number[] {
  return [...ledger.orders()]
    .filter(({ state, armId }) => state === "armed" && armId !== undefined)
    .map(({ armId }) => armId as number);
}

/** A refusal that the gateway's own number is not known of. */
const REJECTED = 201;

function endOf({ state, orderId, end, fills }: LedgerOrder): RestoredEnd | undefined {
  if (state === "denied" || state === "unsent") {
    const why = end?.reason ?? "no byte of it had left when the process ended";
    const message = `placeOrder ${orderId} was not sent: ${why}`;
    const details = { scope: "order", request: "placeOrder" } as const;
    return { kind: "not-sent", error: new IBKRError("ERR_IBKR_NOT_SENT", message, details) };
  }
  if (state !== "done" || end === undefined) return undefined;
  if (end.status !== "Rejected") {
    const kind = end.status === "Filled" ? "filled" : "cancelled";
    // What was corrected since is what the executions say.
    const isCorrected = [...fills.values()].some(({ execId }) => versionOf(execId).version > 1);
    return isCorrected ? { kind } : { kind, filled: end.filled, averagePrice: end.averagePrice };
  }
  const gatewayText = end.reason ?? "the order was rejected";
  return { kind: "rejected", error: gatewayError(end.gatewayCode ?? REJECTED, gatewayText, "order") };
}
