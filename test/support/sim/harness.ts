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
import { FrameCutter, fieldsOf, framed, text } from "../frames.js";
import { Signal } from "../signal.js";

/** How long a test waits for what has to come. */
const LIMIT_MS = 5_000;

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
  private readonly arrived = new Signal();

  private constructor(readonly api: IBApi) {
    api.on(EventName.all, (event: string, args: unknown[]) => {
      if (META_EVENTS.has(event)) return;
      this.seen.push({ event, args });
      if (event === EventName.error) {
        const [error, code, id] = args as [Error, number, number];
        this.errors.push({ message: error.message, code, id });
      }
      this.arrived.notify();
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
    let from = mark;
    let hit: Seen | undefined;
    const look = () => {
      for (; from < this.seen.length && hit === undefined; from++) {
        const item = this.seen[from];
        if (item.event === event && fits(item.args)) hit = item;
      }
      return hit !== undefined;
    };
    await this.arrived.until(`an event ${event}`, look, LIMIT_MS, () => {
      const tail = this.seen.slice(-12).map((i) => `${i.event} ${JSON.stringify(i.args)?.slice(0, 160)}`);
      return `; last events:\n${tail.join("\n")}`;
    });
    return (hit as unknown as Seen).args;
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
  private readonly cutter = new FrameCutter();
  private readonly arrived = new Signal();

  private constructor(readonly socket: Socket) {
    socket.on("data", (chunk) => {
      this.frames.push(...this.cutter.push(chunk));
      this.arrived.notify();
    });
    socket.on("close", () => {
      this.closed = true;
      this.arrived.notify();
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

  handshake(offer: string): void {
    this.socket.write(Buffer.concat([Buffer.from("API\0"), framed(offer)]));
  }

  send(...fields: (string | number)[]): void {
    this.socket.write(framed(text(...fields)));
  }

  /** Text messages with this id, as their fields. */
  messages(id: number): string[][] {
    return this.frames.map(fieldsOf).filter((fields) => fields[0] === String(id));
  }

  until(what: string, done: () => boolean): Promise<void> {
    return this.arrived.until(what, done, LIMIT_MS, () => `; ${this.frames.length} frames came`);
  }
}
