import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listenError } from "../domain/system-error.js";
import { PAGE_FILES, type PageFile, readPageFile } from "./page-files.js";
import { Visitors } from "./visitors.js";

/** Pages that may be open at once. */
const MOST_STREAMS = 16;
/** Of what is posted. */
const MOST_BODY_BYTES = 4_096;

/** Nothing but this server's own files, in no frame, with no form: also what somebody's symbol or text could smuggle in. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** What stands behind the server. */
export interface DashboardDesk {
  /** Streams that are open. */
  readonly streams: number;
  /** @param chart key of what the page draws */
  open(response: ServerResponse, chart: string | undefined): void;
  /** Undefined: there is no stop here. */
  stop: ((reason: string) => Promise<unknown>) | undefined;
}

/** HTTP on the loopback: the page's files for whoever asks, everything else for who has the token. */
export class DashboardServer {
  /** Where it listens, and listened. */
  port = 0;
  private visitors: Visitors | undefined;

  private constructor(
    private readonly server: Server,
    private readonly desk: DashboardDesk,
  ) {}

  /** @throws IBKRError `ERR_IBKR_LISTEN` where the port cannot be had */
  static async listen(
    { host, port, token }: { readonly host: string; readonly port: number; readonly token: string },
    desk: DashboardDesk,
  ): Promise<DashboardServer> {
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 20_000 });
    const made = new DashboardServer(server, desk);
    server.on("request", (request, response) => void made.answer(request, response));
    server.on("clientError", (_error, socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => {
        reject(listenError(host, port, error));
      });
      server.listen({ host, port }, resolve);
    });
    made.port = (server.address() as AddressInfo).port;
    made.visitors = new Visitors(made.port, token);
    return made;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => response.destroy());
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://loopback");
    const file = PAGE_FILES.get(pathname);
    const refusal = this.visitors?.refusal(request, file === undefined);
    if (refusal !== undefined) return say(response, refusal.status, refusal.text);
    const way = `${request.method} ${file === undefined ? pathname : "file"}`;
    switch (way) {
      case "GET file":
        return this.file(response, file as PageFile);
      case "GET /events":
        if (this.desk.streams >= MOST_STREAMS)
          return say(response, 503, `${MOST_STREAMS} pages are open already.`);
        return this.desk.open(response, searchParams.get("chart") ?? undefined);
      case "POST /stop":
        return this.stop(request, response);
      default:
        return say(response, 404, "There is nothing here.");
    }
  }

  private async file(response: ServerResponse, file: PageFile): Promise<void> {
    const bytes = await readPageFile(file);
    response.writeHead(200, { "content-type": file.type, "cache-control": "no-cache" }).end(bytes);
  }

  private async stop(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { stop } = this.desk;
    if (stop === undefined)
      return say(response, 409, "There is no emergency stop: the client has no risk gate.");
    // A form of another page can be sent without asking; JSON cannot.
    if (request.headers["content-type"] !== "application/json")
      return say(response, 415, "Content-Type has to be application/json.");
    const reason = await reasonOf(request);
    if (reason === undefined) return say(response, 400, 'The body has to be {"reason": "…"}.');
    try {
      await stop(reason);
    } catch (error) {
      return say(response, 500, error instanceof Error ? error.message : String(error));
    }
    say(response, 200, "Stopped.");
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  response
    .writeHead(status, status === 401 ? { ...headers, "www-authenticate": "Bearer" } : headers)
    .end(text);
}

async function reasonOf(request: IncomingMessage): Promise<string | undefined> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MOST_BODY_BYTES) return undefined;
  }
  try {
    const { reason } = JSON.parse(text);
    return typeof reason === "string" && reason.trim() !== "" ? reason.trim().slice(0, 200) : undefined;
  } catch {
    return undefined;
  }
}
