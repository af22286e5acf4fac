import type { Duplex } from "node:stream";
import { refused } from "../../domain/check.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { Attempt, StreamTransport } from "./transport.js";

/** Where a caller's own function is to connect to. */
export interface ConnectTarget {
  readonly host: string;
  readonly port: number;
  /** Aborted when nobody waits for the stream any more: it is late, or the connection was closed. */
  readonly signal: AbortSignal;
}

/** Makes a stream to the gateway: bytes in both directions, nothing else. It is destroyed when the connection ends. */
export type ConnectFunction = (target: ConnectTarget) => Duplex | Promise<Duplex>;

/** Over whatever stream a caller makes: a tunnel of SSH, a proxy. */
export class CustomTransport implements StreamTransport {
  readonly kind = "custom";
  readonly findsHost = true;

  constructor(private readonly make: ConnectFunction) {}

  async connect({ host, port, connectTimeoutMs, signal }: Attempt): Promise<Duplex> {
    const late = new AbortController();
    const limit = setTimeout(() => late.abort(), connectTimeoutMs);
    const either = AbortSignal.any([signal, late.signal]);
    try {
      const made = (async () => this.make({ host, port, signal: either }))();
      const stream: unknown = await Promise.race([made, aborted(either)]).catch((error) => {
        // It may still come: nobody wants it then.
        made.then(destroy, () => {});
        throw error;
      });
      if (!isStream(stream)) throw refused("what transport.connect gave", stream, "a Duplex");
      return stream;
    } catch (error) {
      throw this.errorOf(error, `${host}:${port}`, late.signal, connectTimeoutMs);
    } finally {
      clearTimeout(limit);
    }
  }

  private errorOf(error: unknown, at: string, late: AbortSignal, connectTimeoutMs: number): unknown {
    if (error instanceof IBKRError) return error;
    const why = late.aborted
      ? `no stream from transport.connect within ${connectTimeoutMs} ms`
      : error instanceof Error
        ? error.message
        : String(error);
    return new IBKRError("ERR_IBKR_CONNECT", `connect ${at}: ${why}`, { cause: error });
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function isStream(value: unknown): value is Duplex {
  const { write, on, resume, pause, destroy } = (value ?? {}) as Partial<Duplex>;
  return [write, on, resume, pause, destroy].every((member) => typeof member === "function");
}

function destroy(value: unknown): void {
  if (isStream(value)) value.on("error", () => {}).destroy();
}
