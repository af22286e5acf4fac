const BACKSLASH = 0x5c;
const U = 0x75;
/** `\uXXXX` */
const ESCAPE_LENGTH = 6;
/** Characters put together at once: arguments of one call. */
const CHUNK = 8192;

/**
 * A text in which the gateway wrote characters as `\uXXXX`: what stock's `decodeUnicodeEscapedString` makes of it, its
 * odd cases with it (a result that begins a new escape is read again). Stock copies the text for every escape: 16 MB of
 * them are hours. This goes through it once.
 */
export function unescaped(text: string): string {
  if (!text.includes("\\u")) return text;
  const { length } = text;
  const units = new Uint16Array(length);
  for (let i = 0; i < length; i++) units[i] = text.charCodeAt(i);
  let read = 0;
  let write = 0;
  while (length - read >= ESCAPE_LENGTH) {
    if (units[read] !== BACKSLASH || units[read + 1] !== U) {
      units[write++] = units[read++];
      continue;
    }
    const character = characterAt(units, read + 2);
    read += ESCAPE_LENGTH - 1;
    // The character is put back to be read, since it may begin or complete another escape.
    units[read] = character;
    if (units[read] === U && write > 0 && units[write - 1] === BACKSLASH) {
      write--;
      units[--read] = BACKSLASH;
    }
  }
  while (read < length) units[write++] = units[read++];
  let result = "";
  for (let at = 0; at < write; at += CHUNK) {
    result += String.fromCharCode(...units.subarray(at, Math.min(write, at + CHUNK)));
  }
  return result;
}

/** Four hexadecimal digits; what is none of them is read as `parseInt` does, and no number at all as 0. */
function characterAt(units: Uint16Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const unit = units[i];
    const letter = unit | 0x20;
    if (unit >= 0x30 && unit <= 0x39) value = value * 16 + unit - 0x30;
    else if (letter >= 0x61 && letter <= 0x66) value = value * 16 + letter - 0x57;
    else return Number.parseInt(String.fromCharCode(...units.subarray(at, at + 4)), 16);
  }
  return value;
}
