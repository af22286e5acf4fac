import { protobufTexts, type Span } from "../../protocol/text-spans.js";
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
