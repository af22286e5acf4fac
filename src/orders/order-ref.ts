import { randomFillSync } from "node:crypto";

/*
 * Own, because it is forty lines: a time and a random number in 26 letters that sort as they were made. Libraries for it
 * bring a choice of random sources that nothing here chooses from.
 */

/** Crockford's base 32: no I, L, O, U. */
const LETTERS = Array.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ", (letter) => letter.charCodeAt(0));
const TIME_LETTERS = 10;
const RANDOM_LETTERS = 16;
/** Random numbers that are drawn at once: a call of the system's source takes as long as all else here. */
const POOL_BYTES = 256 * RANDOM_LETTERS;
const LOW_TIME = 2 ** 25;

/** Numbers that nobody else makes, in the order of their making: ULIDs, increasing also within a millisecond. */
export class UlidSource {
  private lastMs = -1;
  private readonly digits: number[] = Array.from({ length: RANDOM_LETTERS }, () => 0);
  private before = "";
  /** Of `before` and the ULID behind it: one call makes one text of them, in one piece. */
  private codes: number[] = Array.from({ length: TIME_LETTERS + RANDOM_LETTERS }, () => 0);
  private readonly pool = new Uint8Array(POOL_BYTES);
  private drawn = POOL_BYTES;

  constructor(private readonly random: (bytes: Uint8Array) => void = (bytes) => void randomFillSync(bytes)) {}

  /**
   * @param timeMs milliseconds since 1970; where the clock runs back the last time counts
   * @param before what the text begins with
   */
  next(timeMs: number, before = ""): string {
    if (before !== this.before) this.beginWith(before);
    if (timeMs > this.lastMs) {
      this.lastMs = timeMs;
      this.writeTime();
      this.draw();
    } else {
      this.countUp();
    }
    const { digits, codes } = this;
    const from = codes.length - RANDOM_LETTERS;
    for (let i = 0; i < RANDOM_LETTERS; i++) codes[from + i] = LETTERS[digits[i]];
    return String.fromCharCode.apply(undefined, codes);
  }

  private beginWith(before: string): void {
    const own = this.codes.slice(-TIME_LETTERS - RANDOM_LETTERS);
    this.before = before;
    this.codes = [...Array.from({ length: before.length }, (_, i) => before.charCodeAt(i)), ...own];
  }

  private draw(): void {
    const { digits, pool } = this;
    if (this.drawn === POOL_BYTES) {
      this.random(pool);
      this.drawn = 0;
    }
    for (let i = 0; i < RANDOM_LETTERS; i++) digits[i] = pool[this.drawn + i] & 31;
    this.drawn += RANDOM_LETTERS;
    // Room to count up from: an overflow would need 2^79 numbers in one millisecond.
    digits[0] &= 15;
  }

  private countUp(): void {
    const { digits } = this;
    let i = RANDOM_LETTERS - 1;
    while (digits[i] === 31) digits[i--] = 0;
    digits[i]++;
  }

  private writeTime(): void {
    const end = this.codes.length - RANDOM_LETTERS;
    this.writeHalf(Math.floor(this.lastMs / LOW_TIME), end - TIME_LETTERS / 2);
    this.writeHalf(this.lastMs % LOW_TIME, end);
  }

  /** Five letters that end before `end`. */
  private writeHalf(part: number, end: number): void {
    for (let i = end - 1, rest = part; i >= end - TIME_LETTERS / 2; i--, rest >>>= 5)
      this.codes[i] = LETTERS[rest & 31];
  }
}

const REF = /^(.*):([0-9A-HJKMNP-TV-Z]{26})$/s;

/** What identifies an order of ours wherever it turns up: `prefix:ULID` in its `orderRef`. */
export interface OrderRef {
  readonly prefix: string;
  readonly ulid: string;
}

/** Undefined for what was not made here. */
export function parseOrderRef(orderRef: string | undefined): OrderRef | undefined {
  const [, prefix, ulid] = REF.exec(orderRef ?? "") ?? [];
  return ulid === undefined ? undefined : { prefix, ulid };
}

export function orderRefOf(prefix: string, ulid: string): string {
  return `${prefix}:${ulid}`;
}
