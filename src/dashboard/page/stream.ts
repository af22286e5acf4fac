// Server-sent events over fetch: EventSource cannot send a token in a header, and one in an address would be on record.
import type { Sections } from "../update.js";

type Handlers = { readonly [Name in keyof Sections]: (section: Sections[Name]) => void };

export interface StreamEnds {
  /** Connected, or not, with why. */
  readonly connection: (isConnected: boolean, why: string) => void;
  /** The token is not the right one. */
  readonly unauthorized: () => void;
}

const RETRY_MS = 1_000;

/** Reads until `signal` ends it, and begins again after each loss. */
export async function readEvents(
  { token, chart }: { readonly token: string; readonly chart: string | undefined },
  handlers: Handlers,
  ends: StreamEnds,
  signal: AbortSignal,
): Promise<void> {
  const path = chart === undefined ? "events" : `events?chart=${encodeURIComponent(chart)}`;
  while (!signal.aborted) {
    let why = "the program has ended, or its page was closed";
    try {
      const response = await fetch(path, { headers: { authorization: `Bearer ${token}` }, signal });
      if (response.status === 401) return ends.unauthorized();
      if (!response.ok || response.body === null) throw new Error(await response.text());
      ends.connection(true, "");
      await parse(response.body, handlers);
    } catch (error) {
      if (error instanceof Error && !(error instanceof TypeError)) why = error.message;
    }
    if (signal.aborted) return;
    ends.connection(false, why);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function parse(body: ReadableStream<Uint8Array<ArrayBuffer>>, handlers: Handlers): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const match = /^event: (\w+)\ndata: (.*)$/.exec(event);
      if (match === null) continue;
      const [, name, json] = match as unknown as [string, keyof Sections, string];
      (handlers[name] as (section: unknown) => void)(JSON.parse(json));
    }
  }
}
