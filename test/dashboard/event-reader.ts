import { type ClientRequest, request } from "node:http";
import type { Dashboard } from "../../src/dashboard/index.js";
import type { Sections } from "../../src/dashboard/update.js";

/** A page that reads what it is told. */
export class EventReader {
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  private readonly queued: { readonly name: string; readonly section: unknown }[] = [];
  private wake: () => void = () => {};
  private rest = "";

  private constructor(
    private readonly asked: ClientRequest,
    response: NodeJS.ReadableStream,
  ) {
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => this.take(chunk));
    response.on("error", () => {});
    this.ended = new Promise((resolve) => response.on("close", resolve));
  }

  static open({ port }: Dashboard, token: string, path = "/events"): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: "127.0.0.1", port, path, headers: { authorization: `Bearer ${token}` } },
        (response) => resolve(new EventReader(asked, response)),
      );
      asked.on("error", reject);
      asked.end();
    });
  }

  /** The next section of that name that is as wanted, of those that were not asked for before. */
  async next<Name extends keyof Sections>(
    name: Name,
    isWanted: (section: Sections[Name]) => boolean = () => true,
  ): Promise<Sections[Name]> {
    for (let at = 0; ; at++) {
      while (at >= this.queued.length)
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      const told = this.queued[at] as { name: string; section: unknown };
      if (told.name !== name) continue;
      this.queued.splice(at--, 1);
      const section = told.section as Sections[Name];
      if (isWanted(section)) return section;
    }
  }

  close(): void {
    this.asked.destroy();
  }

  private take(chunk: string): void {
    const events = (this.rest + chunk).split("\n\n");
    this.rest = events.pop() ?? "";
    for (const event of events) {
      const [, name, json] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      if (name === undefined || json === undefined) continue;
      this.queued.push({ name, section: JSON.parse(json) });
      this.wake();
    }
  }
}
