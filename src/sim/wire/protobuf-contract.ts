import type { Message } from "../../protocol/schema.js";
import { type ContractDetailsFields, type ContractFields, legsDescription } from "../model/contract.js";
import { decimalText, double, doubleOf, flag, int, int32, text } from "./protobuf-values.js";

export function readContract(c: Message<"Contract"> | undefined): ContractFields {
  const contract: ContractFields = {
    conId: int(c?.conId),
    symbol: c?.symbol ?? "",
    secType: c?.secType ?? "",
    lastTradeDateOrContractMonth: c?.lastTradeDateOrContractMonth ?? "",
    strike: double(c?.strike),
    right: c?.right ?? "",
    multiplier: c?.multiplier === undefined ? "" : String(double(c.multiplier)),
    exchange: c?.exchange ?? "",
    primaryExch: c?.primaryExch ?? "",
    currency: c?.currency ?? "",
    localSymbol: c?.localSymbol ?? "",
    tradingClass: c?.tradingClass ?? "",
    includeExpired: c?.includeExpired ?? false,
    secIdType: c?.secIdType ?? "",
    secId: c?.secId ?? "",
    issuerId: c?.issuerId ?? "",
  };
  if (c?.comboLegs !== undefined) {
    contract.comboLegs = c.comboLegs.map((leg) => ({
      conId: int(leg.conId),
      ratio: int(leg.ratio),
      action: leg.action ?? "",
      exchange: leg.exchange ?? "",
      openClose: int(leg.openClose),
      shortSaleSlot: int(leg.shortSalesSlot),
      designatedLocation: leg.designatedLocation ?? "",
      exemptCode: leg.exemptCode ?? -1,
    }));
  }
  if (c?.deltaNeutralContract !== undefined) {
    const { conId, delta, price } = c.deltaNeutralContract;
    contract.deltaNeutralContract = { conId: int(conId), delta: double(delta), price: double(price) };
  }
  return contract;
}

/**
 * The number that is present and 0, if one is. With text 0 says "none"; here it is a value that no instrument has, and a
 * gateway leaves a request for such contracts without any answer.
 */
export function zeroIn(c: Message<"Contract"> | undefined): "strike" | "multiplier" | undefined {
  return (["strike", "multiplier"] as const).find((name) => c?.[name] === 0);
}

/** @param legPrices prices of the order's combo legs, leg by leg */
export function contractMessage(
  c: ContractFields,
  legPrices: readonly (number | undefined)[] = [],
): Message<"Contract"> {
  return {
    conId: int32(c.conId),
    symbol: text(c.symbol),
    secType: text(c.secType),
    lastTradeDateOrContractMonth: text(c.lastTradeDateOrContractMonth),
    strike: c.strike,
    right: text(c.right),
    multiplier: doubleOf(c.multiplier),
    exchange: text(c.exchange),
    currency: text(c.currency),
    localSymbol: text(c.localSymbol),
    tradingClass: text(c.tradingClass),
    comboLegsDescrip: c.comboLegs && text(legsDescription(c.comboLegs)),
    comboLegs: c.comboLegs?.map((leg, i) => ({
      conId: int32(leg.conId),
      ratio: int32(leg.ratio),
      action: text(leg.action),
      exchange: text(leg.exchange),
      openClose: int32(leg.openClose),
      shortSalesSlot: int32(leg.shortSaleSlot),
      designatedLocation: text(leg.designatedLocation),
      exemptCode: int32(leg.exemptCode),
      perLegPrice: legPrices[i],
    })),
    deltaNeutralContract: c.deltaNeutralContract && {
      conId: int32(c.deltaNeutralContract.conId),
      delta: c.deltaNeutralContract.delta,
      price: c.deltaNeutralContract.price,
    },
  };
}

export function detailsMessage(d: ContractDetailsFields): Message<"ContractDetails"> {
  return {
    marketName: text(d.marketName),
    minTick: decimalText(d.minTick),
    orderTypes: text(d.orderTypes),
    validExchanges: text(d.validExchanges),
    priceMagnifier: d.priceMagnifier,
    underConId: d.underConId === 0 ? undefined : d.underConId,
    longName: text(d.longName),
    contractMonth: text(d.contractMonth),
    industry: text(d.industry),
    category: text(d.category),
    subcategory: text(d.subcategory),
    timeZoneId: text(d.timeZoneId),
    tradingHours: text(d.tradingHours),
    liquidHours: text(d.liquidHours),
    evRule: text(d.evRule),
    evMultiplier: d.evMultiplier === 0 ? undefined : d.evMultiplier,
    secIdList: new Map(d.secIdList.map(({ tag, value }) => [tag, value])),
    aggGroup: d.aggGroup,
    underSymbol: text(d.underSymbol),
    underSecType: text(d.underSecType),
    marketRuleIds: text(d.marketRuleIds),
    realExpirationDate: text(d.realExpirationDate),
    stockType: text(d.stockType),
    minSize: decimalText(d.minSize),
    sizeIncrement: decimalText(d.sizeIncrement),
    suggestedSizeIncrement: decimalText(d.suggestedSizeIncrement),
    minAlgoSize: "0",
    lastPricePrecision: d.contract.secType === "STK" ? "0.000001" : undefined,
    lastSizePrecision: d.contract.secType === "STK" ? "0.000001" : undefined,
    ...bondPart(d),
  };
}

function bondPart({ bond }: ContractDetailsFields): Message<"ContractDetails"> {
  if (bond === undefined) return {};
  return {
    cusip: text(bond.cusip),
    issueDate: text(bond.issueDate),
    ratings: text(bond.ratings),
    bondType: text(bond.bondType),
    coupon: bond.coupon,
    couponType: text(bond.couponType),
    convertible: flag(bond.convertible),
    callable: flag(bond.callable),
    puttable: flag(bond.putable),
    descAppend: text(bond.descAppend),
    nextOptionDate: text(bond.nextOptionDate),
    nextOptionType: text(bond.nextOptionType),
    nextOptionPartial: flag(bond.nextOptionPartial),
    bondNotes: text(bond.notes),
  };
}
