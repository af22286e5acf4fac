import { EventName } from "@stoqey/ib";
import { abandonable } from "../../broker/abandonable.js";
import { checkCallOptions } from "../../broker/call-options.js";
import type { CorporateEventsRequest, DepthExchange, Lookups, OptionChain } from "../../broker/lookups.js";
import { objectOf, refused } from "../../domain/check.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { Contract, ContractDescription, ContractDetails } from "../../domain/stock-types.js";
import type { MarketDataTypeInForce } from "./market-data-type.js";
import { LATE, type Requests } from "./requests.js";
import type { ServerClock } from "./server-clock.js";
import { historyLookups } from "./session-history.js";
import { SessionSnapshots } from "./session-snapshots.js";

/** The first server version that takes CANCEL_CONTRACT_DATA. */
const CANCEL_CONTRACT_DATA = 215;

export function sessionLookups(
  requests: Requests,
  clock: ServerClock,
  dataType: MarketDataTypeInForce,
): Lookups {
  const snapshots = new SessionSnapshots(requests, dataType);
  return {
    ...contractLookups(requests),
    ...historyLookups(requests),
    ...referenceLookups(requests, clock),
    snapshot: (request, options) => snapshots.snapshot(request, options),
  };
}

function contractLookups(requests: Requests) {
  return {
    contractDetails: (contract, options) => {
      const found: ContractDetails[] = [];
      const add = (details: ContractDetails) => {
        found.push(details);
        return false;
      };
      return requests.ask(
        {
          method: "reqContractDetails",
          args: (id) => [id, contract],
          take: {
            [EventName.contractDetails]: add,
            [EventName.bondContractDetails]: add,
            [EventName.contractDetailsEnd]: () => true,
          },
          result: () => found,
          cancel: "cancelContractData",
          cancelSince: CANCEL_CONTRACT_DATA,
        },
        options,
      );
    },

    search: (pattern, options) => {
      let found: ContractDescription[] = [];
      return requests.ask(
        {
          method: "reqMatchingSymbols",
          args: (id) => [id, pattern],
          take: {
            [EventName.symbolSamples]: (descriptions: ContractDescription[]) => {
              found = descriptions;
              return true;
            },
          },
          result: () => found,
        },
        options,
      );
    },

    optionChain: (underlying, options) => {
      const chains: OptionChain[] = [];
      return requests.ask(
        {
          method: "reqSecDefOptParams",
          args: (id) => [id, ...underlyingOf(underlying)],
          take: {
            [EventName.securityDefinitionOptionParameter]: (
              exchange: string,
              underlyingConId: number,
              tradingClass: string,
              multiplier: number | string,
              expirations: readonly string[],
              strikes: readonly number[],
            ) => {
              chains.push({
                exchange,
                underlyingConId,
                tradingClass,
                multiplier: Number(multiplier),
                expirations: [...expirations].sort(),
                strikes: [...strikes].sort((a, b) => a - b),
              });
              return false;
            },
            [EventName.securityDefinitionOptionParameterEnd]: () => true,
          },
          result: () => chains,
        },
        options,
      );
    },
  } satisfies Partial<Lookups>;
}

/** What else is known of contracts, exchanges and the user. */
function referenceLookups(requests: Requests, clock: ServerClock) {
  return {
    marketRule: async (id, options) => {
      if (!Number.isInteger(id) || id < 0)
        throw refused("id", id, "an integer from 0 on", "ERR_IBKR_ARGUMENT");
      let rule: readonly { readonly lowEdge: number; readonly increment: number }[] = [];
      const answer = await requests.askShared(
        `marketRule ${id}`,
        {
          method: "reqMarketRule",
          args: () => [id],
          take: {
            [EventName.marketRule]: (of: number, increments: typeof rule) => {
              if (of === id) rule = increments;
              return of === id;
            },
          },
          result: () => rule,
          isRefusable: true,
        },
        options,
      );
      return [...answer];
    },

    smartComponents: (bboExchange, options) => {
      let components: ReadonlyMap<number, readonly [exchange: string, letter: string]> = new Map();
      return requests.ask(
        {
          method: "reqSmartComponents",
          args: (id) => [id, bboExchange],
          take: {
            [EventName.smartComponents]: (map: typeof components) => {
              components = map;
              return true;
            },
          },
          result: () => [...components].map(([bit, [exchange, letter]]) => ({ bit, exchange, letter })),
        },
        options,
      );
    },

    depthExchanges: async (options) => {
      let exchanges: readonly RawDepthExchange[] = [];
      const answer = await requests.askShared(
        "depthExchanges",
        {
          method: "reqMktDepthExchanges",
          args: () => [],
          take: {
            [EventName.mktDepthExchanges]: (all: typeof exchanges) => {
              exchanges = all;
              return true;
            },
          },
          result: () => exchanges,
        },
        options,
      );
      return answer.map(depthExchangeOf);
    },

    corporateEventTypes: (options) =>
      requests.ask(
        jsonQuestion("reqWshMetaData", EventName.wshMetaData, "reqCancelWshMetaData", (id) => [id]),
        options,
      ),

    corporateEvents: (request, options) =>
      requests.ask(
        jsonQuestion("reqWshEventData", EventName.wshEventData, "reqCancelWshEventData", (id) => [
          id,
          eventsWanted(request),
        ]),
        options,
      ),

    userInfo: (options) => {
      let whiteBrandingId = "";
      return requests.ask(
        {
          method: "reqUserInfo",
          args: (id) => [id],
          take: {
            [EventName.userInfo]: (id: string) => {
              whiteBrandingId = id;
              return true;
            },
          },
          result: () => ({ whiteBrandingId }),
        },
        options,
      );
    },

    serverTimeMs: async (options = {}) => {
      checkCallOptions(options);
      return abandonable(clock.ask(), options, LATE);
    },
  } satisfies Partial<Lookups>;
}

function underlyingOf(underlying: Contract): readonly unknown[] {
  const { conId, symbol, secType, exchange } = objectOf("underlying", underlying);
  const wrong = (name: string, value: unknown, allowed: string) =>
    refused(`underlying.${name}`, value, allowed, "ERR_IBKR_ARGUMENT");
  if (!Number.isInteger(conId) || (conId as number) < 1) throw wrong("conId", conId, "the contract's id");
  if (!symbol) throw wrong("symbol", symbol, "the contract's symbol");
  if (!secType) throw wrong("secType", secType, "the contract's type");
  // Of stocks and indices the exchange would narrow the answer down; options on a future are at one.
  return [symbol, `${secType}` === "FUT" ? (exchange ?? "") : "", secType, conId];
}

interface RawDepthExchange {
  readonly exchange: string;
  readonly secType: string;
  readonly listingExch: string;
  readonly serviceDataType: string;
  readonly aggGroup?: number;
}

function depthExchangeOf(raw: RawDepthExchange): DepthExchange {
  const { exchange, secType, listingExch: listingExchange, serviceDataType, aggGroup } = raw;
  return { exchange, secType, listingExchange, serviceDataType, aggregationGroup: aggGroup };
}

/** An answer that is one text of JSON. */
function jsonQuestion(
  method: string,
  event: EventName,
  cancel: string,
  args: (id: number) => readonly unknown[],
) {
  let value: unknown;
  return {
    method,
    args,
    take: {
      [event]: (text: string) => {
        value = jsonOf(text, method);
        return true;
      },
    },
    result: () => value,
    cancel,
  };
}

function jsonOf(text: string, method: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const start = JSON.stringify(text.slice(0, 100));
    throw new IBKRError("ERR_IBKR_BAD_MESSAGE", `the answer to ${method} is no JSON: ${start}`, { cause });
  }
}

function eventsWanted(request: CorporateEventsRequest) {
  const { conId = 0, filter = "", startDate = "", endDate = "", limit } = objectOf("request", request);
  const { fillWatchlist = false, fillPortfolio = false, fillCompetitors = false } = request;
  const fills = { fillWatchlist, fillPortfolio, fillCompetitors };
  return { conId, filter, ...fills, startDate, endDate, totalLimit: limit };
}
