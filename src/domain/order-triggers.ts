import type { Order } from "@stoqey/ib";
import { distance, misfit, type OrderMore, only, price } from "./order-parts.js";

/** How far a trailing stop stays behind the market. */
export type Trail =
  | { readonly amount: number; readonly percent?: undefined }
  /** Above 0, up to 100. */
  | { readonly percent: number; readonly amount?: undefined };

/** Prices of an order that waits for one of them. */
export function triggered<K extends "stopPrice" | "triggerPrice">(
  prices: Readonly<Record<K | "limitPrice", number>>,
  trigger: K,
): OrderMore {
  const said = only(prices, "prices", [trigger, "limitPrice"]);
  return { auxPrice: price(said[trigger], trigger), lmtPrice: price(said["limitPrice"], "limitPrice") };
}

/** How a stop trails, and what else the kind asks for. */
export function trailOf(trail: Trail, ...others: readonly string[]): Partial<Order> {
  const { amount, percent, limitOffset } = only(trail, "trail", ["amount", "percent", ...others]);
  if ((amount === undefined) === (percent === undefined))
    throw misfit("trail", { amount, percent }, "either an amount or a percent");
  const made: Partial<Order> =
    percent === undefined
      ? { auxPrice: distance(amount, "amount") }
      : { trailingPercent: distance(percent, "percent", 100) };
  if (others.includes("limitOffset")) made.lmtPriceOffset = price(limitOffset, "limitOffset");
  return made;
}
