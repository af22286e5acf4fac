import { formatDateTime, formatDay, parseDateTime } from "../../time/ib-date-time.js";
import { toLocal } from "../../time/zone.js";
import type { Exchange } from "../exchange/exchange.js";
import { barSeconds } from "../market/bar-size.js";
import { kindRefusal, noHistory } from "../market/data-kinds.js";
import { announcedStart, formatScheduleTime, HistoryError } from "../market/history.js";
import { type Instrument, ticksToPrice } from "../market/instrument.js";
import { spliceBars } from "../market/recorded.js";
import type { ContractFields } from "../model/contract.js";
import type { HistoricalDataRequest, HistoricalTicksRequest, Requests } from "../model/requests.js";
import type { HistoricalBar } from "../model/responses.js";
import { SV } from "../wire/server-version.js";
import type { Client } from "./client.js";
import { resolveFor } from "./contract-lookup.js";
import { DUPLICATE_TICKER, historicalError, invalid } from "./error-text.js";
import { historicalMidpoints, historicalQuotes, historicalTrades, MAX_TICKS } from "./historical-ticks.js";
import { type HistoryPacing, PACING_VIOLATION, PacingJudge } from "./history-pacing.js";
import { warnOfZones } from "./implied-zone.js";
import { LIVE_KINDS, LiveBar, LiveFeed, type LiveKind, REAL_TIME_BAR } from "./live-bars.js";
import { Subscriptions } from "./subscriptions.js";

const DAY = 86_400;
/** Real-time bar and keep-up-to-date subscriptions a client may have at once, together. */
const MAX_LIVE = 50;

interface LiveSubscription {
  client: Client;
  reqId: number;
  feed: LiveFeed;
}

/** Bars, ticks, schedules, histograms and head timestamps, and bars as they happen. */
export class HistoryHandlers {
  private readonly updates = new Subscriptions<LiveSubscription>((s) => s.feed.stop());
  private readonly realTime = new Subscriptions<LiveSubscription>((s) => s.feed.stop());

  private readonly pacing: PacingJudge;

  constructor(
    private readonly exchange: Exchange,
    pacing: HistoryPacing,
  ) {
    this.pacing = new PacingJudge(pacing, () => exchange.options.clock.now());
  }

  headTimestamp(client: Client, request: Requests["reqHeadTimestamp"]): void {
    const { reqId, formatDate } = request;
    const instrument = this.resolve(client, request, "head timestamp");
    if (instrument === undefined || !this.hasKind(client, reqId, instrument, request.whatToShow, 0)) return;
    const at = instrument.headTimestamp;
    const zulu = client.dialect.serverVersion >= SV.ADD_Z_SUFFIX_TO_UTC_DATE_TIME ? "Z" : "";
    client.send("headTimestamp", {
      reqId,
      headTimestamp: formatDate === 2 ? String(at) : `${formatScheduleTime("UTC", at)}${zulu}`,
    });
  }

  historicalData(client: Client, request: HistoricalDataRequest): void {
    const { reqId } = request;
    if (this.updates.get(client, reqId) !== undefined) {
      client.error(reqId, 322, "Error processing request.-'historical data' : cause - Duplicate ticker id");
      return;
    }
    const instrument = this.resolve(client, request, "historical data");
    if (instrument === undefined) return;
    if (request.keepUpToDate && request.endDateTime !== "") {
      const cause = "End date is not supported with keepUpToDate";
      client.error(reqId, 321, invalid("historical data", cause));
      return;
    }
    warnOfZones(client, reqId, [request.endDateTime]);
    const { zone } = instrument.hours;
    const now = this.exchange.nowSeconds();
    const wanted = request.endDateTime === "" ? now : parseDateTime(request.endDateTime, zone);
    if (wanted === undefined) {
      client.error(reqId, 10314, wrongTime("End Date/Time", request.endDateTime));
      return;
    }
    const end = Math.min(wanted, now);
    this.answering(client, reqId, "historical data", () => {
      const { contract: _contract, reqId: _reqId, ...asked } = request;
      if (this.breaksPacing(instrument, request, barSeconds(request.barSizeSetting), asked)) {
        client.error(reqId, 162, historicalError(PACING_VIOLATION));
        return;
      }
      if (request.whatToShow.toUpperCase() === "SCHEDULE") this.schedule(client, request, instrument, end);
      else this.bars(client, request, instrument, end);
    });
  }

  cancelHistoricalData(client: Client, reqId: number): void {
    if (this.updates.remove(client, reqId) === undefined) {
      client.error(reqId, 366, `No historical data query found for ticker id:${reqId}`);
    } else {
      client.error(reqId, 162, historicalError(`API historical data query cancelled: ${reqId}`));
    }
  }

  realTimeBars(client: Client, request: Requests["reqRealTimeBars"]): void {
    const { reqId } = request;
    if (this.realTime.get(client, reqId) !== undefined) {
      client.error(reqId, 102, DUPLICATE_TICKER);
      return;
    }
    const instrument = this.resolve(client, request, "real time bars", "data");
    if (instrument === undefined) return;
    const kind = liveKind(request.whatToShow);
    // Bars are five seconds long whatever size is asked for: a gateway ignores it, and clients send 0.
    if (kind === undefined) {
      const cause = `what to show is ${JSON.stringify(request.whatToShow)} (allowed: ${LIVE_KINDS.join(", ")})`;
      client.error(reqId, 321, invalid("real time bars", cause));
      return;
    }
    if (kind === "TRADES" && instrument.secType === "CASH") {
      const cause = noHistory(instrument, `Last ${REAL_TIME_BAR}`);
      client.error(reqId, 420, `Invalid Real-time Query:${cause}`);
      return;
    }
    if (!this.hasRoom(client, reqId)) return;
    if (this.breaksPacing(instrument, request, REAL_TIME_BAR, ["live", request.barSize, request.useRTH])) {
      client.error(reqId, 420, `Invalid Real-time Query:${PACING_VIOLATION}`);
      return;
    }
    const feed = new LiveFeed(this.exchange, instrument, kind, (time, bar) =>
      client.send("realTimeBar", { reqId, time, bar }),
    );
    this.realTime.add({ client, reqId, feed });
  }

  cancelRealTimeBars(client: Client, reqId: number): void {
    if (this.realTime.remove(client, reqId) === undefined) {
      client.error(reqId, 300, `Can't find EId with tickerId:${reqId}`);
    }
  }

  historicalTicks(client: Client, request: HistoricalTicksRequest): void {
    const { reqId, numberOfTicks: count } = request;
    const instrument = this.resolve(client, request, "historical ticks");
    if (instrument === undefined) return;
    const problem = ticksProblem(request);
    if (problem !== undefined) {
      client.error(reqId, 321, invalid("historical ticks", problem));
      return;
    }
    if (!this.hasKind(client, reqId, instrument, request.whatToShow, 0)) return;
    warnOfZones(client, reqId, [request.startDateTime, request.endDateTime]);
    const { zone } = instrument.hours;
    const given = request.startDateTime || request.endDateTime;
    const at = parseDateTime(given, zone);
    if (at === undefined) {
      client.error(reqId, 10314, wrongTime("Start or end Date/Time", given));
      return;
    }
    const now = this.exchange.nowSeconds();
    const from = request.startDateTime === "" ? { end: at } : { start: at };
    const window = { ...from, count, useRTH: request.useRTH, now };
    this.answering(client, reqId, "historical ticks", () => {
      const kind = request.whatToShow.toUpperCase();
      if (kind === "BID_ASK") {
        const ticks = historicalQuotes(this.exchange, instrument, window);
        client.send("historicalTicksBidAsk", { reqId, ticks, done: true });
      } else if (kind === "MIDPOINT") {
        const ticks = historicalMidpoints(this.exchange, instrument, window);
        client.send("historicalTicks", { reqId, ticks, done: true });
      } else {
        const ticks = historicalTrades(this.exchange, instrument, window);
        client.send("historicalTicksLast", { reqId, ticks, done: true });
      }
    });
  }

  histogram(client: Client, request: Requests["reqHistogramData"]): void {
    const { reqId, useRTH, timePeriod } = request;
    const instrument = this.resolve(client, request, "histogram data");
    if (instrument === undefined || !this.hasKind(client, reqId, instrument, "ADJUSTED_LAST", 0)) return;
    this.answering(client, reqId, "histogram data", () => {
      const duration = histogramDuration(timePeriod);
      const end = this.exchange.nowSeconds();
      const barSize = duration.endsWith("Y") || duration.endsWith("M") ? "1 hour" : "5 mins";
      const bars = this.exchange
        .history(instrument)
        .bars({ end, duration, barSize, whatToShow: "TRADES", useRTH, formatDate: 2 });
      const sizes = new Map<number, number>();
      for (const { close, volume } of bars) sizes.set(close, (sizes.get(close) ?? 0) + volume);
      const entries = [...sizes].map(([price, size]) => ({ price, size })).sort((a, b) => a.price - b.price);
      if (entries.length === 0) this.noData(client, reqId, instrument, "Trades");
      else client.send("histogramData", { reqId, entries });
    });
  }

  drop(client: Client): void {
    this.updates.drop(client);
    this.realTime.drop(client);
  }

  private resolve(
    client: Client,
    { reqId, contract }: { reqId: number; contract: ContractFields },
    what: string,
    use: "data" | "history" = "history",
  ): Instrument | undefined {
    return resolveFor(this.exchange, { client, reqId, contract, what, use });
  }

  private answering(client: Client, reqId: number, what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof HistoryError)) throw error;
      client.error(reqId, 321, invalid(what, error.message));
    }
  }

  /** @param asked all that the request asks for, but the contract */
  private breaksPacing(
    { conId }: Instrument,
    { contract: { exchange }, whatToShow }: { contract: ContractFields; whatToShow: string },
    seconds: number,
    asked: unknown,
  ): boolean {
    const subject = `${conId} ${exchange} ${whatToShow}`.toUpperCase();
    const whole = `${subject} ${JSON.stringify(asked)}`;
    return this.pacing.isViolation({ barSeconds: seconds, whatToShow, subject, whole });
  }

  private hasRoom(client: Client, reqId: number): boolean {
    if (this.realTime.count(client) + this.updates.count(client) < MAX_LIVE) return true;
    client.error(reqId, 101, "Max number of tickers has been reached.");
    return false;
  }

  /** Whether there is such data of the instrument; where there is none, the client is told so. */
  private hasKind(
    client: Client,
    reqId: number,
    instrument: Instrument,
    whatToShow: string,
    seconds: number,
  ): boolean {
    const refusal = kindRefusal(instrument, whatToShow, seconds);
    if (refusal === undefined) return true;
    const { code, text } = refusal;
    client.error(reqId, code, code === 162 ? historicalError(text) : text);
    return false;
  }

  private noData(client: Client, reqId: number, instrument: Instrument, kind: string): void {
    const what = `${instrument.localSymbol}@${instrument.exchange} ${kind}`;
    client.error(reqId, 162, historicalError(`HMDS query returned no data: ${what}`));
  }

  private bars(client: Client, request: HistoricalDataRequest, instrument: Instrument, end: number): void {
    const { reqId, whatToShow, barSizeSetting: barSize } = request;
    const { zone } = instrument.hours;
    if (!this.hasKind(client, reqId, instrument, whatToShow, barSeconds(barSize))) return;
    const made = this.exchange.history(instrument).bars({
      end,
      duration: request.durationStr,
      barSize,
      whatToShow,
      useRTH: request.useRTH,
      formatDate: 2,
    });
    if (made.length === 0) {
      this.noData(client, reqId, instrument, whatToShow);
      return;
    }
    const recorded = this.exchange.instruments.reference.barsOf(instrument.conId, whatToShow, barSize);
    const bars = spliceBars(made, recorded, (price) =>
      ticksToPrice(instrument, Math.round(price / instrument.minTick)),
    );
    const live = bars.at(-1)!;
    const sv = client.dialect.serverVersion;
    const stamp = (at: number): string => stampOf(zone, at, sv);
    const date = (bar: HistoricalBar): string =>
      bar.date.length === 8 || request.formatDate === 2 ? bar.date : stamp(Number(bar.date));
    const startDate = stamp(announcedStart(end, request.durationStr));
    const shown = bars.map((bar) => ({ ...bar, date: date(bar) }));
    client.send("historicalData", { reqId, startDate, endDate: stamp(end), bars: shown });
    client.send("historicalDataEnd", { reqId, startDate, endDate: stamp(end) });
    if (request.keepUpToDate) this.keepUpToDate(client, request, instrument, live, date);
  }

  /** Sends the growing bar every few seconds, and begins a new one when its time is over. */
  private keepUpToDate(
    client: Client,
    request: HistoricalDataRequest,
    instrument: Instrument,
    last: HistoricalBar,
    date: (bar: HistoricalBar) => string,
  ): void {
    const { reqId } = request;
    const kind = liveKind(request.whatToShow);
    if (kind === undefined) {
      const cause = `keepUpToDate is for ${LIVE_KINDS.join(", ")} only`;
      client.error(reqId, 321, invalid("historical data", cause));
      return;
    }
    if (!this.hasRoom(client, reqId)) return;
    const seconds = barSeconds(request.barSizeSetting);
    const label = (now = this.exchange.nowSeconds()): string => {
      if (seconds < DAY) return String(Math.floor(now / seconds) * seconds);
      return formatDay(toLocal(instrument.hours.zone, now));
    };
    let current = label();
    let bar =
      last.date === current
        ? LiveBar.from(last)
        : new LiveBar(this.exchange.quote(instrument).last, kind === "TRADES");
    const feed = new LiveFeed(
      this.exchange,
      instrument,
      kind,
      (time) => {
        const shown = { ...bar.prices(), date: current };
        client.send("historicalDataUpdate", { reqId, bar: { ...shown, date: date(shown) } });
        // A week or month goes on under the label of its newest day; anything shorter begins anew.
        const now = label(time + REAL_TIME_BAR);
        if (now !== current && seconds <= DAY) bar = new LiveBar(bar.last, kind === "TRADES");
        current = now;
      },
      (price, size) => bar.take(price, size),
    );
    this.updates.add({ client, reqId, feed });
  }

  private schedule(
    client: Client,
    request: HistoricalDataRequest,
    instrument: Instrument,
    end: number,
  ): void {
    if (barSeconds(request.barSizeSetting) !== DAY) {
      client.error(request.reqId, 10295, "Only daily resolution supported for Schedule requests");
      return;
    }
    const { zone } = instrument.hours;
    const sessions = this.exchange
      .history(instrument)
      .sessions({ end, duration: request.durationStr, useRTH: request.useRTH });
    const stamp = (at: number): string => formatScheduleTime(zone, at);
    client.send("historicalSchedule", {
      reqId: request.reqId,
      startDateTime: sessions.length === 0 ? "" : stamp(sessions[0].open),
      endDateTime: sessions.length === 0 ? "" : stamp(sessions[sessions.length - 1].close),
      timeZone: zone,
      sessions: sessions.map((s) => ({
        startDateTime: stamp(s.open),
        endDateTime: stamp(s.close),
        refDate: s.day,
      })),
    });
  }
}

function liveKind(whatToShow: string): LiveKind | undefined {
  const wanted = whatToShow.toUpperCase() || "TRADES";
  if (wanted === "AGGTRADES") return "TRADES";
  return LIVE_KINDS.find((kind) => kind === wanted);
}

function ticksProblem(request: HistoricalTicksRequest): string | undefined {
  const { startDateTime, endDateTime, numberOfTicks } = request;
  if ((startDateTime === "") === (endDateTime === "")) {
    return "exactly one of start and end time has to be given";
  }
  if (numberOfTicks < 1 || numberOfTicks > MAX_TICKS) {
    return `number of ticks is ${numberOfTicks} (allowed: 1 to ${MAX_TICKS})`;
  }
  const kinds = ["TRADES", "BID_ASK", "MIDPOINT"];
  if (kinds.includes(request.whatToShow.toUpperCase())) return undefined;
  return `what to show is ${JSON.stringify(request.whatToShow)} (allowed: ${kinds.join(", ")})`;
}

/** `3 days`, `1 week` as a duration of historical data. @throws HistoryError */
function histogramDuration(timePeriod: string): string {
  const match = /^ *(\d{1,3}) *(second|sec|day|week|month|year|s|d|w|m|y)s? *$/i.exec(timePeriod);
  if (match === null) {
    throw new HistoryError(
      `time period is ${JSON.stringify(timePeriod)} (allowed: a number and days, weeks, months or years)`,
    );
  }
  return `${match[1]} ${match[2][0].toUpperCase()}`;
}

function wrongTime(what: string, given: string): string {
  return (
    `${what}: The date, time, or time-zone entered is invalid. The correct format is ` +
    `yyyymmdd hh:mm:ss xx/xxxx (given: ${JSON.stringify(given)})`
  );
}

/** With the zone from 174 on; before, two blanks between date and time and no zone behind. */
function stampOf(zone: string, at: number, serverVersion: number): string {
  const text = formatDateTime(zone, at);
  if (serverVersion >= SV.INSTRUMENT_TIMEZONE) return text;
  const [day, time] = text.split(" ");
  return `${day}  ${time}`;
}
