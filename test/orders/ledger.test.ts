import { expect, test } from "vitest";
import { versionOf } from "../../src/domain/execution-version.js";
import type { JournalRecord } from "../../src/orders/journal-record.js";
import { Ledger } from "../../src/orders/ledger.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";

const order = (orderRef: string) => ({ orderRef });
const intent = (orderId: number, timeMicros = 1, modify = false): JournalRecord => {
  return { kind: "intent", timeMicros, orderId, modify, order: order(`r${orderId}`) };
};
const fill = (execId: string, quantity: number, orderId = 1): JournalRecord => {
  return { kind: "fill", timeMicros: 2, orderId, fill: { execId, quantity } };
};
const stateAfter = (...records: JournalRecord[]) =>
  new Ledger().addAll([intent(1), ...records]).order(1)?.state;
const at = { timeMicros: 2, orderId: 1 };

test("an order goes from intent to done by what its records say", () => {
  expect(stateAfter()).toBe("intended");
  expect(stateAfter({ ...at, kind: "sent", disposition: "unsent" })).toBe("unsent");
  expect(stateAfter({ ...at, kind: "sent", disposition: "written" })).toBe("written");
  expect(stateAfter({ ...at, kind: "sent", disposition: "unknown" })).toBe("unknown");
  expect(stateAfter({ ...at, kind: "unknown", reason: "broke" })).toBe("unknown");
  expect(stateAfter({ ...at, kind: "acknowledged", permId: 9 })).toBe("working");
  expect(stateAfter({ ...at, kind: "status", status: { status: "Submitted" } })).toBe("working");
  expect(stateAfter(fill("a.01", 1))).toBe("working");
  expect(stateAfter({ ...at, kind: "done", end: { status: "Filled" } })).toBe("done");
  expect(stateAfter({ ...at, kind: "denied", modify: false, end: { status: "E" } })).toBe("denied");
});

test("what comes after the end changes the executions and not the end", () => {
  const done: JournalRecord = { ...at, kind: "done", end: { status: "Filled" } };
  for (const late of [
    fill("a.01", 1),
    { ...at, kind: "acknowledged" },
    { ...at, kind: "status", status: { status: "Filled" } },
    { ...at, kind: "unknown", reason: "broke" },
    { ...at, kind: "fired", armId: 3 },
  ] satisfies JournalRecord[]) {
    if (late.kind !== "fired") expect(stateAfter(done, late), late.kind).toBe("done");
  }
  const ledger = new Ledger().addAll([intent(1), done, fill("a.01", 1)]);
  expect(ledger.order(1)?.fills.size).toBe(1);
  expect(ledger.open()).toEqual([]);
});

test("a change has its own bytes and its own denial: the order stays where it was", () => {
  const working: JournalRecord = { ...at, kind: "acknowledged" };
  expect(stateAfter(working, intent(1, 3, true), { ...at, kind: "sent", disposition: "unknown" })).toBe(
    "working",
  );
  expect(stateAfter(working, { ...at, kind: "denied", modify: true, end: { status: "E" } })).toBe("working");
});

test("an order that left is not unsent because a change of it did not leave, and one placed again may have left", () => {
  const unsent: JournalRecord = { ...at, kind: "sent", disposition: "unsent" };
  const change = intent(1, 3, true);
  // Frames leave in order: the first of two was the order.
  expect(stateAfter(change, unsent)).toBe("intended");
  expect(stateAfter(unsent, change)).toBe("intended");
  expect(stateAfter(unsent, change, unsent)).toBe("unsent");
  const fired: JournalRecord = { ...at, kind: "fired", armId: 3 };
  expect(new Ledger().addAll([fired, unsent]).order(1)?.state).toBe("unsent");
});

test("an execution counts once, and its correction takes its place, in whatever order they come", () => {
  for (const execIds of [
    ["0001.01", "0001.02"],
    ["0001.02", "0001.01"],
    ["0001.02", "0001.01", "0001.02", "0001.01"],
  ]) {
    const records = execIds.map((execId) => fill(execId, execId.endsWith("2") ? 50 : 100));
    const fills = new Ledger().addAll([intent(1), ...records, fill("0002.01", 7)]).order(1)?.fills;
    expect([...(fills?.values() ?? [])].map(({ quantity }) => quantity)).toEqual([50, 7]);
  }
  expect(versionOf("0000e0d5.6578a1b2.01.02")).toEqual({ base: "0000e0d5.6578a1b2.01", version: 2 });
  expect(versionOf("plain")).toEqual({ base: "plain", version: 1 });
});

test("a commission of a correction takes the place of the first", () => {
  const commission = (execId: string, amount: number): JournalRecord => {
    return { ...at, kind: "commission", commission: { execId, commission: amount } };
  };
  const found = new Ledger().addAll([intent(1), commission("1.01", 1), commission("1.02", 2)]).order(1);
  expect([...(found?.commissions.values() ?? [])]).toEqual([{ execId: "1.02", commission: 2 }]);
});

test("an armed order becomes the order that it fires, or is disarmed", () => {
  const armed = (armId: number): JournalRecord => {
    return {
      kind: "armed",
      timeMicros: armId,
      armId,
      order: order("a"),
      trigger: { field: "ask", operator: "<=", price: 1 },
    };
  };
  const ledger = new Ledger().addAll([
    armed(1),
    armed(2),
    armed(3),
    { kind: "fired", timeMicros: 9, armId: 1, orderId: 50 },
    { kind: "disarmed", timeMicros: 9, armId: 2, reason: "expired" },
  ]);
  expect(ledger.order(50)).toMatchObject({
    armId: 1,
    orderId: 50,
    state: "intended",
    order: { orderRef: "a" },
  });
  expect(ledger.armedOrder(1)).toBe(ledger.order(50));
  expect(ledger.armedOrder(2)).toMatchObject({ state: "disarmed", reason: "expired" });
  expect(ledger.open().map(({ armId }) => armId)).toEqual([1, 3]);
  expect([...ledger.orders()].map(({ armId }) => armId)).toEqual([1, 2, 3]);
  expect(ledger.highWater).toBe(51);
});

test("an id that comes again after its order was over is another order's", () => {
  const ledger = new Ledger().addAll([
    intent(1),
    fill("a.01", 1),
    { ...at, kind: "done", end: { status: "Filled" } },
  ]);
  ledger.add(intent(1, 100));
  expect(ledger.order(1)).toMatchObject({ state: "intended", firstMicros: 100 });
  expect(ledger.order(1)?.fills.size).toBe(0);
});

test("a cancel is remembered, permIds too, and marks only rise", () => {
  const ledger = new Ledger().addAll([
    { kind: "idBlock", timeMicros: 1, highWater: 64 },
    intent(1),
    { ...at, kind: "cancelRequested" },
    { ...at, kind: "acknowledged", permId: 77 },
    { kind: "reconcileBegin", timeMicros: 3 },
    { kind: "idBlock", timeMicros: 1, highWater: 2 },
  ]);
  expect(ledger.highWater).toBe(64);
  expect(ledger.order(1)).toMatchObject({ cancelRequested: true, permId: 77, firstMicros: 1, lastMicros: 2 });
});

test("the arm id of a block of ids is no armed order", () => {
  const ledger = new Ledger().addAll([{ kind: "idBlock", timeMicros: 1, highWater: 64, armId: 7 }]);
  expect([...ledger.open()]).toEqual([]);
});

test("records that come twice change nothing", () => {
  const random = new SeededRandom(testSeed("ledger", 20260824));
  for (let round = 0; round < 200; round++) {
    const records = Array.from({ length: 12 }, () => {
      const timeMicros = 2;
      const orderId = random.int(1, 2);
      return random.pick<JournalRecord>([
        fill(`${random.int(1, 3)}.0${random.int(1, 2)}`, 5, orderId),
        { kind: "commission", timeMicros, orderId, commission: { execId: "1.01", commission: 1 } },
        { kind: "status", timeMicros, orderId, status: { status: "Submitted" } },
        { kind: "done", timeMicros, orderId, end: { status: "Filled" } },
      ]);
    });
    const once = [intent(1), intent(2), ...records];
    const sums = (ledger: Ledger) =>
      [...ledger.orders()].map(({ state, fills }) => [state, [...fills.keys()].sort()]);
    expect(sums(new Ledger().addAll([...once, ...records]))).toEqual(sums(new Ledger().addAll(once)));
  }
});
