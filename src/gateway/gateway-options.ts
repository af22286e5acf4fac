import { check } from "../domain/check.js";
import { A_CLOCK, type Clock, isClock, realClock } from "../time/clock.js";
import { fields, instance, integer } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";

export interface IBKRGatewayOptions {
  /** How long it waits before the first attempt to connect again, 1 … 600,000 ms. Default 250. Each further wait is twice as long. */
  reconnectFirstMs?: number | undefined;
  /** The longest wait between two attempts, 1 … 600,000 ms. Default 30,000. */
  reconnectMostMs?: number | undefined;
  /** The shortest wait where another connection has the client id (326): it is often one's own, not yet over. 1 … 600,000 ms. Default 2,000. */
  clientIdWaitMs?: number | undefined;
  /** How long the answers that reconciliation asks for may take together, 1 … 600,000 ms. Default 30,000. */
  reconcileTimeoutMs?: number | undefined;
  clock?: Clock | undefined;
  /** From 0 up to, not including, 1: what waits are spread by. Default `Math.random`. */
  random?: (() => number) | undefined;
}

const wait = (ms: number) => integer(1, 600_000).default(ms);

export const gatewayRules = lazily(() =>
  fields({
    reconnectFirstMs: wait(250),
    reconnectMostMs: wait(30_000),
    clientIdWaitMs: wait(2_000),
    reconcileTimeoutMs: wait(30_000),
    clock: instance<Clock>(isClock, A_CLOCK).default(realClock),
    random: instance<() => number>((value) => typeof value === "function", "a function").default(
      () => Math.random,
    ),
  }),
);

export type ResolvedGatewayOptions = Required<IBKRGatewayOptions>;

/** @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed */
export function resolveGatewayOptions(options: IBKRGatewayOptions): ResolvedGatewayOptions {
  return check(gatewayRules(), options);
}
