import { IBKRError } from "../domain/ibkr-error.js";
import type { GatewayStats } from "../gateway/gateway-events.js";
import { IBKRGateway } from "../gateway/ibkr-gateway.js";
import type { JournalStats } from "../native/load.js";
import { OrderJournal } from "../orders/journal.js";
import { Ledger } from "../orders/ledger.js";
import { OrderTracker } from "../orders/order-tracker.js";
import { OrderTrail } from "../orders/order-trail.js";
import type { GatewayTruth, Reconciliation } from "../orders/reconcile.js";
import { restoredOrders, strandedArmIds } from "../orders/restored-orders.js";
import type { ConnectionStats } from "../session/connection-stats.js";
import type { RateStats } from "../session/request-queue.js";
import { makeBroker, type OwnBroker, orClose } from "./connected-broker.js";
import { OrderLatencies } from "./order-latencies.js";
import { type ConnectOrdersOptions, type OrdersPlan, ordersPlan } from "./orders-options.js";

export interface ConnectedOrdersStats {
  /** Counters of the newest connection; undefined before the first. */
  readonly connection: ConnectionStats | undefined;
  readonly gateway: GatewayStats;
  /** The limit of messages a second: what is waiting, and what has waited. */
  readonly rate: RateStats;
  /** From the call of an order to each of its steps, in ns, of orders of this process that are over. */
  readonly latency: ReturnType<OrderLatencies["snapshot"]>;
  /** Undefined without a journal. */
  readonly journal: JournalStats | undefined;
}

const PROGRAM = "ibkr-native";

/** Orders over one endpoint that comes back, on record: a gateway, a tracker and their journal. */
export class ConnectedOrders {
  readonly gateway: IBKRGateway;
  readonly tracker: OrderTracker;
  /** Why the journal could not be written; undefined: it could. New orders are refused as long as it cannot. */
  journalError: IBKRError | undefined;
  /** How often that was. */
  unwrittenRecords = 0;
  /** Hears of each {@link journalError}, once as long as it stays the same. */
  journalFailed: (error: IBKRError) => void = () => {};
  readonly latencies = new OrderLatencies();
  private closing: Promise<void> | undefined;

  constructor(
    private readonly broker: OwnBroker,
    clientId: number,
    { gateway, tracker }: Pick<OrdersPlan, "gateway" | "tracker">,
    private readonly journal: OrderJournal | undefined,
  ) {
    this.gateway = new IBKRGateway(broker, gateway);
    const trail =
      journal === undefined ? undefined : new OrderTrail(journal, (error) => this.unwritten(error));
    this.tracker = new OrderTracker(this.gateway, { ...tracker, clientId, journal: trail });
    this.gateway.reconciler = { reconcile: (truth) => this.reconcile(truth) };
    if (journal !== undefined) this.restore(journal, clientId);
    // Not of those that were restored: they were called in another process.
    this.tracker.on("ticket", (ticket) => this.latencies.watch(ticket));
  }

  stats(): ConnectedOrdersStats {
    const { broker, gateway, journal } = this;
    return {
      connection: broker.stats,
      gateway: gateway.stats(),
      rate: broker.rate,
      latency: this.latencies.snapshot(),
      journal: journal?.stats(),
    };
  }

  /** Ends the connection, and the journal: what is open stays so at the gateway, and on record. Each call resolves when all has ended. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async end(): Promise<void> {
    try {
      await this.gateway.close();
      await this.broker.close();
    } finally {
      this.tracker.close();
      this.write((journal) => journal.sessionEnd(nowMicros(), "closed"));
      this.journal?.close();
    }
  }

  /** What is only noted holds up neither a connection, over which cancels have to go, nor its end. */
  private write(record: (journal: OrderJournal) => void): void {
    if (this.journal === undefined) return;
    try {
      record(this.journal);
    } catch (error) {
      if (!(error instanceof IBKRError)) throw error;
      this.unwritten(error);
    }
  }

  private unwritten(error: IBKRError): void {
    const before = this.journalError;
    this.journalError = error;
    this.unwrittenRecords++;
    if (before?.message !== error.message) this.journalFailed(error);
  }

  private restore(journal: OrderJournal, clientId: number): void {
    const ledger = new Ledger().addAll(journal.recovered.records());
    this.tracker.restore(restoredOrders(ledger, clientId));
    journal.sessionBegin(nowMicros(), PROGRAM);
    for (const armId of strandedArmIds(ledger))
      journal.disarmed(nowMicros(), armId, "the process that judged it has ended");
  }

  private reconcile(truth: GatewayTruth): Reconciliation {
    this.write((journal) => journal.reconcileBegin(nowMicros()));
    const result = this.tracker.reconcile(truth);
    const executions = result.newExecutions.length + result.corrections.length;
    this.write((journal) =>
      journal.reconcileEnd(nowMicros(), truth.open.length, executions, result.unknown.length),
    );
    return result;
  }
}

function nowMicros(): number {
  return Date.now() * 1000;
}

/** Makes what `connectOrders` connects; a failure leaves nothing open. */
export async function openOrders(
  plan: OrdersPlan,
): Promise<{ readonly connected: ConnectedOrders; readonly broker: OwnBroker }> {
  const journal = plan.journal === undefined ? undefined : new OrderJournal(plan.journal);
  const session = { ...plan.broker.session, journal };
  return await orClose({ close: async () => journal?.close() }, async () => {
    const broker = await makeBroker({ ...plan.broker, session });
    return await orClose(broker, () => {
      const connected = new ConnectedOrders(broker, session.clientId, plan, journal);
      return { connected, broker };
    });
  });
}

/**
 * Connects for orders; resolves when what became of earlier ones is known, and new ones pass. The connection comes back
 * by itself until it is closed. A failure leaves nothing open.
 * @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed; `ERR_IBKR_JOURNAL_…` where the
 *   journal cannot be opened; whatever {@link Broker.connect} throws
 */
export async function connectOrders(options: ConnectOrdersOptions = {}): Promise<ConnectedOrders> {
  const plan = ordersPlan(options);
  const { connected } = await openOrders(plan);
  return await orClose(connected, async () => {
    await connected.gateway.connect(plan.broker.call);
    return connected;
  });
}
