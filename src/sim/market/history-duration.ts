const DAY = 86_400;

/** A request for bars that a gateway refuses; the message is its reason. */
export class HistoryError extends Error {}

/** The end less a duration as calendar time. @param end seconds since 1970 UTC; @param unit D, W, M or Y */
export function calendarStart(end: number, count: number, unit: string): number {
  if (unit === "D") return end - count * DAY;
  if (unit === "W") return end - count * 7 * DAY;
  const date = new Date(end * 1000);
  if (unit === "M") date.setUTCMonth(date.getUTCMonth() - count);
  else date.setUTCFullYear(date.getUTCFullYear() - count);
  return Math.floor(date.getTime() / 1000);
}

/** Reads `2 D` and the like; a number alone is seconds. @throws HistoryError */
export function parseDuration(text: string): { count: number; unit: string } {
  const match = /^ *(\d{1,5}) *([SDWMY])? *$/i.exec(text);
  if (match === null || Number(match[1]) === 0) {
    throw new HistoryError(
      `Historical data query duration ${JSON.stringify(text)} is invalid. Legal ones are a positive integer and S, D, W, M or Y`,
    );
  }
  return { count: Number(match[1]), unit: (match[2] ?? "S").toUpperCase() };
}
