import type { Exchange } from "../exchange/exchange.js";
import { isRefusal, NO_DEFINITION } from "../market/contract-check.js";
import { futuresOptionExpiries, optionUnderlying } from "../market/contracts.js";
import { BBO_EXCHANGE, depthExchanges, OPTION_EXCHANGES, smartComponents } from "../market/exchanges.js";
import { contractOf, detailsOf, type Instrument } from "../market/instrument.js";
import { expirations, strikes } from "../market/option-chain.js";
import { knownFutures, marketRules } from "../market/reference-data.js";
import { NO_CONTRACT } from "../model/contract.js";
import type { Requests } from "../model/requests.js";
import type { OptionParameters } from "../model/responses.js";
import type { Client } from "./client.js";
import { refuse } from "./contract-lookup.js";
import { invalid } from "./error-text.js";

/** Security types with contracts on a stock. */
const DERIVATIVES = ["CFD", "OPT", "IOPT", "WAR", "BAG"];

/** Contracts, chains, rules and exchanges. */
export class LookupHandlers {
  constructor(private readonly exchange: Exchange) {}

  contractDetails(client: Client, { reqId, contract, ignoredFor }: Requests["reqContractData"]): void {
    if (ignoredFor !== undefined) return;
    const found = this.exchange.instruments.details(contract);
    if (isRefusal(found)) {
      refuse({ client, reqId, what: "contract data" }, found);
      return;
    }
    for (const instrument of found) {
      const exchange = contract.exchange || instrument.exchange;
      const details = detailsOf(instrument, exchange, this.exchange.nowSeconds());
      // A combination is its legs, as far as the request could name them: in text it cannot.
      if (instrument.secType === "BAG") details.contract.comboLegs = contract.comboLegs;
      client.send(instrument.bond === undefined ? "contractData" : "bondContractData", { reqId, details });
    }
    client.send("contractDataEnd", { reqId });
  }

  matchingSymbols(client: Client, { reqId, pattern }: Requests["reqMatchingSymbols"]): void {
    const samples = this.exchange.instruments.search(pattern).map((instrument) => ({
      contract: contractOf(instrument),
      derivativeSecTypes: DERIVATIVES,
      description: instrument.longName,
      issuerId: "",
    }));
    client.send("symbolSamples", { reqId, samples });
  }

  marketRule(client: Client, marketRuleId: number): void {
    const priceIncrements = marketRules.get(marketRuleId);
    if (priceIncrements === undefined) {
      const known = [...marketRules.keys()].join(", ");
      const cause = `Invalid market rule id ${marketRuleId} (known: ${known})`;
      client.error(-1, 321, invalid("market rule", cause));
      return;
    }
    client.send("marketRule", { marketRuleId, priceIncrements });
  }

  optionParameters(client: Client, request: Requests["reqSecDefOptParams"]): void {
    const { reqId } = request;
    const chains = this.chains(request);
    if (chains.length === 0) {
      client.error(reqId, 200, NO_DEFINITION);
      return;
    }
    for (const chain of chains) client.send("secDefOptParameter", { reqId, ...chain });
    client.send("secDefOptParameterEnd", { reqId });
  }

  smartComponents(client: Client, { reqId, bboExchange }: Requests["reqSmartComponents"]): void {
    if (bboExchange !== BBO_EXCHANGE) {
      const cause = `unknown BBO exchange ${JSON.stringify(bboExchange)} (known: ${BBO_EXCHANGE})`;
      client.error(reqId, 321, invalid("smart components", cause));
      return;
    }
    client.send("smartComponents", { reqId, components: [...smartComponents] });
  }

  depthExchanges(client: Client): void {
    client.send("mktDepthExchanges", { descriptions: [...depthExchanges] });
  }

  private chains(request: Requests["reqSecDefOptParams"]): OptionParameters[] {
    const { instruments } = this.exchange;
    const { underlyingConId, underlyingSymbol: symbol, underlyingSecType: secType } = request;
    const contract = { ...NO_CONTRACT, conId: underlyingConId, symbol, secType };
    const underlying = instruments.find(contract)[0];
    if (underlying === undefined) return [];
    if (request.underlyingSecType.toUpperCase() === "FUT" || underlying.secType === "FUT") {
      return futuresChain(underlying, request.futFopExchange, instruments.today);
    }
    if (underlying.secType === "IND" && knownFutures.has(underlying.symbol)) {
      // An index with futures and no options of its own: what there is are options of its futures.
      const [future] = instruments.find({ ...contract, conId: 0, secType: "FUT" });
      return future === undefined ? [] : futuresChain(future, request.futFopExchange, instruments.today);
    }
    if (optionUnderlying(instruments, contractOf(underlying)) !== underlying) return [];
    const wanted = request.futFopExchange;
    return OPTION_EXCHANGES.filter((exchange) => wanted === "" || wanted === exchange).map((exchange) => ({
      exchange,
      underlyingConId: underlying.conId,
      tradingClass: underlying.symbol,
      multiplier: "100",
      expirations: expirations(instruments.today),
      strikes: strikes(underlying.basePrice),
    }));
  }
}

function futuresChain(future: Instrument, exchange: string, today: number): OptionParameters[] {
  const known = knownFutures.get(future.symbol);
  if (known === undefined || (exchange !== "" && exchange !== future.exchange)) return [];
  return [
    {
      exchange: future.exchange,
      underlyingConId: future.conId,
      tradingClass: future.symbol,
      multiplier: future.multiplier,
      expirations: futuresOptionExpiries(today),
      strikes: strikes(known.basePrice, 0.3),
    },
  ];
}
