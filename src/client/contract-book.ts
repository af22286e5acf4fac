import type { CallOptions } from "../broker/call-options.js";
import type { Lookups } from "../broker/lookups.js";
import { refused } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { Contract, ContractDetails } from "../domain/stock-types.js";
import { ContractError, listed, named } from "./contract-error.js";
import { SharedAnswers } from "./shared-answers.js";

/** A contract with all that identifies it, as the gateway has it. */
export type QualifiedContract = Contract & { readonly conId: number };

const MOST_KEPT = 10_000;
/** The gateway knows no such contract. */
const NO_CONTRACT = 200;
const COMBINATION = "BAG";
/** Pairs, which are traded one way round only. */
const CURRENCIES = "CASH";

/** Finds out which contract is meant, and remembers it. */
export class ContractBook {
  private readonly answers = new SharedAnswers<QualifiedContract>(MOST_KEPT);

  /** @param timeoutMs how long a question may take whose callers wait longer */
  constructor(
    private readonly lookups: Pick<Lookups, "contractDetails" | "search">,
    private readonly timeoutMs: number,
  ) {}

  async qualify(contract: Contract, options: CallOptions): Promise<QualifiedContract> {
    if (contract.secType === COMBINATION)
      throw refused(
        "contract.secType",
        contract.secType,
        "anything but a combination, whose legs are qualified one by one",
        "ERR_IBKR_ARGUMENT",
      );
    const asked = { ...contract };
    const found = await this.answers.get(keyOf(asked), (signal) => this.find(asked, signal), options);
    return { ...found };
  }

  /** All of them, or none: the error tells of each that could not be. */
  async qualifyAll(contracts: readonly Contract[], options: CallOptions): Promise<QualifiedContract[]> {
    const settled = await Promise.allSettled(contracts.map((contract) => this.qualify(contract, options)));
    const failures = settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    if (failures.length > 0) throw allOf(failures, contracts.length);
    return settled.map((one) => (one as PromiseFulfilledResult<QualifiedContract>).value);
  }

  private async find(contract: Contract, signal: AbortSignal): Promise<QualifiedContract> {
    const options = { signal, timeoutMs: this.timeoutMs };
    let found: ContractDetails[];
    try {
      found = await this.lookups.contractDetails(contract, options);
    } catch (error) {
      if (!(error instanceof IBKRError) || error.gatewayCode !== NO_CONTRACT) throw error;
      throw await this.unknown(contract, error, options);
    }
    const contracts = found.map((details) => details.contract);
    const ids = new Set(contracts.map(({ conId }) => conId));
    if (ids.size > 1) throw ambiguous(contract, oneEach(contracts));
    const [first] = contracts;
    if (first?.conId === undefined || first.conId === 0)
      throw await this.unknown(contract, undefined, options);
    return withDateAlone(oneOf(contracts, contract)) as QualifiedContract;
  }

  private async similar(contract: Contract, options: CallOptions): Promise<Contract[]> {
    const { symbol, currency, localSymbol, secType, exchange } = contract;
    if (secType === CURRENCIES && symbol && currency) {
      const turned = { secType, symbol: currency, currency: symbol, ...(exchange && { exchange }) };
      const found = await this.lookups.contractDetails(turned, options);
      return found.map((details) => details.contract);
    }
    const pattern = symbol ?? localSymbol ?? "";
    const found = pattern === "" ? [] : await this.lookups.search(pattern, options);
    return found.flatMap(({ contract: candidate }) => (candidate === undefined ? [] : [candidate]));
  }

  private async unknown(
    contract: Contract,
    cause: IBKRError | undefined,
    options: CallOptions,
  ): Promise<ContractError> {
    // Only a hint: what it says of itself is not what went wrong.
    const candidates = await this.similar(contract, options).catch(() => []);
    const hint = candidates.length === 0 ? "" : `. Similar: ${listed(candidates)}`;
    return new ContractError(
      "ERR_IBKR_UNKNOWN_CONTRACT",
      `the gateway knows no ${named(contract)}${hint}`,
      contract,
      candidates,
      cause === undefined
        ? {}
        : {
            cause,
            ...(cause.gatewayCode !== undefined && { gatewayCode: cause.gatewayCode }),
            ...(cause.gatewayText !== undefined && { gatewayText: cause.gatewayText }),
          },
    );
  }
}

function ambiguous(contract: Contract, candidates: readonly Contract[]): ContractError {
  return new ContractError(
    "ERR_IBKR_AMBIGUOUS_CONTRACT",
    `${named(contract)} may be any of ${candidates.length}: ${listed(candidates)}`,
    contract,
    candidates,
  );
}

/** A contract is listed once for each exchange where none was named. */
function oneEach(contracts: readonly Contract[]): Contract[] {
  const byId = new Map<number | undefined, Contract>();
  for (const contract of contracts) {
    const known = byId.get(contract.conId);
    if (known === undefined || contract.exchange === "SMART") byId.set(contract.conId, contract);
  }
  return [...byId.values()];
}

/** Of one contract at several exchanges: the exchange that was asked for, or SMART. */
function oneOf(contracts: readonly Contract[], { exchange }: Contract): Contract {
  const wanted = exchange === undefined || exchange === "" ? "SMART" : exchange;
  return contracts.find((contract) => contract.exchange === wanted) ?? (contracts[0] as Contract);
}

/** Of futures the details say the hour, too ("20261218 08:30:00 US/Central"), which no request takes. */
function withDateAlone(contract: Contract): Contract {
  const { lastTradeDateOrContractMonth: expiry = "" } = contract;
  const [date] = expiry.split(" ", 1);
  return date === expiry ? contract : { ...contract, lastTradeDateOrContractMonth: date };
}

/** Contracts with the same members are the same question. */
function keyOf(contract: Contract): string {
  const members = Object.entries(contract).filter(([, value]) => value !== undefined && value !== "");
  return JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function allOf(failures: readonly unknown[], of: number): unknown {
  const [first] = failures;
  // What ends all of them is one thing: a signal, a time-out, the connection.
  if (failures.length === 1 || !failures.every((failure) => failure instanceof ContractError))
    return failures.find((failure) => !(failure instanceof ContractError)) ?? first;
  const errors = failures as readonly ContractError[];
  const { code, contract } = errors[0] as ContractError;
  return new ContractError(
    code as "ERR_IBKR_UNKNOWN_CONTRACT",
    `${errors.length} of ${of} contracts cannot be qualified: ${errors.map(({ message }) => message).join(" | ")}`,
    contract,
    errors.flatMap(({ candidates }) => candidates),
    { cause: errors[0] },
  );
}
