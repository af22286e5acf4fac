import type { FeedSubscription } from "../broker/feed.js";
import type { ResolvedSeries } from "./bar-options.js";
import { BarSeries } from "./bar-series.js";
import { seriesOf } from "./bar-size.js";
import type { AskHistory } from "./history-seam.js";
import type { QueueIterator } from "./queue-iterator.js";
import { SeriesTeller } from "./series-teller.js";
import type { SharedSeries } from "./share-handle.js";
import type { SharedLine } from "./shared-line.js";
import type { StreamBar } from "./stream-bar.js";

type Queues = Set<QueueIterator<StreamBar>>;

/** What the bars of a subscription need of it. */
export interface BarsHost {
  readonly ask: AskHistory;
  now(): number;
  tell(bar: StreamBar): void;
  iterate(queues: Queues, options: { signal?: AbortSignal; limit?: number }): QueueIterator<StreamBar>;
}

interface Entry {
  readonly series: BarSeries;
  readonly teller: SeriesTeller;
  readonly queues: Queues;
}

/** The series of bars of one subscription, each of which one of its lines has. */
export class SubscriptionBars {
  private readonly entries: readonly Entry[];
  /** Which of the series each line has. */
  private readonly ofLine = new Map<unknown, readonly number[]>();

  constructor(
    all: readonly ResolvedSeries[],
    private readonly host: BarsHost,
  ) {
    this.entries = all.map((options) => this.entryOf(options));
  }

  private entryOf(options: ResolvedSeries): Entry {
    const queues: Queues = new Set();
    const { host } = this;
    const series: BarSeries = new BarSeries(options, {
      iterate: (given) => host.iterate(queues, given),
      ready: () => teller.ready,
    });
    const teller = new SeriesTeller(series, {
      ...{ ask: host.ask, now: host.now },
      tell: (bar) => {
        host.tell(bar);
        for (const iterator of [...queues]) iterator.push(bar);
      },
    });
    return { series, teller, queues };
  }

  /** @throws IBKRError `ERR_IBKR_ARGUMENT` for a size that there is not */
  get(size: string): BarSeries {
    return seriesOf(
      size,
      this.entries.map(({ series }) => series),
    );
  }

  /** @param numbers positions in the options, in the order in which the line has them */
  assign(line: unknown, numbers: readonly number[]): void {
    this.ofLine.set(line, numbers);
  }

  private of(line: unknown): readonly Entry[] {
    return (this.ofLine.get(line) ?? []).map((n) => this.entries[n]);
  }

  opened(line: unknown, source: FeedSubscription): void {
    this.of(line).forEach(({ series, teller }, place) => {
      series.attach(source.bars[place]);
      teller.opened();
    });
  }

  shut(line: unknown): void {
    for (const { series, teller } of this.of(line)) {
      series.detach();
      teller.look();
    }
  }

  /** As other threads read them, in the order of the options. */
  shared(lines: readonly SharedLine[]): SharedSeries[] {
    const all = this.entries.map(({ series: { name } }): SharedSeries => ({ name, memory: undefined }));
    for (const line of lines)
      (this.ofLine.get(line) ?? []).forEach((number, place) => {
        all[number] = { ...all[number], memory: line.keeper?.bars[place]?.handle };
      });
    return all;
  }

  /** Whether a line has some of them. */
  isOf(line: unknown): boolean {
    return this.of(line).length > 0;
  }

  /** Tells what has been closed or changed. */
  look(): void {
    for (const { teller } of this.entries) teller.look();
  }

  /** It has to hear of bars whoever else listens. */
  get isListening(): boolean {
    return this.entries.some(({ queues, series }) => queues.size > 0 || series.options.history !== undefined);
  }

  /** The subscription is over. @param reason why history that is on its way does not come */
  closed(reason: unknown, outcome: { readonly error?: unknown }): void {
    for (const { teller, queues } of this.entries) {
      teller.closed(reason);
      for (const iterator of [...queues]) iterator.finish(outcome);
    }
  }
}
