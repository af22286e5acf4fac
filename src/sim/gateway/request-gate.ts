import { type RequestName, type Requests, requestId } from "../model/requests.js";
import type { Client } from "./client.js";

/** Requests that change something, or promise that something can be changed. */
const REFUSED_READ_ONLY: ReadonlySet<string> = new Set<RequestName>([
  "placeOrder",
  "cancelOrder",
  "reqGlobalCancel",
  "exerciseOptions",
  "replaceFA",
  "reqIds",
]);

type Serve = <N extends RequestName>(client: Client, name: N, body: Requests[N]) => void;

/** Stands between the connections and what serves their requests: refuses, holds back, or lets through. */
export class RequestGate {
  private held: (() => void)[] = [];

  /** @param holds whether a request has to wait for {@link release} now */
  constructor(
    private readonly readOnly: boolean,
    private readonly holds: (name: RequestName) => boolean,
    private readonly refusalOf: (
      client: Client,
      name: RequestName,
    ) => { readonly code: number; readonly message: string } | undefined,
    private readonly serve: Serve,
  ) {}

  pass<N extends RequestName>(client: Client, name: N, body: Requests[N]): void {
    if (this.readOnly && REFUSED_READ_ONLY.has(name)) {
      client.error(
        requestId(body),
        321,
        `Error validating request.-'${name}' : cause - The API interface is currently in Read-Only mode.`,
      );
      return;
    }
    const refusal = this.refusalOf(client, name);
    if (refusal !== undefined) client.error(requestId(body), refusal.code, refusal.message);
    else if (this.holds(name)) {
      this.held.push(() => {
        if (client.ready) this.serve(client, name, body);
      });
    } else {
      this.serve(client, name, body);
    }
  }

  /** Serves what was held back, in the order it came. */
  release(): void {
    const { held } = this;
    this.held = [];
    for (const serve of held) serve();
  }
}
