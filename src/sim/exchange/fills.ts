import { formatDateTime } from "../../time/ib-date-time.js";
import { contractOf, type Instrument } from "../market/instrument.js";
import { tidy } from "../market/quote.js";
import { eightHexDigits, hashText } from "../market/random.js";
import type { ContractFields } from "../model/contract.js";
import type { Fill } from "./book.js";
import { commissionFor } from "./commission.js";
import type { ExecutionRecord } from "./order-events.js";
import type { Venue } from "./venue.js";
import { averagePrice, isBuy, type WorkingOrder } from "./working-order.js";

/** What one execution is of: the order's instrument as a whole, or a leg of it. */
interface Part {
  instrument: Instrument;
  contract: ContractFields;
  /** Positive for a buy. */
  quantity: number;
  price: number;
  commission: number;
  /** Profit or loss of what it closed, after commissions. */
  realized: number | undefined;
  cumQty: number;
  avgPrice: number;
}

/** Turns fills into executions: order totals, account, commission. */
export class Fills {
  readonly executions: ExecutionRecord[] = [];
  private nextExecution = 1;

  constructor(private readonly venue: Venue) {}

  /**
   * Books one fill and returns what to report of it: one execution, and one of each leg of a combination, which is
   * held as its legs. The commission of a combination stands with it, and is part of what its first leg costs or earns.
   */
  book({ order, quantity, price, liquidity }: Fill): ExecutionRecord[] {
    const { instrument } = order;
    order.filled = tidy(order.filled + quantity);
    order.remaining = tidy(order.remaining - quantity);
    order.filledValue += price * quantity;
    order.lastFillPrice = price;
    const total = commissionFor(instrument, order.filled, order.filledValue * instrument.pointValue);
    const commission = Number((total - order.commission).toFixed(6));
    order.commission = total;
    const account = this.venue.accounts.get(order.fields.account)!;
    const signed = isBuy(order) ? quantity : -quantity;
    const whole: Part = {
      ...{ instrument, contract: order.contract, quantity: signed, price, commission, realized: undefined },
      ...{ cumQty: order.filled, avgPrice: averagePrice(order) },
    };
    const legs = this.legsOf(order, signed, price);
    if (legs.length === 0) whole.realized = account.book(instrument, signed, price, commission);
    for (const [i, leg] of legs.entries())
      leg.realized = account.book(leg.instrument, leg.quantity, leg.price, i === 0 ? commission : 0);
    const sequence = this.nextExecution++;
    const records = [whole, ...legs].map((part, i) =>
      this.record(order, part, this.execId(sequence, i), liquidity),
    );
    this.executions.push(...records);
    return records;
  }

  /** Legs trade at their last prices, the first one at what makes the sum right. */
  private legsOf(order: WorkingOrder, signed: number, price: number): Part[] {
    const legs = order.instrument.legs ?? [];
    const prices = legs.map((leg) => this.venue.quote(leg.instrument).last);
    const sum = legs.reduce((before, leg, i) => before + leg.quantity * prices[i], 0);
    if (legs.length > 0) prices[0] = tidy(prices[0] + (price - sum) / legs[0].quantity);
    return legs.map(({ instrument, quantity }, i) => ({
      ...{ instrument, contract: contractOf(instrument), quantity: signed * quantity, price: prices[i] },
      ...{ commission: 0, realized: undefined },
      ...{ cumQty: order.filled * Math.abs(quantity), avgPrice: prices[i] },
    }));
  }

  private record(order: WorkingOrder, part: Part, execId: string, lastLiquidity: number): ExecutionRecord {
    const { instrument, commission, realized } = part;
    const time = this.venue.nowSeconds();
    const listing = instrument.primaryExch || instrument.exchange;
    return {
      order,
      instrument,
      contract: { ...part.contract, exchange: listing },
      time,
      execution: {
        orderId: order.orderId,
        execId,
        time: formatDateTime(instrument.hours.zone, time),
        acctNumber: order.fields.account,
        exchange: listing,
        side: part.quantity > 0 ? "BOT" : "SLD",
        shares: Math.abs(part.quantity),
        price: part.price,
        permId: order.permId,
        clientId: order.clientId,
        liquidation: 0,
        cumQty: part.cumQty,
        avgPrice: part.avgPrice,
        orderRef: order.fields.orderRef,
        modelCode: order.fields.modelCode,
        lastLiquidity,
        submitter: "",
      },
      commission: {
        execId,
        commission,
        currency: instrument.currency,
        realizedPNL: realized === undefined ? undefined : Number(realized.toFixed(6)),
      },
    };
  }

  /** Looks like a gateway's: four groups of hex and decimal digits, the third counting legs. */
  private execId(sequence: number, part: number): string {
    const run = eightHexDigits(hashText(`exec|${this.venue.seed}`));
    return `${run}.${eightHexDigits(sequence)}.${String(part + 1).padStart(2, "0")}.01`;
  }
}
