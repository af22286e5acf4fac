import { randomFillSync } from "node:crypto";

/*
 * Own, because it is forty lines: a time and a random number in 26 letters that sort as they were made. Libraries for it
 * bring a choice of random sources that nothing here chooses from.
 */

/** Crockford's base 32: no I, L, O, U. */
const LETTERS = Buffer.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ", "latin1");
const TIME_LETTERS = 10;
const RANDOM_LETTERS = 16;
/** Random numbers that are drawn at once: a call of the system's source takes as long as all else here. */
const POOL_BYTES = 256 * RANDOM_LETTERS;
const LOW_TIME = 2 ** 25;

/** Numbers that nobody else makes, in the order of their making: ULIDs, increasing also within a millisecond. */
export class UlidSource {
  private lastMs = -1;
  private readonly digits = new Uint8Array(RANDOM_LETTERS);
  private readonly letters = Buffer.alloc(TIME_LETTERS + RANDOM_LETTERS);
  private readonly pool = new Uint8Array(POOL_BYTES);
  private drawn = POOL_BYTES;

  constructor(private readonly random: (bytes: Uint8Array) => void = (bytes) => void randomFillSync(bytes)) {}

  /** @param timeMs milliseconds since 1970; where the clock runs back the last time counts */
  next(timeMs: number): string {
    if (timeMs > this.lastMs) {
      this.lastMs = timeMs;
      this.writeTime(Math.floor(timeMs / LOW_TIME), TIME_LETTERS / 2);
      this.writeTime(timeMs % LOW_TIME, TIME_LETTERS);
      this.draw();
    } else {
      this.countUp();
    }
    const { digits, letters } = this;
    for (let i = 0; i < RANDOM_LETTERS; i++) letters[TIME_LETTERS + i] = LETTERS[digits[i]];
    return letters.toString("latin1");
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

  /** Five letters that end before `end`. */
  private writeTime(part: number, end: number): void {
    for (let i = end - 1, rest = part; i >= end - TIME_LETTERS / 2; i--, rest >>>= 5)
      this.letters[i] = LETTERS[rest & 31];
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
