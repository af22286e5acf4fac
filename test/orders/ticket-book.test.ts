import { afterEach, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import type { Contract, Order } from "../../src/domain/stock-types.js";
import { IBKRGateway } from "../../src/gateway/ibkr-gateway.js";
import type { OrderTicket } from "../../src/orders/order-ticket.js";
import { OrderTracker } from "../../src/orders/order-tracker.js";
import { TicketBook } from "../../src/orders/ticket-book.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway } from "../../src/sim/index.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const MARKET = {
  action: "BUY",
  orderType: "MKT",
  totalQuantity: 10,
  tif: "DAY",
  transmit: true,
} as Order;
const FAR = { ...MARKET, orderType: "LMT", lmtPrice: 1 } as Order;

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

const named = (orderId: number) => ({ orderId }) as OrderTicket;

test("of tickets that are over the oldest is forgotten beyond the most that are kept; others never are", () => {
  const book = new TicketBook(2);
  const tickets = [1, 2, 3, 4].map(named);
  for (const [i, ticket] of tickets.entries()) {
    book.add(ticket, i);
    book.named(ticket, 900 + ticket.orderId);
  }
  const [first, living, third, fourth] = tickets;
  expect(book.ended(third)).toBeUndefined();
  expect(book.ended(first)).toBeUndefined();
  expect(book.ended(fourth)).toBe(third);
  expect(book.all).toEqual([first, living, fourth]);
  expect([book.ofOrderId(3), book.ofPermId(903), book.wasForgotten(903)]).toEqual([
    undefined,
    undefined,
    true,
  ]);
  expect([book.ofOrderId(2), book.ofPermId(902), book.wasForgotten(902)]).toEqual([living, living, false]);
});

test("a ticket with another number is found by both, and forgotten by both", () => {
  const book = new TicketBook(1);
  const ticket = { orderId: 5 };
  book.add(ticket as OrderTicket, 0);
  ticket.orderId = 6;
  book.renumbered(ticket as OrderTicket);
  expect([book.ofOrderId(5), book.ofOrderId(6)]).toEqual([ticket, ticket]);
  expect(book.all).toHaveLength(1);
  book.ended(ticket as OrderTicket);
  const next = named(7);
  book.add(next, 1);
  expect(book.ended(next)).toBe(ticket);
  expect([book.ofOrderId(5), book.ofOrderId(6), book.all]).toEqual([undefined, undefined, [next]]);
});

test("what is forgotten is nobody's news: no fill twice, and no order of somebody else, after a reconnect", async () => {
  const sim = await SimulatedGateway.start({ seed: 1, tickIntervalMs: 10 });
  ends.push(() => sim.stop());
  const session = new Session(resolveOptions({ port: sim.port, clientId: 1 }));
  const gateway = new IBKRGateway(new SessionBroker(session), { reconnectFirstMs: 1 });
  ends.push(() => gateway.close());
  const tracker = new OrderTracker(gateway, { clientId: 1, commissionTimeoutMs: 500, mostOver: 2 });
  gateway.reconciler = { reconcile: (truth) => tracker.reconcile(truth) };
  await gateway.connect();
  const fills: string[] = [];
  tracker.on("fill", ({ execution }) => fills.push(execution.execId ?? ""));
  const living = tracker.placeOrder(AAPL, FAR);
  await living.acknowledged();
  const tickets: OrderTicket[] = [];
  for (let i = 0; i < 5; i++) {
    const ticket = tracker.placeOrder(AAPL, i % 2 === 0 ? MARKET : FAR);
    await ticket.acknowledged();
    if (i % 2 === 1) ticket.cancel();
    await ticket.done();
    tickets.push(ticket);
  }
  expect(tracker.tickets).toEqual([living, ...tickets.slice(-2)]);
  const told = fills.length;
  expect(told).toBeGreaterThanOrEqual(3);
  const again = new Promise((resolve) => gateway.on("reconciled", resolve));
  sim.fault({ kind: "reset" });
  await again;
  expect(fills).toHaveLength(told);
  expect(tracker.foreign).toEqual([]);
  expect(living.status).toBe("working");
  living.cancel();
  expect((await living.done()).status).toBe("cancelled");
});
