import { check } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { OrderDeniedError } from "../domain/order-denied-error.js";
import type { Contract } from "../domain/stock-types.js";
import type { AddonRiskGate } from "../native/addon-risk-gate.js";
import {
  DENY_CODES,
  RISK_DECISION_CODE,
  RISK_DECISION_COUNT,
  RISK_DECISION_LIMIT,
  RISK_DECISION_MEASURED,
  RISK_DECISION_SCOPE,
  RISK_INSTRUMENTS,
  RISK_LISTING_DENIED,
  RISK_LISTING_NONE,
  RISK_SCOPE_ACCOUNT,
  RISK_SCOPE_STRATEGY,
} from "../native/layout.js";
import { loadAddon } from "../native/load.js";
import { GateDay } from "./gate-day.js";
import { factDoubles, type InstrumentFacts } from "./instrument-facts.js";
import { gateDoubles, scopeDoubles } from "./limit-values.js";
import type { DayBoundary } from "./risk-day.js";
import { type RiskLimitOptions, type RiskOptions, riskLimitRules, riskRules } from "./risk-options.js";

const BASE_CURRENCY = "USD";
const ALL = 0;

/** An instrument that the gate knows. */
interface KnownInstrument {
  readonly facts: InstrumentFacts;
  /** Its number in the core. */
  readonly place: number;
}

/**
 * The risk gate of one session: the core's, with names where that has numbers. It judges on the threads that send; what
 * is done here is done before or behind orders.
 */
export class RiskGate {
  readonly addon: AddonRiskGate;
  readonly day: GateDay;
  private limits: RiskLimitOptions;
  private version = 1;
  private readonly base: string;
  private readonly rates = new Map<string, number>();
  private readonly instruments = new Map<number, KnownInstrument>();
  private readonly accounts = new Map<string, number>();
  private readonly strategies = new Map<string, number>();
  /** Contract ids by what contracts without one say. */
  private readonly aliases = new Map<string, number>();
  private readonly newest = new Float64Array(RISK_DECISION_COUNT);
  /** Of each instrument bid, ask, last, and when they came; made when the first is written. */
  private quotes: Float64Array | undefined;

  /** @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed */
  constructor(options: RiskOptions, endpoint: string) {
    const { name, baseCurrency, currencyRates, dayEnds, ...limits } = check(
      riskRules(),
      options,
      "risk",
    ) as RiskOptions & { dayEnds: DayBoundary };
    this.limits = limits;
    this.base = baseCurrency ?? BASE_CURRENCY;
    this.rates.set(this.base, 1);
    for (const [currency, rate] of Object.entries(currencyRates ?? {})) this.rates.set(currency, rate);
    this.addon = new (loadAddon().RiskGate)(name ?? endpoint);
    this.day = new GateDay(this.addon, dayEnds);
    if (this.addon.setUp() === 1) this.apply();
    else this.setScopes();
  }

  /**
   * Other limits, for every connection of this gate's name. What is left out has its default again.
   * @throws IBKRError `ERR_IBKR_OPTION`
   */
  update(limits: RiskLimitOptions): void {
    this.limits = check(riskLimitRules(), limits, "risk") as RiskLimitOptions;
    this.version++;
    this.apply();
    for (const known of this.instruments.values()) this.tell(known.facts);
    for (const account of this.accounts.keys()) this.setAccount(account);
  }

  private apply(): void {
    const { limits } = this;
    const onlyAllowedSymbols = limits.onlyAllowedSymbols ?? limits.allowSymbols !== undefined;
    if (limits.exchanges !== undefined) this.addon.listExchanges(limits.exchanges);
    this.addon.setLimits(gateDoubles({ ...limits, onlyAllowedSymbols }, this.version));
    this.setScopes();
  }

  private setScopes(): void {
    for (const [name, limits] of Object.entries(this.limits.strategies ?? {})) {
      const scope = this.addon.setScope(
        RISK_SCOPE_STRATEGY,
        name,
        scopeDoubles(limits),
        false,
        RISK_LISTING_NONE,
      );
      if (scope < 0) throw new IBKRError("ERR_IBKR_OPTION", `risk.strategies: there is no room for ${name}`);
      this.strategies.set(name, scope);
    }
  }

  /** An account of the login. */
  setAccount(name: string): void {
    const isDenied = this.limits.denyAccounts?.includes(name) === true;
    const limits = scopeDoubles(this.limits.accounts?.[name] ?? {});
    const listing = isDenied ? RISK_LISTING_DENIED : RISK_LISTING_NONE;
    this.accounts.set(
      name,
      this.addon.setScope(RISK_SCOPE_ACCOUNT, name, limits, name.startsWith("D"), listing),
    );
  }

  /** The facts of an instrument, and another name of it: what the caller's contract says. */
  setInstrument(facts: InstrumentFacts, ...names: readonly Contract[]): void {
    this.tell(facts);
    for (const contract of names) {
      const alias = aliasOf(contract);
      const strike = Number(contract.strike ?? 0);
      if (this.addon.addAlias(facts.conId, alias, strike) === 1)
        this.aliases.set([...alias, strike].join("\0"), facts.conId);
    }
  }

  /** Undefined: the gate does not know it. */
  conIdOf(contract: Contract): number | undefined {
    const conId = Number(contract.conId ?? 0);
    if (conId > 0) return this.instruments.has(conId) ? conId : undefined;
    return this.aliases.get([...aliasOf(contract), Number(contract.strike ?? 0)].join("\0"));
  }

  knows(conId: number): boolean {
    return this.instruments.has(conId);
  }

  /** By the core's number; undefined: there is none. */
  instrumentAt(place: number): InstrumentFacts | undefined {
    for (const known of this.instruments.values()) if (known.place === place) return known.facts;
    return undefined;
  }

  /** What one unit of a currency is worth in the base currency. */
  setRate(currency: string, rate: number): void {
    if (!(rate > 0) || this.rates.get(currency) === rate) return;
    this.rates.set(currency, rate);
    for (const { facts } of [...this.instruments.values()]) if (facts.currency === currency) this.tell(facts);
  }

  /** 1 for a currency without a rate: what is charged in it is counted all the same. */
  rateOf(currency: string): number {
    return this.rates.get(currency) ?? 1;
  }

  /** Whether a limit needs the account's equity or funds. */
  get needsAccountValues(): boolean {
    const { accounts, strategies } = this.limits;
    return [this.limits, ...Object.values(accounts ?? {}), ...Object.values(strategies ?? {})].some(
      ({ maxLeverage, buyingPowerPercent }) =>
        Number.isFinite(maxLeverage ?? Number.POSITIVE_INFINITY) ||
        Number.isFinite(buyingPowerPercent ?? Number.POSITIVE_INFINITY),
    );
  }

  /** The core's number of an account; undefined: it is not known. */
  scopeOf(account: string): number | undefined {
    return this.accounts.get(account);
  }

  get accountNames(): readonly string[] {
    return [...this.accounts.keys()];
  }

  /** Of the limits that are in force: 1 at first. */
  get limitsVersion(): number {
    return this.version;
  }

  get currentLimits(): RiskLimitOptions {
    return this.limits;
  }

  private tell(facts: InstrumentFacts): void {
    const rate = this.rates.get(facts.currency);
    // Without a rate nothing can be reckoned: it stays unknown, and is denied.
    if (rate === undefined) return;
    const place = this.addon.setInstrument(facts.conId, factDoubles(facts, this.limits, rate));
    if (place >= 0) this.instruments.set(facts.conId, { facts, place });
  }

  /** Where the session's board has the quotes of an instrument; -1: nowhere. */
  setQuoteSlot(conId: number, slot: number): void {
    const known = this.instruments.get(conId);
    if (known !== undefined) this.addon.setQuoteSlot(known.place, slot);
  }

  /** The number under which quotes of an instrument are written; undefined: it is not known. */
  placeOf(conId: number): number | undefined {
    return this.instruments.get(conId)?.place;
  }

  /** Four doubles of each instrument by its place: bid, ask, last, and the arrival of the newest in µs. */
  get plainQuotes(): Float64Array {
    if (this.quotes === undefined) {
      this.quotes = new Float64Array(4 * RISK_INSTRUMENTS).fill(Number.NaN);
      this.addon.setPlainQuotes(this.quotes);
    }
    return this.quotes;
  }

  /** The core's numbers of all scopes, by their names: everything is `all`. */
  get scopes(): ReadonlyMap<string, number> {
    return new Map([["all", ALL], ...this.accounts, ...this.strategies]);
  }

  scopeName(scope: number): string {
    return scope === ALL ? "all" : this.addon.scopeName(scope);
  }

  /** Why the order that was sent last has been denied; undefined: the gate has let it through. */
  denial(orderId: number, request = "placeOrder"): OrderDeniedError | undefined {
    const { newest } = this;
    this.addon.lastDecision(newest);
    if (newest[RISK_DECISION_CODE] === 0) return undefined;
    const { name, unit } = DENY_CODES[newest[RISK_DECISION_CODE]];
    const scope = newest[RISK_DECISION_SCOPE];
    return new OrderDeniedError(
      {
        orderId,
        denyCode: name,
        measured: newest[RISK_DECISION_MEASURED],
        limit: newest[RISK_DECISION_LIMIT],
        unit,
        riskScope: this.scopeName(scope),
      },
      request,
    );
  }
}

/** What an order without a contract id says of its instrument, in the order of the core. */
function aliasOf(contract: Contract): string[] {
  const { symbol, secType, lastTradeDateOrContractMonth, right, exchange, primaryExch } = contract;
  const { currency, localSymbol, tradingClass, secId } = contract;
  return [
    ...[symbol, secType, lastTradeDateOrContractMonth, right, exchange],
    ...[primaryExch, currency, localSymbol, tradingClass, secId],
  ].map((value) => value ?? "");
}
