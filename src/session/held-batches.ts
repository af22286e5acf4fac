import type { FeedBatch } from "../broker/feed.js";
import { FeedKind, FeedValue } from "../broker/feed-kind.js";

/** 8 MiB, about. */
const MOST_MESSAGES = 65_536;

/** How many numbers a message of each kind has, and how many texts. */
const SHAPES: Readonly<Record<number, readonly [values: number, texts: number]>> = {
  [FeedKind.PRICE]: [numbersOf(FeedValue.PRICE), 0],
  [FeedKind.SIZE]: [numbersOf(FeedValue.SIZE), 0],
  [FeedKind.STRING]: [0, 1],
  [FeedKind.GENERIC]: [numbersOf(FeedValue.GENERIC), 0],
  [FeedKind.OPTION]: [numbersOf(FeedValue.OPTION), 0],
  [FeedKind.TRADE]: [numbersOf(FeedValue.TRADE), 2],
  [FeedKind.BID_ASK]: [numbersOf(FeedValue.BID_ASK), 0],
  [FeedKind.MID_POINT]: [numbersOf(FeedValue.MID_POINT), 0],
  [FeedKind.DEPTH]: [numbersOf(FeedValue.DEPTH), 0],
  [FeedKind.DEPTH_L2]: [numbersOf(FeedValue.DEPTH), 1],
  [FeedKind.BAR]: [numbersOf(FeedValue.BAR), 0],
  [FeedKind.RT_TRADE]: [numbersOf(FeedValue.RT_TRADE), 0],
};

function numbersOf(places: Readonly<Record<string, number>>): number {
  return Object.keys(places).length;
}

/** Batches that cannot be delivered yet, as copies: the ring has its slots back. */
export class HeldBatches {
  private batches: FeedBatch[] = [];
  private messages = 0;

  constructor(private readonly most = MOST_MESSAGES) {}

  get isEmpty(): boolean {
    return this.batches.length === 0;
  }

  /** No more should be added. What is added all the same is kept, too: nothing is lost. */
  get isFull(): boolean {
    return this.messages >= this.most;
  }

  add(batch: FeedBatch): void {
    this.batches.push(copyOf(batch));
    this.messages += batch.length;
  }

  /** The oldest one, which is then no longer here. */
  next(): FeedBatch | undefined {
    const batch = this.batches.shift();
    this.messages -= batch?.length ?? 0;
    return batch;
  }
}

interface Message {
  readonly kind: number;
  readonly reqId: number;
  readonly field: number;
  readonly attribs: number;
  readonly receivedMicros: number;
  readonly price: number;
  readonly size: number;
  readonly values: readonly number[];
  readonly texts: readonly string[];
}

function copyOf(batch: FeedBatch): FeedBatch {
  const messages = Array.from({ length: batch.length }, (_, i) => messageOf(batch, i));
  return {
    length: messages.length,
    kind: (i) => messages[i].kind,
    reqId: (i) => messages[i].reqId,
    field: (i) => messages[i].field,
    price: (i) => messages[i].price,
    size: (i) => messages[i].size,
    attribs: (i) => messages[i].attribs,
    value: (i, n) => messages[i].values[n],
    text: (i, n = 0) => messages[i].texts[n] ?? "",
    receivedMicros: (i) => messages[i].receivedMicros,
  };
}

function messageOf(batch: FeedBatch, i: number): Message {
  const kind = batch.kind(i);
  const [values, texts] = SHAPES[kind] ?? [0, 0];
  return {
    kind,
    reqId: batch.reqId(i),
    field: batch.field(i),
    attribs: batch.attribs(i),
    receivedMicros: batch.receivedMicros(i),
    price: batch.price(i),
    size: batch.size(i),
    values: Array.from({ length: values }, (_, n) => batch.value(i, n)),
    texts: Array.from({ length: texts }, (_, n) => batch.text(i, n)),
  };
}
