import type { FeedBoard } from "../broker/feed-board.js";
import { IBKRError } from "../domain/ibkr-error.js";

const ofBoards = new WeakMap<FeedBoard, BoardSlots>();

/** The slots of a board, whoever asks: several streams over one feed write to the same board. */
export function slotsOf(board: FeedBoard): BoardSlots {
  let slots = ofBoards.get(board);
  if (slots === undefined) {
    slots = new BoardSlots(board.slots);
    ofBoards.set(board, slots);
  }
  return slots;
}

/**
 * Slots of a feed's board. The one that was given back first is given out first: who still holds a view of it reads old
 * values for as long as can be, not somebody else's.
 */
export class BoardSlots {
  private next = 0;
  private free: number[] = [];

  constructor(private readonly count: number) {}

  /** @throws IBKRError `ERR_IBKR_ARGUMENT` when there is none left */
  take(): number {
    if (this.next < this.count) return this.next++;
    const slot = this.free.shift();
    if (slot === undefined)
      throw new IBKRError(
        "ERR_IBKR_ARGUMENT",
        `the board has room for ${this.count} quotes, and all are taken`,
      );
    return slot;
  }

  giveBack(slot: number): void {
    this.free.push(slot);
  }
}
