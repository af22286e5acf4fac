import { constants } from "node:os";
import { check, refused } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import * as layout from "../native/layout.js";
import { type AddonJournal, type JournalStats, loadAddon } from "../native/load.js";
import {
  contentsOf,
  type JournalContents,
  type JournalFsync,
  type JournalOptions,
  journalFileName,
  journalOptions,
  systemReason,
} from "./journal-contents.js";
import type {
  JournaledCommission,
  JournaledDisposition,
  JournaledEnd,
  JournaledFill,
  JournaledOrder,
  JournaledStatus,
  JournaledTrigger,
} from "./journal-record.js";
import { JournalSheet } from "./journal-sheet.js";

const SYNC_NUMBERS: Readonly<Record<JournalFsync, number>> = {
  always: layout.JOURNAL_SYNC_ALWAYS,
  interval: layout.JOURNAL_SYNC_INTERVAL,
  never: layout.JOURNAL_SYNC_NEVER,
};

const DISPOSITION_NUMBERS: Readonly<Record<JournaledDisposition, number>> = {
  unsent: layout.JOURNAL_SENT_UNSENT,
  written: layout.JOURNAL_SENT_WRITTEN,
  unknown: layout.JOURNAL_SENT_UNKNOWN,
};

/**
 * The write-ahead journal of one client id's orders at one endpoint: docs/orders.md. Each method writes one record, and
 * returns when it is with the system: what needs the record is sent after that.
 *
 * Every method that writes throws an IBKRError `ERR_IBKR_JOURNAL_WRITE` where the record could not be written; then it
 * is not in the journal, and what would have needed it must not be sent. Times are microseconds since 1970.
 */
export class OrderJournal {
  /** Of orders that are not over, or have been for less than `keepMs`. */
  readonly recovered: JournalContents;
  private readonly sheet = new JournalSheet();
  /** For the core, which writes orders of its own there. */
  readonly addon: AddonJournal;
  private readonly folder: string;

  /**
   * Opens the journal, or begins one. Nothing that is there is changed: damaged files stay as they are.
   * @throws IBKRError `ERR_IBKR_OPTION`; `ERR_IBKR_JOURNAL_OPEN` where the system refuses (no such folder, read-only, no
   * room left); `ERR_IBKR_JOURNAL_LOCKED` with the process that has it; `ERR_IBKR_JOURNAL_FOREIGN` for a file that is
   * none, of another endpoint or client id, or of a newer version
   */
  constructor(options: JournalOptions) {
    const { folder, endpoint, clientId, ...rest } = check(journalOptions(), options);
    this.folder = folder;
    this.addon = new (loadAddon().Journal)(this.sheet.memory);
    const found = this.addon.open(
      folder,
      journalFileName(endpoint, clientId),
      endpoint,
      clientId,
      SYNC_NUMBERS[rest.fsync],
      rest.fsyncIntervalMs,
      rest.rotateBytes,
      rest.keepFiles,
      rest.keepMs,
    );
    this.recovered = contentsOf(found, folder);
  }

  sessionBegin(timeMicros: number, program: string, serverVersion?: number, nextOrderId?: number): void {
    const { sheet } = this;
    sheet.begin(layout.JOURNAL_KIND_SESSION_BEGIN, timeMicros, 0, 0, 0, layout.JOURNAL_SESSION_NUMBERS);
    sheet.number(layout.JOURNAL_SESSION_PROCESS_ID, process.pid);
    sheet.number(layout.JOURNAL_SESSION_SERVER_VERSION, serverVersion);
    sheet.number(layout.JOURNAL_SESSION_NEXT_ORDER_ID, nextOrderId);
    sheet.text(program);
    this.append();
  }

  sessionEnd(timeMicros: number, reason: string): void {
    this.sheet.begin(layout.JOURNAL_KIND_SESSION_END, timeMicros, 0, 0, 0, 0);
    this.sheet.text(reason);
    this.append();
  }

  /** Order ids below `highWater` may be used from now on. */
  idBlock(timeMicros: number, highWater: number): void {
    this.sheet.begin(layout.JOURNAL_KIND_ID_BLOCK, timeMicros, 0, 0, 0, layout.JOURNAL_ID_BLOCK_NUMBERS);
    this.sheet.number(layout.JOURNAL_ID_BLOCK_HIGH_WATER, highWater);
    this.append();
  }

  /**
   * Ids up to this one, and those of the next orders, count as used in the next process: what the gate does before each
   * order, for orders that are written down before they come to it.
   */
  reserve(orderId: number): void {
    this.judge(this.addon.reserve(orderId));
  }

  /** Before the order's bytes leave. @param modify it is a change of the order with this id */
  intent(timeMicros: number, orderId: number, order: JournaledOrder, modify = false): void {
    this.prepareIntent(timeMicros, orderId, order, modify);
    this.write();
  }

  /** Makes the same record, and leaves it to the gate before orders to write it. */
  prepareIntent(timeMicros: number, orderId: number, order: JournaledOrder, modify = false): void {
    this.beginOrder(layout.JOURNAL_KIND_INTENT, timeMicros, orderId, 0, order);
    if (modify) this.sheet.flag(layout.JOURNAL_FLAG_MODIFY);
    this.sheet.text("");
    this.sheet.text("");
    this.sheet.finish();
  }

  /** Before the order is armed. @param armId never one that was used before: above `recovered.lastArmId` */
  armed(timeMicros: number, armId: number, order: JournaledOrder, trigger: JournaledTrigger): void {
    this.beginOrder(layout.JOURNAL_KIND_ARMED, timeMicros, 0, armId, order);
    this.sheet.number(layout.JOURNAL_INTENT_TRIGGER_PRICE, trigger.price);
    this.sheet.number(layout.JOURNAL_INTENT_EXPIRES_MS, trigger.expiresMs);
    this.sheet.text(trigger.field);
    this.sheet.text(trigger.operator);
    this.append();
  }

  /** An armed order has taken its order id; before its bytes leave. */
  fired(
    timeMicros: number,
    armId: number,
    orderId: number,
    triggerPrice?: number,
    quotePrice?: number,
  ): void {
    this.sheet.begin(layout.JOURNAL_KIND_FIRED, timeMicros, orderId, armId, 0, layout.JOURNAL_FIRED_NUMBERS);
    this.sheet.number(layout.JOURNAL_FIRED_TRIGGER_PRICE, triggerPrice);
    this.sheet.number(layout.JOURNAL_FIRED_QUOTE_PRICE, quotePrice);
    this.append();
  }

  /** An armed order will not be fired. */
  disarmed(timeMicros: number, armId: number, reason: string): void {
    this.sheet.begin(layout.JOURNAL_KIND_DISARMED, timeMicros, 0, armId, 0, 0);
    this.sheet.text(reason);
    this.append();
  }

  /** What is known of the order's bytes. */
  sent(timeMicros: number, orderId: number, disposition: JournaledDisposition): void {
    this.sheet.begin(layout.JOURNAL_KIND_SENT, timeMicros, orderId, 0, 0, layout.JOURNAL_SENT_NUMBERS);
    this.sheet.number(layout.JOURNAL_SENT_DISPOSITION, DISPOSITION_NUMBERS[disposition]);
    this.append();
  }

  /** The gateway knows the order. @param permId 0 where it is not known */
  acknowledged(timeMicros: number, orderId: number, permId: number): void {
    this.sheet.begin(layout.JOURNAL_KIND_ACKNOWLEDGED, timeMicros, orderId, 0, permId, 0);
    this.append();
  }

  status(timeMicros: number, orderId: number, permId: number, status: JournaledStatus): void {
    const { sheet } = this;
    sheet.begin(layout.JOURNAL_KIND_STATUS, timeMicros, orderId, 0, permId, layout.JOURNAL_STATUS_NUMBERS);
    sheet.number(layout.JOURNAL_STATUS_FILLED, status.filled);
    sheet.number(layout.JOURNAL_STATUS_REMAINING, status.remaining);
    sheet.number(layout.JOURNAL_STATUS_AVERAGE_PRICE, status.averagePrice);
    sheet.number(layout.JOURNAL_STATUS_LAST_PRICE, status.lastPrice);
    sheet.number(layout.JOURNAL_STATUS_MARKET_CAP_PRICE, status.marketCapPrice);
    sheet.text(status.status);
    sheet.text(status.whyHeld);
    this.append();
  }

  fill(timeMicros: number, orderId: number, permId: number, fill: JournaledFill): void {
    const { sheet } = this;
    sheet.begin(layout.JOURNAL_KIND_FILL, timeMicros, orderId, 0, permId, layout.JOURNAL_FILL_NUMBERS);
    sheet.number(layout.JOURNAL_FILL_QUANTITY, fill.quantity);
    sheet.number(layout.JOURNAL_FILL_PRICE, fill.price);
    sheet.number(layout.JOURNAL_FILL_CUMULATIVE_QUANTITY, fill.cumulativeQuantity);
    sheet.number(layout.JOURNAL_FILL_AVERAGE_PRICE, fill.averagePrice);
    sheet.text(whole("execId", fill.execId));
    sheet.text(fill.side);
    sheet.text(fill.exchange);
    sheet.text(fill.time);
    sheet.text(fill.account);
    this.append();
  }

  commission(timeMicros: number, orderId: number, commission: JournaledCommission): void {
    const { sheet } = this;
    sheet.begin(layout.JOURNAL_KIND_COMMISSION, timeMicros, orderId, 0, 0, layout.JOURNAL_COMMISSION_NUMBERS);
    sheet.number(layout.JOURNAL_COMMISSION_COMMISSION, commission.commission);
    sheet.number(layout.JOURNAL_COMMISSION_REALIZED_PNL, commission.realizedPnl);
    sheet.number(layout.JOURNAL_COMMISSION_YIELD, commission.yield);
    sheet.text(whole("execId", commission.execId));
    sheet.text(commission.currency);
    this.append();
  }

  /** Before the cancel's bytes leave. */
  cancelRequested(timeMicros: number, orderId: number): void {
    this.sheet.begin(layout.JOURNAL_KIND_CANCEL_REQUESTED, timeMicros, orderId, 0, 0, 0);
    this.append();
  }

  /** Nobody can know what became of the order. */
  unknown(timeMicros: number, orderId: number, reason: string): void {
    this.sheet.begin(layout.JOURNAL_KIND_UNKNOWN, timeMicros, orderId, 0, 0, 0);
    this.sheet.text(reason);
    this.append();
  }

  /** Filled, cancelled or rejected. */
  done(timeMicros: number, orderId: number, permId: number, end: JournaledEnd): void {
    this.sheet.begin(layout.JOURNAL_KIND_DONE, timeMicros, orderId, 0, permId, layout.JOURNAL_DONE_NUMBERS);
    this.sheet.number(layout.JOURNAL_DONE_FILLED, end.filled);
    this.sheet.number(layout.JOURNAL_DONE_AVERAGE_PRICE, end.averagePrice);
    this.end(end);
  }

  /** No byte of it left, and none will. @param modify it is the change that was denied: the order lives on */
  denied(timeMicros: number, orderId: number, end: JournaledEnd, modify = false): void {
    this.sheet.begin(layout.JOURNAL_KIND_DENIED, timeMicros, orderId, 0, 0, layout.JOURNAL_DENIED_NUMBERS);
    if (modify) this.sheet.flag(layout.JOURNAL_FLAG_MODIFY);
    this.end(end);
  }

  reconcileBegin(timeMicros: number): void {
    this.sheet.begin(layout.JOURNAL_KIND_RECONCILE_BEGIN, timeMicros, 0, 0, 0, 0);
    this.append();
  }

  reconcileEnd(timeMicros: number, openOrders: number, executions: number, unknown: number): void {
    const { sheet } = this;
    sheet.begin(layout.JOURNAL_KIND_RECONCILE_END, timeMicros, 0, 0, 0, layout.JOURNAL_RECONCILE_NUMBERS);
    sheet.number(layout.JOURNAL_RECONCILE_OPEN_ORDERS, openOrders);
    sheet.number(layout.JOURNAL_RECONCILE_EXECUTIONS, executions);
    sheet.number(layout.JOURNAL_RECONCILE_UNKNOWN, unknown);
    this.append();
  }

  /** Counters since it was opened. */
  stats(): JournalStats {
    return this.addon.stats();
  }

  /**
   * Syncs (not with `never`) and lets go of the files; waits for both. What is written after it throws.
   * @throws IBKRError `ERR_IBKR_JOURNAL_WRITE` if the last sync failed
   */
  close(): void {
    this.judge(this.addon.close());
  }

  private beginOrder(
    kind: number,
    timeMicros: number,
    orderId: number,
    armId: number,
    order: JournaledOrder,
  ): void {
    const { sheet } = this;
    const { quantity } = order;
    sheet.begin(kind, timeMicros, orderId, armId, 0, layout.JOURNAL_INTENT_NUMBERS);
    if (order.held) sheet.flag(layout.JOURNAL_FLAG_HELD);
    if (order.outsideRth) sheet.flag(layout.JOURNAL_FLAG_OUTSIDE_RTH);
    if (order.hidden) sheet.flag(layout.JOURNAL_FLAG_HIDDEN);
    sheet.number(layout.JOURNAL_INTENT_CON_ID, order.conId);
    sheet.number(layout.JOURNAL_INTENT_STRIKE, order.strike);
    sheet.number(layout.JOURNAL_INTENT_MULTIPLIER, order.multiplier);
    if (typeof quantity === "number") sheet.number(layout.JOURNAL_INTENT_QUANTITY, quantity);
    sheet.number(layout.JOURNAL_INTENT_LIMIT_PRICE, order.limitPrice);
    sheet.number(layout.JOURNAL_INTENT_AUX_PRICE, order.auxPrice);
    sheet.number(layout.JOURNAL_INTENT_PARENT_ID, order.parentId);
    sheet.number(layout.JOURNAL_INTENT_CASH_QUANTITY, order.cashQuantity);
    sheet.text(whole("orderRef", order.orderRef));
    sheet.text(order.account);
    sheet.text(order.symbol);
    sheet.text(order.secType);
    sheet.text(order.lastTradeDate);
    sheet.text(order.right);
    sheet.text(order.exchange);
    sheet.text(order.primaryExchange);
    sheet.text(order.currency);
    sheet.text(order.localSymbol);
    sheet.text(order.tradingClass);
    sheet.text(order.action);
    sheet.text(order.orderType);
    sheet.text(order.timeInForce);
    sheet.text(order.ocaGroup);
    sheet.text(order.goodAfterTime);
    sheet.text(order.goodTillDate);
    sheet.text(typeof quantity === "string" ? quantity : undefined);
  }

  private end(end: JournaledEnd): void {
    this.sheet.number(layout.JOURNAL_DONE_GATEWAY_CODE, end.gatewayCode);
    this.sheet.text(end.status);
    this.sheet.text(end.reason);
    this.append();
  }

  private append(): void {
    this.sheet.finish();
    this.write();
  }

  private write(): void {
    const errno = this.addon.append();
    if (errno !== 0) this.judge(errno);
  }

  private judge(errno: number): void {
    if (errno !== 0) throw this.writeError(errno);
  }

  /** @param errno what the system said when a record could not be written */
  writeError(errno: number): IBKRError {
    const where = `the journal in ${JSON.stringify(this.folder)}`;
    const reason = errno === constants.errno.EBADF ? "it is closed" : systemReason(errno);
    return new IBKRError("ERR_IBKR_JOURNAL_WRITE", `${where} cannot be written: ${reason}`);
  }
}

/** A text that something is found by: never cut. */
function whole(name: string, value: string): string {
  const { length } = value;
  if (
    length * 3 > layout.JOURNAL_MAX_TEXT_BYTES &&
    Buffer.byteLength(value) > layout.JOURNAL_MAX_TEXT_BYTES
  ) {
    throw refused(
      name,
      value,
      `a text of at most ${layout.JOURNAL_MAX_TEXT_BYTES} bytes`,
      "ERR_IBKR_ARGUMENT",
    );
  }
  return value;
}
