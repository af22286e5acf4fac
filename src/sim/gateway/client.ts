import type { Socket } from "node:net";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { FaultyClient } from "../faults/faults.js";
import type { Link } from "../faults/link.js";
import { type RequestName, type Requests, requestId } from "../model/requests.js";
import type { ResponseName, Responses } from "../model/responses.js";
import { type Dialect, UnreadableRequest } from "../wire/dialect.js";
import { dialectFor } from "../wire/dialect-for.js";
import { FrameReader, frame } from "../wire/framer.js";
import { MIN_SERVER_VERSION } from "../wire/server-version.js";

const API_PREFIX = "API\0";
/** Ticks are left out for a client with more bytes than this waiting: its other messages must still fit. */
const SLOW_READER_BYTES = 4 * 1024 * 1024;

/** Seconds with too many requests after which a connection is closed. */
const MAX_RATE_VIOLATIONS = 3;

/** What a connection needs of its gateway. */
export interface ClientHost {
  readonly serverVersion: number;
  readonly strictRequests: boolean;
  /** Infinity: no limit. */
  readonly maxRequestsPerSecond: number;
  now(): number;
  /** The way of a new connection's bytes to its socket. */
  link(socket: Socket): Link;
  /** START_API arrived. Returns false when the client id is taken. */
  admit(client: Client, clientId: number): boolean;
  /** The client was admitted and may be spoken to. */
  welcome(client: Client): void;
  serve<N extends RequestName>(client: Client, name: N, body: Requests[N]): void;
  closed(client: Client): void;
  note(kind: "request" | "response" | "event", client: Client | undefined, name: string, body: unknown): void;
}

/** One connection: handshake, START_API, then requests in and messages out. */
export class Client implements FaultyClient {
  /** Set once START_API was accepted. */
  clientId: number | undefined;
  /** Ticks left out because the client read too slowly. */
  ticksSkipped = 0;
  private readonly reader = new FrameReader();
  private state: "prefix" | "version" | "start" | "ready" | "closed" = "prefix";
  private dialectInUse: Dialect | undefined;
  private rate = { second: 0, requests: 0, exceeded: false, violations: 0 };
  readonly link: Link;

  constructor(
    readonly socket: Socket,
    private readonly host: ClientHost,
  ) {
    this.link = host.link(socket);
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.receive(chunk));
    socket.on("error", () => {
      // "close" follows and does the work; a peer that resets is nothing unusual.
    });
    socket.on("close", () => {
      this.link.stop();
      if (this.state !== "closed") this.host.note("event", this, "disconnected", {});
      this.leave();
    });
  }

  /** The dialect agreed on in the handshake. */
  get dialect(): Dialect {
    if (this.dialectInUse === undefined)
      throw new IBKRError("ERR_IBKR_INTERNAL", "the handshake is not done");
    return this.dialectInUse;
  }

  get ready(): boolean {
    return this.state === "ready";
  }

  /** True when so much waits to be read that ticks should be left out. */
  get lagging(): boolean {
    return this.link.queued > SLOW_READER_BYTES;
  }

  send<N extends ResponseName>(name: N, body: Responses[N]): void {
    if (this.state === "closed") return;
    const bytes = this.dialect.encode(name, body);
    if (bytes === undefined) return;
    this.host.note("response", this, name, body);
    this.link.send(name, bytes);
  }

  /** ERR_MSG. @param id request or order id, -1 for a notice */
  error(id: number, code: number, message: string, advancedOrderRejectJson = ""): void {
    this.send("error", { id, code, message, advancedOrderRejectJson, errorTime: this.host.now() });
  }

  /** Sends what is waiting and closes. */
  close(reason: string): void {
    if (this.state === "closed") return;
    this.host.note("event", this, "close", { reason });
    this.link.end();
    this.leave();
  }

  private leave(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.host.closed(this);
  }

  private receive(chunk: Buffer): void {
    if (this.state === "closed") return;
    this.reader.push(chunk);
    this.link.noteRead(chunk.length);
    this.resume();
  }

  /** Handles what has come; while a fault freezes the connection it stays where it is. */
  resume(): void {
    try {
      while (!this.link.frozen && this.advance());
    } catch (error) {
      // Only framing throws here; without frames nothing more can be understood.
      this.close((error as Error).message);
    }
  }

  /** Handles the next piece of input; false when more bytes are needed. */
  private advance(): boolean {
    if (this.state === "prefix") {
      const prefix = this.reader.take(API_PREFIX.length);
      if (prefix === undefined) return false;
      if (prefix.toString("latin1") !== API_PREFIX) {
        this.close(`the connection does not begin with "API\\0" but with ${prefix.toString("hex")}`);
        return false;
      }
      this.state = "version";
      return true;
    }
    if (this.state === "closed") return false;
    const payload = this.reader.next();
    if (payload === undefined) return false;
    if (this.state === "version") this.negotiate(payload.toString("latin1"));
    else this.handle(payload);
    return true;
  }

  /** `v100..193`, possibly with connect options behind a blank. */
  private negotiate(offer: string): void {
    const match = /^v(\d+)(?:\.\.(\d+))?(?: .*)?$/.exec(offer);
    const low = Number(match?.[1]);
    const high = Number(match?.[2] ?? match?.[1]);
    const version = Math.min(high, this.host.serverVersion);
    if (match === null || low > high || version < Math.max(low, MIN_SERVER_VERSION)) {
      const ours = `${MIN_SERVER_VERSION}..${this.host.serverVersion}`;
      this.close(`no common server version: the client offers ${JSON.stringify(offer)}, the gateway ${ours}`);
      return;
    }
    this.dialectInUse = dialectFor(version);
    this.state = "start";
    this.host.note("event", this, "handshake", { offer, serverVersion: version });
    this.link.send("handshake", frame(Buffer.from(`${version}\0${connectionTime(this.host.now())}\0`)));
  }

  /** Counts a request. @returns false when it is one too many: it is answered with error 100 and not served. */
  private withinRate(): boolean {
    const limit = this.host.maxRequestsPerSecond;
    const second = Math.floor(this.host.now() / 1000);
    if (second !== this.rate.second) this.rate = { ...this.rate, second, requests: 0, exceeded: false };
    this.rate.requests += 1;
    if (this.rate.requests <= limit) return true;
    if (!this.rate.exceeded) this.rate.violations += 1;
    this.rate.exceeded = true;
    const { requests, violations } = this.rate;
    this.error(
      -1,
      100,
      `Max rate of messages per second has been exceeded:max=${limit} rec=${requests} (${violations})`,
    );
    if (violations >= MAX_RATE_VIOLATIONS) this.close(`more than ${limit} requests per second`);
    return false;
  }

  private handle(payload: Buffer): void {
    if (this.state === "ready" && !this.withinRate()) return;
    let name: RequestName;
    let body: Requests[RequestName];
    try {
      const { request, leftover } = this.dialect.decode(payload);
      ({ name, body } = request);
      this.host.note("request", this, name, leftover === 0 ? body : { ...body, leftoverFields: leftover });
      if (leftover > 0 && this.host.strictRequests) {
        throw new UnreadableRequest(requestId(body), `${name}: ${leftover} field(s) too many`);
      }
    } catch (error) {
      if (!(error instanceof UnreadableRequest)) throw error;
      this.host.note("event", this, "unreadable", {
        cause: error.message,
        payload: payload.toString("latin1"),
      });
      this.error(error.id, 320, `Error reading request. ${error.message}`);
      return;
    }
    if (name === "startApi") this.startApi((body as Requests["startApi"]).clientId);
    else if (this.state !== "ready")
      this.error(requestId(body), 504, `Not connected: ${name} came before startApi`);
    else this.host.serve(this, name, body as never);
  }

  private startApi(clientId: number): void {
    if (this.state !== "start") {
      this.error(-1, 320, "Error reading request. startApi came twice");
      return;
    }
    if (!this.host.admit(this, clientId)) {
      this.error(
        -1,
        326,
        "Unable to connect as the client id is already in use. Retry with a unique client id.",
      );
      this.close(`client id ${clientId} is in use`);
      return;
    }
    this.clientId = clientId;
    this.state = "ready";
    this.host.welcome(this);
  }
}

/** `yyyymmdd hh:mm:ss UTC` */
function connectionTime(now: number): string {
  const [day, time] = new Date(now).toISOString().split("T");
  return `${day.replaceAll("-", "")} ${time.slice(0, 8)} UTC`;
}
