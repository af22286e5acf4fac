import * as layout from "../native/layout.js";
import type {
  JournaledDisposition,
  JournaledEnd,
  JournaledOrder,
  JournalRecord,
  JournalRecordHead,
} from "./journal-record.js";

/** A value that is not there is left out of the object. */
type Sparse = Record<string, unknown>;

/** Takes a record apart: its numbers by index, its texts one after another. */
class RecordReader {
  private readonly view: DataView;
  private at = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly start: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset + start);
  }

  get size(): number {
    return this.view.getUint32(layout.JOURNAL_OFFSET_BYTES, true);
  }
  get kind(): number {
    return this.view.getUint16(layout.JOURNAL_OFFSET_KIND, true);
  }
  has(flag: number): boolean {
    return (this.view.getUint16(layout.JOURNAL_OFFSET_FLAGS, true) & flag) !== 0;
  }
  head(): JournalRecordHead {
    const orderId = this.view.getInt32(layout.JOURNAL_OFFSET_ORDER_ID, true);
    const armId = this.view.getInt32(layout.JOURNAL_OFFSET_ARM_ID, true);
    const permId = this.view.getFloat64(layout.JOURNAL_OFFSET_PERM_ID, true);
    const out: Sparse = { timeMicros: this.view.getFloat64(layout.JOURNAL_OFFSET_TIME_MICROS, true) };
    if (orderId !== 0) out["orderId"] = orderId;
    if (armId !== 0) out["armId"] = armId;
    if (permId !== 0) out["permId"] = permId;
    return out as unknown as JournalRecordHead;
  }
  number(index: number): number | undefined {
    const value = this.view.getFloat64(layout.JOURNAL_HEAD_BYTES + index * 8, true);
    return Number.isNaN(value) ? undefined : value;
  }
  /** @param numbers how many stand before the texts */
  skipNumbers(numbers: number): void {
    this.at = layout.JOURNAL_HEAD_BYTES + numbers * 8;
  }
  text(): string {
    const length = this.view.getUint16(this.at, true);
    const from = this.start + this.at + 2;
    this.at += 2 + length;
    return this.bytes.toString("utf8", from, from + length);
  }
}

/** Those that have a value. */
function sparse<T>(values: Sparse): T {
  for (const name of Object.keys(values)) {
    if (values[name] === undefined || values[name] === "" || values[name] === false) delete values[name];
  }
  return values as T;
}

const ORDER_TEXTS = [
  "orderRef",
  "account",
  "symbol",
  "secType",
  "lastTradeDate",
  "right",
  "exchange",
  "primaryExchange",
  "currency",
  "localSymbol",
  "tradingClass",
  "action",
  "orderType",
  "timeInForce",
  "ocaGroup",
  "goodAfterTime",
  "goodTillDate",
  "quantityText",
  "triggerField",
  "triggerOperator",
] as const;

function readOrder(reader: RecordReader): { order: JournaledOrder; field: string; operator: string } {
  reader.skipNumbers(layout.JOURNAL_INTENT_NUMBERS);
  const texts: Sparse = {};
  for (const name of ORDER_TEXTS) texts[name] = reader.text();
  const { orderRef, quantityText, triggerField, triggerOperator, ...others } = texts;
  const values = sparse<Omit<JournaledOrder, "orderRef">>({
    ...others,
    conId: reader.number(layout.JOURNAL_INTENT_CON_ID),
    strike: reader.number(layout.JOURNAL_INTENT_STRIKE),
    multiplier: reader.number(layout.JOURNAL_INTENT_MULTIPLIER),
    quantity: quantityText !== "" ? quantityText : reader.number(layout.JOURNAL_INTENT_QUANTITY),
    limitPrice: reader.number(layout.JOURNAL_INTENT_LIMIT_PRICE),
    auxPrice: reader.number(layout.JOURNAL_INTENT_AUX_PRICE),
    parentId: reader.number(layout.JOURNAL_INTENT_PARENT_ID),
    cashQuantity: reader.number(layout.JOURNAL_INTENT_CASH_QUANTITY),
    held: reader.has(layout.JOURNAL_FLAG_HELD),
    outsideRth: reader.has(layout.JOURNAL_FLAG_OUTSIDE_RTH),
    hidden: reader.has(layout.JOURNAL_FLAG_HIDDEN),
  });
  return {
    order: { orderRef: orderRef as string, ...values },
    field: triggerField as string,
    operator: triggerOperator as string,
  };
}

function readEnd(reader: RecordReader, numbers: number): JournaledEnd {
  reader.skipNumbers(numbers);
  const [status, reason] = [reader.text(), reader.text()];
  const rest = reader.kind === layout.JOURNAL_KIND_DONE;
  return {
    status,
    ...sparse<Omit<JournaledEnd, "status">>({
      reason,
      gatewayCode: reader.number(layout.JOURNAL_DONE_GATEWAY_CODE),
      filled: rest ? reader.number(layout.JOURNAL_DONE_FILLED) : undefined,
      averagePrice: rest ? reader.number(layout.JOURNAL_DONE_AVERAGE_PRICE) : undefined,
    }),
  };
}

const DISPOSITIONS: Readonly<Record<number, JournaledDisposition>> = {
  [layout.JOURNAL_SENT_UNSENT]: "unsent",
  [layout.JOURNAL_SENT_WRITTEN]: "written",
  [layout.JOURNAL_SENT_UNKNOWN]: "unknown",
};

function dispositionIn(reader: RecordReader): JournaledDisposition {
  return DISPOSITIONS[reader.number(layout.JOURNAL_SENT_DISPOSITION) ?? -1] ?? "unknown";
}

function reasonIn(reader: RecordReader): string {
  reader.skipNumbers(0);
  return reader.text();
}

function readRecord(reader: RecordReader): JournalRecord {
  const head = reader.head();
  switch (reader.kind) {
    case layout.JOURNAL_KIND_SESSION_BEGIN: {
      reader.skipNumbers(layout.JOURNAL_SESSION_NUMBERS);
      const numbers = sparse<object>({
        processId: reader.number(layout.JOURNAL_SESSION_PROCESS_ID),
        serverVersion: reader.number(layout.JOURNAL_SESSION_SERVER_VERSION),
        nextOrderId: reader.number(layout.JOURNAL_SESSION_NEXT_ORDER_ID),
      });
      return { kind: "sessionBegin", ...head, program: reader.text(), ...numbers };
    }
    case layout.JOURNAL_KIND_SESSION_END:
      return { kind: "sessionEnd", ...head, reason: reasonIn(reader) };
    case layout.JOURNAL_KIND_ID_BLOCK:
      return { kind: "idBlock", ...head, highWater: reader.number(layout.JOURNAL_ID_BLOCK_HIGH_WATER) ?? 0 };
    case layout.JOURNAL_KIND_INTENT:
      return {
        kind: "intent",
        ...head,
        modify: reader.has(layout.JOURNAL_FLAG_MODIFY),
        order: readOrder(reader).order,
      };
    case layout.JOURNAL_KIND_ARMED: {
      const { order, field, operator } = readOrder(reader);
      const price = reader.number(layout.JOURNAL_INTENT_TRIGGER_PRICE) ?? Number.NaN;
      const expires = sparse<object>({ expiresMs: reader.number(layout.JOURNAL_INTENT_EXPIRES_MS) });
      return { kind: "armed", ...head, order, trigger: { field, operator, price, ...expires } };
    }
    case layout.JOURNAL_KIND_FIRED: {
      const prices = sparse<object>({
        triggerPrice: reader.number(layout.JOURNAL_FIRED_TRIGGER_PRICE),
        quotePrice: reader.number(layout.JOURNAL_FIRED_QUOTE_PRICE),
      });
      return { kind: "fired", ...head, ...prices };
    }
    case layout.JOURNAL_KIND_DISARMED:
      return { kind: "disarmed", ...head, reason: reasonIn(reader) };
    case layout.JOURNAL_KIND_SENT:
      return { kind: "sent", ...head, disposition: dispositionIn(reader) };
    case layout.JOURNAL_KIND_ACKNOWLEDGED:
      return { kind: "acknowledged", ...head };
    case layout.JOURNAL_KIND_STATUS: {
      reader.skipNumbers(layout.JOURNAL_STATUS_NUMBERS);
      const [status, whyHeld] = [reader.text(), reader.text()];
      const rest = sparse<object>({
        whyHeld,
        filled: reader.number(layout.JOURNAL_STATUS_FILLED),
        remaining: reader.number(layout.JOURNAL_STATUS_REMAINING),
        averagePrice: reader.number(layout.JOURNAL_STATUS_AVERAGE_PRICE),
        lastPrice: reader.number(layout.JOURNAL_STATUS_LAST_PRICE),
        marketCapPrice: reader.number(layout.JOURNAL_STATUS_MARKET_CAP_PRICE),
      });
      return { kind: "status", ...head, status: { status, ...rest } };
    }
    case layout.JOURNAL_KIND_FILL: {
      reader.skipNumbers(layout.JOURNAL_FILL_NUMBERS);
      const execId = reader.text();
      const [side, exchange, time, account] = [reader.text(), reader.text(), reader.text(), reader.text()];
      const rest = sparse<object>({
        side,
        exchange,
        time,
        account,
        quantity: reader.number(layout.JOURNAL_FILL_QUANTITY),
        price: reader.number(layout.JOURNAL_FILL_PRICE),
        cumulativeQuantity: reader.number(layout.JOURNAL_FILL_CUMULATIVE_QUANTITY),
        averagePrice: reader.number(layout.JOURNAL_FILL_AVERAGE_PRICE),
      });
      return { kind: "fill", ...head, fill: { execId, ...rest } };
    }
    case layout.JOURNAL_KIND_COMMISSION: {
      reader.skipNumbers(layout.JOURNAL_COMMISSION_NUMBERS);
      const [execId, currency] = [reader.text(), reader.text()];
      const rest = sparse<object>({
        currency,
        commission: reader.number(layout.JOURNAL_COMMISSION_COMMISSION),
        realizedPnl: reader.number(layout.JOURNAL_COMMISSION_REALIZED_PNL),
        yield: reader.number(layout.JOURNAL_COMMISSION_YIELD),
      });
      return { kind: "commission", ...head, commission: { execId, ...rest } };
    }
    case layout.JOURNAL_KIND_CANCEL_REQUESTED:
      return { kind: "cancelRequested", ...head };
    case layout.JOURNAL_KIND_UNKNOWN:
      return { kind: "unknown", ...head, reason: reasonIn(reader) };
    case layout.JOURNAL_KIND_DONE:
      return { kind: "done", ...head, end: readEnd(reader, layout.JOURNAL_DONE_NUMBERS) };
    case layout.JOURNAL_KIND_DENIED:
      return {
        kind: "denied",
        ...head,
        modify: reader.has(layout.JOURNAL_FLAG_MODIFY),
        end: readEnd(reader, layout.JOURNAL_DENIED_NUMBERS),
      };
    case layout.JOURNAL_KIND_RECONCILE_BEGIN:
      return { kind: "reconcileBegin", ...head };
    default: {
      const counts = sparse<object>({
        openOrders: reader.number(layout.JOURNAL_RECONCILE_OPEN_ORDERS),
        executions: reader.number(layout.JOURNAL_RECONCILE_EXECUTIONS),
        unknown: reader.number(layout.JOURNAL_RECONCILE_UNKNOWN),
      });
      return { kind: "reconcileEnd", ...head, ...counts };
    }
  }
}

/** Records that the core has found good, one behind the other, as objects. */
export function* recordsIn(bytes: Uint8Array): Generator<JournalRecord, void, undefined> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length; ) {
    const reader = new RecordReader(buffer, at);
    yield readRecord(reader);
    at += reader.size;
  }
}
