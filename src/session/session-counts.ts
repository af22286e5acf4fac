import type { SessionStats } from "../native/load.js";

/** Counters of {@link SessionStats} that add up over connections; the others are levels of one. */
const ADDED = [
  "bytesRead",
  "reads",
  "frames",
  "hot",
  "cold",
  "malformed",
  "trailing",
  "fullRingStops",
  "conflated",
  "dropped",
  "overflowed",
  "guardTakeovers",
  "guardReads",
] as const satisfies readonly (keyof SessionStats)[];

/** What came in, over all connections of a session, the present one included. */
export type ReceivedTotals = Readonly<Record<(typeof ADDED)[number], number>>;

/** Everything of a session that only grows, over all its connections. */
export interface SessionTotals extends ReceivedTotals {
  /** Connections of which the handshake succeeded. */
  readonly connections: number;
  /** Messages that left, or wait in the socket's place for it to take them; the handshake's greeting is none. */
  readonly framesSent: number;
  /** What the gateway said by `error` and notice, by its code. */
  readonly gatewayCodes: Readonly<Record<string, number>>;
}

/** Numbers of this side, which no gateway sends. */
const OWN_CODES: readonly [first: number, last: number] = [501, 599];
/** More codes than a gateway knows: what is beyond them counts as `other`. */
const MOST_CODES = 1_000;

export class SessionCounts {
  connections = 0;
  framesSent = 0;
  private readonly codes = new Map<number | "other", number>();
  private readonly past: Record<(typeof ADDED)[number], number> = {
    ...{ bytesRead: 0, reads: 0, frames: 0, hot: 0, cold: 0, malformed: 0, trailing: 0, fullRingStops: 0 },
    ...{ conflated: 0, dropped: 0, overflowed: 0, guardTakeovers: 0, guardReads: 0 },
  };

  /** The gateway has said it. */
  code(code: number): void {
    if (code >= OWN_CODES[0] && code <= OWN_CODES[1]) return;
    const key = this.codes.has(code) || this.codes.size < MOST_CODES ? code : "other";
    this.codes.set(key, (this.codes.get(key) ?? 0) + 1);
  }

  /** A connection has ended with these. */
  ended(stats: SessionStats | undefined): void {
    if (stats !== undefined) for (const name of ADDED) this.past[name] += stats[name];
  }

  /** @param now of the newest connection, unless it has {@link ended} */
  totals(now: SessionStats | undefined): SessionTotals {
    const received = { ...this.past };
    if (now !== undefined) for (const name of ADDED) received[name] += now[name];
    const { connections, framesSent, codes } = this;
    return { ...received, connections, framesSent, gatewayCodes: Object.fromEntries(codes) };
  }
}
