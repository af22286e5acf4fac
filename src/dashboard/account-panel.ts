import type { IBKRClient } from "../connect/client.js";
import type { Clock, Timer } from "../time/clock.js";
import { detailOf, keyOf, symbolOf } from "./names.js";
import type { HeadUpdate, PnlPoint, PnlUpdate, PositionRow } from "./update.js";

/** Between two points of the day's curve: 24 hours are 8,640 points. */
const POINT_MS = 10_000;
const MOST_POINTS = 8_640;

/** Account, positions and the day's profit and loss. */
export class AccountPanel {
  private readonly points: PnlPoint[] = [];
  private readonly timer: Timer;

  /** @param lastOf the last price of what is watched */
  constructor(
    private readonly client: IBKRClient,
    private readonly lastOf: (key: string) => number | undefined,
    private readonly clock: Clock,
  ) {
    this.timer = clock.every(POINT_MS, () => this.sample());
    this.sample();
  }

  head(): HeadUpdate {
    const { client } = this;
    const { account, pnl } = client;
    return {
      state: client.state,
      account: client.accountName,
      currency: account.currency,
      netLiquidation: account.netLiquidation,
      availableFunds: account.availableFunds,
      dailyPnl: pnl.daily,
      unrealizedPnl: pnl.unrealized,
      realizedPnl: pnl.realized,
      isStale: client.accounts.isStale,
    };
  }

  positions(): PositionRow[] {
    return this.client.positions.all().map(({ account, contract, quantity, averageCost }) => {
      const key = keyOf(contract);
      const last = this.lastOf(key);
      const multiplier = Number(contract.multiplier) || 1;
      const unrealizedPnl =
        last === undefined || averageCost === undefined
          ? undefined
          : quantity * (last * multiplier - averageCost);
      const detail = detailOf(contract);
      return {
        key: `${account} ${key}`,
        symbol: symbolOf(contract),
        detail,
        quantity,
        averageCost,
        last,
        unrealizedPnl,
      };
    });
  }

  /** @param fromMs points from then on */
  pnl(fromMs?: number): PnlUpdate {
    const points = fromMs === undefined ? this.points : this.points.filter(([atMs]) => atMs >= fromMs);
    return { isWhole: fromMs === undefined, points };
  }

  close(): void {
    this.timer.stop();
  }

  private sample(): void {
    const { daily } = this.client.pnl;
    if (daily === undefined) return;
    this.points.push([this.clock.now(), daily]);
    if (this.points.length > MOST_POINTS) this.points.shift();
  }
}
