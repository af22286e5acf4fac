import type * as csv from "csv-parse/sync";
import { IBKRError } from "../../domain/ibkr-error.js";
import { problem } from "../../validation/problem.js";

/** What a line of a tick file says: the best bid, the best ask, or a trade. */
export type TickKind = "bid" | "ask" | "last";

export interface FileTick {
  /** Milliseconds since 1970 UTC. */
  time: number;
  /** As the file has it: `AAPL`, or `EUR:CASH:USD`. */
  symbol: string;
  kind: TickKind;
  price: number;
  size: number;
}

/** A line of a tick file that cannot be read. */
export class TickFileError extends IBKRError {
  /** @param file where the line is, if it is known */
  constructor(
    readonly line: number,
    private readonly what: string,
    file = "",
  ) {
    super("ERR_IBKR_FILE", `${file === "" ? "" : `${file} `}line ${line}: ${what}`);
  }

  /** The same, said of a file. */
  in(file: string): TickFileError {
    return new TickFileError(this.line, this.what, file);
  }
}

const KINDS: readonly string[] = ["bid", "ask", "last"];
const HEADER = ["time", "symbol", "kind", "price", "size"];

/**
 * Reads ticks in CSV: `time,symbol,kind,price,size`. Times are ISO 8601 (with `Z` or an offset), or seconds or
 * milliseconds since 1970, and do not go back. A first line with the names of the columns, empty lines and lines that
 * begin with `#` are skipped.
 * @throws TickFileError with the number of the first line that cannot be read
 */
export function parseTickFile(text: string): FileTick[] {
  const ticks: FileTick[] = [];
  for (const { cells, line } of recordsOf(text)) {
    if (cells.join().toLowerCase() === HEADER.join()) continue;
    const tick = parseTick(cells, line);
    const last = ticks.at(-1);
    if (last !== undefined && tick.time < last.time) {
      throw new TickFileError(line, `time ${cells[0]} is before that of the tick above it`);
    }
    ticks.push(tick);
  }
  if (ticks.length === 0) throw new TickFileError(text.split("\n").length, "there is no tick");
  return ticks;
}

interface CsvRecord {
  cells: string[];
  /** From 1 on. */
  line: number;
}

function recordsOf(text: string): CsvRecord[] {
  const { CsvError, parse } = csvParser();
  const records: CsvRecord[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      comment: "#",
      // A symbol may have one in it.
      comment_no_infix: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      on_record: (cells: string[], { lines }) => {
        records.push({ cells, line: lines });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new TickFileError(records.length === 0 ? 1 : records[records.length - 1].line + 1, error.message);
  }
  return records;
}

let loaded: typeof csv | undefined;

/** The CSV parser, loaded when there is a file to read: a program without one should not wait for it. */
function csvParser(): typeof csv {
  loaded ??= require("csv-parse/sync") as typeof csv;
  return loaded;
}

function parseTick(cells: string[], line: number): FileTick {
  const fail = (name: string, value: string | undefined, allowed: string): never => {
    throw new TickFileError(line, problem(name, value ?? "", allowed));
  };
  if (cells.length !== HEADER.length) {
    throw new TickFileError(line, `${cells.length} columns (allowed: ${HEADER.join(", ")})`);
  }
  const [time, symbol, kindText, priceText, sizeText] = cells;
  const kind = kindText.toLowerCase();
  const at =
    parseTime(time) ?? fail("time", time, "ISO 8601 with a zone, or seconds or milliseconds since 1970");
  if (symbol === "") fail("symbol", symbol, "a symbol");
  if (!KINDS.includes(kind)) fail("kind", kindText, KINDS.join(", "));
  const price = Number(priceText);
  if (priceText === "" || !(price > 0) || !Number.isFinite(price))
    fail("price", priceText, "a number above 0");
  const size = Number(sizeText);
  if (sizeText === "" || !(size >= 0) || !Number.isFinite(size)) fail("size", sizeText, "a number from 0 on");
  return { time: at, symbol, kind: kind as TickKind, price, size };
}

/** Seconds since 1970 stay below this until the year 5138; milliseconds are above it since 1973. */
const FIRST_MILLISECONDS = 1e11;

function parseTime(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text);
    return Math.round(value < FIRST_MILLISECONDS ? value * 1000 : value);
  }
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  const value = Date.parse(text.replace(" ", "T"));
  return Number.isNaN(value) ? undefined : value;
}
