import { lastSessions, type Session, sessionsBetween } from "../../time/calendar.js";
import { formatDateTime, formatDay, formatTime, startOfUtcDay } from "../../time/ib-date-time.js";
import { toLocal } from "../../time/zone.js";
import type { HistoricalBar } from "../model/responses.js";
import { barSeconds } from "./bar-size.js";
import { ALL_KINDS, bondYield, TRADED } from "./data-kinds.js";
import { calendarStart, HistoryError, parseDuration } from "./history-duration.js";
import { type Instrument, ticksToPrice } from "./instrument.js";
import { volatilityOf } from "./option-chain.js";
import { hashText, hashUnit, mix32 } from "./random.js";

export { HistoryError } from "./history-duration.js";

const MINUTE = 60;
const DAY = 86_400;
/** More bars than this in one answer are refused. */
const MAX_BARS = 100_000;
const MAX_KEPT_DAYS = 20_000;

/** Swings of the price around its base: period in seconds and amplitude as a fraction. */
const SWINGS: readonly [period: number, amplitude: number][] = [
  [400 * DAY, 0.25],
  [120 * DAY, 0.1],
  [30 * DAY, 0.04],
  [7 * DAY, 0.02],
  [DAY, 0.01],
  [3 * 3600, 0.005],
  [1800, 0.0025],
  [300, 0.001],
  [60, 0.0005],
];

/** How much of the swings a security type makes; all of them where it is not named. */
const SHARE_OF_SWINGS: Readonly<Record<string, number>> = { CASH: 0.2, BOND: 0.2 };

/**
 * Over this many seconds before the start, history runs into the price the walk starts from: long, so that what moves in
 * the days when nothing trades is no jump.
 */
const APPROACH = 60 * DAY;

export interface HistoryRequest {
  /** Seconds since 1970 UTC. */
  end: number;
  duration: string;
  barSize: string;
  whatToShow: string;
  useRTH: boolean;
  /** 1: text in the instrument's zone; 2: seconds since 1970. */
  formatDate: number;
}

/** A bar before it is shown: prices in whole ticks, `value` in ticks times quantity. */
interface Candle {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  value: number;
  count: number;
}

/**
 * Bars that only depend on seed, instrument and time. They are all sums of the same minutes, so that bars of any two
 * sizes agree with each other.
 */
export class History {
  private readonly key: number;
  private readonly shareOfSwings: number;
  /** How far the swings are from the walk's first price at the start. */
  private readonly offset: number;
  private readonly days = new Map<string, Candle>();
  /** The lattice cell each swing was last asked for: times come mostly in order. */
  private readonly cells = SWINGS.map(() => ({ cell: Number.NaN, left: 0, right: 0 }));

  /** @param start seconds since 1970 UTC when the walk starts; @param seed the gateway's seed. */
  constructor(
    private readonly instrument: Instrument,
    private readonly start: number,
    seed: number,
  ) {
    this.shareOfSwings = SHARE_OF_SWINGS[instrument.secType] ?? 1;
    this.key =
      mix32(seed) ^
      hashText(`history|${instrument.secType}|${instrument.localSymbol}|${instrument.currency}`);
    this.offset = this.swing(start);
  }

  /** @throws HistoryError when bar size, duration or kind is not one a gateway knows. */
  bars(request: HistoryRequest): HistoricalBar[] {
    const seconds = barSeconds(request.barSize);
    const windows = clip(this.sessions(request), request.end, durationStart(request));
    const candles = seconds < DAY ? this.intraday(windows, seconds) : this.daily(windows, seconds);
    if (candles.length > MAX_BARS) {
      throw new HistoryError(`${candles.length} bars were asked for (at most ${MAX_BARS})`);
    }
    const traded = isTraded(request.whatToShow);
    const shown = this.scale(request.whatToShow);
    // A bond's yield is high where its price is low.
    const inverse = isYield(request.whatToShow);
    return candles.map(({ label, at, candle }) => ({
      date: seconds >= DAY ? label : this.stamp(at, request.formatDate),
      open: shown(candle.open),
      high: shown(inverse ? candle.low : candle.high),
      low: shown(inverse ? candle.high : candle.low),
      close: shown(candle.close),
      volume: traded ? candle.volume : -1,
      wap: traded ? this.averagePrice(candle) : -1,
      barCount: traded ? tradesIn(candle) : -1,
    }));
  }

  /** What ticks are shown as: prices, or around the instrument's volatility when that was asked for. */
  private scale(whatToShow: string): (ticks: number) => number {
    const { instrument } = this;
    if (isYield(whatToShow))
      return (ticks) => bondYield(instrument, ticksToPrice(instrument, ticks), this.start);
    if (!/_VOLATILITY$/i.test(whatToShow)) return (ticks) => ticksToPrice(instrument, ticks);
    const level = volatilityOf(instrument);
    const base = instrument.basePrice / instrument.minTick;
    return (ticks) => Number(((level * ticks) / base).toFixed(6));
  }

  /** The trading sessions a request covers. */
  sessions(request: Pick<HistoryRequest, "end" | "duration" | "useRTH">): Session[] {
    const { count, unit } = parseDuration(request.duration);
    const { hours, headTimestamp } = this.instrument;
    if (unit === "S") return this.sessionsForSeconds(request, count);
    if (unit === "D") return lastSessions(hours, request.useRTH, request.end, count, headTimestamp);
    const start = Math.max(calendarStart(request.end, count, unit), headTimestamp);
    return sessionsBetween(hours, request.useRTH, start, request.end);
  }

  /** Sessions back from the end until they hold `count` seconds. */
  private sessionsForSeconds(request: Pick<HistoryRequest, "end" | "useRTH">, count: number): Session[] {
    const { hours } = this.instrument;
    for (let sessions = 1; ; sessions *= 2) {
      const found = lastSessions(hours, request.useRTH, request.end, sessions, Number.NEGATIVE_INFINITY);
      let left = count;
      for (let i = found.length - 1; i >= 0; i--) {
        const close = Math.min(found[i].close, request.end);
        if (close - found[i].open >= left) {
          const kept = found.slice(i);
          kept[0] = { ...found[i], opens: found[i].open, open: close - left };
          return kept;
        }
        left -= close - found[i].open;
      }
    }
  }

  private intraday(sessions: Session[], seconds: number): LabelledCandle[] {
    const bars: LabelledCandle[] = [];
    for (const { day, opens, open, close } of sessions) {
      const zero = open - (secondsOfDay(this.instrument.hours.zone, open) % seconds);
      // A request that begins within a bar gets the whole bar.
      for (let at = Math.max(opens ?? open, zero); at < close; ) {
        const next = Math.min(close, zero + (Math.floor((at - zero) / seconds) + 1) * seconds);
        bars.push({ label: day, at, candle: this.span(at, next) });
        if (bars.length > MAX_BARS) return bars;
        at = next;
      }
    }
    return bars;
  }

  private daily(sessions: Session[], seconds: number): LabelledCandle[] {
    const bars: LabelledCandle[] = [];
    let group = "";
    for (const { day, open, close } of sessions) {
      const candle = this.session(open, close);
      const current = seconds === DAY ? day : seconds === 7 * DAY ? weekOf(day) : day.slice(0, 6);
      const last = bars.at(-1);
      if (last !== undefined && current === group) {
        last.label = day;
        merge(last.candle, candle);
      } else {
        bars.push({ label: day, at: open, candle });
      }
      group = current;
    }
    return bars;
  }

  /** The candle of a session; whole days are asked for again and again, so they are kept. */
  private session(open: number, close: number): Candle {
    const key = `${open}-${close}`;
    let candle = this.days.get(key);
    if (candle === undefined) {
      candle = this.span(open, close);
      if (this.days.size >= MAX_KEPT_DAYS) this.days.clear();
      this.days.set(key, candle);
    }
    return { ...candle };
  }

  /** The candle of [from, to): whole minutes where it can, seconds at its ends. */
  private span(from: number, to: number): Candle {
    let result: Candle | undefined;
    // A minute's close is the next one's open.
    let close: number | undefined;
    for (let at = from; at < to; ) {
      const minute = Math.floor(at / MINUTE);
      const end = Math.min(to, (minute + 1) * MINUTE);
      const whole = at === minute * MINUTE && end === (minute + 1) * MINUTE;
      const part = whole
        ? this.minute(minute, close ?? this.price(at))
        : this.partOfMinute(minute, at - minute * MINUTE, end - minute * MINUTE);
      close = part.close;
      if (result === undefined) result = part;
      else merge(result, part);
      at = end;
    }
    return result!;
  }

  private minute(minute: number, open: number): Candle {
    const { instrument, key } = this;
    const close = this.price((minute + 1) * MINUTE);
    const reach = Math.max(1, open * 0.0003);
    const high = Math.round(Math.max(open, close) + reach * hashUnit(key, minute, 1));
    const low = Math.round(Math.min(open, close) - reach * hashUnit(key, minute, 2));
    const lots = 1 + Math.floor(hashUnit(key, minute, 3) ** 2 * 400);
    const volume = lots * instrument.lotSize;
    const value = ((open + high + low + close) / 4) * volume;
    return { open, high, low, close, volume, value, count: 1 + Math.floor(lots / 3) };
  }

  /** Seconds [from, to) of a minute, along a path from its open over its extremes to its close. */
  private partOfMinute(minute: number, from: number, to: number): Candle {
    const whole = this.minute(minute, this.price(minute * MINUTE));
    const points = this.path(minute, whole);
    const open = interpolate(points, from);
    const close = interpolate(points, to);
    const between = points.filter(([second]) => second > from && second < to).map(([, price]) => price);
    const high = Math.max(open, close, ...between);
    const low = Math.min(open, close, ...between);
    const share = (second: number, total: number): number => Math.floor((total * second) / MINUTE);
    const volume = share(to, whole.volume) - share(from, whole.volume);
    const count = share(to, whole.count) - share(from, whole.count);
    return { open, high, low, close, volume, value: ((open + close + high + low) / 4) * volume, count };
  }

  private path(minute: number, candle: Candle): [second: number, price: number][] {
    const first = 5 + Math.floor(hashUnit(this.key, minute, 4) * 20);
    const second = 30 + Math.floor(hashUnit(this.key, minute, 5) * 25);
    const highFirst = hashUnit(this.key, minute, 6) < 0.5;
    return [
      [0, candle.open],
      [first, highFirst ? candle.high : candle.low],
      [second, highFirst ? candle.low : candle.high],
      [MINUTE, candle.close],
    ];
  }

  /** The price at a moment, in ticks. */
  private price(time: number): number {
    const before = Math.max(0, this.start - time);
    const swing = this.swing(this.start - before) - this.offset * Math.max(0, 1 - before / APPROACH);
    return Math.round((this.instrument.basePrice / this.instrument.minTick) * Math.exp(swing));
  }

  private swing(time: number): number {
    let swing = 0;
    for (let i = 0; i < SWINGS.length; i++) swing += SWINGS[i][1] * this.noise(i, time / SWINGS[i][0]);
    return swing * this.shareOfSwings;
  }

  private averagePrice({ value, volume, close }: Candle): number {
    if (volume === 0) return ticksToPrice(this.instrument, close);
    return Number(((value / volume) * this.instrument.minTick).toFixed(6));
  }

  /** Smooth noise in [-1, 1] over a lattice of hashed values. */
  private noise(swing: number, x: number): number {
    const cell = Math.floor(x);
    const f = x - cell;
    const cache = this.cells[swing];
    if (cache.cell !== cell) {
      cache.cell = cell;
      cache.left = 2 * hashUnit(this.key, swing + 16, cell) - 1;
      cache.right = 2 * hashUnit(this.key, swing + 16, cell + 1) - 1;
    }
    return cache.left + (cache.right - cache.left) * f * f * (3 - 2 * f);
  }

  private stamp(at: number, formatDate: number): string {
    return formatDate === 2 ? String(at) : formatDateTime(this.instrument.hours.zone, at);
  }
}

interface LabelledCandle {
  label: string;
  at: number;
  candle: Candle;
}

function merge(into: Candle, next: Candle): void {
  into.high = Math.max(into.high, next.high);
  into.low = Math.min(into.low, next.low);
  into.close = next.close;
  into.volume += next.volume;
  into.value += next.value;
  into.count += next.count;
}

function interpolate(points: [second: number, price: number][], second: number): number {
  let [fromSecond, fromPrice] = points[0];
  for (const [toSecond, toPrice] of points) {
    if (toSecond >= second) {
      if (toSecond === fromSecond) return toPrice;
      return Math.round(
        fromPrice + ((toPrice - fromPrice) * (second - fromSecond)) / (toSecond - fromSecond),
      );
    }
    [fromSecond, fromPrice] = [toSecond, toPrice];
  }
  return fromPrice;
}

/** Cuts sessions to the part that ends at `end`; a duration in seconds has already set where they start. */
function clip(sessions: Session[], end: number, start: number): Session[] {
  const kept: Session[] = [];
  for (const session of sessions) {
    const open = Math.max(session.open, start);
    const close = Math.min(session.close, Math.ceil(end));
    if (open < close) kept.push({ ...session, opens: session.opens ?? session.open, open, close });
  }
  return kept;
}

function durationStart(request: HistoryRequest): number {
  const { count, unit } = parseDuration(request.duration);
  return unit === "S" || unit === "D" ? Number.NEGATIVE_INFINITY : calendarStart(request.end, count, unit);
}

/** When a request's answer says it starts: the end less the duration as calendar time. */
export function announcedStart(end: number, duration: string): number {
  const { count, unit } = parseDuration(duration);
  if (unit === "S") return end - count;
  return calendarStart(end, count, unit);
}

/** There is a trade where there is volume, and none where there is not. */
function tradesIn({ count, volume }: Candle): number {
  return volume === 0 ? 0 : Math.max(count, 1);
}

function isYield(whatToShow: string): boolean {
  return whatToShow.toUpperCase().startsWith("YIELD_");
}

function isTraded(whatToShow: string): boolean {
  const kind = whatToShow.toUpperCase();
  if (kind === "" || TRADED.includes(kind)) return true;
  if (ALL_KINDS.includes(kind) && kind !== "SCHEDULE") return false;
  throw new HistoryError(
    `What to show is ${JSON.stringify(whatToShow)}. Legal ones are: ${ALL_KINDS.join(", ")}`,
  );
}

function secondsOfDay(zone: string, at: number): number {
  const t = toLocal(zone, at);
  return t.hour * 3600 + t.minute * 60 + t.second;
}

/** A name for the week (Monday to Sunday) of a `yyyymmdd` day. */
function weekOf(day: string): string {
  // 1970-01-05 was a Monday.
  return String(Math.floor((startOfUtcDay(day) / 1000 / DAY - 4) / 7));
}

/** `yyyymmdd-hh:mm:ss` as a schedule writes its times. */
export function formatScheduleTime(zone: string, at: number): string {
  const t = toLocal(zone, at);
  return `${formatDay(t)}-${formatTime(t)}`;
}
