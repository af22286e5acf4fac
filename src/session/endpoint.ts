import type { StreamTransport } from "./transport/transport.js";

/** Where a gateway listens, and how to get there. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Left out: TCP of the core's own. */
  readonly transport?: StreamTransport | undefined;
  /** The addresses that may be connected to, as `allowedHosts` has them; left out: all. */
  readonly allowedHosts?: readonly string[] | undefined;
}
