import { expect, test } from "vitest";
import {
  ARMED_END_QUEUED,
  ARMED_END_WRITTEN,
  ARMED_STATE_FIRED,
  ARMED_STATE_FIRING,
} from "../../src/native/layout.js";
import type { ArmedOutcome, PreparedOrders } from "../../src/native/prepared-orders.js";
import { ArmedOrders } from "../../src/session/armed-orders.js";

/** Armed orders of which the core says what the test wants, while it cannot be disarmed. */
function firing(state: number) {
  const core: { outcome: ArmedOutcome | undefined } = { outcome: undefined };
  const orders = { disarm: () => state, outcome: () => core.outcome, forget: () => {} };
  const fired: number[] = [];
  const armedOrders = new ArmedOrders(
    (error) => {
      throw error;
    },
    (orderId) => fired.push(orderId),
  );
  const told: unknown[] = [];
  const add = () =>
    armedOrders.add(orders as unknown as PreparedOrders, 1, 3, undefined, (end) => told.push(end));
  const outcomeOf = (end: number): ArmedOutcome => ({
    ...{ end, orderId: 7, receivedMicros: 1, encodedMicros: 2, writtenMicros: 3, value: 9 },
  });
  return { armedOrders, add, core, fired, told, outcomeOf };
}

test("one that another thread sends while its connection ends has the number that it has taken", async () => {
  const { armedOrders, add, core, fired, told, outcomeOf } = firing(ARMED_STATE_FIRING);
  const armed = add();
  armedOrders.connectionEnded()();
  expect([armed.state, told, fired]).toEqual(["fired", [], []]);
  // The next connection counts its orders from 1 on as well.
  const other = add();
  core.outcome = outcomeOf(ARMED_END_WRITTEN);
  expect(await armed.ended).toMatchObject({ state: "fired", orderId: 7, disposition: "unknown" });
  expect([told.length, fired, other.state]).toEqual([1, [7], "armed"]);
  armedOrders.ended(1, outcomeOf(ARMED_END_WRITTEN));
  expect(await other.ended).toMatchObject({ orderId: 7, disposition: "written" });
});

test("what it left in the queue when the connection ended is unknown, and its number is known as used", async () => {
  const { armedOrders, add, core, fired, outcomeOf } = firing(ARMED_STATE_FIRED);
  const armed = add();
  core.outcome = outcomeOf(ARMED_END_QUEUED);
  armedOrders.connectionEnded()();
  expect(await armed.ended).toMatchObject({ orderId: 7, disposition: "unknown" });
  expect(fired).toEqual([7]);
});
