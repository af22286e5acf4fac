import { expect, test } from "vitest";
import { Emitter } from "../../src/domain/emitter.js";
import type { JournaledEnd, JournalRecord } from "../../src/orders/journal-record.js";
import { Ledger } from "../../src/orders/ledger.js";
import { OrderTracker } from "../../src/orders/order-tracker.js";
import { restoredOrders } from "../../src/orders/restored-orders.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";

const ORDER = { orderRef: "test:01J9ZZ8Q4M6T2V3X5Y7W8A9B0C", symbol: "AAPL", secType: "STK", quantity: 10 };
const fill = (execId: string, quantity: number) =>
  ({ kind: "fill", fill: { execId, quantity, price: 3 } }) as Partial<JournalRecord>;
const done = (end: JournaledEnd) => ({ kind: "done", end }) as Partial<JournalRecord>;

/** The ticket that another process finds of an order, and what it waits for commissions by. */
function restored(...records: Partial<JournalRecord>[]) {
  const ledger = new Ledger();
  const intent = { kind: "intent", order: ORDER, modify: false } as Partial<JournalRecord>;
  for (const record of [intent, ...records])
    ledger.add({ timeMicros: 1e6, orderId: 7, permId: 900, ...record } as JournalRecord);
  const clock = new VirtualClock({ start: 0 });
  const events = new Emitter<Record<string, unknown[]>>([
    ...["orderStatus", "openOrder", "execution", "commission", "orderSent", "orderError", "state"],
  ]);
  const on = (event: string, listener: () => void) => events.on(event, listener);
  const tracker = new OrderTracker({ on, orders: { place: () => {} } } as never, { clientId: 1, clock });
  tracker.restore(restoredOrders(ledger, 1));
  return { tracker, ticket: tracker.tickets[0], clock };
}

test.each([
  ["Filled", "filled", 10],
  ["Cancelled", "cancelled", 4],
])(
  "of one that ended as %s before its executions were told, the figures of its end stand until they are",
  async (status, state, filled) => {
    const { tracker, ticket, clock } = restored(done({ status, filled, averagePrice: 2.5 }));
    expect([ticket.status, ticket.filledQuantity, ticket.averagePrice]).toEqual([state, filled, 2.5]);
    const outcome = ticket.done();
    const execution = { execId: "a.01", shares: filled, price: 2.5, orderId: 7, clientId: 1, permId: 900 };
    const executions = [{ reqId: -1, contract: ticket.contract, execution }];
    tracker.reconcile({ open: [], completed: [], executions });
    clock.advance(5_000);
    const [{ executions: told, filledQuantity }] = [await outcome];
    expect([told.length, filledQuantity]).toEqual([1, filled]);
  },
);

test("of one that was corrected behind its end the executions stand", () => {
  const { ticket } = restored(
    ...[fill("a.01", 10), done({ status: "Filled", filled: 10, averagePrice: 3 }), fill("a.02", 4)],
  );
  expect([ticket.status, ticket.filledQuantity]).toEqual(["filled", 4]);
});
