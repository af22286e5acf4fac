import {
  TEMPLATE_ENCODED_MICROS,
  TEMPLATE_EXPIRES_MS,
  TEMPLATE_FIELD,
  TEMPLATE_HANDLE,
  TEMPLATE_LIMIT_PRICE,
  TEMPLATE_OP,
  TEMPLATE_ORDER_ID,
  TEMPLATE_ORDER_REF,
  TEMPLATE_ORDER_REF_BYTES,
  TEMPLATE_ORDER_REF_ROOM,
  TEMPLATE_PRICE,
  TEMPLATE_QUANTITY,
  TEMPLATE_RECEIVED_MICROS,
  TEMPLATE_SHEET_BYTES,
  TEMPLATE_SLOT,
  TEMPLATE_VALUE,
  TEMPLATE_WRITTEN_MICROS,
} from "./layout.js";

/** What an order says otherwise than the one that was prepared; undefined: the same. */
export interface TemplateChange {
  readonly quantity?: number | undefined;
  readonly limitPrice?: number | undefined;
  readonly orderRef?: string | undefined;
}

/** When an armed order fires, in numbers of the layout. */
export interface TemplateCondition {
  readonly slot: number;
  /** One of `BOARD_…`. */
  readonly field: number;
  /** One of `ARMED_OP_…`. */
  readonly op: number;
  readonly price: number;
  /** Infinity: never. */
  readonly expiresMs: number;
}

/** What a prepared order is sent with, in memory that the core reads (`native/core/orders/template_sheet.hpp`). */
export class TemplateSheet {
  /** To be given to the addon. */
  readonly memory = new Uint8Array(new ArrayBuffer(TEMPLATE_SHEET_BYTES));
  private readonly numbers = new Float64Array(this.memory.buffer);

  /** @param orderId NaN: the next one. @returns false: the core has no form for one of the values */
  set(handle: number, orderId: number, { quantity, limitPrice, orderRef }: TemplateChange): boolean {
    const { numbers } = this;
    numbers[TEMPLATE_HANDLE] = handle;
    numbers[TEMPLATE_ORDER_ID] = orderId;
    numbers[TEMPLATE_QUANTITY] = quantity === undefined ? Number.NaN : quantity;
    numbers[TEMPLATE_LIMIT_PRICE] = limitPrice === undefined ? Number.NaN : limitPrice;
    numbers[TEMPLATE_ORDER_REF_BYTES] = Number.NaN;
    return isWritten(quantity) && isWritten(limitPrice) && (orderRef === undefined || this.setRef(orderRef));
  }

  setCondition({ slot, field, op, price, expiresMs }: TemplateCondition): void {
    const { numbers } = this;
    numbers[TEMPLATE_SLOT] = slot;
    numbers[TEMPLATE_FIELD] = field;
    numbers[TEMPLATE_OP] = op;
    numbers[TEMPLATE_PRICE] = price;
    numbers[TEMPLATE_EXPIRES_MS] = expiresMs;
  }

  /** ASCII alone: each character is a byte. */
  private setRef(text: string): boolean {
    if (text.length > TEMPLATE_ORDER_REF_ROOM) return false;
    for (let i = 0; i < text.length; i++) {
      const character = text.charCodeAt(i);
      if (character === 0 || character > 0x7f) return false;
      this.memory[TEMPLATE_ORDER_REF + i] = character;
    }
    this.numbers[TEMPLATE_ORDER_REF_BYTES] = text.length;
    return true;
  }

  /** Which id the order has got; NaN: there is none left. */
  get orderId(): number {
    return this.numbers[TEMPLATE_ORDER_ID];
  }
  /** When its frame was made: CLOCK_MONOTONIC in µs, as the next. */
  get encodedMicros(): number {
    return this.numbers[TEMPLATE_ENCODED_MICROS];
  }
  get writtenMicros(): number {
    return this.numbers[TEMPLATE_WRITTEN_MICROS];
  }
  /** Of the quote that fired an armed order: CLOCK_MONOTONIC in µs, and its value. */
  get receivedMicros(): number {
    return this.numbers[TEMPLATE_RECEIVED_MICROS];
  }
  get value(): number {
    return this.numbers[TEMPLATE_VALUE];
  }
}

/** As in the order sheet: -0 and the largest double are the general path's. */
function isWritten(number: number | undefined): boolean {
  return (
    number === undefined || (Number.isFinite(number) && number !== Number.MAX_VALUE && !Object.is(number, -0))
  );
}
