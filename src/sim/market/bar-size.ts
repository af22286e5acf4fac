import { HistoryError } from "./history-duration.js";

const DAY = 86_400;

/** Bar sizes as clients write them, seconds; days and above are calendar units. */
const BAR_SECONDS: Readonly<Record<string, number>> = {
  "1 secs": 1,
  "1 sec": 1,
  "5 secs": 5,
  "10 secs": 10,
  "15 secs": 15,
  "30 secs": 30,
  "1 min": 60,
  "2 mins": 120,
  "3 mins": 180,
  "5 mins": 300,
  "10 mins": 600,
  "15 mins": 900,
  "20 mins": 1200,
  "30 mins": 1800,
  "1 hour": 3600,
  "2 hours": 7200,
  "3 hours": 10_800,
  "4 hours": 14_400,
  "8 hours": 28_800,
  "1 day": DAY,
  "1 week": 7 * DAY,
  "1W": 7 * DAY,
  "1 month": 30 * DAY,
  "1M": 30 * DAY,
};

/** The length of a bar size, seconds. @throws HistoryError for one that a gateway does not know */
export function barSeconds(barSize: string): number {
  const seconds = BAR_SECONDS[barSize.trim()];
  if (seconds === undefined) {
    const legal = Object.keys(BAR_SECONDS).join(", ");
    throw new HistoryError(
      `Historical data bar size setting is invalid. Legal ones are: ${legal} (given: ${JSON.stringify(barSize)})`,
    );
  }
  return seconds;
}
