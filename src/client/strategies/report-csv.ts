import type * as csv from "csv-stringify/sync";
import { type Money, moneyText, perUnit, quantityText } from "./amounts.js";
import type { ExactFigures } from "./figures.js";
import { type ExactContract, type ExactTotal, labelOf, pnlOf, winRateOf } from "./report-rows.js";
import type { TradingDay } from "./trading-day.js";

let loaded: typeof csv | undefined;

/** Loaded when the first report is written. */
function csvStringify(): typeof csv {
  loaded ??= require("csv-stringify/sync") as typeof csv;
  return loaded;
}

const COLUMNS = [
  "day",
  "row",
  "scope",
  "strategy",
  "account",
  "conId",
  "contract",
  "currency",
  "trades",
  "orders",
  "roundTrips",
  "wins",
  "winRate",
  "commission",
  "realizedPnl",
  "unrealizedPnl",
  "netPnl",
  "grossPnl",
  "netExposure",
  "grossExposure",
  "quantity",
  "averageCost",
  "markPrice",
] as const;

type Line = Partial<Record<(typeof COLUMNS)[number], string | number | undefined>>;

export function reportCsv(
  { day }: TradingDay,
  totals: readonly ExactTotal[],
  contracts: readonly ExactContract[],
): string {
  const lines: Line[] = [
    ...totals.map((row) => ({ day, row: "total", ...lineOf(row) })),
    ...contracts.map((row) => ({ day, row: "contract", ...lineOf(row), ...contractLine(row) })),
  ];
  return csvStringify().stringify(lines, { header: true, columns: [...COLUMNS] });
}

function lineOf({ scope, strategy, currency, figures }: ExactTotal): Line {
  return { scope, strategy, currency, ...figuresLine(figures) };
}

function figuresLine(figures: ExactFigures): Line {
  const { netPnl, grossPnl } = pnlOf(figures);
  const { trades, orders, roundTrips, wins, commission, realized, unrealized, net, gross } = figures;
  return {
    ...{ trades, orders: orders.size, roundTrips, wins, winRate: winRateOf(figures) },
    commission: moneyText(commission),
    realizedPnl: moneyText(realized),
    unrealizedPnl: text(unrealized),
    netPnl: text(netPnl),
    grossPnl: text(grossPnl),
    netExposure: text(net),
    grossExposure: text(gross),
  };
}

function contractLine({ account, contract, figures, markPrice }: ExactContract): Line {
  const { quantity, cost } = figures;
  return {
    account,
    conId: contract.conId,
    contract: labelOf(contract),
    quantity: quantityText(quantity),
    averageCost: quantity === 0n ? undefined : quantityText(perUnit(cost, quantity)),
    markPrice,
  };
}

function text(amount: Money | undefined): string | undefined {
  return amount === undefined ? undefined : moneyText(amount);
}
