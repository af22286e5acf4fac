import { gatewayError as errorOfGateway } from "../../src/domain/gateway-codes.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import type { Contract, ExecutionDetail, OpenOrder, Order } from "../../src/domain/stock-types.js";
import { OrderTicket, type TicketDesk } from "../../src/orders/order-ticket.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";

export const AAPL = {
  conId: 265598,
  symbol: "AAPL",
  secType: "STK",
  exchange: "SMART",
  currency: "USD",
} as Contract;

export const limitOrder = (totalQuantity = 100, more: Partial<Order> = {}) =>
  ({
    action: "BUY",
    orderType: "LMT",
    totalQuantity,
    lmtPrice: 10,
    tif: "DAY",
    transmit: true,
    ...more,
  }) as Order;

/** A desk that sends nothing, and writes down what it should have sent. */
export class Desk implements TicketDesk {
  readonly clock = new VirtualClock({ start: 0 });
  readonly commissionTimeoutMs = 1000;
  readonly sent: string[] = [];

  micros(): number {
    return this.clock.now() * 1000;
  }
  change(ticket: OrderTicket, order: Order): void {
    this.sent.push(`change ${ticket.orderId} to ${order.totalQuantity} at ${order.lmtPrice}`);
  }
  cancel(ticket: OrderTicket): void {
    this.sent.push(`cancel ${ticket.orderId}`);
  }
}

export function ticketOf(desk = new Desk(), order = limitOrder(), contract = AAPL): OrderTicket {
  return new OrderTicket({ orderId: 7, clientId: 1, orderRef: "test:7" }, contract, order, desk);
}

export const execution = (
  execId: string,
  shares: number,
  price = 10,
  more: object = {},
): ExecutionDetail => ({
  reqId: -1,
  contract: AAPL,
  execution: { execId, shares, price, orderId: 7, clientId: 1, permId: 900, ...more },
});

export const openOrder = (status: string, order = limitOrder(), more: object = {}): OpenOrder =>
  ({
    orderId: 7,
    contract: AAPL,
    order: { ...order, permId: 900, clientId: 1, ...more },
    orderState: { status },
  }) as OpenOrder;

export const gatewayError = (gatewayCode: number, gatewayText = "text") =>
  errorOfGateway(gatewayCode, gatewayText, "order");

export const notSent = (request: string) =>
  new IBKRError("ERR_IBKR_NOT_SENT", `${request} 7 was not sent: the connection is gone.`, {
    scope: "order",
    request,
  });
