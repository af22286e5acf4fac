import { describe, expect, test } from "vitest";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import type { OrderTicket } from "../../src/orders/order-ticket.js";
import {
  AAPL,
  Desk,
  execution,
  gatewayError,
  limitOrder,
  notSent,
  openOrder,
  ticketOf,
} from "./order-bench.js";

const written = (desk = new Desk()) => {
  const ticket = ticketOf(desk);
  ticket.onWritten();
  return ticket;
};
const status = (ticket: OrderTicket, word: string, filled = 0, averageFillPrice = 0) =>
  ticket.onStatus({ orderId: 7, status: word, filled, averageFillPrice, permId: 900 });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "resolved",
    (error: IBKRError) => error.code,
  );
/** Whether it has settled after all that can happen now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  promise.then(done, done);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe("acknowledged()", () => {
  test("resolves with the gateway's first word, and at once when that has come", async () => {
    const ticket = written();
    const first = ticket.acknowledged();
    expect(await isSettled(first)).toBe(false);
    ticket.onOpenOrder(openOrder("PreSubmitted"));
    expect(await first).toBe(ticket);
    expect(await ticket.acknowledged()).toBe(ticket);
    expect([ticket.status, ticket.permId, ticket.gatewayStatus]).toEqual(["held", 900, ""]);
  });

  test("a fill, or an end, is an answer as well", async () => {
    for (const answer of [
      (ticket: OrderTicket) => void ticket.onExecution(execution("a.01", 10)),
      (ticket: OrderTicket) => ticket.onError(gatewayError(202)),
    ]) {
      const ticket = written();
      const acknowledged = ticket.acknowledged();
      answer(ticket);
      expect(await acknowledged).toBe(ticket);
    }
  });

  test("rejects with the gateway's error where it is refused", async () => {
    const ticket = written();
    const acknowledged = ticket.acknowledged();
    ticket.onError(gatewayError(201, "margin"));
    await expect(acknowledged).rejects.toMatchObject({
      code: "ERR_IBKR_INSUFFICIENT_FUNDS",
      gatewayCode: 201,
    });
  });

  test("rejects with an unknown outcome where it has left and no answer comes in time: trying again is not safe", async () => {
    const desk = new Desk();
    const ticket = written(desk);
    const acknowledged = ticket.acknowledged({ timeoutMs: 2000 });
    desk.clock.advance(1999);
    expect(await isSettled(acknowledged)).toBe(false);
    desk.clock.advance(1);
    await expect(acknowledged).rejects.toMatchObject({ code: "ERR_IBKR_UNKNOWN_OUTCOME", retryable: false });
  });

  test("of an order that has not left, a time that is over is just that", async () => {
    const desk = new Desk();
    const acknowledged = ticketOf(desk).acknowledged({ timeoutMs: 10 });
    desk.clock.advance(10);
    expect(await codeOf(acknowledged)).toBe("ERR_IBKR_TIMEOUT");
  });

  test("waits on where the connection ends, and rejects when nothing knows of the order", async () => {
    const ticket = written();
    const acknowledged = ticket.acknowledged();
    ticket.onConnectionLost();
    expect([ticket.status, ticket.disposition]).toEqual(["unknown", "unknown"]);
    expect(await isSettled(acknowledged)).toBe(false);
    ticket.onNotFound();
    expect(await codeOf(acknowledged)).toBe("ERR_IBKR_UNKNOWN_OUTCOME");
    expect(await codeOf(ticket.done())).toBe("ERR_IBKR_UNKNOWN_OUTCOME");
    expect(await codeOf(ticket.filled())).toBe("ERR_IBKR_UNKNOWN_OUTCOME");
    // It turns up after all.
    status(ticket, "Submitted");
    expect(await ticket.acknowledged()).toBe(ticket);
    expect([ticket.status, ticket.disposition]).toEqual(["working", "written"]);
  });

  test("what had been answered is not unknown because a connection ends", () => {
    const ticket = written();
    status(ticket, "Submitted");
    ticket.onConnectionLost();
    expect(ticket.status).toBe("working");
  });

  test("but it is where nothing knows of it any more, until it is heard of", async () => {
    const ticket = written();
    status(ticket, "Submitted");
    ticket.onNotFound();
    expect(ticket.status).toBe("unknown");
    expect(await codeOf(ticket.done())).toBe("ERR_IBKR_UNKNOWN_OUTCOME");
    ticket.onExecution(execution("a.01", 10));
    expect(ticket.status).toBe("working");
    status(ticket, "Filled", 100, 10);
    ticket.onNotFound();
    expect(ticket.status).toBe("filled");
  });

  test("a signal ends the wait, and a time out of range is refused", async () => {
    const ticket = written();
    const controller = new AbortController();
    const acknowledged = ticket.acknowledged({ signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(acknowledged).rejects.toThrow("enough");
    expect(await codeOf(ticket.acknowledged({ timeoutMs: 0 }))).toBe("ERR_IBKR_OPTION");
    await expect(ticket.acknowledged({ signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow(
      "too late",
    );
  });
});

describe("an order that never left", () => {
  test("ends as not sent, with the error", async () => {
    const ticket = ticketOf();
    const acknowledged = codeOf(ticket.acknowledged());
    ticket.onError(notSent("placeOrder"));
    expect([ticket.status, ticket.disposition]).toEqual(["not-sent", "unsent"]);
    expect(await acknowledged).toBe("ERR_IBKR_NOT_SENT");
    expect(await ticket.done()).toMatchObject({
      status: "not-sent",
      filledQuantity: 0,
      error: { code: "ERR_IBKR_NOT_SENT" },
    });
  });

  test("a cancel that did not leave says nothing of the order", () => {
    const ticket = written();
    ticket.cancel();
    ticket.onError(notSent("cancelOrder"));
    ticket.onConnectionLost();
    expect(ticket.status).toBe("unknown");
  });

  test("nor does a change that did not leave, unless the order itself did not either", () => {
    const ticket = written();
    ticket.modify({ limitPrice: 11 });
    ticket.onError(notSent("placeOrder"));
    expect([ticket.status, ticket.order.lmtPrice]).toEqual(["sent", 10]);
    ticket.onError(notSent("placeOrder"));
    expect(ticket.status).toBe("not-sent");
  });
});

describe("done()", () => {
  test("waits for the executions and commissions of what is filled", async () => {
    const ticket = written();
    const done = ticket.done();
    const filled = ticket.filled();
    status(ticket, "Filled", 100, 10.5);
    expect(await filled).toBe(ticket);
    expect(await isSettled(done)).toBe(false);
    ticket.onExecution(execution("a.01", 60, 10));
    ticket.onCommission({ execId: "b.01", commission: 0.5, currency: "USD" }); // before its execution
    ticket.onExecution(execution("b.01", 40, 11));
    expect(await isSettled(done)).toBe(false);
    ticket.onCommission({ execId: "a.01", commission: 1, currency: "USD" });
    expect(await done).toMatchObject({
      status: "filled",
      filledQuantity: 100,
      remaining: 0,
      averagePrice: 10.4,
      commission: 1.5,
      isComplete: true,
      error: undefined,
    });
  });

  test("does not wait for ever: what does not come is left out", async () => {
    const desk = new Desk();
    const ticket = written(desk);
    const done = ticket.done();
    ticket.onExecution(execution("a.01", 100));
    desk.clock.advance(999);
    expect(await isSettled(done)).toBe(false);
    desk.clock.advance(1);
    expect(await done).toMatchObject({ status: "filled", commission: undefined, isComplete: false });
  });

  test("resolves for a cancelled and a rejected order; filled() rejects", async () => {
    const cancelled = written();
    const notFilled = codeOf(cancelled.filled());
    status(cancelled, "Cancelled");
    expect(await cancelled.done()).toMatchObject({
      status: "cancelled",
      filledQuantity: 0,
      error: undefined,
    });
    expect(await notFilled).toBe("ERR_IBKR_ORDER_OVER");

    const rejected = written();
    rejected.onError(gatewayError(201));
    expect(await rejected.done()).toMatchObject({ status: "rejected", error: { gatewayCode: 201 } });
    expect(await codeOf(rejected.filled())).toBe("ERR_IBKR_ORDER_REJECTED");
  });

  test("a fill on the way to a cancel counts, as does one that is told after it", () => {
    const pending = written();
    pending.cancel();
    status(pending, "PendingCancel");
    expect(pending.status).toBe("cancelling");
    status(pending, "Filled", 100, 10);
    expect(pending.status).toBe("filled");

    const late = written();
    status(late, "Cancelled");
    late.onExecution(execution("a.01", 30));
    expect([late.status, late.filledQuantity, late.remaining]).toEqual(["cancelled", 30, 70]);
  });
});

test.each([399, 404, 2109, 10_349])("%i ends no order, and is a notice", (code) => {
  const ticket = written();
  const notices: number[] = [];
  ticket.on("notice", (number) => notices.push(number));
  ticket.onError(gatewayError(code));
  expect([ticket.status, notices, ticket.error]).toEqual(["sent", [code], undefined]);
});

test.each([161, 10_147, 10_148])("%i refuses a cancel: an error of the order, which goes on", (code) => {
  const ticket = written();
  status(ticket, "Submitted");
  ticket.modify({ quantity: 50 });
  ticket.cancel();
  const errors: unknown[] = [];
  ticket.on("error", (error) => errors.push(error.gatewayCode));
  ticket.onError(gatewayError(code));
  expect([ticket.status, errors, ticket.order.totalQuantity]).toEqual(["working", [code], 50]);
});

test("a refused change leaves the order as it was, alive", () => {
  const desk = new Desk();
  const ticket = written(desk);
  status(ticket, "Submitted");
  ticket.modify({ limitPrice: 11, quantity: 50 });
  expect(desk.sent).toEqual(["change 7 to 50 at 11"]);
  expect([ticket.order.lmtPrice, ticket.remaining]).toEqual([11, 50]);
  ticket.onError(gatewayError(201, "the price"));
  expect([ticket.status, ticket.order.lmtPrice, ticket.remaining]).toEqual(["working", 10, 100]);
});

test("a change is not confirmed by what the gateway says of the order as it was", () => {
  const ticket = written();
  status(ticket, "Submitted");
  ticket.modify({ limitPrice: 10.005 });
  ticket.onOpenOrder(openOrder("Submitted"));
  ticket.onError(gatewayError(110, "the price"));
  expect([ticket.status, ticket.order.lmtPrice]).toEqual(["working", 10]);
});

test("where one change was taken and the next one is refused, the order is as the gateway has it", () => {
  const desk = new Desk();
  const ticket = written(desk);
  status(ticket, "Submitted");
  ticket.modify({ limitPrice: 11 });
  ticket.modify({ limitPrice: 12, quantity: 50 });
  ticket.onOpenOrder(openOrder("Submitted", limitOrder(100, { lmtPrice: 11 })));
  ticket.onError(gatewayError(201, "the price"));
  expect([ticket.order.lmtPrice, ticket.order.totalQuantity, ticket.remaining]).toEqual([11, 100, 100]);
  ticket.modify({ quantity: 60 });
  expect(desk.sent.at(-1)).toBe("change 7 to 60 at 11");
});

test("a change that was lost with its connection is none: what is found after the next one counts", () => {
  const desk = new Desk();
  const ticket = written(desk);
  status(ticket, "Submitted");
  ticket.modify({ limitPrice: 11, quantity: 50 });
  ticket.onConnectionLost();
  ticket.onFound(openOrder("Submitted"));
  expect([ticket.order.lmtPrice, ticket.order.totalQuantity, ticket.remaining]).toEqual([10, 100, 100]);
  ticket.modify({ quantity: 60 });
  expect(desk.sent.at(-1)).toBe("change 7 to 60 at 10");
});

test("a change that is made after the connection and before its orders are found is on its way", () => {
  const ticket = written();
  status(ticket, "Submitted");
  ticket.onConnectionLost();
  ticket.modify({ limitPrice: 11 });
  ticket.onFound(openOrder("Submitted"));
  expect(ticket.order.lmtPrice).toBe(11);
  ticket.onError(gatewayError(110, "the price"));
  expect(ticket.order.lmtPrice).toBe(10);
});

test("executions that reach a quantity which was not confirmed do not end the order", () => {
  const ticket = written();
  status(ticket, "Submitted");
  ticket.modify({ quantity: 50 });
  ticket.onExecution(execution("a.01", 50));
  expect(ticket.status).toBe("working");
  ticket.onOpenOrder(openOrder("Submitted", limitOrder(50)));
  expect(ticket.status).toBe("filled");
});

test("what has ended is neither changed nor cancelled, and a change is checked", () => {
  const ticket = written();
  expect(() => ticket.modify({ price: 3 } as never)).toThrow(
    "price is 3 (allowed: quantity, limitPrice, stopPrice, order)",
  );
  expect(() => ticket.modify({ quantity: 0 })).toThrow("quantity is 0 (allowed: a number above 0)");
  expect(() => ticket.modify({ limitPrice: Number.NaN })).toThrow("limitPrice is NaN (allowed: a number)");
  status(ticket, "Filled", 100, 10);
  expect(() => ticket.modify({ quantity: 3 })).toThrow("order 7 cannot be changed: it is filled.");
  expect(() => ticket.cancel()).toThrow("order 7 cannot be cancelled: it is filled.");
});

test("a status that says less than is known is from before it, and changes nothing", () => {
  const ticket = written();
  status(ticket, "PendingCancel", 60, 10.5);
  status(ticket, "Submitted", 20, 10);
  expect([ticket.status, ticket.filledQuantity, ticket.averagePrice]).toEqual(["cancelling", 60, 10.5]);
  status(ticket, "Cancelled", 0);
  expect([ticket.status, ticket.filledQuantity, ticket.remaining]).toEqual(["cancelled", 60, 40]);
});

test("a correction replaces its execution, also of the quantity; a combination counts its own fills, not its legs'", () => {
  const ticket = written();
  const news: string[] = [];
  ticket.on("fill", (_, kind) => news.push(kind));
  status(ticket, "Submitted", 60, 10);
  for (const [execId, shares] of [
    ["a.1.01", 60],
    ["a.1.02", 40],
    ["a.1.01", 60],
    ["a.1.02", 40],
  ] as const)
    ticket.onExecution(execution(execId, shares, shares === 60 ? 10 : 12));
  expect(news).toEqual(["new", "correction"]);
  expect([ticket.filledQuantity, ticket.averagePrice, ticket.executions.length]).toEqual([40, 12, 1]);

  const bag = { ...AAPL, secType: "BAG" } as typeof AAPL;
  const combination = ticketOf(new Desk(), limitOrder(10), bag);
  combination.onWritten();
  for (const id of ["leg1.01", "leg2.01"]) combination.onExecution(execution(id, 10));
  expect([combination.filledQuantity, combination.status]).toEqual([0, "working"]);
  combination.onExecution({ ...execution("all.01", 10, 1.5), contract: bag });
  expect([combination.status, combination.averagePrice, combination.executions.length]).toEqual([
    "filled",
    1.5,
    3,
  ]);
});

test("commissions in several currencies have no sum", () => {
  const ticket = written();
  ticket.onExecution(execution("a.01", 50));
  ticket.onExecution(execution("b.01", 50));
  ticket.onCommission({ execId: "a.01", commission: 1, currency: "USD" });
  expect(ticket.commission).toBe(1);
  ticket.onCommission({ execId: "b.01", commission: 1, currency: "EUR" });
  expect([ticket.commission, ticket.commissions.length]).toEqual([undefined, 2]);
});

test("every step has its time", () => {
  const desk = new Desk();
  const ticket = ticketOf(desk);
  const step = (run: () => void) => {
    desk.clock.advance(1);
    run();
  };
  step(() => ticket.onWritten());
  step(() => status(ticket, "Submitted"));
  step(() => ticket.onExecution(execution("a.01", 50)));
  step(() => ticket.onExecution(execution("b.01", 50)));
  step(() => status(ticket, "Filled", 100, 10));
  expect(ticket.latency).toEqual({
    calledMicros: 0,
    writtenMicros: 1000,
    acknowledgedMicros: 2000,
    firstFillMicros: 3000,
    doneMicros: 4000,
  });
});

test("each change of status is told once, and unknown events and listeners are refused", () => {
  const ticket = ticketOf();
  const told: string[] = [];
  const stop = ticket.on("status", (now, before) => told.push(`${before} ${now}`));
  ticket.onWritten();
  for (const word of ["PreSubmitted", "Submitted", "Submitted", "PreSubmitted"]) status(ticket, word);
  stop();
  status(ticket, "Filled", 100, 1);
  expect(told).toEqual(["unsent sent", "sent held", "held working", "working held"]);
  expect(() => ticket.on("fills" as "fill", () => {})).toThrow('event is "fills" (allowed: status, fill, ');
  expect(() => ticket.on("fill", 3 as never)).toThrow("listener is 3 (allowed: a function)");
});

describe("when nobody hears of it any more", () => {
  test("who waits is told so, and it takes no changes", async () => {
    const desk = new Desk();
    const ticket = ticketOf(desk);
    ticket.onWritten();
    ticket.onStatus({ orderId: 7, status: "Submitted", filled: 40 });
    const waiting = [ticket.filled(), ticket.done()];
    ticket.onLeft();
    for (const promise of [...waiting, ticket.filled(), ticket.done()])
      await expect(promise).rejects.toMatchObject({
        code: "ERR_IBKR_UNKNOWN_OUTCOME",
        message: "order 7 (test:7) is working, and how it ends is not heard: its tracker is closed.",
      });
    await ticket.acknowledged();
    for (const call of [() => ticket.cancel(), () => ticket.modify({ limitPrice: 11 })])
      expect(call).toThrow(expect.objectContaining({ code: "ERR_IBKR_NOT_SENT" }));
    expect([ticket.order.lmtPrice, ticket.isCancelAsked, desk.sent]).toEqual([10, false, []]);
  });

  test("an answer that never came is an unknown outcome", async () => {
    const ticket = ticketOf();
    ticket.onWritten();
    ticket.onConnectionLost();
    const waiting = [ticket.acknowledged(), ticket.done()];
    ticket.onLeft();
    for (const promise of waiting)
      await expect(promise).rejects.toMatchObject({
        code: "ERR_IBKR_UNKNOWN_OUTCOME",
        message: expect.stringContaining("nobody knows whether it arrived: its tracker is closed"),
      });
  });

  test("what is over is done, without the commissions that have not come", async () => {
    const desk = new Desk();
    const ticket = ticketOf(desk);
    ticket.onWritten();
    ticket.onExecution(execution("a.01", 100));
    const done = ticket.done();
    ticket.onLeft();
    expect(await done).toMatchObject({ status: "filled", filledQuantity: 100, isComplete: false });
  });
});
