import { frameIdOf } from "../wire/frame-id.js";
import { SV } from "../wire/server-version.js";

/** Account ids as Interactive Brokers writes them: live, paper, advisor and introducing-broker accounts. */
const ACCOUNT = /^(?:DU|DF|DI|DUP|U|F|I)[A-Z]?\d{5,9}$/;
const ACCOUNT_WITHIN = /(?<![A-Za-z0-9])(?:DUP|DU|DF|DI|U|F|I)[A-Z]?\d{5,9}(?![A-Za-z0-9])/g;
const MANAGED_ACCOUNTS = 15;
/**
 * Replaces account ids in frames by made-up ones of the same length, so that no length field changes. One id always
 * gets the same mask. Ids are known by their form, and by the list of managed accounts.
 */
export class AccountMask {
  private readonly masks = new Map<string, string>();

  /** @param payload a frame without its length bytes @returns the same, or a masked copy */
  mask(payload: Buffer, serverVersion: number): Buffer {
    const { baseId, protobuf, body } = frameIdOf(payload, serverVersion);
    const spans = protobuf
      ? protobufTexts(payload, body, payload.length)
      : textFields(payload, serverVersion < SV.PROTOBUF ? 0 : body);
    if (baseId === MANAGED_ACCOUNTS) this.learn(payload, spans);
    const copy = Buffer.from(payload);
    for (const [start, end] of spans) {
      const text = payload.toString("latin1", start, end);
      const masked = this.maskText(text);
      if (masked !== text) copy.write(masked, start, "latin1");
    }
    return copy;
  }

  private learn(payload: Buffer, spans: readonly Span[]): void {
    for (const [start, end] of spans) {
      for (const id of payload.toString("latin1", start, end).split(",")) {
        if (/^[A-Za-z]+\d+$/.test(id)) this.maskFor(id);
      }
    }
  }

  private maskText(text: string): string {
    if (this.masks.has(text) || ACCOUNT.test(text)) return this.maskFor(text);
    let masked = text.replace(ACCOUNT_WITHIN, (id) => this.maskFor(id));
    for (const [id, mask] of this.masks) if (!ACCOUNT.test(id)) masked = masked.replaceAll(id, mask);
    return masked;
  }

  /** The letters stay, the digits become a running number. */
  private maskFor(id: string): string {
    let mask = this.masks.get(id);
    if (mask === undefined) {
      const [letters] = /^[A-Za-z]*/.exec(id)!;
      const digits = id.length - letters.length;
      mask =
        letters +
        String(this.masks.size + 1)
          .padStart(digits, "0")
          .slice(-digits);
      this.masks.set(id, mask);
    }
    return mask;
  }
}

type Span = readonly [start: number, end: number];

function textFields(payload: Buffer, from: number): Span[] {
  const spans: Span[] = [];
  let start = from;
  while (start < payload.length) {
    const zero = payload.indexOf(0, start);
    const end = zero < 0 ? payload.length : zero;
    if (end > start) spans.push([start, end]);
    start = end + 1;
  }
  return spans;
}

/**
 * Every length-delimited field of a protobuf message that may be a text, those of messages within it too. The schema is
 * not needed: what can be read as a message is looked into, and is a text as well.
 */
function protobufTexts(bytes: Buffer, from: number, to: number): Span[] {
  return readMessage(bytes, from, to) ?? [];
}

function readMessage(bytes: Buffer, from: number, to: number): Span[] | undefined {
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

function readVarint(bytes: Buffer, from: number, to: number): { value: number; end: number } | undefined {
  let value = 0;
  let scale = 1;
  for (let at = from; at < to && at < from + 10; at++) {
    value += (bytes[at] & 0x7f) * scale;
    scale *= 128;
    if (bytes[at] < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}
