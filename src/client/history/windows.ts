import { nextStartOfDays, startOfDays } from "./calendar-cuts.js";
import { type Duration, durationText, secondsAtLeast } from "./duration.js";
import type { HistoryBarSize } from "./history-bar-size.js";

/** When something trades, ms since 1970 UTC. */
export interface KnownSession {
  readonly openMs: number;
  readonly closeMs: number;
}

/** One request's part of a history. Windows touch: each begins where the one before it ends. */
export interface HistoryWindow {
  /** Its bars begin here or later, … */
  readonly fromMs: number;
  /** … and before this. */
  readonly untilMs: number;
  /** The end that the gateway is asked for: behind it, up to `untilMs`, nothing trades. Undefined: none, it is now. */
  readonly askEndMs: number | undefined;
  /** Reaches back to `fromMs` at the least, or to where something trades behind it. */
  readonly duration: string;
}

export interface PlanRequest {
  readonly size: HistoryBarSize;
  /** The longest that one request is for. */
  readonly longest: Duration;
  readonly startMs: number;
  /** Not included; nor is a bar that is not over by then. */
  readonly endMs: number;
  readonly timeZone: string;
  /** In their order, as far as they are known: only these are asked for. Of bars of a day and longer they are of no use. */
  readonly sessions?: readonly KnownSession[];
}

/** A stretch in which something may trade, no longer than a request. */
interface Piece {
  readonly fromMs: number;
  readonly endMs: number;
  /** How many sessions it is at the most; undefined where they are not known. */
  readonly sessions?: number;
}

const DAY_SECONDS = 86_400;
/** No exchange is closed for longer without a reason to look: what is, may be a hole in what is known of its sessions. */
const LONGEST_CLOSED_MS = 4 * DAY_SECONDS * 1000;
/** A few bars of the window before, where there is room: so that two answers show whether they fit. */
const OVERLAP_BARS = 2;
/** A gateway takes no more in seconds. */
const LONGEST_IN_SECONDS = DAY_SECONDS;
/** A day of trading may begin on the evening before: its bar is only whole where the request reaches back to that. */
const EVENING_BEFORE_SECONDS = DAY_SECONDS;
const CALENDAR_UNITS = ["W", "M", "Y"] as const;

/**
 * Cuts [startMs, endMs) into requests. A gateway counts the days of a duration as sessions, and its seconds as seconds of
 * trading or of the clock: windows are such that each reading covers them.
 */
export function planWindows(request: PlanRequest): HistoryWindow[] {
  const { startMs, endMs, size } = request;
  if (startMs >= endMs) return [];
  const pieces = size.unit === "time" ? grouped(piecesOf(request), request) : dayPieces(request);
  // Nothing trades in all of it.
  if (pieces.length === 0) return [];
  return pieces.map((piece, i) => ({
    fromMs: i === 0 ? startMs : piece.fromMs,
    untilMs: pieces[i + 1]?.fromMs ?? endMs,
    askEndMs: piece.endMs,
    duration: durationOf(piece, request),
  }));
}

/**
 * One request up to now, for what takes no end.
 * @returns undefined where it would be longer than one request may be
 */
export function planOneWindow(request: PlanRequest, nowMs: number): HistoryWindow | undefined {
  const { startMs, endMs, longest } = request;
  const piece = { fromMs: startMs, endMs: nowMs };
  const reachMs = request.size.unit === "time" ? 0 : EVENING_BEFORE_SECONDS * 1000;
  if (nowMs - startMs + reachMs > secondsAtLeast(longest) * 1000) return undefined;
  return { fromMs: startMs, untilMs: endMs, askEndMs: undefined, duration: durationOf(piece, request) };
}

/** How many requests it would be without sessions: cheap. */
export function countOfWindows(request: PlanRequest): number {
  return planWindows({ ...request, sessions: undefined }).length;
}

function piecesOf({ startMs, endMs, sessions, ...request }: PlanRequest): Piece[] {
  if (sessions === undefined) return [...calendarPieces(startMs, endMs, request)];
  const pieces: Piece[] = [];
  let cursor = startMs;
  for (const { openMs, closeMs } of sessions) {
    const fromMs = Math.max(openMs, cursor);
    const toMs = Math.min(closeMs, endMs);
    if (fromMs >= toMs) continue;
    if (fromMs - cursor > LONGEST_CLOSED_MS) pieces.push(...calendarPieces(cursor, fromMs, request));
    pieces.push(...equalPieces(fromMs, toMs, mostMs(request)));
    cursor = toMs;
  }
  if (endMs - cursor > LONGEST_CLOSED_MS) pieces.push(...calendarPieces(cursor, endMs, request));
  return pieces;
}

/** Pieces of a session, all but the last as long as they may be. */
function* equalPieces(startMs: number, endMs: number, most: number): Generator<Piece> {
  for (let fromMs = startMs; fromMs < endMs; fromMs += most)
    yield { fromMs, endMs: Math.min(endMs, fromMs + most), sessions: 1 };
}

/** Where no sessions are known: pieces that end with a day where they can. */
function* calendarPieces(
  startMs: number,
  endMs: number,
  request: Omit<PlanRequest, "startMs" | "endMs" | "sessions">,
): Generator<Piece> {
  const most = mostMs(request);
  for (let fromMs = startMs; fromMs < endMs; ) {
    const toMs = Math.min(endMs, fromMs + most);
    const midnightMs = startOfDays(toMs, "day", request.timeZone);
    const cutMs = toMs < endMs && midnightMs > fromMs ? midnightMs : toMs;
    yield { fromMs, endMs: cutMs };
    fromMs = cutMs;
  }
}

/** Whole days, weeks or months, as many as a request may be for. */
function dayPieces(request: PlanRequest): Piece[] {
  const { size, startMs, endMs, timeZone } = request;
  const unit = size.unit as Exclude<HistoryBarSize["unit"], "time">;
  const most = mostMs(request) - EVENING_BEFORE_SECONDS * 1000;
  const pieces: Piece[] = [];
  for (let fromMs = startMs; fromMs < endMs; ) {
    let toMs = startOfDays(Math.min(endMs, fromMs + most), unit, timeZone);
    if (toMs <= fromMs) toMs = Math.min(endMs, nextStartOfDays(fromMs, unit, timeZone));
    pieces.push({ fromMs, endMs: toMs });
    fromMs = toMs;
  }
  return pieces;
}

/** Neighbours together, as many as one request may be for. */
function grouped(pieces: readonly Piece[], request: PlanRequest): Piece[] {
  const { count, unit } = request.longest;
  const groups: Piece[] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    const sessions = last?.sessions && piece.sessions && last.sessions + piece.sessions;
    const isOne =
      last !== undefined &&
      piece.endMs - last.fromMs <= mostMs({ ...request, sessionsKnown: sessions !== undefined }) &&
      (unit !== "D" || piece.endMs - last.fromMs <= LONGEST_IN_SECONDS * 1000 || (sessions ?? 0) <= count);
    if (isOne)
      groups[groups.length - 1] = { fromMs: last.fromMs, endMs: piece.endMs, ...(sessions && { sessions }) };
    else groups.push(piece);
  }
  return groups;
}

/**
 * The longest that a request may be for, ms. Days are sessions to a gateway, and a session may be shorter than a day: where
 * they are not known, more than one day is asked for in seconds, of which a day has the most.
 */
function mostMs({ longest, sessionsKnown }: { longest: Duration; sessionsKnown?: boolean }): number {
  const seconds = secondsAtLeast(longest);
  const isDays = longest.unit === "D" && sessionsKnown !== true;
  return (isDays ? Math.min(seconds, LONGEST_IN_SECONDS) : seconds) * 1000;
}

function durationOf({ fromMs, endMs, sessions }: Piece, { size, longest }: PlanRequest): string {
  const seconds = Math.ceil((endMs - fromMs) / 1000);
  const most = secondsAtLeast(longest);
  if (size.unit === "time" && seconds <= LONGEST_IN_SECONDS) {
    const wanted = seconds + OVERLAP_BARS * size.seconds;
    const fewest = secondsAtLeast(size.shortest);
    const asked = Math.max(fewest, Math.min(wanted, most, LONGEST_IN_SECONDS));
    return `${asked} S`;
  }
  if (longest.unit === "D") return `${Math.max(sessions ?? 1, Math.ceil(seconds / DAY_SECONDS))} D`;
  const wanted = size.unit === "time" ? seconds : seconds + EVENING_BEFORE_SECONDS;
  return inCalendarUnits(Math.max(wanted, secondsAtLeast(size.shortest)), longest);
}

/** In the smallest unit that needs no more than one, or else in that of the longest. */
function inCalendarUnits(seconds: number, { unit }: Duration): string {
  const units = CALENDAR_UNITS.slice(0, CALENDAR_UNITS.indexOf(unit as "W") + 1);
  for (const smaller of units) {
    const count = Math.ceil(seconds / secondsAtLeast({ count: 1, unit: smaller }));
    if (count === 1 || smaller === unit) return durationText({ count, unit: smaller });
  }
  return durationText({ count: seconds, unit: "S" });
}
