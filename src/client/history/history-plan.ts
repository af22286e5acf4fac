import { refused } from "../../domain/check.js";
import type { ContractDetails } from "../../domain/stock-types.js";
import { formatIBTime } from "../../time/ib-time.js";
import { parseTradingHours } from "../../time/trading-hours.js";
import { zoneNamed } from "../../time/zone.js";
import { lastBarEnd, nextStartOfDays, startOfDays } from "./calendar-cuts.js";
import { type Duration, parseDuration, startOfDuration } from "./duration.js";
import type { HistoryAsker } from "./history-asker.js";
import type { HistoryPlan } from "./history-file.js";
import type { ResolvedHistoryOptions } from "./history-options.js";
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
  const { contract, size, range } = options;
  const { lookups } = asker.source;
  // A combination has no details, and a day of UTC is as good as another.
  const details =
    options.timeZone === undefined && contract.secType !== COMBINATION
      ? (await asker.ask(undefined, (call) => lookups.contractDetails(contract, call))).at(0)
      : undefined;
  const timeZone = options.timeZone ?? zoneNamed(details?.timeZoneId ?? "") ?? "UTC";
  const endMs = endOf(Math.min(range.endMs ?? asker.nowMs, asker.nowMs), timeZone, details, options);
  const wantedMs =
    range.startMs ?? startOfDuration(endMs, parseDuration(range.duration as string) as Duration, timeZone);
  const whole = { startMs: wholeStart(wantedMs, size, timeZone), endMs, timeZone };
  if (takesNoEnd(options)) return whole;
  const startMs = await beginning(asker, options, whole, before);
  const plan = { ...whole, startMs };
  const sessions = await sessionsOf(asker, options, plan, before);
  return sessions === undefined ? plan : { ...plan, sessions };
}

/** Adjusted prices and continuous futures are of now: a gateway takes no end for them (10339 and the like). */
export function takesNoEnd({ contract, whatToShow }: ResolvedHistoryOptions): boolean {
  return whatToShow.toUpperCase() === "ADJUSTED_LAST" || contract.secType === "CONTFUT";
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

async function sessionsOf(
  asker: HistoryAsker,
  { contract, whatToShow, regularHoursOnly, size, longest }: ResolvedHistoryOptions,
  { startMs, endMs, timeZone }: HistoryPlan,
  before: Before,
): Promise<readonly KnownSession[] | undefined> {
  const { lookups } = asker.source;
  if (lookups.schedule === undefined || size.unit !== "time") return undefined;
  if (countOfWindows({ startMs, endMs, timeZone, size, longest }) < WORTH_SESSIONS) return undefined;
  const found: KnownSession[] = [];
  for (let untilMs = endMs; untilMs > startMs; untilMs -= SCHEDULE_DAYS * DAY_MS) {
    const days = Math.min(SCHEDULE_DAYS, Math.ceil((untilMs - startMs) / DAY_MS) + 1);
    const request = {
      ...{ contract, regularHoursOnly, duration: `${days} D` },
      endDateTime: formatIBTime(untilMs),
    };
    const paced = pacedRequest({ ...request, barSize: "1 day", whatToShow: `SCHEDULE ${whatToShow}` });
    const schedule = await hint(() =>
      asker.ask(paced, async (call) => lookups.schedule?.(request, call), before),
    );
    // Where it is not known when it traded, days are asked for one by one.
    for (const { openMs, closeMs } of schedule?.sessions ?? []) found.push({ openMs, closeMs });
  }
  return found.length === 0 ? undefined : inOrder(found);
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
