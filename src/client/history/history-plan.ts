import { refused } from "../../domain/check.js";
import type { ContractDetails } from "../../domain/stock-types.js";
import { formatIBTime } from "../../time/ib-time.js";
import { parseTradingHours } from "../../time/trading-hours.js";
import { zoneNamed } from "../../time/zone.js";
import { lastBarEnd, nextStartOfDays, startOfDays } from "./calendar-cuts.js";
import { type Duration, parseDuration, startOfDuration } from "./duration.js";
import type { HistoryAsker } from "./history-asker.js";
import type { HistoryPlan } from "./history-file.js";
import { type ResolvedHistoryOptions, takesNoEnd } from "./history-options.js";
import { type PacedRequest, pacedRequest } from "./history-pacer.js";
import { countOfWindows, type KnownSession } from "./windows.js";

const DAY_MS = 86_400_000;
/** From so many requests on, asking for the sessions saves more than it costs. */
const WORTH_SESSIONS = 4;
/** The same of asking when the data begin. */
const WORTH_BEGINNING = 10;
/** A schedule is asked for in pieces of so many days. */
const SCHEDULE_DAYS = 365;
const COMBINATION = "BAG";

type Before = (paced: PacedRequest) => Promise<void>;

/** Finds out what a history goes by: its zone, its ends, and when the contract traded. */
export async function makePlan(
  asker: HistoryAsker,
  options: ResolvedHistoryOptions,
  before: Before,
): Promise<HistoryPlan> {
  const { size, range } = options;
  const { endMs, timeZone } = await endOfHistory(asker, options);
  const duration = range.duration === undefined ? undefined : (parseDuration(range.duration) as Duration);
  const counted =
    duration?.unit === "D" && !takesNoEnd(options)
      ? await lastTradingDays(asker, options, duration.count, { endMs, timeZone }, before)
      : undefined;
  if (counted !== undefined) return counted;
  const wantedMs = range.startMs ?? startOfDuration(endMs, duration as Duration, timeZone);
  const whole = { startMs: wholeStart(wantedMs, size, timeZone), endMs, timeZone };
  if (takesNoEnd(options)) return whole;
  const startMs = await beginning(asker, options, whole, before);
  const plan = { ...whole, startMs };
  const sessions = await sessionsOf(asker, options, plan, before);
  return sessions === undefined ? plan : { ...plan, sessions };
}

/** Where a history ends: bars that are not over by then are left out; and whose days it goes by. */
export async function endOfHistory(
  asker: HistoryAsker,
  options: ResolvedHistoryOptions,
  alone?: Parameters<HistoryAsker["ask"]>[3],
): Promise<Pick<HistoryPlan, "endMs" | "timeZone">> {
  const { contract, range } = options;
  const { lookups } = asker.source;
  // A combination has no details, and a day of UTC is as good as another.
  const details =
    options.timeZone === undefined && contract.secType !== COMBINATION
      ? (await asker.ask(undefined, (call) => lookups.contractDetails(contract, call), undefined, alone)).at(
          0,
        )
      : undefined;
  const timeZone = options.timeZone ?? zoneNamed(details?.timeZoneId ?? "") ?? "UTC";
  const { nowMs } = asker;
  return { endMs: endOf(Math.min(range.endMs ?? nowMs, nowMs), timeZone, details, options), timeZone };
}

/** The refusal of what takes no end, and is longer than one request. */
export function tooLong({ range, longest }: ResolvedHistoryOptions): Error {
  const [name, value] =
    range.duration === undefined ? ["startMs", range.startMs] : ["duration", range.duration];
  const most = `${longest.count} ${longest.unit}`;
  const allowed = `up to ${most} before now: such data comes in one request, for which \`perRequest\` may allow more`;
  return refused(name as string, value, allowed, "ERR_IBKR_ARGUMENT");
}

function wholeStart(startMs: number, { unit }: ResolvedHistoryOptions["size"], timeZone: string): number {
  if (unit === "time") return startMs;
  const at = startOfDays(startMs, unit, timeZone);
  return at < startMs ? nextStartOfDays(at, unit, timeZone) : at;
}

function endOf(
  timeMs: number,
  timeZone: string,
  details: ContractDetails | undefined,
  { size, regularHoursOnly }: ResolvedHistoryOptions,
): number {
  const endMs = lastBarEnd(timeMs, size, timeZone);
  if (size.unit !== "day") return endMs;
  // Today counts, where its sessions are over.
  const hours = (regularHoursOnly ? details?.liquidHours : details?.tradingHours) ?? "";
  const tomorrowMs = nextStartOfDays(endMs, "day", timeZone);
  const isOver = parseTradingHours(hours, timeZone)?.some(({ sessions }) => {
    const closeMs = sessions.at(-1)?.closeMs;
    return closeMs !== undefined && closeMs > endMs && closeMs <= timeMs && closeMs < tomorrowMs;
  });
  return isOver ? tomorrowMs : endMs;
}

/** Where the data begin, if that is later. It is only worth something: who does not say leaves it as it is. */
async function beginning(
  asker: HistoryAsker,
  { contract, whatToShow, regularHoursOnly, size, longest }: ResolvedHistoryOptions,
  { startMs, endMs, timeZone }: HistoryPlan,
  before: Before,
): Promise<number> {
  const { lookups } = asker.source;
  const count = countOfWindows({ startMs, endMs, timeZone, size, longest });
  if (lookups.headTimestamp === undefined || count < WORTH_BEGINNING) return startMs;
  const request = { contract, whatToShow, regularHoursOnly };
  const paced = pacedRequest({ ...request, duration: "head", barSize: size.name });
  const headMs = await hint(() =>
    asker.ask(paced, async (call) => lookups.headTimestamp?.(request, call), before),
  );
  if (headMs === undefined || !(headMs > startMs)) return startMs;
  // The days of a bar begin before its first trade.
  return Math.min(size.unit === "time" ? headMs : startOfDays(headMs, size.unit, timeZone), endMs);
}

/** The last days on which it traded, as gateways count the days of a duration. Undefined where nobody knows when it did. */
async function lastTradingDays(
  asker: HistoryAsker,
  options: ResolvedHistoryOptions,
  count: number,
  { endMs, timeZone }: Pick<HistoryPlan, "endMs" | "timeZone">,
  before: Before,
): Promise<HistoryPlan | undefined> {
  // An evening belongs to the day behind it.
  const dayOf = ({ closeMs }: KnownSession) => startOfDays(closeMs - 1, "day", timeZone);
  let found: KnownSession[] = [];
  let days: number[] = [];
  for (let untilMs = endMs; days.length < count; ) {
    // One more: the newest may not have begun.
    const some = await sessionsBefore(asker, options, count - days.length + 1, untilMs, before);
    const known = found.length;
    found = inOrder([...found, ...(some ?? []).filter(({ openMs }) => openMs < endMs)]);
    days = [...new Set(found.map(dayOf))];
    if (found.length === known) break;
    untilMs = found[0].openMs;
  }
  const firstDay = days.slice(-count).at(0);
  if (firstDay === undefined) return undefined;
  const sessions = found.filter((session) => dayOf(session) >= firstDay);
  const { size } = options;
  if (size.unit !== "time") return { startMs: wholeStart(firstDay, size, timeZone), endMs, timeZone };
  return { startMs: sessions[0].openMs, endMs, timeZone, sessions };
}

async function sessionsOf(
  asker: HistoryAsker,
  options: ResolvedHistoryOptions,
  { startMs, endMs, timeZone }: HistoryPlan,
  before: Before,
): Promise<readonly KnownSession[] | undefined> {
  const { size, longest } = options;
  if (size.unit !== "time") return undefined;
  if (countOfWindows({ startMs, endMs, timeZone, size, longest }) < WORTH_SESSIONS) return undefined;
  const found: KnownSession[] = [];
  for (let untilMs = endMs; untilMs > startMs; untilMs -= SCHEDULE_DAYS * DAY_MS) {
    const days = Math.ceil((untilMs - startMs) / DAY_MS) + 1;
    // Where it is not known when it traded, days are asked for one by one.
    found.push(...((await sessionsBefore(asker, options, days, untilMs, before)) ?? []));
  }
  return found.length === 0 ? undefined : inOrder(found);
}

/** @param days as many as one request may be for, at the most */
async function sessionsBefore(
  asker: HistoryAsker,
  { contract, whatToShow, regularHoursOnly }: ResolvedHistoryOptions,
  days: number,
  untilMs: number,
  before: Before,
): Promise<KnownSession[] | undefined> {
  const { lookups } = asker.source;
  if (lookups.schedule === undefined) return undefined;
  const request = {
    ...{ contract, regularHoursOnly, duration: `${Math.min(SCHEDULE_DAYS, days)} D` },
    endDateTime: formatIBTime(untilMs),
  };
  const paced = pacedRequest({ ...request, barSize: "1 day", whatToShow: `SCHEDULE ${whatToShow}` });
  const schedule = await hint(() =>
    asker.ask(paced, async (call) => lookups.schedule?.(request, call), before),
  );
  return schedule?.sessions.map(({ openMs, closeMs }) => ({ openMs, closeMs }));
}

/** Each once: pieces of a schedule overlap. */
function inOrder(found: readonly KnownSession[]): KnownSession[] {
  const byStart = new Map(found.map((session) => [session.openMs, session]));
  return [...byStart.values()].toSorted((a, b) => a.openMs - b.openMs);
}

/** What would only save requests, and is not to be had, costs nothing but that. */
async function hint<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return (error as { gatewayCode?: unknown }).gatewayCode !== undefined;
}
