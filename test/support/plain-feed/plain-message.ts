import { FeedKind } from "../../../src/broker/feed-kind.js";
import { type RingRecord, UNSET } from "../../../src/native/ring-record.js";

/** A message of the feed as an object of its own. */
export interface PlainMessage {
  readonly kind: number;
  readonly reqId: number;
  readonly field: number;
  readonly attribs: number;
  readonly receivedMicros: number;
  readonly values: readonly number[];
  readonly texts: readonly string[];
}

/** The tick types that the treatment knows by name. */
export const TickType = {
  BID_SIZE: 0,
  BID: 1,
  ASK: 2,
  ASK_SIZE: 3,
  LAST: 4,
  LAST_SIZE: 5,
  RT_VOLUME: 48,
  RT_TRADE_VOLUME: 77,
} as const;

/** Tick types of delayed data, and the live ones that they stand for. */
export const LIVE_TYPE: ReadonlyMap<number, number> = new Map([
  [66, TickType.BID],
  [67, TickType.ASK],
  [68, TickType.LAST],
  [69, TickType.BID_SIZE],
  [70, TickType.ASK_SIZE],
  [71, TickType.LAST_SIZE],
  [72, 6],
  [73, 7],
  [74, 8],
  [75, 9],
  [76, 14],
  [80, 10],
  [81, 11],
  [82, 12],
  [83, 13],
  [88, 45],
  [90, 49],
]);

/**
 * How the gateway says that there is no price: -1 without a size, or nothing at no size. A price below 0 with a size is
 * one: crude oil, April 2020.
 */
export function isNoPrice(price: number, size: number): boolean {
  const noSize = size === UNSET || size === 0 || size === -1;
  return price === UNSET || Number.isNaN(price) || (price === -1 && noSize) || (price === 0 && size === 0);
}

/** How many numbers a message of each kind has, and how many texts. */
const SHAPES: Readonly<Record<number, readonly [values: number, texts: number]>> = {
  [FeedKind.PRICE]: [2, 0],
  [FeedKind.SIZE]: [1, 0],
  [FeedKind.STRING]: [0, 1],
  [FeedKind.GENERIC]: [1, 0],
  [FeedKind.OPTION]: [8, 0],
  [FeedKind.TRADE]: [3, 2],
  [FeedKind.BID_ASK]: [5, 0],
  [FeedKind.MID_POINT]: [2, 0],
  [FeedKind.DEPTH]: [2, 0],
  [FeedKind.DEPTH_L2]: [2, 1],
  [FeedKind.BAR]: [8, 0],
};

export function messageOf(record: RingRecord): PlainMessage {
  const { kind, reqId, field, aux, receivedMicros } = record;
  const [values, texts] = SHAPES[kind];
  return asTrade({
    kind,
    reqId,
    field,
    attribs: aux,
    receivedMicros,
    values: Array.from({ length: values }, (_, n) => record.value(n)),
    texts: Array.from({ length: texts }, (_, n) => record.text(n)),
  });
}

const FROM_RT_TRADE_VOLUME = 2;

/** RTVolume, `price;size;time;volume;vwap;single`, as the trade that it tells of; other messages as they are. */
export function asTrade(message: PlainMessage): PlainMessage {
  const { field, texts } = message;
  if (!isUnreadTrade(message)) return message;
  const parts = texts[0].split(";");
  const [price, size, time, volume, vwap] = parts.slice(0, 5).map(numberOrUnset);
  const single = parts[5];
  const numbers = [time, price, size, volume, vwap];
  const malformed =
    parts.length !== 6 || numbers.some(Number.isNaN) || (single !== "true" && single !== "false");
  if (malformed) return message; // stays the text that it is
  const attribs =
    (single === "true" ? 1 : 0) | (field === TickType.RT_TRADE_VOLUME ? FROM_RT_TRADE_VOLUME : 0);
  return { ...message, kind: FeedKind.RT_TRADE, attribs, values: numbers, texts: [] };
}

/** A trade as a text: behind {@link asTrade} one that cannot be read. */
export function isUnreadTrade({ kind, field }: PlainMessage): boolean {
  return kind === FeedKind.STRING && (field === TickType.RT_VOLUME || field === TickType.RT_TRADE_VOLUME);
}

/** The price is empty where a trade has none: odd lots. */
function numberOrUnset(text: string): number {
  return text === "" ? UNSET : /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** What {@link FeedBatch.price} shows. */
export function priceOf({ kind, values }: PlainMessage): number {
  switch (kind) {
    case FeedKind.PRICE:
    case FeedKind.GENERIC:
    case FeedKind.DEPTH:
    case FeedKind.DEPTH_L2:
      return numberOf(values[0]);
    case FeedKind.TRADE:
    case FeedKind.RT_TRADE:
    case FeedKind.MID_POINT:
      return numberOf(values[1]);
    default:
      return Number.NaN;
  }
}

/** What {@link FeedBatch.size} shows. */
export function sizeOf({ kind, values }: PlainMessage): number {
  switch (kind) {
    case FeedKind.SIZE:
      return numberOf(values[0]);
    case FeedKind.PRICE:
    case FeedKind.DEPTH:
    case FeedKind.DEPTH_L2:
      return numberOf(values[1]);
    case FeedKind.TRADE:
    case FeedKind.RT_TRADE:
      return numberOf(values[2]);
    default:
      return Number.NaN;
  }
}

function numberOf(value: number): number {
  return value === UNSET ? Number.NaN : value;
}
