// From what client and feed printed to the numbers of the table; a client that did not see what was sent has failed.

import { demand } from "./demand.mjs";

/** Checks the sums a flood handler made against what the feed sent. */
function verifyFlood(client, feed, via) {
  const sizes = feed.ticks - feed.prices;
  const derived = feed.prices - feed.bids;
  // Events: each price comes with a size event, and clients differ in whether a bid does too.
  const events = via === "stream" ? [feed.ticks] : [feed.prices + sizes + derived, feed.ticks + feed.prices];
  const sizeSums = via === "stream" ? [feed.sizeSum] : [feed.sizeSum - feed.bidSizeSum, feed.sizeSum];
  demand("number of handler calls", client.events, events);
  demand("number of prices", client.prices, [feed.prices]);
  demand("sum of prices", client.priceSum, [feed.priceSum]);
  demand("sum of request ids", client.idSum, [feed.idSum]);
  demand("sum of sizes", client.sizeSum, [sizeSums[events.indexOf(client.events)]]);
}

export function floodMetrics(client, feed, entry) {
  if (entry.client === "floor") demand("number of frames", client.ticks, [feed.ticks]);
  else verifyFlood(client, feed, entry.spec.via);
  return {
    perSecond: feed.ticks / client.seconds,
    cpuNs: client.cpuNs / feed.ticks,
    jsCpuNs: client.jsCpuNs == null ? null : client.jsCpuNs / feed.ticks,
  };
}

export function heapMetrics(client, feed, entry) {
  verifyFlood(client, feed, entry.spec.via);
  return {
    ticks: feed.ticks,
    bytesPerTick: client.heapBytes / feed.ticks,
    collections: client.collections,
    rssGrowthMiB: client.rssAfterMiB - client.rssBeforeMiB,
  };
}

export function pacedMetrics(client) {
  const { p50, p95, p99 } = client.latency;
  return { p50, p95, p99 };
}

export function orderMetrics(client, feed) {
  demand("number of orders", client.placed, [feed.orders]);
  const { p50, p95, p99 } = feed.orderMicros;
  return { p50, p95, p99, callP50: client.call?.p50 ?? null };
}

export function riskMetrics({ place, release, clock, instructions, denied }) {
  demand("orders denied", denied, [0]);
  return {
    p50: place.p50,
    p99: place.p99,
    meanNs: place.mean,
    releaseP50: release.p50,
    clockP50: clock.p50,
    instructions,
  };
}

export function stallMetrics(client, feed) {
  return {
    lost: client.lost,
    p50: client.delay.p50,
    p99: client.delay.p99,
    eagain: feed.eagain,
    blockedMicros: feed.blockedMicros,
  };
}
