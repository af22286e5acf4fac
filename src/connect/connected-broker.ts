import { checkSeam } from "../api/seam.js";
import type { Broker } from "../broker/broker.js";
import type { CallOptions } from "../broker/call-options.js";
import type { SimulationOptions } from "../config/simulation-options.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { loadAddon } from "../native/load.js";
import { SessionBroker } from "../session/broker/session-broker.js";
import type { ConnectionStats } from "../session/connection-stats.js";
import type { RateStats } from "../session/request-queue.js";
import { Session } from "../session/session.js";
import type { WireLog } from "../session/wire-log/wire-log.js";
import type { WireLogOptions } from "../session/wire-log/wire-log-options.js";
import { type BrokerPlan, brokerPlan, type ConnectBrokerOptions } from "./connect-options.js";
import type { OwnGateway } from "./simulated-process.js";

const LOOPBACK = "127.0.0.1";

/** A broker over one connection to TWS or IB Gateway; whoever asked for it closes it. */
export interface ConnectedBroker extends Broker {
  /** Counters of the newest connection; undefined before the first. */
  readonly stats: ConnectionStats | undefined;
  /** What the limit of messages a second (`maxReqPerSec`) has cost. */
  readonly rate: RateStats;
  /** Ends the connection, and the simulated gateway where there is one: after that it cannot connect again. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A session of its own, and the gateway that was started for it. */
export class OwnBroker extends SessionBroker implements ConnectedBroker {
  private gone: IBKRError | undefined;

  constructor(
    readonly connection: Session,
    private readonly gateway: OwnGateway | undefined,
    private readonly wireLog: WireLog | undefined,
  ) {
    super(connection);
    gateway?.onEnd?.((error) => {
      this.gone = error;
      this.faulted(error);
    });
  }

  /** Hears why the wire log is written no more. */
  set wireLogFailed(failed: (error: IBKRError) => void) {
    if (this.wireLog !== undefined) this.wireLog.failed = failed;
  }

  override async connect(options?: CallOptions): Promise<void> {
    // Nobody will ever listen there again.
    if (this.gone !== undefined) throw this.gone;
    return super.connect(options);
  }

  get stats(): ConnectionStats | undefined {
    return this.connection.stats;
  }

  get rate(): RateStats {
    return this.connection.rate;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.gateway?.stop();
    this.wireLog?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Makes a broker that is not connected yet; its simulated gateway runs. */
export async function makeBroker({ session, simulation, wireLog, call }: BrokerPlan): Promise<OwnBroker> {
  call.signal?.throwIfAborted();
  checkSeam();
  loadAddon(); // a missing binary is told as what it is
  if (simulation === undefined) {
    const own = new Session(session);
    return new OwnBroker(own, undefined, await wireLogOf(own, wireLog));
  }
  const gateway = await startGateway(simulation, call.signal);
  const { host = LOOPBACK } = simulation;
  // It is this program's own, wherever others may be.
  const own = { ...session, host, port: gateway.port, allowedHosts: undefined };
  return await orClose({ close: () => gateway.stop() }, async () => {
    const connection = new Session(own);
    return new OwnBroker(connection, gateway, await wireLogOf(connection, wireLog));
  });
}

/** Loaded when it is wanted: what is not logged has no use for it. */
async function wireLogOf(
  session: Session,
  options: WireLogOptions | undefined,
): Promise<WireLog | undefined> {
  if (options === undefined) return undefined;
  const { WireLog } = await import("../session/wire-log/wire-log.js");
  return new WireLog(session, options);
}

async function startGateway(options: SimulationOptions, signal?: AbortSignal): Promise<OwnGateway> {
  try {
    // Loaded when it is wanted: programs that trade have no use for it.
    if (canCross(options)) {
      const { SimulatedProcess } = await import("./simulated-process.js");
      return await SimulatedProcess.start(options, signal);
    }
    const { startSimulation } = await import("./simulation.js");
    return await startSimulation(options);
  } catch (error) {
    if (!(error instanceof IBKRError) || error.code !== "ERR_IBKR_OPTION") throw error;
    throw new IBKRError(error.code, `simulation.${error.message}`, { cause: error });
  }
}

/** A clock, another gateway's exchange and functions are of this process: a gateway that has one of them is, too. */
function canCross(options: SimulationOptions): boolean {
  if (options.clock !== undefined || options.exchange !== undefined) return false;
  try {
    structuredClone(options);
    return true;
  } catch {
    return false;
  }
}

/** Closes what was opened where the rest fails; what went wrong first is what is told. */
export async function orClose<T>(opened: { close(): Promise<void> }, rest: () => T | Promise<T>): Promise<T> {
  try {
    return await rest();
  } catch (error) {
    await opened.close().catch(() => undefined);
    throw error;
  }
}

/**
 * Connects to TWS, IB Gateway or a simulated gateway; resolves when requests are taken. A failure leaves nothing open.
 * @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed, and whatever
 *   {@link Broker.connect} throws: `ERR_IBKR_CONNECT`, `ERR_IBKR_HANDSHAKE`, `ERR_IBKR_TIMEOUT`, …
 */
export async function connectBroker(options: ConnectBrokerOptions = {}): Promise<ConnectedBroker> {
  const plan = brokerPlan(options);
  const broker = await makeBroker(plan);
  await orClose(broker, () => broker.connect(plan.call));
  return broker;
}
