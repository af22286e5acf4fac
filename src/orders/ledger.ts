import { versionOf } from "../domain/execution-version.js";
import type {
  JournaledCommission,
  JournaledDisposition,
  JournaledEnd,
  JournaledFill,
  JournaledOrder,
  JournaledStatus,
  JournaledTrigger,
  JournalRecord,
} from "./journal-record.js";

/** Where an order stands, as its journal knows it. */
export type LedgerState =
  /** Armed: neither fired nor disarmed. After a restart nobody judges it any more. */
  | "armed"
  /** Journaled; whether any byte left is not known. */
  | "intended"
  | "unsent"
  | "written"
  /** The gateway knows it. */
  | "working"
  | "unknown"
  | "done"
  | "denied"
  | "disarmed";

/** All that a journal says of one order. */
export interface LedgerOrder {
  readonly orderId?: number;
  readonly armId?: number;
  readonly permId?: number;
  readonly state: LedgerState;
  /** As it was last intended; undefined where only its later records are there. */
  readonly order?: JournaledOrder;
  readonly trigger?: JournaledTrigger;
  readonly disposition?: JournaledDisposition;
  readonly status?: JournaledStatus;
  /** By the execution's number without its correction: a correction takes the place of what it corrects. */
  readonly fills: ReadonlyMap<string, JournaledFill>;
  readonly commissions: ReadonlyMap<string, JournaledCommission>;
  readonly cancelRequested: boolean;
  /** Why it is `unknown`, or was disarmed. */
  readonly reason?: string;
  readonly end?: JournaledEnd;
  /** Of the first and the last record, microseconds since 1970. */
  readonly firstMicros: number;
  readonly lastMicros: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Entry extends Mutable<Omit<LedgerOrder, "fills" | "commissions">> {
  fills: Map<string, JournaledFill>;
  commissions: Map<string, JournaledCommission>;
  /** How often it, or a change of it, was to leave, and did not. */
  intents: number;
  unsent: number;
}

/** Folds records into what is known of each order. Records may come twice: nothing is counted twice. */
export class Ledger {
  private readonly byOrderId = new Map<number, Entry>();
  private readonly byArmId = new Map<number, Entry>();
  private mark = 0;

  /** Every order id that is in use or reserved is below; 0 where none is. */
  get highWater(): number {
    return this.mark;
  }

  /** All orders, armed ones among them, in the order in which they came up. */
  *orders(): Generator<LedgerOrder, void, undefined> {
    const all = new Set([...this.byArmId.values(), ...this.byOrderId.values()]);
    yield* [...all].sort((a, b) => a.firstMicros - b.firstMicros);
  }

  order(orderId: number): LedgerOrder | undefined {
    return this.byOrderId.get(orderId);
  }

  armedOrder(armId: number): LedgerOrder | undefined {
    return this.byArmId.get(armId);
  }

  /** Orders that are not over: what reconciliation has to explain. */
  open(): LedgerOrder[] {
    return [...this.orders()].filter(({ state }) => !["done", "denied", "disarmed"].includes(state));
  }

  addAll(records: Iterable<JournalRecord>): this {
    for (const record of records) this.add(record);
    return this;
  }

  add(record: JournalRecord): void {
    if (record.kind === "idBlock") {
      // Its ids are those that were given out last, of no order.
      this.mark = Math.max(this.mark, record.highWater);
      return;
    }
    if (record.orderId !== undefined) this.mark = Math.max(this.mark, record.orderId + 1);
    const entry = this.entryOf(record);
    if (entry === undefined) return;
    entry.lastMicros = Math.max(entry.lastMicros, record.timeMicros);
    if (record.permId !== undefined) entry.permId = record.permId;
    apply(entry, record);
  }

  private entryOf(record: JournalRecord): Entry | undefined {
    const { orderId, armId } = record;
    if (orderId === undefined) {
      if (armId === undefined) return undefined;
      return found(this.byArmId, armId, () => begun(record, { armId }));
    }
    if (record.kind === "fired" && armId !== undefined) {
      const armed = found(this.byArmId, armId, () => begun(record, { armId }));
      armed.orderId = orderId;
      this.byOrderId.set(orderId, armed);
      return armed;
    }
    const known = this.byOrderId.get(orderId);
    // An id that comes again after its order was over is another order's.
    const again = record.kind === "intent" && !record.modify && known?.end !== undefined;
    if (known !== undefined && !again) return known;
    const entry = begun(record, { orderId });
    this.byOrderId.set(orderId, entry);
    return entry;
  }
}

function begun({ timeMicros }: JournalRecord, ids: { orderId?: number; armId?: number }): Entry {
  return {
    ...ids,
    state: ids.orderId === undefined ? "armed" : "intended",
    fills: new Map(),
    commissions: new Map(),
    cancelRequested: false,
    intents: 0,
    unsent: 0,
    firstMicros: timeMicros,
    lastMicros: timeMicros,
  };
}

function found<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function isOver({ state }: Entry): boolean {
  return state === "done" || state === "denied";
}

const STATE_OF = { unsent: "unsent", written: "written", unknown: "unknown" } as const;

function apply(entry: Entry, record: JournalRecord): void {
  switch (record.kind) {
    case "armed":
      entry.order = record.order;
      entry.trigger = record.trigger;
      return;
    case "intent":
      entry.order = record.order;
      entry.intents++;
      // Another one may leave.
      if (entry.state === "unsent") entry.state = "intended";
      return;
    case "fired":
      entry.intents++;
      if (!isOver(entry)) entry.state = "intended";
      return;
    case "disarmed":
      entry.state = "disarmed";
      entry.reason = record.reason;
      return;
    case "sent":
      entry.disposition = record.disposition;
      if (record.disposition === "unsent") entry.unsent++;
      // Of a change: the order itself is where it was, and that is no `unsent` unless none of all has left.
      if (record.disposition === "unsent" && entry.unsent < entry.intents) return;
      if (entry.state === "intended" || entry.state === "unsent") entry.state = STATE_OF[record.disposition];
      return;
    case "acknowledged":
      if (!isOver(entry)) entry.state = "working";
      return;
    case "status":
      entry.status = record.status;
      if (!isOver(entry)) entry.state = "working";
      return;
    case "fill":
      addFill(entry, record.fill);
      if (!isOver(entry)) entry.state = "working";
      return;
    case "commission":
      entry.commissions.set(versionOf(record.commission.execId).base, record.commission);
      return;
    case "cancelRequested":
      entry.cancelRequested = true;
      return;
    case "unknown":
      if (isOver(entry)) return;
      entry.state = "unknown";
      entry.reason = record.reason;
      return;
    case "done":
      entry.state = "done";
      entry.end = record.end;
      return;
    case "denied":
      if (record.modify) return;
      entry.state = "denied";
      entry.end = record.end;
      return;
    default:
      return;
  }
}

/** The highest correction stands, in whatever order they come. */
function addFill(entry: Entry, fill: JournaledFill): void {
  const { base, version } = versionOf(fill.execId);
  const before = entry.fills.get(base);
  if (before === undefined || versionOf(before.execId).version <= version) entry.fills.set(base, fill);
}
