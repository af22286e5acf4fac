import type { Clock, Timer } from "../../time/clock.js";
import type { RequestName } from "../model/requests.js";
import type { ResponseName } from "../model/responses.js";
import { checkFault } from "./check-fault.js";
import type { Aim, Fault, FaultHandle, FaultKind, MessageName } from "./fault.js";
import type { CutCounter, Link, LinkConditions } from "./link.js";

/** One connection as faults see it. */
export interface FaultyClient {
  readonly clientId: number | undefined;
  readonly ready: boolean;
  readonly link: Link;
  error(id: number, code: number, message: string): void;
  /** Handles what came while the connection was frozen. */
  resume(): void;
}

/** What faults need of their gateway. */
export interface FaultHost {
  readonly clock: Clock;
  connections(): Iterable<FaultyClient>;
  /** Request ids of a connection's market data streams. */
  streams(client: FaultyClient): number[];
  /** The connection's data subscriptions are gone. */
  dropStreams(client: FaultyClient): void;
  /** Requests that were held may be served. */
  releaseRequests(): void;
  restart(downMs: number, nextValidId: number | undefined): void;
  note(name: string, body: unknown): void;
}

const DEFAULT_MESSAGES: readonly MessageName[] = ["orderStatus", "executionData"];
const DEFAULT_DOWN_MS = 1000;
/** Time between two bursts of a paced storm. */
const STORM_INTERVAL_MS = 10;

/** Messages that carry market data. */
const DATA_MESSAGES: ReadonlySet<string> = new Set<ResponseName>([
  "tickPrice",
  "tickSize",
  "tickString",
  "tickGeneric",
  "tickEfp",
  "tickOptionComputation",
  "tickByTickLast",
  "tickByTickBidAsk",
  "tickByTickMidPoint",
  "tickNews",
  "marketDepth",
  "marketDepthL2",
  "realTimeBar",
  "historicalDataUpdate",
]);

/** Requests that wait while Interactive Brokers cannot be reached. */
const ORDER_REQUESTS: ReadonlySet<string> = new Set<RequestName>([
  "placeOrder",
  "cancelOrder",
  "reqGlobalCancel",
]);

/** Requests that a fault which names none lets through. */
const SERVED = /^(cancel|startApi$)/;

const FARMS = {
  "market-data": { broken: 2103, ok: 2104, text: "Market data farm connection is", name: "usfarm" },
  historical: { broken: 2105, ok: 2106, text: "HMDS data farm connection is", name: "ushmds" },
  definitions: { broken: 2157, ok: 2158, text: "Sec-def data farm connection is", name: "secdefnj" },
} as const;

class ActiveFault implements FaultHandle {
  active = true;
  timer: Timer | undefined;
  /** For a cut. */
  counter: CutCounter | undefined;
  /** Requests that it has refused. */
  refused = 0;
  /** Connections there were when a fault for current (or new) ones began. */
  known: WeakSet<FaultyClient> | undefined;

  constructor(
    readonly fault: Fault,
    private readonly onStop: (fault: ActiveFault) => void,
  ) {}

  stop(): void {
    if (!this.active) return;
    this.active = false;
    this.timer?.stop();
    this.onStop(this);
  }
}

/** The faults of one gateway. */
export class Faults {
  private readonly running = new Set<ActiveFault>();

  constructor(private readonly host: FaultHost) {}

  /** Starts a fault. @throws IBKRError `ERR_IBKR_OPTION` for one that is none. */
  start(given: Fault): FaultHandle {
    const fault = checkFault(given);
    const active = new ActiveFault(fault, (ended) => this.ended(ended));
    this.host.note("fault", fault);
    this.running.add(active);
    this.begin(active);
    if (active.active && "forMs" in fault && fault.forMs !== undefined) {
      active.timer = this.host.clock.after(fault.forMs, () => active.stop());
    }
    return active;
  }

  /** The gateway stops: no fault does anything any more. */
  end(): void {
    for (const active of this.running) active.timer?.stop();
    this.running.clear();
  }

  /** Whether a request has to wait for the connection to Interactive Brokers. */
  holds(request: string): boolean {
    return ORDER_REQUESTS.has(request) && this.any("upstream-lost");
  }

  /** What a request is refused with; undefined: it is served. */
  refusalOf(client: FaultyClient, request: RequestName): { code: number; message: string } | undefined {
    for (const active of this.running) {
      const { fault } = active;
      if (fault.kind !== "refuse") continue;
      if (fault.clientId !== undefined && fault.clientId !== client.clientId) continue;
      if (fault.requests === undefined ? SERVED.test(request) : !fault.requests.includes(request)) continue;
      active.refused += 1;
      if (active.refused === fault.times) active.stop();
      return { code: fault.code, message: fault.message ?? "Refused: a fault of the simulated gateway." };
    }
    return undefined;
  }

  /** Sets what the faults in force mean for a connection: it is new, or it has its client id now. */
  apply(client: FaultyClient): void {
    const before = client.link.frozen;
    client.link.update(this.conditionsFor(client));
    if (before && !client.link.frozen) client.resume();
  }

  private any(kind: FaultKind): boolean {
    for (const { fault } of this.running) if (fault.kind === kind) return true;
    return false;
  }

  private applyAll(): void {
    for (const client of [...this.host.connections()]) this.apply(client);
  }

  private begin(active: ActiveFault): void {
    const { fault } = active;
    switch (fault.kind) {
      case "reset":
        for (const client of this.aimedAt(fault)) client.link.reset();
        active.stop();
        return;
      case "restart":
        this.host.restart(fault.downMs ?? DEFAULT_DOWN_MS, fault.nextValidId);
        active.stop();
        return;
      case "error-storm":
        this.storm(active, fault);
        return;
      case "upstream-lost":
        this.tellAll(1100, "Connectivity between IBKR and Trader Workstation has been lost.");
        break;
      case "farm-flap": {
        const { broken, text, name } = FARMS[fault.farm ?? "market-data"];
        this.tellAll(broken, `${text} broken:${fault.name ?? name}`);
        break;
      }
      case "competing-session":
        for (const client of this.aimedAt(fault)) {
          for (const reqId of this.host.streams(client)) {
            client.error(reqId, 10197, "No market data during competing live session");
          }
        }
        break;
      case "cut":
        active.counter = { fault, seen: 0, done: () => active.stop() };
        break;
      case "half-open":
        active.known = new WeakSet(this.host.connections());
        break;
    }
    this.applyAll();
  }

  private ended(active: ActiveFault): void {
    const { fault } = active;
    this.running.delete(active);
    this.host.note("faultEnded", { kind: fault.kind });
    this.applyAll();
    if (fault.kind === "upstream-lost" && !this.any("upstream-lost"))
      this.reconnected(fault.dataLost === true);
    if (fault.kind === "farm-flap") {
      const { ok, text, name } = FARMS[fault.farm ?? "market-data"];
      this.tellAll(ok, `${text} OK:${fault.name ?? name}`);
    }
  }

  private reconnected(dataLost: boolean): void {
    const what = "Connectivity between IBKR and Trader Workstation has been restored";
    if (dataLost) {
      for (const client of [...this.host.connections()]) this.host.dropStreams(client);
      this.tellAll(1101, `${what} - data lost.`);
    } else {
      this.tellAll(1102, `${what} - data maintained.`);
    }
    this.host.releaseRequests();
  }

  private tellAll(code: number, message: string): void {
    for (const client of [...this.host.connections()]) if (client.ready) client.error(-1, code, message);
  }

  private *aimedAt({ clientId }: Aim): Iterable<FaultyClient> {
    for (const client of [...this.host.connections()]) {
      if (clientId === undefined || client.clientId === clientId) yield client;
    }
  }

  private storm(active: ActiveFault, fault: Extract<Fault, { kind: "error-storm" }>): void {
    const code = fault.code ?? 2110;
    const message =
      fault.message ??
      "Connectivity between Trader Workstation and server is broken. It will be restored automatically.";
    const perTurn =
      fault.perSecond === undefined ? fault.count : (fault.perSecond * STORM_INTERVAL_MS) / 1000;
    let allowed = 0;
    let sent = 0;
    const turn = (): void => {
      allowed = Math.min(fault.count, allowed + perTurn);
      for (; sent < Math.floor(allowed); sent++) {
        for (const client of this.aimedAt(fault)) if (client.ready) client.error(-1, code, message);
      }
      if (sent >= fault.count) active.stop();
    };
    if (fault.perSecond !== undefined) active.timer = this.host.clock.every(STORM_INTERVAL_MS, turn);
    turn();
  }

  /** @returns `undefined` where no fault concerns the connection: it then takes the fast path. */
  private conditionsFor(client: FaultyClient): LinkConditions | undefined {
    const conditions: LinkConditions = {
      frozen: false,
      muted: undefined,
      cuts: [],
      duplicates: [],
      late: [],
    };
    let concerned = false;
    for (const { fault, counter, known } of this.running) {
      if ("clientId" in fault && fault.clientId !== undefined && fault.clientId !== client.clientId) continue;
      concerned = true;
      switch (fault.kind) {
        case "half-open": {
          const scope = fault.connections ?? "all";
          if (scope === "all" || known!.has(client) === (scope === "current")) conditions.frozen = true;
          break;
        }
        case "delay":
          conditions.delay = fault;
          break;
        case "split":
          conditions.split = fault;
          break;
        case "merge":
          conditions.merge = fault;
          break;
        case "slow-reader":
          conditions.slowReader = fault;
          break;
        case "cut":
          conditions.cuts.push(counter!);
          break;
        case "duplicate":
          conditions.duplicates.push({
            messages: new Set(fault.messages ?? DEFAULT_MESSAGES),
            times: fault.times ?? 2,
          });
          break;
        case "late":
          conditions.late.push({ messages: new Set(fault.messages ?? DEFAULT_MESSAGES), ms: fault.ms });
          break;
        case "farm-flap":
          if ((fault.farm ?? "market-data") === "market-data") conditions.muted = DATA_MESSAGES;
          break;
        case "upstream-lost":
        case "competing-session":
          conditions.muted = DATA_MESSAGES;
          break;
      }
    }
    return concerned ? conditions : undefined;
  }
}
