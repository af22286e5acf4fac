import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { AggregatorRegistry, collectDefaultMetrics, Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import type { IBKRClient } from "../../src/connect/client.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import { CHANNELS } from "../../src/metrics/channels.js";
import { prometheusText, registerMetrics, together } from "../../src/metrics/prometheus.js";
import { atEnd, cleansUp, clientAt, simulated, told } from "../client/client-stage.js";

cleansUp();

const AAPL = contracts.stock("AAPL");

async function busyClient(): Promise<IBKRClient> {
  const sim = await simulated();
  const client = await clientAt(sim);
  await client.stream.subscribe(AAPL).ready;
  await client.placeOrder(AAPL, orders.market("BUY", 10)).done();
  await client.contractDetails(contracts.stock("NOSUCH")).catch(() => {});
  return client;
}

/** Samples of the text format, by name and labels. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^(\S+(?:\{.*\})?) (\S+)$/.exec(line) as RegExpExecArray;
      return [name, value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value)] as const;
    }),
  );
}

describe("metrics in the text format of Prometheus", () => {
  test("are those of stats(), and histograms add up", async () => {
    const client = await busyClient();
    const { totals, orders: counted, gateway, operations } = client.stats();
    const samples = samplesOf(prometheusText(client));
    expect(samples.get("ibkr_orders_placed_total")).toBe(1);
    expect(samples.get('ibkr_orders_ended_total{status="filled"}')).toBe(counted.ended.filled);
    expect(samples.get('ibkr_fills_total{of="own"}')).toBe(counted.fills);
    expect(samples.get("ibkr_connections_total")).toBe(totals.connections);
    expect(samples.get(`ibkr_gateway_state{state="${gateway.state}"}`)).toBe(1);
    expect(samples.get('ibkr_gateway_codes_total{code="200"}')).toBe(1);
    const code = Object.keys(operations["contractDetails"].errors)[0];
    expect(samples.get(`ibkr_operation_errors_total{operation="contractDetails",code="${code}"}`)).toBe(1);
    const buckets = [...samples].filter(([name]) => name.startsWith("ibkr_operation_seconds_bucket{le"));
    const ofOrder = buckets.filter(([name]) => name.includes('operation="placeOrder"')).map(([, n]) => n);
    expect(ofOrder).toEqual(ofOrder.toSorted((a, b) => a - b));
    expect(ofOrder.at(-1)).toBe(samples.get('ibkr_operation_seconds_count{operation="placeOrder"}'));
    expect(samples.get('ibkr_operation_seconds_sum{operation="placeOrder"}')).toBeGreaterThan(0);
  });

  test("a registry of prom-client shows the same, beside its own, as text and as JSON", async () => {
    const client = await busyClient();
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const stop = registerMetrics(registry, client);
    const own = samplesOf(prometheusText(client));
    const shown = samplesOf(await registry.metrics());
    const names = [...own.keys()].filter(
      (name) => !/_age_|_process_|_ring_|_batches_|lag|messages|reads|bytes/.test(name),
    );
    expect(names.length).toBeGreaterThan(100);
    for (const name of names) expect([name, shown.get(name)]).toEqual([name, own.get(name)]);
    expect([...shown.keys()].some((name) => name.startsWith("process_cpu_seconds_total"))).toBe(true);
    const json = await registry.getMetricsAsJSON();
    expect(json.find(({ name }) => name === "ibkr_orders_placed_total")).toMatchObject({
      ...{ type: "counter", values: [{ labels: {}, value: 1 }] },
    });
    const merged = AggregatorRegistry.aggregate([json, json]);
    expect(samplesOf(await merged.metrics()).get("ibkr_orders_placed_total")).toBe(2);
    stop();
    expect((await registry.metrics()).includes("ibkr_")).toBe(false);
  });

  test("of several clients of a process have a label that tells them apart", async () => {
    const [a, b] = [await busyClient(), await busyClient()];
    b.placeOrder(AAPL, orders.market("BUY", 10));
    const text = prometheusText(together({ a, b }));
    const samples = samplesOf(text);
    expect(samples.get('ibkr_orders_placed_total{client="a"}')).toBe(1);
    expect(samples.get('ibkr_orders_placed_total{client="b"}')).toBe(2);
    expect(text.match(/^# TYPE ibkr_orders_placed_total /gm)).toHaveLength(1);
  });
});

test("whoever has more adds a source, and takes it away again", async () => {
  const client = await busyClient();
  const family = { name: "mine_total", kind: "counter", help: "Mine.", labels: [] } as const;
  const stop = client.metrics.add(() => [{ ...family, samples: [{ labels: {}, value: 7 }], histograms: [] }]);
  expect(samplesOf(prometheusText(client)).get("mine_total")).toBe(7);
  stop();
  expect(samplesOf(prometheusText(client)).has("mine_total")).toBe(false);
});

test("stats() is plain data: it may be posted to another thread", async () => {
  const client = await busyClient();
  const stats = client.stats();
  expect(structuredClone(stats)).toEqual(stats);
  expect(Object.keys(stats).toSorted()).toEqual([
    ...["connection", "gateway", "journal", "latency", "operations", "orders", "process", "rate", "stream"],
    "totals",
  ]);
});

test("counters go on where a connection ends and another begins", async () => {
  const sim = await simulated();
  const client = await clientAt(sim);
  const before = client.stats();
  const back = told(
    (listener) => client.on("state", listener),
    (state) => state === "ready",
  );
  sim.fault({ kind: "reset" });
  await back;
  const after = client.stats();
  expect([before.totals.connections, after.totals.connections]).toEqual([1, 2]);
  expect(after.totals.frames).toBeGreaterThan(before.totals.frames);
  expect(after.totals.frames).toBe(before.totals.frames + (after.connection?.frames ?? 0));
  expect(after.gateway.reconnects).toBe(1);
});

describe("the channels of node:diagnostics_channel", () => {
  test("tell what happens, with the client that it happens to", async () => {
    const told: Record<string, unknown[]> = {};
    for (const name of Object.keys(CHANNELS).map((key) => `ibkr:${key}`)) {
      told[name] = [];
      const listener = (message: unknown) => told[name].push(message);
      subscribe(name, listener);
      atEnd(() => unsubscribe(name, listener));
    }
    const client = await busyClient();
    const [ticket] = client.tickets;
    expect(told["ibkr:state"]).toContainEqual({ client, state: "READY", before: "RECONCILING" });
    expect(told["ibkr:order"].map((message) => (message as { status: string }).status)).toEqual([
      ...["unsent", "sent", "working", "filled"],
    ]);
    expect(told["ibkr:order"][0]).toEqual({ client, ticket, status: "unsent", before: undefined });
    expect(told["ibkr:fill"]).toEqual([{ client, ticket, detail: expect.anything(), news: "new" }]);
    expect(told["ibkr:notice"]).toContainEqual({ client, code: 2104, text: expect.any(String) });
    expect(told["ibkr:reconciled"]).toHaveLength(1);
    expect(told["ibkr:operation"]).toContainEqual({
      ...{ client, operation: "contractDetails", durationMs: expect.any(Number) },
      error: expect.objectContaining({ gatewayCode: 200 }),
    });
  });
});
