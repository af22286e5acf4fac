import type { Contract } from "@stoqey/ib";
import type { RecordHandler } from "../native/pump.js";
import { RecordKind, type RingRecord } from "../native/ring-record.js";
import type { RiskGate } from "../risk/risk-gate.js";
import type { StreamDesk } from "./stream-desk.js";

/** Tick types of bid, ask and last, live and delayed, by their place in a quote. */
const PLACES: ReadonlyMap<number, number> = new Map([
  [1, 0],
  [66, 0],
  [2, 1],
  [67, 1],
  [4, 2],
  [68, 2],
]);
const MICROS = 3;
const NONE = -1;

/** What it needs of its session. */
export interface QuoteHost {
  readonly desk: StreamDesk;
  onRecord(handler: RecordHandler, kinds: number): () => void;
}

/**
 * Tells the gate which quotes are of which instrument: slots of the session's board where the core treats a request, and
 * prices as they come where nobody does.
 */
export class RiskQuotes {
  private readonly contracts = new Map<number, Contract>();
  private readonly slots = new Map<number, number>();
  /** Where the quotes of a request that nobody treats are written: an index of doubles. */
  private readonly plain = new Map<number, number>();
  private readonly conIdOfSlot = new Map<number, number>();

  constructor(
    host: QuoteHost,
    private readonly gate: RiskGate,
  ) {
    host.desk.treated = (reqId, slot) => {
      this.slots.set(reqId, slot);
      this.bind(reqId);
    };
    host.desk.slotLeft = (slot) => this.left(slot);
    host.onRecord((record) => this.ticked(record), 1 << RecordKind.TICK_PRICE);
  }

  /** A request for market data is about to leave. */
  requested(reqId: number, contract: Contract): void {
    this.contracts.set(reqId, contract);
    this.bind(reqId);
  }

  /** It has been taken back. */
  cancelled(reqId: number): void {
    this.contracts.delete(reqId);
    this.slots.delete(reqId);
    this.plain.delete(reqId);
  }

  /** An instrument has become known. */
  known(): void {
    for (const reqId of this.contracts.keys()) if (!this.plain.has(reqId)) this.bind(reqId);
  }

  private bind(reqId: number): void {
    const contract = this.contracts.get(reqId);
    const conId = contract && this.gate.conIdOf(contract);
    if (conId === undefined) return;
    const slot = this.slots.get(reqId);
    if (slot !== undefined) {
      this.gate.setQuoteSlot(conId, slot);
      this.conIdOfSlot.set(slot, conId);
      return;
    }
    const place = this.gate.placeOf(conId);
    if (place !== undefined) this.plain.set(reqId, 4 * place);
  }

  private left(slot: number): void {
    const conId = this.conIdOfSlot.get(slot);
    if (conId === undefined) return;
    this.conIdOfSlot.delete(slot);
    this.gate.setQuoteSlot(conId, NONE);
  }

  private ticked(record: RingRecord): void {
    const at = this.plain.get(record.reqId);
    const place = PLACES.get(record.field);
    if (at === undefined || place === undefined) return;
    const { plainQuotes } = this.gate;
    const { price } = record;
    // A price of 0 or -1 without a size is none.
    plainQuotes[at + place] = price > 0 || record.size > 0 ? price : Number.NaN;
    plainQuotes[at + MICROS] = record.receivedMicros;
  }
}
