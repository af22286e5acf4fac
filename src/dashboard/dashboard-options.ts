import { check } from "../domain/check.js";
import { checkContract } from "../domain/given.js";
import type { Contract } from "../domain/stock-types.js";
import { fields, flag, instance, integer, listOf, oneOf, port, textLike } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";

export interface DashboardOptions {
  /** Where it listens on the loopback, 0 … 65,535; 0: the system chooses. Default 0. */
  port?: number | undefined;
  /** Which address of the loopback. Others are not to be had: what it shows is not for the network. Default `"127.0.0.1"`. */
  host?: "127.0.0.1" | "::1" | undefined;
  /** What the page shows quotes and bars of, 40 at most: each takes a market data line. Default: what is held. */
  watch?: readonly Contract[] | undefined;
  /** Size of the chart's bars, by time. Default `"1m"`. */
  barSize?: string | undefined;
  /** How much history the chart begins with, in IB's words; none: only what comes. Default `"1 D"`. */
  history?: string | undefined;
  /** Between two updates, 50 … 60,000 ms. Default 250. */
  refreshMs?: number | undefined;
  /** Without it nothing is told and nothing stopped; 16 characters or more. Default: a new one of 192 random bits. */
  token?: string | undefined;
  /** Whether the page has the emergency stop. Default true. */
  allowStop?: boolean | undefined;
  /** What ends it. */
  signal?: AbortSignal | undefined;
}

export const MOST_WATCHED = 40;
const A_TOKEN = "16 characters or more out of letters, digits, - and _";

const dashboardRules = lazily(() =>
  fields({
    port: port(0).default(0),
    host: oneOf(["127.0.0.1", "::1"]).default("127.0.0.1"),
    watch: listOf(instance<Contract>((value) => typeof value === "object" && value !== null, "contracts"))
      .max(MOST_WATCHED, { error: `${MOST_WATCHED} contracts at most` })
      .optional(),
    barSize: textLike(/^\d+ ?(s|m|h|sec|secs|min|mins|hour|hours)$/, 'such as "30s", "1m", "1h"').default(
      "1m",
    ),
    history: textLike(/^(\d+ [SDWM]|none)$/, 'in IB\'s words such as "3600 S", "1 D"; or "none"').default(
      "1 D",
    ),
    refreshMs: integer(50, 60_000).default(250),
    token: textLike(/^[\w-]{16,}$/, A_TOKEN).optional(),
    allowStop: flag().default(true),
    signal: instance<AbortSignal>((value) => value instanceof AbortSignal, "an AbortSignal").optional(),
  }),
);

/** Fills in defaults. @throws IBKRError `ERR_IBKR_OPTION` */
export function resolveDashboardOptions(given: DashboardOptions) {
  const options = check(dashboardRules(), given);
  for (const contract of options.watch ?? []) checkContract(contract);
  return options;
}
export type ResolvedDashboardOptions = ReturnType<typeof resolveDashboardOptions>;
