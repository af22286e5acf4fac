import { type CommissionReport, EventName, type Execution } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import { contractOf, ORDER_CONTRACT, PLAIN_CONTRACT } from "./contract.js";
import type { EventHandlers } from "./event.js";
import { completedOrder, openOrder } from "./order.js";
import { completedOrderState, openOrderState } from "./order-state.js";
import { asIs, fill, integerOrZero, isTrue, type Members, oneIfTrue, textOrEmpty } from "./shape.js";
import { decimal, doubleOrUnset, doubleOrZero, idOrNone, numberOf } from "./values.js";

export const orderEvents = {
  OPEN_ORDER: ({ orderId, contract, order, orderState }, host) => {
    if (contract === undefined || order === undefined || orderState === undefined) return;
    const shown = openOrder(order, contract);
    shown.orderId = orderId ?? order.orderId ?? 0;
    host.emitEvent(
      EventName.openOrder,
      shown.orderId,
      contractOf(contract, ORDER_CONTRACT),
      shown,
      openOrderState(orderState),
    );
  },
  OPEN_ORDER_END: (_, host) => host.emitEvent(EventName.openOrderEnd),
  COMPLETED_ORDER: ({ contract, order, orderState }, host) => {
    if (contract === undefined || order === undefined || orderState === undefined) return;
    host.emitEvent(
      EventName.completedOrder,
      contractOf(contract, ORDER_CONTRACT),
      completedOrder(order, contract),
      completedOrderState(orderState),
    );
  },
  COMPLETED_ORDERS_END: (_, host) => host.emitEvent(EventName.completedOrdersEnd),
  ORDER_BOUND: ({ permId, clientId = 0, orderId = 0 }, host) =>
    host.emitEvent(EventName.orderBound, numberOf(permId), clientId, orderId),
  EXECUTION_DATA: ({ reqId, contract, execution }, host) => {
    if (contract === undefined || execution === undefined) return;
    host.emitEvent(
      EventName.execDetails,
      idOrNone(reqId),
      contractOf(contract, PLAIN_CONTRACT),
      fill<Message<"Execution">, Execution>({}, execution, EXECUTION_MEMBERS, EVERY_EXECUTION),
    );
  },
  EXECUTION_DATA_END: ({ reqId }, host) => host.emitEvent(EventName.execDetailsEnd, idOrNone(reqId)),
  COMMISSION_AND_FEES_REPORT: (m, host) => {
    const date = Number.parseInt(m.yieldRedemptionDate ?? "", 10);
    const report: CommissionReport = {
      execId: m.execId ?? "",
      commission: doubleOrZero(m.commissionAndFees),
      currency: m.currency ?? "",
      // An opening trade has no profit, a stock no yield: MAX in text, absent here.
      realizedPNL: doubleOrUnset(m.realizedPNL),
      yield: doubleOrUnset(m.bondYield),
      yieldRedemptionDate: m.yieldRedemptionDate ? date : 0,
    };
    host.emitEvent(EventName.commissionReport, report);
  },
} satisfies EventHandlers;

const EXECUTION_MEMBERS: Members<Message<"Execution">, Execution> = {
  orderId: { field: "orderId", read: integerOrZero },
  execId: { field: "execId", read: textOrEmpty },
  time: { field: "time", read: textOrEmpty },
  acctNumber: { field: "acctNumber", read: textOrEmpty },
  exchange: { field: "exchange", read: textOrEmpty },
  side: { field: "side", read: textOrEmpty },
  shares: { field: "shares", read: decimal },
  price: { field: "price", read: doubleOrZero },
  permId: { field: "permId", read: numberOf },
  clientId: { field: "clientId", read: integerOrZero },
  liquidation: { field: "isLiquidation", read: oneIfTrue },
  cumQty: { field: "cumQty", read: decimal },
  avgPrice: { field: "avgPrice", read: doubleOrZero },
  orderRef: { field: "orderRef", read: textOrEmpty },
  evRule: { field: "evRule", read: textOrEmpty },
  evMultiplier: { field: "evMultiplier", read: doubleOrZero },
  modelCode: { field: "modelCode", read: textOrEmpty },
  lastLiquidity: { field: "lastLiquidity", read: integerOrZero },
  pendingPriceRevision: { field: "isPriceRevisionPending", read: isTrue },
  submitter: { field: "submitter", read: asIs },
  optExerciseOrLapseType: { field: "optExerciseOrLapseType", read: asIs },
};

const EVERY_EXECUTION: ReadonlySet<keyof Execution> = new Set(
  (Object.keys(EXECUTION_MEMBERS) as (keyof Execution)[]).filter(
    (name) => name !== "submitter" && name !== "optExerciseOrLapseType",
  ),
);
