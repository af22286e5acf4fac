import { formatIBTime } from "../../time/ib-time.js";
import { type Money, quantityText, roundedText } from "./amounts.js";
import { type ExactContract, type ExactTotal, labelOf, pnlOf, winRateOf } from "./report-rows.js";
import type { TradingDay } from "./trading-day.js";

/** Widths add up to 80 at most; the first column is flush left, the others right. */
interface Column<Row> {
  readonly head: string;
  readonly width: number;
  readonly cell: (row: Row) => string;
  readonly isText?: true;
}

const nameOf = ({ scope, strategy }: ExactTotal) => strategy ?? scope;

const RESULTS: readonly Column<ExactTotal>[] = [
  { head: "Results", width: 15, isText: true, cell: nameOf },
  { head: "Trades", width: 7, cell: ({ figures }) => `${figures.trades}` },
  { head: "Trips", width: 6, cell: ({ figures }) => `${figures.roundTrips}` },
  { head: "Win", width: 5, cell: ({ figures }) => percent(winRateOf(figures)) },
  { head: "Commission", width: 11, cell: ({ figures }) => amount(figures.commission, 11) },
  { head: "Realized", width: 12, cell: ({ figures }) => amount(figures.realized, 12) },
  { head: "Unrealized", width: 12, cell: ({ figures }) => amount(figures.unrealized, 12) },
  { head: "Net P&L", width: 12, cell: ({ figures }) => amount(pnlOf(figures).netPnl, 12) },
];

const EXPOSURES: readonly Column<ExactTotal>[] = [
  { head: "Exposure", width: 15, isText: true, cell: nameOf },
  { head: "Orders", width: 8, cell: ({ figures }) => `${figures.orders.size}` },
  { head: "Gross P&L", width: 19, cell: ({ figures }) => amount(pnlOf(figures).grossPnl, 19) },
  { head: "Net exposure", width: 19, cell: ({ figures }) => amount(figures.net, 19) },
  { head: "Gross exposure", width: 19, cell: ({ figures }) => amount(figures.gross, 19) },
];

const CONTRACTS: readonly Column<ExactContract>[] = [
  { head: "Contracts", width: 15, isText: true, cell: nameOf },
  { head: "", width: 22, isText: true, cell: ({ contract }) => labelOf(contract) },
  { head: "Position", width: 10, cell: ({ figures }) => quantityText(figures.quantity) },
  { head: "Price", width: 10, cell: ({ markPrice }) => `${markPrice ?? "-"}` },
  { head: "Value", width: 12, cell: ({ figures }) => amount(figures.net, 12) },
  { head: "Net P&L", width: 11, cell: ({ figures }) => amount(pnlOf(figures).netPnl, 11) },
];

export function reportTable(
  day: TradingDay,
  createdMs: number,
  totals: readonly ExactTotal[],
  contracts: readonly ExactContract[],
): string {
  const lines = [`Daily report ${day.day}`, spanOf(day, createdMs)];
  const currencies = [...new Set(totals.map(({ currency }) => currency))];
  for (const currency of currencies) {
    const isOf = (row: ExactTotal) => row.currency === currency;
    lines.push("", currency, "");
    lines.push(...tableOf(RESULTS, totals.filter(isOf)), "");
    lines.push(...tableOf(EXPOSURES, totals.filter(isOf)), "");
    const own = contracts.filter((row) => isOf(row) && row.scope !== "netting");
    lines.push(...tableOf(CONTRACTS, own));
  }
  if (currencies.length === 0) lines.push("", "No trades, and nothing is held.");
  return `${lines.join("\n")}\n`;
}

function spanOf({ startMs, endMs, timeZone }: TradingDay, createdMs: number): string {
  const time = (ms: number) =>
    formatIBTime(ms, timeZone).replace(/^(\d{4})(\d\d)(\d\d) (\d\d:\d\d).*/, "$1-$2-$3 $4");
  const until = createdMs < endMs ? `${time(createdMs)}, not over` : time(endMs);
  return `${time(startMs)} to ${until} (${timeZone})`;
}

function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const line = (cells: readonly string[]) =>
    columns
      .map(({ width, isText }, i) =>
        isText === true ? shortened(cells[i], width - 1).padEnd(width) : cells[i].padStart(width),
      )
      .join("")
      .trimEnd();
  return [
    line(columns.map(({ head }) => head)),
    "-".repeat(columns.reduce((sum, { width }) => sum + width, 0)),
    ...rows.map((row) =>
      line(columns.map(({ cell, width, isText }) => fitted(cell(row), isText ? width : width - 1))),
    ),
  ];
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** What is too long for its column is a number with fewer digits, or a text without its end. */
function fitted(text: string, width: number): string {
  if (text.length <= width) return text;
  const number = Number(text.replaceAll(",", ""));
  return Number.isNaN(number) ? shortened(text, width) : number.toPrecision(Math.max(1, width - 7));
}

function percent(share: number | undefined): string {
  return share === undefined ? "-" : `${Math.round(share * 100)}%`;
}

/** Without its hundredths where it would not fit with them. */
function amount(money: Money | undefined, width: number): string {
  if (money === undefined) return "-";
  const text = roundedText(money, 2);
  return text.length < width ? text : roundedText(money, 0);
}
