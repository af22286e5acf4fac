/**
 * A queue whose both ends cost the same however long it is: `Array.shift` of a long array moves all of it, which with
 * 400,000 entries is seconds.
 */
export class Fifo<T> {
  private entries: T[] = [];
  private first = 0;

  get length(): number {
    return this.entries.length - this.first;
  }

  push(entry: T): void {
    this.entries.push(entry);
  }

  /** The oldest entry; undefined if there is none. */
  shift(): T | undefined {
    const { entries } = this;
    if (this.first === entries.length) return undefined;
    const entry = entries[this.first];
    // Not to keep alive what has been taken.
    entries[this.first++] = undefined as T;
    // Half of it is gone: each entry is moved at most once for each one taken.
    if (this.first * 2 >= entries.length) {
      this.entries = entries.slice(this.first);
      this.first = 0;
    }
    return entry;
  }

  /** All entries, oldest first; they stay. */
  *[Symbol.iterator](): Iterator<T> {
    for (let i = this.first; i < this.entries.length; i++) yield this.entries[i];
  }

  /** All entries, oldest first; none are left. */
  takeAll(): T[] {
    const all = this.entries.slice(this.first);
    this.entries = [];
    this.first = 0;
    return all;
  }
}
