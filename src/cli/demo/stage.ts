import { Changes } from "./changes.js";
import { type Display, displayFor } from "./display.js";
import { EventList } from "./event-list.js";
import { type Paint, paintFor } from "./style.js";

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** What every tour needs: a place to show itself, a list of events, and a way to be stopped early. */
export class Stage {
  readonly paint: Paint;
  readonly display: Display;
  readonly events: EventList;
  readonly changes: Changes;
  /** The exit code of the signal that stopped the demo; undefined if none did. */
  interruption: number | undefined;
  private readonly controller = new AbortController();
  private readonly handlers = Object.entries(SIGNALS).map(([signal, exitCode]) => {
    const handler = () => this.interrupt(exitCode);
    return [signal, handler] as const;
  });
  private readonly writeFailed = (error: NodeJS.ErrnoException) => {
    // `demo | head` has read enough: that ends the demo, and is no error.
    if (error.code !== "EPIPE") throw error;
    this.interruption ??= 0;
    this.stop();
  };

  constructor(private readonly out: NodeJS.WriteStream) {
    this.paint = paintFor(out.isTTY === true);
    this.display = displayFor(out, this.paint);
    this.events = new EventList((line) => this.display.announce(line));
    this.changes = new Changes(this.controller.signal);
    for (const [signal, handler] of this.handlers) process.on(signal, handler);
    out.on("error", this.writeFailed);
  }

  /** Writes lines, and resolves when they are out (or nobody reads them any more). */
  write(lines: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      this.out.write(`${lines.join("\n")}\n`, () => resolve());
    });
  }

  /** Ends all waiting: what has been placed is still tidied up. */
  stop(): void {
    this.controller.abort();
  }

  /** Gives the signals back. */
  leave(): void {
    for (const [signal, handler] of this.handlers) process.off(signal, handler);
    this.out.off("error", this.writeFailed);
  }

  private interrupt(exitCode: number): void {
    // Somebody who asks twice does not want to wait for the tidying up.
    if (this.interruption !== undefined) process.exit(exitCode);
    this.interruption = exitCode;
    this.events.note("interrupted: tidying up (again to end at once)", "warning");
    this.stop();
  }
}
