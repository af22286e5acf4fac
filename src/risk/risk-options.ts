import type { z as zod } from "zod";
import { RISK_LIMITS, RISK_NAMES, RISK_SCOPE_LIMITS } from "../native/layout.js";
import { fields, finite, flag, instance, listOf, oneOf, positive, text } from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";
import { GUARDS, type GuardName, LISTS, WORDS } from "./limit-words.js";
import { type DayBoundary, dayBoundaryRules } from "./risk-day.js";

type ScopeLimitName = (typeof RISK_SCOPE_LIMITS)[number]["name"];

/** Limits of everything together, of one account or of one strategy: docs/risk.md. `Infinity`: none. */
export type ScopeLimits = { readonly [K in ScopeLimitName]?: number | undefined };

export type SecurityTypeName = (typeof RISK_NAMES.securityTypes)[number];
export type OrderTypeName = (typeof RISK_NAMES.orderTypes)[number];
export type TimeInForceName = (typeof RISK_NAMES.timesInForce)[number];

/** Limits of every order: docs/risk.md has their formulas, units and defaults. */
export interface GateLimits {
  /** Shares or contracts of one order. */
  readonly maxOrderQuantity?: number | undefined;
  /** Of one order, in the base currency. */
  readonly maxOrderNotional?: number | undefined;
  /** How far beyond the reference a limit price may be, in percent. Default 10; `Infinity`: any price. */
  readonly collarPercent?: number | undefined;
  readonly collarTicks?: number | undefined;
  readonly collarReference?: (typeof WORDS.collarReference)[number] | undefined;
  readonly collarBothSides?: boolean | undefined;
  readonly maxQuoteAgeMs?: number | undefined;
  readonly marketQuoteAgeMs?: number | undefined;
  readonly maxSpreadPercent?: number | undefined;
  readonly maxSpreadTicks?: number | undefined;
  readonly duplicateWindowMs?: number | undefined;
  readonly uniqueRefs?: boolean | undefined;
  readonly preventSelfTrade?: boolean | undefined;
  readonly shortSale?: (typeof WORDS.shortSale)[number] | undefined;
  readonly environment?: (typeof WORDS.environment)[number] | undefined;
  readonly denyWhile?: readonly GuardName[] | undefined;
  readonly onlyAllowedSymbols?: boolean | undefined;
  readonly allowExercise?: boolean | undefined;
  readonly securityTypes?: readonly SecurityTypeName[] | undefined;
  /** The only ones that orders may name. */
  readonly exchanges?: readonly string[] | undefined;
  readonly orderTypes?: readonly OrderTypeName[] | undefined;
  readonly timesInForce?: readonly TimeInForceName[] | undefined;
  /** Epoch milliseconds. */
  readonly tradeFromMs?: number | undefined;
  readonly tradeToMs?: number | undefined;
  readonly maxTypeQuantity?: { readonly [K in SecurityTypeName]?: number | undefined } | undefined;
}

/** Limits of one symbol, over all accounts. */
export interface SymbolLimits {
  readonly maxQuantity?: number | undefined;
  readonly maxPosition?: number | undefined;
}

/** Limits that can be changed while orders go out: see {@link RiskControl.update}. */
export interface RiskLimitOptions extends GateLimits, ScopeLimits {
  /** Of single accounts, beside those of all together. */
  readonly accounts?: Readonly<Record<string, ScopeLimits>> | undefined;
  /** Of strategies: orders whose `orderRef` begins with this name and a colon. */
  readonly strategies?: Readonly<Record<string, ScopeLimits>> | undefined;
  readonly symbols?: Readonly<Record<string, SymbolLimits>> | undefined;
  readonly allowSymbols?: readonly string[] | undefined;
  readonly denySymbols?: readonly string[] | undefined;
  readonly denyAccounts?: readonly string[] | undefined;
}

/** The option `risk`: what orders may do, judged in the core before their first byte. docs/risk.md */
export interface RiskOptions extends RiskLimitOptions {
  /**
   * Connections of this process, in whichever thread, whose gates have the same name count together. Default: the
   * endpoint's host and port.
   */
  readonly name?: string | undefined;
  /** The currency of `money`. Default `USD`. */
  readonly baseCurrency?: string | undefined;
  /** What one unit of a currency is worth in the base currency; an instrument of another one is not known. */
  readonly currencyRates?: Readonly<Record<string, number>> | undefined;
  /**
   * When what is counted by day begins anew: `time` is `hh:mm`, `zone` IANA's name. Default 17:00 in America/New_York. Of gates
   * of one name that of the first counts.
   */
  readonly dayEnds?: Partial<DayBoundary> | undefined;
}

const A_LIMIT = "a number from 0 on, or Infinity";
const limit = () =>
  z().custom<number>((value) => typeof value === "number" && value >= 0, { error: A_LIMIT });

/** Beyond it the newest events are not counted one by one. */
const MOST_COUNTED = 1_024;
const A_RATE = `a number from 0 to ${MOST_COUNTED}, or Infinity`;
const rate = () =>
  z().custom<number>(
    (value) =>
      typeof value === "number" &&
      value >= 0 &&
      (value <= MOST_COUNTED || value === Number.POSITIVE_INFINITY),
    { error: A_RATE },
  );

/** A rule for each row of the core's table: a limit that is added there is an option. */
function gateRule(name: string, unit: string): zod.ZodType {
  if (name in WORDS) return oneOf(WORDS[name as keyof typeof WORDS]);
  if (name in LISTS) return listOf(oneOf(LISTS[name as keyof typeof LISTS]));
  if (name === "denyWhile") return listOf(oneOf(Object.keys(GUARDS)));
  if (name === "exchanges") return listOf(text()).max(51, { error: "51 exchanges at most" });
  if (name === "tradeFromMs" || name === "tradeToMs") return finite();
  if (name === "maxTypeQuantity")
    return fields(Object.fromEntries(RISK_NAMES.securityTypes.map((type) => [type, limit().optional()])));
  return unit === "0 or 1" ? flag() : limit();
}

const scopeShape = lazily(() =>
  Object.fromEntries(
    RISK_SCOPE_LIMITS.map(({ name }) => [name, (name.endsWith("Rate") ? rate() : limit()).optional()]),
  ),
);
const scopeRules = lazily(() => fields(scopeShape()));
const gateShape = lazily(() =>
  Object.fromEntries(
    RISK_LIMITS.filter(({ name }) => name !== "version").map(({ name, unit }) => [
      name,
      gateRule(name, unit).optional(),
    ]),
  ),
);

const AN_OBJECT = "an object";
const byName = <T extends zod.ZodType>(rule: T) => z().record(z().string(), rule, { error: AN_OBJECT });

const limitShape = lazily(() => ({
  ...gateShape(),
  ...scopeShape(),
  accounts: byName(scopeRules()).optional(),
  strategies: byName(scopeRules()).optional(),
  symbols: byName(fields({ maxQuantity: limit().optional(), maxPosition: limit().optional() })).optional(),
  allowSymbols: listOf(text()).optional(),
  denySymbols: listOf(text()).optional(),
  denyAccounts: listOf(text()).optional(),
}));

/** What {@link RiskControl.update} takes. */
export const riskLimitRules = lazily(() => fields(limitShape()));

const riskShape = lazily(() => ({
  ...limitShape(),
  name: text().optional(),
  baseCurrency: text().optional(),
  currencyRates: byName(positive()).optional(),
  dayEnds: dayBoundaryRules(),
}));
export const riskRules = lazily(() => fields(riskShape()));

/** The option where it stands among others; the rules of its members are {@link riskRules}. */
export const riskOption = lazily(() =>
  instance<RiskOptions>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "an object with limits (docs/risk.md)",
  ),
);
