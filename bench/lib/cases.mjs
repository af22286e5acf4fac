// What is measured: each case is one input, and the clients that are put on it in turn.

import {
  floodMetrics,
  heapMetrics,
  orderMetrics,
  pacedMetrics,
  riskMetrics,
  stallMetrics,
} from "./metrics.mjs";
import { STREAM_CASES, STREAM_ROUNDS, STREAM_SIZES } from "./stream-cases.mjs";

const TEXT = 193;
const PROTOBUF = 225;
const OFFER_PROTOBUF = 226;

/** How much of everything a full and a quick run take. A case may have fewer rounds than asked for. */
export const SIZES = {
  full: {
    ...STREAM_SIZES.full,
    rounds: 5,
    maxRounds: { ...STREAM_ROUNDS.full, heap: 1 },
    floodTicks: 3_000_000,
    heapTicks: 10_000_000,
    paced: 3000,
    hotOrders: 1000,
    coldOrders: 30,
    reactions: 1000,
    stalls: 4,
    riskOrders: 1_000_000,
  },
  quick: {
    ...STREAM_SIZES.quick,
    rounds: 2,
    maxRounds: { ...STREAM_ROUNDS.quick, heap: 1, stall: 1, paced: 1 },
    floodTicks: 500_000,
    heapTicks: 10_000_000,
    paced: 1000,
    hotOrders: 200,
    coldOrders: 5,
    reactions: 200,
    stalls: 2,
    riskOrders: 200_000,
  },
};

const WARMUP_TICKS = 300_000;
const WARMUP_ORDERS = 1000;
const FLOOR_WARMUP_ORDERS = 20; // nothing to compile
const REACT_WARMUP = 500;
const PACED_PER_SECOND = 2000;
const PACED_WARMUP = 500;
const STALL_PER_SECOND = 50_000;
const STALL_MILLIS = 200;
const STALL_GAP_MILLIS = 150;
const BACKGROUND_PER_SECOND = 20_000;
const DENSE_BACKGROUND_PER_SECOND = 50_000;
const BACKGROUND_SYMBOLS = 20;

const floorFlags =
  (mode) =>
  ({ port, symbols, maxServerVersion, ticks, orders, warmup, gapMillis }) => ({
    port,
    mode,
    symbols,
    version: maxServerVersion ?? TEXT,
    ...((ticks ?? orders) && { ticks: ticks ?? orders }),
    ...(warmup && { warmup }),
    ...(gapMillis && { gap: gapMillis * 1000 }),
  });

const ours = (via, readMode = "loop") => ({
  id: `ours-${via}${readMode === "loop" ? "" : `-${readMode}`}`,
  label: `ours, ${via === "stream" ? "stream handler" : "events"}, ${readMode}`,
  client: "ours",
  spec: { via, readMode },
});
const control = (via) => ({
  id: `control-${via}`,
  label: `control, ${via === "stream" ? "handler" : "events"}`,
  client: "control",
  spec: { via },
});
const stock = { id: "stock", label: "@stoqey/ib, events", client: "stock", spec: { via: "events" } };
const floor = (mode) => ({
  id: "floor",
  label: "floor (C++)",
  client: "floor",
  spec: {},
  floorFlags: floorFlags(mode),
});

function floodCase(dialect, symbols) {
  const text = dialect === "text";
  const offLoop = symbols > 1 ? [ours("stream", "thread"), ours("stream", "spin")] : [];
  return {
    id: `flood-${dialect}-${symbols}`,
    kind: "flood",
    title: `Flood, ${symbols} symbol${symbols > 1 ? "s" : ""}, ${dialect}`,
    entries: [
      ours("stream"),
      ours("events"),
      ...(text ? [stock] : []),
      control("stream"),
      control("events"),
      floor("flood"),
      ...offLoop,
    ],
    plan: ({ floodTicks }) => ({
      feed: {
        mode: "flood",
        version: text ? TEXT : PROTOBUF,
        symbols,
        ticks: floodTicks,
        warmup: WARMUP_TICKS,
      },
      client: { scenario: "flood", symbols, maxServerVersion: text ? TEXT : OFFER_PROTOBUF },
    }),
    metrics: floodMetrics,
  };
}

const pacedCase = {
  id: "paced",
  kind: "paced",
  title: `Paced ticks, one each ${1e6 / PACED_PER_SECOND} µs, text: sender's stamp to handler`,
  entries: [ours("stream"), ours("events"), ours("stream", "spin"), stock, control("stream"), floor("paced")],
  plan: ({ paced }) => {
    const ticks = paced + PACED_WARMUP;
    return {
      feed: { mode: "live", version: TEXT, symbols: 1, ticks, rate: PACED_PER_SECOND, wait: "sleep" },
      client: {
        scenario: "paced",
        symbols: 1,
        ticks,
        warmup: PACED_WARMUP,
        maxServerVersion: TEXT,
      },
    };
  },
  metrics: pacedMetrics,
};

/** A reader that looks all the time, and a sender that sleeps between two ticks. */
const boardReader = (readMode) => ({
  id: `ours-board-${readMode}`,
  label: `ours, worker on the board, ${readMode}`,
  client: "board-latency",
  spec: { readMode },
});
const boardReaderCase = {
  id: "board-reader",
  kind: "paced",
  title: `Paced ticks, one each ${1e6 / PACED_PER_SECOND} µs, text: sender's stamp to a thread that reads the board`,
  entries: [boardReader("loop"), boardReader("thread"), floor("board")],
  plan: pacedCase.plan,
  metrics: pacedMetrics,
};

const template = (id, label, spec) => ({ id, label, client: "templates", spec });
const TEMPLATE = template("ours-template", "ours, prepared order", { readMode: "loop" });
const WARM = { keepWarmMs: 2 };
const WARM_EVENTS = {
  ...ours("events"),
  id: "ours-events-warm",
  label: "ours, events, keepWarm",
  spec: { via: "events", readMode: "loop", ...WARM },
};
const WARM_TEMPLATE = template("ours-template-warm", "ours, prepared order, keepWarm", {
  readMode: "loop",
  ...WARM,
});

const TICKETS = {
  id: "ours-tickets",
  label: "ours, ticket and journal",
  client: "tickets",
  spec: { readMode: "loop" },
};

function orderCase(id, title, { gapMillis, count, background, more = [] }) {
  return {
    id,
    kind: "orders",
    title,
    entries: [ours("events"), TEMPLATE, ...more, stock, control("events"), floor("orders")],
    plan: (sizes, { client }) => {
      const symbols = background ? BACKGROUND_SYMBOLS : 1;
      const warmup = client === "floor" ? FLOOR_WARMUP_ORDERS : WARMUP_ORDERS;
      return {
        feed: {
          mode: "live",
          version: TEXT,
          symbols,
          warmup,
          wait: "spin",
          ...(background && { rate: background }),
        },
        client: {
          scenario: "orders",
          symbols,
          gapMillis,
          warmup,
          orders: count(sizes),
          background: Boolean(background),
          maxServerVersion: TEXT,
        },
      };
    },
    metrics: orderMetrics,
  };
}

/** Every third tick is a bid, and stands long enough for everybody. */
const REACT_PER_SECOND = 1500;
const BIDS = 3;

const reactCase = {
  id: "orders-react",
  kind: "orders",
  title: `Tick in to order out, a bid each ${(1e6 * BIDS) / REACT_PER_SECOND} µs, text: from the feed and back to it`,
  entries: [
    template("ours-handler", "ours, prepared order in a handler", { scenario: "handler", readMode: "loop" }),
    template("ours-armed", "ours, armed", { scenario: "armed", readMode: "loop" }),
    template("ours-armed-stalled", "ours, armed, loop stalled", {
      scenario: "armedStalled",
      readMode: "loop",
    }),
    floor("react"),
  ],
  plan: ({ reactions }, { client }) => {
    const warmup = client === "floor" ? FLOOR_WARMUP_ORDERS : REACT_WARMUP;
    return {
      feed: {
        mode: "live",
        version: TEXT,
        symbols: 1,
        warmup,
        rate: REACT_PER_SECOND,
        from: "tick",
        wait: "spin",
      },
      client: {
        symbols: 1,
        warmup,
        orders: reactions,
        bidEveryMicros: (1e6 * BIDS) / REACT_PER_SECOND,
        maxServerVersion: TEXT,
      },
    };
  },
  metrics: orderMetrics,
};

/** Over other ways than a socket of the core's, and what a hop costs that has no TLS. */
const over = (id, label, more) => {
  const { spec, ...rest } = ours("events");
  return {
    ...rest,
    id: `ours-${id}`,
    label: `ours, events, ${label}`,
    ...more,
    spec: { ...spec, ...more.spec },
  };
};
const OVER_OTHERS = [
  over("custom", "over a socket of Node's", { spec: { transport: "custom" } }),
  over("haproxy-tcp", "TCP through haproxy", { front: "haproxy-tcp", spec: {} }),
  over("haproxy-tls", "TLS to haproxy", { front: "haproxy-tls", spec: { transport: "tls" } }),
  over("stunnel-tls", "TLS to stunnel", { front: "stunnel-tls", spec: { transport: "tls" } }),
];
const tlsPacedCase = {
  ...pacedCase,
  id: "tls-paced",
  title: `Ticks over TLS, one each ${1e6 / PACED_PER_SECOND} µs, text: sender's stamp to handler`,
  entries: [ours("events"), ...OVER_OTHERS],
};
const tlsOrdersCase = {
  ...orderCase("tls-orders", "Orders over TLS: placeOrder to arrival, 1 ms apart, text", {
    gapMillis: 1,
    count: (sizes) => sizes.hotOrders,
  }),
  entries: [ours("events"), ...OVER_OTHERS],
};

const stallCase = {
  id: "stall",
  kind: "stall",
  title: `Loop stalled ${STALL_MILLIS} ms at a time, ${STALL_PER_SECOND.toLocaleString("en")} ticks/s, text: send stamp to receive stamp`,
  entries: [ours("stream"), ours("stream", "thread"), stock, control("stream")],
  plan: ({ stalls }) => {
    const ticks = (STALL_PER_SECOND * (stalls * (STALL_MILLIS + STALL_GAP_MILLIS) + 200)) / 1000;
    return {
      feed: { mode: "live", version: TEXT, symbols: 20, ticks, rate: STALL_PER_SECOND, wait: "sleep" },
      client: {
        scenario: "stall",
        symbols: 20,
        ticks,
        stalls,
        stallMillis: STALL_MILLIS,
        gapMillis: STALL_GAP_MILLIS,
        maxServerVersion: TEXT,
      },
    };
  },
  metrics: stallMetrics,
};

const gc = (entry) => ({ ...entry, nodeFlags: ["--expose-gc"] });

const heapCase = {
  id: "heap",
  kind: "heap",
  title: "JavaScript heap per tick, 100 symbols, text",
  entries: [gc(ours("stream")), gc(ours("stream", "thread")), gc(stock), gc(control("stream"))],
  plan: ({ heapTicks }, entry) => ({
    feed: {
      mode: "flood",
      version: TEXT,
      symbols: 100,
      // Stock needs a µs and more than a kilobyte for each: a tenth shows it as well.
      ticks: entry.client === "stock" ? heapTicks / 10 : heapTicks,
      // Until everything is compiled, code on its way there allocates.
      warmup: entry.client === "stock" ? WARMUP_TICKS : 2_000_000,
    },
    client: { scenario: "heap", symbols: 100, maxServerVersion: TEXT },
  }),
  metrics: heapMetrics,
};

const riskDesk = (id, label, working, instruments, gate = "on") => ({
  id,
  label,
  client: "risk",
  flags: { working, instruments, gate },
});

const riskCase = {
  id: "risk",
  kind: "risk",
  title: "The risk gate's core, every check on, no socket: an order judged and reserved",
  core: { program: "risk", folders: ["risk"] },
  entries: [
    riskDesk("none", "no gate", 10_000, 2_000, "off"),
    riskDesk("small", "10 working orders, 10 symbols", 10, 10),
    riskDesk("large", "10,000 working orders, 2,000 symbols", 10_000, 2_000),
  ],
  plan: ({ riskOrders }, entry) => ({ flags: { ...entry.flags, orders: riskOrders } }),
  metrics: riskMetrics,
};

export const CASES = [
  floodCase("text", 1),
  floodCase("text", 100),
  floodCase("protobuf", 1),
  floodCase("protobuf", 100),
  pacedCase,
  boardReaderCase,
  orderCase("orders-hot", "placeOrder to arrival, 1 ms apart, text", {
    gapMillis: 1,
    count: (sizes) => sizes.hotOrders,
    more: [TICKETS],
  }),
  orderCase("orders-cold", "placeOrder to arrival, 50 ms apart, text", {
    gapMillis: 50,
    count: (sizes) => sizes.coldOrders,
    more: [WARM_EVENTS, WARM_TEMPLATE],
  }),
  orderCase(
    "orders-background",
    "placeOrder to arrival, 1 ms apart, 20,000 ticks/s in the background, text",
    {
      gapMillis: 1,
      count: (sizes) => sizes.hotOrders,
      warmup: 200,
      background: BACKGROUND_PER_SECOND,
    },
  ),
  orderCase(
    "orders-dense-background",
    "placeOrder to arrival, 1 ms apart, 50,000 ticks/s in the background, text",
    {
      gapMillis: 1,
      count: (sizes) => sizes.hotOrders,
      background: DENSE_BACKGROUND_PER_SECOND,
    },
  ),
  reactCase,
  tlsPacedCase,
  tlsOrdersCase,
  stallCase,
  heapCase,
  riskCase,
  ...STREAM_CASES,
];
