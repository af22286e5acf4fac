// From what a client of the data stream and the paced feed printed to the numbers of the table.

import { demand } from "./demand.mjs";

/** What a client lost, after its counters and values were checked against what the feed sent. */
export function verifyStream(client, feed, { conflateMs }) {
  const { received, delivered, conflated, filtered, dropped } = client.totals;
  const accounted = delivered + conflated + filtered + dropped;
  if (received !== accounted)
    throw new Error(
      `received ${received}, but delivered ${delivered} + conflated ${conflated} + filtered ${filtered} + dropped ${dropped} = ${accounted}`,
    );
  if (client.handled !== delivered)
    throw new Error(`the handler saw ${client.handled} ticks, the counters say ${delivered}`);
  demand("newest values of the board, added up", client.newestSum, [feed.newestSum]);
  const lost = feed.ticks - received + dropped;
  if (conflateMs > 0 || lost !== 0) return lost;
  demand("number of ticks", client.handled, [feed.ticks]);
  demand("number of prices", client.prices, [feed.prices]);
  demand("sum of stamps", client.stampSum, [feed.stampSum]);
  demand("sum of sizes", client.sizeSum, [feed.sizeSum]);
  return lost;
}

const costs = (client) => ({
  cpuNs: client.cpuNs / client.measuredTicks,
  jsCpuNs: client.jsCpuNs == null ? null : client.jsCpuNs / client.measuredTicks,
  perCpuSecond: client.measuredTicks / (client.cpuNs / 1e9),
});

export function streamMetrics(client, feed, _entry, plan) {
  const lost = verifyStream(client, feed, plan.client);
  return {
    lost,
    perSecond: client.measuredTicks / client.seconds,
    ...costs(client),
    jsShare: client.jsCpuNs == null ? null : (client.jsCpuNs / (client.seconds * 1e9)) * 100,
    p50: client.lag?.p50 ?? null,
    p99: client.lag?.p99 ?? null,
    max: client.lag?.max ?? null,
    feedShare: (feed.cpuNs / (feed.seconds * 1e9)) * 100,
    feedPerSecond: feed.perSecond,
    feedLateP99: feed.lateMicros.p99,
    eagain: feed.eagain,
  };
}

/** Every bid and ask is in a bar of each size, but for those before a quote had both, and where the ticks end in a cycle. */
function verifyBars(client, feed, plan) {
  const { symbols } = plan.client;
  const wanted = feed.ticks / 2;
  for (const ticks of client.barTicks)
    if (ticks !== client.barTicks[0] || Math.abs(ticks - wanted) > 2 * symbols)
      throw new Error(`ticks in the bars of each size: ${client.barTicks.join(", ")}; sent: some ${wanted}`);
}

export function barsMetrics(client, feed, entry, plan) {
  verifyBars(client, feed, plan);
  const metrics = streamMetrics(client, feed, entry, plan);
  return { ...metrics, processShare: (client.cpuNs / (client.seconds * 1e9)) * 100 };
}

export function streamFloodMetrics(client, feed, _entry, plan) {
  const lost = verifyStream(client, feed, plan.client);
  return { lost, perSecond: client.measuredTicks / client.seconds, ...costs(client) };
}

export function barsFloodMetrics(client, feed, entry, plan) {
  verifyBars(client, feed, plan);
  return streamFloodMetrics(client, feed, entry, plan);
}

export function streamStallMetrics(client, feed, _entry, plan) {
  const lost = verifyStream(client, feed, plan.client);
  const { age, looks, slowestLookMicros } = client.board;
  return {
    lost,
    /** Null when it had not a gap's time later. */
    caughtUpMillis: client.caughtUpMillis,
    staleTicks: client.staleTicks,
    /** Stamps that the first batch was behind the feed's newest, added up over all fields: 0 when it had each. */
    behindUnits: feed.newestSum - client.firstSum,
    firstLength: client.firstLength,
    looks,
    slowestLookMicros,
    ageP50: age?.p50 ?? null,
    ageP99: age?.p99 ?? null,
    ageMax: age?.max ?? null,
    eagain: feed.eagain,
  };
}

export function boardMetrics(client, feed, _entry, plan) {
  const lost = verifyStream(client, feed, plan.client);
  if (client.outlived)
    throw new Error(`the worker was still reading when the ticks were over (${client.seconds.toFixed(1)} s)`);
  const { reads, torn } = client.board;
  return { lost, reads, torn, readsPerSecond: reads / client.seconds };
}
