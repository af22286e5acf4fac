import type { OrdersJournalOptions } from "../config/config-options.js";
import { check } from "../domain/check.js";
import { gatewayRules, type IBKRGatewayOptions } from "../gateway/gateway-options.js";
import { type JournalOptions, journalOptions } from "../orders/journal-contents.js";
import { trackerRules } from "../orders/tracker-options.js";
import { fields } from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";
import { type BrokerPlan, brokerPlan, brokerShape, type ConnectBrokerOptions } from "./connect-options.js";

/** Options of {@link connectOrders}; all have defaults. */
export interface ConnectOrdersOptions
  extends ConnectBrokerOptions,
    Pick<
      IBKRGatewayOptions,
      "reconnectFirstMs" | "reconnectMostMs" | "clientIdWaitMs" | "reconcileTimeoutMs"
    > {
  /** The journal's folder, which has to be there, or more; left out: what happened is not known to the next process. */
  journal?: string | OrdersJournalOptions | undefined;
  /** What `orderRef`s begin with: 1 to 13 characters. Default `ibkr-native`. */
  prefix?: string | undefined;
  /** The login's name, where it is known: orders of others are told apart by it. */
  username?: string | undefined;
  /** How long an ended order waits for executions and commissions, 0 … 600,000 ms. Default 5,000. */
  commissionTimeoutMs?: number | undefined;
}

export interface OrdersPlan {
  readonly broker: BrokerPlan;
  readonly gateway: IBKRGatewayOptions;
  readonly journal: JournalOptions | undefined;
  readonly tracker: { prefix?: string; username?: string; commissionTimeoutMs?: number };
}

const GATEWAY_NAMES = [
  "reconnectFirstMs",
  "reconnectMostMs",
  "clientIdWaitMs",
  "reconcileTimeoutMs",
] as const;
const TRACKER_NAMES = ["prefix", "username", "commissionTimeoutMs"] as const;

/** Every name of an option that is not the connection's. */
export const ORDERS_NAMES: readonly string[] = [...GATEWAY_NAMES, ...TRACKER_NAMES, "journal"];

/** All of them, so that a name that there is not is refused with all that there are. */
const namesOnly = lazily(() => {
  const names = [...Object.keys(brokerShape()), ...ORDERS_NAMES];
  return fields(Object.fromEntries(names.map((name) => [name, z().unknown().optional()])));
});

/** @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed */
export function ordersPlan(given: ConnectOrdersOptions, env = process.env): OrdersPlan {
  check(namesOnly(), given);
  return ordersPlanOver(given, env, brokerPlan);
}

/**
 * @param planOf makes the connection's part, of what is left of the options
 * @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed
 */
export function ordersPlanOver(
  given: ConnectOrdersOptions,
  env: NodeJS.ProcessEnv,
  planOf: (others: ConnectBrokerOptions, env: NodeJS.ProcessEnv) => BrokerPlan,
): OrdersPlan {
  const { journal, ...others } = given;
  const gateway = taken(others, GATEWAY_NAMES);
  const tracker = taken(others, TRACKER_NAMES);
  check(gatewayRules(), gateway);
  check(trackerRules(), tracker);
  const broker = planOf(others, env);
  return { broker, gateway, tracker, journal: journalPlan(journal, broker) };
}

/** Named by where orders go: a simulated gateway of one's own has another port each time. */
function journalPlan(
  journal: ConnectOrdersOptions["journal"],
  { session, simulation }: BrokerPlan,
): JournalOptions | undefined {
  if (journal === undefined) return undefined;
  const { host, port, clientId } = session;
  const endpoint = simulation === undefined ? `${host}:${port}` : "simulation";
  const given = typeof journal === "string" ? { folder: journal } : journal;
  return check(journalOptions(), { ...given, endpoint, clientId }, "journal");
}

/** Takes members out of an object, those that are there. */
export function taken<T extends object, K extends keyof T>(
  from: T,
  names: readonly K[],
): Partial<Pick<T, K>> {
  const out: Partial<Pick<T, K>> = {};
  for (const name of names) {
    if (from[name] !== undefined) out[name] = from[name];
    delete from[name];
  }
  return out;
}
