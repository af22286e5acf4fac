import type { BarSeries } from "./bar-series.js";
import { type AskHistory, HistorySeam } from "./history-seam.js";
import type { StreamBar } from "./stream-bar.js";

/** Tells the bars of one series: each once when it is closed and known whole, the newest again where it was changed. */
export class SeriesTeller {
  /** History is there; rejects with what refused it. Resolved where none was asked for. */
  readonly ready: Promise<void>;
  private readonly seam: HistorySeam | undefined;
  private told = 0;
  private isChanged = false;
  private settle!: { resolve(): void; reject(reason: unknown): void };

  constructor(
    readonly series: BarSeries,
    private readonly host: {
      readonly ask: AskHistory;
      now(): number;
      tell(bar: StreamBar): void;
    },
  ) {
    this.ready = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Who does not wait for it has the bars without.
    this.ready.catch(() => {});
    series.onChanged(() => {
      this.isChanged = true;
    });
    const { history } = series.options;
    if (history === undefined) {
      this.settle.resolve();
      return;
    }
    this.seam = new HistorySeam(series, history, {
      ask: host.ask,
      now: host.now,
      changed: () => this.look(),
      answered: (error) => (error === undefined ? this.settle.resolve() : this.settle.reject(error)),
    });
  }

  /** A source was attached. */
  opened(): void {
    void this.seam?.opened();
  }

  /** The subscription is over: what is not known whole is told as it is. */
  closed(reason: unknown): void {
    this.seam?.close();
    this.look();
    this.settle.reject(reason);
  }

  /** Tells what has been closed or changed. */
  look(): void {
    const { series, seam } = this;
    series.sync(true);
    seam?.look();
    const limit = Math.min(seam?.limit ?? Number.POSITIVE_INFINITY, series.closedCount);
    if (this.isChanged) {
      this.isChanged = false;
      // One that was not told yet is told as it is now.
      if (series.changedNumber < this.told) this.tell(series.changedNumber);
    }
    while (this.told < limit) {
      const number = this.told;
      this.told += 1;
      this.tell(number);
    }
  }

  private tell(number: number): void {
    const bar = this.series.byNumber(number);
    if (bar !== undefined) this.host.tell(bar);
  }
}
