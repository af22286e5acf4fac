import { readFile } from "node:fs/promises";
import type * as zod from "zod";
import { check } from "../../domain/check.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import { fileError } from "../../domain/system-error.js";
import {
  anyText,
  fields,
  finite,
  flag,
  integer,
  listOf,
  oneOf,
  text,
  textLike,
} from "../../validation/rules.js";
import { lazily, z } from "../../validation/zod.js";
import { type ContractFields, contractNamed, NO_CONTRACT } from "../model/contract.js";
import { ConditionType, defaultOrder, type OrderFields } from "../model/order.js";
import { faultRules } from "./check-fault.js";
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
  /** Default SMART, for currency pairs IDEALPRO, for coins PAXOS; futures and their options need one. */
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
  /** Its place in the scenario, from 0 on. */
  index: number;
  /** Milliseconds since the start. */
  at: number;
  run:
    | { kind: "fault"; fault: Fault }
    | { kind: "order"; id: number; contract: ContractFields; fields: OrderFields }
    | { kind: "cancel"; id: number }
    | { kind: "stop" };
}

export interface Plan {
  /** What messages call it: `scenario`, with its file where there is one. */
  name: string;
  watch: ContractFields[];
  actions: PlannedAction[];
}

/** Where a security type trades that is not routed by SMART; empty: nobody can say without the contract. */
const USUAL_EXCHANGES: Readonly<Record<string, string>> = {
  CASH: "IDEALPRO",
  CRYPTO: "PAXOS",
  FUT: "",
  FOP: "",
};

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MOMENT = "milliseconds, or for example 250ms, 10s, 5m, 8h";

const moment = () =>
  z()
    .union([z().number().min(0, { error: MOMENT }), textLike(/^\d+(\.\d+)?(ms|s|m|h|d)$/, MOMENT)], {
      error: MOMENT,
    })
    .transform((at) => {
      if (typeof at === "number") return at;
      const [, number, unit] = /^([\d.]+)(\D+)$/.exec(at)!;
      return Number(number) * UNITS[unit];
    });

const conditionRules = () =>
  fields({
    type: z().literal(Object.values(ConditionType), { error: Object.values(ConditionType).join(", ") }),
    conjunction: oneOf(["a", "o"]).default("a"),
    isMore: flag().default(false),
    value: anyText().default(""),
    conId: integer(0).default(0),
    exchange: anyText().default(""),
    symbol: anyText().default(""),
    secType: anyText().default(""),
    triggerMethod: integer(0).default(0),
  });
const tagValues = () => listOf(fields({ tag: text(), value: anyText() }), "a list of tag and value");

/** An attribute is of the type of its default; those without a default are numbers, and these are they. */
const OPTIONAL_NUMBERS = [
  ...(["lmtPrice", "auxPrice", "trailStopPrice", "trailingPercent", "lmtPriceOffset"] as const),
  ...(["percentOffset", "displaySize", "minQty", "cashQty"] as const),
] satisfies (keyof OrderFields)[];

function attributeRules(): Record<string, zod.ZodType> {
  const rules: Record<string, zod.ZodType> = {};
  for (const [name, value] of Object.entries(defaultOrder())) {
    if (typeof value === "number") rules[name] = finite().optional();
    else if (typeof value === "boolean") rules[name] = flag().optional();
    else if (typeof value === "string") rules[name] = anyText().optional();
  }
  for (const name of OPTIONAL_NUMBERS) rules[name] = finite().optional();
  return {
    ...rules,
    conditions: listOf(conditionRules(), "a list of conditions").optional(),
    algoParams: tagValues().optional(),
    smartComboRoutingParams: tagValues().optional(),
    orderComboLegPrices: listOf(finite(), "a list of prices").optional(),
  };
}

const orderRules = () =>
  fields({
    ...attributeRules(),
    id: integer(1),
    symbol: text(),
    secType: text().optional(),
    exchange: anyText().optional(),
    currency: text().optional(),
    lastTradeDateOrContractMonth: anyText().optional(),
    action: oneOf(["BUY", "SELL"]),
    totalQuantity: finite(),
  });

const DEEDS = ["fault", "order", "cancel", "stop"] as const;

const actionRules = lazily(() => {
  const deeds = {
    fault: faultRules(),
    order: orderRules(),
    cancel: fields({ id: integer(1) }),
    stop: z().literal(true, { error: "true" }),
  } satisfies Record<(typeof DEEDS)[number], zod.ZodType>;
  return fields({ at: moment(), ...z().object(deeds).partial().shape }).refine(
    (action) => DEEDS.filter((deed) => action[deed] !== undefined).length === 1,
    { error: `exactly one of ${DEEDS.join(", ")}` },
  );
});

const NAMED = /^[^:]+(:[^:]+){0,2}$/;

const scenarioRules = lazily(() =>
  fields({
    watch: listOf(textLike(NAMED, "SYMBOL, or SYMBOL:SECTYPE:CURRENCY"), "a list of symbols").default([]),
    actions: listOf(actionRules(), "a list of actions").default([]),
  }),
);

/**
 * Reads a scenario: an object, or a file in YAML or JSON.
 * @throws IBKRError `ERR_IBKR_FILE` for a file that cannot be read, `ERR_IBKR_OPTION` that names the action for what cannot be done
 */
export async function loadScenario(given: Scenario | string): Promise<Plan> {
  if (typeof given !== "string") return planOf("scenario", given);
  const source = await readFile(given, "utf8").catch((error: unknown) => {
    throw fileError("scenario", given, "read", error);
  });
  // Only who has a scenario waits for the parser to load.
  const { parse } = await import("yaml");
  let value: unknown;
  try {
    value = parse(source);
  } catch (error) {
    // The first line says what and where; a picture of the place follows.
    const [cause] = (error as Error).message.split(":\n");
    throw new IBKRError("ERR_IBKR_FILE", `${given} is not YAML or JSON: ${cause}`, { cause: error });
  }
  return planOf(`${given}: scenario`, value);
}

function planOf(name: string, value: unknown): Plan {
  const { watch, actions } = check(scenarioRules(), value, name);
  const planned = actions.map((action, index) => ({ index, at: action.at, run: deedOf(action) }));
  return { name, watch: watch.map(contractNamed), actions: planned.sort((a, b) => a.at - b.at) };
}

function deedOf({ fault, order, cancel }: zod.output<ReturnType<typeof actionRules>>): PlannedAction["run"] {
  if (fault !== undefined) return { kind: "fault", fault };
  if (order !== undefined) return { kind: "order", ...orderOf(order as unknown as ScenarioOrder) };
  if (cancel !== undefined) return { kind: "cancel", id: cancel.id };
  return { kind: "stop" };
}

function orderOf(order: ScenarioOrder): { id: number; contract: ContractFields; fields: OrderFields } {
  const { id, symbol, secType = "STK", currency = "USD", ...others } = order;
  const { exchange = USUAL_EXCHANGES[secType.toUpperCase()] ?? "SMART", ...rest } = others;
  const { lastTradeDateOrContractMonth = "", ...attributes } = rest;
  // What is undefined is not given, and replaces no default.
  const given = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
  return {
    id,
    contract: { ...NO_CONTRACT, symbol, secType, currency, exchange, lastTradeDateOrContractMonth },
    fields: { ...defaultOrder(), ...given },
  };
}
