import {
  JOURNAL_ALIGNMENT,
  JOURNAL_HEAD_BYTES,
  JOURNAL_MAX_RECORD_BYTES,
  JOURNAL_MAX_TEXT_BYTES,
  JOURNAL_OFFSET_ARM_ID,
  JOURNAL_OFFSET_BYTES,
  JOURNAL_OFFSET_FLAGS,
  JOURNAL_OFFSET_KIND,
  JOURNAL_OFFSET_ORDER_ID,
  JOURNAL_OFFSET_PERM_ID,
  JOURNAL_OFFSET_TIME_MICROS,
} from "../native/layout.js";

const NUMBERS = JOURNAL_HEAD_BYTES >> 3;

/** Memory in which one record after another is made, from where the core writes it to the file: no object for any. */
export class JournalSheet {
  /** To be given to the addon. */
  readonly memory = new Uint8Array(new ArrayBuffer(JOURNAL_MAX_RECORD_BYTES));
  private readonly doubles = new Float64Array(this.memory.buffer);
  private readonly words = new Int32Array(this.memory.buffer);
  private readonly shorts = new Uint16Array(this.memory.buffer);
  private readonly encoder = new TextEncoder();
  private end = 0;

  /** @param numbers how many the kind has: all are unset at first */
  begin(
    kind: number,
    timeMicros: number,
    orderId: number,
    armId: number,
    permId: number,
    numbers: number,
  ): void {
    const { doubles, words, shorts } = this;
    shorts[JOURNAL_OFFSET_KIND >> 1] = kind;
    shorts[JOURNAL_OFFSET_FLAGS >> 1] = 0;
    words[JOURNAL_OFFSET_ORDER_ID >> 2] = orderId;
    words[JOURNAL_OFFSET_ARM_ID >> 2] = armId;
    doubles[JOURNAL_OFFSET_TIME_MICROS >> 3] = timeMicros;
    doubles[JOURNAL_OFFSET_PERM_ID >> 3] = permId;
    for (let i = 0; i < numbers; i++) doubles[NUMBERS + i] = Number.NaN;
    this.end = JOURNAL_HEAD_BYTES + numbers * 8;
  }

  flag(flag: number): void {
    this.shorts[JOURNAL_OFFSET_FLAGS >> 1] |= flag;
  }

  number(index: number, value: number | undefined): void {
    if (value !== undefined) this.doubles[NUMBERS + index] = value;
  }

  /** The next text. What is too long is cut between two characters. */
  text(text: string | undefined): void {
    const { memory } = this;
    const at = this.end + 2;
    let written = 0;
    if (text !== undefined) {
      const length = text.length;
      for (; written < length && written < JOURNAL_MAX_TEXT_BYTES; written++) {
        const code = text.charCodeAt(written);
        if (code > 0x7f) break;
        memory[at + written] = code;
      }
      if (written < length && written < JOURNAL_MAX_TEXT_BYTES) {
        const room = memory.subarray(at, at + JOURNAL_MAX_TEXT_BYTES);
        written = this.encoder.encodeInto(text, room).written;
      }
    }
    memory[at - 2] = written & 0xff;
    memory[at - 1] = written >> 8;
    this.end = at + written;
  }

  /** Nothing is added any more. */
  finish(): void {
    while (this.end % JOURNAL_ALIGNMENT !== 0) this.memory[this.end++] = 0;
    this.words[JOURNAL_OFFSET_BYTES >> 2] = this.end;
  }
}
