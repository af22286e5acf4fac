import { constants } from "node:os";
import type { Duplex } from "node:stream";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { Carrier } from "../../native/carrier.js";
import { CARRIED_FAILED, CARRIED_PENDING, CARRIED_WRITTEN } from "../../native/layout.js";
import type { NativeSession } from "../../native/session.js";

/** How long a stream that is closed may take to send what it has. */
const LINGER_MS = 1_000;

/** A stream of Node's under a session of the core: what it reads is fed, what the core sends is written. */
export class CarriedStream implements Carrier {
  /** Why it broke; undefined where it ended in good order, or has not. */
  failure: Error | undefined;
  private session: NativeSession | undefined;
  private isOver = false;

  /** @param flushed nothing waits in the core any more, and the system has it all */
  constructor(
    private readonly duplex: Duplex,
    private readonly flushed: () => void,
  ) {}

  /** Begins the handshake, and reads. */
  open(session: NativeSession, versions: string, handshakeTimeoutMs: number): void {
    this.session = session;
    const { duplex } = this;
    duplex.on("error", (error: Error) => this.ended(error));
    duplex.on("end", () => this.ended());
    duplex.on("close", () => this.ended(closed()));
    session.open(versions, handshakeTimeoutMs);
    if (this.isOver) return;
    duplex.on("data", this.read);
    // What ended before anybody listened says nothing any more.
    if (duplex.destroyed || duplex.readableEnded) this.ended(duplex.errored ?? closed());
  }

  // --- Carrier

  carry(bytes: Buffer): number {
    const { duplex } = this;
    if (this.isOver || !duplex.writable) return CARRIED_FAILED;
    let isPending = false;
    try {
      duplex.write(bytes, (error) => {
        // What went wrong is told by its own event.
        if (isPending && !error) this.delivered();
      });
    } catch (error) {
      this.failure ??= error as Error;
      return CARRIED_FAILED;
    }
    // Nothing is left of it: it was passed on within the call.
    if (duplex.writableLength === 0 && !duplex.destroyed) return CARRIED_WRITTEN;
    isPending = true;
    return CARRIED_PENDING;
  }

  wantsMore(): void {
    if (!this.isOver) this.duplex.resume();
  }

  /** Nothing more is read. What the stream has taken may still go, for a moment. */
  close(): void {
    this.isOver = true;
    this.session = undefined;
    const { duplex } = this;
    if (duplex.destroyed) return;
    duplex.off("data", this.read);
    duplex.resume();
    const end = () => {
      clearTimeout(linger);
      duplex.destroy();
    };
    const linger = setTimeout(end, LINGER_MS);
    linger.unref();
    duplex.once("close", () => clearTimeout(linger));
    if (duplex.writable) duplex.end(end);
    else end();
  }

  private readonly read = (chunk: unknown): void => {
    const { session, duplex } = this;
    if (this.isOver || session === undefined) return;
    if (!(chunk instanceof Uint8Array)) {
      duplex.destroy(broken(`it gave a ${typeof chunk} in the place of bytes`));
      return;
    }
    if (chunk.length > 0 && !session.feed(chunk)) duplex.pause();
  };

  private delivered(): void {
    if (!this.isOver && this.session?.delivered() === true) this.flushed();
  }

  private ended(error?: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.failure ??= error;
    this.session?.feedEnd(error === undefined ? 0 : errnoOf(error));
  }
}

const broken = (why: string) => new IBKRError("ERR_IBKR_CONNECTION_LOST", why);
const closed = () => broken("it was closed");

/** The system's number of an error, above 0. */
function errnoOf(error: Error): number {
  const { errno, code } = error as NodeJS.ErrnoException;
  if (typeof errno === "number" && errno < 0) return -errno;
  const known = constants.errno as Readonly<Record<string, number>>;
  return known[code ?? ""] ?? constants.errno.EIO;
}
