import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A frame as it goes on the wire: four bytes of length, then the payload. */
export function framed(payload: Buffer | string): Buffer {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(payload, "utf8");
  const out = Buffer.allocUnsafe(4 + body.length);
  out.writeUInt32BE(body.length, 0);
  body.copy(out, 4);
  return out;
}

/** A text payload: every field ended by NUL. */
export function text(...fields: (string | number)[]): Buffer {
  return Buffer.from(fields.map((f) => `${f}\0`).join(""), "utf8");
}

/** One client of a {@link ScriptedGateway}. */
export class Peer {
  /** The version string the client offered, such as `v100..193`. */
  offered = "";
  /** Payloads received after the handshake, in order. */
  readonly received: Buffer[] = [];
  closed = false;
  private buffer = Buffer.alloc(0);
  private greeted = false;

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
    return this.received.map((payload) => payload.toString("utf8").split("\0").slice(0, -1));
  }

  private onData(data: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, data]);
    if (!this.greeted) {
      if (this.buffer.length < 8) return;
      const length = this.buffer.readUInt32BE(4);
      if (this.buffer.length < 8 + length) return;
      this.offered = this.buffer.toString("latin1", 8, 8 + length);
      this.buffer = this.buffer.subarray(8 + length);
      this.greeted = true;
      this.gateway.greet(this);
    }
    while (this.buffer.length >= 4) {
      const length = this.buffer.readUInt32BE(0);
      if (this.buffer.length < 4 + length) break;
      this.received.push(Buffer.from(this.buffer.subarray(4, 4 + length)));
      this.buffer = this.buffer.subarray(4 + length);
      this.gateway.onFrame(this, this.received[this.received.length - 1]);
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
  private waiters: (() => void)[] = [];

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
        peer.send(
          Buffer.from("000000d10801", "hex"),
          Buffer.from("000000d70a0944553132333435363700".slice(0, -2), "hex"),
        );
      }
    }
    this.script.onFrame?.(peer, payload);
  }

  notify(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const wake of waiters) wake();
  }

  /** Resolves when `condition` holds; looked at whenever something arrives. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  async stop(): Promise<void> {
    for (const peer of this.peers) peer.socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
