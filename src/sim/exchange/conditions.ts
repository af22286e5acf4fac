import { runAt, type Timer } from "../../time/clock.js";
import { parseDateTime } from "../../time/ib-date-time.js";
import type { Instrument } from "../market/instrument.js";
import { ConditionType, type OrderCondition } from "../model/order.js";
import type { ExecutionRecord } from "./order-events.js";
import { OrderReject } from "./order-reject.js";
import { hasReached } from "./triggers.js";
import type { Venue } from "./venue.js";
import type { WorkingOrder } from "./working-order.js";

interface Watch {
  instruments: Instrument[];
  timers: Timer[];
  /** Executions before the order came do not count. */
  firstExecution: number;
}

/** Keeps orders with conditions and says when they hold. */
export class Conditions {
  private readonly watches = new Map<WorkingOrder, Watch>();

  /**
   * @param executions all there were, oldest first; it grows
   * @param onMet called once, when all conditions of an order hold
   */
  constructor(
    private readonly venue: Venue,
    private readonly executions: readonly ExecutionRecord[],
    private readonly onMet: (order: WorkingOrder) => void,
  ) {}

  /** The instruments an order's conditions look at. @throws OrderReject 321 for a contract id nobody asked for */
  instrumentsOf(conditions: readonly OrderCondition[]): Instrument[] {
    const found: Instrument[] = [];
    for (const { type, conId } of conditions) {
      if (!isAboutContract(type)) continue;
      const instrument = this.venue.instruments.get(conId);
      if (instrument === undefined) {
        throw new OrderReject(
          321,
          `Error validating request.-'order' : cause - condition's contract id ${conId} is not known`,
        );
      }
      found.push(instrument);
    }
    return found;
  }

  add(order: WorkingOrder): void {
    const { conditions } = order.fields;
    const instruments = this.instrumentsOf(conditions);
    for (const instrument of instruments) this.venue.watch(instrument);
    const timers = conditions
      .filter(({ type }) => type === ConditionType.TIME)
      .map(({ value }) => runAt(this.venue.clock, timeOf(order, value) * 1000, () => this.checkOne(order)));
    const firstExecution = this.executions.length;
    this.watches.set(order, { instruments, timers, firstExecution });
    this.checkOne(order);
  }

  remove(order: WorkingOrder): void {
    const watch = this.watches.get(order);
    if (watch === undefined) return;
    this.watches.delete(order);
    for (const timer of watch.timers) timer.stop();
    for (const instrument of watch.instruments) this.venue.unwatch(instrument);
  }

  /** Looks at all orders again: prices, volumes, margins or executions have changed. */
  check(): void {
    if (this.watches.size === 0) return;
    for (const order of [...this.watches.keys()]) this.checkOne(order);
  }

  private checkOne(order: WorkingOrder): void {
    const watch = this.watches.get(order);
    if (watch === undefined || !this.allHold(order, watch)) return;
    this.remove(order);
    this.onMet(order);
  }

  /** From left to right; each condition says how it is joined with the one behind it. */
  private allHold(order: WorkingOrder, watch: Watch): boolean {
    const { conditions } = order.fields;
    let result = this.holds(order, conditions[0], watch);
    for (let i = 1; i < conditions.length; i++) {
      const next = this.holds(order, conditions[i], watch);
      result = conditions[i - 1].conjunction.toLowerCase() === "o" ? result || next : result && next;
    }
    return result;
  }

  private holds(order: WorkingOrder, condition: OrderCondition, watch: Watch): boolean {
    const { type, isMore, value } = condition;
    const compare = (actual: number): boolean => (isMore ? actual >= Number(value) : actual <= Number(value));
    switch (type) {
      case ConditionType.TIME: {
        const at = timeOf(order, value) * 1000;
        return isMore ? this.venue.clock.now() >= at : this.venue.clock.now() <= at;
      }
      case ConditionType.MARGIN: {
        const { excessLiquidity, netLiquidation } = this.venue.accounts.get(order.fields.account)!.figures();
        return compare(netLiquidation > 0 ? (100 * excessLiquidity) / netLiquidation : 0);
      }
      case ConditionType.EXECUTION:
        return this.executions.slice(watch.firstExecution).some(({ contract }) => {
          const { symbol, secType, exchange } = condition;
          const anywhere = exchange === "" || exchange === "SMART";
          return (
            contract.symbol === symbol &&
            (secType === "" || contract.secType === secType) &&
            (anywhere || contract.exchange === exchange)
          );
        });
      default:
        return this.holdsForContract(condition, compare);
    }
  }

  private holdsForContract(condition: OrderCondition, compare: (actual: number) => boolean): boolean {
    const instrument = this.venue.instruments.get(condition.conId)!;
    const quote = this.venue.quote(instrument);
    if (condition.type === ConditionType.VOLUME) return compare(quote.volume);
    if (condition.type === ConditionType.PERCENT_CHANGE) {
      return compare((100 * (quote.last - quote.close)) / quote.close);
    }
    const { value, isMore, triggerMethod } = condition;
    return hasReached(quote, Number(value), isMore, triggerMethod, instrument.secType);
  }
}

function isAboutContract(type: number): boolean {
  return (
    type === ConditionType.PRICE || type === ConditionType.VOLUME || type === ConditionType.PERCENT_CHANGE
  );
}

/** Seconds since 1970 UTC; checked when the order was taken. */
function timeOf(order: WorkingOrder, text: string): number {
  return parseDateTime(text, order.instrument.hours.zone)!;
}
