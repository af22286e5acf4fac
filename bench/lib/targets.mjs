// The numbers the project has promised, and where the results show them.

/** @typedef {(caseId: string, entryId: string, metric: string) => number | undefined} Lookup */

const ratio = (a, b) => (a === undefined || b === undefined ? undefined : a / b);

const difference = (a, b) => (a === undefined || b === undefined ? undefined : a - b);

const STREAM = "ours-stream";
const EVENTS = "ours-events";
const CONTROL = "control-stream";
const FLOOD = "flood-text-100";
const PROTOBUF_FLOOD = "flood-protobuf-100";

const flood = (what, ours, rival, metric, op, limit, caseId = FLOOD) => ({
  what,
  case: caseId,
  value: (get) => ratio(get(caseId, ours, metric), get(caseId, rival, metric)),
  op,
  limit,
  unit: "×",
});
const paced = (what, ours, rival, metric, limit) => ({
  what,
  case: "paced",
  value: (get) => ratio(get("paced", ours, metric), get("paced", rival, metric)),
  op: "≤",
  limit,
  unit: "×",
});
const board = (what, ours) => ({
  what,
  case: "board-reader",
  value: (get) => ratio(get("board-reader", ours, "p50"), get("board-reader", "floor", "p50")),
  op: "≤",
  limit: 1.3,
  unit: "×",
});
const order = (what, caseId, metric, limit, rival = "stock", entry = EVENTS) => ({
  what,
  case: caseId,
  value: (get) => ratio(get(caseId, entry, metric), get(caseId, rival, metric)),
  op: "≤",
  limit,
  unit: "×",
});
const above = (what, caseId, entry, base, metric, limit) => ({
  what,
  case: caseId,
  value: (get) => difference(get(caseId, entry, metric), get(caseId, base, metric)),
  op: "≤",
  limit,
  unit: " µs",
});
const within = (what, caseId, entry, base, limit) => ({
  what,
  case: caseId,
  value: (get) => ratio(get(caseId, entry, "cpuNs"), get(caseId, base, "cpuNs")),
  op: "≤",
  limit,
  unit: "×",
});
const twice = (what, caseId) => ({
  what,
  case: caseId,
  value: (get) => ratio(get(caseId, "ours-loop", "perCpuSecond"), get(caseId, "rival", "perCpuSecond")),
  op: "≥",
  limit: 2,
  unit: "×",
});
const absolute = (what, caseId, entry, metric, limit, unit) => ({
  what,
  case: caseId,
  value: (get) => get(caseId, entry, metric),
  op: "≤",
  limit,
  unit,
});

export const TARGETS = [
  flood("stream handler messages/s / stock", STREAM, "stock", "perSecond", "≥", 20),
  flood("stream handler messages/s / control", STREAM, CONTROL, "perSecond", "≥", 1.8),
  flood("the same, protobuf", STREAM, CONTROL, "perSecond", "≥", 1.6, PROTOBUF_FLOOD),
  flood("stream handler process CPU per tick / control", STREAM, CONTROL, "cpuNs", "≤", 0.7),
  flood("the same, protobuf", STREAM, CONTROL, "cpuNs", "≤", 0.7, PROTOBUF_FLOOD),
  flood("drop-in events messages/s / stock", EVENTS, "stock", "perSecond", "≥", 6),
  flood("drop-in events messages/s / control events", EVENTS, "control-events", "perSecond", "≥", 1.2),
  flood("the same, protobuf", EVENTS, "control-events", "perSecond", "≥", 1.2, PROTOBUF_FLOOD),
  flood("stream handler process CPU per tick / stock", STREAM, "stock", "cpuNs", "≤", 1 / 20),
  flood(
    "read off the loop: JS thread CPU per tick / stock",
    "ours-stream-thread",
    "stock",
    "jsCpuNs",
    "≤",
    1 / 60,
  ),
  paced("paced p50 / stock", STREAM, "stock", "p50", 1),
  paced("paced p50 / floor", STREAM, "floor", "p50", 1.5),
  paced("paced p50 / control", STREAM, CONTROL, "p50", 0.9),
  paced("paced p99 / control", STREAM, CONTROL, "p99", 0.8),
  paced("paced p99 / stock", STREAM, "stock", "p99", 0.5),
  paced("spin: paced p99 / floor", "ours-stream-spin", "floor", "p99", 1),
  board("sender to a worker on the board, p50 / floor", "ours-board-loop"),
  board("the same, read off the loop", "ours-board-thread"),
  absolute("risk: all checks, p50", "risk", "small", "p50", 400, " ns"),
  absolute("the same, 10,000 working orders and 2,000 symbols", "risk", "large", "p50", 1000, " ns"),
  absolute("stalled loop: ticks lost", "stall", STREAM, "lost", 0, ""),
  absolute("stalled loop: receive stamp behind send stamp, p99", "stall", STREAM, "p99", 3000, " µs"),
  absolute("stalled loop: the feed's full sockets (EAGAIN)", "stall", STREAM, "eagain", 0, ""),
  order("placeOrder hot p50 / stock", "orders-hot", "p50", 0.35),
  order("placeOrder hot p99 / stock", "orders-hot", "p99", 0.35),
  order("placeOrder cold p50 / stock", "orders-cold", "p50", 0.25),
  order("placeOrder with 20,000 ticks/s p50 / stock", "orders-background", "p50", 0.2),
  order("placeOrder with 50,000 ticks/s p99 / stock", "orders-dense-background", "p99", 0.15),
  above(
    "a ticket and its journal above placeOrder, call p50",
    "orders-hot",
    "ours-tickets",
    EVENTS,
    "callP50",
    8,
  ),
  order("placeOrder hot p50 / floor", "orders-hot", "p50", 1.4, "floor"),
  order("placeOrder cold p50 / floor", "orders-cold", "p50", 1.6, "floor"),
  order("placeOrder with 20,000 ticks/s p50 / floor", "orders-background", "p50", 1.5, "floor"),
  order("a prepared order hot p50 / floor", "orders-hot", "p50", 1.2, "floor", "ours-template"),
  order("placeOrder cold p50 / floor, keepWarm", "orders-cold", "p50", 1.2, "floor", "ours-events-warm"),
  order("tick to order through a handler p50 / floor", "orders-react", "p50", 2.5, "floor", "ours-handler"),
  order("tick to armed order p50 / floor", "orders-react", "p50", 1.3, "floor", "ours-armed"),
  order("the same, loop stalled", "orders-react", "p50", 1.3, "floor", "ours-armed-stalled"),
  // Zero to one decimal: what is left is a constant of the run (timers, the profiler), not of a tick.
  absolute("JS heap per tick, stream handler", "heap", STREAM, "bytesPerTick", 0.05, " B"),
  absolute("RSS growth over 10 million ticks", "heap", STREAM, "rssGrowthMiB", 2, " MiB"),
  absolute("stream, 1,000,000 ticks/s: ticks lost", "stream-lossless", "ours-thread", "lost", 0, ""),
  absolute("the same, read off the loop: JS thread", "stream-lossless", "ours-thread", "jsShare", 15, " %"),
  twice("stream, every tick: ticks per CPU second / rival", "stream-flood"),
  twice("stream, conflated: ticks per CPU second / rival", "stream-flood-conflated"),
  absolute("stream, 100,000 ticks/s: lag p99", "stream-paced", "ours-loop", "p99", 1000, " µs"),
  absolute("the same, read off the loop", "stream-paced", "ours-thread", "p99", 1000, " µs"),
  within(
    "CPU per tick, 5,000 subscriptions / 10",
    "stream-subscriptions",
    "ours-loop-5000",
    "ours-loop-10",
    1.5,
  ),
  within("the same, read off the loop", "stream-subscriptions", "ours-thread-5000", "ours-thread-10", 1.5),
  within("CPU per tick, 32 connections / 1", "stream-connections", "ours-loop-32", "ours-loop-1", 1.5),
  within("the same, read off the loop", "stream-connections", "ours-thread-32", "ours-thread-1", 1.5),
  absolute(
    "stalled 2 s: first batch behind the newest values",
    "stream-stall",
    "ours-thread",
    "behindUnits",
    0,
    " µs",
  ),
  absolute("stalled 2 s: handler has caught up", "stream-stall", "ours-thread", "caughtUpMillis", 20, " ms"),
  absolute("stalled 2 s: ticks not accounted for", "stream-stall", "ours-thread", "lost", 0, ""),
  absolute("stalled 2 s: age of the board, p99", "stream-stall", "ours-thread", "ageP99", 3000, " µs"),
  absolute("torn quotes, one symbol", "stream-board", "ours-thread-1", "torn", 0, ""),
  absolute("torn quotes, 500 symbols", "stream-board", "ours-thread-500", "torn", 0, ""),
  absolute("bars, 1,000,000 ticks/s: ticks lost", "bars-lossless", "ours-thread", "lost", 0, ""),
  absolute("the same, read off the loop: JS thread", "bars-lossless", "ours-thread", "jsShare", 20, " %"),
  absolute("the same: whole process", "bars-lossless", "ours-thread", "processShare", 70, " %"),
  {
    ...twice("bars: ticks per CPU second / rival", "bars-flood"),
    limit: 2.5,
  },
  within("bars: CPU per tick, 5,000 / 10", "bars-subscriptions", "ours-loop-5000", "ours-loop-10", 2.5),
  within("the same, read off the loop", "bars-subscriptions", "ours-thread-5000", "ours-thread-10", 2.5),
];

/** The targets that the cases of this run can answer, judged: `met` is undefined where a value is missing. */
export function judge(get, caseIds) {
  return TARGETS.filter((target) => caseIds.includes(target.case)).map((target) => {
    const value = target.value(get);
    const met =
      value === undefined ? undefined : target.op === "≥" ? value >= target.limit : value <= target.limit;
    return {
      what: target.what,
      case: target.case,
      value,
      op: target.op,
      limit: target.limit,
      unit: target.unit,
      met,
    };
  });
}
