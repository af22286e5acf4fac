import type { Duplex } from "node:stream";

/** One attempt to connect. */
export interface Attempt {
  /** As it was given. */
  readonly host: string;
  readonly port: number;
  /** One of the host's, numeric; the host as it was given where the transport finds its own way. */
  readonly address: string;
  /** For the connection to come about. */
  readonly connectTimeoutMs: number;
  /** For what the transport agrees on afterwards. */
  readonly handshakeTimeoutMs: number;
  /** Nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** How bytes get to a gateway, other than over TCP of the core's own. */
export interface StreamTransport {
  readonly kind: "tls" | "custom";
  /** Connects to names by itself: none is looked up before. */
  readonly findsHost: boolean;
  /**
   * A stream to the gateway, connected.
   * @throws IBKRError for whatever it fails with
   */
  connect(attempt: Attempt): Promise<Duplex>;
  /** What went wrong on a stream that was connected, where the transport knows better than the system's word for it. */
  explain?(error: Error, attempt: Pick<Attempt, "host" | "port">): Error | undefined;
  /** Of an end before the gateway has said anything: what it may mean with this transport. */
  readonly earlyEnd?: string;
}
