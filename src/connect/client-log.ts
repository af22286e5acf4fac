import type { Client } from "../client/client.js";
import type { LogLevels } from "../config/config-options.js";
import type { IBKRError } from "../domain/ibkr-error.js";
import { type ClientLogger, Log } from "../domain/logger.js";
import { redactAccounts } from "../domain/redaction.js";
import type { Contract, Order } from "../domain/stock-types.js";
import type { GatewayState } from "../gateway/gateway-events.js";
import type { IBKRGateway } from "../gateway/ibkr-gateway.js";
import { errorLabel } from "../metrics/error-label.js";
import type { OperationMeter } from "../metrics/operation-meter.js";
import type { OrderTicket } from "../orders/order-ticket.js";
import type { Reconciliation } from "../orders/reconcile.js";
import type { Subscription } from "../stream/subscription.js";
import type { IBKRDataStream } from "./data-stream.js";

/** What of a client is logged. */
export interface Logged {
  readonly client: Client;
  readonly gateway: IBKRGateway;
  readonly stream: IBKRDataStream;
  readonly operations: OperationMeter;
  /** Of each line of the connection. */
  readonly connection: { readonly clientId: number };
  serverVersion(): number;
}

const CONNECTED: ReadonlySet<GatewayState> = new Set(["READY", "RECONCILING", "HANDSHAKING", "CONNECTING"]);

/** What a client says to a logger: its connection, the ways of its orders, its calls and its subscriptions. */
export class ClientLog {
  private readonly connection: Log;
  private readonly orders: Log;
  private readonly operations: Log;
  private readonly data: Log;

  /** @param levels the least that is said of each subject */
  constructor(
    logger: ClientLogger,
    levels: LogLevels,
    private readonly of: Logged,
  ) {
    const { clientId } = of.connection;
    const whole = logger.child({ clientId });
    this.connection = new Log(whole, "connection", levels.connection);
    this.orders = new Log(whole, "orders", levels.orders);
    this.operations = new Log(whole, "operations", levels.operations);
    this.data = new Log(whole, "data", levels.data);
    this.listen();
  }

  private listen(): void {
    const { client, gateway, stream, operations } = this.of;
    gateway.on("gatewayState", (state, before) => this.state(state, before));
    gateway.on("reconciled", (result) => this.reconciled(result));
    client.on("error", (error, ticket) => this.error(error, ticket));
    client.on("notice", (code, text) =>
      this.connection.write("info", "the gateway says", { gatewayCode: code, text }),
    );
    client.on("ticket", (ticket) => this.ticket(ticket));
    client.on("fill", ({ execution, contract }, news, ticket) => {
      const { execId, side, shares, price, exchange, acctNumber, time } = execution;
      this.orders.write("info", news === "correction" ? "execution corrected" : "execution", {
        ...{ orderId: ticket?.orderId, orderRef: ticket?.orderRef ?? execution.orderRef, execId, side },
        ...{ quantity: shares, price, exchange, time, account: acctNumber, ...contractFields(contract) },
      });
    });
    client.on("foreign", ({ kind, openOrder: { orderId, contract, order } }) =>
      this.orders.write("debug", "order of another", { kind, orderId, ...orderFields(contract, order) }),
    );
    client.on("unknown", ({ orderId, orderRef }) =>
      this.orders.write("error", "nobody knows what became of the order", { orderId, orderRef }),
    );
    operations.ended = (operation, durationMs, failed, error) => {
      if (failed)
        this.operations.write("warn", "call failed", { operation, durationMs, ...errorFields(error) });
      else this.operations.write("debug", "call", { operation, durationMs });
    };
    stream.subscribed = (subscription) => this.subscribed(subscription);
  }

  private state(state: GatewayState, before: GatewayState): void {
    const { gateway, serverVersion } = this.of;
    const { failedAttempts, nextAttemptMs, heldOrders, lastError } = gateway.status();
    if (state === "RECONCILING") redactAccounts(gateway.accounts.names);
    if (CONNECTED.has(state)) {
      const level = state === "READY" ? "info" : "debug";
      this.connection.write(level, state.toLowerCase(), {
        state,
        before,
        serverVersion: serverVersion(),
        heldOrders,
      });
      return;
    }
    const why = lastError === undefined ? {} : errorFields(lastError);
    this.connection.write("warn", state === "DOWN" ? "down" : "upstream lost", {
      ...{ state, before, failedAttempts, nextAttemptMs, heldOrders, ...why },
    });
  }

  private reconciled(result: Reconciliation): void {
    const { newExecutions, corrections, unknown } = result;
    this.connection.write(unknown.length === 0 ? "info" : "error", "reconciled", {
      newExecutions: newExecutions.length,
      corrections: corrections.length,
      unknownOrders: unknown.length,
    });
  }

  private error(error: IBKRError, ticket: OrderTicket | undefined): void {
    if (ticket !== undefined) {
      const { orderId, orderRef, status } = ticket;
      this.orders.write("warn", "order refused", { orderId, orderRef, status, ...errorFields(error) });
      return;
    }
    this.connection.write("error", "fault", errorFields(error));
  }

  private ticket(ticket: OrderTicket): void {
    const { orderId, orderRef, contract, order } = ticket;
    const who = { orderId, orderRef };
    this.orders.write("info", "order", { ...who, status: ticket.status, ...orderFields(contract, order) });
    ticket.on("status", (status, before) =>
      this.orders.write("info", "order status", {
        ...{ ...who, orderId: ticket.orderId, status, before },
        ...{ filledQuantity: ticket.filledQuantity, remaining: ticket.remaining, permId: ticket.permId },
      }),
    );
    ticket.on("notice", (code, text) =>
      this.orders.write("info", "the gateway says of the order", { ...who, gatewayCode: code, text }),
    );
    ticket.on("done", ({ status, filledQuantity, averagePrice, commission, isComplete }) => {
      const { calledMicros, doneMicros } = ticket.latency;
      const lifeMs = doneMicros === undefined ? undefined : (doneMicros - calledMicros) / 1000;
      this.orders.write("info", "order over", {
        ...{ ...who, status, filledQuantity, averagePrice, commission, isComplete, lifeMs },
      });
    });
  }

  private subscribed(subscription: Subscription): void {
    const fields = { subscriptionId: subscription.id, ...contractFields(subscription.contract) };
    this.data.write("info", "subscription", fields);
    subscription.on("state", ({ state }) => {
      const { error } = subscription;
      if (error === undefined) this.data.write("debug", "subscription state", { ...fields, state });
      else this.data.write("warn", "subscription failed", { ...fields, state, ...errorFields(error) });
    });
  }
}

function errorFields(error: unknown): object {
  const { message, scope, retryable, gatewayCode, request } = (error ?? {}) as Partial<IBKRError>;
  return {
    code: errorLabel(error),
    message: message ?? String(error),
    scope,
    retryable,
    gatewayCode,
    request,
  };
}

function contractFields({ conId, symbol, secType, exchange, currency }: Contract): object {
  return { conId, symbol, secType, exchange, currency };
}

function orderFields(contract: Contract, order: Order): object {
  const { action, orderType, totalQuantity, lmtPrice, auxPrice, tif, account } = order;
  return {
    ...contractFields(contract),
    ...{ action, orderType, quantity: totalQuantity, limitPrice: lmtPrice, auxPrice, tif, account },
  };
}
