import type { OrderState } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import type { OrderAllocation } from "../../extensions/order.js";
import { asIs, fill, type Members, textOrEmpty } from "./shape.js";
import { decimal, doubleOrUnset } from "./values.js";

type State = Message<"OrderState">;

const MARGINS = [
  "initMarginBefore",
  "maintMarginBefore",
  "equityWithLoanBefore",
  "initMarginChange",
  "maintMarginChange",
  "equityWithLoanChange",
  "initMarginAfter",
  "maintMarginAfter",
  "equityWithLoanAfter",
] as const;

const STATE_MEMBERS: Members<State, OrderState> = {
  status: { field: "status", read: textOrEmpty },
  ...moneyMembers(
    ...MARGINS,
    "initMarginBeforeOutsideRTH",
    "maintMarginBeforeOutsideRTH",
    "equityWithLoanBeforeOutsideRTH",
    "initMarginChangeOutsideRTH",
    "maintMarginChangeOutsideRTH",
    "equityWithLoanChangeOutsideRTH",
    "initMarginAfterOutsideRTH",
    "maintMarginAfterOutsideRTH",
    "equityWithLoanAfterOutsideRTH",
  ),
  commission: { field: "commissionAndFees", read: doubleOrUnset },
  minCommission: { field: "minCommissionAndFees", read: doubleOrUnset },
  maxCommission: { field: "maxCommissionAndFees", read: doubleOrUnset },
  commissionCurrency: { field: "commissionAndFeesCurrency", read: textOrEmpty },
  warningText: { field: "warningText", read: textOrEmpty },
  completedTime: { field: "completedTime", read: textOrEmpty },
  completedStatus: { field: "completedStatus", read: textOrEmpty },
  marginCurrency: { field: "marginCurrency", read: asIs },
  suggestedSize: { field: "suggestedSize", read: decimal },
  rejectReason: { field: "rejectReason", read: asIs },
  orderAllocations: { field: "orderAllocations", read: allocations },
};

function moneyMembers(...names: (keyof OrderState & keyof State)[]): Members<State, OrderState> {
  return Object.fromEntries(names.map((field) => [field, { field, read: doubleOrUnset }]));
}

const OPEN_STATE: ReadonlySet<keyof OrderState> = new Set<keyof OrderState>([
  "status",
  ...MARGINS,
  "commission",
  "minCommission",
  "maxCommission",
  "commissionCurrency",
  "warningText",
]);
const COMPLETED_STATE: ReadonlySet<keyof OrderState> = new Set<keyof OrderState>([
  "status",
  "completedTime",
  "completedStatus",
]);

export function openOrderState(source: State): OrderState {
  return fill<State, OrderState>({} as OrderState, source, STATE_MEMBERS, OPEN_STATE);
}

export function completedOrderState(source: State): OrderState {
  return fill<State, OrderState>({} as OrderState, source, STATE_MEMBERS, COMPLETED_STATE);
}

function allocations(list: readonly Message<"OrderAllocation">[]): OrderAllocation[] {
  return list.map((a) => ({
    account: a.account,
    position: decimal(a.position),
    positionDesired: decimal(a.positionDesired),
    positionAfter: decimal(a.positionAfter),
    desiredAllocQty: decimal(a.desiredAllocQty),
    allowedAllocQty: decimal(a.allowedAllocQty),
    isMonetary: a.isMonetary,
  }));
}
