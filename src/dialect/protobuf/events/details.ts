import { type Contract, type ContractDetails, SecType } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import { type ContractMembers, contractOf } from "./contract.js";
import { asIs, fill, integerOrZero, isTrue, type Members, textOrEmpty } from "./shape.js";
import { decimal, decimalOrZero, doubleOrZero, fromAscii7, tagValues } from "./values.js";

type Source = Message<"ContractDetails">;
type Name = keyof ContractDetails;

const text = (field: keyof Source) => ({ field, read: textOrEmpty });
const flag = (field: keyof Source) => ({ field, read: isTrue });
const size = (field: keyof Source) => ({ field, read: decimal });

const FUND_MEMBERS: Members<Source, ContractDetails> = {
  fundName: text("fundName"),
  fundFamily: text("fundFamily"),
  fundType: text("fundType"),
  fundFrontLoad: text("fundFrontLoad"),
  fundBackLoad: text("fundBackLoad"),
  fundBackLoadTimeInterval: text("fundBackLoadTimeInterval"),
  fundManagementFee: text("fundManagementFee"),
  fundClosed: flag("fundClosed"),
  fundClosedForNewInvestors: flag("fundClosedForNewInvestors"),
  fundClosedForNewMoney: flag("fundClosedForNewMoney"),
  fundNotifyAmount: text("fundNotifyAmount"),
  fundMinimumInitialPurchase: text("fundMinimumInitialPurchase"),
  fundSubsequentMinimumPurchase: text("fundMinimumSubsequentPurchase"),
  fundBlueSkyStates: text("fundBlueSkyStates"),
  fundBlueSkyTerritories: text("fundBlueSkyTerritories"),
  fundDistributionPolicyIndicator: text("fundDistributionPolicyIndicator"),
  fundAssetType: text("fundAssetType"),
};

const MEMBERS: Members<Source, ContractDetails> = {
  ...FUND_MEMBERS,
  marketName: text("marketName"),
  minTick: { field: "minTick", read: decimalOrZero },
  orderTypes: text("orderTypes"),
  validExchanges: text("validExchanges"),
  priceMagnifier: { field: "priceMagnifier", read: integerOrZero },
  underConId: { field: "underConId", read: integerOrZero },
  longName: { field: "longName", read: (value: string | undefined) => fromAscii7(value ?? "") },
  contractMonth: text("contractMonth"),
  industry: text("industry"),
  category: text("category"),
  subcategory: text("subcategory"),
  timeZoneId: text("timeZoneId"),
  tradingHours: text("tradingHours"),
  liquidHours: text("liquidHours"),
  evRule: text("evRule"),
  evMultiplier: { field: "evMultiplier", read: doubleOrZero },
  secIdList: { field: "secIdList", read: tagValues },
  aggGroup: { field: "aggGroup", read: integerOrZero },
  underSymbol: text("underSymbol"),
  underSecType: text("underSecType"),
  marketRuleIds: text("marketRuleIds"),
  realExpirationDate: text("realExpirationDate"),
  stockType: text("stockType"),
  minSize: size("minSize"),
  sizeIncrement: size("sizeIncrement"),
  suggestedSizeIncrement: size("suggestedSizeIncrement"),
  ineligibilityReasonList: { field: "ineligibilityReasonList", read: reasons },
  cusip: text("cusip"),
  issueDate: text("issueDate"),
  ratings: text("ratings"),
  bondType: text("bondType"),
  coupon: { field: "coupon", read: doubleOrZero },
  couponType: text("couponType"),
  convertible: flag("convertible"),
  callable: flag("callable"),
  putable: flag("puttable"),
  descAppend: text("descAppend"),
  nextOptionDate: text("nextOptionDate"),
  nextOptionType: text("nextOptionType"),
  nextOptionPartial: flag("nextOptionPartial"),
  notes: text("bondNotes"),
  eventContract1: { field: "eventContract1", read: asIs },
  eventContractDescription1: { field: "eventContractDescription1", read: asIs },
  eventContractDescription2: { field: "eventContractDescription2", read: asIs },
  minAlgoSize: size("minAlgoSize"),
  lastPricePrecision: size("lastPricePrecision"),
  lastSizePrecision: size("lastSizePrecision"),
  settlementMethod: { field: "settlementMethod", read: asIs },
};

/** What CONTRACT_DATA has of every contract. */
const DETAILS: ReadonlySet<Name> = new Set<Name>([
  "marketName",
  "minTick",
  "orderTypes",
  "validExchanges",
  "priceMagnifier",
  "underConId",
  "longName",
  "contractMonth",
  "industry",
  "category",
  "subcategory",
  "timeZoneId",
  "tradingHours",
  "liquidHours",
  "evRule",
  "evMultiplier",
  "aggGroup",
  "underSymbol",
  "underSecType",
  "marketRuleIds",
  "realExpirationDate",
  "stockType",
  "minSize",
  "sizeIncrement",
  "suggestedSizeIncrement",
  "ineligibilityReasonList",
]);

const FUND_DETAILS: ReadonlySet<Name> = new Set<Name>([...DETAILS, ...(Object.keys(FUND_MEMBERS) as Name[])]);

/** What BOND_CONTRACT_DATA has of every bond. */
const BOND_DETAILS: ReadonlySet<Name> = new Set<Name>([
  "cusip",
  "coupon",
  "issueDate",
  "ratings",
  "bondType",
  "couponType",
  "convertible",
  "callable",
  "putable",
  "descAppend",
  "marketName",
  "minTick",
  "orderTypes",
  "validExchanges",
  "nextOptionDate",
  "nextOptionType",
  "nextOptionPartial",
  "notes",
  "longName",
  "timeZoneId",
  "tradingHours",
  "liquidHours",
  "evRule",
  "evMultiplier",
  "aggGroup",
  "marketRuleIds",
  "minSize",
  "sizeIncrement",
  "suggestedSizeIncrement",
]);

const DETAILS_CONTRACT: ContractMembers = new Set<keyof Contract>([
  "conId",
  "symbol",
  "secType",
  "lastTradeDate",
  "strike",
  "right",
  "multiplier",
  "exchange",
  "primaryExch",
  "currency",
  "localSymbol",
  "tradingClass",
]);

const BOND_CONTRACT: ContractMembers = new Set<keyof Contract>([
  "conId",
  "symbol",
  "secType",
  "exchange",
  "currency",
  "tradingClass",
]);

const SCANNER_CONTRACT: ContractMembers = new Set<keyof Contract>([
  "conId",
  "symbol",
  "secType",
  "strike",
  "right",
  "exchange",
  "currency",
  "localSymbol",
  "tradingClass",
]);

export function contractDetails(contract: Message<"Contract">, details: Source): ContractDetails {
  const always = contract.secType === SecType.FUND ? FUND_DETAILS : DETAILS;
  const target: ContractDetails = { contract: contractOf(contract, DETAILS_CONTRACT) };
  splitLastTradeDate(target, false);
  return fill<Source, ContractDetails>(target, details, MEMBERS, always);
}

export function bondDetails(contract: Message<"Contract">, details: Source): ContractDetails {
  const target: ContractDetails = { contract: contractOf(contract, BOND_CONTRACT) };
  splitLastTradeDate(target, true);
  return fill<Source, ContractDetails>(target, details, MEMBERS, BOND_DETAILS);
}

/** The details that scanner rows have. */
export function scannedContract(contract: Message<"Contract">, marketName: string): ContractDetails {
  const target: ContractDetails = { contract: contractOf(contract, SCANNER_CONTRACT), marketName };
  splitLastTradeDate(target, false);
  return target;
}

/** "date-time-zone" in parts, as stock has them: a bond's date is its maturity. */
function splitLastTradeDate(details: ContractDetails, isBond: boolean): void {
  const { contract } = details;
  const whole = contract.lastTradeDateOrContractMonth;
  delete contract.lastTradeDateOrContractMonth;
  if (whole === undefined || whole === "") return;
  const [date, time, zone] = whole.indexOf("-") > 0 ? whole.split("-") : [whole];
  if (isBond) details.maturity = date;
  else contract.lastTradeDateOrContractMonth = date;
  if (time !== undefined) details.lastTradeTime = time;
  if (isBond && zone !== undefined) details.timeZoneId = zone;
}

function reasons(list: readonly Message<"IneligibilityReason">[] | undefined) {
  return (list ?? []).map(({ id = "", description = "" }) => ({ id, description }));
}
