// How numbers read: of one column all with the same digits, so that nothing moves when they change.

const NONE = "–";

/** A price with the digits that its row has shown before, or more where it needs them. */
export class PriceDigits {
  private readonly digits = new Map<string, number>();

  text(key: string, price: number | undefined): string {
    if (price === undefined) return NONE;
    const needed = Math.min(6, (/\.(\d+)$/.exec(String(Number(price.toFixed(6))))?.[1] ?? "").length);
    const digits = Math.max(2, this.digits.get(key) ?? 0, needed);
    this.digits.set(key, digits);
    return price.toFixed(digits);
  }
}

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 8 });
const MONEY = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const WHOLE_MONEY = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function count(value: number | undefined): string {
  return value === undefined ? NONE : GROUPED.format(value);
}

/** With its sign, so that colour is not all that tells. */
export function gain(value: number | undefined): string {
  if (value === undefined) return NONE;
  const text = MONEY.format(Math.abs(value));
  return text === "0.00" ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export function money(value: number | undefined, currency = ""): string {
  return value === undefined ? NONE : `${WHOLE_MONEY.format(value)} ${currency}`.trim();
}

export function percent(value: number | undefined): string {
  if (value === undefined) return NONE;
  const text = Math.abs(value).toFixed(2);
  return text === "0.00" ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export function time(atMs: number): string {
  return new Date(atMs).toLocaleTimeString("en-GB");
}

/** 812 µs, 3.4 ms, 12 s. */
export function duration(micros: number): string {
  if (micros < 100) return `${micros.toFixed(1)} µs`;
  if (micros < 1_000) return `${Math.round(micros)} µs`;
  if (micros < 10_000) return `${(micros / 1_000).toFixed(1)} ms`;
  if (micros < 1_000_000) return `${Math.round(micros / 1_000)} ms`;
  return `${(micros / 1_000_000).toFixed(1)} s`;
}

/** 4s, 12m, 3h. */
export function age(ms: number | undefined): string {
  if (ms === undefined) return NONE;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return `${Math.floor(seconds / 3_600)}h`;
}

export function colorOf(value: number | undefined): "" | "up" | "down" {
  if (value === undefined || Math.abs(value) < 0.005) return "";
  return value > 0 ? "up" : "down";
}
