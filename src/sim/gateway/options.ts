import type * as zod from "zod";
import { check, refused } from "../../domain/check.js";
import { A_CLOCK, type Clock, isClock, realClock } from "../../time/clock.js";
import {
  fields,
  finite,
  flag,
  instance,
  integer,
  listOf,
  notNegative,
  oneOf,
  port,
  positive,
  someOf,
  text,
  textLike,
} from "../../validation/rules.js";
import { lazily, z } from "../../validation/zod.js";
import type { AttachedOrderPresets } from "../exchange/attached-orders.js";
import type { Exchange } from "../exchange/exchange.js";
import { DEFAULT_USERNAME } from "../exchange/working-order.js";
import type { Scenario } from "../faults/scenario.js";
import type { ReferenceData } from "../market/recorded.js";
import { loadReferenceData } from "../market/reference-file.js";
import { MAX_SERVER_VERSION, MIN_SERVER_VERSION } from "../wire/server-version.js";
import type { LogOptions } from "./event-log.js";
import { type FloodPlan, floodRules } from "./flood-plan.js";
import { HISTORY_PACINGS, type HistoryPacing } from "./history-pacing.js";

/** Options of {@link SimulatedGateway.start}; all have defaults. */
export interface SimulatedGatewayOptions {
  /** TCP port, 0..65535; 0 lets the system choose. Default 0. */
  port?: number | undefined;
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string | undefined;
  /** Highest server version offered, 100..226. The lower of this and the client's is used. Default 226. */
  serverVersion?: number | undefined;
  /** Seed of everything random, an integer. Default 1. */
  seed?: number | undefined;
  /** Milliseconds between two steps of an instrument's walk, above 0; fractions are allowed. Default 250. */
  tickIntervalMs?: number | undefined;
  /** Account ids; the first one is used by orders that name none. Default `["DU0000001"]`. */
  accounts?: readonly string[] | undefined;
  /** USD each account starts with, 0 or more. Default 1,000,000. */
  startingCash?: number | undefined;
  /**
   * Contracts, bars, ticks and positions that take precedence over made-up ones, or a JSON file of them
   * (docs/simulated-gateway.md). Default: those that come with the package.
   */
  referenceData?: ReferenceData | string | undefined;
  /** Requests per second and client before error 100; the third such second ends the connection. Default: no limit. */
  maxRequestsPerSecond?: number | undefined;
  /**
   * Exchanges whose live data is not subscribed, for example `["NASDAQ"]`: requests for live data get error 10089, or
   * 354 where there is no delayed data either. Default: none.
   */
  unsubscribedExchanges?: readonly string[] | undefined;
  /**
   * Which requests for history are refused (162; 420 for real-time bars) where they are identical within 15 seconds, six
   * of one contract, exchange and kind within 2 seconds, or more than 60 within ten minutes; BID_ASK counts twice. Default
   * `small-bars`: bars of 30 seconds and less, and real-time bars. `all`: bars of any size. `off`: none.
   */
  historyPacing?: HistoryPacing | undefined;
  /** Streaming market data requests per client before error 101, 1 or more. Default 100. */
  marketDataLines?: number | undefined;
  /** Connections at once, 1 or more. Default 32. */
  maxClients?: number | undefined;
  /**
   * Answer requests with error 320 that have fields behind the last one their layout has. Default false: the fields
   * are noted in the log and ignored.
   */
  strictRequests?: boolean | undefined;
  /** Flood every client after its market data requests instead of sending it the walk. Default: none. */
  flood?: FloodPlan | undefined;
  /** Where the time comes from: the machine, or a {@link VirtualClock}. Default: the machine's clock. */
  clock?: Clock | undefined;
  /**
   * Instruments move and trade in their trading hours only, and orders given outside wait for the opening (399).
   * Default false: they trade around the clock.
   */
  sessions?: boolean | undefined;
  /**
   * Chance that a resting order gets a trade at its price that it is next for, 0..1; a market that moves through it
   * always trades with it. Default 1.
   */
  fillProbability?: number | undefined;
  /** Most ticks by which orders at market trade worse than the book says, an integer from 0 on. Default 0. */
  slippageTicks?: number | undefined;
  /**
   * How far from its parent's price an attached order (`slOrderId`, `ptOrderId` of type PRESET) stands, in percent of
   * it, above 0. Default 1 for both.
   */
  presets?: Partial<AttachedOrderPresets> | undefined;
  /**
   * Share another gateway's markets, orders and accounts: `gateway.exchange`. Seed, clock, accounts' cash and all that
   * is about the market come from there and must not be given. Default: one of its own.
   */
  exchange?: Exchange | undefined;
  /** Whose gateway this is; client and order ids are the user's own. One gateway per user and exchange. Default `simulated`. */
  username?: string | undefined;
  /** Refuse orders, cancels and next order ids with error 321. Default false. */
  readOnly?: boolean | undefined;
  /** Addresses and networks (`10.0.0.0/8`) that may connect; others are closed at once. Default: everybody. */
  allow?: readonly string[] | undefined;
  /** What happens when: faults, orders of other traders, the end. An object, or the path of a YAML or JSON file. Default: nothing. */
  scenario?: Scenario | string | undefined;
  /** Tick file (CSV: time, symbol, kind, price, size) that moves its symbols in place of the walk. Default: none. */
  ticks?: string | undefined;
  log?: LogOptions | undefined;
}

const FRACTION = "a number from 0 to 1";
const ACCOUNT = "an id of 1 to 20 letters and digits";

const network = () =>
  z().union([z().ipv4(), z().ipv6(), z().cidrv4(), z().cidrv6()], {
    error: "an IPv4 or IPv6 address, or a network such as 10.0.0.0/8",
  });

const logRules = (): zod.ZodType<LogOptions> =>
  fields({
    file: text().optional(),
    keep: integer(0).optional(),
    onEntry: instance<NonNullable<LogOptions["onEntry"]>>(
      (value) => typeof value === "function",
      "a function",
    ).optional(),
    quotes: flag().optional(),
  });

/** Checked by what reads it, files included. */
const readLater = <T>() => instance<T>(() => true, "").optional();

const rules = lazily(() =>
  fields({
    port: port(0).default(0),
    host: text().default("127.0.0.1"),
    serverVersion: integer(MIN_SERVER_VERSION, MAX_SERVER_VERSION).default(MAX_SERVER_VERSION),
    seed: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).default(1),
    tickIntervalMs: positive().default(250),
    accounts: someOf(textLike(/^[A-Za-z0-9]{1,20}$/, ACCOUNT), "a list of ids, one at least")
      .refine((ids) => new Set(ids).size === ids.length, { error: "a list of ids, each once" })
      .default(["DU0000001"]),
    startingCash: notNegative().default(1_000_000),
    referenceData: readLater<ReferenceData | string>(),
    maxRequestsPerSecond: finite()
      .min(1, { error: "a number from 1 on, or undefined for no limit" })
      .default(Number.POSITIVE_INFINITY),
    unsubscribedExchanges: listOf(text(), "a list of exchanges").default([]),
    historyPacing: oneOf(HISTORY_PACINGS).default("small-bars"),
    marketDataLines: integer(1, 1_000_000).default(100),
    maxClients: integer(1, 10_000).default(32),
    strictRequests: flag().default(false),
    flood: floodRules().optional(),
    clock: instance<Clock>(isClock, A_CLOCK).default(realClock),
    sessions: flag().default(false),
    fillProbability: finite().min(0, { error: FRACTION }).max(1, { error: FRACTION }).default(1),
    slippageTicks: integer(0, 1000).default(0),
    presets: fields({
      stopLossPercent: positive().optional(),
      profitTakerPercent: positive().optional(),
    }).default({}),
    exchange: instance<Exchange>(
      (value) => typeof value === "object",
      "another gateway's exchange",
    ).optional(),
    username: textLike(/^[!-.0-~]{1,40}$/, "1 to 40 letters, digits and signs other than /").default(
      DEFAULT_USERNAME,
    ),
    readOnly: flag().default(false),
    allow: listOf(network(), "a list of addresses").optional(),
    scenario: readLater<Scenario | string>(),
    ticks: text().optional(),
    log: logRules().default({}),
  }),
);

export type ResolvedOptions = Omit<zod.output<ReturnType<typeof rules>>, "referenceData"> & {
  referenceData: ReferenceData | undefined;
};

/** Fills in defaults. @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed. */
export function resolveOptions(given: SimulatedGatewayOptions): ResolvedOptions {
  const options = check(rules(), given.exchange === undefined ? given : withExchange(given, given.exchange));
  const { referenceData } = options;
  return {
    ...options,
    referenceData: referenceData === undefined ? undefined : loadReferenceData(referenceData),
  };
}

/** Fills in what a shared exchange decides. @throws IBKRError `ERR_IBKR_OPTION` for an option that contradicts it. */
function withExchange(given: SimulatedGatewayOptions, exchange: Exchange): SimulatedGatewayOptions {
  const decided = [
    "seed",
    "tickIntervalMs",
    "startingCash",
    "clock",
    "sessions",
    "fillProbability",
    "slippageTicks",
    "presets",
  ];
  for (const name of decided as (keyof SimulatedGatewayOptions)[]) {
    if (given[name] !== undefined) {
      throw refused(name, given[name], "nothing, as the exchange that is given decides it");
    }
  }
  const unknown = given.accounts?.find((id) => !exchange.accounts.has(id));
  if (unknown !== undefined) {
    throw refused(
      `accounts[${given.accounts!.indexOf(unknown)}]`,
      unknown,
      `the exchange's ${[...exchange.accounts.keys()].join(", ")}`,
    );
  }
  const { seed, tickIntervalMs, startingCash, clock } = exchange.options;
  return {
    ...given,
    ...{ seed, tickIntervalMs, startingCash, clock },
    accounts: given.accounts ?? [...exchange.accounts.keys()],
  };
}
