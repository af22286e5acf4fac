import type { ResolvedEngineOptions } from "../native/options.js";
import type { OrderJournal } from "../orders/journal.js";
import type { RiskOptions } from "../risk/risk-options.js";
import type { MonotonicClock } from "./clock.js";
import type { Endpoint } from "./endpoint.js";
import type { EndpointMemory } from "./endpoint-memory.js";

/** What a session needs to know, checked and with its defaults filled in. */
export interface SessionOptions extends Endpoint {
  /** Client id of the first connect; each {@link Session.connect} may name another. */
  readonly clientId: number;
  /** Messages a second, at the most; above 10,000: no limit. */
  readonly maxReqPerSec: number;
  /** The newest server version to offer. */
  readonly maxServerVersion: number;
  readonly engine: ResolvedEngineOptions;
  /** Only what reads leaves: no order, no cancel, no exercise, by whichever way. */
  readonly readOnly?: boolean;
  /** Orders are written there before their bytes leave. Its owner closes it, when the session has ended. */
  readonly journal?: OrderJournal;
  /** Orders are judged by it before their first byte; left out: there is no gate. */
  readonly risk?: RiskOptions | undefined;
  /** By which the messages a second are counted; left out: the machine's. */
  readonly clock?: MonotonicClock;
  /** Shared by sessions that connect to the same endpoints; left out: this session's own. */
  readonly endpointMemory?: EndpointMemory;
}
