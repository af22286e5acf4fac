import type { IBApi } from "../api/ib-api.js";
import { ibApiOn } from "../api/shared-session.js";
import { Client } from "../client/client.js";
import type { StrategyQuote } from "../client/strategies/strategy-host.js";
import type { IBKRConfig } from "../config/config.js";
import { checkLogin } from "../config/guards.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { ClientLogger } from "../domain/logger.js";
import type { Contract } from "../domain/stock-types.js";
import type { IBKRGateway } from "../gateway/ibkr-gateway.js";
import { CHANNELS } from "../metrics/channels.js";
import { MetricSet, sourceOf } from "../metrics/metric-family.js";
import { packageVersion } from "../native/package-version.js";
import type { RiskControl } from "../session/risk-control.js";
import { ClientLog } from "./client-log.js";
import { CLIENT_METRICS, type Shown } from "./client-metrics.js";
import { type ClientPlan, type ConnectClientOptions, configuredPlan } from "./client-options.js";
import type { ClientStats } from "./client-stats.js";
import { type OwnBroker, orClose } from "./connected-broker.js";
import { type ConnectedOrders, openOrders } from "./connected-orders.js";
import { IBKRDataStream } from "./data-stream.js";
import { OrderCounts } from "./order-counts.js";
import { processStats } from "./process-stats.js";
import { publishEvents } from "./publish.js";

/**
 * Everything over one connection that comes back by itself: contracts, orders, accounts, market data, and the drop-in for
 * what has no method of its own.
 */
export class IBKRClient extends Client {
  /** Market data: subscriptions, their quotes, bars, books, batches and iterators. */
  readonly stream: IBKRDataStream;
  /**
   * What is counted and measured, for an adapter: `ibkr-native/metrics/prometheus`, `ibkr-native/metrics/opentelemetry`.
   * Whoever has more adds a source.
   */
  readonly metrics = new MetricSet();
  private readonly orderCounts: OrderCounts;
  private dropIn: IBApi | undefined;

  private constructor(
    private readonly own: OwnBroker,
    private readonly connected: ConnectedOrders,
    plan: ClientPlan,
  ) {
    super(connected.gateway, connected.tracker, plan.client, plan.stream.clock);
    this.stream = new IBKRDataStream(connected.gateway, plan.stream);
    this.stream.operations = this.calls.operations;
    connected.journalFailed = (error) => this.tell(error);
    own.wireLogFailed = (error) => this.tell(error);
    this.orderCounts = new OrderCounts(connected.tracker, (ticket, status, before) => {
      if (CHANNELS.order.hasSubscribers) CHANNELS.order.publish({ client: this, ticket, status, before });
    });
    publishEvents(this, connected.gateway);
    if (plan.log.logger !== undefined) this.logTo(plan.log.logger, plan);
    this.metrics.add(sourceOf(Object.values(CLIENT_METRICS).flat(), () => this.shown()));
  }

  /**
   * Connects; resolves when requests are taken, what became of earlier orders is known, and positions and accounts are
   * there. From then on it connects again by itself until it is closed. A failure leaves nothing open.
   * @param options or a configuration, which then is all there is; what options leave out comes from variables of the
   *   environment, the file of `config` or `IBKR_CONFIG`, and defaults
   * @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed; `ERR_IBKR_JOURNAL_…` where
   *   the journal cannot be opened; whatever {@link Broker.connect} throws: `ERR_IBKR_CONNECT`, `ERR_IBKR_TIMEOUT`, …
   */
  static async connect(options: ConnectClientOptions | IBKRConfig = {}): Promise<IBKRClient> {
    const begunMs = performance.now();
    const plan = await configuredPlan(options);
    const { call } = plan.orders.broker;
    const { connected, broker } = await openOrders(plan.orders);
    return await orClose(connected, async () => {
      const client = new IBKRClient(broker, connected, plan);
      return await orClose(client, async () => {
        await connected.gateway.connect(call).catch((error: unknown) => {
          throw withReason(error, connected.gateway);
        });
        checkLogin(plan.environment, connected.gateway.accounts.names);
        const spentMs = Math.round(performance.now() - begunMs);
        const leftMs = Math.max(1, (call.timeoutMs as number) - spentMs);
        await client.ready({ ...call, timeoutMs: leftMs });
        return client;
      });
    });
  }

  /**
   * The risk gate: the emergency stop, limits, states, what was denied.
   * @throws IBKRError `ERR_IBKR_NOT_SUPPORTED` without the option `risk`
   */
  get risk(): RiskControl {
    const { riskControl } = this.own.connection;
    if (riskControl === undefined)
      throw new IBKRError("ERR_IBKR_NOT_SUPPORTED", "there is no risk gate: connect with the option risk");
    return riskControl;
  }

  /** The endpoint: its states, and why it is not connected. */
  get gateway(): IBKRGateway {
    return this.connected.gateway;
  }

  /**
   * The drop-in on the same connection, for what has no method of its own; made when it is first asked for. Its
   * `connect()` and `disconnect()` throw `ERR_IBKR_NOT_SUPPORTED`, and it hears everything that comes in
   * (docs/client.md).
   */
  get api(): IBApi {
    this.calls.mustBeOpen();
    this.dropIn ??= ibApiOn(this.own.connection);
    return this.dropIn;
  }

  protected override quoteOf(contract: Contract): StrategyQuote | undefined {
    return this.stream.quote(contract);
  }

  /** Everything that is counted, at this moment. Nobody who counts waits for it. */
  stats(): ClientStats {
    const { connected, own, stream } = this;
    const { gateway, journal, ...others } = connected.stats();
    const { state, sinceMs, failedAttempts, heldOrders } = connected.gateway.status();
    return {
      ...others,
      totals: own.connection.totals,
      gateway: { ...gateway, state, sinceMs, failedAttempts, heldOrders },
      orders: this.orderCounts.stats(),
      journal: journal && { ...journal, unwritten: connected.unwrittenRecords },
      stream: stream.stats(),
      operations: this.calls.operations.stats(),
      process: processStats(),
    };
  }

  private logTo(logger: ClientLogger, { log, orders }: ClientPlan): void {
    const { connected, stream } = this;
    new ClientLog(logger, log.levels, {
      ...{ client: this, gateway: connected.gateway, stream, operations: this.calls.operations },
      connection: { clientId: orders.broker.session.clientId },
      serverVersion: () => this.own.connection.serverVersion,
    });
  }

  private shown(): Shown {
    return {
      stats: this.stats(),
      operations: this.calls.operations,
      lag: this.stream.lagHistogram,
      steps: this.connected.latencies.recorders,
      version: packageVersion(),
    };
  }

  /**
   * Ends subscriptions and the connection, and a simulated gateway of its own: calls under way reject. Working orders stay
   * at the gateway, and on record.
   */
  override async close(): Promise<void> {
    await super.close();
    await this.stream.close();
    await this.connected.close();
  }
}

/** A client id that is in use is waited for: who has waited in vain hears so. */
function withReason(error: unknown, gateway: IBKRGateway): unknown {
  const { lastError } = gateway.status();
  if (!(error instanceof IBKRError) || error.code !== "ERR_IBKR_TIMEOUT" || lastError === undefined)
    return error;
  const { code, message } = error;
  return new IBKRError(code, `${message}: ${lastError.message}`, { scope: "system", cause: lastError });
}
