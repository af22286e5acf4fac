import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { bytesOf, FrameCutter, fieldsOf, framed, text } from "./frames.js";
import { Signal } from "./signal.js";

/** What a client says before its first frame. */
const GREETING = "API\0";

/** One client of a {@link ScriptedGateway}. */
export class Peer {
  /** The version string the client offered, such as `v100..193`. */
  offered = "";
  /** Payloads received after the handshake, in order. */
  readonly received: Buffer[] = [];
  closed = false;
  private readonly cutter = new FrameCutter();
  /** Bytes of the greeting that are still to come. */
  private greeting = GREETING.length;

  constructor(
    readonly socket: Socket,
    private readonly gateway: ScriptedGateway,
  ) {
    socket.setNoDelay(true);
    socket.on("data", (data) => this.onData(data));
    socket.on("close", () => {
      this.closed = true;
      gateway.notify();
    });
    socket.on("error", () => {});
  }

  send(...payloads: (Buffer | string)[]): void {
    this.socket.write(Buffer.concat(payloads.map(framed)));
  }
  sendRaw(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Fields of every text frame received so far. */
  get texts(): string[][] {
    return this.received.map(fieldsOf);
  }

  private onData(data: Buffer): void {
    const greeting = Math.min(this.greeting, data.length);
    this.greeting -= greeting;
    for (const payload of this.cutter.push(data.subarray(greeting))) {
      if (this.offered === "") {
        this.offered = payload.toString("latin1");
        this.gateway.greet(this);
      } else {
        this.received.push(Buffer.from(payload));
        this.gateway.onFrame(this, payload);
      }
    }
    this.gateway.notify();
  }
}

export interface Script {
  /** The version to answer the handshake with: a number, a function of what was offered, or undefined for silence. */
  version?: number | ((offered: string) => number | undefined);
  /** Answer START_API with nextValidId and managedAccounts (default true; text below 201, protobuf from 213). */
  start?: boolean;
  host?: string;
  onFrame?: (peer: Peer, payload: Buffer) => void;
}

/** A server that answers the handshake and then does what the test says: no gateway, and no decoder of ours. */
export class ScriptedGateway {
  readonly peers: Peer[] = [];
  private readonly arrived = new Signal();

  private constructor(
    private readonly server: Server,
    private readonly script: Script,
  ) {}

  static async start(script: Script = {}): Promise<ScriptedGateway> {
    const server = createServer();
    const gateway = new ScriptedGateway(server, script);
    server.on("connection", (socket) => gateway.peers.push(new Peer(socket, gateway)));
    await new Promise<void>((resolve) => server.listen(0, script.host ?? "127.0.0.1", resolve));
    return gateway;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
  get peer(): Peer {
    return this.peers[this.peers.length - 1];
  }

  greet(peer: Peer): void {
    const { version = 193 } = this.script;
    const answer = typeof version === "function" ? version(peer.offered) : version;
    if (answer !== undefined) peer.send(text(answer, "20261122 10:00:00 UTC"));
  }

  onFrame(peer: Peer, payload: Buffer): void {
    if (this.script.start !== false) {
      if (payload.toString("latin1").startsWith("71\0")) peer.send(text(9, 1, 1), text(15, 1, "DU1234567"));
      if (payload.length >= 4 && payload.readUInt32BE(0) === 271) {
        // NEXT_VALID_ID 1 and MANAGED_ACCTS DU1234567.
        peer.send(bytesOf("000000d1 0801"), bytesOf("000000d7 0a09 445531323334353637"));
      }
    }
    this.script.onFrame?.(peer, payload);
  }

  notify(): void {
    this.arrived.notify();
  }

  /** Resolves when `condition` holds; looked at whenever something arrives. */
  until(condition: () => boolean, what = String(condition)): Promise<void> {
    return this.arrived.until(what, condition);
  }

  async stop(): Promise<void> {
    for (const peer of this.peers) peer.socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
