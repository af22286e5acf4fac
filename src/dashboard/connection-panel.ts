import type { IBKRClient } from "../connect/client.js";
import { LATENCY_STEPS } from "../connect/order-latencies.js";
import type { Clock } from "../time/clock.js";
import type { FlowUpdate, LatencyRow, LinkEvent, LinksUpdate } from "./update.js";

/** Events of connections that are shown. */
const MOST_EVENTS = 50;
const NANOS_PER_MICRO = 1000;
const GOOD: ReadonlySet<string> = new Set(["READY", "ready"]);

const STEP_NAMES: Readonly<Record<(typeof LATENCY_STEPS)[number], string>> = {
  encoded: "order encoded",
  written: "order written",
  acknowledged: "order acknowledged",
  firstFill: "first fill",
  done: "order done",
};

/** Connections, what flows through them, and how long it takes. */
export class ConnectionPanel {
  private readonly events: LinkEvent[] = [];
  private readonly stops: readonly (() => void)[];

  constructor(
    private readonly client: IBKRClient,
    private readonly clock: Clock,
  ) {
    this.stops = [
      client.gateway.on("gatewayState", (state, before) => {
        const { lastError } = client.gateway.status();
        const why = state === "DOWN" && lastError !== undefined ? `: ${lastError.message}` : "";
        this.note(`${before} → ${state}${why}`, state === "DOWN" || state === "UPSTREAM_LOST");
      }),
      client.on("notice", (code, text) => this.note(`${code} ${text}`, false)),
      client.on("error", (error) => this.note(error.message, true)),
    ];
  }

  links(): LinksUpdate {
    const { gateway } = this.client;
    const { state, sinceMs, lastError } = gateway.status();
    const { reconnects } = gateway.stats();
    const error = GOOD.has(state) ? undefined : lastError?.message;
    return { links: [{ name: "gateway", state, sinceMs, reconnects, error }], events: this.events };
  }

  flow(): FlowUpdate {
    const { connection, latency, rate, stream } = this.client.stats();
    const latencies: LatencyRow[] = [{ name: "tick to handler", ...stream.lag }];
    for (const step of LATENCY_STEPS) {
      const { count, p50, p95, p99, p999, max } = latency[step];
      const micros = (nanos: number) => nanos / NANOS_PER_MICRO;
      latencies.push({
        name: STEP_NAMES[step],
        count,
        p50: micros(p50),
        p95: micros(p95),
        p99: micros(p99),
        p999: micros(p999),
        max: micros(max),
      });
    }
    return {
      messagesPerSecond: Math.round(stream.messagesPerSecond),
      subscriptions: stream.subscriptions,
      linesUsed: stream.lines.used,
      linesAvailable: stream.lines.available,
      conflated: stream.conflated,
      dropped: stream.dropped,
      ringSlots: connection?.ringSlots ?? 0,
      ringUsedSlots: connection?.ringUsedSlots ?? 0,
      ringHighWaterSlots: connection?.ringHighWaterSlots ?? 0,
      messagesWaiting: Object.values(rate.waiting).reduce((sum, count) => sum + count, 0),
      latencies,
    };
  }

  close(): void {
    for (const stop of this.stops) stop();
  }

  private note(text: string, isBad: boolean): void {
    this.events.unshift({ atMs: this.clock.now(), text, isBad });
    if (this.events.length > MOST_EVENTS) this.events.pop();
  }
}
