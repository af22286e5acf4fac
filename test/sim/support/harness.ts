import { connect, type Socket } from "node:net";
import {
  type Contract,
  EventName,
  IBApi,
  type Order,
  OrderAction,
  OrderType,
  SecType,
  TimeInForce,
} from "@stoqey/ib";
import { SimulatedGateway, type SimulatedGatewayOptions } from "../../../src/sim/index.js";

/** So slow that nothing moves unless a test calls `gateway.exchange.step()`. */
const NEVER_MS = 1e9;

export const AAPL: Contract = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };

export const SPY: Contract = { ...AAPL, symbol: "SPY" };
export const EUR: Contract = { symbol: "EUR", secType: SecType.CASH, exchange: "IDEALPRO", currency: "USD" };

/** BUY 100 MKT DAY where not said otherwise. */
export const marketOrder = (fields: Partial<Order>): Order => ({
  action: OrderAction.BUY,
  totalQuantity: 100,
  orderType: OrderType.MKT,
  tif: TimeInForce.DAY,
  transmit: true,
  ...fields,
});

export interface Seen {
  event: string;
  args: unknown[];
}

interface Failure {
  message: string;
  code: number;
  id: number;
}

const META_EVENTS = new Set<string>([EventName.all, EventName.result, EventName.received, EventName.sent]);

/** Stock `@stoqey/ib`, the independent client, with everything it said. */
export class StockClient {
  readonly seen: Seen[] = [];
  readonly errors: Failure[] = [];
  private wakers: (() => void)[] = [];

  private constructor(readonly api: IBApi) {
    api.on(EventName.all, (event: string, args: unknown[]) => {
      if (META_EVENTS.has(event)) return;
      this.seen.push({ event, args });
      if (event === EventName.error) {
        const [error, code, id] = args as [Error, number, number];
        this.errors.push({ message: error.message, code, id });
      }
      const wakers = this.wakers;
      this.wakers = [];
      for (const wake of wakers) wake();
    });
    api.on(EventName.error, () => {
      // Without a listener an error event would throw.
    });
  }

  static async connect(port: number, clientId = 1): Promise<StockClient> {
    const client = new StockClient(new IBApi({ port, clientId, maxReqPerSec: 100_000 }));
    client.api.connect();
    await client.next(EventName.nextValidId);
    return client;
  }

  static dial(port: number, clientId: number): StockClient {
    const client = new StockClient(new IBApi({ port, clientId, maxReqPerSec: 100_000 }));
    client.api.connect();
    return client;
  }

  /** Arguments of all events of a kind so far. */
  all(event: string): unknown[][] {
    return this.seen.filter((item) => item.event === event).map((item) => item.args);
  }

  /** Id and code of every error so far. */
  codes(): [id: number, code: number][] {
    return this.errors.map(({ id, code }) => [id, code]);
  }

  /** Names of the events since a mark, in order. */
  namesSince(mark: number): string[] {
    return this.seen.slice(mark).map((item) => item.event);
  }

  /** Waits until an event that fits has been seen since `mark`, and returns its arguments. */
  async next(event: string, fits: (args: unknown[]) => boolean = () => true, mark = 0): Promise<unknown[]> {
    const deadline = Date.now() + 5000;
    for (;;) {
      const hit = this.seen.slice(mark).find((item) => item.event === event && fits(item.args));
      if (hit !== undefined) return hit.args;
      if (Date.now() > deadline) {
        const tail = this.seen
          .slice(-12)
          .map((item) => `${item.event} ${JSON.stringify(item.args)?.slice(0, 160)}`);
        throw new Error(`no ${event} event came; last events:\n${tail.join("\n")}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.wakers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Everything requested so far has been answered once the current time comes back. */
  async settle(): Promise<void> {
    const mark = this.seen.length;
    this.api.reqCurrentTime();
    await this.next(EventName.currentTime, undefined, mark);
  }

  /** Complaints of stock's decoder: a message with too few or too many fields, or of an unknown id. */
  decodeErrors(): string[] {
    return this.errors.filter((e) => /Please report|No parser/.test(e.message)).map((e) => e.message);
  }
}

/** Starts gateways and clients and ends them after each test. */
export class Bench {
  private gateways: SimulatedGateway[] = [];
  private clients: StockClient[] = [];
  private sockets: Socket[] = [];

  async gateway(options: SimulatedGatewayOptions = {}): Promise<SimulatedGateway> {
    const gateway = await SimulatedGateway.start({
      tickIntervalMs: NEVER_MS,
      strictRequests: true,
      ...options,
    });
    this.gateways.push(gateway);
    return gateway;
  }

  async client(gateway: SimulatedGateway, clientId = 1): Promise<StockClient> {
    const client = await StockClient.connect(gateway.port, clientId);
    this.clients.push(client);
    return client;
  }

  async pair(
    options: SimulatedGatewayOptions = {},
  ): Promise<{ gateway: SimulatedGateway; client: StockClient }> {
    const gateway = await this.gateway(options);
    return { gateway, client: await this.client(gateway) };
  }

  /** A client of a new gateway. */
  async connect(options: SimulatedGatewayOptions = {}): Promise<StockClient> {
    return (await this.pair(options)).client;
  }

  dial(gateway: SimulatedGateway, clientId: number): StockClient {
    const client = StockClient.dial(gateway.port, clientId);
    this.clients.push(client);
    return client;
  }

  async raw(port: number): Promise<RawClient> {
    const raw = await RawClient.connect(port);
    this.sockets.push(raw.socket);
    return raw;
  }

  async end(): Promise<void> {
    for (const client of this.clients) client.api.disconnect();
    for (const socket of this.sockets) socket.destroy();
    for (const gateway of this.gateways) await gateway.stop();
    this.clients = [];
    this.sockets = [];
    this.gateways = [];
  }
}

/** A client of bytes and frames, for what no well-behaved client sends. */
export class RawClient {
  readonly frames: Buffer[] = [];
  closed = false;
  private pending = Buffer.alloc(0);
  private wakers: (() => void)[] = [];

  private constructor(readonly socket: Socket) {
    socket.on("data", (chunk) => {
      this.pending = Buffer.concat([this.pending, chunk]);
      while (this.pending.length >= 4 && this.pending.length >= 4 + this.pending.readUInt32BE(0)) {
        const length = this.pending.readUInt32BE(0);
        this.frames.push(this.pending.subarray(4, 4 + length));
        this.pending = this.pending.subarray(4 + length);
      }
      this.wake();
    });
    socket.on("close", () => {
      this.closed = true;
      this.wake();
    });
    socket.on("error", () => {
      // "close" follows.
    });
  }

  static connect(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1" }, () => resolve(new RawClient(socket)));
      socket.once("error", reject);
    });
  }

  static frame(payload: Buffer | string): Buffer {
    const body = Buffer.from(payload);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return Buffer.concat([length, body]);
  }

  /** The fields of one text message. */
  static fields(...fields: (string | number)[]): Buffer {
    return RawClient.frame(fields.map((field) => `${field}\0`).join(""));
  }

  handshake(offer: string): void {
    this.socket.write(Buffer.concat([Buffer.from("API\0"), RawClient.frame(offer)]));
  }

  send(...fields: (string | number)[]): void {
    this.socket.write(RawClient.fields(...fields));
  }

  /** Text messages with this id, as their fields. */
  messages(id: number): string[][] {
    return this.frames.map((f) => f.toString().split("\0").slice(0, -1)).filter((f) => f[0] === String(id));
  }

  async until(what: string, done: () => boolean): Promise<void> {
    const deadline = Date.now() + 5000;
    while (!done()) {
      if (Date.now() > deadline) throw new Error(`${what} did not happen; ${this.frames.length} frames came`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.wakers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  private wake(): void {
    const wakers = this.wakers;
    this.wakers = [];
    for (const wake of wakers) wake();
  }
}
