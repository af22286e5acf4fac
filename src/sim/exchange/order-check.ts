import { parseDateTime } from "../../time/ib-date-time.js";
import { NO_DEFINITION } from "../market/contract-check.js";
import type { Instrument } from "../market/instrument.js";
import { type ContractFields, legUnits } from "../model/contract.js";
import { ConditionType, type OrderCondition, type OrderFields } from "../model/order.js";
import type { Account } from "./account.js";
import { checkAttributes, checkTrail, checkTrigger, INSTITUTIONAL } from "./order-attributes.js";
import { kindOf, type OrderKind } from "./order-kind.js";
import { OrderReject, validation } from "./order-reject.js";
import { checkType, isMinutes } from "./order-rules.js";

const ACTIONS = ["BUY", "SELL"];
const TIMES_IN_FORCE = ["DAY", "GTC", "GTD", "IOC", "FOK", "OPG"];
const ALGO_STRATEGIES = [
  "Adaptive",
  "ArrivalPx",
  "ClosePx",
  "DarkIce",
  "AD",
  "PctVol",
  "PctVolPx",
  "PctVolSz",
  "PctVolTm",
  "BalanceImpactRisk",
  "MinImpact",
  "Twap",
  "Vwap",
];
const CONDITION_TYPES: readonly number[] = Object.values(ConditionType);

/** What is wrong with the order itself. @throws OrderReject */
export function checkOrder(instrument: Instrument, contract: ContractFields, order: OrderFields): void {
  if (!ACTIONS.includes(order.action) && !INSTITUTIONAL.includes(order.action))
    throw invalid("action", order.action, ACTIONS);
  if (!instrument.tradable) throw new OrderReject(200, NO_DEFINITION);
  checkType(instrument, contract, order);
  if (!(order.totalQuantity > 0)) throw new OrderReject(434, "The order size cannot be zero.");
  if (instrument.sizeIncrement === 1 && !Number.isInteger(order.totalQuantity) && !(order.cashQty! > 0)) {
    throw new OrderReject(
      10243,
      "Fractional-sized order cannot be placed via API. Please use desktop version to place this order.",
    );
  }
  if (!TIMES_IN_FORCE.includes(order.tif) && !isMinutes(order))
    throw invalid("time in force", order.tif, TIMES_IN_FORCE);
  const kind = kindOf(order.orderType, order.tif);
  if (kind === undefined) throw unsupported();
  if (![0, 1, 2, 3].includes(order.ocaType))
    throw invalid("OCA type", String(order.ocaType), ["1", "2", "3"]);
  if (order.algoStrategy !== "" && !ALGO_STRATEGIES.includes(order.algoStrategy)) {
    throw new OrderReject(439, "Order processing failed. Algorithm definition not found.");
  }
  checkAttributes(instrument, order);
  checkPrices(instrument, contract, order, kind);
  checkTimes(instrument, order);
  for (const condition of order.conditions) checkCondition(instrument, condition);
}

function checkPrices(
  instrument: Instrument,
  contract: ContractFields,
  order: OrderFields,
  kind: OrderKind,
): void {
  const { lmtPrice, auxPrice, trailStopPrice, lmtPriceOffset, discretionaryAmt } = order;
  if (kind.trigger === "trail") {
    checkTrail(order);
    if (kind.price === "limit" && lmtPriceOffset === undefined && lmtPrice === undefined) {
      throw missing("limit price or limit price offset");
    }
    onTick(instrument, trailStopPrice);
    return;
  }
  if (kind.price === "limit") {
    // A combination may be limited leg by leg instead.
    const byLeg = legLimit(contract, order);
    if (lmtPrice === undefined && byLeg === undefined) throw missing("limit price");
    if (lmtPrice !== undefined && lmtPrice <= 0 && instrument.secType !== "BAG")
      throw invalid("limit price", String(lmtPrice), ["above 0"]);
    onTick(instrument, lmtPrice ?? byLeg);
    onTick(instrument, discretionaryAmt, DISCRETION_OFF_TICK);
  }
  if (kind.trigger !== undefined) {
    if (auxPrice === undefined) throw missing(kind.trigger === "stop" ? "stop price" : "trigger price");
    checkTrigger(instrument, kind.trigger, auxPrice);
    onTick(instrument, auxPrice);
  }
  if (kind.price === "primary" || kind.price === "midpoint") {
    if (auxPrice !== undefined && auxPrice < 0) throw invalid("offset", String(auxPrice), ["0 or more"]);
    onTick(instrument, lmtPrice || undefined);
  }
}

/** What a combination's legs cost at the limits given leg by leg; `undefined` when one has none. */
export function legLimit(
  { comboLegs = [] }: ContractFields,
  { orderComboLegPrices }: OrderFields,
): number | undefined {
  if (comboLegs.length === 0) return undefined;
  let sum = 0;
  for (const [i, leg] of comboLegs.entries()) {
    const price = orderComboLegPrices[i];
    if (price === undefined) return undefined;
    sum += legUnits(leg) * price;
  }
  return Number(sum.toFixed(8));
}

function onTick(instrument: Instrument, price: number | undefined, offTick = OFF_TICK): void {
  if (price === undefined) return;
  const ticks = price / instrument.minTick;
  if (Math.abs(ticks - Math.round(ticks)) > 1e-6) throw offTick();
}

const OFF_TICK = () =>
  new OrderReject(110, "The price does not conform to the minimum price variation for this contract.");
const DISCRETION_OFF_TICK = () =>
  new OrderReject(
    168,
    "Discretionary amount does not conform to the minimum price variation for this contract.",
  );

function checkTimes(instrument: Instrument, order: OrderFields): void {
  const { zone } = instrument.hours;
  if (order.tif === "GTD" && order.goodTillDate === "") throw missing("good till date");
  for (const [name, text] of [
    ["good till date", order.goodTillDate],
    ["good after time", order.goodAfterTime],
  ]) {
    if (text !== "" && parseDateTime(text, zone) === undefined) {
      throw invalid(name, text, ["yyyymmdd hh:mm:ss zone", "yyyymmdd-hh:mm:ss"]);
    }
  }
}

function checkCondition(instrument: Instrument, { type, value }: OrderCondition): void {
  if (!CONDITION_TYPES.includes(type)) {
    throw invalid("condition type", String(type), CONDITION_TYPES.map(String));
  }
  if (type === ConditionType.EXECUTION) return;
  if (type === ConditionType.TIME) {
    if (parseDateTime(value, instrument.hours.zone) === undefined) {
      throw invalid("condition's time", value, ["yyyymmdd hh:mm:ss zone", "yyyymmdd-hh:mm:ss"]);
    }
  } else if (value === "" || !Number.isFinite(Number(value))) {
    throw invalid("condition's value", value, ["a number"]);
  }
}

/** Whether the account can carry the order. @throws OrderReject */
export function checkFunds(account: Account, instrument: Instrument, signedQuantity: number): void {
  const before = account.figures();
  const after = account.figures({ instrument, quantity: signedQuantity });
  if (after.initialMargin <= before.initialMargin || after.initialMargin <= before.netLiquidation) return;
  throw new OrderReject(
    201,
    "Order rejected - reason:We are unable to accept your order. Your available funds are insufficient: " +
      `equity with loan value [${before.netLiquidation.toFixed(2)} USD], ` +
      `initial margin [${after.initialMargin.toFixed(2)} USD]`,
  );
}

function unsupported(): OrderReject {
  return new OrderReject(387, "Unsupported order type for this exchange and security type.");
}

function missing(what: string): OrderReject {
  return new OrderReject(321, validation(`${what} is missing`));
}

function invalid(what: string, value: string, allowed: readonly string[]): OrderReject {
  return new OrderReject(
    321,
    validation(`${what} is ${JSON.stringify(value)} (allowed: ${allowed.join(", ")})`),
  );
}
