import { once } from "node:events";
import { BlockList, createServer, isIP, type Server, type Socket } from "node:net";
import { listenError } from "../../domain/system-error.js";
import type { Clock, Timer } from "../../time/clock.js";

export interface ListenerOptions {
  host: string;
  /** 0 lets the system choose; it stays the same when the port opens again. */
  port: number;
  /** Addresses and networks (`192.168.1.0/24`) that may connect; everybody when not given. */
  allow?: readonly string[];
  clock: Clock;
}

/** The port of a gateway: it can close for a while, and lets in who may come. */
export class Listener {
  private server: Server | undefined;
  private chosenPort: number;
  private reopening: Timer | undefined;
  private stopped = false;
  private readonly allowed: BlockList | undefined;

  constructor(
    private readonly options: ListenerOptions,
    private readonly accept: (socket: Socket) => void,
    private readonly refused: (address: string) => void,
  ) {
    this.chosenPort = options.port;
    this.allowed = options.allow === undefined ? undefined : listOf(options.allow);
  }

  get port(): number {
    return this.chosenPort;
  }

  /** @throws IBKRError `ERR_IBKR_LISTEN` when the port cannot be had */
  async open(): Promise<void> {
    const { host } = this.options;
    const server = createServer((socket) => this.arrive(socket));
    this.server = server;
    server.listen(this.chosenPort, host);
    await once(server, "listening").catch((error: unknown) => {
      throw listenError(host, this.chosenPort, error);
    });
    const address = server.address();
    if (address !== null && typeof address === "object") this.chosenPort = address.port;
  }

  /** Closes the port for `downMs` milliseconds; connections there are have to be ended by their owner. */
  reopen(downMs: number, onError: (error: Error) => void): void {
    this.reopening?.stop();
    this.server?.close();
    this.server = undefined;
    this.reopening = this.options.clock.after(downMs, () => {
      if (!this.stopped) this.open().catch(onError);
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.reopening?.stop();
    const { server } = this;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private arrive(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    if (this.allowed !== undefined && !isAllowed(this.allowed, address)) {
      this.refused(address);
      socket.destroy();
      return;
    }
    this.accept(socket);
  }
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of addresses) {
    const [address, bits] = entry.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isAllowed(list: BlockList, address: string): boolean {
  // IPv4 clients of an IPv6 socket come as ::ffff:a.b.c.d.
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  const version = isIP(plain);
  return version !== 0 && list.check(plain, version === 4 ? "ipv4" : "ipv6");
}
