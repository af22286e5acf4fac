import { afterEach, expect, test, vi } from "vitest";
import { IBKRClient } from "../../src/connect/index.js";
import { stock } from "../../src/domain/contracts.js";
import { limit } from "../../src/domain/orders.js";
import { SimulatedGateway } from "../../src/sim/index.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  vi.useRealTimers();
});

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error("it did not become so within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const LIMITS = { collarPercent: Number.POSITIVE_INFINITY, maxDailyOrders: 2 };

/** The wall clock alone is the test's; timers are the machine's. */
async function stage(dayEnds: object | undefined, atUtc: string) {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(atUtc) });
  const gateway = await SimulatedGateway.start({ seed: 1 });
  ends.push(() => gateway.stop());
  const connect = async (clientId: number) => {
    const client = await IBKRClient.connect({
      ...{ host: "127.0.0.1", port: gateway.port, clientId },
      risk: { ...LIMITS, ...(dayEnds && { dayEnds }) },
    });
    ends.push(() => client.close());
    const aapl = await client.qualify(stock("AAPL"));
    const order = () => client.placeOrder(aapl, limit("BUY", 1, 100)).acknowledged({ timeoutMs: 5_000 });
    return { client, order };
  };
  return { connect, ...(await connect(1)) };
}
const today = (client: IBKRClient) => client.risk.snapshot().ordersToday;
const DENIED = expect.objectContaining({ denyCode: "DAILY_ORDERS" });

test.each([
  [undefined, "2026-11-27T21:59:00Z", "2026-11-27T22:00:00Z"],
  [{ time: "09:30", zone: "Asia/Tokyo" }, "2026-11-27T00:29:00Z", "2026-11-27T00:30:00Z"],
])("what was counted by day begins anew at its end: %j", async (dayEnds, before, end) => {
  const { client, order } = await stage(dayEnds, before);
  const days: unknown[] = [];
  client.risk.on("day", ({ startMs }) => days.push(startMs));
  await order();
  await order();
  expect(order).toThrow(DENIED);
  vi.setSystemTime(Date.parse(end) - 1);
  client.risk.look();
  expect(order).toThrow(DENIED);
  vi.setSystemTime(Date.parse(end));
  await until(() => days.length > 0);
  expect(days).toEqual([Date.parse(end)]);
  expect(today(client)).toBe(0);
  await order();
  expect(today(client)).toBe(1);
});

test("ends once for connections that count together: what has left since stays counted", async () => {
  const { client, order, connect } = await stage(undefined, "2026-11-27T21:59:00Z");
  const other = await connect(2);
  await order();
  vi.setSystemTime(Date.parse("2026-11-27T22:00:01Z"));
  client.risk.look();
  await order();
  other.client.risk.look();
  expect(today(client)).toBe(1);
  expect(today(other.client)).toBe(1);
  vi.setSystemTime(Date.parse("2026-11-27T10:00:00Z"));
  other.client.risk.look();
  expect(today(client)).toBe(1);
});
