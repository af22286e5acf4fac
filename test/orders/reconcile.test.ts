import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExecutionDetail, Order, Position } from "../../src/domain/stock-types.js";
import {
  type GatewayOrder,
  type ReconcileOptions,
  type RememberedOrder,
  reconcile,
  timeOfOrder,
} from "../../src/orders/reconcile.js";
import { holds } from "../support/property.js";
import { AAPL, execution, limitOrder } from "./order-bench.js";

const ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const ME = 5;
const OPTIONS: ReconcileOptions = { clientId: ME, username: "me" };

const mine = (more: Partial<RememberedOrder> = {}): RememberedOrder => ({
  orderId: 1,
  clientId: ME,
  orderRef: "",
  permId: 0,
  contract: AAPL,
  order: limitOrder(),
  sentMs: 1e6,
  ...more,
});
const theirs = (more: Partial<Order> = {}, orderId: number | "none" = 1): GatewayOrder =>
  ({
    orderId: orderId === "none" ? undefined : orderId,
    contract: AAPL,
    order: limitOrder(100, { clientId: ME, ...more }),
    orderState: { status: "Submitted" },
  }) as GatewayOrder;
const nothing = { open: [], completed: [], executions: [] };
const between = (orders: RememberedOrder[], truth: object, options: ReconcileOptions = OPTIONS) =>
  reconcile({ orders, executions: [] }, { ...nothing, ...truth }, options);

describe("an order is known again", () => {
  test("by its permId, whatever else it says", () => {
    const remembered = mine({ permId: 9, orderRef: `a:${ULID}` });
    const other = theirs({ permId: 8, orderRef: `a:${ULID}` });
    const same = theirs({ permId: 9 });
    expect(between([remembered], { open: [other, same] }).matched).toEqual([
      { remembered, gateway: same, isCompleted: false, by: "permId" },
    ]);
  });

  test("by its orderRef before it had one, among the completed as well", () => {
    const remembered = mine({ orderRef: `a:${ULID}` });
    const same = theirs({ permId: 9, orderRef: `a:${ULID}` }, "none");
    expect(between([remembered], { completed: [same] }).matched).toEqual([
      { remembered, gateway: same, isCompleted: true, by: "orderRef" },
    ]);
  });

  describe("where the program has given many orders the same orderRef", () => {
    const NAME = { orderRef: "momentum" };
    const IBM = { ...AAPL, conId: 8314, symbol: "IBM" };

    test("each by what it is, and not one for the other", () => {
      const first = mine({ ...NAME, orderId: 1 });
      const second = mine({ ...NAME, orderId: 2, contract: IBM });
      const cancelled = { ...theirs({ ...NAME, permId: 8 }, "none"), orderState: { status: "Cancelled" } };
      const filled = {
        ...theirs({ ...NAME, permId: 9, totalQuantity: 0, filledQuantity: 100 }, "none"),
        ...{ contract: IBM, orderState: { status: "Filled" } },
      };
      for (const completed of [
        [cancelled, filled],
        [filled, cancelled],
      ]) {
        const { matched, unknown } = between([first, second], { completed });
        expect(matched.map(({ remembered, gateway }) => [remembered, gateway])).toEqual([
          [first, cancelled],
          [second, filled],
        ]);
        expect(unknown).toEqual([]);
      }
    });

    test("none where two fit", () => {
      const orders = [mine({ ...NAME, orderId: 1 }), mine({ ...NAME, orderId: 2 })];
      const completed = [theirs({ ...NAME, permId: 9, clientId: undefined as never }, "none")];
      expect(between(orders, { completed })).toMatchObject({ matched: [], unknown: orders });
    });

    test("not by one of another client, of another number, or that is another order", () => {
      const order = mine(NAME);
      for (const open of [
        theirs({ ...NAME, permId: 9, clientId: 6 }),
        theirs({ ...NAME, permId: 9 }, 2),
        theirs({ ...NAME, permId: 9, totalQuantity: 5 }),
        { ...theirs({ ...NAME, permId: 9 }), contract: IBM },
      ])
        expect(between([order], { open: [open] })).toMatchObject({ matched: [], unknown: [order] });
    });

    test("not by executions of another one", () => {
      const order = mine({ ...NAME, orderId: 3 });
      const of = (more: object) => execution("a.01", 1, 1, { ...NAME, permId: 9, clientId: ME, ...more });
      const unknownBy = (more: object) => between([order], { executions: [of(more)] }).unknown;
      expect(unknownBy({ orderId: 2 })).toEqual([order]);
      expect(unknownBy({ orderId: 3, clientId: 6 })).toEqual([order]);
      expect(unknownBy({ orderId: 3 })).toEqual([]);
    });
  });

  test("by its executions, where it is in no list any more", () => {
    const byPermId = mine({ permId: 9 });
    const byRef = mine({ orderRef: `a:${ULID}` });
    const executions = [
      execution("a.01", 1, 1, { permId: 9 }),
      execution("b.01", 1, 1, { permId: 10, orderRef: `a:${ULID}` }),
    ];
    const { matched, unknown } = between([byPermId, byRef], { executions });
    expect(matched.map(({ by, gateway }) => [by, gateway])).toEqual([
      ["permId", undefined],
      ["orderRef", undefined],
    ]);
    expect(unknown).toEqual([]);
  });

  test("by what it is, where one fits and no other: contract, side, quantity, price, number and time", () => {
    const symbolOnly = { ...AAPL, conId: 0 };
    const by = (m: RememberedOrder[], t: GatewayOrder[], timeMs?: number) =>
      between(m, { open: t }, { ...OPTIONS, timeOf: () => timeMs }).matched.map((match) => match.by);
    expect(by([mine({ contract: symbolOnly })], [theirs()])).toEqual(["shape"]);
    expect(by([mine()], [theirs({}, "none")])).toEqual(["shape"]);
    expect(by([mine()], [theirs()], 1e6 - 60_000)).toEqual(["shape"]);

    expect(by([mine()], [theirs()], 1e6 - 60_001)).toEqual([]);
    expect(by([mine()], [theirs({}, 2)])).toEqual([]);
    expect(by([mine()], [theirs({ action: "SELL" as never })])).toEqual([]);
    expect(by([mine()], [theirs({ totalQuantity: 99 })])).toEqual([]);
    expect(by([mine()], [theirs({ lmtPrice: 10.01 })])).toEqual([]);
    expect(by([mine()], [theirs({ clientId: 6 })])).toEqual([]);
    expect(by([mine()], [theirs({ orderRef: "somebody's" })])).toEqual([]);
    expect(by([mine({ permId: 3 })], [theirs({ permId: 4 })])).toEqual([]);
    expect(by([mine({ contract: { ...symbolOnly, symbol: "IBM" } })], [theirs()])).toEqual([]);
    // Two that look the same are told apart by nothing.
    expect(by([mine()], [theirs({ permId: 1 }, "none"), theirs({ permId: 2 }, "none")])).toEqual([]);
    expect(by([mine({ orderId: 1 }), mine({ orderId: 2 })], [theirs({}, "none")])).toEqual([]);
  });
});

test("what nothing explains is unknown; what never left is not even looked for", () => {
  const lost = mine({ orderRef: `a:${ULID}` });
  const unsent = mine({ orderId: 2, isUnsent: true });
  const { unknown, matched, foreign } = between([lost, unsent], { open: [theirs({}, 2)] });
  expect(unknown).toEqual([lost]);
  expect(matched).toEqual([]);
  expect(foreign.map(({ kind }) => kind)).toEqual(["earlier"]);
});

test("orders of others are told apart", () => {
  const kind = (more: object, orderId = 3) => between([], { open: [theirs(more, orderId)] }).foreign[0].kind;
  expect(kind({ clientId: 0 }, 0)).toBe("tws");
  expect(kind({ clientId: 6 })).toBe("client");
  expect(kind({ clientId: 6, submitter: "you" })).toBe("other-login");
  expect(kind({ clientId: 6, submitter: "me" })).toBe("client");
  expect(kind({ clientId: 0, orderRef: `a:${ULID}` })).toBe("earlier");
  expect(kind({ clientId: ME })).toBe("earlier");
});

test("an order that ended between two answers is one order, and completed", () => {
  const remembered = mine({ permId: 9 });
  const result = between([remembered], {
    open: [theirs({ permId: 9 })],
    completed: [theirs({ permId: 9 }, "none")],
  });
  expect(result.matched).toMatchObject([{ isCompleted: true }]);
  expect(result.foreign).toEqual([]);
});

test("an order was there by its first execution, or by its end; one that was there before is another", () => {
  const at = (time: string, permId = 9) => execution(`${time}.01`, 1, 1, { permId, time });
  const completed = (completedTime?: string) =>
    ({ ...theirs({ permId: 9 }), orderState: { status: "Filled", completedTime } }) as GatewayOrder;
  const first = Date.UTC(2026, 3, 13, 19, 27, 4);
  const executions = [
    at("20260413 15:27:05 US/Eastern"),
    at("20260413-19:27:04"),
    at("20260413-10:00:00", 8),
  ];
  expect(timeOfOrder(theirs({ permId: 9 }), executions)).toBe(first);
  expect(timeOfOrder(completed("20260413 15:27:04 US/Eastern"), [])).toBe(first);
  expect(timeOfOrder(completed("20260413 15:27:04"), [])).toBe(first);
  expect(timeOfOrder(completed(), [])).toBeUndefined();
  expect(timeOfOrder(theirs({ permId: 0 }), [at("20260413-19:27:04", 0)])).toBeUndefined();
  const by = (sentMs: number) =>
    between(
      [mine({ sentMs })],
      { completed: [completed("20260413-19:27:04")] },
      { clientId: ME },
    ).matched.map((match) => match.by);
  expect(by(first + 60_000)).toEqual(["shape"]);
  expect(by(first + 60_001)).toEqual([]);
});

test("a correction explains what it changes, and no more", () => {
  const version = (execId: string, shares: number) =>
    execution(execId, shares, 1, { acctNumber: "DU1", side: "BOT" });
  const position = (pos: number): Position => ({ account: "DU1", contract: AAPL, pos, avgCost: 1 });
  const differences = (pos: number) =>
    reconcile(
      {
        orders: [],
        executions: ["a.01"],
        newestOf: () => version("a.01", 20),
        positions: [position(20)],
      },
      { ...nothing, executions: [version("a.02", 15)], positions: [position(pos)] },
      OPTIONS,
    ).positionDifferences.map(({ expected, actual }) => [expected, actual]);
  expect(differences(15)).toEqual([]);
  expect(differences(20)).toEqual([[15, 20]]);
});

test("positions that executions do not explain are shown", () => {
  const position = (pos: number, account = "DU1"): Position => ({ account, contract: AAPL, pos, avgCost: 1 });
  const bought = (execId: string, shares: number, side = "BOT") =>
    execution(execId, shares, 1, { acctNumber: "DU1", side });
  const compare = (
    before: Position[],
    after: Position[],
    executions: ExecutionDetail[],
    delivered: string[] = [],
  ) =>
    reconcile(
      { orders: [], executions: delivered, positions: before },
      { ...nothing, executions, positions: after },
      OPTIONS,
    ).positionDifferences;
  expect(compare([position(10)], [position(25)], [bought("a.01", 20), bought("b.01", 5, "SLD")])).toEqual([]);
  expect(compare([position(0.1)], [position(0.3)], [bought("a.01", 0.2)])).toEqual([]);
  expect(compare([position(10)], [position(10)], [bought("a.01", 20)], ["a.01"])).toEqual([]);
  expect(compare([position(10)], [], [bought("a.01", 20)])).toEqual([
    { account: "DU1", contract: AAPL, expected: 30, actual: 0 },
  ]);
  expect(compare([], [position(1, "DU2")], [])).toMatchObject([{ account: "DU2", expected: 0, actual: 1 }]);
});

// --- against a random history ----------------------------------------------------------------------------------------

interface Happened {
  /** Who it is of. */
  readonly owner: "ours" | "earlier life" | "other client" | "tws";
  readonly quantity: 10 | 20;
  readonly price: 1 | 2;
  /** Of ours: it reached the gateway; otherwise its bytes are lost. */
  readonly arrived: boolean;
  readonly hasRef: boolean;
  /** Whether its permId had come back before the connection ended. */
  readonly knewPermId: boolean;
  /** Where the gateway shows it: `gone` from all lists, though it was there. */
  readonly shown: "open" | "completed" | "gone";
  /** Executions: how many were delivered before, and how many there are, corrected ones among them. */
  readonly fills: readonly {
    readonly delivered: boolean;
    readonly corrected: boolean;
    readonly knewCorrection: boolean;
  }[];
}

const happened: fc.Arbitrary<Happened> = fc.record({
  owner: fc.constantFrom("ours", "ours", "ours", "earlier life", "other client", "tws"),
  quantity: fc.constantFrom(10, 20),
  price: fc.constantFrom(1, 2),
  arrived: fc.boolean(),
  hasRef: fc.boolean(),
  knewPermId: fc.boolean(),
  shown: fc.constantFrom("open", "completed", "gone"),
  fills: fc.array(
    fc.record({ delivered: fc.boolean(), corrected: fc.boolean(), knewCorrection: fc.boolean() }),
    { maxLength: 3 },
  ),
});

test("against random histories: nothing is taken for another order, what can be known is, no execution is lost or told twice", () => {
  let byShape = 0;
  const check = (history: readonly Happened[], reverse: boolean) => {
    const SENT = 1e9;
    const remembered: (RememberedOrder & { readonly truth: number })[] = [];
    const open: (GatewayOrder & { truth: number })[] = [];
    const completed: (GatewayOrder & { truth: number })[] = [];
    const executions: ExecutionDetail[] = [];
    const delivered: string[] = [];
    const newest = new Map<string, string>();
    for (const [
      i,
      { owner, quantity, price, arrived, hasRef, knewPermId, shown, fills },
    ] of history.entries()) {
      const isOurs = owner === "ours";
      const isThere = !isOurs || arrived || knewPermId;
      const permId = 1000 + i;
      const orderId = owner === "tws" ? 0 : i + 1;
      const orderRef = isOurs && hasRef ? `a:${ULID.slice(0, 24)}${10 + i}` : "";
      const clientId = { ours: ME, "earlier life": ME, "other client": 6, tws: 0 }[owner];
      const order = limitOrder(quantity, { lmtPrice: price, orderRef });
      if (isOurs)
        remembered.push({
          ...mine({ orderId, orderRef, order, sentMs: SENT, permId: knewPermId ? permId : 0 }),
          truth: i,
        });
      if (!isThere) continue;
      const entry = { ...theirs({}, shown === "open" ? orderId : "none"), truth: i };
      entry.order = { ...order, clientId, permId };
      if (shown === "open") open.push(entry);
      if (shown === "completed") completed.push(entry);
      for (const [n, { delivered: wasDelivered, corrected, knewCorrection }] of fills.entries()) {
        const base = `x.${i}.${n}`;
        const versions = corrected ? ["01", "02"] : ["01"];
        for (const version of versions)
          executions.push(execution(`${base}.${version}`, 1, 1, { permId, orderRef, clientId, orderId }));
        if (wasDelivered) delivered.push(`${base}.01`);
        if (wasDelivered && corrected && knewCorrection) delivered.push(`${base}.02`);
        newest.set(base, versions[versions.length - 1]);
      }
    }
    if (reverse) for (const list of [open, completed, executions, remembered]) list.reverse();
    const truthOf = (order: GatewayOrder) => (order as unknown as { truth: number }).truth;
    const result = reconcile(
      { orders: remembered, executions: delivered },
      { open, completed, executions },
      {
        ...OPTIONS,
        // An earlier life's orders are older than all that this one sent.
        timeOf: (order) => (history[truthOf(order)].owner === "ours" ? SENT : SENT - 1e6),
      },
    );

    const matchedTruths = result.matched.map((match) => {
      const { truth } = match.remembered as unknown as { truth: number };
      if (match.gateway !== undefined) expect(truthOf(match.gateway)).toBe(truth);
      if (match.by === "shape") byShape++;
      return truth;
    });
    const unknownTruths = result.unknown.map((order) => (order as unknown as { truth: number }).truth);
    // Each of ours is one or the other, once.
    expect([...matchedTruths, ...unknownTruths].toSorted()).toEqual(
      remembered.map(({ truth }) => truth).toSorted(),
    );
    for (const [i, { owner, arrived, hasRef, knewPermId, shown, fills }] of history.entries()) {
      if (owner !== "ours") continue;
      const isNamed = knewPermId || (arrived && hasRef);
      const leftTraces = shown !== "gone" || fills.length > 0;
      if (isNamed && leftTraces) expect(matchedTruths).toContain(i);
      if (!arrived && !knewPermId) expect(unknownTruths).toContain(i);
    }
    // What is not ours, all of it, and of ours what could not be told apart.
    const shownAt = [...open, ...completed].map(({ truth }) => truth);
    const explained = new Set(
      result.matched.filter(({ gateway }) => gateway !== undefined).map(({ gateway }) => truthOf(gateway!)),
    );
    expect(result.foreign.map(({ gateway }) => truthOf(gateway)).toSorted()).toEqual(
      shownAt.filter((truth) => !explained.has(truth)).toSorted(),
    );
    for (const { gateway, kind } of result.foreign) {
      const { owner } = history[truthOf(gateway)];
      if (owner !== "ours")
        expect(kind).toBe({ "earlier life": "earlier", "other client": "client", tws: "tws" }[owner]);
    }
    // Executions: what was delivered and what is new make up the newest version of all, each once.
    const told = new Map<string, string>();
    for (const execId of delivered.toSorted()) told.set(execId.slice(0, -3), execId.slice(-2));
    for (const { execution: e } of result.newExecutions) {
      expect(told.has(e.execId!.slice(0, -3))).toBe(false);
      told.set(e.execId!.slice(0, -3), e.execId!.slice(-2));
    }
    for (const { execution: e } of result.corrections) {
      expect(told.get(e.execId!.slice(0, -3))).toBe("01");
      told.set(e.execId!.slice(0, -3), e.execId!.slice(-2));
    }
    expect(told).toEqual(newest);
  };
  holds(
    "reconciliation of random histories",
    fc.property(fc.array(happened, { maxLength: 8 }), fc.boolean(), check),
    { numRuns: 2000 },
  );
  expect(byShape).toBeGreaterThan(50);
});
