import { type Contract, EventName } from "@stoqey/ib";
import { type ContractMembers, contractOf } from "./contract.js";
import { bondDetails, contractDetails } from "./details.js";
import type { EventHandlers } from "./event.js";
import { doubleOrZero, idOrNone } from "./values.js";

const SAMPLE_CONTRACT: ContractMembers = new Set<keyof Contract>([
  "conId",
  "symbol",
  "secType",
  "primaryExch",
  "currency",
  "description",
  "issuerId",
]);

/** Contracts and what is looked up about them. */
export const referenceEvents = {
  CONTRACT_DATA: ({ reqId, contract, contractDetails: details }, host) => {
    if (contract === undefined || details === undefined) return;
    host.emitEvent(EventName.contractDetails, idOrNone(reqId), contractDetails(contract, details));
  },
  BOND_CONTRACT_DATA: ({ reqId, contract, contractDetails: details }, host) => {
    if (contract === undefined || details === undefined) return;
    host.emitEvent(EventName.bondContractDetails, idOrNone(reqId), bondDetails(contract, details));
  },
  CONTRACT_DATA_END: ({ reqId }, host) => host.emitEvent(EventName.contractDetailsEnd, idOrNone(reqId)),
  SYMBOL_SAMPLES: ({ reqId, contractDescriptions = [] }, host) =>
    host.emitEvent(
      EventName.symbolSamples,
      idOrNone(reqId),
      contractDescriptions.map(({ contract = {}, derivativeSecTypes = [] }) => ({
        contract: contractOf(contract, SAMPLE_CONTRACT),
        derivativeSecTypes,
      })),
    ),
  SECURITY_DEFINITION_OPTION_PARAMETER: (m, host) => {
    const { reqId, exchange = "", underlyingConId = 0, tradingClass = "", multiplier = "" } = m;
    const { expirations = [], strikes = [] } = m;
    host.emitEvent(
      EventName.securityDefinitionOptionParameter,
      idOrNone(reqId),
      exchange,
      underlyingConId,
      tradingClass,
      multiplier === "" ? 0 : doubleOrZero(Number.parseFloat(multiplier)),
      expirations,
      strikes.filter((strike) => doubleOrZero(strike) !== undefined),
    );
  },
  SECURITY_DEFINITION_OPTION_PARAMETER_END: ({ reqId }, host) =>
    host.emitEvent(EventName.securityDefinitionOptionParameterEnd, idOrNone(reqId)),
  MARKET_RULE: ({ marketRuleId = 0, priceIncrements = [] }, host) =>
    host.emitEvent(
      EventName.marketRule,
      marketRuleId,
      priceIncrements.map(({ lowEdge, increment }) => ({
        lowEdge: doubleOrZero(lowEdge),
        increment: doubleOrZero(increment),
      })),
    ),
  SMART_COMPONENTS: ({ reqId, smartComponents = [] }, host) =>
    host.emitEvent(
      EventName.smartComponents,
      idOrNone(reqId),
      new Map(
        smartComponents.map(({ bitNumber = 0, exchange = "", exchangeLetter = "" }) => [
          bitNumber,
          [exchange, exchangeLetter],
        ]),
      ),
    ),
  SOFT_DOLLAR_TIERS: ({ reqId, softDollarTiers = [] }, host) =>
    host.emitEvent(
      EventName.softDollarTiers,
      idOrNone(reqId),
      softDollarTiers.map(({ name = "", value = "", displayName = "" }) => ({ name, value, displayName })),
    ),
} satisfies EventHandlers;
