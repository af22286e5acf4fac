import { priceToTicks } from "../market/instrument.js";
import type { Book } from "./book.js";
import { isBuy, orderKind, sideOf, type WorkingOrder } from "./working-order.js";

/**
 * Where a pegged order stands now, in ticks. REL: the best price of its own side, bettered by its offset (`auxPrice`,
 * or `percentOffset` as a fraction of the price). PEG MID and MIDPRICE: the midpoint, less its offset. Its limit price,
 * if it has one, is as far as it goes.
 */
export function pegTicks(order: WorkingOrder, book: Book): number {
  const { fields, instrument } = order;
  const buy = isBuy(order);
  const direction = buy ? 1 : -1;
  let ticks: number;
  if (orderKind(order).price === "midpoint") {
    ticks = book.midTicks(order) - direction * priceToTicks(instrument, fields.auxPrice ?? 0);
  } else {
    const best = book.topTicks(sideOf(order), order);
    const offset =
      fields.auxPrice === undefined || fields.auxPrice === 0
        ? best * (fields.percentOffset ?? 0)
        : priceToTicks(instrument, fields.auxPrice);
    // A relative order never crosses: it stops one tick before the other side.
    const other = book.topTicks(buy ? "ask" : "bid") - direction;
    const wanted = best + direction * Math.round(offset);
    ticks = buy ? Math.min(wanted, Math.max(other, best)) : Math.max(wanted, Math.min(other, best));
  }
  if (!(fields.lmtPrice! > 0)) return ticks;
  const limit = priceToTicks(instrument, fields.lmtPrice!);
  return buy ? Math.min(ticks, limit) : Math.max(ticks, limit);
}
