import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { expect, test } from "vitest";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import { observeMetrics } from "../../src/metrics/opentelemetry.js";
import { cleansUp, clientAt, simulated } from "../client/client-stage.js";

cleansUp();

interface Point {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

test("a meter of OpenTelemetry observes what stats() says, until it is told to stop", async () => {
  const client = await clientAt(await simulated());
  const AAPL = contracts.stock("AAPL");
  await client.stream.subscribe(AAPL).ready;
  await client.placeOrder(AAPL, orders.market("BUY", 10)).done();
  await client.contractDetails(contracts.stock("NOSUCH")).catch(() => {});
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const stop = observeMetrics(provider.getMeter("ibkr-native"), client);
  const collected = async (): Promise<Point[]> => {
    exporter.reset();
    await reader.forceFlush();
    return exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .flatMap(({ descriptor: { name, unit }, dataPoints }) =>
        dataPoints.map(({ value, attributes }) => ({ name, unit, value: value as number, attributes })),
      );
  };
  const points = await collected();
  const find = (name: string, attributes: object = {}) =>
    points.find(
      (point) =>
        point.name === name &&
        Object.entries(attributes).every(([label, value]) => point.attributes[label] === value),
    );
  const { operations, totals } = client.stats();
  expect(find("ibkr_orders_placed")).toMatchObject({ value: 1, unit: "1", attributes: {} });
  expect(find("ibkr_gateway_codes", { code: "200" })?.value).toBe(1);
  expect(find("ibkr_messages_sent")?.value).toBe(totals.framesSent);
  expect(find("ibkr_unsent")).toMatchObject({ value: 0, unit: "By" });
  const done = { operation: "ticket.done" };
  expect(find("ibkr_operation_count", done)).toMatchObject({ value: 1, unit: "1" });
  const { p99, max } = operations["ticket.done"].latency;
  expect(find("ibkr_operation_quantile", { ...done, quantile: "0.99" })).toMatchObject({ unit: "s" });
  expect(find("ibkr_operation_quantile", { ...done, quantile: "0.99" })?.value).toBeCloseTo(p99 / 1e9, 9);
  expect(find("ibkr_operation_sum", done)?.value).toBeCloseTo(max / 1e9, 9);
  stop();
  client.placeOrder(AAPL, orders.market("BUY", 10));
  const placed = (await collected()).filter(({ name }) => name === "ibkr_orders_placed");
  expect(placed.map(({ value }) => value)).not.toContain(2);
  await provider.shutdown();
});
