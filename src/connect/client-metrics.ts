import type { FilterReason } from "../broker/feed-treatment.js";
import { GATEWAY_STATES } from "../gateway/gateway-events.js";
import type { HistogramReader } from "../metrics/histogram.js";
import type { HistogramSample, MetricRow, MetricSample } from "../metrics/metric-family.js";
import type { OperationMeter } from "../metrics/operation-meter.js";
import { ORDER_STATES } from "../orders/order-life.js";

import { monotonicMicros } from "../time/monotonic.js";
import type { ClientStats } from "./client-stats.js";
import { LATENCY_STEPS, type LatencyStep } from "./order-latencies.js";

/*
 * What Prometheus and OpenTelemetry show of a client: one table, from which docs/metrics.md is made. Durations are in
 * seconds, sizes in bytes; the values of a label are few, and known beforehand.
 */

/** What the metrics of a client are read from, all of one moment. */
export interface Shown {
  readonly stats: ClientStats;
  readonly operations: OperationMeter;
  readonly lag: HistogramReader | undefined;
  readonly steps: Readonly<Record<LatencyStep, HistogramReader>>;
  readonly version: string;
}

type Row = MetricRow<Shown>;
type Read = Row["read"];

const row =
  (kind: Row["kind"]) =>
  (name: string, help: string, read: Read, labels: readonly string[] = [], scale?: number): Row => ({
    ...{ name, kind, help, labels, read },
    ...(scale !== undefined && { scale }),
  });
const counter = row("counter");
const gauge = row("gauge");
const histogram = row("histogram");

/** A sample for each member. */
function each(label: string, values: Readonly<Record<string, number | undefined>>): readonly MetricSample[] {
  return Object.entries(values).map(([name, value = 0]) => ({ labels: { [label]: name }, value }));
}

const MICROS = 1e-6;
const NANOS = 1e-9;

const CONNECTION: readonly Row[] = [
  gauge(
    "ibkr_client_info",
    "Always 1; the version of ibkr-native and of Node.",
    ({ version }) => [{ labels: { version, node: process.version }, value: 1 }],
    ["version", "node"],
  ),
  gauge(
    "ibkr_gateway_state",
    "1 for the state that the connection is in, 0 for the others.",
    ({ stats }) =>
      each(
        "state",
        Object.fromEntries(GATEWAY_STATES.map((state) => [state, state === stats.gateway.state ? 1 : 0])),
      ),
    ["state"],
  ),
  gauge(
    "ibkr_gateway_failed_attempts",
    "Attempts to connect that failed since it was last ready.",
    ({ stats }) => stats.gateway.failedAttempts,
  ),
  counter(
    "ibkr_connections_total",
    "Connections of which the handshake succeeded.",
    ({ stats }) => stats.totals.connections,
  ),
  counter(
    "ibkr_reconnects_total",
    "Times it became ready again after a loss.",
    ({ stats }) => stats.gateway.reconnects,
  ),
  counter("ibkr_received_bytes_total", "Bytes read from sockets.", ({ stats }) => stats.totals.bytesRead),
  counter(
    "ibkr_socket_reads_total",
    "Reads from sockets that brought bytes.",
    ({ stats }) => stats.totals.reads,
  ),
  counter(
    "ibkr_messages_received_total",
    "Messages of the gateway: hot (decoded in C++) and cold.",
    ({ stats }) => each("kind", { hot: stats.totals.hot, cold: stats.totals.cold }),
    ["kind"],
  ),
  counter(
    "ibkr_messages_malformed_total",
    "Messages that could not be read, or had bytes behind their last field.",
    ({ stats }) => each("kind", { malformed: stats.totals.malformed, trailing: stats.totals.trailing }),
    ["kind"],
  ),
  counter("ibkr_messages_sent_total", "Messages to the gateway.", ({ stats }) => stats.totals.framesSent),
  counter(
    "ibkr_gateway_codes_total",
    "What the gateway said by errors and notices, by its code.",
    ({ stats }) => each("code", stats.totals.gatewayCodes),
    ["code"],
  ),
  gauge(
    "ibkr_unsent_bytes",
    "Bytes that the socket would not take yet.",
    ({ stats }) => stats.connection?.unsentBytes ?? 0,
  ),
  gauge(
    "ibkr_last_read_age_seconds",
    "How long ago the newest bytes came; none before the first.",
    ({ stats }) => {
      const at = stats.connection?.lastReadMicros ?? 0;
      return at > 0 ? Math.max(0, monotonicMicros() - at) * MICROS : undefined;
    },
  ),
  gauge(
    "ibkr_ring_slots",
    "Slots of the ring between the core and JavaScript: all, unread, the most that ever were unread.",
    ({ stats: { connection } }) =>
      connection === undefined
        ? undefined
        : each("which", {
            all: connection.ringSlots,
            unread: connection.ringUsedSlots,
            most_unread: connection.ringHighWaterSlots,
          }),
    ["which"],
  ),
  counter(
    "ibkr_ring_full_stops_total",
    "Times reading stopped because the ring was full.",
    ({ stats }) => stats.totals.fullRingStops,
  ),
  counter(
    "ibkr_ring_ticks_total",
    "Ticks that a full ring replaced by newer ones, dropped, or kept outside.",
    ({ stats: { totals } }) =>
      each("fate", { conflated: totals.conflated, dropped: totals.dropped, overflowed: totals.overflowed }),
    ["fate"],
  ),
  counter(
    "ibkr_guard_takeovers_total",
    "Times the guard thread read because the event loop was busy.",
    ({ stats }) => stats.totals.guardTakeovers,
  ),
  counter(
    "ibkr_guard_reads_total",
    "Reads that the guard thread made.",
    ({ stats }) => stats.totals.guardReads,
  ),
];

const LIMITER: readonly Row[] = [
  gauge(
    "ibkr_rate_limit",
    "Messages a second that may leave; +Inf: no limit.",
    ({ stats }) => stats.rate.maxPerSecond,
  ),
  gauge(
    "ibkr_rate_last_second",
    "Messages that left in the last second; 0 where nothing is limited.",
    ({ stats }) => stats.rate.lastSecond,
  ),
  gauge(
    "ibkr_rate_waiting",
    "Messages that wait for their turn.",
    ({ stats }) => each("priority", stats.rate.waiting),
    ["priority"],
  ),
  counter(
    "ibkr_rate_delayed_total",
    "Messages that had to wait for their turn.",
    ({ stats }) => each("priority", stats.rate.delayed),
    ["priority"],
  ),
  gauge(
    "ibkr_rate_longest_wait_seconds",
    "The longest that a message waited for its turn.",
    ({ stats }) => stats.rate.longestWaitMs / 1000,
  ),
];

const ORDERS: readonly Row[] = [
  counter(
    "ibkr_orders_placed_total",
    "Orders that this process has placed; changes are none.",
    ({ stats }) => stats.orders.placed,
  ),
  counter(
    "ibkr_orders_ended_total",
    "Orders that have ended, by how.",
    ({ stats }) => each("status", stats.orders.ended),
    ["status"],
  ),
  gauge(
    "ibkr_orders",
    "Orders of this process that have not ended, by their state.",
    ({ stats }) => {
      const { ended, states } = stats.orders;
      return each(
        "state",
        Object.fromEntries(
          ORDER_STATES.filter((state) => !(state in ended)).map((state) => [state, states[state]]),
        ),
      );
    },
    ["state"],
  ),
  counter(
    "ibkr_fills_total",
    "Executions, each once: of this client's orders, of others, and corrections of own ones.",
    ({ stats: { orders } }) =>
      each("of", { own: orders.fills, foreign: orders.foreignFills, correction: orders.corrections }),
    ["of"],
  ),
  gauge(
    "ibkr_held_orders",
    "Orders, and changes of them, that wait for the gateway.",
    ({ stats }) => stats.gateway.heldOrders,
  ),
  counter(
    "ibkr_released_orders_total",
    "Orders, and changes of them, that had to wait and left later.",
    ({ stats }) => stats.gateway.releasedOrders,
  ),
  counter(
    "ibkr_retried_reads_total",
    "Requests that only read, and were asked again on a later connection.",
    ({ stats }) => stats.gateway.retriedReads,
  ),
  histogram(
    "ibkr_order_step_seconds",
    "From the call of an order to its steps, of orders that are over.",
    ({ steps }) => LATENCY_STEPS.map((step) => ({ labels: { step }, histogram: steps[step] })),
    ["step"],
    NANOS,
  ),
];

const JOURNAL: readonly Row[] = [
  counter(
    "ibkr_journal_unwritten_total",
    "Records that the journal could not take; new orders are refused as long as it cannot.",
    ({ stats }) => stats.journal?.unwritten,
  ),
  counter("ibkr_journal_records_total", "Records of the journal.", ({ stats }) => stats.journal?.records),
  counter("ibkr_journal_bytes_total", "Bytes of them.", ({ stats }) => stats.journal?.bytes),
  counter(
    "ibkr_journal_syncs_total",
    "Times the disk was made to have them.",
    ({ stats }) => stats.journal?.syncs,
  ),
  counter(
    "ibkr_journal_rotations_total",
    "Files of the journal that were begun.",
    ({ stats }) => stats.journal?.rotations,
  ),
  counter(
    "ibkr_journal_failures_total",
    "Rotations and carry-overs of the journal that failed, and are tried again.",
    ({ stats }) => stats.journal?.failures,
  ),
];

const STREAM: readonly Row[] = [
  gauge(
    "ibkr_stream_subscriptions",
    "Subscriptions that are open.",
    ({ stats }) => stats.stream.subscriptions,
  ),
  gauge(
    "ibkr_stream_lines",
    "Lines of market data: used, available, and subscriptions that wait for one.",
    ({ stats: { stream } }) =>
      Object.entries({
        quotes: stream.lines,
        tick_by_tick: stream.tickByTickLines,
        depth: stream.depthLines,
      }).flatMap(([kind, { used, waiting, available }]) =>
        Object.entries({ used, waiting, available }).map(([which, value]) => ({
          labels: { kind, which },
          value,
        })),
      ),
    ["kind", "which"],
  ),
  counter(
    "ibkr_stream_messages_total",
    "Messages of subscriptions: received, and what became of them.",
    ({ stats: { stream } }) =>
      each("fate", {
        received: stream.received,
        delivered: stream.delivered,
        conflated: stream.conflated,
        filtered: sumOf(stream.filtered),
        dropped: stream.dropped,
      }),
    ["fate"],
  ),
  counter(
    "ibkr_stream_filtered_total",
    "Messages of subscriptions that a filter took out, by its reason.",
    ({ stats }) => each("reason", stats.stream.filtered),
    ["reason"],
  ),
  counter(
    "ibkr_stream_batches_total",
    "Batches of messages that were delivered.",
    ({ stats }) => stats.stream.batches,
  ),
  histogram(
    "ibkr_stream_lag_seconds",
    "From the arrival of a batch's oldest message to its handlers.",
    ({ lag }): readonly HistogramSample[] => (lag === undefined ? [] : [{ labels: {}, histogram: lag }]),
    [],
    MICROS,
  ),
];

const OPERATIONS: readonly Row[] = [
  histogram(
    "ibkr_operation_seconds",
    "Calls of the client, from the call to its end, failed ones included.",
    ({ operations }) =>
      [...operations.all()].map(([operation, { latency }]) => ({
        labels: { operation },
        histogram: latency,
      })),
    ["operation"],
    NANOS,
  ),
  counter(
    "ibkr_operation_errors_total",
    "Calls of the client that failed, by the code of the error.",
    ({ operations }) =>
      [...operations.all()].flatMap(([operation, { errors }]) =>
        [...errors].map(([code, value]) => ({ labels: { operation, code }, value })),
      ),
    ["operation", "code"],
  ),
  gauge(
    "ibkr_operations_active",
    "Calls of the client of which the promise has not settled.",
    ({ operations }) =>
      [...operations.all()].map(([operation, { active }]) => ({ labels: { operation }, value: active })),
    ["operation"],
  ),
];

const PROCESS: readonly Row[] = [
  gauge(
    "ibkr_process_uptime_seconds",
    "How long the process runs.",
    ({ stats }) => stats.process.uptimeSeconds,
  ),
  counter(
    "ibkr_process_cpu_seconds_total",
    "Processor time of the process.",
    ({ stats: { process } }) =>
      each("mode", { user: process.cpuUserSeconds, system: process.cpuSystemSeconds }),
    ["mode"],
  ),
  gauge(
    "ibkr_process_memory_bytes",
    "Memory of the process.",
    ({ stats: { process } }) =>
      each("kind", {
        resident: process.residentBytes,
        heap_used: process.heapUsedBytes,
        heap_total: process.heapTotalBytes,
        external: process.externalBytes,
      }),
    ["kind"],
  ),
  gauge(
    "ibkr_process_event_loop_utilization_ratio",
    "The share of its time that the event loop was busy, since the process began.",
    ({ stats }) => stats.process.eventLoopUtilization,
  ),
];

/** By subject, in the order in which a page and an endpoint show them. */
export const CLIENT_METRICS: Readonly<Record<string, readonly Row[]>> = {
  "The connection": CONNECTION,
  "The limit of messages": LIMITER,
  Orders: ORDERS,
  "The journal": JOURNAL,
  "Market data": STREAM,
  "Calls of the client": OPERATIONS,
  "The process": PROCESS,
};

function sumOf(counts: Readonly<Record<FilterReason, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
