import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import { Emitter } from "../../src/domain/emitter.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import type { Contract, Order } from "../../src/domain/stock-types.js";
import { parseOrderRef } from "../../src/orders/order-ref.js";
import { OrderTracker } from "../../src/orders/order-tracker.js";
import type { GatewayTruth, RememberedOrder } from "../../src/orders/reconcile.js";
import type { ForeignOrder } from "../../src/orders/tracker-events.js";
import type { OrderTrackerOptions } from "../../src/orders/tracker-options.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway } from "../../src/sim/index.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const order = (more: Partial<Order>) =>
  ({ action: "BUY", orderType: "MKT", totalQuantity: 10, tif: "DAY", transmit: true, ...more }) as Order;
const MARKET = order({});
const FAR = order({ orderType: "LMT" as never, lmtPrice: 1 });

const BROKER_EVENTS = [
  "orderStatus",
  "openOrder",
  "execution",
  "commission",
  "orderSent",
  "orderError",
  "state",
];

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function gatewayOf(): Promise<SimulatedGateway> {
  const gateway = await SimulatedGateway.start({ seed: 1, tickIntervalMs: 10 });
  ends.push(() => gateway.stop());
  return gateway;
}

async function trackerAt(
  { port }: SimulatedGateway,
  { clientId = 1, maxReqPerSec = 1e9, maxServerVersion = 226 } = {},
  options: Partial<OrderTrackerOptions> = {},
) {
  const session = new Session(resolveOptions({ port, clientId, maxReqPerSec, maxServerVersion }));
  const broker = new SessionBroker(session);
  ends.push(() => broker.close());
  const tracker = new OrderTracker(broker, {
    clientId,
    prefix: "test",
    commissionTimeoutMs: 500,
    ...options,
  });
  await broker.connect();
  return { tracker, broker, session };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "resolved",
    (error: IBKRError) => error.code,
  );

test("orders may have another prefix than the tracker's: given ones, and those of a template", async () => {
  const { tracker } = await trackerAt(await gatewayOf());
  const orderRef = tracker.nextOrderRef("mine");
  expect(tracker.nextOrderRef("mine") > orderRef).toBe(true);
  expect(tracker.placeOrder(AAPL, { ...FAR, orderRef }).orderRef).toBe(orderRef);
  const template = tracker.prepareOrder(AAPL, FAR, "other");
  const sent = [template.send(), template.send()].map((ticket) => parseOrderRef(ticket.orderRef));
  expect(sent.map((ref) => ref?.prefix)).toEqual(["other", "other"]);
  expect(sent[0]?.ulid).not.toBe(sent[1]?.ulid);
  template.close();
  for (const prefix of ["", "12345678901234"]) {
    const allowed = new RegExp(`prefix is "${prefix}" \\(allowed: a text of 1 to 13 characters\\)`);
    expect(() => tracker.nextOrderRef(prefix)).toThrow(allowed);
    expect(() => tracker.prepareOrder(AAPL, FAR, prefix)).toThrow(allowed);
  }
});

describe.each([193, 226])("at server version %i", (maxServerVersion) => {
  const start = async () => trackerAt(await gatewayOf(), { maxServerVersion });

  test("an order's life: sent when the call returns, acknowledged, filled, done with its commission", async () => {
    const { tracker } = await start();
    const told: string[] = [];
    const ticket = tracker.placeOrder(AAPL, MARKET);
    ticket.on("status", (status) => told.push(status));
    expect([ticket.status, ticket.disposition, tracker.tickets]).toEqual(["sent", "written", [ticket]]);
    expect(parseOrderRef(ticket.orderRef)?.prefix).toBe("test");
    await ticket.acknowledged();
    await ticket.filled();
    const outcome = await ticket.done();
    expect(outcome).toMatchObject({ status: "filled", filledQuantity: 10, remaining: 0, isComplete: true });
    expect(outcome.commission).toBeGreaterThan(0);
    expect(outcome.averagePrice).toBeGreaterThan(0);
    expect(outcome.executions[0].execution.orderRef).toBe(ticket.orderRef);
    expect(ticket.permId).toBeGreaterThan(0);
    expect(told[told.length - 1]).toBe("filled");
    const {
      calledMicros,
      writtenMicros = 0,
      acknowledgedMicros = 0,
      firstFillMicros = 0,
      doneMicros = 0,
    } = ticket.latency;
    const moments = [calledMicros, writtenMicros, acknowledgedMicros, doneMicros];
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    expect(firstFillMicros).toBeGreaterThanOrEqual(writtenMicros);
  });

  test("each way an order takes has its moments: called, encoded, written", async () => {
    const { tracker } = await trackerAt(await gatewayOf(), { maxServerVersion, maxReqPerSec: 7 });
    const general = order({ orderType: "LMT" as never, lmtPrice: 1, minQty: 5 });
    const tickets = [
      tracker.placeOrder(AAPL, FAR),
      tracker.placeOrder(AAPL, general),
      tracker.prepareOrder(AAPL, FAR).send(),
      tracker.prepareOrder(AAPL, general).send(),
      ...tracker.placeBracket(AAPL, FAR, [order({ action: "SELL" as never })]).parts,
      // The rate is used up: they wait.
      tracker.placeOrder(AAPL, FAR),
      tracker.placeOrder(AAPL, general),
    ];
    expect(tickets.at(-1)?.status).toBe("unsent");
    for (const ticket of tickets) {
      await ticket.acknowledged();
      const { calledMicros, encodedMicros = 0, writtenMicros = 0, acknowledgedMicros } = ticket.latency;
      const moments = [calledMicros, encodedMicros, writtenMicros, acknowledgedMicros];
      expect(moments).toEqual(moments.toSorted((a = 0, b = 0) => a - b));
      expect(encodedMicros).toBeGreaterThan(0);
    }
  });

  test("it is changed and cancelled", async () => {
    const { tracker } = await start();
    const ticket = tracker.placeOrder(AAPL, FAR);
    await ticket.acknowledged();
    ticket.modify({ quantity: 20, limitPrice: 1.5 });
    ticket.cancel();
    expect(await ticket.done()).toMatchObject({ status: "cancelled", filledQuantity: 0, remaining: 20 });
    expect(ticket.order).toMatchObject({ totalQuantity: 20, lmtPrice: 1.5 });
    expect(await codeOf(ticket.filled())).toBe("ERR_IBKR_ORDER_OVER");
  });

  test("what the gateway refuses is rejected, with its error", async () => {
    const { tracker } = await start();
    const ticket = tracker.placeOrder({ ...AAPL, symbol: "NOSUCH" }, MARKET);
    await expect(ticket.acknowledged()).rejects.toMatchObject({
      code: "ERR_IBKR_NO_SECURITY_DEFINITION",
      gatewayCode: 200,
    });
    expect(await ticket.done()).toMatchObject({ status: "rejected", error: { gatewayCode: 200 } });
  });

  test("what-if is a promise, and no ticket", async () => {
    const { tracker } = await start();
    const state = await tracker.whatIf(AAPL, MARKET);
    expect(state.initMarginAfter).toBeGreaterThan(0);
    expect(await codeOf(tracker.whatIf({ ...AAPL, symbol: "NOSUCH" }, MARKET))).toBe(
      "ERR_IBKR_NO_SECURITY_DEFINITION",
    );
    expect([tracker.tickets, tracker.foreign]).toEqual([[], []]);
  });

  test("a bracket is one thing: its parent takes its children along, and works for nobody before the last is there", async () => {
    const { tracker } = await start();
    const group = tracker.placeBracket(AAPL, FAR, [
      order({ action: "SELL" as never, orderType: "LMT" as never, lmtPrice: 1000 }),
      order({ action: "SELL" as never, orderType: "STP" as never, auxPrice: 0.5 }),
    ]);
    expect(group.parts.map(({ order: { parentId = 0, transmit } }) => [parentId, transmit])).toEqual([
      [0, false],
      [group.parts[0].orderId, false],
      [group.parts[0].orderId, true],
    ]);
    for (const part of group.parts) await part.acknowledged();
    expect(group.isOver).toBe(false);
    group.cancel();
    expect((await group.done()).map(({ status }) => status)).toEqual(["cancelled", "cancelled", "cancelled"]);
    expect(group.isOver).toBe(true);
  });

  test("where one of an OCA group is filled the others are cancelled", async () => {
    const { tracker } = await start();
    const group = tracker.placeOca([
      [AAPL, FAR],
      [AAPL, MARKET],
    ]);
    expect(group.parts[0].order.ocaGroup).toBe(group.parts[1].order.ocaGroup);
    expect((await group.done()).map(({ status }) => status)).toEqual(["cancelled", "filled"]);
  });

  test("orders of another client are foreign, and do not touch ours of the same number", async () => {
    const gateway = await gatewayOf();
    const mine = await trackerAt(gateway, { clientId: 1, maxServerVersion });
    const other = await trackerAt(gateway, { clientId: 2, maxServerVersion });
    const ticket = mine.tracker.placeOrder(AAPL, FAR);
    await ticket.acknowledged();
    const theirs = other.tracker.placeOrder(AAPL, order({ orderType: "LMT" as never, lmtPrice: 2 }));
    await theirs.acknowledged();
    expect(theirs.orderId).toBe(ticket.orderId);
    const told: ForeignOrder[] = [];
    mine.tracker.on("foreign", (foreign) => told.push(foreign));
    await mine.broker.orders.open();
    await mine.broker.orders.open();
    expect(told.map(({ kind, openOrder }) => [kind, openOrder.order.lmtPrice])).toEqual([["client", 2]]);
    expect(mine.tracker.foreign).toHaveLength(1);
    expect([ticket.order.lmtPrice, ticket.status]).toEqual([1, theirs.status]);
  });
});

test("an order that waits for its turn is unsent, and written when it leaves", async () => {
  const { tracker } = await trackerAt(await gatewayOf(), { maxReqPerSec: 3 });
  const tickets = [1, 2, 3, 4].map(() => tracker.placeOrder(AAPL, FAR));
  expect(tickets.map(({ disposition }) => disposition)).toEqual(["written", "written", "unsent", "unsent"]);
  await tickets[3].acknowledged();
  expect(tickets.map(({ disposition }) => disposition)).toEqual(["written", "written", "written", "written"]);
});

test("what still waited when the connection ends never left; what had left is unknown", async () => {
  const gateway = await gatewayOf();
  const { tracker, broker } = await trackerAt(gateway, { maxReqPerSec: 3 });
  gateway.fault({ kind: "half-open" });
  const [first, second, third] = [1, 2, 3].map(() => tracker.placeOrder(AAPL, FAR));
  await broker.close();
  expect([first.status, second.status, third.status]).toEqual(["unknown", "unknown", "not-sent"]);
  expect(await codeOf(third.acknowledged())).toBe("ERR_IBKR_NOT_SENT");
});

test("orders of an earlier life are unknown until the gateway was asked; what has ended is no riddle", async () => {
  const gateway = await gatewayOf();
  const first = await trackerAt(gateway);
  const working = first.tracker.placeOrder(AAPL, FAR);
  const filled = first.tracker.placeOrder(AAPL, MARKET);
  await working.acknowledged();
  await filled.done();
  const remembered = first.tracker.remembered;
  await first.broker.close();

  const { tracker, broker } = await trackerAt(gateway);
  const lost = { ...remembered[0], orderId: 77, permId: 0, orderRef: "test:01ARZ3NDEKTSV4RRFFQ69G5FAV" };
  tracker.restore([...remembered, lost]);
  expect(tracker.tickets.map(({ status }) => status)).toEqual(["unknown", "unknown", "unknown"]);
  const told: number[] = [];
  tracker.on("unknown", ({ orderId }) => told.push(orderId));
  const ask = async () => ({
    open: await broker.orders.open(),
    completed: await broker.orders.completed(),
    executions: await broker.orders.executions(),
  });
  const { matched, unknown, newExecutions } = tracker.reconcile(await ask());
  expect([matched.length, unknown, newExecutions.length]).toEqual([2, [lost], 1]);
  expect(tracker.tickets.map(({ status }) => status)).toEqual(["working", "filled", "unknown"]);
  expect(tracker.tickets[1]).toMatchObject({ filledQuantity: 10, orderRef: filled.orderRef });

  const later = tracker.reconcile({ open: [], completed: [], executions: [] });
  expect(later.unknown.map(({ orderId }) => orderId)).toEqual([working.orderId, 77]);
  expect(told).toEqual([77, working.orderId, 77]);
});

describe("what is told of an order after a restart", () => {
  const remembered = (more: object = {}) => ({
    ...{ orderId: 5, clientId: 1, orderRef: "mine", permId: 111, sentMs: 0, contract: AAPL },
    order: { ...FAR, orderRef: "mine" },
    ...more,
  });
  const restored = (...orders: object[]) => {
    const events = new Emitter<Record<string, unknown[]>>([...BROKER_EVENTS]);
    const on = (event: string, listener: () => void) => events.on(event, listener);
    const tracker = new OrderTracker({ on, orders: { place: () => {} } } as never, { clientId: 1 });
    tracker.restore(orders as RememberedOrder[]);
    return { events, tracker, ticket: tracker.tickets[0] };
  };
  const none = { open: [], completed: [], executions: [] };

  test("it is known by its account-wide id, although it was changed elsewhere and its name is anybody's", () => {
    const { tracker, ticket } = restored(remembered());
    const changed = { ...FAR, orderRef: "mine", lmtPrice: 2, permId: 111, clientId: 1 };
    const open = [{ orderId: 5, contract: AAPL, order: changed, orderState: { status: "Submitted" } }];
    const { matched, unknown, foreign } = tracker.reconcile({ ...none, open } as GatewayTruth);
    expect([matched[0]?.by, unknown, foreign]).toEqual(["permId", [], []]);
    expect([ticket.status, ticket.permId]).toEqual(["working", 111]);
  });

  test("another order with its number, of another program with this client id, is another", () => {
    const { events, ticket } = restored(remembered());
    const fill = { execId: "a.01", shares: 10, price: 3, orderId: 5, clientId: 1, permId: 222 };
    events.emit("execution", { reqId: -1, contract: AAPL, execution: fill });
    events.emit("orderStatus", { orderId: 5, clientId: 1, permId: 222, status: "Filled", filled: 10 });
    expect([ticket.status, ticket.filledQuantity, ticket.permId]).toEqual(["unknown", 0, 111]);
    // Its own name, under whatever id, is its own.
    const execution = { ...fill, execId: "b.01", shares: 4, permId: 333, orderRef: "mine" };
    events.emit("execution", { reqId: -1, contract: AAPL, execution });
    expect([ticket.filledQuantity, ticket.permId]).toEqual([4, 333]);
  });

  test("one that is executed in part, and in no list, is unknown: it works no longer", () => {
    const { tracker, ticket } = restored(remembered());
    const part = { execId: "a.01", shares: 4, price: 3, orderId: 5, clientId: 1, permId: 111 };
    const executions = [{ reqId: -1, contract: AAPL, execution: part }];
    const { unknown } = tracker.reconcile({ ...none, executions });
    expect(unknown.map(({ orderId }) => orderId)).toEqual([5]);
    expect([ticket.status, ticket.filledQuantity]).toEqual(["unknown", 4]);
    const rest = { ...part, execId: "b.01", shares: 6 };
    tracker.reconcile({ ...none, executions: [...executions, { ...executions[0], execution: rest }] });
    expect([ticket.status, ticket.filledQuantity]).toEqual(["filled", 10]);
  });
});

test("the answer to a what-if that comes late, or twice, is no order, and no error of one", async () => {
  const events = new Emitter<Record<string, unknown[]>>([...BROKER_EVENTS]);
  const on = (event: string, listener: () => void) => events.on(event, listener);
  const orders = { nextOrderId: () => 8, place: () => true };
  const tracker = new OrderTracker({ on, orders } as never, { clientId: 1 });
  const told: unknown[] = [];
  tracker.on("foreign", (foreign) => told.push(foreign));
  tracker.on("error", (error) => told.push(error));
  const given = new AbortController();
  const asked = tracker.whatIf(AAPL, FAR, { signal: given.signal });
  given.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
  const answer = {
    orderId: 8,
    contract: AAPL,
    order: { ...FAR, clientId: 1 },
    orderState: { status: "PreSubmitted" },
  };
  events.emit("openOrder", answer);
  events.emit("orderError", 8, new IBKRError("ERR_IBKR_ORDER_REJECTED", "margin", { gatewayCode: 201 }));
  expect([told, tracker.foreign]).toEqual([[], []]);
});

test("a change that is overtaken is a refused change: the order is sent under no other number", () => {
  const events = new Emitter<Record<string, unknown[]>>([...BROKER_EVENTS]);
  const sent: number[] = [];
  const error = new IBKRError("ERR_IBKR_ORDER_OVERTAKEN", "overtaken", { request: "placeOrder" });
  const orders = {
    nextOrderId: () => 8,
    cancel: () => {},
    place: (orderId: number) => {
      sent.push(orderId);
      if (sent.length > 1) events.emit("orderError", orderId, error);
      return sent.length === 1;
    },
  };
  const on = (event: string, listener: () => void) => events.on(event, listener);
  const tracker = new OrderTracker({ on, orders } as never, { clientId: 1 });
  const ticket = tracker.placeOrder(AAPL, FAR);
  ticket.modify({ limitPrice: 2 });
  expect([sent, ticket.status, ticket.order.lmtPrice, ticket.error]).toEqual([[8, 8], "sent", 1, error]);
});

test("what cannot be written down does not leave", async () => {
  const journal = {
    intent: () => {
      throw new Error("disk full");
    },
    transition: () => {},
    execution: () => {},
  };
  const gateway = await gatewayOf();
  const { tracker, broker } = await trackerAt(gateway, {}, { journal });
  expect(() => tracker.placeOrder(AAPL, MARKET)).toThrow("disk full");
  expect(tracker.tickets.map(({ status }) => status)).toEqual(["not-sent"]);
  await broker.lookups.serverTimeMs();
  expect(await broker.orders.open()).toEqual([]);
  expect(await broker.orders.completed()).toEqual([]);
});

test("the journal has each intent before, and what became of it after", async () => {
  const lines: string[] = [];
  const journal = {
    intent: (kind: string, { orderId, isUnsent }: { orderId: number; isUnsent?: boolean }) =>
      lines.push(`${kind} ${orderId}${isUnsent ? ", unsent" : ""}`),
    transition: ({ orderId, status }: { orderId: number; status: string }) =>
      lines.push(`${orderId} ${status}`),
    execution: () => lines.push("execution"),
  };
  const { tracker } = await trackerAt(await gatewayOf(), {}, { journal });
  const ticket = tracker.placeOrder(AAPL, FAR);
  await ticket.acknowledged();
  ticket.modify({ limitPrice: 1.1 });
  ticket.cancel();
  await ticket.done();
  const { orderId } = ticket;
  expect(lines.slice(0, 2)).toEqual([`place ${orderId}, unsent`, `${orderId} sent`]);
  expect(lines.filter((line) => /^(change|cancel)/.test(line))).toEqual([
    `change ${orderId}`,
    `cancel ${orderId}`,
  ]);
  expect(lines[lines.length - 1]).toBe(`${orderId} cancelled`);
});

test("what was given may be changed afterwards, and all that is in it: the orders stay as they were", async () => {
  const { tracker } = await trackerAt(await gatewayOf());
  const contract = { ...AAPL };
  const given = order({
    ...{ orderType: "LMT" as never, lmtPrice: 1, algoStrategy: "Adaptive" },
    algoParams: [{ tag: "adaptivePriority", value: "Normal" }],
  });
  const ticket = tracker.placeOrder(contract, given);
  const template = tracker.prepareOrder(contract, given);
  const change = { algoParams: [{ tag: "adaptivePriority", value: "Patient" }] };
  const changed = tracker.placeOrder(contract, given);
  await changed.acknowledged();
  changed.modify({ order: change });
  contract.symbol = "IBM";
  for (const { algoParams } of [given, change]) (algoParams?.[0] as { value: string }).value = "Urgent";
  await ticket.acknowledged();
  ticket.modify({ limitPrice: 2 });
  changed.modify({ limitPrice: 2 });
  const sent = template.send({ quantity: 10 });
  await sent.acknowledged();
  for (const { contract: kept, order: wanted, error } of [ticket, sent, changed])
    expect([kept.symbol, wanted.algoParams?.[0]?.value, error]).toEqual([
      "AAPL",
      wanted === changed.order ? "Patient" : "Normal",
      undefined,
    ]);
});

test("a change of a bracket's part is transmitted, also before it is answered; of one that waits in TWS it is not", async () => {
  const sent: (boolean | undefined)[] = [];
  const gateway = await SimulatedGateway.start({
    seed: 1,
    log: {
      onEntry: ({ kind, name, body }) => {
        if (kind === "request" && name === "placeOrder")
          sent.push((body as { order: { transmit?: boolean } }).order.transmit);
      },
    },
  });
  ends.push(() => gateway.stop());
  const { tracker } = await trackerAt(gateway);
  const child = order({ action: "SELL" as never, orderType: "LMT" as never, lmtPrice: 1000 });
  const { parts } = tracker.placeBracket(AAPL, FAR, [child, child]);
  const parent = parts[0] as (typeof parts)[number];
  parent.modify({ limitPrice: 2 });
  for (const part of parts) await part.acknowledged();
  parts[1]?.modify({ limitPrice: 999 });
  const waiting = tracker.placeOrder(AAPL, { ...FAR, transmit: false });
  waiting.modify({ limitPrice: 2 });
  parent.modify({ order: { transmit: false } });
  await codeOf(tracker.whatIf(AAPL, FAR)); // all before has come
  expect(sent.slice(0, -1)).toEqual([false, false, true, true, true, false, false, false]);
});

test("what is only asked about gets no ticket, and no change makes an order a question", async () => {
  const { tracker } = await trackerAt(await gatewayOf());
  const asked = { ...FAR, whatIf: true };
  for (const call of [
    () => tracker.placeOrder(AAPL, asked),
    () => tracker.placeBracket(AAPL, FAR, [asked]),
    () => tracker.placeBracket(AAPL, asked, [FAR]),
    () =>
      tracker.placeOca([
        [AAPL, FAR],
        [AAPL, asked],
      ]),
    () => tracker.prepareOrder(AAPL, asked),
  ])
    expect(call).toThrow(/whatIf is true \(allowed: false: whatIf\(\) asks\)/);
  expect(tracker.tickets).toEqual([]);
  const ticket = tracker.placeOrder(AAPL, FAR);
  expect(() => ticket.modify({ order: { whatIf: true } })).toThrow(/order.whatIf is true/);
  await ticket.acknowledged();
});

test("closed, it leaves nobody waiting", async () => {
  const { tracker } = await trackerAt(await gatewayOf());
  const ticket = tracker.placeOrder(AAPL, FAR);
  await ticket.acknowledged();
  const waiting = [codeOf(ticket.filled()), codeOf(ticket.done()), codeOf(tracker.whatIf(AAPL, FAR))];
  tracker.close();
  expect(await Promise.all(waiting)).toEqual([
    "ERR_IBKR_UNKNOWN_OUTCOME",
    "ERR_IBKR_UNKNOWN_OUTCOME",
    "ERR_IBKR_CONNECTION_LOST",
  ]);
});

test("options and groups that make no sense are refused", async () => {
  const { tracker, broker } = await trackerAt(await gatewayOf());
  expect(() => new OrderTracker(broker, { clientId: 1, prefix: "far too long for it" })).toThrow(
    'prefix is "far too long for it" (allowed: a text of 1 to 13 characters)',
  );
  expect(() => tracker.placeBracket(AAPL, FAR, [])).toThrow("children is [] (allowed: one order at least)");
  expect(() => tracker.placeOca([[AAPL, FAR]])).toThrow("orders is 1 (allowed: two at least)");
  expect(() =>
    tracker.placeOca(
      [
        [AAPL, FAR],
        [AAPL, FAR],
      ],
      4 as 3,
    ),
  ).toThrow("ocaType is 4 (allowed: 1, 2, 3)");
});

test("what the account holds is followed: fills explain it, also those of the time away, and nothing else does", async () => {
  const { tracker, broker } = await trackerAt(await gatewayOf());
  const truth = async (more: object = {}) => ({
    open: [],
    completed: [],
    executions: await broker.orders.executions(),
    positions: await broker.accounts.positions(),
    ...more,
  });
  // Before the first one there is nothing to compare with.
  expect(tracker.reconcile(await truth()).positionDifferences).toEqual([]);
  await tracker.placeOrder(AAPL, MARKET).done();
  expect(tracker.reconcile(await truth()).positionDifferences).toEqual([]);
  // Told of by nobody but the gateway's list.
  const [held] = await broker.accounts.positions();
  const [detail] = await broker.orders.executions();
  const away = { ...detail, execution: { ...detail.execution, execId: "away.01", shares: 3, permId: 12345 } };
  const executions = [detail, away];
  const positions = [{ ...held, pos: (held.pos ?? 0) + 3 }];
  expect(tracker.reconcile(await truth({ executions, positions })).positionDifferences).toEqual([]);
  // A transfer.
  const moved = [{ ...held, pos: (held.pos ?? 0) + 100 }];
  expect(tracker.reconcile(await truth({ executions, positions: moved })).positionDifferences).toMatchObject([
    { expected: (held.pos ?? 0) + 3, actual: (held.pos ?? 0) + 100 },
  ]);
  expect(tracker.reconcile(await truth({ executions, positions: moved })).positionDifferences).toEqual([]);
});
