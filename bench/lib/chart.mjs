// One SVG with a panel of horizontal bars per case.

const WIDTH = 900;
const LABEL = 250;
const VALUE = 110;
const BAR = 18;
const GAP = 6;
const HEAD = 46;
const BARS = WIDTH - LABEL - VALUE - 30;

const COLOURS = {
  ours: "#2563eb",
  stock: "#9ca3af",
  control: "#d97706",
  floor: "#059669",
  stream: "#2563eb",
  "stream-rival": "#d97706",
  risk: "#2563eb",
};

/** The metric a panel shows and how its numbers read. */
const PANELS = {
  flood: {
    metric: "perSecond",
    note: "million messages/s, more is better",
    print: (v) => (v / 1e6).toFixed(2),
  },
  paced: {
    metric: "p50",
    second: "p99",
    note: "µs, p50 (pale: p99), logarithmic, less is better",
    low: 1,
    print: (v) => v.toFixed(1),
  },
  risk: {
    metric: "p50",
    second: "p99",
    note: "ns, p50 (pale: p99), less is better",
    print: (v) => v.toFixed(0),
  },
  orders: {
    metric: "p50",
    second: "p99",
    note: "µs, p50 (pale: p99), logarithmic, less is better",
    low: 1,
    print: (v) => v.toFixed(1),
  },
  stall: {
    metric: "p99",
    note: "µs at p99, logarithmic, less is better",
    low: 1,
    print: (v) => Math.round(v).toLocaleString("en"),
  },
  stream: {
    metric: "cpuNs",
    note: "ns of CPU per tick, less is better",
    print: (v) => v.toFixed(1),
  },
  streamFlood: {
    metric: "perCpuSecond",
    note: "million ticks per CPU second, more is better",
    print: (v) => (v / 1e6).toFixed(2),
  },
  streamStall: {
    metric: "ageP99",
    note: "age of the board at p99 in µs, logarithmic, less is better",
    low: 1,
    print: (v) => Math.round(v).toLocaleString("en"),
  },
  streamBoard: {
    metric: "readsPerSecond",
    note: "million quotes read per second, more is better",
    print: (v) => (v / 1e6).toFixed(2),
  },
  heap: {
    metric: "bytesPerTick",
    note: "bytes per tick, logarithmic, less is better",
    low: 0.01,
    print: (v) => v.toFixed(2),
  },
};

const escapeXml = (content) =>
  content.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);

const text = (x, y, content, extra = "") => `<text x="${x}" y="${y}" ${extra}>${escapeXml(content)}</text>`;

/** Length of a bar; with `low` logarithmic, and `low` has none. */
function scale({ low }, largest) {
  if (low === undefined) return (value) => (value / largest) * BARS;
  const whole = Math.log(Math.max(largest, 2 * low) / low);
  return (value) => (Math.log(Math.max(value, low) / low) / whole) * BARS;
}

function panel({ title, kind, entries }, top) {
  const form = PANELS[kind];
  const shown = entries.filter((entry) => entry.median);
  const values = shown.flatMap(({ median }) => [median[form.metric], form.second ? median[form.second] : 0]);
  const length = scale(form, Math.max(...values));
  const parts = [
    text(10, top + 18, title, 'font-weight="600"'),
    text(10, top + 35, form.note, 'font-size="11" fill="#6b7280"'),
  ];
  shown.forEach(({ label, client, median }, row) => {
    const y = top + HEAD + row * (BAR + GAP);
    const bar = (value, opacity) =>
      `<rect x="${LABEL}" y="${y}" width="${Math.max(1, length(value)).toFixed(1)}" height="${BAR}" rx="2" fill="${COLOURS[client]}" opacity="${opacity}"/>`;
    const value = median[form.metric];
    const second = form.second ? median[form.second] : undefined;
    const end = LABEL + Math.max(length(value), second === undefined ? 0 : length(second)) + 6;
    const caption = second === undefined ? form.print(value) : `${form.print(value)} / ${form.print(second)}`;
    parts.push(
      text(LABEL - 8, y + 13, label, 'text-anchor="end"'),
      ...(second === undefined ? [] : [bar(second, 0.35)]),
      bar(value, 1),
      text(end.toFixed(1), y + 13, caption),
    );
  });
  return { svg: parts.join("\n"), height: HEAD + shown.length * (BAR + GAP) + 18 };
}

/** The chart of `cases`, [{ title, kind, entries }]; failed entries are left out. */
export function chart(cases, caption) {
  let top = 40;
  const panels = [];
  for (const benchCase of cases.filter(({ entries }) => entries.some((entry) => entry.median))) {
    const { svg, height } = panel(benchCase, top);
    panels.push(svg);
    top += height;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" font-family="system-ui, sans-serif" font-size="12" fill="#111827">`,
    `<rect width="${WIDTH}" height="${top}" fill="#ffffff"/>`,
    text(10, 24, caption, 'font-size="11" fill="#6b7280"'),
    ...panels,
    "</svg>",
    "",
  ].join("\n");
}
