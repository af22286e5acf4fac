import { EventName } from "@stoqey/ib";
import type { CallOptions } from "../../broker/call-options.js";
import type {
  ChargedExecution,
  ChargedOptions,
  OptionExercise,
  OrderDesk,
  PlacedOrder,
  SendStamps,
} from "../../broker/order-desk.js";
import type { OrderTemplate } from "../../broker/order-template.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type {
  Contract,
  ExecutionDetail,
  ExecutionFilter,
  OpenOrder,
  Order,
  OrderState,
} from "../../domain/stock-types.js";
import type { Session } from "../session.js";
import { chargedExecutions } from "./charged-executions.js";
import { exerciseAsked } from "./option-exercise.js";
import type { Requests } from "./requests.js";
import type { ServerClock } from "./server-clock.js";

export class SessionOrders implements OrderDesk {
  /** `completed()` has one answer for both of its forms: the other form waits its turn. */
  private completing: { readonly apiOnly: boolean; readonly answer: Promise<unknown> } | undefined;

  /** The order that is being placed: what leaves meanwhile leaves at once. */
  private placing: { readonly orderId: number; hasLeft: boolean } | undefined;

  private readonly exercising = new Set<number>();

  constructor(
    private readonly session: Session,
    private readonly requests: Requests,
    private readonly clock: ServerClock,
  ) {
    session.orderPath.stampOrders();
  }

  nextOrderId(): number {
    if (this.session.state !== "ready") {
      throw new IBKRError(
        "ERR_IBKR_NOT_SENT",
        "there is no order id before the gateway has named one: not connected.",
      );
    }
    return this.session.orderIds.take();
  }

  place(orderId: number, contract: Contract, order: Order): boolean {
    this.session.orderIds.use(orderId);
    const rest = this.session.orderPath.placeOrdinary(orderId, contract, order);
    if (rest === undefined) return this.session.orderPath.hasJustLeft;
    const before = this.placing;
    const placing = { orderId, hasLeft: false };
    this.placing = placing;
    try {
      this.session.request("placeOrder", [orderId, rest.contract, rest.order]);
    } finally {
      this.placing = before;
    }
    return placing.hasLeft;
  }

  placeGroup(parts: readonly PlacedOrder[]): void {
    for (const { orderId } of parts) this.session.orderIds.use(orderId);
    this.session.placeGroup(parts.map(({ orderId, contract, order }) => [orderId, contract, order]));
  }

  stamps(): SendStamps | undefined {
    return this.session.orderPath.stamps;
  }

  /** True where nobody is told of it by what {@link place} returns. */
  left(orderId: number): boolean {
    const { placing } = this;
    if (placing?.orderId !== orderId) return true;
    placing.hasLeft = true;
    return false;
  }

  prepareOrder(contract: Contract, order: Order): OrderTemplate {
    return this.session.orderPath.prepare(contract, order);
  }

  cancel(orderId: number): void {
    if (!this.session.orderPath.cancelPlain(orderId))
      this.session.request("cancelOrder", [orderId, PLAIN_CANCEL]);
  }

  cancelAll(): void {
    this.session.request("reqGlobalCancel", [PLAIN_CANCEL]);
  }

  open(options?: CallOptions): Promise<OpenOrder[]> {
    // What an order does meanwhile comes as the same event: the newest word on each order counts.
    const orders = new Map<string, OpenOrder>();
    return this.requests.askShared(
      "openOrders",
      {
        method: "reqAllOpenOrders",
        args: () => [],
        take: {
          [EventName.openOrder]: (
            orderId: number,
            contract: Contract,
            order: Order,
            orderState: OrderState,
          ) => {
            orders.set(keyOf(orderId, order), { orderId, contract, order, orderState });
            return false;
          },
          [EventName.openOrderEnd]: () => true,
        },
        result: () => [...orders.values()],
      },
      options,
    );
  }

  async completed(apiOnly = false, options?: CallOptions): Promise<Omit<OpenOrder, "orderId">[]> {
    while (this.completing !== undefined && this.completing.apiOnly !== apiOnly)
      await this.completing.answer.catch(() => {});
    const answer = this.askCompleted(apiOnly, options);
    const completing = { apiOnly, answer };
    this.completing = completing;
    const done = () => {
      if (this.completing === completing) this.completing = undefined;
    };
    answer.then(done, done);
    return answer;
  }

  private askCompleted(apiOnly: boolean, options?: CallOptions): Promise<Omit<OpenOrder, "orderId">[]> {
    const orders: Omit<OpenOrder, "orderId">[] = [];
    return this.requests.askShared(
      `completedOrders ${apiOnly}`,
      {
        method: "reqCompletedOrders",
        args: () => [apiOnly],
        take: {
          [EventName.completedOrder]: (contract: Contract, order: Order, orderState: OrderState) => {
            orders.push({ contract, order, orderState });
            return false;
          },
          [EventName.completedOrdersEnd]: () => true,
        },
        result: () => orders,
      },
      options,
    );
  }

  executions(filter: ExecutionFilter = {}, options?: CallOptions): Promise<ExecutionDetail[]> {
    const details: ExecutionDetail[] = [];
    return this.requests.ask(
      {
        method: "reqExecutions",
        args: (id) => [id, filter],
        take: {
          [EventName.execDetails]: (contract: Contract, execution: ExecutionDetail["execution"]) => {
            details.push({ reqId: 0, contract, execution });
            return false;
          },
          [EventName.execDetailsEnd]: () => true,
        },
        result: () => details,
      },
      options,
    );
  }

  chargedExecutions(filter?: ExecutionFilter, options?: ChargedOptions): Promise<ChargedExecution[]> {
    return chargedExecutions(this.requests, (o) => this.executions(filter, o), options);
  }

  async exercise(exercise: OptionExercise, options?: CallOptions): Promise<number> {
    const args = exerciseAsked(exercise);
    const id = this.nextOrderId();
    this.exercising.add(id);
    const taken = this.requests.ask(
      {
        method: "exerciseOptions",
        args: () => [id, ...args],
        take: {},
        result: () => id,
        // Nothing says that it was taken; a refusal would have come before this.
        behind: () => this.clock.ask(),
      },
      options,
      id,
    );
    return taken.finally(() => this.exercising.delete(id));
  }

  /** Whether a refusal under this number is the answer to {@link exercise}, and no news of an order. */
  isExercising(id: number): boolean {
    return this.exercising.has(id);
  }
}

/** Orders of TWS itself have no id of their own, only the account-wide one. */
function keyOf(orderId: number, { clientId, permId }: Order): string {
  return orderId === 0 ? `permId ${permId}` : `client ${clientId} order ${orderId}`;
}

const PLAIN_CANCEL = { manualOrderCancelTime: undefined, extOperator: "", manualOrderIndicator: undefined };
