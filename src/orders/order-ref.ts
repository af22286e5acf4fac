import { randomFillSync } from "node:crypto";

/*
 * Own, because it is forty lines: a time and a random number in 26 letters that sort as they were made. Libraries for it
 * bring a choice of random sources that nothing here chooses from.
 */

/** Crockford's base 32: no I, L, O, U. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_LETTERS = 10;
const RANDOM_LETTERS = 16;

/** Numbers that nobody else makes, in the order of their making: ULIDs, increasing also within a millisecond. */
export class UlidSource {
  private lastMs = -1;
  private readonly digits = new Uint8Array(RANDOM_LETTERS);

  constructor(private readonly random: (bytes: Uint8Array) => void = (bytes) => void randomFillSync(bytes)) {}

  /** @param timeMs milliseconds since 1970; where the clock runs back the last time counts */
  next(timeMs: number): string {
    const { digits } = this;
    if (timeMs > this.lastMs) {
      this.lastMs = timeMs;
      this.random(digits);
      for (let i = 0; i < RANDOM_LETTERS; i++) digits[i] &= 31;
      // Room to count up from: an overflow would need 2^79 numbers in one millisecond.
      digits[0] &= 15;
    } else {
      let i = RANDOM_LETTERS - 1;
      while (digits[i] === 31) digits[i--] = 0;
      digits[i]++;
    }
    let text = "";
    for (let i = 0, rest = this.lastMs; i < TIME_LETTERS; i++) {
      text = LETTERS[rest % 32] + text;
      rest = Math.floor(rest / 32);
    }
    for (const digit of digits) text += LETTERS[digit];
    return text;
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
