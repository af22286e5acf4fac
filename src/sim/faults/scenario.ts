import { readFile } from "node:fs/promises";
import type { ContractFields } from "../protocol/contract.js";
import { defaultOrder, type OrderFields } from "../protocol/order.js";
import { checkFault } from "./check-fault.js";
import type { Fault } from "./fault.js";

/** What happens at one moment; exactly one of `fault`, `order`, `cancel` and `stop`. */
export interface ScenarioAction {
  /** Time since the gateway's start by its clock: milliseconds, or for example `250ms`, `10s`, `5m`, `8h`. */
  at: number | string;
  fault?: Fault;
  /** An order of a trader who is not connected. */
  order?: ScenarioOrder;
  /** Cancels such an order by its id. */
  cancel?: { id: number };
  /** Ends the gateway. */
  stop?: true;
}

/** Attributes of the order as the TWS API names them; `symbol`, `action` and `totalQuantity` are needed. */
export interface ScenarioOrder extends Partial<OrderFields> {
  /** Given twice it changes the order. */
  id: number;
  symbol: string;
  /** Default STK. */
  secType?: string;
  /** Default SMART. */
  exchange?: string;
  /** Default USD. */
  currency?: string;
  /** Default: none. */
  lastTradeDateOrContractMonth?: string;
  action: "BUY" | "SELL";
  totalQuantity: number;
}

/** A course of events that can be repeated. */
export interface Scenario {
  /** Stocks (or `SYMBOL:SECTYPE:CURRENCY`) that walk from the start on, whether a client looks or not. */
  watch?: readonly string[];
  actions?: readonly ScenarioAction[];
}

/** A checked action. */
export interface PlannedAction {
  /** Milliseconds since the start. */
  at: number;
  run:
    | { kind: "fault"; fault: Fault }
    | { kind: "order"; id: number; contract: ContractFields; fields: OrderFields }
    | { kind: "cancel"; id: number }
    | { kind: "stop" };
}

export interface Plan {
  watch: ContractFields[];
  actions: PlannedAction[];
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DEEDS = ["fault", "order", "cancel", "stop"] as const;

/**
 * Reads a scenario.
 * @throws the system's error when the file cannot be read; RangeError that names the action for what cannot be done
 */
export async function loadScenario(given: Scenario | string): Promise<Plan> {
  if (typeof given !== "string") return planOf(given, "the scenario");
  const text = await readFile(given, "utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RangeError(`${given} is not JSON: ${(error as Error).message}`);
  }
  return planOf(value, given);
}

function planOf(value: unknown, where: string): Plan {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RangeError(`${where} is ${JSON.stringify(value)} (allowed: an object with watch and actions)`);
  }
  const unknown = Object.keys(value).find((key) => key !== "watch" && key !== "actions");
  if (unknown !== undefined) throw new RangeError(`${where} has ${unknown} (allowed: watch, actions)`);
  const { watch = [], actions = [] } = value as Scenario;
  if (!Array.isArray(watch) || watch.some((item) => typeof item !== "string" || item === "")) {
    throw new RangeError(`watch of ${where} is ${JSON.stringify(watch)} (allowed: a list of symbols)`);
  }
  if (!Array.isArray(actions)) throw new RangeError(`actions of ${where} is no list`);
  const planned = actions.map((action, i) => {
    try {
      return planAction(action);
    } catch (error) {
      throw new RangeError(`${where}, action ${i + 1}: ${(error as Error).message}`);
    }
  });
  return { watch: watch.map(watchedContract), actions: planned.sort((a, b) => a.at - b.at) };
}

function planAction(action: ScenarioAction): PlannedAction {
  const deeds = DEEDS.filter((deed) => action[deed] !== undefined);
  if (deeds.length !== 1) {
    throw new RangeError(
      `it has ${deeds.join(" and ") || "nothing to do"} (allowed: one of ${DEEDS.join(", ")})`,
    );
  }
  const at = parseTime(action.at);
  if (action.fault !== undefined) return { at, run: { kind: "fault", fault: checkFault(action.fault) } };
  if (action.order !== undefined) return { at, run: { kind: "order", ...planOrder(action.order) } };
  if (action.cancel !== undefined) return { at, run: { kind: "cancel", id: requireId(action.cancel.id) } };
  return { at, run: { kind: "stop" } };
}

function planOrder(order: ScenarioOrder): { id: number; contract: ContractFields; fields: OrderFields } {
  const { id, symbol, secType, exchange, currency, lastTradeDateOrContractMonth, ...attributes } = order;
  const known = defaultOrder();
  const numbers = [
    "lmtPrice",
    "auxPrice",
    "trailStopPrice",
    "trailingPercent",
    "lmtPriceOffset",
    "percentOffset",
  ];
  for (const name of Object.keys(attributes)) {
    if (!(name in known) && !numbers.includes(name) && name !== "displaySize") {
      throw new RangeError(`order has ${name}, which is no attribute of an order`);
    }
  }
  if (typeof symbol !== "string" || symbol === "") throw new RangeError("order has no symbol");
  return {
    id: requireId(id),
    contract: contractNamed(symbol, secType, currency, exchange, lastTradeDateOrContractMonth),
    fields: { ...known, ...attributes },
  };
}

function requireId(id: unknown): number {
  if (!Number.isInteger(id) || (id as number) < 1) {
    throw new RangeError(`id is ${JSON.stringify(id)} (allowed: an integer from 1 on)`);
  }
  return id as number;
}

function parseTime(at: unknown): number {
  if (typeof at === "number" && at >= 0 && Number.isFinite(at)) return at;
  const match = typeof at === "string" ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(at) : null;
  if (match === null) {
    throw new RangeError(
      `at is ${JSON.stringify(at)} (allowed: milliseconds, or for example 250ms, 10s, 5m, 8h)`,
    );
  }
  return Number(match[1]) * UNITS[match[2]];
}

function watchedContract(name: string): ContractFields {
  const [symbol, secType, currency] = name.split(":");
  return contractNamed(symbol, secType, currency, "", "");
}

function contractNamed(
  symbol: string,
  secType = "STK",
  currency = "USD",
  exchange = "",
  lastTradeDateOrContractMonth = "",
): ContractFields {
  return {
    conId: 0,
    symbol,
    secType,
    lastTradeDateOrContractMonth,
    strike: 0,
    right: "",
    multiplier: "",
    exchange,
    primaryExch: "",
    currency,
    localSymbol: "",
    tradingClass: "",
  };
}
