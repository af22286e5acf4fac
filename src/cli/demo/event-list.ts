/** How a line wants to be read: a trade, a step of an order, something in passing, something not to be missed. */
export type Tone = "trade" | "step" | "aside" | "warning";

/** One thing that happened, for the list beside the quotes. */
export interface EventLine {
  /** Seconds since the start. */
  readonly at: number;
  /** How often it happened; a repeated notice is one line. */
  times: number;
  readonly text: string;
  readonly tone: Tone;
}

const KEPT = 500;

/** What happened, in order: orders, fills, notices. Repetitions of the same notice count up instead. */
export class EventList {
  private readonly kept: EventLine[] = [];
  private readonly byKey = new Map<string, EventLine>();
  private readonly startedAt = performance.now();

  /** @param announce is given each line when it happens */
  constructor(private readonly announce: (line: EventLine) => void = () => {}) {}

  get lines(): readonly EventLine[] {
    return this.kept;
  }

  /** Seconds since the start. */
  get elapsed(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  note(text: string, tone: Tone = "step"): void {
    this.add({ at: this.elapsed, times: 1, text, tone });
  }

  /** @param key what makes two notices the same, if their texts may differ */
  notice(text: string, tone: Tone, key: string = text): void {
    const known = this.byKey.get(key);
    if (known !== undefined) {
      known.times += 1;
      return;
    }
    const line = { at: this.elapsed, times: 1, text, tone };
    this.byKey.set(key, line);
    this.add(line);
  }

  private add(line: EventLine): void {
    this.kept.push(line);
    if (this.kept.length > KEPT) this.kept.shift();
    this.announce(line);
  }
}

/** `  1.23 s  text (20 times)` */
export function renderLine(line: EventLine): string {
  const times = line.times > 1 ? ` (${line.times} times)` : "";
  return `${renderTime(line.at)}  ${line.text}${times}`;
}

/** Seconds since the start, in a column. */
export function renderTime(seconds: number): string {
  return `${seconds.toFixed(2).padStart(7)} s`;
}
