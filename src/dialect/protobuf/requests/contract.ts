import type { ComboLeg, Contract, DeltaNeutralContract, OrderComboLeg } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import { double, flag, integer, list, nonZero, object, text } from "./arguments.js";

/**
 * A contract as requests carry it. conId is always sent, also when it is 0 (a contract known by its symbol), as the
 * official clients do. A strike or multiplier of 0 is left out: for stock's callers it says "none", and a gateway does
 * not answer who sends it. The option with a strike of 0 is found by its conId or localSymbol.
 * @param legPrices prices per leg of a combination, which stock's API has in the order.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` naming the member that cannot be sent.
 */
export function contractMessage(
  value: unknown,
  legPrices?: readonly (OrderComboLeg | undefined)[],
): Message<"Contract"> {
  const what = "contract";
  const contract = object<Contract>(value, what);
  const member = (name: keyof Contract) => `${what}.${name}`;
  const string = (name: keyof Contract) => text(contract[name], member(name));
  return {
    conId: integer(contract.conId, member("conId")) ?? 0,
    symbol: string("symbol"),
    secType: string("secType"),
    lastTradeDateOrContractMonth: string("lastTradeDateOrContractMonth"),
    strike: nonZero(contract.strike, member("strike")),
    right: string("right"),
    multiplier: nonZero(contract.multiplier, member("multiplier")),
    exchange: string("exchange"),
    primaryExch: string("primaryExch"),
    currency: string("currency"),
    localSymbol: string("localSymbol"),
    tradingClass: string("tradingClass"),
    secIdType: string("secIdType"),
    secId: string("secId"),
    description: string("description"),
    issuerId: string("issuerId"),
    deltaNeutralContract: deltaNeutral(contract.deltaNeutralContract, member("deltaNeutralContract")),
    includeExpired: flag(contract.includeExpired, member("includeExpired")),
    comboLegsDescrip: string("comboLegsDescription"),
    comboLegs: list<ComboLeg>(contract.comboLegs, member("comboLegs"))?.map((leg, i) =>
      comboLeg(
        leg,
        `${member("comboLegs")}[${i}]`,
        legPrices?.[i]?.price,
        `order.orderComboLegs[${i}].price`,
      ),
    ),
  };
}

function comboLeg(value: unknown, what: string, price: unknown, priceName: string): Message<"ComboLeg"> {
  const leg = object<ComboLeg>(value, what);
  return {
    conId: integer(leg.conId, `${what}.conId`),
    ratio: integer(leg.ratio, `${what}.ratio`),
    action: text(leg.action, `${what}.action`),
    exchange: text(leg.exchange, `${what}.exchange`),
    openClose: integer(leg.openClose, `${what}.openClose`),
    shortSalesSlot: integer(leg.shortSaleSlot, `${what}.shortSaleSlot`),
    designatedLocation: text(leg.designatedLocation, `${what}.designatedLocation`),
    exemptCode: integer(leg.exemptCode, `${what}.exemptCode`),
    perLegPrice: double(price, priceName),
  };
}

function deltaNeutral(value: unknown, what: string): Message<"DeltaNeutralContract"> | undefined {
  if (value === undefined || value === null) return undefined;
  const neutral = object<DeltaNeutralContract>(value, what);
  return {
    conId: integer(neutral.conId, `${what}.conId`),
    delta: double(neutral.delta, `${what}.delta`),
    price: double(neutral.price, `${what}.price`),
  };
}
