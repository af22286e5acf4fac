import { EventName, SecType } from "@stoqey/ib";
import { afterEach, expect, test, vi } from "vitest";
import { Bench } from "../../support/sim/harness.js";
import { WireClient } from "../../support/sim/wire-client.js";

const bench = new Bench();
const clients: WireClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.end();
  await bench.end();
});

test("32 clients of all dialects at once, the 33rd is refused", async () => {
  const gateway = await bench.gateway({ serverVersion: 226 });
  const versions = [157, 178, 193, 200, 208, 213, 225, 226];
  for (let i = 0; i < 32; i++) clients.push(await WireClient.connect(gateway.port, versions[i % 8], i));
  expect(gateway.clientIds.length).toBe(32);
  await expect(WireClient.connect(gateway.port, 226, 32)).rejects.toThrow(/did not come/);
  for (const client of clients)
    client.send({ name: "REQ_CURRENT_TIME", body: {}, text: (e) => e.reqCurrentTime() });
  for (const client of clients) await client.next("CURRENT_TIME");
  clients.pop()!.end();
  await vi.waitFor(() => expect(gateway.clientIds.length).toBe(31));
  clients.push(await WireClient.connect(gateway.port, 226, 99));
  expect(gateway.clientIds).toContain(99);
});

test("500 streaming symbols: each gets its own ticks at every step", async () => {
  const gateway = await bench.gateway({ marketDataLines: 500 });
  const client = await bench.client(gateway);
  for (let i = 0; i < 500; i++) {
    const symbol = `S${i.toString(36).toUpperCase()}`;
    client.api.reqMktData(
      1000 + i,
      { symbol, secType: SecType.STK, exchange: "SMART", currency: "USD" },
      "",
      false,
      false,
    );
  }
  client.api.reqMktData(
    5000,
    { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" },
    "",
    false,
    false,
  );
  await client.settle();
  expect(client.errors.map((e) => [e.id, e.code])).toEqual([[5000, 101]]);
  const mark = client.seen.length;
  for (let i = 0; i < 3; i++) gateway.exchange.step();
  await client.settle();
  const ticked = new Set(
    client.seen
      .slice(mark)
      .filter((e) => e.event === EventName.tickSize)
      .map((e) => e.args[0]),
  );
  expect(ticked.size).toBe(500);
});

test("more requests per second than allowed: error 100, and the third time the end", async () => {
  const { VirtualClock } = await import("../../../src/time/virtual-clock.js");
  const clock = new VirtualClock();
  const gateway = await bench.gateway({ serverVersion: 226, clock, maxRequestsPerSecond: 50 });
  const client = await WireClient.connect(gateway.port, 226);
  clients.push(client);
  const burst = (count: number): void => {
    for (let i = 0; i < count; i++) client.send({ name: "REQ_CURRENT_TIME", body: {} });
  };
  burst(50);
  await client.until("50 answers", () => client.all("CURRENT_TIME").length === 50);
  expect(client.errors(100)).toEqual([]);
  burst(2);
  await client.until("two errors", () => client.errors(100).length === 2);
  expect(client.errors(100).map((m) => m.body["errorMsg"])).toEqual([
    "Max rate of messages per second has been exceeded:max=50 rec=51 (1)",
    "Max rate of messages per second has been exceeded:max=50 rec=52 (1)",
  ]);
  clock.advance(1000);
  burst(51);
  await client.until("the error of the next second", () => client.errors(100).length === 3);
  expect(client.closed).toBe(false);
  clock.advance(1000);
  burst(51);
  await client.until("the end of the connection", () => client.closed);
  expect(client.errors(100).length).toBeGreaterThanOrEqual(3);
});
