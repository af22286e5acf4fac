import { type Clock, realClock } from "./clock.js";
import { checkReferenceData, loadReferenceData, type ReferenceData } from "./data/recorded.js";
import type { Exchange } from "./exchange/exchange.js";
import { DEFAULT_USERNAME } from "./exchange/working-order.js";
import type { Scenario } from "./faults/scenario.js";
import type { FloodPlan } from "./gateway/flood.js";
import type { LogOptions } from "./log.js";
import { MAX_SERVER_VERSION, MIN_SERVER_VERSION } from "./wire/server-version.js";

/** Options of {@link SimulatedGateway.start}; all have defaults. */
export interface SimulatedGatewayOptions {
  /** TCP port, 0..65535; 0 lets the system choose. Default 0. */
  port?: number;
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** Highest server version offered, 100..226. The lower of this and the client's is used. Default 226. */
  serverVersion?: number;
  /** Seed of everything random, an integer. Default 1. */
  seed?: number;
  /** Milliseconds between two steps of an instrument's walk, above 0; fractions are allowed. Default 250. */
  tickIntervalMs?: number;
  /** Account ids; the first one is used by orders that name none. Default `["DU0000001"]`. */
  accounts?: readonly string[];
  /** USD each account starts with, 0 or more. Default 1,000,000. */
  startingCash?: number;
  /**
   * Contracts, bars, ticks and positions that take precedence over made-up ones, or a JSON file of them
   * (docs/simulated-gateway.md). Default: those that come with the package.
   */
  referenceData?: ReferenceData | string;
  /** Requests per second and client before error 100; the third such second ends the connection. Default: no limit. */
  maxRequestsPerSecond?: number;
  /**
   * Exchanges whose live data is not subscribed, for example `["NASDAQ"]`: requests for live data get error 10089, or
   * 354 where there is no delayed data either. Default: none.
   */
  unsubscribedExchanges?: readonly string[];
  /** Streaming market data requests per client before error 101, 1 or more. Default 100. */
  marketDataLines?: number;
  /** Connections at once, 1 or more. Default 32. */
  maxClients?: number;
  /**
   * Answer requests with error 320 that have fields behind the last one their layout has. Default false: the fields
   * are noted in the log and ignored.
   */
  strictRequests?: boolean;
  /** Flood every client after its market data requests instead of sending it the walk. Default: none. */
  flood?: FloodPlan;
  /** Where the time comes from: the machine, or a {@link VirtualClock}. Default: the machine's clock. */
  clock?: Clock;
  /**
   * Instruments move and trade in their trading hours only, and orders given outside wait for the opening (399).
   * Default false: they trade around the clock.
   */
  sessions?: boolean;
  /**
   * Chance that a resting order gets a trade at its price that it is next for, 0..1; a market that moves through it
   * always trades with it. Default 1.
   */
  fillProbability?: number;
  /** Most ticks by which orders at market trade worse than the book says, an integer from 0 on. Default 0. */
  slippageTicks?: number;
  /**
   * Share another gateway's markets, orders and accounts: `gateway.exchange`. Seed, clock, accounts' cash and all that
   * is about the market come from there and must not be given. Default: one of its own.
   */
  exchange?: Exchange;
  /** Whose gateway this is; client and order ids are the user's own. One gateway per user and exchange. Default `simulated`. */
  username?: string;
  /** Refuse orders, cancels and next order ids with error 321. Default false. */
  readOnly?: boolean;
  /** Addresses and networks (`10.0.0.0/8`) that may connect; others are closed at once. Default: everybody. */
  allow?: readonly string[];
  /** What happens when: faults, orders of other traders, the end. An object or the path of a JSON file. Default: nothing. */
  scenario?: Scenario | string;
  /** Tick file (CSV: time, symbol, kind, price, size) that moves its symbols in place of the walk. Default: none. */
  ticks?: string;
  log?: LogOptions;
}

/** Options without which there is nothing, rather than a default. */
type Optional = "exchange" | "allow" | "scenario" | "ticks";

export type ResolvedOptions = Required<
  Omit<SimulatedGatewayOptions, "flood" | "referenceData" | Optional>
> & {
  [N in Optional]: SimulatedGatewayOptions[N];
} & {
  flood: FloodPlan | undefined;
  referenceData: ReferenceData | undefined;
};

/** Fills in defaults. @throws RangeError that names the option, its value and what is allowed. */
export function resolveOptions(given: SimulatedGatewayOptions): ResolvedOptions {
  if (given.exchange !== undefined) given = withExchange(given, given.exchange);
  const options: ResolvedOptions = {
    port: given.port ?? 0,
    host: given.host ?? "127.0.0.1",
    serverVersion: given.serverVersion ?? MAX_SERVER_VERSION,
    seed: given.seed ?? 1,
    tickIntervalMs: given.tickIntervalMs ?? 250,
    accounts: given.accounts ?? ["DU0000001"],
    startingCash: given.startingCash ?? 1_000_000,
    marketDataLines: given.marketDataLines ?? 100,
    maxClients: given.maxClients ?? 32,
    strictRequests: given.strictRequests ?? false,
    referenceData: referenceDataOf(given.referenceData),
    maxRequestsPerSecond: given.maxRequestsPerSecond ?? Number.POSITIVE_INFINITY,
    unsubscribedExchanges: given.unsubscribedExchanges ?? [],
    flood: given.flood,
    clock: given.clock ?? realClock,
    sessions: given.sessions ?? false,
    fillProbability: given.fillProbability ?? 1,
    slippageTicks: given.slippageTicks ?? 0,
    exchange: given.exchange,
    username: given.username ?? DEFAULT_USERNAME,
    readOnly: given.readOnly ?? false,
    allow: given.allow,
    scenario: given.scenario,
    ticks: given.ticks,
    log: given.log ?? {},
  };
  requireInteger("port", options.port, 0, 65_535);
  requireInteger("serverVersion", options.serverVersion, MIN_SERVER_VERSION, MAX_SERVER_VERSION);
  requireInteger("seed", options.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  requireInteger("marketDataLines", options.marketDataLines, 1, 1_000_000);
  requireInteger("maxClients", options.maxClients, 1, 10_000);
  if (!(options.maxRequestsPerSecond >= 1)) {
    throw new RangeError(
      `maxRequestsPerSecond is ${options.maxRequestsPerSecond} (allowed: a number from 1 on, or undefined for no limit)`,
    );
  }
  if (!(options.tickIntervalMs > 0 && Number.isFinite(options.tickIntervalMs))) {
    throw new RangeError(`tickIntervalMs is ${options.tickIntervalMs} (allowed: a number above 0)`);
  }
  if (!(options.startingCash >= 0 && Number.isFinite(options.startingCash))) {
    throw new RangeError(`startingCash is ${options.startingCash} (allowed: a number from 0 on)`);
  }
  if (options.accounts.length === 0 || options.accounts.some((id) => !/^[A-Za-z0-9]{1,20}$/.test(id))) {
    throw new RangeError(
      `accounts is ${JSON.stringify(options.accounts)} (allowed: at least one id of 1 to 20 letters and digits)`,
    );
  }
  requireInteger("slippageTicks", options.slippageTicks, 0, 1000);
  if (!(options.fillProbability >= 0 && options.fillProbability <= 1)) {
    throw new RangeError(`fillProbability is ${options.fillProbability} (allowed: a number from 0 to 1)`);
  }
  if (!/^[\x21-\x7e]{1,40}$/.test(options.username) || options.username.includes("/")) {
    throw new RangeError(
      `username is ${JSON.stringify(options.username)} (allowed: 1 to 40 letters, digits and signs other than /)`,
    );
  }
  if (options.flood !== undefined) {
    requireInteger("flood.afterRequests", options.flood.afterRequests, 1, 1_000_000);
    requireInteger("flood.ticks", options.flood.ticks, 1, Number.MAX_SAFE_INTEGER);
    const rate = options.flood.ticksPerSecond;
    if (rate !== undefined && !(rate > 0)) {
      throw new RangeError(
        `flood.ticksPerSecond is ${rate} (allowed: a number above 0, or undefined for no limit)`,
      );
    }
  }
  return options;
}

function referenceDataOf(given: ReferenceData | string | undefined): ReferenceData | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "string") return loadReferenceData(given);
  try {
    return checkReferenceData(given);
  } catch (error) {
    throw new RangeError(`referenceData: ${(error as Error).message}`);
  }
}

/** Fills in what a shared exchange decides. @throws RangeError for an option that contradicts it. */
function withExchange(given: SimulatedGatewayOptions, exchange: Exchange): SimulatedGatewayOptions {
  const decided = [
    "seed",
    "tickIntervalMs",
    "startingCash",
    "clock",
    "sessions",
    "fillProbability",
    "slippageTicks",
  ];
  for (const name of decided as (keyof SimulatedGatewayOptions)[]) {
    if (given[name] !== undefined) {
      throw new RangeError(`${name} is given together with exchange (allowed: only one of them)`);
    }
  }
  const unknown = given.accounts?.find((id) => !exchange.accounts.has(id));
  if (unknown !== undefined) {
    throw new RangeError(
      `accounts has ${unknown}, which the exchange does not have (allowed: ${[...exchange.accounts.keys()].join(", ")})`,
    );
  }
  const { seed, tickIntervalMs, startingCash, clock } = exchange.options;
  return {
    ...given,
    ...{ seed, tickIntervalMs, startingCash, clock },
    accounts: given.accounts ?? [...exchange.accounts.keys()],
  };
}

function requireInteger(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} is ${value} (allowed: an integer from ${low} to ${high})`);
  }
}
