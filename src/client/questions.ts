import type { Broker } from "../broker/broker.js";
import type { CallOptions } from "../broker/call-options.js";
import type { HistoricalTicks, HistoricalTicksRequest, TickKind } from "../broker/historical-ticks.js";
import type {
  DepthExchange,
  HeadTimestampRequest,
  HistogramBin,
  HistogramRequest,
  OptionChain,
  PriceIncrement,
  Schedule,
  ScheduleRequest,
  SmartComponent,
  SnapshotRequest,
} from "../broker/lookups.js";
import { refused } from "../domain/check.js";
import type { QuoteValues } from "../domain/quote.js";
import type { Contract, ContractDescription, ContractDetails } from "../domain/stock-types.js";
import { measured } from "../metrics/operation-meter.js";
import type { Clock } from "../time/clock.js";
import { Calls } from "./calls.js";
import { ContractBook, type QualifiedContract } from "./contract-book.js";
import { HistoryDownload } from "./history/history-download.js";
import type { HistoryOptions } from "./history/history-options.js";
import { HistoryPacer } from "./history/history-pacer.js";
import { type ContractInput, contractOf } from "./inputs.js";
import { SharedAnswers } from "./shared-answers.js";

/** What a request says besides its contract. */
type Asked<R extends { readonly contract: Contract }> = Omit<R, "contract"> & CallOptions;

const MOST_RULES = 1_000;

/**
 * Questions about contracts and markets, each with one answer. Every one rejects with its own error: `ERR_IBKR_GATEWAY`
 * with the gateway's code and text where that refuses it, `ERR_IBKR_TIMEOUT`, `ERR_IBKR_NOT_SENT` where the client is
 * closed, the signal's reason. A connection that is lost meanwhile is waited for, and the question asked again.
 */
export class ClientQuestions {
  static {
    measured(
      ClientQuestions.prototype,
      "",
      [
        "qualify",
        "contractDetails",
        "search",
        "optionChain",
        "schedule",
        "historicalTicks",
        "headTimestamp",
        "snapshot",
        "histogram",
        "marketRule",
        "smartComponents",
        "depthExchanges",
        "serverTimeMs",
      ],
      ({ calls }) => calls.operations,
    );
  }

  /** What histories go by; `count()` tells it of requests that went another way, such as `client.api`. */
  readonly historyPacer: HistoryPacer;
  protected readonly calls: Calls;
  private readonly book: ContractBook;
  private readonly rules: SharedAnswers<readonly PriceIncrement[]>;

  constructor(
    readonly broker: Broker,
    timeoutMs: number,
    clock: Clock,
  ) {
    this.calls = new Calls(timeoutMs);
    this.historyPacer = new HistoryPacer({ clock });
    this.book = new ContractBook(broker.lookups, timeoutMs);
    this.rules = new SharedAnswers(MOST_RULES);
  }

  /**
   * The contract that is meant, with its `conId` and all that identifies it. It is remembered: the next call costs
   * nothing.
   * @throws ContractError `ERR_IBKR_UNKNOWN_CONTRACT`, `ERR_IBKR_AMBIGUOUS_CONTRACT`, with the candidates
   */
  qualify(contract: ContractInput, options?: CallOptions): Promise<QualifiedContract>;
  /** All of them in their order, or none: the error tells of each that is unknown or ambiguous. */
  qualify<const T extends readonly ContractInput[]>(
    contracts: T,
    options?: CallOptions,
  ): Promise<{ -readonly [K in keyof T]: QualifiedContract }>;
  async qualify(
    given: ContractInput | readonly ContractInput[],
    options?: CallOptions,
  ): Promise<QualifiedContract | QualifiedContract[]> {
    const call = this.calls.options(options);
    if (isList(given)) return this.book.qualifyAll(given.map(contractOf), call);
    return this.book.qualify(contractOf(given), call);
  }

  /** Every contract that fits. @throws IBKRError `ERR_IBKR_NO_SECURITY_DEFINITION` where there is none */
  async contractDetails(contract: ContractInput, options?: CallOptions): Promise<ContractDetails[]> {
    return this.broker.lookups.contractDetails(contractOf(contract), this.calls.options(options));
  }

  /** Stocks and others by the beginning of their name or symbol. */
  async search(pattern: string, options?: CallOptions): Promise<ContractDescription[]> {
    if (typeof pattern !== "string" || pattern === "")
      throw refused("pattern", pattern, "a text", "ERR_IBKR_ARGUMENT");
    return this.broker.lookups.search(pattern, this.calls.options(options));
  }

  /** Expirations and strikes of the options on it, by exchange and class. It is qualified where it has no `conId`. */
  async optionChain(underlying: ContractInput, options?: CallOptions): Promise<OptionChain[]> {
    const call = this.calls.options(options);
    const contract = contractOf(underlying);
    const known = contract.conId && contract.symbol && contract.secType ? contract : undefined;
    return this.broker.lookups.optionChain(known ?? (await this.book.qualify(contract, call)), call);
  }

  /** When it trades. */
  async schedule(contract: ContractInput, request: Asked<ScheduleRequest>): Promise<Schedule> {
    const [asked, call] = this.calls.split(request);
    return this.broker.lookups.schedule({ ...asked, contract: contractOf(contract) }, call);
  }

  /**
   * Bars of the past, of any length: a promise of all of them, and an async iterable of its parts with `progress`. It begins
   * when one of the two is asked for. What one request is enough for is one, and leaves at once; what needs more is cut into
   * requests inside the pacing rules, which all histories of the client share.
   * @param options `timeoutMs` of one request is the client's where it is left out; of more there is none, but each of them
   *   has its own (`requestTimeoutMs`)
   */
  history(contract: ContractInput, options: HistoryOptions): HistoryDownload {
    const { closed, timeoutMs, operations } = this.calls;
    // It begins when it is read: so does what is measured of it.
    const begun = (end: Promise<void>) => void operations.measure("history", () => end);
    const owner = { closed, requestTimeoutMs: timeoutMs, rejects: true, begun };
    return new HistoryDownload(this.broker, this.historyPacer, contract as Contract, options, owner);
  }

  /** Ticks of the past, in order of time: trades, quotes or midpoints, as `whatToShow` says. */
  async historicalTicks<K extends TickKind>(
    contract: ContractInput,
    request: Asked<HistoricalTicksRequest<K>>,
  ): Promise<HistoricalTicks[K][]> {
    const [asked, call] = this.calls.split(request);
    return this.broker.lookups.historicalTicks<K>(
      { ...asked, contract: contractOf(contract) } as HistoricalTicksRequest<K>,
      call,
    );
  }

  /** When its data begin, in milliseconds since 1970. `whatToShow` is `TRADES` where it is left out. */
  async headTimestamp(
    contract: ContractInput,
    request: Partial<Asked<HeadTimestampRequest>> = {},
  ): Promise<number> {
    const [asked, call] = this.calls.split(request);
    const whole = { ...asked, whatToShow: asked.whatToShow ?? "TRADES", contract: contractOf(contract) };
    return this.broker.lookups.headTimestamp(whole, call);
  }

  /** The quote of the moment, without a subscription; it may take some 11 seconds. */
  async snapshot(contract: ContractInput, request: Asked<SnapshotRequest> = {}): Promise<QuoteValues> {
    const [asked, call] = this.calls.split(request);
    return this.broker.lookups.snapshot({ ...asked, contract: contractOf(contract) }, call);
  }

  /** How much was traded at which price. */
  async histogram(contract: ContractInput, request: Asked<HistogramRequest>): Promise<HistogramBin[]> {
    const [asked, call] = this.calls.split(request);
    return this.broker.lookups.histogram({ ...asked, contract: contractOf(contract) }, call);
  }

  /**
   * By which steps prices go, from which price on. It is remembered.
   * @param id one of `marketRuleIds` of contract details
   */
  async marketRule(id: number, options?: CallOptions): Promise<readonly PriceIncrement[]> {
    const call = this.calls.options(options);
    if (!Number.isInteger(id) || id < 0) throw refused("id", id, "an integer from 0 on", "ERR_IBKR_ARGUMENT");
    const { lookups } = this.broker;
    const { timeoutMs } = this.calls;
    return this.rules.get(`${id}`, (signal) => lookups.marketRule(id, { signal, timeoutMs }), call);
  }

  /** @param bboExchange as quotes name it */
  async smartComponents(bboExchange: string, options?: CallOptions): Promise<SmartComponent[]> {
    return this.broker.lookups.smartComponents(bboExchange, this.calls.options(options));
  }

  /** Exchanges that have books. */
  async depthExchanges(options?: CallOptions): Promise<DepthExchange[]> {
    return this.broker.lookups.depthExchanges(this.calls.options(options));
  }

  /** The server's clock, in milliseconds since 1970. */
  async serverTimeMs(options?: CallOptions): Promise<number> {
    return this.broker.lookups.serverTimeMs(this.calls.options(options));
  }
}

function isList(given: ContractInput | readonly ContractInput[]): given is readonly ContractInput[] {
  return Array.isArray(given);
}
