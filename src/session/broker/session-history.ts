import { EventName } from "@stoqey/ib";
import type { CallOptions } from "../../broker/call-options.js";
import type { HistoricalTicks, HistoricalTicksRequest, TickKind } from "../../broker/historical-ticks.js";
import type { HistoryRequest, Lookups, Schedule, ScheduledSession } from "../../broker/lookups.js";
import { check, objectOf, refused } from "../../domain/check.js";
import type { HistoricalBar } from "../../domain/historical-bar.js";
import { integer } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import { momentMs, utcDateTime } from "./gateway-times.js";
import type { Requests } from "./requests.js";
import { beginById, openWatch } from "./session-watch.js";

/** Bars as seconds since 1970: the one form that needs no time zone. */
const FORMAT_EPOCH_SECONDS = 2;
/** Stock tells the end of history by a bar whose time begins so. */
const END_MARK = "finished";
/** The first server version that takes CANCEL_HISTORICAL_TICKS. */
const CANCEL_HISTORICAL_TICKS = 215;

type BarArguments = [time: string, ...values: (number | undefined)[]];

/** Bars, ticks, schedules and histograms: what was. */
export function historyLookups(requests: Requests) {
  return {
    history: (request, options) => {
      const bars: HistoricalBar[] = [];
      return requests.ask(
        {
          method: "reqHistoricalData",
          args: (id) => barsAsked(id, request, false),
          take: { [EventName.historicalData]: (...bar: BarArguments) => takeBar(bars, bar) },
          result: () => bars,
          cancel: "cancelHistoricalData",
        },
        options,
      );
    },

    watchHistory: (request, listener, options = {}) => {
      const bars: HistoricalBar[] = [];
      return openWatch(requests.session, listener, ["bars", "bar"], options, (run) =>
        beginById(requests, run, {
          method: "reqHistoricalData",
          args: (id) => barsAsked(id, request, true),
          take: {
            [EventName.historicalData]: (...bar: BarArguments) => {
              if (!takeBar(bars, bar)) return false;
              run.tell(() => listener.bars(bars));
              return true;
            },
            [EventName.historicalDataUpdate]: (...[time, ...values]: BarArguments) => {
              const bar = barOf(time, values);
              run.tell(() => listener.bar(bar));
              return false;
            },
          },
          cancel: "cancelHistoricalData",
        }),
      );
    },

    historicalTicks: async <K extends TickKind>(
      request: HistoricalTicksRequest<K>,
      options?: CallOptions,
    ): Promise<HistoricalTicks[K][]> => {
      const ticks: HistoricalTicks[K][] = [];
      const { event, tickOf } = tickKindOf(objectOf("request", request).whatToShow);
      return requests.ask(
        {
          method: "reqHistoricalTicks",
          args: (id) => ticksAsked(id, request),
          take: {
            [event]: (some: readonly never[], isDone: boolean) => {
              for (const tick of some) ticks.push(tickOf(tick));
              return isDone;
            },
          },
          result: () => ticks,
          cancel: "cancelHistoricalTicks",
          cancelSince: CANCEL_HISTORICAL_TICKS,
        },
        options,
      );
    },

    headTimestamp: (request, options) => {
      const { contract, whatToShow, regularHoursOnly = false } = objectOf("request", request);
      let timeMs = 0;
      return requests.ask(
        {
          method: "reqHeadTimestamp",
          args: (id) => [id, contract, whatToShow, regularHoursOnly, FORMAT_EPOCH_SECONDS],
          take: {
            [EventName.headTimestamp]: (time: string) => {
              timeMs = momentMs(time);
              return true;
            },
          },
          result: () => timeMs,
          // It stays open at the gateway, and counts there, until it is cancelled.
          cancel: "cancelHeadTimestamp",
          cancelWhenDone: true,
        },
        options,
      );
    },

    schedule: (request, options) => {
      let schedule: Schedule;
      return requests.ask(
        {
          method: "reqHistoricalData",
          args: (id) => barsAsked(id, { ...request, barSize: "1 day", whatToShow: "SCHEDULE" }, false),
          take: {
            [EventName.historicalSchedule]: (
              _start: string,
              _end: string,
              timeZone: string,
              sessions: readonly SessionTexts[],
            ) => {
              schedule = { timeZone, sessions: sessions.map((one) => sessionOf(one, timeZone)) };
              return true;
            },
          },
          result: () => schedule,
          cancel: "cancelHistoricalData",
        },
        options,
      );
    },

    histogram: (request, options) => {
      const { contract, period, regularHoursOnly = false } = objectOf("request", request);
      let bins: { price: number; size: number }[] = [];
      return requests.ask(
        {
          method: "reqHistogramData",
          args: (id) => [id, contract, regularHoursOnly, period],
          take: {
            [EventName.histogramData]: (data: typeof bins) => {
              bins = data;
              return true;
            },
          },
          result: () => bins.sort((a, b) => a.price - b.price),
          cancel: "cancelHistogramData",
        },
        options,
      );
    },
  } satisfies Partial<Lookups>;
}

// --- bars ------------------------------------------------------------------------------------------------------------

function barsAsked(id: number, request: HistoryRequest, keepUpToDate: boolean): readonly unknown[] {
  const { contract, endDateTime = "", duration, barSize } = objectOf("request", request);
  const { whatToShow, regularHoursOnly = false } = request;
  const hours = regularHoursOnly ? 1 : 0;
  const form = FORMAT_EPOCH_SECONDS;
  return [id, contract, endDateTime, duration, barSize, whatToShow, hours, form, keepUpToDate];
}

/** True if it was none, but the mark behind the last one. */
function takeBar(bars: HistoricalBar[], [time, ...values]: BarArguments): boolean {
  if (time.startsWith(END_MARK)) return true;
  bars.push(barOf(time, values));
  return false;
}

function barOf(time: string, values: readonly (number | undefined)[]): HistoricalBar {
  const [open, high, low, close, volume, count, wap] = values;
  // A date has eight digits; seconds since 1970 have more since 1973.
  const when = time.length === 8 ? { date: time } : { timeMs: Number(time) * 1000 };
  return { ...when, open, high, low, close, volume: known(volume), wap: known(wap), count: known(count) };
}

/** The gateway writes -1 where there is no volume: MIDPOINT, BID, ASK. */
function known(value: number | undefined): number | undefined {
  return value === -1 ? undefined : value;
}

interface SessionTexts {
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly refDate: string;
}

function sessionOf({ startDateTime, endDateTime, refDate }: SessionTexts, zone: string): ScheduledSession {
  return { day: refDate, openMs: momentMs(startDateTime, zone), closeMs: momentMs(endDateTime, zone) };
}

// --- ticks -----------------------------------------------------------------------------------------------------------

const countRule = lazily(() => integer(1, 1000));
const momentRule = lazily(() => integer(0));

function ticksAsked(id: number, request: HistoricalTicksRequest): readonly unknown[] {
  const {
    contract,
    whatToShow,
    startMs,
    endMs,
    count,
    regularHoursOnly = false,
    ignoreSize = false,
  } = request;
  check(countRule(), count, "count", "ERR_IBKR_ARGUMENT");
  if ((startMs === undefined) === (endMs === undefined))
    throw refused(
      "startMs",
      startMs,
      "a time, if there is no endMs, and none if there is",
      "ERR_IBKR_ARGUMENT",
    );
  const at = check(
    momentRule(),
    startMs ?? endMs,
    startMs === undefined ? "endMs" : "startMs",
    "ERR_IBKR_ARGUMENT",
  );
  const [start, end] =
    startMs === undefined
      ? ["", utcDateTime(Math.ceil(at / 1000))]
      : [utcDateTime(Math.floor(at / 1000)), ""];
  return [id, contract, start, end, count, whatToShow, regularHoursOnly ? 1 : 0, ignoreSize];
}

/** As stock's events have them. */
interface RawTicks {
  TRADES: {
    time: number;
    price: number;
    size: number;
    exchange: string;
    specialConditions: string;
    tickAttribLast: { pastLimit?: boolean; unreported?: boolean };
  };
  BID_ASK: {
    time: number;
    priceBid: number;
    priceAsk: number;
    sizeBid: number;
    sizeAsk: number;
    tickAttribBidAsk: { bidPastLow?: boolean; askPastHigh?: boolean };
  };
  MIDPOINT: { time: number; price: number };
}

const TICK_KINDS: {
  readonly [K in TickKind]: { readonly event: EventName; tickOf(raw: RawTicks[K]): HistoricalTicks[K] };
} = {
  TRADES: {
    event: EventName.historicalTicksLast,
    tickOf: ({ time, price, size, exchange, specialConditions: conditions, tickAttribLast }) => {
      const { pastLimit: isPastLimit = false, unreported: isUnreported = false } = tickAttribLast;
      return { timeMs: time * 1000, price, size, exchange, conditions, isPastLimit, isUnreported };
    },
  },
  BID_ASK: {
    event: EventName.historicalTicksBidAsk,
    tickOf: ({
      time,
      priceBid: bid,
      priceAsk: ask,
      sizeBid: bidSize,
      sizeAsk: askSize,
      tickAttribBidAsk,
    }) => {
      const { bidPastLow: isBidPastLow = false, askPastHigh: isAskPastHigh = false } = tickAttribBidAsk;
      return { timeMs: time * 1000, bid, ask, bidSize, askSize, isBidPastLow, isAskPastHigh };
    },
  },
  MIDPOINT: {
    event: EventName.historicalTicks,
    tickOf: ({ time, price }) => ({ timeMs: time * 1000, price }),
  },
};

function tickKindOf<K extends TickKind>(whatToShow: K) {
  if (typeof whatToShow !== "string" || !Object.hasOwn(TICK_KINDS, whatToShow))
    throw refused("whatToShow", whatToShow, Object.keys(TICK_KINDS).join(", "), "ERR_IBKR_ARGUMENT");
  const { event, tickOf } = TICK_KINDS[whatToShow];
  return { event, tickOf: tickOf as (raw: never) => HistoricalTicks[K] };
}
