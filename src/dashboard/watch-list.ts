import type { IBKRClient } from "../connect/client.js";
import type { Contract } from "../domain/stock-types.js";
import type { BarSeries } from "../stream/bar-series.js";
import type { StreamBar } from "../stream/stream-bar.js";
import type { Subscription } from "../stream/subscription.js";
import { monotonicMicros } from "../time/monotonic.js";
import { MOST_WATCHED, type ResolvedDashboardOptions } from "./dashboard-options.js";
import { detailOf, keyOf, symbolOf } from "./names.js";
import type { ChartBar, ChartUpdate, QuoteRow } from "./update.js";

interface Watched {
  readonly contract: Contract;
  readonly subscription: Subscription;
  /** Its history has come, or will not: no bar goes before those there are any more. */
  isSettled: boolean;
}

/** Bars that the page has at once. */
const MOST_BARS = 1_000;

/** What the page has quotes and bars of: what was named, or what is held. */
export class WatchList {
  private readonly watched = new Map<string, Watched>();
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly client: IBKRClient,
    private readonly options: Pick<ResolvedDashboardOptions, "watch" | "barSize" | "history">,
  ) {
    if (options.watch !== undefined) {
      for (const contract of options.watch) this.add(contract);
      return;
    }
    const { positions } = client;
    for (const { contract } of positions.all()) this.add(contract);
    this.stops.push(positions.on("change", ({ contract }) => this.add(contract)));
  }

  quotes(): QuoteRow[] {
    const nowMicros = monotonicMicros();
    return [...this.watched].map(([key, watched]) => quoteRow(key, watched, nowMicros));
  }

  /** Last price of it, where it is watched. */
  lastOf(key: string): number | undefined {
    return this.watched.get(key)?.subscription.quote.last;
  }

  /** @param key left out, or not watched any more: the first. @param fromMs bars from this one on, where history has come */
  chart(key: string | undefined, fromMs?: number): ChartUpdate | undefined {
    const [first] = this.watched.keys();
    const name = key !== undefined && this.watched.has(key) ? key : first;
    const one = name === undefined ? undefined : this.watched.get(name);
    if (one === undefined || name === undefined) return undefined;
    const { barSize: size } = this.options;
    const isWhole = fromMs === undefined || !one.isSettled;
    const bars = newestBars(one.subscription.bars(size), isWhole ? 0 : fromMs);
    return { key: name, symbol: symbolOf(one.contract), size, isWhole, bars };
  }

  close(): void {
    for (const stop of this.stops) stop();
    for (const { subscription } of this.watched.values()) subscription.close();
    this.watched.clear();
  }

  private add(contract: Contract): void {
    const key = keyOf(contract);
    if (this.watched.has(key) || this.watched.size >= MOST_WATCHED) return;
    const { barSize: size, history } = this.options;
    // Positions come without an exchange: data is asked for where orders would go.
    const wanted = contract.exchange ? contract : { ...contract, exchange: "SMART" };
    const subscription = this.client.stream.subscribe(wanted, {
      trades: true,
      bars: [{ size, history: history === "none" ? undefined : history, keep: 1_024 }],
    });
    const watched: Watched = { contract, subscription, isSettled: false };
    const settled = () => {
      watched.isSettled = true;
    };
    subscription.bars(size).ready.then(settled, settled);
    this.watched.set(key, watched);
  }
}

/** Closed ones and the forming one, the oldest first. */
function newestBars(series: BarSeries, fromMs: number): ChartBar[] {
  const bars: ChartBar[] = [];
  const { forming } = series;
  if (forming !== undefined) bars.push(chartBar(forming));
  for (let i = -1; bars.length < MOST_BARS; i--) {
    const bar = series.at(i);
    if (bar === undefined || bar.startMs < fromMs) break;
    bars.push(chartBar(bar));
  }
  return bars.reverse();
}

function chartBar({ startMs, open, high, low, close, volume }: StreamBar): ChartBar {
  return [startMs, open, high, low, close, volume];
}

function quoteRow(key: string, { contract, subscription }: Watched, nowMicros: number): QuoteRow {
  const { bid, bidSize, ask, askSize, last, lastSize, volume, high, low, close, delayed, updatedMicros } =
    subscription.quote;
  const changePercent =
    last === undefined || close === undefined || close === 0 ? undefined : ((last - close) / close) * 100;
  const ageMs = updatedMicros === undefined ? undefined : Math.max(0, (nowMicros - updatedMicros) / 1000);
  return {
    key,
    symbol: symbolOf(contract),
    detail: detailOf(contract),
    state: subscription.state,
    ...{ bid, bidSize, ask, askSize, last, lastSize, volume, high, low, changePercent },
    // Whole seconds: what is as it was is not sent again.
    ageMs: ageMs === undefined ? undefined : Math.floor(ageMs / 1000) * 1000,
    isDelayed: delayed,
  };
}
