import type { FeedBatch, FeedListener } from "../../broker/feed.js";
import { FEED_BOOK_DAMAGES, FeedBookValues } from "../../broker/feed-book.js";
import { FeedKind } from "../../broker/feed-kind.js";
import type { Session } from "../session.js";
import type { MemoryBook } from "./feed-memory.js";

interface Open {
  readonly book: MemoryBook;
  readonly listener: FeedListener;
  /** Of the damage that there is. */
  told: boolean;
}

/** The books of a feed's subscriptions: tells a listener of damage. Looks at batches only while there are some. */
export class OpenBooks {
  private readonly open = new Map<number, Open>();
  private readonly values = new FeedBookValues();
  private leave: (() => void) | undefined;

  constructor(private readonly session: Session) {}

  add(id: number, book: MemoryBook, listener: FeedListener): void {
    this.open.set(id, { book, listener, told: false });
    this.leave ??= this.session.desk.onBatch((batch) => this.look(batch));
  }

  remove(id: number): void {
    if (!this.open.delete(id) || this.open.size > 0) return;
    this.leave?.();
    this.leave = undefined;
  }

  private look(batch: FeedBatch): void {
    for (let i = 0; i < batch.length; i++) {
      if (batch.kind(i) !== FeedKind.BOOK) continue;
      const open = this.open.get(batch.reqId(i));
      if (open !== undefined) this.tell(open);
    }
  }

  private tell(open: Open): void {
    const { isDamaged } = open.book;
    if (isDamaged === open.told) return;
    open.told = isDamaged;
    if (!isDamaged) return;
    open.book.read(this.values);
    try {
      open.listener.bookDamaged?.(FEED_BOOK_DAMAGES[this.values.damage]);
    } catch (thrown) {
      this.session.threw(thrown); // it costs the others nothing
    }
  }
}
