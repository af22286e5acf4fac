import { type Session, sessionsBetween, type TradingHours } from "./calendar.js";

/** How far ahead sessions are looked up, seconds: beyond any weekend. */
const AHEAD = 10 * 86_400;

/** When instruments open and close; what was looked up is kept until the session has passed. */
export class SessionTimes {
  private readonly known = new Map<TradingHours, { regular?: Session[]; extended?: Session[] }>();

  /** Whether `at` (seconds since 1970 UTC) lies in a session. */
  isOpen(hours: TradingHours, regular: boolean, at: number): boolean {
    return this.upcoming(hours, regular, at)[0].open <= at;
  }

  /** The next opening after `at`. */
  nextOpen(hours: TradingHours, regular: boolean, at: number): number {
    return this.upcoming(hours, regular, at).find((session) => session.open > at)!.open;
  }

  /** The next close after `at`. */
  nextClose(hours: TradingHours, regular: boolean, at: number): number {
    return this.upcoming(hours, regular, at)[0].close;
  }

  private upcoming(hours: TradingHours, regular: boolean, at: number): Session[] {
    const which = regular ? "regular" : "extended";
    let entry = this.known.get(hours);
    if (entry === undefined) {
      entry = {};
      this.known.set(hours, entry);
    }
    const sessions = entry[which];
    if (sessions !== undefined && sessions[0].close > at && sessions[0].open - at < AHEAD / 2)
      return sessions;
    const found = sessionsBetween(hours, regular, at, at + AHEAD).filter((session) => session.close > at);
    entry[which] = found;
    return found;
  }
}
