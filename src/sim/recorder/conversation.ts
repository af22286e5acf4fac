import { frameIdOf } from "../wire/frame-id.js";
import { FrameReader, frame } from "../wire/framer.js";
import type { AccountMask } from "./masking.js";

const API_PREFIX_LENGTH = 4;
const START_API = 71;
/** Shorter pauses than this are the network's, not the conversation's, ms. */
const SHORTEST_PAUSE_MS = 10;

/** Turns the bytes of one connection into lines of a capture. */
export class Conversation {
  private readonly fromClient = new FrameReader();
  private readonly fromServer = new FrameReader();
  private prefixTaken = false;
  private offerTaken = false;
  private serverVersion: number | undefined;
  private last: number | undefined;
  private broken = false;

  /**
   * @param leg number of the connection, from 1 on
   * @param mask one for all connections, so that an account has one mask throughout
   * @param write takes one line, without its end
   */
  constructor(
    private readonly leg: number,
    private readonly mask: AccountMask,
    private readonly now: () => number,
    private readonly write: (line: string) => void,
  ) {}

  client(chunk: Buffer): void {
    this.read(this.fromClient, chunk, () => {
      if (!this.prefixTaken) {
        if (this.fromClient.take(API_PREFIX_LENGTH) === undefined) return;
        this.prefixTaken = true;
      }
      for (let payload = this.fromClient.next(); payload !== undefined; payload = this.fromClient.next()) {
        // The handshake has a line of its own, and START_API is in no capture: every client sends it.
        if (!this.offerTaken) this.offerTaken = true;
        else if (this.serverVersion !== undefined && this.baseId(payload) !== START_API)
          this.frame("client", payload);
      }
    });
  }

  server(chunk: Buffer): void {
    this.read(this.fromServer, chunk, () => {
      for (let payload = this.fromServer.next(); payload !== undefined; payload = this.fromServer.next()) {
        if (this.serverVersion === undefined) this.handshake(payload);
        else this.frame("server", payload);
      }
    });
  }

  /** The connection has ended. */
  end(): void {
    if (this.serverVersion !== undefined) this.write("disconnect");
  }

  private read(reader: FrameReader, chunk: Buffer, take: () => void): void {
    if (this.broken) return;
    reader.push(chunk);
    try {
      take();
    } catch (error) {
      // The proxy passes everything on; only the capture ends where frames cannot be told apart any more.
      this.broken = true;
      this.write(`# leg=${this.leg} ${(error as Error).message}: nothing is recorded from here on`);
    }
  }

  private handshake(payload: Buffer): void {
    const [version, connectionTime = ""] = payload.toString("latin1").split("\0");
    this.serverVersion = Number(version);
    this.write(
      `handshake ${JSON.stringify({ server_version: this.serverVersion, connection_time: connectionTime })}`,
    );
  }

  private frame(side: "client" | "server", payload: Buffer): void {
    const now = this.now();
    const pause = this.last === undefined ? 0 : now - this.last;
    this.last = now;
    if (pause >= SHORTEST_PAUSE_MS) this.write(`sleep ${Math.round(pause)}ms`);
    const masked = this.mask.mask(payload, this.serverVersion!);
    this.write(`# leg=${this.leg} msg_id=${this.baseId(payload)}`);
    this.write(`raw ${side} ${frame(masked).toString("base64")}`);
  }

  private baseId(payload: Buffer): number {
    return frameIdOf(payload, this.serverVersion!).baseId;
  }
}
