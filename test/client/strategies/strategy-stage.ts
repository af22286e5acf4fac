import { IBApi } from "../../../src/api/ib-api.js";
import { resolveOptions } from "../../../src/api/options.js";
import type { GatewayPosition } from "../../../src/client/strategies/position-book.js";
import { Strategies } from "../../../src/client/strategies/strategies.js";
import type { StrategyHost } from "../../../src/client/strategies/strategy-host.js";
import type { HostFigures } from "../../../src/client/strategies/tracker-host.js";
import { trackerHost } from "../../../src/client/strategies/tracker-host.js";
import type { IBKRError } from "../../../src/domain/ibkr-error.js";
import { orderRefOf } from "../../../src/orders/order-ref.js";
import { OrderTracker } from "../../../src/orders/order-tracker.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { SimulatedGateway, type SimulatedGatewayOptions } from "../../../src/sim/index.js";
import { atEnd, cleansUp } from "../client-stage.js";

export { atEnd, cleansUp };

/** A market that moves only when the test says `exchange.step()`, with nothing held. */
export async function standingMarket(options: SimulatedGatewayOptions = {}): Promise<SimulatedGateway> {
  const sim = await SimulatedGateway.start({ seed: 1, tickIntervalMs: 3_600_000, ...options });
  atEnd(() => sim.stop());
  return sim;
}

export interface Traded {
  readonly tracker: OrderTracker;
  readonly broker: SessionBroker;
  readonly strategies: Strategies;
  /** Asks the gateway what is held, and gives it to the strategies. */
  sync(): Promise<void>;
  /** Asks the gateway for the executions of the day, and gives them to the tracker. */
  catchUp(): Promise<void>;
}

/** Strategies over a session, as a client has them. */
export async function strategiesAt(
  sim: SimulatedGateway,
  figures: Partial<HostFigures> = {},
  clientId = 1,
): Promise<Traded> {
  const session = new Session(resolveOptions({ port: sim.port, clientId, maxReqPerSec: 1e9 }));
  const broker = new SessionBroker(session);
  atEnd(() => broker.close());
  const tracker = new OrderTracker(broker, { clientId, commissionTimeoutMs: 500 });
  atEnd(() => tracker.close());
  let held: readonly GatewayPosition[] = [];
  const host = trackerHost(broker, tracker, {
    account: [...sim.exchange.accounts.keys()][0],
    quote: () => undefined,
    equity: () => undefined,
    positions: () => held,
    ...figures,
  });
  const strategies = new Strategies(host);
  atEnd(() => strategies.close());
  await broker.connect();
  const sync = async () => {
    const positions = await broker.accounts.positions();
    held = positions.map(({ account, contract, pos, avgCost }) => ({
      ...{ account, contract, quantity: pos, averageCost: avgCost },
    }));
    strategies.sync();
  };
  const catchUp = async () => {
    const { orders, accounts } = broker;
    tracker.reconcile({
      open: await orders.open(),
      completed: await orders.completed(),
      executions: await orders.executions({}),
      positions: await accounts.positions(),
    });
  };
  await catchUp();
  await sync();
  return { tracker, broker, strategies, sync, catchUp };
}

let lastClientId = 70;

/** What `reqPnL` says of an account. */
export async function pnlOf({ port }: SimulatedGateway, account: string) {
  const api = new IBApi({ port, clientId: ++lastClientId });
  atEnd(() => api.disconnect());
  const told = new Promise<{ daily: number; unrealized: number; realized: number }>((resolve) => {
    api.once(
      "pnl" as never,
      ((_id: number, daily: number, unrealized: number, realized: number) =>
        resolve({ daily, unrealized, realized })) as never,
    );
  });
  api.once("nextValidId" as never, (() => api.reqPnL(9001, account)) as never);
  api.connect();
  return await told;
}

/** A host of which nothing is heard. */
export function quietHost(more: Partial<StrategyHost> = {}): StrategyHost {
  const silent = () => () => {};
  return {
    prefix: "ibkr-native",
    orders: undefined as never,
    account: "DU0000001",
    tickets: [],
    nextOrderRef: (prefix) => orderRefOf(prefix, "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    nowMs: () => Date.now(),
    quote: () => undefined,
    equity: () => undefined,
    positions: () => [],
    onTicket: silent,
    onFill: silent,
    onCommission: silent,
    ...more,
  };
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
