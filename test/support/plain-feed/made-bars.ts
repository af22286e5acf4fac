import type { FeedBarSeries } from "../../../src/broker/feed-bars.js";
import { type FeedBarCorrection, FeedBarFlag, type FeedBarSpec } from "../../../src/broker/feed-bars.js";
import { FeedKind } from "../../../src/broker/feed-kind.js";
import type { HandBars } from "../hand-bars.js";
import { LIVE_TYPE, type PlainMessage, priceOf, sizeOf, TickType } from "./plain-message.js";

/*
 * Which ticks make which bars, said as plainly as it can be: the rules are those of native/core/bars/bar_builder.hpp.
 */

interface Bar {
  startMs: number;
  endMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  notional: number;
  count: number;
  firstMs: number;
  lastMs: number;
  flags: number;
}
type Span = readonly [startMs: number, endMs: number];

const ALWAYS: Span = [-Infinity, Infinity];
const has = (span: Span | undefined, timeMs: number) =>
  span !== undefined && timeMs >= span[0] && timeMs < span[1];

/** The bars of one series, in memory that a test can read along. */
export class PlainBars {
  private forming: { readonly bar: Bar; readonly span: Span } | undefined;
  private newest: { readonly bar: Bar; readonly span: Span } | undefined;
  private session: Span | undefined;
  private doneMs: number;
  private isGap: boolean;
  /** The forming bar's ticks when the gap began. */
  private gapCount = 0;
  private lastMs = -Infinity;

  /** @param sinceMs when the ticks begin */
  constructor(
    private readonly spec: FeedBarSpec,
    private readonly memory: HandBars,
    sinceMs: number,
  ) {
    const session = this.sessionAt(sinceMs);
    const second = Math.floor(sinceMs / 1_000) * 1_000;
    if (session === undefined) this.doneMs = sinceMs;
    else if (this.isByTime) [this.doneMs] = this.spanAt(session, sinceMs);
    else this.doneMs = Math.max(session[0], second);
    this.isGap = session !== undefined && (this.isByTime ? this.doneMs : session[0]) < sinceMs;
  }

  private get isByTime(): boolean {
    return this.spec.by === "time";
  }

  private get lengthMs(): number {
    return Math.round(this.spec.size * 1_000);
  }

  private sessionAt(timeMs: number): Span | undefined {
    const { sessions = [] } = this.spec;
    return sessions.length === 0 ? ALWAYS : sessions.find((span) => has(span, timeMs));
  }

  private spanAt(session: Span, timeMs: number): Span {
    if (!this.isByTime) return session;
    const origin = session === ALWAYS ? 0 : session[0];
    const start = origin + Math.floor((timeMs - origin) / this.lengthMs) * this.lengthMs;
    return [start, Math.min(start + this.lengthMs, session[1])];
  }

  private isFull({ count, volume, notional }: Bar): boolean {
    const { by, size } = this.spec;
    if (by === "time") return false;
    return (by === "ticks" ? count : by === "volume" ? volume : Math.abs(notional)) >= size;
  }

  /** One trade, or a quote's price with size 0. @returns whether a bar was closed or amended */
  take(timeMs: number, price: number, size: number): boolean {
    const session = this.sessionAt(timeMs);
    if (session === undefined) {
      this.memory.lost.outside += 1;
      return false;
    }
    const { forming } = this;
    if (has(forming?.span, timeMs)) return this.add(price, size, timeMs);
    if (timeMs < this.doneMs || (forming !== undefined && timeMs < forming.span[0]))
      return this.takeLate(timeMs, price, size);
    const [start, end] = this.spanAt(session, timeMs);
    if (forming !== undefined) this.close(this.isByTime ? 0 : FeedBarFlag.short | FeedBarFlag.last);
    const carried = this.carryUntil(start);
    const flags =
      (this.isGap ? FeedBarFlag.gap : 0) |
      (session !== ALWAYS && session[0] !== this.session?.[0] ? FeedBarFlag.first : 0) |
      (this.isByTime && end === session[1] ? FeedBarFlag.last : 0) |
      (this.isByTime && end - start < this.lengthMs ? FeedBarFlag.short : 0);
    this.isGap = false;
    this.session = session;
    const at = this.isByTime ? timeMs : Math.max(timeMs, this.lastMs);
    const span: Span = this.isByTime ? [start, end] : [Math.max(start, this.doneMs), end];
    if (!this.isByTime) [this.doneMs] = span;
    this.lastMs = at;
    const bar = {
      ...{ startMs: this.isByTime ? start : at, endMs: this.isByTime ? end : at },
      ...{ open: price, high: price, low: price, close: price, volume: 0 + size, notional: 0 + price * size },
      ...{ count: 1, firstMs: at, lastMs: at, flags },
    };
    this.forming = { bar, span };
    this.memory.form(bar);
    return this.closeIfFull() || carried || forming !== undefined;
  }

  private add(price: number, size: number, timeMs: number): boolean {
    const { bar } = this.forming as { bar: Bar };
    this.lastMs = Math.max(timeMs, this.lastMs);
    this.put(bar, timeMs, price, size);
    this.memory.form(bar);
    return this.closeIfFull();
  }

  private put(bar: Bar, timeMs: number, price: number, size: number): void {
    const at = this.isByTime ? timeMs : Math.max(timeMs, bar.lastMs);
    if (!this.isByTime) bar.endMs = at;
    bar.volume += size;
    bar.notional += price * size;
    bar.count += 1;
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    if (at >= bar.lastMs) {
      bar.lastMs = at;
      bar.close = price;
    } else if (at < bar.firstMs) {
      bar.firstMs = at;
      bar.open = price;
    }
  }

  private closeIfFull(): boolean {
    const full = this.forming !== undefined && this.isFull(this.forming.bar);
    if (full) this.close(0);
    return full;
  }

  private takeLate(timeMs: number, price: number, size: number): boolean {
    const { newest } = this;
    if (this.spec.late === "drop" || newest === undefined || !has(newest.span, timeMs)) {
      this.memory.lost.late += 1;
      return false;
    }
    const { bar } = newest;
    if ((bar.flags & FeedBarFlag.carried) !== 0) {
      bar.flags &= ~FeedBarFlag.carried;
      Object.assign(bar, { open: price, high: price, low: price, close: price });
      bar.firstMs = bar.lastMs = timeMs;
    }
    this.put(bar, timeMs, price, size);
    bar.flags |= FeedBarFlag.amended;
    this.memory.amend(bar);
    return true;
  }

  private close(flags: number): void {
    const { bar, span } = this.forming as { bar: Bar; span: Span };
    if (this.isGap && bar.count > this.gapCount) this.isGap = false;
    bar.flags |= flags;
    this.memory.form(bar);
    this.memory.close();
    this.newest = { bar, span };
    this.forming = undefined;
    if (this.isByTime || (flags & FeedBarFlag.short) !== 0) [, this.doneMs] = span;
  }

  private carryUntil(timeMs: number): boolean {
    const { session, newest } = this;
    if (this.spec.empty !== "carry" || !this.isByTime || session === undefined || newest === undefined)
      return false;
    let carried = false;
    const next = () => Math.min(this.doneMs + this.lengthMs, session[1]);
    while (this.forming === undefined && this.doneMs < session[1] && next() <= timeMs) {
      const span: Span = [this.doneMs, next()];
      const { close } = (this.newest as { bar: Bar }).bar;
      const flags =
        FeedBarFlag.carried |
        (this.isGap ? FeedBarFlag.gap : 0) |
        (span[1] === session[1] ? FeedBarFlag.last : 0) |
        (span[1] - span[0] < this.lengthMs ? FeedBarFlag.short : 0);
      const bar = {
        ...{ startMs: span[0], endMs: span[1], open: close, high: close, low: close, close, flags },
        ...{ volume: 0, notional: 0, count: 0, firstMs: Number.NaN, lastMs: Number.NaN },
      };
      this.memory.close(bar);
      this.newest = { bar, span };
      [, this.doneMs] = span;
      carried = true;
    }
    return carried;
  }

  /** The clock shows this. @returns whether a bar was closed */
  advance(nowMs: number): boolean {
    const limit = nowMs - (this.spec.waitMs ?? 0);
    const { forming } = this;
    if (forming !== undefined) {
      if (forming.span[1] > limit) return false;
      this.close(this.isByTime ? 0 : FeedBarFlag.short | FeedBarFlag.last);
    }
    return this.carryUntil(limit) || forming !== undefined;
  }

  gap(): void {
    this.isGap = true;
    this.gapCount = this.forming?.bar.count ?? 0;
    if (this.forming === undefined) return;
    this.forming.bar.flags |= FeedBarFlag.gap;
    this.memory.form(this.forming.bar);
  }

  correct(correction: FeedBarCorrection): boolean {
    const reaches = (of: { bar: Bar; span: Span } | undefined) =>
      has(of?.span, correction.timeMs) &&
      ((of as { bar: Bar }).bar.flags & FeedBarFlag.carried) === 0 &&
      (this.isByTime ||
        (correction.timeMs >= (of as { bar: Bar }).bar.startMs &&
          correction.timeMs <= (of as { bar: Bar }).bar.endMs));
    if (this.forming !== undefined && reaches(this.forming)) {
      const { bar } = this.forming;
      const { count } = bar;
      apply(bar, correction);
      this.gapCount -= count - bar.count;
      this.memory.form(bar);
      return this.closeIfFull();
    }
    if (this.spec.late === "drop" || this.newest === undefined || !reaches(this.newest)) {
      this.memory.lost.correction += 1;
      return false;
    }
    apply(this.newest.bar, correction);
    this.memory.amend(this.newest.bar);
    return true;
  }
}

function apply(bar: Bar, { timeMs, oldPrice, oldSize, price, size }: FeedBarCorrection): void {
  bar.volume = bar.volume - oldSize + size;
  bar.notional = bar.notional - oldPrice * oldSize + price * size;
  bar.flags |= FeedBarFlag.corrected;
  if (size === 0) {
    bar.count -= 1;
    return;
  }
  bar.high = Math.max(bar.high, price);
  bar.low = Math.min(bar.low, price);
  if (timeMs === bar.firstMs && oldPrice === bar.open) bar.open = price;
  if (timeMs === bar.lastMs && oldPrice === bar.close) bar.close = price;
}

/** All series of a subscription. */
export class PlainBarSet {
  private readonly all: readonly { readonly spec: FeedBarSpec; readonly bars: PlainBars }[];
  private bid = Number.NaN;
  private ask = Number.NaN;

  constructor(
    private readonly of: FeedBarSeries,
    memory: readonly HandBars[],
    sinceMs: number,
  ) {
    this.all = of.series.map((spec, i) => ({ spec, bars: new PlainBars(spec, memory[i], sinceMs) }));
  }

  each(act: (bars: PlainBars) => boolean, price?: FeedBarSpec["price"]): boolean {
    let changed = false;
    for (const { spec, bars } of this.all)
      if (price === undefined || price === (spec.price ?? "trades")) changed = act(bars) || changed;
    return changed;
  }

  /** @param arrivalMs since 1970 @returns whether a bar was closed or amended */
  take(message: PlainMessage, arrivalMs: number): boolean {
    const { trades, quotes } = this.of;
    const { kind, values } = message;
    const trade = (timeMs: number, price: number, size: number) =>
      this.each((bars) => bars.take(timeMs, price, size), "trades");
    if (kind === FeedKind.TRADE && trades === "tickByTick")
      return trade(values[0] * 1_000, values[1], values[2]);
    if (kind === FeedKind.RT_TRADE && trades === "rtVolume") return trade(values[0], values[1], values[2]);
    if (kind !== FeedKind.PRICE) return false;
    const type = LIVE_TYPE.get(message.field) ?? message.field;
    const price = priceOf(message);
    if (type === TickType.LAST && trades === "last") return trade(arrivalMs, price, sizeOf(message));
    if (quotes !== "line" || (type !== TickType.BID && type !== TickType.ASK)) return false;
    const side = type === TickType.BID ? "bid" : "ask";
    this[side] = price;
    const mid = (this.bid + this.ask) / 2;
    const give = (of: "bid" | "ask" | "mid", value: number) =>
      !Number.isNaN(value) && this.each((bars) => bars.take(arrivalMs, value, 0), of);
    return [give(side, price), give("mid", mid)].some(Boolean);
  }
}
