// The tables on the terminal.

const count = (value) =>
  value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : Math.round(value).toLocaleString("en");
const nanos = (value) => (value == null ? "–" : value.toFixed(1));
const micros = (value) => (value == null ? "–" : value >= 1000 ? count(value) : value.toFixed(1));

/** Columns of each kind of case: title, metric, how to print it, and whether more is better. */
const COLUMNS = {
  flood: [
    ["messages/s", "perSecond", count],
    ["process CPU ns/tick", "cpuNs", nanos],
    ["JS thread CPU ns/tick", "jsCpuNs", nanos],
  ],
  paced: [
    ["p50 µs", "p50", micros],
    ["p95 µs", "p95", micros],
    ["p99 µs", "p99", micros],
  ],
  orders: [
    ["p50 µs", "p50", micros],
    ["p95 µs", "p95", micros],
    ["p99 µs", "p99", micros],
    ["call p50 µs", "callP50", micros],
  ],
  stall: [
    ["lost", "lost", count],
    ["p50 µs", "p50", micros],
    ["p99 µs", "p99", micros],
    ["feed's EAGAIN", "eagain", count],
    ["feed blocked µs", "blockedMicros", count],
  ],
  stream: [
    ["ticks/s", "perSecond", count],
    ["process CPU ns/tick", "cpuNs", nanos],
    ["JS thread %", "jsShare", nanos],
    ["lag p50 µs", "p50", micros],
    ["p99 µs", "p99", micros],
    ["max µs", "max", micros],
    ["lost", "lost", count],
    ["feed CPU %", "feedShare", nanos],
    ["late p99 µs", "feedLateP99", micros],
  ],
  streamFlood: [
    ["ticks/s", "perSecond", count],
    ["ticks/CPU s", "perCpuSecond", count],
    ["process CPU ns/tick", "cpuNs", nanos],
    ["JS thread CPU ns/tick", "jsCpuNs", nanos],
    ["lost", "lost", count],
  ],
  streamStall: [
    ["caught up ms", "caughtUpMillis", nanos],
    ["old ticks first", "staleTicks", count],
    ["first batch behind", "behindUnits", count],
    ["board age p50 µs", "ageP50", micros],
    ["p99 µs", "ageP99", micros],
    ["max µs", "ageMax", micros],
    ["worker's slowest turn µs", "slowestLookMicros", micros],
    ["lost", "lost", count],
    ["feed's EAGAIN", "eagain", count],
  ],
  streamBoard: [
    ["reads", "reads", count],
    ["reads/s", "readsPerSecond", count],
    ["torn", "torn", count],
    ["lost", "lost", count],
  ],
  risk: [
    ["p50 ns", "p50", nanos],
    ["p99 ns", "p99", nanos],
    ["mean ns, no clock", "meanNs", nanos],
    ["release p50 ns", "releaseP50", nanos],
    ["clock p50 ns", "clockP50", nanos],
    ["instructions", "instructions", (v) => (v == null ? "–" : count(v))],
  ],
  heap: [
    ["ticks", "ticks", count],
    ["heap bytes/tick", "bytesPerTick", (v) => v.toFixed(3)],
    ["collections", "collections", count],
    ["RSS growth MiB", "rssGrowthMiB", (v) => v.toFixed(2)],
  ],
};

/** Which metric the ratios of a row compare. */
const RATIO_METRIC = {
  flood: "perSecond",
  paced: "p50",
  orders: "p50",
  stall: "p99",
  stream: "cpuNs",
  streamFlood: "perCpuSecond",
};

/** Lines of a table: the first column to the left, the others to the right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => [...row[column]].length)));
  const pad = (cell, column) =>
    column === 0 ? cell.padEnd(widths[0]) : " ".repeat(widths[column] - [...cell].length) + cell;
  const lines = rows.map((row) => row.map(pad).join("  "));
  lines.splice(1, 0, widths.map((width) => "─".repeat(width)).join("  "));
  return lines.join("\n");
}

const ratioText = (value) =>
  Number.isFinite(value) ? `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)}×` : "–";

/** The table of one case; `entries` are [{ id, label, median, failed }]. */
export function caseTable({ title, kind }, entries) {
  const columns = COLUMNS[kind];
  const metric = RATIO_METRIC[kind];
  const rivals = metric
    ? ["stock", "control-stream", "control-events", "floor", "rival"].filter((id) =>
        entries.some((e) => e.id === id && e.median),
      )
    : [];
  const short = {
    stock: "stock",
    "control-stream": "control",
    "control-events": "control ev.",
    floor: "floor",
    rival: "rival",
  };
  const header = [title, ...columns.map(([name]) => name), ...rivals.map((id) => `/ ${short[id]}`)];
  const rows = entries.map((entry) => {
    if (!entry.median) return [entry.label, "FAILED", ...header.slice(2).map(() => "")];
    const ratios = rivals.map((id) =>
      entry.id === id
        ? "1"
        : ratioText(entry.median[metric] / entries.find((e) => e.id === id).median[metric]),
    );
    return [entry.label, ...columns.map(([, name, print]) => print(entry.median[name])), ...ratios];
  });
  return table([header, ...rows]);
}

function number(value, unit) {
  if (value === undefined || Number.isNaN(value)) return "–";
  const digits = value !== 0 && Math.abs(value) < 0.1 ? value.toFixed(4) : value.toFixed(value < 10 ? 2 : 1);
  return digits + unit;
}

const MARK = new Map([
  [true, "pass"],
  [false, "FALLS SHORT"],
  [undefined, "not measured"],
]);

export function targetTable(judged) {
  const rows = judged.map(({ what, value, op, limit, unit, met }) => [
    what,
    number(value, unit),
    `${op} ${number(limit, unit)}`,
    MARK.get(met),
  ]);
  return table([["Target", "measured", "wanted", ""], ...rows]);
}

export function microTable(results) {
  const rows = results.map(({ name, nanosPerItem }) => [name, nanosPerItem.toFixed(1)]);
  return table([["Micro (tinybench)", "ns each"], ...rows]);
}
