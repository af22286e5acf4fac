/** A part of some bytes. */
export type Span = readonly [start: number, end: number];

/**
 * Every length-delimited field of a protobuf message that may be a text, those of messages within it too. The schema is
 * not needed: what can be read as a message is looked into, and is a text as well.
 */
export function protobufTexts(bytes: Uint8Array, from: number, to: number): Span[] {
  return readMessage(bytes, from, to) ?? [];
}

function readMessage(bytes: Uint8Array, from: number, to: number): Span[] | undefined {
  const spans: Span[] = [];
  let at = from;
  while (at < to) {
    const tag = readVarint(bytes, at, to);
    if (tag === undefined || tag.value < 8) return undefined;
    at = tag.end;
    const wireType = tag.value % 8;
    if (wireType === 0) {
      const value = readVarint(bytes, at, to);
      if (value === undefined) return undefined;
      at = value.end;
    } else if (wireType === 1 || wireType === 5) {
      at += wireType === 1 ? 8 : 4;
    } else if (wireType === 2) {
      const length = readVarint(bytes, at, to);
      if (length === undefined || length.end + length.value > to) return undefined;
      const end = length.end + length.value;
      const inner = readMessage(bytes, length.end, end);
      if (inner !== undefined && inner.length > 0) spans.push(...inner);
      else if (end > length.end) spans.push([length.end, end]);
      at = end;
    } else {
      return undefined;
    }
  }
  return at === to ? spans : undefined;
}

function readVarint(bytes: Uint8Array, from: number, to: number): { value: number; end: number } | undefined {
  let value = 0;
  let scale = 1;
  for (let at = from; at < to && at < from + 10; at++) {
    value += (bytes[at] & 0x7f) * scale;
    scale *= 128;
    if (bytes[at] < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}
