import type { QuoteRow } from "../../../src/cli/demo/quote-table.js";

const UNKNOWN: QuoteRow = {
  symbol: "",
  decimals: 2,
  bid: Number.NaN,
  bidSize: Number.NaN,
  ask: Number.NaN,
  askSize: Number.NaN,
  last: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
  volume: Number.NaN,
  close: Number.NaN,
  direction: 0,
  ticks: 0,
  note: "",
};

/** A row of the quote table; what is not given is unknown. */
export function quoteRow(symbol: string, values: Partial<QuoteRow> = {}): QuoteRow {
  return { ...UNKNOWN, symbol, ...values };
}

export const APPLE = quoteRow("AAPL", {
  bid: 308.48,
  bidSize: 160,
  ask: 308.51,
  askSize: 120,
  last: 308.49,
  high: 313.59,
  low: 308.21,
  volume: 386_500,
  close: 310.34,
  direction: -1,
  ticks: 11,
});

export function manyRows(count: number): QuoteRow[] {
  return Array.from({ length: count }, (_, i) => ({ ...APPLE, symbol: `SYM${i}` }));
}
