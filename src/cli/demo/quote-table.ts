import { RecordKind, type RingRecord, UNSET } from "../../index.js";
import { monotonicMicros } from "../../time/monotonic.js";
import { decimalsOf } from "./format.js";
import { Histogram } from "./histogram.js";

/** Columns of one symbol's row of numbers. */
export const Column = {
  BID: 0,
  BID_SIZE: 1,
  ASK: 2,
  ASK_SIZE: 3,
  LAST: 4,
  LAST_SIZE: 5,
  HIGH: 6,
  LOW: 7,
  VOLUME: 8,
  CLOSE: 9,
  OPEN: 10,
  /** +1 after a rise of the last price, -1 after a fall. */
  DIRECTION: 11,
  TICKS: 12,
} as const;
const COLUMNS = 13;

/** Tick types by the column they fill: the live one and its delayed twin. */
const TICK_TYPES: readonly (readonly [column: number, live: number, delayed: number])[] = [
  [Column.BID, 1, 66],
  [Column.BID_SIZE, 0, 69],
  [Column.ASK, 2, 67],
  [Column.ASK_SIZE, 3, 70],
  [Column.LAST, 4, 68],
  [Column.LAST_SIZE, 5, 71],
  [Column.HIGH, 6, 72],
  [Column.LOW, 7, 73],
  [Column.VOLUME, 8, 74],
  [Column.CLOSE, 9, 75],
  [Column.OPEN, 14, 76],
];
const NONE = -1;
const columnOf = new Int8Array(128).fill(NONE);
for (const [column, live, delayed] of TICK_TYPES) {
  columnOf[live] = column;
  columnOf[delayed] = column;
}

/** Request ids of market data begin here: far from order ids, so that an error's id can mean one thing only. */
const FIRST_REQUEST = 1_000_000_000;
const ROWS_PER_ROUND = 1_000;

/** One symbol as the table shows it; numbers are NaN while unknown. */
export interface QuoteRow {
  readonly symbol: string;
  readonly decimals: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  readonly last: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly close: number;
  readonly direction: number;
  readonly ticks: number;
  /** Why there is no data; empty if there is. */
  readonly note: string;
}

/** The newest quotes and how long they took to get here; filled by the stream handler without allocating. */
export class QuoteTable {
  /** From the arrival of a tick's bytes to the handler, µs. */
  readonly latency = new Histogram();
  private readonly values: Float64Array;
  private readonly minTicks: number[];
  private readonly notes: string[];
  private readonly delayedRows = new Set<number>();
  private readonly totals = new Float64Array(1);

  constructor(readonly symbols: readonly string[]) {
    this.values = new Float64Array(symbols.length * COLUMNS).fill(Number.NaN);
    for (let row = 0; row < symbols.length; row++) {
      this.values[row * COLUMNS + Column.TICKS] = 0;
      this.values[row * COLUMNS + Column.DIRECTION] = 0;
    }
    this.minTicks = symbols.map(() => 0);
    this.notes = symbols.map(() => "");
  }

  /** Ticks of all symbols so far. */
  get ticks(): number {
    return this.totals[0];
  }

  /** Some of the symbols get delayed data. */
  get delayed(): boolean {
    return this.delayedRows.size > 0;
  }

  /** @param round 0 for the first request of a row, 1 for the one that repeats it, … */
  requestId(row: number, round = 0): number {
    return FIRST_REQUEST + round * ROWS_PER_ROUND + row;
  }

  /** The row a request belongs to; undefined for ids that are no request of this table. */
  rowOf(reqId: number): number | undefined {
    const row = (reqId - FIRST_REQUEST) % ROWS_PER_ROUND;
    return reqId >= FIRST_REQUEST && row < this.symbols.length ? row : undefined;
  }

  value(row: number, column: number): number {
    return this.values[row * COLUMNS + column];
  }

  setMinTick(row: number, minTick: number): void {
    this.minTicks[row] = minTick;
  }
  minTick(row: number): number {
    return this.minTicks[row];
  }

  setNote(row: number, note: string): void {
    this.notes[row] = note;
  }

  /** @param type 3 and 4 are delayed */
  setMarketDataType(row: number, type: number): void {
    if (type >= 3) this.delayedRows.add(row);
    else this.delayedRows.delete(row);
  }

  /** The stream handler's part: counts, stamps and keeps. */
  take(tick: RingRecord): void {
    const row = tick.reqId - FIRST_REQUEST;
    if (row < 0) return;
    const at = (row % ROWS_PER_ROUND) * COLUMNS;
    if (at >= this.values.length) return;
    this.latency.add(monotonicMicros() - tick.receivedMicros);
    this.values[at + Column.TICKS] += 1;
    this.totals[0] += 1;
    const { kind, field } = tick;
    const column = field >= 0 && field < columnOf.length ? columnOf[field] : NONE;
    if (column === NONE) return;
    if (kind === RecordKind.TICK_PRICE) this.takePrice(at, column, tick.price, tick.size);
    else if (kind === RecordKind.TICK_SIZE && tick.size !== UNSET) this.values[at + column] = tick.size;
  }

  row(row: number): QuoteRow {
    const at = (column: number) => this.value(row, column);
    return {
      symbol: this.symbols[row],
      decimals: decimalsOf(this.minTicks[row]),
      bid: at(Column.BID),
      bidSize: at(Column.BID_SIZE),
      ask: at(Column.ASK),
      askSize: at(Column.ASK_SIZE),
      last: at(Column.LAST),
      high: at(Column.HIGH),
      low: at(Column.LOW),
      volume: at(Column.VOLUME),
      close: at(Column.CLOSE),
      direction: at(Column.DIRECTION),
      ticks: at(Column.TICKS),
      note: at(Column.TICKS) > 0 ? "" : this.notes[row],
    };
  }

  rows(): QuoteRow[] {
    return this.symbols.map((_, row) => this.row(row));
  }

  private takePrice(at: number, column: number, price: number, size: number): void {
    const { values } = this;
    // -1 means that there is no such price now.
    const known = price === UNSET || price === -1 ? Number.NaN : price;
    if (column === Column.LAST) {
      const before = values[at + Column.LAST];
      if (known > before) values[at + Column.DIRECTION] = 1;
      else if (known < before) values[at + Column.DIRECTION] = -1;
    }
    values[at + column] = known;
    const withSize = column === Column.BID || column === Column.ASK || column === Column.LAST;
    if (withSize && size > 0 && size !== UNSET) values[at + column + 1] = size;
  }
}
