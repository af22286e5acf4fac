import {
  ConjunctionConnection,
  ExecutionCondition,
  MarginCondition,
  type OrderCondition,
  OrderConditionType,
  PercentChangeCondition,
  PriceCondition,
  type SecType,
  TimeCondition,
  VolumeCondition,
} from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import { doubleOrZero } from "./values.js";

/** The conditions of an order as stock's objects; undefined if there are none. */
export function conditions(list: readonly Message<"OrderCondition">[]): OrderCondition[] | undefined {
  return list.length === 0 ? undefined : list.map(conditionOf);
}

function conditionOf(source: Message<"OrderCondition">): OrderCondition {
  const { type = 0, isMore = false, conId = 0, exchange = "" } = source;
  const and = source.isConjunctionConnection === true ? ConjunctionConnection.AND : ConjunctionConnection.OR;
  const { percent = 0, volume = 0, time = "", triggerMethod = 0, symbol = "", secType = "" } = source;
  switch (type) {
    case OrderConditionType.Price:
      return new PriceCondition(number(source.price), triggerMethod, conId, exchange, isMore, and);
    case OrderConditionType.Time:
      return new TimeCondition(time, isMore, and);
    case OrderConditionType.Margin:
      return new MarginCondition(percent, isMore, and);
    case OrderConditionType.Execution:
      return new ExecutionCondition(exchange, secType as SecType, symbol, and);
    case OrderConditionType.Volume:
      return new VolumeCondition(volume, conId, exchange, isMore, and);
    case OrderConditionType.PercentChange:
      return new PercentChangeCondition(number(source.changePercent), conId, exchange, isMore, and);
    default:
      // Of a type that is not known yet: what all conditions have.
      return { type, conjunctionConnection: and };
  }
}

function number(value: number | undefined): number {
  return doubleOrZero(value) as number;
}
