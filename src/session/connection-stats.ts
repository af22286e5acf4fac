import type { HistogramSnapshot } from "../metrics/histogram.js";
import type { SessionStats } from "../native/load.js";
import { monotonicMicros } from "../time/monotonic.js";
import type { EchoTimes } from "./echo-times.js";

/** What is known of a session's newest connection, and of the session: docs/metrics.md. */
export interface ConnectionStats extends SessionStats {
  readonly transport: "tcp" | "tls" | "custom";
  /** How often a gateway has shaken hands again after the first time. */
  readonly reconnects: number;
  /** Since the newest handshake, ms; of a connection that has ended, how long it lived; 0 before the first. */
  readonly uptimeMs: number;
  /** From a request for the time to the arrival of its answer, µs, of all connections: empty as long as nobody asks. */
  readonly roundTripMicros: HistogramSnapshot;
}

/** The life of a session's connections. */
export class ConnectionTimes {
  private handshakes = 0;
  private sinceMicros = 0;
  private untilMicros: number | undefined;

  handshaken(): void {
    this.handshakes++;
    this.sinceMicros = monotonicMicros();
    this.untilMicros = undefined;
  }

  ended(): void {
    this.untilMicros ??= monotonicMicros();
  }

  stats(echoes: EchoTimes): Pick<ConnectionStats, "reconnects" | "uptimeMs" | "roundTripMicros"> {
    const lived = (this.untilMicros ?? monotonicMicros()) - this.sinceMicros;
    return {
      reconnects: Math.max(0, this.handshakes - 1),
      uptimeMs: this.handshakes === 0 ? 0 : lived / 1000,
      roundTripMicros: echoes.snapshot(),
    };
  }
}
