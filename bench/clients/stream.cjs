"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { run } = require("./main.cjs");
const scenarios = require("./stream-scenarios.cjs");

const dist = path.join(__dirname, "../../dist");
/** A request a microsecond: the rate limiter is out of the way. */
const UNLIMITED = 1e9;

/** Nothing is measured. */
const NO_LAG = {
  record() {},
  summary: () => ({ count: 0, mean: 0, max: 0, p50: 0, p95: 0, p99: 0, p999: 0 }),
};
const SCRAPE_MILLIS = 100;

/** What a stream counts is read as an endpoint for Prometheus reads it, much oftener. */
function scrape(stream) {
  const { CLIENT_METRICS } = require(path.join(dist, "connect/client-metrics.js"));
  const { MetricSet, sourceOf } = require(path.join(dist, "metrics/metric-family.js"));
  const { prometheusText } = require(path.join(dist, "metrics/prometheus.js"));
  const metrics = new MetricSet();
  const shown = () => ({ stats: { stream: stream.stats() }, lag: stream.lagHistogram });
  metrics.add(sourceOf(CLIENT_METRICS["Market data"], shown));
  setInterval(() => prometheusText({ metrics }), SCRAPE_MILLIS);
}

/** IBKRDataStream: one over each connection. */
class StreamDriver {
  constructor(spec) {
    if (!fs.existsSync(path.join(dist, "stream/index.js")))
      throw new Error("dist/stream is missing: npm run build makes it");
    // The engine's options are no part of the public surface yet: a session is made as src/connect does it.
    const { resolveOptions } = require(path.join(dist, "api/options.js"));
    const { Session } = require(path.join(dist, "session/session.js"));
    const { SessionBroker } = require(path.join(dist, "session/broker/session-broker.js"));
    const { IBKRDataStream, PROFILES } = require(path.join(dist, "stream/index.js"));
    const { port, maxServerVersion, readMode, profile, batchMs, conflateMs, connections, symbols } = spec;
    const { ringCapacity } = PROFILES[profile];
    this.spec = spec;
    this.sizes = (spec.bars ?? []).map(({ ms, ticks }) => (ticks ? `${ticks} ticks mid` : `${ms} ms mid`));
    this.indices = new Map();
    this.lines = Array.from({ length: connections }, (_, i) => {
      const options = {
        port,
        clientId: i,
        maxReqPerSec: UNLIMITED,
        maxServerVersion,
        readMode,
        ringCapacity,
      };
      const broker = new SessionBroker(new Session(resolveOptions(options)));
      broker.on("fault", fail);
      const stream = new IBKRDataStream(broker, {
        profile,
        conflateMs,
        ...(batchMs !== undefined && { batchMs }),
        lines: symbols,
        silenceMs: 0,
        ...(spec.metrics === "none" && { lag: NO_LAG }),
      });
      if (spec.metrics === "scraped") scrape(stream);
      stream.on("error", fail);
      return { broker, stream };
    });
    this.subscriptions = [];
  }

  async open() {
    for (const { broker } of this.lines) await broker.connect();
  }

  subscribe() {
    const { symbols, filter, policy } = this.spec;
    for (let i = 0; i < symbols; i++) {
      const { stream } = this.lines[i % this.lines.length];
      const contract = { symbol: `S${i}`, secType: "STK", exchange: "SMART", currency: "USD" };
      const subscription = stream.subscribe(contract, {
        filter,
        ...(policy && { policy }),
        ...(this.sizes.length > 0 && { bars: this.sizes }),
      });
      subscription.on("state", ({ state, error }) => state === "failed" && fail(error));
      this.indices.set(subscription, i);
      this.subscriptions.push(subscription);
    }
  }

  onBatch(handler) {
    this.stopBatches ??= [];
    for (const stop of this.stopBatches.splice(0)) stop();
    for (const { stream } of this.lines) this.stopBatches.push(stream.onBatch(handler));
  }

  symbol(batch, i) {
    return this.indices.get(batch.subscription(i));
  }

  /** What became of the ticks of all subscriptions. */
  totals() {
    const sum = { received: 0, delivered: 0, conflated: 0, filtered: 0, dropped: 0 };
    for (const { stream } of this.lines) {
      const { received, delivered, conflated, filtered, dropped } = stream.stats();
      sum.received += received;
      sum.delivered += delivered;
      sum.conflated += conflated;
      sum.filtered += Object.values(filtered).reduce((all, n) => all + n, 0);
      sum.dropped += dropped;
    }
    return sum;
  }

  /** Ticks in the bars of each size, of all subscriptions. */
  barTicks() {
    return this.sizes.map((size, n) => {
      const { ticks } = this.spec.bars[n];
      let sum = 0;
      for (const subscription of this.subscriptions) sum += barTicksOf(subscription.bars(size), ticks);
      return sum;
    });
  }

  quotes() {
    return this.subscriptions.map(({ quote: { bid, ask, last, volume } }) => ({ bid, ask, last, volume }));
  }

  /** The worker reads slot i for symbol i: slots are given out in the order of subscribing. One connection. */
  boardSource() {
    const { handle } = this.lines[0].broker.feed.board;
    if (handle === undefined) throw new Error("the board is not shared: its feed has no handle");
    return { reader: "ours", handle, symbols: this.spec.symbols, dist };
  }

  async close() {
    for (const { stream, broker } of this.lines) {
      await stream.close();
      await broker.close();
    }
  }
}

/** @param size of bars by ticks, so many; of those by time nothing */
function barTicksOf(bars, size) {
  // Nobody has read along: of those closed so far the newest are at hand.
  const closed = () => bars.length + bars.losses().unread;
  for (;;) {
    const before = closed();
    let sum = bars.forming?.count ?? 0;
    if (size) sum += before * size;
    else for (const count of bars.column("count")) sum += count;
    // The clock may have closed the forming one meanwhile: it would be in both.
    if (closed() === before) return sum;
  }
}

function fail(error) {
  process.stderr.write(`${error?.message ?? "a subscription failed"}\n`);
  process.exit(1);
}

run((spec) => new StreamDriver(spec), scenarios);
