import type { TradingHours } from "./calendar.js";
import { isUsHalfDay, isUsHoliday } from "./us-holidays.js";

/** When US stocks trade, and what trades in their hours. */
export const US_STOCK_HOURS: TradingHours = {
  zone: "US/Eastern",
  liquid: { open: 9 * 60 + 30, close: 16 * 60, earlyClose: 13 * 60 },
  extended: { open: 4 * 60, close: 20 * 60, earlyClose: 17 * 60 },
  days: [1, 2, 3, 4, 5],
  holiday: isUsHoliday,
  halfDay: isUsHalfDay,
};
