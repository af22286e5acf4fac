import type { Measured, MetricDefinition, MetricFamily } from "./metric-family.js";

export { together } from "./metric-family.js";

interface InstrumentOptions {
  readonly description: string;
  readonly unit: string;
}

interface Observations {
  observe(instrument: never, value: number, attributes: Readonly<Record<string, string>>): void;
}

/** What is used of a `Meter` of `@opentelemetry/api`; this package does not load it. */
export interface OpenTelemetryMeter {
  createObservableCounter(name: string, options: InstrumentOptions): object;
  createObservableGauge(name: string, options: InstrumentOptions): object;
  addBatchObservableCallback(callback: (result: Observations) => void, instruments: never[]): void;
  removeBatchObservableCallback(callback: (result: Observations) => void, instruments: never[]): void;
}

const QUANTILES = [0.5, 0.95, 0.99, 0.999] as const;

/**
 * Has a meter of OpenTelemetry observe the metrics of a client, or of {@link together several}: they are read when it
 * collects. Names are those of Prometheus without `_total` and unit, which the instrument has. The API knows no histogram
 * that is observed: of each there are `NAME_count`, `NAME_sum` and `NAME_quantile`, whose attribute `quantile` is 0.5, 0.95,
 * 0.99 or 0.999 of all values so far.
 * @returns a function that ends it
 */
export function observeMetrics(meter: OpenTelemetryMeter, client: Measured): () => void {
  const instruments = new Map<string, object>();
  for (const { name, kind, help } of client.metrics.collect()) {
    const [base, unit] = nameAndUnit({ name });
    const counter = (part: string, of = unit) => {
      instruments.set(
        `${name}${part}`,
        meter.createObservableCounter(`${base}${part}`, { description: help, unit: of }),
      );
    };
    const gauge = (part: string) => {
      instruments.set(
        `${name}${part}`,
        meter.createObservableGauge(`${base}${part}`, { description: help, unit }),
      );
    };
    if (kind === "counter") counter("");
    else if (kind === "gauge") gauge("");
    else {
      counter("_count", "1");
      counter("_sum");
      gauge("_quantile");
    }
  }
  const observe = (result: Observations) => {
    const tell = (name: string, value: number, attributes: Readonly<Record<string, string>>) => {
      const instrument = instruments.get(name);
      // A source that was added later.
      if (instrument !== undefined) result.observe(instrument as never, value, attributes);
    };
    for (const family of client.metrics.collect()) observeFamily(family, tell);
  };
  const all = [...instruments.values()] as never[];
  meter.addBatchObservableCallback(observe, all);
  return () => meter.removeBatchObservableCallback(observe, all);
}

function observeFamily(
  { name, scale = 1, samples, histograms }: MetricFamily,
  tell: (name: string, value: number, attributes: Readonly<Record<string, string>>) => void,
): void {
  for (const { labels, value } of samples) tell(name, value, labels);
  for (const { labels, histogram } of histograms) {
    tell(`${name}_count`, histogram.count, labels);
    tell(`${name}_sum`, histogram.sum * scale, labels);
    for (const quantile of QUANTILES)
      tell(`${name}_quantile`, histogram.quantile(quantile) * scale, { ...labels, quantile: `${quantile}` });
  }
}

const UNITS: readonly (readonly [suffix: string, unit: string])[] = [
  ["_seconds", "s"],
  ["_bytes", "By"],
  ["_ratio", "1"],
];

function nameAndUnit({ name }: Pick<MetricDefinition, "name">): readonly [base: string, unit: string] {
  const plain = name.replace(/_total$/, "");
  const [suffix, unit] = UNITS.find(([end]) => plain.endsWith(end)) ?? ["", "1"];
  return [plain.slice(0, plain.length - suffix.length), unit];
}
