// The cases of the data stream: IBKRDataStream beside the best plain JavaScript that does the same work.

import {
  barsFloodMetrics,
  barsMetrics,
  boardMetrics,
  streamFloodMetrics,
  streamMetrics,
  streamStallMetrics,
} from "./stream-metrics.mjs";

const VERSION = 193;
const RATE = 1_000_000;
const SLOW_RATE = 100_000;
const SYMBOLS = 500;
const STALL_SYMBOLS = 50;
const STALL_MILLIS = 2000;
const STALL_GAP_MILLIS = 1000;
const FLOOD_RATE = 100_000_000; // more than anybody takes
const CONFLATE_MILLIS = 100;
/** A gateway's sends: the time between two of one connection, in µs. */
const FINE_QUANTUM = 200;
const QUANTUM = 1000;
const COARSE_QUANTUM = 10_000;
/** Lets everything through and looks at everything. */
const FILTER = { priceMin: 1, minSize: 1 };
const GRACE_MILLIS = 30_000;

const ours = (readMode, more = {}) => ({
  id: `ours-${readMode}`,
  label: `ours, ${readMode}`,
  client: "stream",
  spec: { readMode, profile: "ultra-low-latency" },
  ...more,
});
const rival = (more = {}) => ({
  id: "rival",
  label: "rival (JavaScript)",
  client: "stream-rival",
  spec: {},
  ...more,
});

/** One entry for each of some sizes of the input: `size` is what differs in the feed's and the client's options. */
const sized = (entry, name, size) => ({
  ...entry,
  id: `${entry.id}-${name}`,
  label: `${entry.label}, ${name}`,
  size,
});

/** What feed and client are told of one input. */
function plan(scenario, input, client = {}) {
  return (sizes, entry) => {
    const { symbols, connections, rate, quantum, ticks, conflateMs } = {
      connections: 1,
      conflateMs: 0,
      symbols: SYMBOLS,
      ...input(sizes),
      ...entry.size,
    };
    return {
      timeoutMillis: (ticks / Math.min(rate, RATE)) * 1000 + GRACE_MILLIS,
      feed: { mode: "stream", version: VERSION, symbols, ticks, rate, connections, quantum },
      client: {
        scenario,
        maxServerVersion: VERSION,
        symbols,
        ticks,
        rate,
        connections,
        conflateMs,
        filter: FILTER,
        warmupMillis: sizes.streamWarmupMillis,
        ...client,
      },
    };
  };
}

const paced = (id, title, entries, input) => ({
  id: `stream-${id}`,
  kind: "stream",
  title,
  entries,
  plan: plan("steady", input),
  metrics: streamMetrics,
});

const flood = (id, title, conflateMs) => ({
  id: `stream-${id}`,
  kind: "streamFlood",
  title,
  entries: [ours("loop"), ours("thread"), rival()],
  plan: plan("flood", ({ streamFloodTicks }) => ({
    rate: FLOOD_RATE,
    ticks: streamFloodTicks,
    quantum: QUANTUM,
    conflateMs,
  })),
  metrics: streamFloodMetrics,
});

const counted = (metrics, label) => ({
  id: `ours-${metrics}`,
  label: `ours, loop, ${label}`,
  client: "stream",
  spec: { readMode: "loop", profile: "ultra-low-latency", metrics },
});
/** What measuring costs a tick: the same client in turn, without the lag, with it, and read ten times a second. */
const metricsCase = {
  ...flood("flood", "Stream, every tick: what metrics cost", 0),
  id: "metrics",
  entries: [
    counted("none", "lag not measured"),
    counted("default", "as it is"),
    counted("scraped", "read for Prometheus ten times a second"),
  ],
};

const lossless = paced(
  "lossless",
  `Stream, ${SYMBOLS} symbols, ${RATE.toLocaleString("en")} ticks/s, every tick`,
  [ours("thread"), ours("loop"), rival()],
  ({ streamSeconds }) => ({ rate: RATE, ticks: RATE * streamSeconds, quantum: QUANTUM }),
);

const conflated = paced(
  "conflated",
  `Stream, ${SYMBOLS} symbols, ${RATE.toLocaleString("en")} ticks/s, conflated for ${CONFLATE_MILLIS} ms`,
  [ours("thread"), ours("loop"), rival()],
  ({ streamShortSeconds }) => ({
    rate: RATE,
    ticks: RATE * streamShortSeconds,
    quantum: QUANTUM,
    conflateMs: CONFLATE_MILLIS,
  }),
);

// Batches of no more than one read: the profile's millisecond would be most of the lag.
const prompt = (readMode) => ours(readMode, { spec: { readMode, profile: "ultra-low-latency", batchMs: 0 } });
const lag = paced(
  "paced",
  `Stream, ${SYMBOLS} symbols, ${SLOW_RATE.toLocaleString("en")} ticks/s: due at the feed to handler`,
  [prompt("loop"), prompt("thread"), rival()],
  ({ streamShortSeconds }) => ({
    rate: SLOW_RATE,
    ticks: SLOW_RATE * streamShortSeconds,
    quantum: FINE_QUANTUM,
  }),
);

const cost = ({ streamShortSeconds }) => ({
  rate: RATE,
  ticks: RATE * streamShortSeconds,
  quantum: COARSE_QUANTUM,
});
const subscriptions = paced(
  "subscriptions",
  `Stream, ${RATE.toLocaleString("en")} ticks/s on 10 or 5,000 subscriptions`,
  [ours("loop"), ours("thread"), rival()].flatMap((entry) =>
    [10, 5000].map((symbols) => sized(entry, `${symbols}`, { symbols })),
  ),
  cost,
);
const connections = paced(
  "connections",
  `Stream, ${RATE.toLocaleString("en")} ticks/s, ${SYMBOLS} symbols on 1 or 32 connections`,
  [ours("loop"), ours("thread"), rival()].flatMap((entry) =>
    // As many sends a second on one as on 32: what differs is over how many connections they go.
    [1, 32].map((count) =>
      sized(entry, `${count}`, { connections: count, quantum: (COARSE_QUANTUM * count) / 32 }),
    ),
  ),
  cost,
);

const BARS = [{ ms: 1000 }, { ms: 5000 }, { ms: 60_000 }, { ticks: 100 }];
const bars = (id, title, entries, input) => ({
  ...paced(id, title, entries, input),
  id,
  plan: plan("steady", input, { bars: BARS }),
  metrics: barsMetrics,
});
const barsLossless = bars(
  "bars-lossless",
  `Bars of four sizes, ${SYMBOLS} symbols, ${RATE.toLocaleString("en")} ticks/s, every tick`,
  [ours("thread"), ours("loop"), rival()],
  ({ streamSeconds }) => ({ rate: RATE, ticks: RATE * streamSeconds, quantum: QUANTUM }),
);
const barsFlood = {
  ...flood("flood", `Bars of four sizes, ${SYMBOLS} symbols, as fast as it goes, every tick`, 0),
  id: "bars-flood",
  plan: plan(
    "flood",
    ({ streamFloodTicks }) => ({ rate: FLOOD_RATE, ticks: streamFloodTicks, quantum: QUANTUM }),
    { bars: BARS },
  ),
  metrics: barsFloodMetrics,
};
const barsSubscriptions = bars(
  "bars-subscriptions",
  `Bars of four sizes, ${RATE.toLocaleString("en")} ticks/s on 10 or 5,000 subscriptions`,
  [ours("loop"), ours("thread"), rival()].flatMap((entry) =>
    [10, 5000].map((symbols) => sized(entry, `${symbols}`, { symbols })),
  ),
  cost,
);

const stall = {
  id: "stream-stall",
  kind: "streamStall",
  title: `Stream, loop stalled ${STALL_MILLIS} ms, ${SLOW_RATE.toLocaleString("en")} ticks/s, conflated`,
  entries: [
    ours("thread", { spec: { readMode: "thread", profile: "balanced" } }),
    ours("loop", { spec: { readMode: "loop", profile: "balanced" } }),
    rival({ spec: { shared: true, batchMs: 0 } }),
  ],
  plan: plan(
    "stall",
    () => ({
      symbols: STALL_SYMBOLS,
      rate: SLOW_RATE,
      // They end in the middle of the second stall.
      ticks: (SLOW_RATE * (2 * STALL_GAP_MILLIS + 1.5 * STALL_MILLIS)) / 1000,
      quantum: FINE_QUANTUM,
      conflateMs: CONFLATE_MILLIS,
    }),
    { batchMs: CONFLATE_MILLIS, stallMillis: STALL_MILLIS, gapMillis: STALL_GAP_MILLIS },
  ),
  metrics: streamStallMetrics,
};

const board = {
  id: "stream-board",
  kind: "streamBoard",
  title: `Stream, a worker reads quotes, ${RATE.toLocaleString("en")} ticks/s`,
  // One symbol more often written than 500: what is read is what is being written.
  entries: [
    sized(ours("thread"), "1", { symbols: 1 }),
    sized(ours("thread"), "500", { symbols: SYMBOLS }),
    sized(rival({ spec: { shared: true } }), "1", { symbols: 1 }),
  ],
  plan: (sizes, entry) =>
    plan(
      "torn",
      ({ streamBoardSeconds }) => ({ rate: RATE, ticks: RATE * streamBoardSeconds, quantum: QUANTUM }),
      { reads: sizes.streamReads },
    )(sizes, entry),
  metrics: boardMetrics,
};

/** How much of everything the cases of the stream take. */
export const STREAM_SIZES = {
  full: {
    streamSeconds: 60,
    streamShortSeconds: 15,
    streamBoardSeconds: 60,
    streamWarmupMillis: 3000,
    streamFloodTicks: 50_000_000,
    streamReads: 100_000_000,
  },
  quick: {
    streamSeconds: 4,
    streamShortSeconds: 4,
    streamBoardSeconds: 4,
    streamWarmupMillis: 1500,
    streamFloodTicks: 10_000_000,
    streamReads: 1_000_000,
  },
};

/** Rounds that a case has at the most: the long ones have one. */
export const STREAM_ROUNDS = {
  full: {
    "stream-lossless": 1,
    "stream-board": 1,
    "stream-conflated": 3,
    "stream-paced": 3,
    "stream-subscriptions": 3,
    "stream-connections": 3,
    "stream-stall": 3,
    "bars-lossless": 1,
    "bars-subscriptions": 3,
  },
  quick: {
    "stream-lossless": 1,
    "stream-board": 1,
    "stream-conflated": 1,
    "stream-paced": 1,
    "stream-subscriptions": 1,
    "stream-connections": 1,
    "stream-stall": 1,
    "bars-lossless": 1,
    "bars-subscriptions": 1,
  },
};

export const STREAM_CASES = [
  lossless,
  conflated,
  flood("flood", `Stream, ${SYMBOLS} symbols, as fast as it goes, every tick`, 0),
  flood("flood-conflated", `Stream, ${SYMBOLS} symbols, as fast as it goes, conflated`, CONFLATE_MILLIS),
  metricsCase,
  lag,
  subscriptions,
  connections,
  stall,
  board,
  barsLossless,
  barsFlood,
  barsSubscriptions,
];
