import type { Contract } from "../../src/domain/stock-types.js";
import type { Subscription } from "../../src/stream/subscription.js";
import type { Gap, SubscriptionState } from "../../src/stream/subscription-state.js";

export const stock = (symbol: string) =>
  ({ symbol, secType: "STK", exchange: "SMART", currency: "USD" }) as Contract;

/** A subscription, and what it tells of its states and gaps from now on. */
export function watch(sub: Subscription) {
  const states: SubscriptionState[] = [];
  const gaps: Gap[] = [];
  sub.on("state", ({ state }) => states.push(state));
  sub.on("gap", (gap) => gaps.push(gap));
  return { sub, states, gaps };
}
