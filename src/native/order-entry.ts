import { types } from "node:util";
import type { Contract, Order } from "../domain/stock-types.js";
import { ORDER_PLACEHOLDERS } from "./layout.js";
import type { OrderSheet } from "./order-sheet.js";
import { Sent } from "./sent.js";

/** An order that has been read and not been sent: its values, for the general path. Nothing of the caller's is read again. */
export interface ReadOrder {
  readonly contract: Contract;
  readonly order: Order;
}

/** A getter of the order threw. */
export interface UnreadableOrder {
  readonly unreadable: unknown;
}

/** Places orders by the core's own path: values into the sheet, then one call without arguments. */
export class OrderEntry {
  private reading = false;
  private lastId = 0;
  private lastContract: Contract | undefined;
  private lastOrder: Order | undefined;
  private lookedAt: Order | undefined;
  private mayRehearse = false;

  /** @param send encodes and sends what the sheet holds */
  constructor(
    private readonly sheet: OrderSheet,
    private readonly send: () => number,
  ) {}

  /** When the order that was sent last was encoded, here or elsewhere (0), and written. */
  get stamps(): Pick<OrderSheet, "encodedMicros" | "writtenMicros"> {
    return this.sheet;
  }

  place(id: number, contract: Contract, order: Order): Sent | ReadOrder | UnreadableOrder {
    const unread = this.read(id, contract, order);
    if (unread !== undefined) return unread;
    this.lastId = id;
    this.lastContract = contract;
    this.lastOrder = order;
    if (this.sheet.isOrdinary) {
      const sent = this.send() as Sent;
      if (sent !== Sent.TAKE_GENERAL_PATH) return sent;
    }
    return this.values();
  }

  /**
   * Reads an order as {@link place} does.
   * @param prepare makes a template of what the sheet holds, and returns its handle; 0: it cannot
   */
  prepare(
    contract: Contract,
    order: Order,
    prepare: () => number,
  ): (ReadOrder & { readonly handle: number }) | UnreadableOrder {
    const unread = this.read(0, contract, order);
    if (unread !== undefined) return "unreadable" in unread ? unread : { ...unread, handle: 0 };
    return { ...this.values(), handle: this.sheet.isOrdinary ? prepare() : 0 };
  }

  /**
   * Reads the order of last time once more: nothing changes, and its way lies in the caches. Not where reading it may run
   * code of the caller's, which need not be meant to run twice.
   * @param judge what an order goes through before it is read
   */
  rehearse(judge: (contract: Contract, order: Order, id: number) => boolean = () => true): void {
    const { lastId, lastContract, lastOrder } = this;
    if (lastContract === undefined || lastOrder === undefined) return;
    if (this.lookedAt !== lastOrder) {
      this.lookedAt = lastOrder;
      this.mayRehearse = runsNoCode(lastContract) && runsNoCode(lastOrder);
    }
    if (this.mayRehearse && judge(lastContract, lastOrder, lastId))
      this.read(lastId, lastContract, lastOrder);
  }

  private read(id: number, contract: Contract, order: Order): ReadOrder | UnreadableOrder | undefined {
    // A getter of the order that is being read places another one: the sheet is taken.
    if (this.reading) return { contract, order };
    this.reading = true;
    try {
      read(this.sheet, id, contract, order);
    } catch (error) {
      return { unreadable: error };
    } finally {
      this.reading = false;
    }
    return undefined;
  }

  private values(): ReadOrder {
    return { contract: this.valuesOf<Contract>("contract."), order: this.valuesOf<Order>("order.") };
  }

  private valuesOf<T>(source: string): T {
    const entries = ORDER_PLACEHOLDERS.flatMap((name, i) =>
      name.startsWith(source) ? [[name.slice(source.length), this.sheet.get(i)]] : [],
    );
    return Object.fromEntries(entries) as T;
  }
}

/** Reading a property of it is reading memory: no proxy, no accessor, neither its own nor inherited. */
function runsNoCode(object: object): boolean {
  for (
    let at: object | null = object;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    if (types.isProxy(at)) return false;
    const properties = Object.values(Object.getOwnPropertyDescriptors(at));
    if (properties.some(({ get }) => get !== undefined)) return false;
  }
  return true;
}

/** Each value once, in the order of ORDER_PLACEHOLDERS, known properties of known objects: compiled code takes few ns for one. */
function read(sheet: OrderSheet, id: number, contract: Contract, order: Order): void {
  sheet.set(0, id);
  sheet.set(1, contract.conId);
  sheet.set(2, contract.symbol);
  sheet.set(3, contract.secType);
  sheet.set(4, contract.lastTradeDateOrContractMonth);
  sheet.set(5, contract.strike);
  sheet.set(6, contract.right);
  sheet.set(7, contract.multiplier);
  sheet.set(8, contract.exchange);
  sheet.set(9, contract.primaryExch);
  sheet.set(10, contract.currency);
  sheet.set(11, contract.localSymbol);
  sheet.set(12, contract.tradingClass);
  sheet.set(13, order.action);
  sheet.set(14, order.totalQuantity);
  sheet.set(15, order.orderType);
  sheet.set(16, order.lmtPrice);
  sheet.set(17, order.auxPrice);
  sheet.set(18, order.tif);
  sheet.set(19, order.ocaGroup);
  sheet.set(20, order.account);
  sheet.set(21, order.openClose);
  sheet.set(22, order.orderRef);
  sheet.set(23, order.transmit);
  sheet.set(24, order.parentId);
  sheet.set(25, order.triggerMethod);
  sheet.set(26, order.outsideRth);
  sheet.set(27, order.hidden);
  sheet.set(28, order.goodAfterTime);
  sheet.set(29, order.goodTillDate);
  sheet.set(30, order.ocaType);
  sheet.set(31, order.cashQty);
}
