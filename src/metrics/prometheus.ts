import { cumulativeCounts, SECONDS_BOUNDS } from "./histogram-bounds.js";
import type { Measured, MetricFamily } from "./metric-family.js";

export { together } from "./metric-family.js";

/** What is used of a `Registry` of `prom-client`; this package does not load it. */
export interface PrometheusRegistry {
  registerMetric(metric: never): void;
  removeSingleMetric(name: string): void;
}

/** One line of the text format. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Has a registry of `prom-client` show the metrics of a client, or of {@link together several}: they are read when it is
 * asked for them.
 * @returns a function that takes them away again
 */
export function registerMetrics(registry: PrometheusRegistry, client: Measured): () => void {
  const snapshot = new Snapshot(client);
  const families = client.metrics.collect();
  for (const { name, kind, help } of families) {
    const metric = {
      name,
      help,
      type: kind,
      aggregator: "sum",
      labelNames: [],
      // As the classes of prom-client do: `name` is the registry's to change.
      async get() {
        const lines = linesOf(snapshot.family(name));
        const ofHistogram = kind === "histogram";
        return {
          ...{ name: metric.name, help, type: kind, aggregator: metric.aggregator },
          values: lines.map(({ metricName, ...rest }) => (ofHistogram ? { metricName, ...rest } : rest)),
        };
      },
      /** Counters of a client are nobody's to set back. */
      reset() {},
    };
    registry.registerMetric(metric as never);
  }
  return () => {
    for (const { name } of families) registry.removeSingleMetric(name);
  };
}

/** All that a registry asks for in one turn is of one moment. */
class Snapshot {
  private families: ReadonlyMap<string, MetricFamily> | undefined;

  constructor(private readonly client: Measured) {}

  family(name: string): MetricFamily | undefined {
    if (this.families === undefined) {
      this.families = new Map(this.client.metrics.collect().map((family) => [family.name, family]));
      queueMicrotask(() => {
        this.families = undefined;
      });
    }
    return this.families.get(name);
  }
}

/** The content type of {@link prometheusText}. */
export const PROMETHEUS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The metrics of a client, or of {@link together several}, in the text format of Prometheus; without `prom-client`. */
export function prometheusText(client: Measured): string {
  return client.metrics
    .collect()
    .map((family) => {
      const head = `# HELP ${family.name} ${escaped(family.help)}\n# TYPE ${family.name} ${family.kind}\n`;
      return head + linesOf(family).map(textOf).join("");
    })
    .join("");
}

function linesOf(family: MetricFamily | undefined): readonly Line[] {
  if (family === undefined) return [];
  const { name } = family;
  const lines: Line[] = family.samples.map(({ labels, value }) => ({ metricName: name, labels, value }));
  for (const { labels, histogram } of family.histograms) {
    const { scale = 1 } = family;
    const { counts, sum, count } = cumulativeCounts(
      histogram,
      SECONDS_BOUNDS.map((bound) => bound / scale),
    );
    counts.forEach((value, i) => {
      lines.push({
        metricName: `${name}_bucket`,
        labels: { le: `${SECONDS_BOUNDS[i] ?? "+Inf"}`, ...labels },
        value,
      });
    });
    lines.push({ metricName: `${name}_sum`, labels, value: sum * scale });
    lines.push({ metricName: `${name}_count`, labels, value: count });
  }
  return lines;
}

function textOf({ metricName, labels, value }: Line): string {
  const pairs = Object.entries(labels).map(
    ([name, text]) => `${name}="${escaped(text).replace(/"/g, '\\"')}"`,
  );
  return `${metricName}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${numberText(value)}\n`;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return `${value}`;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

function escaped(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
}
