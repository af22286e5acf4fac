import { clip, count, price, signed, UNKNOWN } from "./format.js";
import type { QuoteRow } from "./quote-table.js";
import type { Ink, Paint } from "./style.js";

interface TableColumn {
  readonly title: string;
  readonly width: number;
  /** Columns with higher numbers go first where the width does not suffice for all. */
  readonly rank: number;
  cell(row: QuoteRow): string;
  ink?(row: QuoteRow): Ink;
}

const changeOf = (row: QuoteRow) => row.last - row.close;
const changePercentOf = (row: QuoteRow) => (row.close > 0 ? (100 * changeOf(row)) / row.close : Number.NaN);
const inkOf = (value: number): Ink => (value > 0 ? "up" : value < 0 ? "down" : "plain");
const percent = (value: number) => (Number.isFinite(value) ? `${signed(value, 2)} %` : UNKNOWN);

const COLUMNS: readonly TableColumn[] = [
  { title: "SYMBOL", width: 8, rank: 0, cell: (r) => r.symbol, ink: () => "bold" },
  { title: "BID SIZE", width: 9, rank: 5, cell: (r) => count(r.bidSize) },
  { title: "BID", width: 9, rank: 1, cell: (r) => price(r.bid, r.decimals) },
  { title: "ASK", width: 9, rank: 1, cell: (r) => price(r.ask, r.decimals) },
  { title: "ASK SIZE", width: 9, rank: 5, cell: (r) => count(r.askSize) },
  {
    title: "LAST",
    width: 9,
    rank: 0,
    cell: (r) => price(r.last, r.decimals),
    ink: (r) => inkOf(r.direction),
  },
  {
    title: "CHANGE",
    width: 8,
    rank: 6,
    cell: (r) => signed(changeOf(r), r.decimals),
    ink: (r) => inkOf(changeOf(r)),
  },
  {
    title: "CHG %",
    width: 8,
    rank: 2,
    cell: (r) => percent(changePercentOf(r)),
    ink: (r) => inkOf(changeOf(r)),
  },
  { title: "HIGH", width: 9, rank: 7, cell: (r) => price(r.high, r.decimals) },
  { title: "LOW", width: 9, rank: 7, cell: (r) => price(r.low, r.decimals) },
  { title: "VOLUME", width: 12, rank: 4, cell: (r) => count(r.volume) },
  { title: "TICKS", width: 8, rank: 8, cell: (r) => count(r.ticks) },
];

const GAP = 1;
/** Between two tables side by side. */
const BLOCK_GAP = "  │ ";
/** Symbol, bid, ask and last: narrower tables do not stand side by side. */
const NARROWEST = widthOf(COLUMNS.filter((column) => column.rank <= 1));

/** The lines of the table: its header, then the symbols; tables side by side where that is how they fit the height. */
export function renderTable(
  rows: readonly QuoteRow[],
  width: number,
  height: number,
  paint: Paint,
): string[] {
  if (height < 2 || rows.length === 0) return [];
  const perBlock = height - 1;
  const wanted = Math.ceil(rows.length / perBlock);
  const possible = Math.floor((width + BLOCK_GAP.length) / (NARROWEST + BLOCK_GAP.length));
  const blocks = Math.max(1, Math.min(wanted, possible));
  if (blocks < wanted) return renderSome(rows, width, height, blocks, paint);
  return renderBlocks(rows, width, blocks, Math.ceil(rows.length / blocks), paint);
}

/** As many rows as there is room for, and a line that says how many are missing. */
function renderSome(
  rows: readonly QuoteRow[],
  width: number,
  height: number,
  blocks: number,
  paint: Paint,
): string[] {
  const perBlock = Math.max(0, height - 2);
  const shown = rows.slice(0, perBlock * blocks);
  const missing = `… ${rows.length - shown.length} more symbols: the terminal is too small to show them`;
  const lines = shown.length === 0 ? [] : renderBlocks(shown, width, blocks, perBlock, paint);
  return [...lines, paint(clip(missing, width), "dim")];
}

function renderBlocks(
  rows: readonly QuoteRow[],
  width: number,
  blocks: number,
  perBlock: number,
  paint: Paint,
): string[] {
  const blockWidth = Math.floor((width - (blocks - 1) * BLOCK_GAP.length) / blocks);
  const columns = columnsFor(blockWidth);
  const header = paint(columns.map((column, i) => align(column.title, column.width, i)).join(" "), "dim");
  const gap = paint(BLOCK_GAP, "dim");
  const lines = [Array.from({ length: blocks }, () => header).join(gap)];
  for (let line = 0; line < perBlock; line++) {
    const cells: string[] = [];
    for (let block = 0; block < blocks; block++) {
      const row = rows[block * perBlock + line];
      if (row !== undefined) cells.push(renderRow(row, columns, paint));
    }
    lines.push(cells.join(gap));
  }
  return lines;
}

function renderRow(row: QuoteRow, columns: readonly TableColumn[], paint: Paint): string {
  if (row.note !== "") {
    const [symbol] = columns;
    const room = widthOf(columns) - symbol.width - GAP;
    return `${paint(align(row.symbol, symbol.width, 0), "bold")} ${paint(clip(row.note, room).padEnd(room), "warn")}`;
  }
  return columns
    .map((column, i) => paint(align(column.cell(row), column.width, i), column.ink?.(row) ?? "plain"))
    .join(" ");
}

/** The columns that fit a width: the least important ones go first, symbol and last price never. */
export function columnsFor(width: number): readonly TableColumn[] {
  let columns = COLUMNS;
  for (let rank = 8; rank > 0 && widthOf(columns) > width; rank--) {
    columns = columns.filter((column) => column.rank < rank);
  }
  return columns;
}

function widthOf(columns: readonly TableColumn[]): number {
  return columns.reduce((sum, column) => sum + column.width + GAP, -GAP);
}

/** The first column is text, the others are numbers. */
function align(text: string, width: number, index: number): string {
  return index === 0 ? clip(text, width).padEnd(width) : text.padStart(width);
}
