import type { Socket } from "node:net";
import type { IBKRError } from "../../domain/ibkr-error.js";
import type { Timer } from "../../time/clock.js";
import { VirtualClock } from "../../time/virtual-clock.js";
import { Exchange } from "../exchange/exchange.js";
import type { Fault, FaultHandle } from "../faults/fault.js";
import { type FaultHost, Faults } from "../faults/faults.js";
import { Link } from "../faults/link.js";
import { loadScenario } from "../faults/scenario.js";
import { ScenarioRunner } from "../faults/scenario-runner.js";
import { hashText, mix32, Random } from "../market/random.js";
import type { RequestName, Requests } from "../model/requests.js";
import { startTickReplay } from "../replay/tick-replay.js";
import { Client, type ClientHost } from "./client.js";
import { EventLog } from "./event-log.js";
import { logExchange } from "./exchange-log.js";
import { type FloodResult, flood } from "./flood.js";
import { checkFloodPlan, type FloodPlan } from "./flood-plan.js";
import { Listener } from "./listener.js";
import { MarketDataDesk } from "./market-data.js";
import { type ResolvedOptions, resolveOptions, type SimulatedGatewayOptions } from "./options.js";
import { OrderHandlers } from "./order-handlers.js";
import { type DeskRequest, type OwnRequest, RequestDesk } from "./request-desk.js";
import { RequestGate } from "./request-gate.js";

/** What a gateway says by itself after START_API: its data farms are connected. */
const FARM_NOTICES: readonly [code: number, message: string][] = [
  [2104, "Market data farm connection is OK:usfarm"],
  [2106, "HMDS data farm connection is OK:ushmds"],
  [2158, "Sec-def data farm connection is OK:secdefnj"],
];

type OwnHandlers = {
  [N in Exclude<OwnRequest, "startApi">]: (client: Client, body: Requests[N]) => void;
};

/**
 * A gateway to test against: it speaks the TWS protocol over real TCP and answers from seeded markets, orders and
 * accounts of its own.
 */
export class SimulatedGateway {
  /** Markets, orders and accounts. */
  readonly exchange: Exchange;
  /** Requests, responses and events. */
  readonly log: EventLog;
  /**
   * Resolves when the gateway has stopped, by {@link stop} or by its scenario; rejects with IBKRError `ERR_IBKR_SCENARIO`
   * where a step of the scenario was refused, which stops it.
   */
  readonly ended: Promise<void>;
  private readonly listener: Listener;
  private readonly faults: Faults;
  private readonly gate: RequestGate;
  private readonly random: Random;
  private readonly onEnd: (end: Promise<void>) => void;
  private stopping: Promise<void> | undefined;
  /** Why its scenario could not be carried out. */
  private failure: IBKRError | undefined;
  private scenario: ScenarioRunner | undefined;
  private readonly timers: Timer[] = [];
  private readonly clients = new Set<Client>();
  private readonly byClientId = new Map<number, Client>();
  private readonly marketData: MarketDataDesk;
  private readonly orders: OrderHandlers;
  private readonly desk: RequestDesk;
  private readonly handlers: OwnHandlers;
  private floodPlan: FloodPlan | undefined;
  private floodDone: ((result: FloodResult) => void) | undefined;

  /**
   * Starts a gateway and resolves once it listens.
   * @throws IBKRError `ERR_IBKR_OPTION` for an option out of range, `ERR_IBKR_FILE` for a file that cannot be used,
   * `ERR_IBKR_LISTEN` when the port cannot be had
   */
  static async start(options: SimulatedGatewayOptions = {}): Promise<SimulatedGateway> {
    const resolved = resolveOptions(options);
    const plan = resolved.scenario === undefined ? undefined : await loadScenario(resolved.scenario);
    const gateway = new SimulatedGateway(resolved);
    try {
      await gateway.listener.open();
      if (resolved.ticks !== undefined) {
        gateway.timers.push(await startTickReplay(gateway.exchange, resolved.ticks));
      }
      if (plan !== undefined) {
        gateway.scenario = new ScenarioRunner(plan, {
          exchange: gateway.exchange,
          fault: (fault) => gateway.fault(fault),
          stop: (failure) => {
            gateway.failure = failure;
            void gateway.stop().catch(() => undefined);
          },
          note: (name, body) => gateway.note("event", undefined, name, body),
        });
        gateway.scenario.start();
      }
    } catch (error) {
      // What went wrong first is what is told.
      await gateway.stop().catch(() => undefined);
      throw error;
    }
    return gateway;
  }

  private constructor(private readonly options: ResolvedOptions) {
    this.log = new EventLog(options.log);
    this.exchange = options.exchange ?? new Exchange(options);
    this.random = new Random(mix32(options.seed) ^ hashText(`network|${options.username}`));
    this.marketData = new MarketDataDesk(
      this.exchange,
      options.marketDataLines,
      options.unsubscribedExchanges,
    );
    this.orders = new OrderHandlers(this.exchange, options.username, ({ username, clientId }) =>
      username === options.username ? this.byClientId.get(clientId) : undefined,
    );
    this.desk = new RequestDesk(this.exchange, () => this.port, options.historyPacing);
    this.floodPlan = options.flood;
    this.handlers = this.makeHandlers();
    this.faults = new Faults(this.faultHost());
    this.gate = new RequestGate(
      options.readOnly,
      (name) => this.faults.holds(name),
      (client, name) => this.faults.refusalOf(client, name),
      (client, name, body) => this.serve(client, name, body),
    );
    logExchange(this.exchange, this.log, options.log.quotes === true);
    let onEnd: (end: Promise<void>) => void = () => {};
    this.ended = new Promise<void>((resolve) => {
      onEnd = resolve;
    });
    // Who does not ask is told by stop().
    this.ended.catch(() => undefined);
    this.onEnd = onEnd;
    this.listener = new Listener(
      options,
      (socket) => this.accept(socket),
      (address) =>
        this.note("event", undefined, "refused", {
          reason: `${address} is not on the list of allowed addresses`,
        }),
    );
    this.exchange.login(options.username);
    // Time does not run away from a client that cannot read as fast as a virtual clock ticks.
    if (options.clock instanceof VirtualClock) {
      this.timers.push(
        options.clock.addBrake(() => this.log.lagging || [...this.clients].some((client) => client.lagging)),
      );
    }
  }

  /** The port it listens on. */
  get port(): number {
    return this.listener.port;
  }

  /** The address it listens on. */
  get host(): string {
    return this.options.host;
  }

  /** The highest server version it agrees to. */
  get serverVersion(): number {
    return this.options.serverVersion;
  }

  /** The seed in use. */
  get seed(): number {
    return this.options.seed;
  }

  /** Whose gateway this is. */
  get username(): string {
    return this.options.username;
  }

  /** Client ids connected now. */
  get clientIds(): number[] {
    return [...this.byClientId.keys()];
  }

  /**
   * Floods the next client that has sent `plan.afterRequests` market data requests (from now on they are not fed by
   * the walk), and resolves when its last tick was written.
   */
  flood(plan: FloodPlan): Promise<FloodResult> {
    this.floodPlan = checkFloodPlan(plan);
    return new Promise((resolve) => {
      this.floodDone = resolve;
    });
  }

  /**
   * Starts a fault: a cut, reset or frozen connection, delays, lost upstream, a restart (docs/simulated-gateway.md).
   * @throws IBKRError `ERR_IBKR_OPTION` for a fault that is none
   */
  fault(fault: Fault): FaultHandle {
    return this.faults.start(fault);
  }

  /**
   * Closes all connections and the port, and ends the log file. A second call waits for the first one.
   * @throws IBKRError `ERR_IBKR_SCENARIO` where a step of its scenario was refused, `ERR_IBKR_FILE` for a log that could
   * not be written
   */
  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    this.onEnd(this.stopping);
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    this.scenario?.stop();
    for (const timer of this.timers) timer.stop();
    this.faults.end();
    this.exchange.logout(this.options.username);
    this.closeClients("the gateway stops");
    await this.listener.stop();
    await this.log.close();
    if (this.failure !== undefined) throw this.failure;
  }

  private closeClients(reason: string): void {
    for (const client of [...this.clients]) {
      client.close(reason);
      client.socket.destroy();
    }
  }

  private faultHost(): FaultHost {
    return {
      clock: this.options.clock,
      connections: () => this.clients,
      streams: (client) => this.marketData.streams(client as Client),
      dropStreams: (client) => this.dropStreams(client as Client),
      releaseRequests: () => this.gate.release(),
      restart: (downMs, nextValidId) => {
        this.closeClients("the gateway restarts");
        if (nextValidId !== undefined) this.exchange.orders.rollBackIds(this.options.username, nextValidId);
        this.listener.reopen(downMs, (error) =>
          this.note("event", undefined, "portLost", { reason: error.message }),
        );
      },
      note: (name, body) => this.note("event", undefined, name, body),
    };
  }

  private accept(socket: Socket): void {
    if (this.clients.size >= this.options.maxClients) {
      this.note("event", undefined, "refused", {
        reason: `${this.options.maxClients} clients are connected`,
      });
      socket.destroy();
      return;
    }
    const host: ClientHost = {
      serverVersion: this.options.serverVersion,
      strictRequests: this.options.strictRequests,
      maxRequestsPerSecond: this.options.maxRequestsPerSecond,
      now: () => this.options.clock.now(),
      link: (socket) => new Link(socket, this.options.clock, this.random),
      admit: (client, clientId) => this.admit(client, clientId),
      welcome: (client) => this.welcome(client),
      serve: (client, name, body) => this.gate.pass(client, name, body),
      closed: (client) => this.leave(client),
      note: (kind, client, name, body) => this.note(kind, client, name, body),
    };
    this.note("event", undefined, "connected", { address: socket.remoteAddress });
    const client = new Client(socket, host);
    this.clients.add(client);
    this.faults.apply(client);
  }

  private admit(client: Client, clientId: number): boolean {
    if (this.byClientId.has(clientId)) return false;
    this.byClientId.set(clientId, client);
    client.clientId = clientId;
    this.faults.apply(client);
    return true;
  }

  private welcome(client: Client): void {
    const clientId = client.clientId!;
    if (this.exchange.orders.open(clientId, this.options.username).length > 0)
      this.orders.sendOpenOrders(client, clientId);
    client.send("managedAccounts", { accountsList: this.options.accounts.join(",") });
    client.send("nextValidId", {
      orderId: this.exchange.orders.nextValidId(clientId, this.options.username),
    });
    for (const [code, message] of FARM_NOTICES) client.error(-1, code, message);
  }

  private leave(client: Client): void {
    this.clients.delete(client);
    if (client.clientId !== undefined && this.byClientId.get(client.clientId) === client) {
      this.byClientId.delete(client.clientId);
    }
    this.dropStreams(client);
    this.desk.drop(client);
  }

  /** Ends the client's subscriptions to data. */
  private dropStreams(client: Client): void {
    this.marketData.drop(client);
    this.desk.dropStreams(client);
  }

  private note(
    kind: "request" | "response" | "event",
    client: Client | undefined,
    name: string,
    body: unknown,
  ): void {
    this.log.record({ time: this.options.clock.now(), kind, client: client?.clientId, name, body });
  }

  private reqMktData(client: Client, body: Requests["reqMktData"]): void {
    const plan = this.floodPlan;
    this.marketData.subscribe(client, body, plan !== undefined);
    if (plan === undefined) return;
    const streams = this.marketData.streams(client);
    if (streams.length !== plan.afterRequests) return;
    const done = this.floodDone;
    if (done !== undefined) this.floodPlan = this.options.flood;
    this.floodDone = undefined;
    // The answers to the requests themselves are still on their way out of this turn.
    setImmediate(async () => {
      const result = await flood(
        client.socket,
        client.dialect,
        streams,
        plan,
        this.options.seed,
        this.options.clock,
      );
      this.note("event", client, "flood", result);
      done?.(result);
    });
  }

  private serve(client: Client, name: RequestName, body: unknown): void {
    const own = (this.handlers as Partial<Record<RequestName, Handler>>)[name];
    if (own !== undefined) own(client, body);
    else this.desk.serve(client, name as DeskRequest, body as never);
  }

  private makeHandlers(): OwnHandlers {
    const { exchange, marketData, orders } = this;
    return {
      reqMktData: (client, body) => this.reqMktData(client, body),
      cancelMktData: (client, { reqId }) => marketData.cancel(client, reqId),
      reqMarketDataType: (client, { marketDataType }) => marketData.setMarketDataType(client, marketDataType),
      placeOrder: (client, body) => orders.place(client, body),
      cancelOrder: (client, { orderId }) => orders.cancel(client, orderId),
      reqGlobalCancel: () => exchange.orders.cancelAll(),
      reqOpenOrders: (client) => orders.sendOpenOrders(client, client.clientId),
      reqAllOpenOrders: (client) => orders.sendOpenOrders(client),
      reqAutoOpenOrders: (client) => this.reqAutoOpenOrders(client),
      reqCompletedOrders: (client) => orders.sendCompletedOrders(client),
      reqExecutions: (client, body) => orders.sendExecutions(client, body),
      reqIds: (client) =>
        client.send("nextValidId", {
          orderId: exchange.orders.nextValidId(client.clientId!, this.options.username),
        }),
      reqManagedAccts: (client) =>
        client.send("managedAccounts", { accountsList: this.options.accounts.join(",") }),
    };
  }

  /** Orders entered by hand are bound to client 0 only; there are none here, so it just gets its open orders. */
  private reqAutoOpenOrders(client: Client): void {
    if (client.clientId === 0) this.orders.sendOpenOrders(client, 0);
    else {
      client.error(
        -1,
        321,
        "Error validating request.-'auto open orders' : cause - Only the client with API clientId=0 can auto bind orders.",
      );
    }
  }
}

type Handler = (client: Client, body: unknown) => void;
