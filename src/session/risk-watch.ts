import { type ContractDetails, EventName } from "@stoqey/ib";
import { RecordKind, type RingRecord } from "../native/ring-record.js";
import type { InstrumentFacts, PriceBand } from "../risk/instrument-facts.js";
import type { RiskGate } from "../risk/risk-gate.js";
import type { Interest, SessionObserver } from "./observer.js";
import type { Observers } from "./observers.js";

/** What it needs of its session. */
export interface RiskHost {
  readonly observers: Observers;
}

/**
 * Tells the risk gate what comes in by its session: accounts, facts of instruments, what became of orders. Orders do not
 * wait for it: what is not known yet is denied.
 */
export class RiskWatch implements SessionObserver {
  readonly interest: Interest = { kinds: 1 << RecordKind.ORDER_STATUS, received: false, sent: false };

  constructor(
    host: RiskHost,
    readonly gate: RiskGate,
  ) {
    host.observers.attach(this);
  }

  event(name: string, ...args: unknown[]): void {
    switch (name) {
      case EventName.managedAccounts:
        for (const account of String(args[0]).split(","))
          if (account.trim() !== "") this.gate.setAccount(account.trim());
        break;
      case EventName.contractDetails:
      case EventName.bondContractDetails:
        this.described(args[1] as ContractDetails);
        break;
      default:
    }
  }

  hot(_record: RingRecord): void {}

  private described(details: ContractDetails): void {
    const facts = factsOf(details);
    if (facts !== undefined) this.gate.setInstrument(facts, details.contract);
  }
}

function factsOf({ contract, minTick }: ContractDetails): InstrumentFacts | undefined {
  const { conId, symbol = "", secType = "", currency = "" } = contract;
  if (conId === undefined || !(conId > 0)) return undefined;
  const multiplier = Number(contract.multiplier ?? 1);
  const bands: PriceBand[] = minTick !== undefined && minTick > 0 ? [{ from: 0, increment: minTick }] : [];
  return {
    conId,
    symbol,
    securityType: secType,
    currency,
    multiplier: multiplier > 0 ? multiplier : 1,
    bands,
    shortableShares: Number.NaN,
  };
}
