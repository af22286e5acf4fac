import type { ServerResponse } from "node:http";
import type { Clock, Timer } from "../time/clock.js";
import type { Sections } from "./update.js";

/** What is not read for so long belongs to nobody any more. */
const STALLED_MS = 30_000;

/**
 * Server-sent events to one page. A page that does not read is not waited for and nothing is kept for it: what it misses is
 * replaced by what is newest when it reads again.
 */
export class EventStream {
  /** Times that something was not written because the page had not read what was before it. */
  skipped = 0;
  private readonly sent = new Map<keyof Sections, string>();
  private stalled: Timer | undefined;

  /** @param chart key of what this page draws */
  constructor(
    private readonly response: ServerResponse,
    readonly chart: string | undefined,
    private readonly clock: Clock,
  ) {
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.on("drain", () => this.stalled?.stop());
    response.on("error", () => this.end());
    response.flushHeaders();
  }

  get isReady(): boolean {
    return !this.response.writableNeedDrain && !this.response.destroyed;
  }

  /** @param made tells sections as JSON, or undefined where there is nothing new. @returns whether it was written */
  write(made: Iterable<readonly [name: keyof Sections, json: string]>): boolean {
    if (!this.isReady) {
      this.skipped++;
      return false;
    }
    let text = "";
    for (const [name, json] of made) {
      if (this.sent.get(name) === json) continue;
      this.sent.set(name, json);
      text += `event: ${name}\ndata: ${json}\n\n`;
    }
    // A comment: it keeps what stands between from taking it for dead.
    const took = this.response.write(text === "" ? ":\n\n" : text);
    if (!took) this.stalled = this.clock.after(STALLED_MS, () => this.end());
    return true;
  }

  end(): void {
    this.stalled?.stop();
    this.response.destroy();
  }
}
