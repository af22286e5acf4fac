import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { createServer } from "node:tls";
import { CustomTransport } from "../../../src/session/transport/custom-transport.js";
import { TlsTransport } from "../../../src/session/transport/tls-transport.js";
import type { Attempt, StreamTransport } from "../../../src/session/transport/transport.js";
import { makeCertificates } from "../tls/certificates.js";

const made = new Map<string, StreamTransport>();

/** One for the whole process. */
export function otherTransport(kind: "custom" | "tls"): StreamTransport {
  const known = made.get(kind) ?? (kind === "tls" ? new FrontedTransport() : new DirectTransport());
  made.set(kind, known);
  return known;
}

/** A socket of Node's own, to the gateway itself. */
class DirectTransport implements StreamTransport {
  readonly kind = "custom";
  readonly findsHost = false;

  connect(attempt: Attempt): Promise<Socket> {
    return new CustomTransport(async ({ signal }) => connected(attempt, signal)).connect(
      attempt,
    ) as Promise<Socket>;
  }
}

async function connected({ address, port }: Attempt, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host: address, port, noDelay: true });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.on("error", () => {}).destroy();
    throw error;
  }
}

/** TLS, to a server in this process that stands before the gateway. */
class FrontedTransport implements StreamTransport {
  readonly kind = "tls";
  readonly findsHost = false;
  private readonly tls: TlsTransport;
  private readonly certificate: { readonly cert: Buffer; readonly key: Buffer };

  constructor() {
    const { ca, server, remove } = makeCertificates();
    this.tls = new TlsTransport({ ca: readFileSync(ca, "utf8"), minVersion: "TLSv1.2" });
    this.certificate = { cert: readFileSync(server.cert), key: readFileSync(server.key) };
    remove();
  }

  /** One server for each: it has the gateway's end before it shakes hands, so that one that is down is told as such. */
  async connect(attempt: Attempt): Promise<Socket> {
    const far = await new DirectTransport().connect(attempt);
    const server = createServer({ ...this.certificate, noDelay: true }, (near) => joined(near, far));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    try {
      return await this.tls.connect({ ...attempt, host: "localhost", address: "127.0.0.1", port });
    } finally {
      server.close();
    }
  }
}

/** What the one side does the other one hears of. */
function joined(near: Socket, far: Socket): void {
  near.pipe(far);
  far.pipe(near);
  near.on("error", () => far.destroy()).on("close", () => far.destroy());
  far.on("error", () => near.destroy());
}
