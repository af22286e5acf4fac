import type { OrderCancel, OrderComboLeg } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import { flag, integer, isUnset, list, object, requiredInteger, text } from "./arguments.js";
import { contractMessage } from "./contract.js";
import { attachedOrdersMessage, orderMessage } from "./order.js";
import { bare, message, type Request } from "./request.js";

export const orderRequests = {
  placeOrder: ([orderId, contract, order], serverVersion) => {
    const { orderComboLegs } = object<{ orderComboLegs?: unknown }>(order, "order");
    const legPrices = list<unknown>(orderComboLegs, "order.orderComboLegs")?.map((leg, i) =>
      isUnset(leg) ? undefined : object<OrderComboLeg>(leg, `order.orderComboLegs[${i}]`),
    );
    return [
      message("PLACE_ORDER", {
        orderId: requiredInteger(orderId, "orderId"),
        contract: contractMessage(contract, legPrices),
        order: orderMessage(order, serverVersion),
        attachedOrders: attachedOrdersMessage(order, serverVersion),
      }),
    ];
  },
  cancelOrder: ([orderId, orderCancel]) => [
    message("CANCEL_ORDER", {
      orderId: requiredInteger(orderId, "orderId"),
      orderCancel: cancelMessage(orderCancel),
    }),
  ],
  reqGlobalCancel: ([orderCancel]) => [
    message("REQ_GLOBAL_CANCEL", { orderCancel: cancelMessage(orderCancel) }),
  ],
  reqOpenOrders: bare("REQ_OPEN_ORDERS"),
  reqAllOpenOrders: bare("REQ_ALL_OPEN_ORDERS"),
  reqAutoOpenOrders: ([autoBind]) => [
    message("REQ_AUTO_OPEN_ORDERS", { autoBind: flag(autoBind, "autoBind") }),
  ],
  reqCompletedOrders: ([apiOnly]) => [message("REQ_COMPLETED_ORDERS", { apiOnly: flag(apiOnly, "apiOnly") })],
  reqExecutions: ([reqId, filter]) => [
    message("REQ_EXECUTIONS", {
      reqId: requiredInteger(reqId, "reqId"),
      executionFilter: executionFilter(filter ?? {}),
    }),
  ],
  exerciseOptions: ([
    reqId,
    contract,
    exerciseAction,
    exerciseQuantity,
    account,
    override,
    manualOrderTime,
    customerAccount,
    professionalCustomer,
  ]) => [
    message("EXERCISE_OPTIONS", {
      orderId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      exerciseAction: integer(exerciseAction, "exerciseAction"),
      exerciseQuantity: integer(exerciseQuantity, "exerciseQuantity"),
      account: text(account, "account"),
      override: flag(override, "override"),
      manualOrderTime: text(manualOrderTime, "manualOrderTime"),
      customerAccount: text(customerAccount, "customerAccount"),
      professionalCustomer: flag(professionalCustomer, "professionalCustomer"),
    }),
  ],
} satisfies Record<string, Request>;

/** Sent also when it is empty. */
function cancelMessage(value: unknown): Message<"OrderCancel"> {
  const cancel = object<OrderCancel>(value ?? {}, "orderCancel");
  return {
    manualOrderCancelTime: text(cancel.manualOrderCancelTime, "orderCancel.manualOrderCancelTime"),
    extOperator: text(cancel.extOperator, "orderCancel.extOperator"),
    manualOrderIndicator: integer(cancel.manualOrderIndicator, "orderCancel.manualOrderIndicator"),
  };
}

function executionFilter(value: unknown): Message<"ExecutionFilter"> {
  const filter = object<Record<keyof Message<"ExecutionFilter">, unknown>>(value, "filter");
  return {
    clientId: integer(filter.clientId, "filter.clientId"),
    acctCode: text(filter.acctCode, "filter.acctCode"),
    time: text(filter.time, "filter.time"),
    symbol: text(filter.symbol, "filter.symbol"),
    secType: text(filter.secType, "filter.secType"),
    exchange: text(filter.exchange, "filter.exchange"),
    side: text(filter.side, "filter.side"),
    lastNDays: integer(filter.lastNDays, "filter.lastNDays"),
    specificDates: list<unknown>(filter.specificDates, "filter.specificDates")?.map((date, i) =>
      requiredInteger(date, `filter.specificDates[${i}]`),
    ),
  };
}
