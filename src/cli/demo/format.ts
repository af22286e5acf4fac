const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 4 });

/** What stands where a value is not known. */
export const UNKNOWN = "–";

/** `12,345`; fractions keep up to four decimals. */
export function count(value: number): string {
  return Number.isFinite(value) ? counts.format(value) : UNKNOWN;
}

/** A price with at least two decimals and at most four, as many as it needs; with `decimals`, exactly that many. */
export function price(value: number, decimals?: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (decimals !== undefined) return value.toFixed(decimals);
  return value.toFixed(4).replace(/0{1,2}$/, "");
}

/** A change with its sign. */
export function signed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const text = value.toFixed(decimals);
  return Number(text) > 0 ? `+${text}` : Number(text) === 0 ? (0).toFixed(decimals) : text;
}

/** `8.4 µs`, `123 µs`, `1.23 ms`, `2.1 s`. */
export function duration(micros: number): string {
  if (!Number.isFinite(micros)) return UNKNOWN;
  if (micros < 9.95) return `${micros.toFixed(1)} µs`;
  if (micros < 999.5) return `${micros.toFixed(0)} µs`;
  if (micros < 9_995) return `${(micros / 1000).toFixed(2)} ms`;
  if (micros < 999_500) return `${(micros / 1000).toFixed(0)} ms`;
  return `${(micros / 1_000_000).toFixed(1)} s`;
}

/** Decimals that show an instrument's smallest price step exactly: 2 for 0.01 and everything coarser, 8 at most. */
export function decimalsOf(minTick: number): number {
  let decimals = 2;
  while (minTick > 0 && decimals < 8 && !isWhole(minTick * 10 ** decimals)) decimals += 1;
  return decimals;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6 && Math.round(value) > 0;
}

/** The nearest multiple of the smallest price step (0.01 if it is not known). */
export function toTick(value: number, minTick: number): number {
  const step = minTick > 0 ? minTick : 0.01;
  return Number((Math.round(value / step) * step).toFixed(decimalsOf(step)));
}

/** Cut to `width` characters, with an ellipsis where something is missing. */
export function clip(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 2 ? text.slice(0, Math.max(0, width)) : `${text.slice(0, width - 1)}…`;
}

/** Lines of at most `width` characters, broken at blanks; a word that is longer stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
