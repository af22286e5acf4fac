import { FeedKind } from "../../../src/broker/feed-kind.js";
import { UNSET } from "../../../src/native/ring-record.js";
import { text } from "../frames.js";
import type { PlainMessage } from "./plain-message.js";

/** What a gateway sends, before it has a request and a time of arrival. */
export type WireMessage = Pick<PlainMessage, "kind" | "field" | "attribs" | "values" | "texts">;

const OPTION_SENTINELS = ["-1", "-2", "-1", "-1", "-2", "-2", "-2", "-1"];

/** The payload of a message for server version 193, written down from docs/protocol.md and with no encoder of `src`. */
export function textOf(id: number, { kind, field, attribs, values, texts }: WireMessage): Buffer {
  const [first, second] = values;
  switch (kind) {
    case FeedKind.PRICE:
      // Version 1 had no size, and no attributes.
      return second === UNSET ? text(1, 1, id, field, first) : text(1, 6, id, field, first, second, attribs);
    case FeedKind.SIZE:
      return text(2, 6, id, field, sizeText(first));
    case FeedKind.STRING:
      return text(46, 6, id, field, texts[0]);
    case FeedKind.GENERIC:
      return text(45, 6, id, field, first);
    case FeedKind.OPTION: {
      const numbers = values.map((value, n) => (value === UNSET ? OPTION_SENTINELS[n] : value));
      return text(21, id, field, attribs, ...numbers);
    }
    case FeedKind.TRADE: {
      const [time, price, size] = values;
      return text(99, id, field, time, price, sizeText(size), attribs, ...texts);
    }
    case FeedKind.BID_ASK: {
      const [time, bid, ask, bidSize, askSize] = values;
      return text(99, id, 3, time, bid, ask, sizeText(bidSize), sizeText(askSize), attribs);
    }
    case FeedKind.MID_POINT:
      return text(99, id, 4, first, second);
    case FeedKind.DEPTH:
      return text(12, 1, id, field, attribs & 0xff, attribs >> 8, first, second);
    case FeedKind.BAR: {
      const [time, open, high, low, close, volume, wap, count] = values;
      return text(50, 3, id, time, open, high, low, close, volume, wap, count);
    }
    default:
      throw new Error(`no frame for kind ${kind}`);
  }
}

function sizeText(size: number): number | string {
  return size === UNSET ? "" : size;
}
