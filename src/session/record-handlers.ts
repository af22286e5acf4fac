import { Delivery } from "../domain/delivery.js";
import type { RecordHandler } from "../native/pump.js";

interface Entry {
  readonly handler: RecordHandler;
  /** Bit `kind` is set if the handler wants messages of that kind. */
  readonly kinds: number;
}

/** Handlers of hot messages, as the one that the pump calls. */
export class RecordHandlers {
  private entries: readonly Entry[] = [];

  constructor(private readonly changed: () => void) {}

  /** The kinds that any of them wants. */
  get kinds(): number {
    return this.entries.reduce((all, { kinds }) => all | kinds, 0);
  }

  /** @returns a function that takes the handler away again */
  add(handler: RecordHandler, kinds: number): () => void {
    const entry = { handler, kinds };
    this.set([...this.entries, entry]);
    return () => this.set(this.entries.filter((other) => other !== entry));
  }

  /** All of them as one, for messages of {@link kinds}; undefined if there is none. */
  get composed(): RecordHandler | undefined {
    const { entries } = this;
    if (entries.length < 2) return entries[0]?.handler;
    return (record) => {
      const bit = 1 << record.kind;
      let delivery: Delivery | undefined;
      for (const { handler, kinds } of entries) {
        if ((kinds & bit) === 0) continue;
        try {
          handler(record);
        } catch (error) {
          delivery ??= new Delivery();
          delivery.failed(error);
        }
      }
      delivery?.end();
    };
  }

  private set(entries: readonly Entry[]): void {
    this.entries = entries;
    this.changed();
  }
}
