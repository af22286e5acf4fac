import { EventName } from "@stoqey/ib";
import { Delivery } from "../../../domain/delivery.js";
import { decodePayload } from "../../../protocol/codec.js";
import type { Message } from "../../../protocol/schema.js";
import type { ProtobufHost } from "../../host.js";
import { NO_SHORT_DECIMAL, shortDecimal } from "./short-decimal.js";
import { decimal, doubleOrZero, idOrNone } from "./values.js";

/**
 * The bars of HISTORICAL_DATA. One request may bring tens of thousands in one message: they are read in one pass into
 * one array of doubles. An object per bar would cost more in garbage collection than all the reading.
 */
export class HistoricalBars {
  reqId: number | undefined;
  readonly dates: string[] = [];
  /** Seven per bar, in the order of {@link Column}. */
  numbers: Float64Array;

  constructor(expected: number) {
    this.numbers = new Float64Array(Math.max(1, expected) * COLUMNS);
  }

  /** Where the numbers of the next bar stand. */
  next(): number {
    const at = this.dates.length * COLUMNS;
    if (at + COLUMNS > this.numbers.length) {
      const larger = new Float64Array(this.numbers.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    return at;
  }
}

enum Column {
  Open,
  High,
  Low,
  Close,
  Volume,
  Wap,
  Count,
}
const COLUMNS = 7;

/** In a column: no value. It means that on the wire too. */
const UNSET = Number.MAX_VALUE;

/**
 * Reads a HISTORICAL_DATA payload (raw id and body). What is not as servers write it goes to the codec, which has the
 * last word and the errors.
 * @throws CodecError if the payload is malformed.
 */
export function readBars(payload: Buffer): HistoricalBars {
  return scanBars(payload) ?? barsOf(decodePayload("HistoricalData", payload));
}

/** One event per bar. What ends them comes with HISTORICAL_DATA_END. */
export function raiseBars(bars: HistoricalBars, host: ProtobufHost): void {
  const { dates, numbers } = bars;
  const reqId = idOrNone(bars.reqId);
  const delivery = new Delivery();
  for (let i = 0, at = 0; i < dates.length; i++, at += COLUMNS) {
    try {
      host.emitEvent(
        EventName.historicalData,
        reqId,
        dates[i],
        orUnset(numbers[at + Column.Open]),
        orUnset(numbers[at + Column.High]),
        orUnset(numbers[at + Column.Low]),
        orUnset(numbers[at + Column.Close]),
        orUnset(numbers[at + Column.Volume]),
        numbers[at + Column.Count],
        orUnset(numbers[at + Column.Wap]),
        // Gaps: a field that text lost with server version 124.
        undefined,
      );
    } catch (error) {
      delivery.failed(error);
    }
  }
  delivery.end();
}

/** The values of one bar as its event has them, from the date on. */
export function barValues(bar: Message<"HistoricalDataBar">): unknown[] {
  return [
    bar.date ?? "",
    doubleOrZero(bar.open),
    doubleOrZero(bar.high),
    doubleOrZero(bar.low),
    doubleOrZero(bar.close),
    decimal(bar.volume),
    bar.barCount ?? 0,
    decimal(bar.WAP),
  ];
}

function orUnset(value: number): number | undefined {
  return value === UNSET ? undefined : value;
}

function barsOf({ reqId, historicalDataBars = [] }: Message<"HistoricalData">): HistoricalBars {
  const bars = new HistoricalBars(historicalDataBars.length);
  bars.reqId = reqId;
  for (const bar of historicalDataBars) {
    const at = bars.next();
    bars.numbers[at + Column.Open] = bar.open ?? 0;
    bars.numbers[at + Column.High] = bar.high ?? 0;
    bars.numbers[at + Column.Low] = bar.low ?? 0;
    bars.numbers[at + Column.Close] = bar.close ?? 0;
    bars.numbers[at + Column.Volume] = decimal(bar.volume) ?? UNSET;
    bars.numbers[at + Column.Wap] = decimal(bar.WAP) ?? UNSET;
    bars.numbers[at + Column.Count] = bar.barCount ?? 0;
    bars.dates.push(bar.date ?? "");
  }
  return bars;
}

// --- the fast way -----------------------------------------------------------------------------------------------
// Small functions on typed arrays: they run at speed within the first message.

const RAW_ID_BYTES = 4;
/** Bytes of a usual bar, a little less than seen: for the size of the array. */
const BAR_BYTES = 64;
/** How much of the payload becomes one string, of which the dates are slices: many calls less, and little kept alive. */
const WINDOW_BYTES = 4096;

const DOUBLE = 1;
const LENGTH_DELIMITED = 2;

// Tags: field number and, in the low three bits, wire type.
const REQ_ID = 0x08;
const HISTORICAL_DATA_BARS = 0x12;
const DATE = 0x0a;
const VOLUME = 0x32;
const WAP = 0x3a;
const BAR_COUNT = 0x40;

/** @returns undefined if the payload holds anything but the fields of today's bars, in ASCII and short decimals. */
function scanBars(payload: Buffer): HistoricalBars | undefined {
  const { length } = payload;
  const bytes = new Uint8Array(payload.buffer, payload.byteOffset, length);
  const view = new DataView(payload.buffer, payload.byteOffset, length);
  const bars = new HistoricalBars(Math.ceil(length / BAR_BYTES));
  const date = { start: 0, end: 0 };
  let windowStart = 0;
  let windowEnd = 0;
  let window = "";
  let pos = RAW_ID_BYTES;
  while (pos < length) {
    const tag = bytes[pos++];
    const start = pos;
    pos = varintEnd(bytes, start, length);
    if (pos < 0) return undefined;
    const value = int32(bytes, start, pos);
    if (tag === REQ_ID) {
      bars.reqId = value;
      continue;
    }
    const end = pos + value;
    if (tag !== HISTORICAL_DATA_BARS || value < 0 || end > length) return undefined;
    date.start = pos;
    date.end = pos;
    const at = bars.next();
    if (!scanBar(bytes, view, pos, end, bars.numbers, at, date)) return undefined;
    if (date.end > windowEnd) {
      windowStart = date.start;
      windowEnd = Math.min(length, windowStart + WINDOW_BYTES);
      window = payload.toString("latin1", windowStart, windowEnd);
    }
    bars.dates.push(window.substring(date.start - windowStart, date.end - windowStart));
    pos = end;
  }
  return bars;
}

/** Reads the bar from `pos` to `end` into `numbers`, and where its date stands; false if it is not a usual one. */
function scanBar(
  bytes: Uint8Array,
  view: DataView,
  pos: number,
  end: number,
  numbers: Float64Array,
  at: number,
  date: { start: number; end: number },
): boolean {
  numbers[at + Column.Volume] = UNSET;
  numbers[at + Column.Wap] = UNSET;
  while (pos < end) {
    const tag = bytes[pos++];
    if ((tag & 7) === DOUBLE) {
      // Fields 2 to 5: open, high, low, close.
      const column = (tag >> 3) - 2;
      if (column < 0 || column > Column.Close || pos + 8 > end) return false;
      numbers[at + column] = view.getFloat64(pos, true);
      pos += 8;
    } else if ((tag & 7) === LENGTH_DELIMITED) {
      const length = bytes[pos++];
      const stop = pos + length;
      if (length >= 0x80 || stop > end) return false;
      if (tag === DATE) {
        if (!isAscii(bytes, pos, stop)) return false;
        date.start = pos;
        date.end = stop;
      } else {
        const value = shortDecimal(bytes, pos, stop);
        if (value === NO_SHORT_DECIMAL) return false;
        if (tag === VOLUME) numbers[at + Column.Volume] = value;
        else if (tag === WAP) numbers[at + Column.Wap] = value;
        else return false;
      }
      pos = stop;
    } else if (tag === BAR_COUNT) {
      const start = pos;
      pos = varintEnd(bytes, start, end);
      if (pos < 0) return false;
      numbers[at + Column.Count] = int32(bytes, start, pos);
    } else {
      return false;
    }
  }
  return true;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  for (let i = start; i < end; i++) all |= bytes[i];
  return all < 0x80;
}

/** Behind the varint that begins at `start`; −1 if it has no end before `limit` or more than ten bytes. */
function varintEnd(bytes: Uint8Array, start: number, limit: number): number {
  const last = Math.min(limit, start + 10);
  let pos = start;
  while (pos < last) if (bytes[pos++] < 0x80) return pos;
  return -1;
}

/** The low 32 bits of a varint, with their sign. */
function int32(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let pos = start, shift = 0; pos < end && shift < 32; pos++, shift += 7) {
    value |= (bytes[pos] & 0x7f) << shift;
  }
  return value;
}
