import { EventName } from "@stoqey/ib";
import { Delivery } from "../../domain/delivery.js";

/** Emits one event; what a listener throws comes out of it. */
type Emit = (name: EventName, ...args: unknown[]) => void;

const HEAD_FIELDS = 5;
const NUL = 0;
const ZERO = 48;
const POINT = 46;
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/**
 * Reads HISTORICAL_DATA (17) of server version 124 and newer straight from its bytes and raises stock's events. A year
 * of minutes is three million fields: as strings in an array they would cost more than everything else together.
 */
export class TextBars {
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;

  constructor(private readonly emit: Emit) {}

  /** True if the message was read; false, and nothing was emitted, if it is not as it should be. */
  read(payload: Buffer): boolean {
    this.bytes = payload;
    if (!this.hasHead()) return false;
    this.at = 0;
    this.skip(); // message id
    const reqId = this.integer();
    const start = this.text();
    const end = this.text();
    const count = this.integer();
    const first = this.at;
    // Eight fields a bar, each with its terminator, and nothing behind them: counted before anything is emitted.
    if (!Number.isInteger(count) || this.fieldsFrom(first) !== count * 8) return false;
    const delivery = new Delivery();
    for (let i = 0; i < count; i++) {
      const date = this.text();
      const open = this.double();
      const high = this.double();
      const low = this.double();
      const close = this.double();
      const volume = this.decimal();
      const wap = this.decimal();
      const barCount = this.integer();
      try {
        this.emit(
          EventName.historicalData,
          reqId,
          date,
          open,
          high,
          low,
          close,
          volume,
          barCount,
          wap,
          undefined,
        );
      } catch (error) {
        delivery.failed(error);
      }
    }
    this.emit(EventName.historicalData, reqId, `finished-${start}-${end}`, -1, -1, -1, -1, -1, -1, -1, false);
    delivery.end();
    return true;
  }

  /** Message id, request id, start, end and count are there, each with its terminator. */
  private hasHead(): boolean {
    let end = -1;
    for (let i = 0; i < HEAD_FIELDS; i++) {
      end = this.bytes.indexOf(NUL, end + 1);
      if (end < 0) return false;
    }
    return true;
  }

  private fieldsFrom(offset: number): number {
    const { bytes } = this;
    if (offset < bytes.length && bytes[bytes.length - 1] !== NUL) return -1;
    let fields = 0;
    for (let i = offset; i < bytes.length; i++) if (bytes[i] === NUL) fields++;
    return fields;
  }

  private skip(): void {
    const end = this.bytes.indexOf(NUL, this.at);
    this.at = end < 0 ? this.bytes.length : end + 1;
  }

  private text(): string {
    const start = this.at;
    this.skip();
    return this.bytes.toString("utf8", start, Math.max(start, this.at - 1));
  }

  /** An empty field is 0, the largest double is no value: stock's readDouble. */
  private double(): number | undefined {
    const value = this.number();
    return value === Number.MAX_VALUE ? undefined : value;
  }

  /** An empty field, an infinite one or the largest double is no value: stock's readDecimal. */
  private decimal(): number | undefined {
    if (this.bytes[this.at] === NUL) {
      this.at++;
      return undefined;
    }
    const value = this.number(true);
    return value === Number.MAX_VALUE || value === Number.POSITIVE_INFINITY ? undefined : value;
  }

  /** Digits as they are, of all else what `parseInt` reads: stock's readInt. */
  private integer(): number {
    const start = this.at;
    const value = this.number();
    if (Number.isInteger(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER && this.isDigits(start)) {
      return value;
    }
    this.at = start;
    const field = this.text();
    return field === "" ? 0 : Number.parseInt(field, 10);
  }

  /** The field that begins at `start` and has been read. */
  private isDigits(start: number): boolean {
    for (let i = start; i < this.at - 1; i++)
      if (this.bytes[i] < ZERO || this.bytes[i] > ZERO + 9) return false;
    return true;
  }

  /** Up to 15 digits with a point among them come out exact by one division; parseFloat reads the rest. */
  private number(withCommas = false): number {
    const { bytes } = this;
    const start = this.at;
    let i = start;
    let mantissa = 0;
    let point = -1;
    for (; i < bytes.length; i++) {
      const digit = bytes[i] - ZERO;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if (bytes[i] === POINT && point < 0) point = i;
      else break;
    }
    const length = i - start;
    if (bytes[i] === NUL && length <= 16 && (length > 1 || (length === 1 && point < 0))) {
      const digits = point < 0 ? length : length - 1;
      if (digits <= 15) {
        this.at = i + 1;
        return point < 0 ? mantissa : mantissa / POWERS[i - point - 1];
      }
    }
    const field = this.text();
    return field === "" ? 0 : Number.parseFloat(withCommas ? field.replaceAll(",", "") : field);
  }
}

/** From here on HISTORICAL_DATA has neither a message version nor gaps. */
export const PLAIN_BARS_VERSION = 124;
