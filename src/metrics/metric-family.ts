import type { HistogramReader } from "./histogram.js";

/** `counter`: only grows. `gauge`: a level. `histogram`: how often which value was measured. */
export type MetricKind = "counter" | "gauge" | "histogram";

/** Labels of a sample; of each the values that there may be are few, and known. */
export type MetricLabels = Readonly<Record<string, string>>;

export interface MetricSample {
  readonly labels: MetricLabels;
  readonly value: number;
}

/** A histogram that is read when it is asked for. */
export interface HistogramSample {
  readonly labels: MetricLabels;
  readonly histogram: HistogramReader;
}

/** What a metric is: its name as Prometheus has it, with its unit, and what it means. */
export interface MetricDefinition {
  /** `ibkr_…`; ends in `_total` where it is a counter, and in its unit (`_seconds`, `_bytes`) where it has one. */
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram: what one unit of its recorded values is in the unit of its name; 1e-6 where it has microseconds. */
  readonly scale?: number;
}

/** A metric, and its values at one moment; a histogram has {@link HistogramSample}s and no others. */
export interface MetricFamily extends MetricDefinition {
  readonly samples: readonly MetricSample[];
  readonly histograms: readonly HistogramSample[];
}

/** One row of a table of metrics: how a value is found in what `T` shows. Undefined: there is none now. */
export interface MetricRow<T> extends MetricDefinition {
  read(of: T): number | undefined | readonly MetricSample[] | readonly HistogramSample[];
}

/** Something that has metrics: always the same families, in the same order. */
export type MetricSource = () => readonly MetricFamily[];

/** The families of a table. @param of is called once for all of them */
export function sourceOf<T>(rows: readonly MetricRow<T>[], of: () => T): MetricSource {
  return () => {
    const shown = of();
    return rows.map(({ read, ...definition }) => {
      const value = read(shown);
      const isHistogram = definition.kind === "histogram";
      if (value === undefined) return { ...definition, samples: [], histograms: [] };
      if (typeof value === "number")
        return { ...definition, samples: [{ labels: {}, value }], histograms: [] };
      return isHistogram
        ? { ...definition, samples: [], histograms: value as readonly HistogramSample[] }
        : { ...definition, samples: value as readonly MetricSample[], histograms: [] };
    });
  };
}

/** What has metrics: a client. Adapters read it. */
export interface Measured {
  readonly metrics: Pick<MetricSet, "collect">;
}

/** The metrics of a client; whoever has some more adds its source. */
export class MetricSet {
  private readonly sources = new Set<MetricSource>();

  /** @returns a function that takes the source away again */
  add(source: MetricSource): () => void {
    this.sources.add(source);
    return () => {
      this.sources.delete(source);
    };
  }

  /** All of them at this moment. Nobody who counts waits for it. */
  collect(): readonly MetricFamily[] {
    return [...this.sources].flatMap((source) => source());
  }
}

/** The metrics of several clients of one process: each sample has a label `client` with its name here. */
export function together(clients: Readonly<Record<string, Measured>>): Measured {
  return {
    metrics: {
      collect() {
        const joined = new Map<string, MetricFamily>();
        for (const [client, { metrics }] of Object.entries(clients)) {
          for (const family of metrics.collect()) {
            const { samples = [], histograms = [], ...definition } = joined.get(family.name) ?? family;
            const isFirst = !joined.has(family.name);
            const mark = <S extends { readonly labels: MetricLabels }>(its: readonly S[]) =>
              its.map((sample) => ({ ...sample, labels: { client, ...sample.labels } }));
            joined.set(family.name, {
              ...definition,
              labels: isFirst ? ["client", ...family.labels] : definition.labels,
              samples: [...(isFirst ? [] : samples), ...mark(family.samples)],
              histograms: [...(isFirst ? [] : histograms), ...mark(family.histograms)],
            });
          }
        }
        return [...joined.values()];
      },
    },
  };
}
