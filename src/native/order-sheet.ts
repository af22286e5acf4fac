import {
  ORDER_PLACEHOLDERS,
  SHEET_BYTES,
  SHEET_CHANGED,
  SHEET_FALSE,
  SHEET_KIND_FLAG,
  SHEET_KIND_INTEGER,
  SHEET_KIND_TEXT,
  SHEET_KINDS,
  SHEET_MARKS,
  SHEET_NUMBERS,
  SHEET_SET,
  SHEET_STAMPS,
  SHEET_TEXT_BYTES,
  SHEET_TEXTS,
  SHEET_TRUE,
  SHEET_UNSET,
} from "./layout.js";

const LARGEST_INTEGER = 0x7fffffff;

/** The one value that every order has. */
const ID = ORDER_PLACEHOLDERS.indexOf("id");

/** In the place of a zero among the last values: 0 and -0 are equal, and not the same on the wire. */
const ZERO = { sign: 1 };
const MINUS_ZERO = { sign: -1 };

/**
 * The values of one order in memory that the core reads (`native/core/orders/order_sheet.hpp`). What is as it was in the
 * order before costs a comparison.
 */
export class OrderSheet {
  /** To be given to the addon. */
  readonly memory = new Uint8Array(new ArrayBuffer(SHEET_BYTES));
  private readonly changed = new Int32Array(this.memory.buffer, SHEET_CHANGED, 1);
  private readonly numbers = new Float64Array(this.memory.buffer, SHEET_NUMBERS, ORDER_PLACEHOLDERS.length);
  private readonly stamps = new Float64Array(this.memory.buffer, SHEET_STAMPS, 2);
  private readonly last: unknown[] = Array.from(ORDER_PLACEHOLDERS, () => undefined);
  /** Bit i: the core has no form for this value. */
  private unfit = 1 << ID;

  /** What the placeholder's value is in this order. Never throws. */
  set(index: number, value: unknown): void {
    if (value !== this.last[index]) this.change(index, value);
  }

  /** When the frame of the order that was sent last was made: CLOCK_MONOTONIC in µs, as the next; 0: not by the core. */
  get encodedMicros(): number {
    return this.stamps[0];
  }
  /** When the system had it. */
  get writtenMicros(): number {
    return this.stamps[1];
  }

  /** The core can make a frame of all values. */
  get isOrdinary(): boolean {
    return this.unfit === 0;
  }

  /** What was last set, as it was given. */
  get(index: number): unknown {
    const value = this.last[index];
    return value === ZERO ? 0 : value === MINUS_ZERO ? -0 : value;
  }

  private change(index: number, value: unknown): void {
    this.last[index] = value === 0 ? (Object.is(value, -0) ? MINUS_ZERO : ZERO) : value;
    const bit = 1 << index;
    const mark = this.write(index, value);
    if (mark < 0) {
      this.unfit |= bit;
      return;
    }
    this.unfit &= ~bit;
    this.memory[SHEET_MARKS + index] = mark;
    this.changed[0] |= bit;
  }

  /** @returns the mark of the value, or -1 if the sheet cannot hold it */
  private write(index: number, value: unknown): number {
    if (value === undefined || value === null || value === "") return index === ID ? -1 : SHEET_UNSET;
    switch (SHEET_KINDS[index]) {
      case SHEET_KIND_TEXT:
        return typeof value === "string" ? this.writeText(index, value) : -1;
      case SHEET_KIND_FLAG:
        return value === true ? SHEET_TRUE : value === false ? SHEET_FALSE : -1;
      case SHEET_KIND_INTEGER: {
        const number = numberOf(value);
        // The largest value means "unset" to the encoders.
        if ((number | 0) !== number || number === LARGEST_INTEGER) return -1;
        return this.writeNumber(index, number);
      }
      default:
        return this.writeNumber(index, numberOf(value));
    }
  }

  private writeNumber(index: number, number: number): number {
    // Not worth telling apart here: -0 is "0" in text and keeps its sign in protobuf. The largest double means "unset".
    if (!Number.isFinite(number) || number === Number.MAX_VALUE || Object.is(number, -0)) return -1;
    this.numbers[index] = number;
    return SHEET_SET;
  }

  /** ASCII alone: each character is a byte. */
  private writeText(index: number, text: string): number {
    if (text.length > SHEET_TEXT_BYTES) return -1;
    const { memory } = this;
    const start = SHEET_TEXTS + index * SHEET_TEXT_BYTES;
    for (let i = 0; i < text.length; i++) {
      const character = text.charCodeAt(i);
      if (character === 0 || character > 0x7f) return -1;
      memory[start + i] = character;
    }
    return text.length;
  }
}

/** A number given as text counts if it is written as JavaScript would write it: then it may travel as a number. */
function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return Number.NaN;
  const number = Number(value);
  return String(number) === value ? number : Number.NaN;
}
