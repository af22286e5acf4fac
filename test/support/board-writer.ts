import { BOARD_SEQUENCE, BOARD_SLOT_BYTES, BOARD_VALUES, BOARD_VALUES_AT } from "../../src/native/layout.js";
import type { BoardHandle } from "../../src/native/quote-board.js";

/** Writes a quote board as the core does (`native/core/stream/board.cpp`). One at a time. */
export class BoardWriter {
  private readonly words: Int32Array;
  private readonly number = new Float64Array(1);
  private readonly half = new Int32Array(this.number.buffer);

  constructor({ memory }: BoardHandle) {
    this.words = new Int32Array(memory.buffer, memory.byteOffset, memory.byteLength >> 2);
  }

  /** One message: its values at their positions. */
  write(slot: number, values: readonly (readonly [position: number, value: number])[]): void {
    this.begin(slot);
    for (const [position, value] of values) this.put(slot, position, value);
    this.end(slot);
  }

  clear(slot: number): void {
    this.begin(slot);
    for (let position = 0; position < BOARD_VALUES; position++) this.put(slot, position, Number.NaN);
    this.end(slot);
  }

  /** The first half of {@link write}: readers wait until {@link end}. */
  begin(slot: number): void {
    const before = this.sequence(slot);
    this.setSequence(slot, before + 1);
    if (before === 0) {
      for (let position = 0; position < BOARD_VALUES; position++) this.put(slot, position, Number.NaN);
    }
  }

  end(slot: number): void {
    const after = (this.sequence(slot) + 1) | 0;
    this.setSequence(slot, after === 0 ? 2 : after);
  }

  put(slot: number, position: number, value: number): void {
    this.number[0] = value;
    const at = (slot * BOARD_SLOT_BYTES + BOARD_VALUES_AT + position * 8) >> 2;
    Atomics.store(this.words, at, this.half[0]);
    Atomics.store(this.words, at + 1, this.half[1]);
  }

  sequence(slot: number): number {
    return Atomics.load(this.words, (slot * BOARD_SLOT_BYTES + BOARD_SEQUENCE) >> 2);
  }

  setSequence(slot: number, sequence: number): void {
    Atomics.store(this.words, (slot * BOARD_SLOT_BYTES + BOARD_SEQUENCE) >> 2, sequence);
  }
}
