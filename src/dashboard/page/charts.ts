// The chart of bars and the day's curve, drawn by uPlot, in the page's colours.
import type UPlot from "uplot";
import type { ChartBar, ChartUpdate, PnlUpdate } from "../update.js";
import { byId, setText } from "./cells.js";

declare const uPlot: typeof UPlot;

/** Bars that are drawn at once: those that the eye can tell apart. */
const MOST_DRAWN = 180;
const MOST_KEPT = 1_200;

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axis(size: number): UPlot.Axis {
  const dim = color("--dim");
  const line = color("--line");
  const font = '11px system-ui, "Liberation Sans", sans-serif';
  return {
    stroke: dim,
    font,
    size,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
  };
}

const clockTimes: UPlot.Axis["values"] = (_plot, values) =>
  values.map((seconds) =>
    new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }),
  );

/** A plot that fills its element, and is made anew when the colours change. */
class Plot {
  private plot: UPlot | undefined;
  private data: UPlot.AlignedData | undefined;
  private readonly element: HTMLElement;

  constructor(
    id: string,
    private readonly options: () => Omit<UPlot.Options, "width" | "height">,
  ) {
    this.element = byId(id);
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.make());
  }

  show(data: UPlot.AlignedData): void {
    this.data = data;
    if (this.plot === undefined) this.make();
    else this.plot.setData(data);
  }

  private make(): void {
    if (this.data === undefined) return;
    this.plot?.destroy();
    this.plot = new uPlot({ ...this.options(), ...this.size() }, this.data, this.element);
  }

  private size(): { width: number; height: number } {
    return {
      width: Math.max(120, this.element.clientWidth),
      height: Math.max(80, this.element.clientHeight),
    };
  }
}

/** Bars stand side by side, whatever time lies between them: the axis has their numbers, and says their times. */
function barTimes(times: () => readonly number[]): UPlot.Axis["values"] {
  return (_plot, numbers) =>
    numbers.map((number) => {
      const startMs = Number.isInteger(number) ? times()[number] : undefined;
      if (startMs === undefined) return "";
      return new Date(startMs).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    });
}

/** Open, high, low, close as candles over the scale of prices, volumes below them. */
function drawCandles(plot: UPlot): void {
  const { ctx, bbox } = plot;
  const [times, opens, highs, lows, closes, volumes] = plot.data as unknown as number[][];
  if (times === undefined || times.length === 0) return;
  const [up, down] = [color("--up"), color("--down")];
  const width = Math.max(1, Math.min(14 * devicePixelRatio, (bbox.width / times.length) * 0.7));
  const mostVolume = Math.max(1, ...(volumes as number[]));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  times.forEach((time, i) => {
    const [open, high, low, close] = [opens, highs, lows, closes].map((column) => column?.[i] as number) as [
      number,
      number,
      number,
      number,
    ];
    const x = Math.round(plot.valToPos(time, "x", true));
    const y = (price: number) => Math.round(plot.valToPos(price, "y", true));
    ctx.fillStyle = close >= open ? up : down;
    ctx.globalAlpha = 0.22;
    const volumeHeight = ((volumes?.[i] ?? 0) / mostVolume) * bbox.height * 0.18;
    ctx.fillRect(x - width / 2, bbox.top + bbox.height - volumeHeight, width, volumeHeight);
    ctx.globalAlpha = 1;
    ctx.fillRect(x - devicePixelRatio / 2, y(high), devicePixelRatio, Math.max(1, y(low) - y(high)));
    const [top, bottom] = [y(Math.max(open, close)), y(Math.min(open, close))];
    ctx.fillRect(x - width / 2, top, width, Math.max(devicePixelRatio, bottom - top));
  });
  ctx.restore();
}

export class BarChart {
  private key = "";
  private bars: ChartBar[] = [];
  private times: readonly number[] = [];
  private readonly plot = new Plot("chart", () => ({
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { show: false },
    scales: {
      x: { time: false, range: (_plot, low, high) => [low - 1, high + 1] },
      y: { range: (_plot, low, high) => [low - (high - low) * 0.22, high + (high - low) * 0.06] },
    },
    axes: [
      { ...axis(28), values: barTimes(() => this.times), incrs: [5, 10, 15, 30, 60] },
      { ...axis(62), side: 1 },
    ],
    series: [
      {},
      // Only the scale is of them; drawCandles draws.
      ...["open", "high", "low", "close"].map((label) => ({
        label,
        paths: () => null,
        points: { show: false },
      })),
      { label: "volume", scale: "volume", paths: () => null, points: { show: false } },
    ],
    hooks: { draw: [drawCandles] },
  }));

  show({ key, symbol, size, isWhole, bars }: ChartUpdate): void {
    if (isWhole || key !== this.key) this.bars = [];
    this.key = key;
    const [first] = bars;
    if (first !== undefined) {
      const before = this.bars.filter(([startMs]) => startMs < first[0]);
      this.bars = [...before, ...bars].slice(-MOST_KEPT);
    }
    setText(byId("chart-name"), `${symbol} · ${size}`);
    const shown = this.bars.slice(-MOST_DRAWN);
    const [, , high, low, close] = shown.at(-1) ?? [];
    setText(
      byId("chart-last"),
      close === undefined ? "no bar yet" : `high ${high}  low ${low}  close ${close}`,
    );
    const column = (at: number) => shown.map((bar) => bar[at] as number);
    this.times = column(0);
    this.plot.show([
      this.times.map((_, number) => number),
      column(1),
      column(2),
      column(3),
      column(4),
      column(5),
    ]);
  }
}

export class PnlCurve {
  private points: (readonly [number, number])[] = [];
  private readonly plot = new Plot("curve", () => ({
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { show: false },
    scales: { x: { time: true }, y: { range: (_plot, low, high) => around(low, high) } },
    axes: [
      { ...axis(28), values: clockTimes },
      { ...axis(62), side: 1 },
    ],
    series: [
      {},
      { stroke: color("--accent"), width: 2, fill: `${color("--accent")}22`, points: { show: false } },
    ],
  }));

  show({ isWhole, points }: PnlUpdate): void {
    const [first] = points;
    if (first === undefined) return;
    this.points = [...(isWhole ? [] : this.points.filter(([atMs]) => atMs < first[0])), ...points];
    this.plot.show([this.points.map(([atMs]) => atMs / 1000), this.points.map(([, amount]) => amount)]);
  }
}

/** The scale always has the zero in it. */
function around(low: number, high: number): [number, number] {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  const room = Math.max(1, (to - from) * 0.08);
  return [from - room, to + room];
}
