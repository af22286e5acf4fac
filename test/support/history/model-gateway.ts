import type { Broker } from "../../../src/broker/broker.js";
import type { CallOptions } from "../../../src/broker/call-options.js";
import type { HistoryRequest } from "../../../src/broker/lookups.js";
import type { HistorySource, OptionalLookups } from "../../../src/client/history/history-asker.js";
import { connectionLost } from "../../../src/domain/connection-lost.js";
import { gatewayError } from "../../../src/domain/gateway-codes.js";
import type { HistoricalBar } from "../../../src/domain/historical-bar.js";
import { IBKRError } from "../../../src/domain/ibkr-error.js";
import type { ContractDetails } from "../../../src/domain/stock-types.js";
import { describeHours } from "../../../src/sim/market/exchange-hours.js";
import { History } from "../../../src/sim/market/history.js";
import type { Instrument } from "../../../src/sim/market/instrument.js";
import { Instruments } from "../../../src/sim/market/instruments.js";
import type { HistoricalBar as ShownBar } from "../../../src/sim/model/responses.js";
import type { Clock } from "../../../src/time/clock.js";
import { parseIBTime } from "../../../src/time/ib-time.js";

/** How a gateway may read a duration: days as sessions and seconds as those of trading, or all by the clock. */
export type Reading = "sessions" | "clock";

/** What goes wrong with a request instead of its answer. */
export type Mishap = "drop" | "timeout" | "pacing" | "not-sent";

interface Made {
  readonly atMs: number;
  readonly weight: number;
  readonly subject: string;
  readonly whole: string;
}

/** Their days take a while to make, and are kept. */
const HISTORIES = new Map<string, { readonly instrument: Instrument; readonly history: History }>();

/**
 * A broker with nothing but a contract's history, that of the simulated gateway; it reads durations as it is told, drops
 * and fails as it is told, and holds every request against the pacing rules, written down here once more.
 */
export class ModelGateway implements HistorySource {
  state: Broker["state"] = "ready";
  readonly requests: HistoryRequest[] = [];
  readonly violations: string[] = [];
  readonly instrument: Instrument;
  /** What becomes of the nth request; nothing: it is answered. */
  mishap: (nth: number) => Mishap | undefined = () => undefined;
  /** Changes an answer. */
  amend: (bars: HistoricalBar[], nth: number) => HistoricalBar[] = (bars) => bars;
  /** What a question for the schedule is refused with. */
  scheduleFault: Error | undefined;
  private readonly history: History;
  private readonly made: Made[] = [];
  private listeners: ((state: Broker["state"]) => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly reading: Reading = "sessions",
    fields: Parameters<Instruments["resolve"]>[0] = { symbol: "AAPL", secType: "STK" },
    private readonly optional: { schedule?: boolean; head?: boolean } = {},
  ) {
    const start = Math.floor(clock.now() / 1000);
    const key = JSON.stringify([start, fields]);
    const known = HISTORIES.get(key);
    this.instrument = known?.instrument ?? (new Instruments(start).resolve(fields) as Instrument);
    this.history = known?.history ?? new History(this.instrument, start, 1);
    HISTORIES.set(key, { instrument: this.instrument, history: this.history });
  }

  get lookups(): HistorySource["lookups"] {
    const { schedule, head } = this.optional;
    const optional: OptionalLookups = {
      ...(schedule && { schedule: (request) => this.schedule(request) }),
      ...(head && { headTimestamp: async () => this.instrument.headTimestamp * 1000 }),
    };
    return {
      contractDetails: async () => [this.details()],
      history: (request, options) => this.ask(request, options),
      ...optional,
    };
  }

  on(_event: "state", listener: (state: Broker["state"]) => void): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  }

  get listenerCount(): number {
    return this.listeners.length;
  }

  become(state: Broker["state"]): void {
    this.state = state;
    for (const listener of [...this.listeners]) listener(state);
  }

  /** All bars that begin in [startMs, endMs), in one piece. */
  barsBetween(
    startMs: number,
    endMs: number,
    barSize: string,
    whatToShow: string,
    useRTH: boolean,
  ): ShownBar[] {
    const seconds = Math.ceil((endMs - startMs) / 1000);
    const duration = / secs$/.test(barSize) ? `${seconds} S` : `${Math.ceil(seconds / 86_400) + 3} D`;
    const request = { duration, barSize, whatToShow, useRTH, formatDate: 2 };
    return this.history.bars({ ...request, end: endMs / 1000 });
  }

  private async ask(request: HistoryRequest, { signal }: CallOptions = {}): Promise<HistoricalBar[]> {
    if (this.state !== "ready") throw new IBKRError("ERR_IBKR_NOT_SENT", "not connected");
    const nth = this.requests.push(request);
    const mishap = this.mishap(nth);
    if (mishap === "not-sent") throw new IBKRError("ERR_IBKR_NOT_SENT", "not sent");
    this.judge(request);
    await new Promise((resolve) => setImmediate(resolve));
    if (mishap === "drop") {
      this.become("down");
      this.clock.after(20_000, () => this.become("ready"));
      throw connectionLost();
    }
    if (mishap === "timeout") throw new IBKRError("ERR_IBKR_TIMEOUT", "no answer within 1 ms");
    if (mishap === "pacing")
      throw gatewayError(
        162,
        "Historical Market Data Service error message:Historical data request pacing violation",
      );
    signal?.throwIfAborted();
    const bars = this.amend(this.answer(request), nth);
    if (bars.length > 0) return bars;
    throw gatewayError(
      162,
      "Historical Market Data Service error message:HMDS query returned no data: X@SMART Trades",
    );
  }

  private answer(request: HistoryRequest): HistoricalBar[] {
    const { endDateTime = "", duration, barSize, whatToShow, regularHoursOnly: useRTH = false } = request;
    const endMs = endDateTime === "" ? this.clock.now() : (parseIBTime(endDateTime) as number);
    const end = Math.min(endMs, this.clock.now()) / 1000;
    const bars = this.history.bars({ end, duration, barSize, whatToShow, useRTH, formatDate: 2 });
    const [count, unit] = duration.split(" ");
    const seconds = Number(count) * ({ S: 1, D: 86_400 }[unit] ?? Number.POSITIVE_INFINITY);
    const isThere = ({ date }: ShownBar) =>
      this.reading === "sessions" || date.length === 8 || Number(date) >= end - seconds;
    return bars.filter(isThere).map(toBar);
  }

  private async schedule(
    request: Parameters<NonNullable<OptionalLookups["schedule"]>>[0],
  ): ReturnType<NonNullable<OptionalLookups["schedule"]>> {
    this.judge({ ...request, barSize: "1 day", whatToShow: "SCHEDULE" });
    if (this.scheduleFault !== undefined) throw this.scheduleFault;
    const end = (parseIBTime(request.endDateTime) as number) / 1000;
    const sessions = this.history.sessions({
      end,
      duration: request.duration,
      useRTH: request.regularHoursOnly,
    });
    return { sessions: sessions.map(({ open, close }) => ({ openMs: open * 1000, closeMs: close * 1000 })) };
  }

  private details(): ContractDetails {
    const { hours } = this.instrument;
    const now = Math.floor(this.clock.now() / 1000);
    const [liquidHours, tradingHours] = [true, false].map((regular) => describeHours(hours, regular, now));
    return { timeZoneId: hours.zone, liquidHours, tradingHours } as ContractDetails;
  }

  /** The three rules, as Interactive Brokers has them. */
  private judge(request: HistoryRequest): void {
    const atMs = this.clock.now();
    const subject = `${request.contract.symbol} ${request.contract.exchange} ${request.whatToShow}`;
    const whole = JSON.stringify(request);
    const weight = request.whatToShow === "BID_ASK" ? 2 : 1;
    this.made.push({ atMs, weight, subject, whole });
    const within = (ms: number) => this.made.filter((made) => atMs - made.atMs < ms);
    const count = (made: readonly Made[]) => made.reduce((sum, one) => sum + one.weight, 0);
    const broken = {
      identical: within(15_000).filter((made) => made.whole === whole).length > 1,
      burst: count(within(2_000).filter((made) => made.subject === subject)) >= 6,
      window: count(within(600_000)) > 60,
    };
    for (const [rule, isBroken] of Object.entries(broken)) if (isBroken) this.violations.push(rule);
  }
}

/** A bar of the simulated gateway as a broker tells it. */
export function toBar({ date, open, high, low, close, volume, wap, barCount }: ShownBar): HistoricalBar {
  const when = date.length === 8 ? { date } : { timeMs: Number(date) * 1000 };
  const known = (value: number) => (value === -1 ? undefined : value);
  return { ...when, open, high, low, close, volume: known(volume), wap: known(wap), count: known(barCount) };
}
