import { afterEach } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import { Client } from "../../src/client/client.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { IBKRClient } from "../../src/connect/client.js";
import type { ConnectClientOptions } from "../../src/connect/client-options.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import { OrderTracker } from "../../src/orders/order-tracker.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway, type SimulatedGatewayOptions } from "../../src/sim/index.js";

const ends: (() => unknown)[] = [];

/** What is to be done when the test is over; what came last goes first. */
export function atEnd(end: () => unknown): void {
  ends.push(end);
}

/** In each file that uses the stage. */
export function cleansUp(): void {
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
}

export async function simulated(options: SimulatedGatewayOptions = {}): Promise<SimulatedGateway> {
  const sim = await SimulatedGateway.start({ seed: 1, tickIntervalMs: 10, ...options });
  atEnd(() => sim.stop());
  return sim;
}

/** A client as programs have it. */
export async function clientAt(
  sim: SimulatedGateway,
  options: ConnectClientOptions = {},
): Promise<IBKRClient> {
  const client = await IBKRClient.connect({
    ...{ host: "127.0.0.1", port: sim.port, clientId: 1, maxReqPerSec: 1e9 },
    ...{ reconnectFirstMs: 10, reconnectMostMs: 50, commissionTimeoutMs: 500 },
    ...options,
  });
  atEnd(() => client.close());
  return client;
}

let lastClientId = 100;

/** A client over one session, which does not come back by itself. */
export async function clientOnSession(sim: SimulatedGateway, options: ClientOptions = {}): Promise<Client> {
  const clientId = ++lastClientId;
  const session = new Session(resolveOptions({ port: sim.port, clientId, maxReqPerSec: 1e9 }));
  const broker = new SessionBroker(session);
  atEnd(() => broker.close());
  const tracker = new OrderTracker(broker, { clientId, commissionTimeoutMs: 500 });
  atEnd(() => tracker.close());
  const client = new Client(broker, tracker, options);
  atEnd(() => client.close());
  await broker.connect();
  await client.ready();
  return client;
}

/** What a call throws or rejects with. */
export async function refusalOf(call: () => unknown): Promise<IBKRError> {
  try {
    await call();
  } catch (error) {
    return error as IBKRError;
  }
  throw new Error("it was not refused");
}

/** Resolves with the first event that is as wanted. */
export function told<A extends readonly unknown[]>(
  on: (listener: (...args: A) => void) => () => void,
  isWanted: (...args: A) => boolean = () => true,
): Promise<A> {
  return new Promise((resolve) => {
    const stop = on((...args) => {
      if (!isWanted(...args)) return;
      stop();
      resolve(args);
    });
  });
}
