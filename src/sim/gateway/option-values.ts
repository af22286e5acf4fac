import type { Exchange } from "../exchange/exchange.js";
import { impliedVolatility, type OptionTerms, valueOption } from "../market/black-scholes.js";
import { NO_DEFINITION } from "../market/contract-check.js";
import { modelVolatility } from "../market/contracts.js";
import type { Instrument } from "../market/instrument.js";
import { yearsTo } from "../market/option-chain.js";
import type { Requests } from "../model/requests.js";
import type { OptionComputation } from "../model/responses.js";
import type { Client } from "./client.js";
import { resolveFor } from "./contract-lookup.js";
import { DUPLICATE_TICKER, invalid } from "./error-text.js";
import { Subscriptions } from "./subscriptions.js";

/** Tick type of calculated option prices and volatilities. */
const CUST_OPTION_COMPUTATION = 53;
const FUTURES_YIELD = 0.04;
const OPTION_TYPES = ["OPT", "FOP", "WAR"];

type Values = Omit<OptionComputation, "reqId" | "tickType" | "tickAttrib">;

export function isOption(instrument: Instrument): boolean {
  return instrument.underlying !== undefined && instrument.strike !== undefined;
}

/** Implied volatility and greeks at a price; only the prices where no volatility explains it. */
export function valuesAtPrice(exchange: Exchange, option: Instrument, price: number, under: number): Values {
  const terms = termsOf(exchange, option);
  const volatility = impliedVolatility(terms, under, price);
  if (volatility === undefined) return { optPrice: price, undPrice: under };
  return { ...rounded(terms, under, volatility), optPrice: price };
}

/** The exchange's own model: the volatility it gives the strike, and what the option is worth with it. */
export function modelValues(exchange: Exchange, option: Instrument, under: number): Values {
  const terms = termsOf(exchange, option);
  return rounded(terms, under, modelVolatility(option.underlying!, terms.strike));
}

function termsOf(exchange: Exchange, option: Instrument): OptionTerms {
  return {
    strike: option.strike!,
    years: yearsTo(option.lastTradeDate, exchange.nowSeconds()),
    call: option.right === "C",
    ...(option.secType === "FOP" ? { dividendYield: FUTURES_YIELD } : {}),
  };
}

function rounded(terms: OptionTerms, under: number, volatility: number): Values {
  const round = (value: number): number => Number(value.toFixed(10));
  const { price, delta, gamma, vega, theta, pvDividend } = valueOption(terms, under, volatility);
  return {
    impliedVol: round(volatility),
    delta: round(delta),
    optPrice: round(price),
    pvDividend: round(pvDividend),
    gamma: round(gamma),
    vega: round(vega),
    theta: round(theta),
    undPrice: under,
  };
}

/** Volatility from a price and price from a volatility, on request. */
export class OptionCalculator {
  private readonly requests = new Subscriptions<{ client: Client; reqId: number }>();

  constructor(private readonly exchange: Exchange) {}

  impliedVolatility(client: Client, request: Requests["calculateImpliedVolatility"]): void {
    const { reqId, contract, optionPrice, underPrice } = request;
    const option = this.option(client, reqId, contract, "Calculation of Implied Volatility");
    if (option === undefined || !this.positive(client, reqId, { optionPrice, underPrice })) return;
    this.answer(client, reqId, valuesAtPrice(this.exchange, option, optionPrice, underPrice));
  }

  optionPrice(client: Client, request: Requests["calculateOptionPrice"]): void {
    const { reqId, contract, volatility, underPrice } = request;
    const option = this.option(client, reqId, contract, "Calculation of Option Price");
    if (option === undefined || !this.positive(client, reqId, { volatility, underPrice })) return;
    this.answer(client, reqId, rounded(termsOf(this.exchange, option), underPrice, volatility));
  }

  cancel(client: Client, reqId: number): void {
    if (this.requests.remove(client, reqId) === undefined) {
      client.error(reqId, 300, `Can't find EId with tickerId:${reqId}`);
    }
  }

  drop(client: Client): void {
    this.requests.drop(client);
  }

  private answer(client: Client, reqId: number, values: Values): void {
    this.requests.add({ client, reqId });
    client.send("tickOptionComputation", {
      reqId,
      tickType: CUST_OPTION_COMPUTATION,
      tickAttrib: 0,
      ...values,
    });
  }

  private option(
    client: Client,
    reqId: number,
    contract: Requests["calculateOptionPrice"]["contract"],
    calculation: string,
  ): Instrument | undefined {
    if (this.requests.get(client, reqId) !== undefined) {
      client.error(reqId, 102, DUPLICATE_TICKER);
      return undefined;
    }
    const what = "option calculation";
    // A contract that is named by its id alone is looked up first.
    if (
      contract.conId === 0 &&
      !OPTION_TYPES.includes(contract.secType.toUpperCase()) &&
      contract.exchange !== ""
    ) {
      client.error(reqId, 321, invalid(what, `${calculation} supported for option securities only`));
      return undefined;
    }
    const instrument = resolveFor(this.exchange, { client, reqId, contract, what, use: "data" });
    if (instrument !== undefined && !isOption(instrument)) {
      client.error(reqId, 200, NO_DEFINITION);
      return undefined;
    }
    return instrument;
  }

  private positive(client: Client, reqId: number, values: Record<string, number>): boolean {
    for (const [name, value] of Object.entries(values)) {
      if (value > 0) continue;
      client.error(reqId, 321, invalid("option calculation", `${name} is ${value} (allowed: above 0)`));
      return false;
    }
    return true;
  }
}
