import { FeedBarValue } from "../broker/feed-bars.js";
import { type BarRow, ROW_LENGTH } from "./stream-bar.js";

const FEWEST = 16;

/** The newest closed bars of a series as rows of numbers, so many at the most. Grows with the bars that there are. */
export class BarStore {
  private rows = new Float64Array(FEWEST * ROW_LENGTH);
  /** Where the oldest lies, and how many there are. */
  private oldest = 0;
  private count = 0;

  /** @param limit how many are kept */
  constructor(private limit: number) {}

  get length(): number {
    return this.count;
  }

  /** The i-th from the oldest on; a view that holds until the next change. */
  row(i: number): BarRow {
    const at = ((this.oldest + i) % this.room) * ROW_LENGTH;
    return this.rows.subarray(at, at + ROW_LENGTH);
  }

  /** Of the i-th, at a position of FeedBarValue. */
  value(i: number, position: number): number {
    return this.rows[((this.oldest + i) % this.room) * ROW_LENGTH + position];
  }

  private get room(): number {
    return this.rows.length / ROW_LENGTH;
  }

  /** Behind the newest; the oldest goes where there is no room. */
  push(row: BarRow): void {
    if (this.count === this.limit) {
      this.oldest = (this.oldest + 1) % this.room;
      this.count -= 1;
    } else if (this.count === this.room) {
      this.resize(Math.min(this.limit, this.room * 2));
    }
    this.count += 1;
    this.row(this.count - 1).set(row);
  }

  /** Puts others where those from `from` on before `to` are. */
  replace(from: number, to: number, others: readonly BarRow[]): void {
    const behind = Array.from({ length: this.count - to }, (_, i) => this.row(to + i).slice());
    this.count = from;
    for (const row of [...others, ...behind]) this.push(row);
  }

  /** So many more are kept. */
  widen(by: number): void {
    this.limit += by;
    this.resize(Math.max(this.room, Math.min(this.limit, this.count)));
  }

  private resize(room: number): void {
    const rows = new Float64Array(room * ROW_LENGTH);
    for (let i = 0; i < this.count; i++) rows.set(this.row(i), i * ROW_LENGTH);
    this.rows = rows;
    this.oldest = 0;
  }

  /** The newest whose interval begins at or before a time; -1 where there is none. */
  lastUpTo(startMs: number): number {
    let i = this.count - 1;
    while (i >= 0 && this.value(i, FeedBarValue.startMs) > startMs) i -= 1;
    return i;
  }
}
