import type { GatewayStats, GatewayStatus } from "../gateway/gateway-events.js";
import type { OperationStats } from "../metrics/operation-meter.js";
import type { JournalStats } from "../native/load.js";
import type { SessionTotals } from "../session/session-counts.js";
import type { StreamStats } from "../stream/stats.js";
import type { ConnectedOrdersStats } from "./connected-orders.js";
import type { OrderStats } from "./order-counts.js";
import type { ProcessStats } from "./process-stats.js";

/** Everything that is counted, at one moment: plain data. Counters are those of this process, and only grow. */
export interface ClientStats extends Omit<ConnectedOrdersStats, "gateway" | "journal"> {
  /** What came, went and was said over all connections; `connection` has the counters of the newest. */
  readonly totals: SessionTotals;
  readonly gateway: GatewayStats & Pick<GatewayStatus, "state" | "sinceMs" | "failedAttempts" | "heldOrders">;
  readonly orders: OrderStats;
  /** Undefined without a journal. `unwritten`: what it should have noted of orders, and could not. */
  readonly journal: (JournalStats & { readonly unwritten: number }) | undefined;
  readonly stream: StreamStats;
  /** Calls of the client, by name: `placeOrder`, `news.headlines`, `ticket.done`, … */
  readonly operations: Readonly<Record<string, OperationStats>>;
  readonly process: ProcessStats;
}
