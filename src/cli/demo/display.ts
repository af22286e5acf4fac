import { writeSync } from "node:fs";
import { type EventLine, renderLine, renderTime, type Tone } from "./event-list.js";
import { clip } from "./format.js";
import type { QuoteRow } from "./quote-table.js";
import type { Ink, Paint } from "./style.js";
import { renderTable } from "./table.js";

/** Everything a screen shows. */
export interface View {
  readonly title: string;
  /** Seconds since the start. */
  readonly elapsed: number;
  readonly status: string;
  readonly rows: readonly QuoteRow[];
  readonly events: readonly EventLine[];
}

const INKS: Readonly<Record<Tone, Ink>> = { trade: "bold", step: "plain", aside: "dim", warning: "warn" };

/** Lines of the event list that the table leaves room for, if it can. */
const EVENT_LINES = 7;

/** The lines of one screen: never more than `rows`, none wider than `columns`. */
export function renderScreen(view: View, columns: number, rows: number, paint: Paint): string[] {
  const head = [paint(clip(view.title, columns), "bold"), clip(statusLine(view), columns)];
  const room = rows - head.length;
  const eventRoom = Math.min(EVENT_LINES + 1, Math.max(0, Math.floor(room / 3)));
  const table = renderTable(view.rows, columns, room - eventRoom, paint);
  const lines = [...head, ...table];
  const left = rows - lines.length - 1;
  if (left > 0) lines.push("", ...view.events.slice(-left).map((line) => renderEvent(line, columns, paint)));
  return lines.slice(0, rows);
}

function statusLine(view: View): string {
  return `${renderTime(view.elapsed)}  ${view.status}`;
}

function renderEvent(line: EventLine, columns: number, paint: Paint): string {
  return paint(clip(renderLine(line), columns), INKS[line.tone]);
}

/** Where the demo shows itself. */
export interface Display {
  /** Milliseconds between two calls of {@link show}. */
  readonly intervalMs: number;
  start(): void;
  show(view: View): void;
  /** Something happened; also among the view's events. */
  announce(line: EventLine): void;
  /** Back to plain output: what was on the screen, then whatever follows. */
  stop(view: View): void;
}

const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
const ALL_ROWS = 10_000;

/** A table that updates in place, on the terminal's second screen: what was on the first comes back. */
export class TerminalDisplay implements Display {
  readonly intervalMs = 200;
  private active = false;
  private readonly restore = () => {
    if (this.active) writeSync(1, LEAVE);
    this.active = false;
  };

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly paint: Paint,
  ) {}

  start(): void {
    this.active = true;
    process.on("exit", this.restore);
    this.out.write(`${ENTER}\x1b[2J`);
  }

  show(view: View): void {
    if (!this.active) return;
    const { columns, rows } = this.size;
    const lines = renderScreen(view, columns, rows, this.paint);
    this.out.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b[J`);
  }

  announce(): void {
    // It is in the next view.
  }

  stop(view: View): void {
    if (this.active) this.out.write(LEAVE);
    this.active = false;
    process.off("exit", this.restore);
    const { columns } = this.size;
    const table = renderTable(view.rows, columns, ALL_ROWS, this.paint);
    const events = view.events.map((line) => renderEvent(line, Number.POSITIVE_INFINITY, this.paint));
    const spaced = table.length === 0 ? [] : [...table, ""];
    this.out.write(`${[this.paint(view.title, "bold"), "", ...spaced, ...events].join("\n")}\n`);
  }

  private get size(): { columns: number; rows: number } {
    return { columns: this.out.columns || DEFAULT_COLUMNS, rows: this.out.rows || DEFAULT_ROWS };
  }
}

/** Lines, one after the other: for pipes, files and terminals that cannot move the cursor. */
export class LineDisplay implements Display {
  readonly intervalMs = 2_000;
  private titled = false;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly paint: Paint,
    private readonly width = 120,
  ) {}

  start(): void {
    // Nothing to prepare.
  }

  show(view: View): void {
    if (!this.titled) this.out.write(`${view.title}\n`);
    this.titled = true;
    this.out.write(`${statusLine(view)}\n`);
  }

  announce(line: EventLine): void {
    this.out.write(`${renderLine(line)}\n`);
  }

  stop(view: View): void {
    const table = renderTable(view.rows, this.width, ALL_ROWS, this.paint);
    if (table.length > 0) this.out.write(`${["", ...table].join("\n")}\n`);
  }
}

export function displayFor(
  out: NodeJS.WriteStream,
  paint: Paint,
  env: NodeJS.ProcessEnv = process.env,
): Display {
  return out.isTTY && env["TERM"] !== "dumb" ? new TerminalDisplay(out, paint) : new LineDisplay(out, paint);
}
