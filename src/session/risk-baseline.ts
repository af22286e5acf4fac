import { type Contract, EventName, type Execution } from "@stoqey/ib";
import type { InstrumentFacts } from "../risk/instrument-facts.js";
import type { RiskGate } from "../risk/risk-gate.js";
import type { RequestIds } from "./request-ids.js";

/** What it needs of its session. */
export interface BaselineHost {
  readonly requestIds: RequestIds;
  request(method: string, args: readonly unknown[]): void;
}

const TAGS = "NetLiquidation,AvailableFunds";

/**
 * What the gate asks for after each connect, before it lets orders out: executions, working orders, positions. Its answers
 * are nobody else's.
 */
export class RiskBaseline {
  private readonly own = new Set<number>();
  private readonly awaited = new Set<string>();
  private summary: number | undefined;

  /** @param executed an execution of the day, from before or while away @param complete all has been answered */
  constructor(
    private readonly host: BaselineHost,
    private readonly gate: RiskGate,
    private readonly told: {
      executed(contract: Contract, execution: Execution): void;
      held(account: string, contract: Contract, quantity: number): void;
      uncounted(what: string): void;
      complete(): void;
    },
  ) {}

  /** The connection stands, and takes requests soon. */
  begin(): void {
    this.awaited.clear();
    this.own.clear();
    this.ask("reqExecutions", (id) => [id, {}]);
    for (const account of this.gate.accountNames) this.ask("reqPositionsMulti", (id) => [id, account, ""]);
    this.awaited.add("orders");
    this.host.request("reqAllOpenOrders", []);
    if (!this.gate.needsAccountValues) return;
    this.summary = this.host.requestIds.take();
    this.own.add(this.summary);
    this.host.request("reqAccountSummary", [this.summary, "All", TAGS]);
  }

  /** The connection has ended. */
  end(): void {
    this.awaited.clear();
  }

  /** Asks for the positions of an account; they are told as they come. */
  askPositions(account: string): number {
    return this.ask("reqPositionsMulti", (id) => [id, account, ""]);
  }

  private ask(method: string, args: (id: number) => readonly unknown[]): number {
    const id = this.host.requestIds.take();
    this.own.add(id);
    this.awaited.add(`${id}`);
    this.host.request(method, args(id));
    return id;
  }

  isAwaited(id: number): boolean {
    return this.awaited.has(`${id}`);
  }

  /** Whether an event is an answer to what was asked for here: nobody else is told. */
  owns(name: string, args: readonly unknown[]): boolean {
    const id = name === EventName.error ? args[2] : args[0];
    return typeof id === "number" && this.own.has(id);
  }

  event(name: string, args: readonly unknown[]): void {
    if (name === EventName.openOrderEnd) {
      this.answered("orders");
      return;
    }
    if (!this.owns(name, args)) return;
    switch (name) {
      case EventName.execDetails:
        this.told.executed(args[1] as Contract, args[2] as Execution);
        break;
      case EventName.positionMulti:
        this.position(args as [number, string, string, Contract, number, number]);
        break;
      case EventName.execDetailsEnd:
      case EventName.positionMultiEnd:
        this.answered(`${args[0]}`);
        break;
      case EventName.error:
        // What is refused is not known: nothing is let out.
        break;
      default:
    }
  }

  private answered(what: string): void {
    if (this.awaited.delete(what) && this.awaited.size === 0) this.told.complete();
  }

  private position([, account, , contract, quantity, averageCost]: [
    number,
    string,
    string,
    Contract,
    number,
    number,
  ]): void {
    this.told.held(account, contract, quantity);
    const facts = factsOf(contract);
    if (facts === undefined) return;
    if (!this.gate.knows(facts.conId)) this.gate.setInstrument(facts);
    const price = averageCost / facts.multiplier;
    if (this.gate.addon.setPosition(facts.conId, account, quantity, price) === 0)
      this.told.uncounted(`${quantity} ${facts.symbol} (${facts.currency}) of ${account}`);
  }
}

/** What a contract alone says; its price increments are not known. */
export function factsOf(contract: Contract): InstrumentFacts | undefined {
  const { conId, symbol = "", secType = "", currency = "" } = contract;
  if (conId === undefined || !(conId > 0)) return undefined;
  const multiplier = Number(contract.multiplier ?? 1);
  return {
    conId,
    symbol,
    securityType: secType,
    currency,
    multiplier: multiplier > 0 ? multiplier : 1,
    bands: [],
    shortableShares: Number.NaN,
  };
}
