import type { Fill, Holding } from "./blotter.js";
import { count, duration, price, signed, UNKNOWN, wrap } from "./format.js";
import type { Histogram } from "./histogram.js";
import type { Scene } from "./scene.js";
import type { Paint } from "./style.js";

/** One measured duration. */
export interface Measurement {
  readonly what: string;
  readonly samples: Histogram;
}

export interface Summary {
  /** Label and text, in order. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly measurements: readonly Measurement[];
  /** What the measurements are made of, a line each. */
  readonly remarks?: readonly string[];
  /** Undefined where the demo did not trade. */
  readonly fills: readonly Fill[] | undefined;
  /** Undefined where they were not asked for. */
  readonly positions: readonly Holding[] | undefined;
  /** What did not go as it should. */
  readonly problems: readonly string[];
}

/** What can be said of every connection. */
export function sessionFacts(scene: Scene): Summary["facts"] {
  const { table, ib, link, options, averageRate, peak, streamedSeconds } = scene;
  const { clientId, readMode } = options.client;
  const { stats } = ib;
  const rate = `${count(Math.round(averageRate))} ticks/s${peak > 0 ? `, at most ${count(peak)} in a second` : ""}`;
  const facts: [string, string][] = [
    ["connection", `${options.where}, server version ${link.serverVersion}, client id ${clientId}`],
  ];
  if (table.symbols.length > 0) {
    facts.push([
      "market data",
      `${table.symbols.length} ${table.symbols.length === 1 ? "symbol" : "symbols"}${table.delayed ? " (delayed data)" : ""}, ` +
        `${count(table.ticks)} ticks in ${streamedSeconds.toFixed(1)} s${options.measured ? `: ${rate}` : ""}`,
    ]);
  }
  if (stats !== undefined) {
    const odd = stats.malformed + stats.trailing;
    facts.push([
      "socket",
      `read mode ${readMode}: ${count(stats.frames)} messages, ${count(stats.bytesRead)} bytes in ${count(stats.reads)} reads` +
        `${stats.guardTakeovers > 0 ? `, ${count(stats.guardReads)} of them by the guard thread` : ""}` +
        `${odd > 0 ? `; ${count(odd)} messages could not be read` : ""}`,
    ]);
  }
  return facts;
}

/** How long ticks took to the handler, from the earliest moment that is known. */
export function tickMeasurement({ table, ib }: Scene): Measurement {
  const from = ib.stats?.kernelStamps ? "arrival" : "read";
  return { what: `tick: ${from} to handler`, samples: table.latency };
}

const LABEL = 14;
const WHAT = 33;
const NUMBER = 9;

/** The lines the demo ends with. */
export function renderSummary(summary: Summary, width: number, paint: Paint): string[] {
  const facts = summary.facts.flatMap(([label, text]) =>
    wrap(text, width - LABEL - 2).map((line, i) => `  ${(i === 0 ? label : "").padEnd(LABEL)}${line}`),
  );
  const problems = summary.problems.map((problem) => paint(`  ! ${problem}`, "warn"));
  return [
    "",
    paint("Summary", "bold"),
    ...facts,
    ...renderMeasurements(
      summary.measurements,
      (summary.remarks ?? []).flatMap((remark) => wrap(remark, width - 2)),
      paint,
    ),
    ...(summary.fills === undefined ? [] : renderFills(summary.fills, paint)),
    ...(summary.positions === undefined ? [] : renderPositions(summary.positions, paint)),
    ...(problems.length === 0 ? [] : ["", paint("  Problems", "bold"), ...problems]),
  ];
}

function renderMeasurements(
  measurements: readonly Measurement[],
  remarks: readonly string[],
  paint: Paint,
): string[] {
  const measured = measurements.filter(({ samples }) => samples.count > 0);
  if (measured.length === 0) return [];
  const lines = measured.map(({ what, samples }) => {
    const percentiles = [50, 95, 99].map((percent) => duration(samples.percentileIfKnown(percent)));
    return `  ${what.padEnd(WHAT)}${numbers([count(samples.count), ...percentiles, duration(samples.max)])}`;
  });
  const header = `  ${"Latency".padEnd(WHAT)}${numbers(["samples", "p50", "p95", "p99", "max"])}`;
  return ["", paint(header, "bold"), ...lines, ...remarks.map((remark) => paint(`  ${remark}`, "dim"))];
}

function numbers(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(NUMBER)).join("");
}

function renderFills(fills: readonly Fill[], paint: Paint): string[] {
  const header = fillLine(
    "Fills",
    "side",
    "quantity",
    "symbol",
    "price",
    "exchange",
    "commission",
    "realized P&L",
  );
  if (fills.length === 0) return ["", paint(header, "bold"), "  none"];
  const lines = fills.map((fill) =>
    fillLine(
      `order ${fill.orderId}`,
      fill.side,
      count(fill.quantity),
      fill.symbol,
      price(fill.price),
      fill.venue,
      money(fill.commission, fill.currency, price),
      money(fill.realizedPnl, fill.currency, (value) => signed(value, 2)),
    ),
  );
  return ["", paint(header, "bold"), ...lines, ...totalOf(fills)];
}

function fillLine(...cells: readonly string[]): string {
  const [order, side, quantity, symbol, at, venue, commission, pnl] = cells;
  return (
    `  ${order.padEnd(9)}${side.padEnd(4)}${quantity.padStart(9)}  ${symbol.padEnd(7)}${at.padStart(10)}  ` +
    `${venue.padEnd(8)}${commission.padStart(11)}${pnl.padStart(14)}`
  );
}

function totalOf(fills: readonly Fill[]): string[] {
  const currencies = new Set(fills.map((fill) => fill.currency));
  const known = fills.every((fill) => Number.isFinite(fill.commission));
  if (fills.length < 2 || currencies.size !== 1 || !known) return [];
  const [currency] = currencies;
  const commission = fills.reduce((sum, fill) => sum + fill.commission, 0);
  const pnls = fills.map((fill) => fill.realizedPnl).filter(Number.isFinite);
  const pnl = pnls.length === 0 ? Number.NaN : pnls.reduce((sum, value) => sum + value, 0);
  const total = money(pnl, currency, (value) => signed(value, 2));
  return [fillLine("in all", "", "", "", "", "", money(commission, currency, price), total)];
}

function money(value: number, currency: string, render: (value: number) => string): string {
  return Number.isFinite(value) ? `${render(value)} ${currency}` : UNKNOWN;
}

function renderPositions(positions: readonly Holding[], paint: Paint): string[] {
  const lines = positions.map(
    ({ account, symbol, quantity, averageCost }) =>
      `  ${account.padEnd(16)}${symbol.padEnd(10)}${count(quantity).padStart(10)}  at ${price(averageCost)} on average`,
  );
  return [
    "",
    paint("  Positions after", "bold"),
    ...(lines.length === 0 ? ["  none: the account is flat"] : lines),
  ];
}
