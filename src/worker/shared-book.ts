import { BookMemory, type BookMemoryHandle } from "../native/book-memory.js";
import { DepthBook } from "../stream/depth-book.js";

/** The order book of a subscription that lives in another thread: read from its memory whenever it is asked for. */
export class SharedBook extends DepthBook {
  private memory: BookMemory | undefined;

  /** @internal Nothing for one that was never asked for. */
  open(handle: unknown): void {
    if (handle === undefined || this.memory !== undefined) return;
    this.memory = new BookMemory(handle as BookMemoryHandle);
    this.attach(this.memory);
  }

  override get damages(): number {
    return this.memory?.counters().damages.reduce((sum, one) => sum + one, 0) ?? 0;
  }
}
