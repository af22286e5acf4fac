import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request is not answered: its status and what it is told. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
}

/**
 * Who may ask. A page of another origin reaches a server of the loopback, too, and so does one whose name is made to point
 * at it (DNS rebinding): what tells them apart is what their browser says in `Origin` and `Host`.
 */
export class Visitors {
  private readonly hosts: ReadonlySet<string>;
  private readonly digest: Buffer;

  /** @param port where the server listens */
  constructor(port: number, token: string) {
    this.hosts = new Set(["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${port}`));
    this.digest = sha256(token);
  }

  /** @param needsToken whether it tells or changes something */
  refusal(request: IncomingMessage, needsToken: boolean): Refusal | undefined {
    const { host, origin, authorization } = request.headers;
    if (host === undefined || !this.hosts.has(host.toLowerCase()))
      return { status: 421, text: "Host is not this server's." };
    if (origin !== undefined && !this.isOwn(origin))
      return { status: 403, text: "Origin is not this page's." };
    if (request.headers["sec-fetch-site"] === "cross-site")
      return { status: 403, text: "Other sites are not answered." };
    if (needsToken && !this.knows(authorization))
      return { status: 401, text: "The token is missing or wrong." };
    return undefined;
  }

  private isOwn(origin: string): boolean {
    return origin.startsWith("http://") && this.hosts.has(origin.slice("http://".length).toLowerCase());
  }

  /** In the same time for every wrong one. */
  private knows(authorization = ""): boolean {
    const token = /^Bearer (.+)$/.exec(authorization)?.[1] ?? "";
    return timingSafeEqual(sha256(token), this.digest);
  }
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
