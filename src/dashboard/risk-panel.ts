import type { IBKRClient } from "../connect/client.js";
import { RISK_LIMITS, RISK_SCOPE_LIMITS } from "../native/layout.js";
import type { RiskControl, RiskSnapshot } from "../session/risk-control.js";
import type { RiskRow, RiskUpdate } from "./update.js";

/** What stands beside a limit: limits of single orders have nothing that is so at the moment. */
const MEASURED: Readonly<Record<string, (risk: RiskSnapshot) => number>> = {
  maxGrossExposure: ({ grossExposure }) => grossExposure,
  maxNetExposure: ({ netExposure }) => Math.abs(netExposure),
  maxOpenOrders: ({ openOrders }) => openOrders,
  maxDailyOrders: ({ ordersToday }) => ordersToday,
  softDailyOrders: ({ ordersToday }) => ordersToday,
  maxDailyTrades: ({ tradesToday }) => tradesToday,
  softDailyTrades: ({ tradesToday }) => tradesToday,
  maxDailyVolume: ({ volumeToday }) => volumeToday,
  softDailyVolume: ({ volumeToday }) => volumeToday,
  maxDailyRealizedLoss: ({ realized }) => Math.max(0, -realized),
  softDailyRealizedLoss: ({ realized }) => Math.max(0, -realized),
  maxDailyLoss: ({ profit }) => Math.max(0, -profit),
  softDailyLoss: ({ profit }) => Math.max(0, -profit),
  maxDrawdown: ({ drawdown }) => drawdown,
  softDrawdown: ({ drawdown }) => drawdown,
};

const UNITS = new Map<string, string>(
  [...RISK_LIMITS, ...RISK_SCOPE_LIMITS].map(({ name, unit }) => [name, unit]),
);

/** The risk gate: its state, figures beside their limits, and the emergency stop. */
export class RiskPanel {
  private denied = 0;
  private readonly forget: () => void;
  private readonly control: RiskControl | undefined;

  constructor(
    client: IBKRClient,
    private readonly allowStop: boolean,
  ) {
    this.control = controlOf(client);
    this.forget =
      this.control?.on("denied", () => {
        this.denied++;
      }) ?? (() => {});
  }

  /** Undefined: there is no gate, or the page is not to have it. Resolves once the latch is set: cancels go on by themselves. */
  get stop(): ((reason: string) => Promise<unknown>) | undefined {
    const { control: risk } = this;
    if (risk === undefined || !this.allowStop) return undefined;
    return async (reason) => {
      risk.stop(reason).catch(() => {});
    };
  }

  risk(): RiskUpdate {
    const { control: risk } = this;
    if (risk === undefined) return { state: "none", rows: [], denied: 0, canStop: false };
    const snapshot = risk.snapshot();
    const isStopped = snapshot.stopped !== undefined;
    return {
      state: isStopped ? "STOPPED" : snapshot.state,
      reason: snapshot.stopped ?? snapshot.cause,
      rows: rowsOf(snapshot),
      denied: this.denied,
      canStop: this.allowStop,
    };
  }

  close(): void {
    this.forget();
  }
}

/** Undefined without a gate, where asking for it is an error. */
function controlOf(client: IBKRClient): RiskControl | undefined {
  try {
    return client.risk;
  } catch {
    return undefined;
  }
}

/** Limits that are set, those with a figure beside them first. */
function rowsOf(snapshot: RiskSnapshot): RiskRow[] {
  const rows: RiskRow[] = [];
  for (const [name, limit] of Object.entries(snapshot.limits)) {
    if (typeof limit !== "number" || !Number.isFinite(limit)) continue;
    rows.push({ name, unit: UNITS.get(name) ?? "", limit, measured: MEASURED[name]?.(snapshot) });
  }
  return rows.sort((a, b) => Number(a.measured === undefined) - Number(b.measured === undefined));
}
