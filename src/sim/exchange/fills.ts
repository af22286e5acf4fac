import type { Fill } from "./book.js";
import { commissionFor } from "./commission.js";
import type { Exchange } from "./exchange.js";
import type { ExecutionRecord } from "./order-events.js";
import { tidy } from "./quote.js";
import { hashText } from "./random.js";
import { formatDateTime } from "./timezone.js";
import { averagePrice, isBuy } from "./working-order.js";

/** Turns fills into executions: order totals, account, commission. */
export class Fills {
  readonly executions: ExecutionRecord[] = [];
  private nextExecution = 1;

  constructor(private readonly exchange: Exchange) {}

  /** Books one fill and returns what to report of it. */
  book({ order, quantity, price, liquidity }: Fill): ExecutionRecord {
    const { instrument, fields } = order;
    order.filled = tidy(order.filled + quantity);
    order.remaining = tidy(order.remaining - quantity);
    order.filledValue += price * quantity;
    order.lastFillPrice = price;
    const total = commissionFor(instrument, order.filled, order.filledValue * instrument.pointValue);
    const commission = Number((total - order.commission).toFixed(6));
    order.commission = total;
    const account = this.exchange.accounts.get(fields.account)!;
    const realized = account.book(instrument, isBuy(order) ? quantity : -quantity, price, commission);
    const time = this.exchange.nowSeconds();
    const execId = this.execId();
    const venue = instrument.primaryExch || instrument.exchange;
    const record: ExecutionRecord = {
      order,
      contract: { ...order.contract, exchange: venue },
      time,
      execution: {
        orderId: order.orderId,
        execId,
        time: formatDateTime(instrument.hours.zone, time),
        acctNumber: account.id,
        exchange: venue,
        side: isBuy(order) ? "BOT" : "SLD",
        shares: quantity,
        price,
        permId: order.permId,
        clientId: order.clientId,
        liquidation: 0,
        cumQty: order.filled,
        avgPrice: averagePrice(order),
        orderRef: fields.orderRef,
        modelCode: fields.modelCode,
        lastLiquidity: liquidity,
        submitter: "",
      },
      commission: {
        execId,
        commission,
        currency: instrument.currency,
        realizedPNL: realized === undefined ? undefined : Number((realized - commission).toFixed(6)),
      },
    };
    this.executions.push(record);
    return record;
  }

  /** Looks like a gateway's: four groups of hex and decimal digits. */
  private execId(): string {
    const sequence = this.nextExecution++;
    const run = hashText(`exec|${this.exchange.options.seed}`).toString(16).padStart(8, "0");
    return `${run}.${sequence.toString(16).padStart(8, "0")}.01.01`;
  }
}
