import { parseDateTime, utcDay } from "../../time/ib-date-time.js";
import { toLocal } from "../../time/zone.js";
import type { Account } from "../exchange/account.js";
import { commissionFor } from "../exchange/commission.js";
import type { Exchange } from "../exchange/exchange.js";
import type { ExecutionRecord, OrderOwner } from "../exchange/order-events.js";
import { OrderReject } from "../exchange/order-reject.js";
import { averagePrice, isBuy, isDone, type WorkingOrder } from "../exchange/working-order.js";
import { type OrderStateFields, orderWith } from "../model/order.js";
import type { ExecutionFilter, Requests } from "../model/requests.js";
import type { OpenOrderFields } from "../model/responses.js";
import type { Client } from "./client.js";
import { timesOf, warnOfZones } from "./implied-zone.js";

/** Orders of connected clients: requests in, what the exchange does with them out. */
export class OrderHandlers {
  /**
   * @param username whose client ids these are
   * @param clientOf the connection an order's owner has now, if any
   */
  constructor(
    private readonly exchange: Exchange,
    private readonly username: string,
    private readonly clientOf: (owner: OrderOwner) => Client | undefined,
  ) {
    exchange.on("order", (order) => this.report(order));
    exchange.on("cancelled", (order, reason) => this.reportCancelled(order, reason));
    exchange.on("execution", (record) => this.reportExecution(record, -1));
    exchange.on("commission", (record) =>
      this.clientOf(record.order)?.send("commissionReport", record.commission),
    );
    exchange.on("rejected", (owner, orderId, reason) =>
      this.clientOf(owner)?.error(orderId, reason.code, reason.message),
    );
    exchange.on("warned", (order, message) => this.clientOf(order)?.error(order.orderId, 399, message));
  }

  place(client: Client, { orderId, contract, order, attached }: Requests["placeOrder"]): void {
    warnOfZones(client, orderId, timesOf(order));
    this.answerRejects(client, orderId, () => {
      if (order.whatIf) this.preview(client, orderId, contract, order);
      else this.exchange.orders.place(client.clientId!, orderId, contract, order, this.username, attached);
    });
  }

  cancel(client: Client, orderId: number): void {
    this.answerRejects(client, orderId, () =>
      this.exchange.orders.cancel(client.clientId!, orderId, this.username),
    );
  }

  /** Open orders of one client, or of all. */
  sendOpenOrders(client: Client, clientId?: number): void {
    for (const order of this.exchange.orders.open(
      clientId,
      clientId === undefined ? undefined : this.username,
    )) {
      client.send("openOrder", openOrderOf(order));
      client.send("orderStatus", statusOf(order));
    }
    client.send("openOrderEnd", {});
  }

  sendCompletedOrders(client: Client): void {
    for (const order of this.exchange.orders.completed) client.send("completedOrder", openOrderOf(order));
    client.send("completedOrdersEnd", {});
  }

  sendExecutions(client: Client, { reqId, filter }: Requests["reqExecutions"]): void {
    const since = filter.time === "" ? 0 : parseDateTime(filter.time, "US/Eastern");
    if (since === undefined) {
      client.error(
        reqId,
        321,
        `Error validating request.-'execution filter' : cause - invalid time ${JSON.stringify(filter.time)}`,
      );
      return;
    }
    warnOfZones(client, reqId, [filter.time]);
    const records = this.exchange.orders.executions.filter((record) =>
      matches(record, filter, since, this.exchange.clock.now()),
    );
    for (const { contract, execution } of records)
      client.send("executionData", { reqId, contract, execution });
    for (const { commission } of records) client.send("commissionReport", commission);
    client.send("executionDataEnd", { reqId });
  }

  private answerRejects(client: Client, orderId: number, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof OrderReject)) throw error;
      client.error(orderId, error.code, error.message);
    }
  }

  private preview(
    client: Client,
    orderId: number,
    contract: Requests["placeOrder"]["contract"],
    fields: Requests["placeOrder"]["order"],
  ): void {
    const { order, account } = this.exchange.orders.preview(orderId, contract, fields);
    const state = previewState(order, account, this.exchange.quote(order.instrument).last);
    client.send("openOrder", { ...openOrderOf(order), clientId: client.clientId!, state });
  }

  private report(order: WorkingOrder): void {
    const client = this.clientOf(order);
    client?.send("openOrder", openOrderOf(order));
    client?.send("orderStatus", statusOf(order));
  }

  private reportCancelled(order: WorkingOrder, reason: string): void {
    const client = this.clientOf(order);
    client?.send("orderStatus", statusOf(order));
    client?.error(order.orderId, 202, `Order Canceled - reason:${reason}`);
  }

  private reportExecution({ order, contract, execution }: ExecutionRecord, reqId: number): void {
    this.clientOf(order)?.send("executionData", { reqId, contract, execution });
  }
}

function matches(record: ExecutionRecord, filter: ExecutionFilter, since: number, now: number): boolean {
  const { execution, contract, order } = record;
  const side = filter.side.toUpperCase();
  return (
    (filter.clientId === 0 || filter.clientId === execution.clientId) &&
    (filter.acctCode === "" || filter.acctCode === execution.acctNumber) &&
    record.time >= since &&
    isOfDays(record, filter, now) &&
    (filter.symbol === "" || filter.symbol === contract.symbol) &&
    (filter.secType === "" || filter.secType === contract.secType) &&
    (filter.exchange === "" ||
      filter.exchange === execution.exchange ||
      filter.exchange === order.contract.exchange) &&
    (side === "" || side === execution.side || (side === "BUY") === (execution.side === "BOT"))
  );
}

function isOfDays(
  { execution, order }: ExecutionRecord,
  { lastNDays, specificDates }: ExecutionFilter,
  now: number,
): boolean {
  const day = execution.time.slice(0, 8);
  if (specificDates.length > 0) return specificDates.includes(Number(day));
  if (lastNDays === undefined || lastNDays <= 0) return true;
  // Days of the zone the execution's time is written in, not of UTC.
  const today = toLocal(order.instrument.hours.zone, now / 1000);
  const noon = Date.UTC(today.year, today.month - 1, today.day, 12) - (lastNDays - 1) * 86_400_000;
  return day >= utcDay(noon);
}

function statusOf(order: WorkingOrder) {
  return {
    orderId: order.orderId,
    status: order.status,
    filled: order.filled,
    remaining: order.remaining,
    avgFillPrice: averagePrice(order),
    permId: order.permId,
    parentId: order.fields.parentId,
    lastFillPrice: order.lastFillPrice,
    clientId: order.clientId,
    whyHeld: order.whyHeld,
    mktCapPrice: 0,
  };
}

function openOrderOf(order: WorkingOrder): OpenOrderFields {
  const { fields } = order;
  return {
    orderId: order.orderId,
    clientId: order.clientId,
    permId: order.permId,
    parentPermId: order.parent?.permId ?? 0,
    filledQuantity: order.filled,
    contract: order.contract,
    order: orderWith(fields, {
      submitter: fields.submitter || order.username,
      // Live gateways report it of every order that hedges nothing.
      dontUseAutoPriceForHedge: fields.dontUseAutoPriceForHedge || fields.hedgeType === "",
    }),
    state: {
      status: order.status,
      commission: isDone(order) && order.filled > 0 ? order.commission : undefined,
      commissionCurrency: isDone(order) && order.filled > 0 ? order.instrument.currency : "",
      warningText: "",
      completedTime: order.completedTime,
      completedStatus: order.completedStatus,
    },
  };
}

function previewState(order: WorkingOrder, account: Account, last: number): OrderStateFields {
  const { instrument, fields } = order;
  const quantity = fields.totalQuantity;
  const before = account.figures();
  const after = account.figures({ instrument, quantity: isBuy(order) ? quantity : -quantity });
  const price = fields.lmtPrice ?? last;
  const commission = commissionFor(instrument, quantity, quantity * price * instrument.pointValue);
  const cents = (amount: number): number => Number(amount.toFixed(2));
  return {
    status: "PreSubmitted",
    initMarginBefore: cents(before.initialMargin),
    maintMarginBefore: cents(before.maintenanceMargin),
    equityWithLoanBefore: cents(before.netLiquidation),
    initMarginChange: cents(after.initialMargin - before.initialMargin),
    maintMarginChange: cents(after.maintenanceMargin - before.maintenanceMargin),
    equityWithLoanChange: cents(-commission),
    initMarginAfter: cents(after.initialMargin),
    maintMarginAfter: cents(after.maintenanceMargin),
    equityWithLoanAfter: cents(before.netLiquidation - commission),
    commission,
    minCommission: commission,
    maxCommission: commission,
    commissionCurrency: instrument.currency,
    warningText: "",
    completedTime: "",
    completedStatus: "",
  };
}
