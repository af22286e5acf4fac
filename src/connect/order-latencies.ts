import { HistogramRecorder, type HistogramSnapshot } from "../metrics/histogram.js";
import type { OrderLatency, OrderTicket } from "../orders/order-ticket.js";

/** Steps of an order, each measured from its call. */
export const LATENCY_STEPS = ["encoded", "written", "acknowledged", "firstFill", "done"] as const;
export type LatencyStep = (typeof LATENCY_STEPS)[number];

const MICROS: Readonly<Record<LatencyStep, keyof OrderLatency>> = {
  encoded: "encodedMicros",
  written: "writtenMicros",
  acknowledged: "acknowledgedMicros",
  firstFill: "firstFillMicros",
  done: "doneMicros",
};
const NANOS_PER_MICRO = 1000;

/** How long orders take from their call (of an armed one: from its quote) to each step, in nanoseconds: histograms. */
export class OrderLatencies {
  readonly recorders: Readonly<Record<LatencyStep, HistogramRecorder>> = {
    encoded: new HistogramRecorder(),
    written: new HistogramRecorder(),
    acknowledged: new HistogramRecorder(),
    firstFill: new HistogramRecorder(),
    done: new HistogramRecorder(),
  };

  /** An order that this process has sent: its steps are recorded when it is over and its executions have come. */
  watch(ticket: OrderTicket): void {
    ticket.on("done", () => this.take(ticket.latency));
  }

  snapshot(): Readonly<Record<LatencyStep, HistogramSnapshot>> {
    const { encoded, written, acknowledged, firstFill, done } = this.recorders;
    return {
      encoded: encoded.snapshot(),
      written: written.snapshot(),
      acknowledged: acknowledged.snapshot(),
      firstFill: firstFill.snapshot(),
      done: done.snapshot(),
    };
  }

  private take(latency: OrderLatency): void {
    for (const step of LATENCY_STEPS) {
      const at = latency[MICROS[step]];
      if (at === undefined) continue;
      this.recorders[step].record(Math.max(0, Math.round((at - latency.calledMicros) * NANOS_PER_MICRO)));
    }
  }
}
