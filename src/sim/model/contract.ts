/** A contract as it stands in requests and messages; empty text and 0 mean "not given". */
export interface ContractFields {
  conId: number;
  symbol: string;
  secType: string;
  lastTradeDateOrContractMonth: string;
  strike: number;
  right: string;
  multiplier: string;
  exchange: string;
  primaryExch: string;
  currency: string;
  localSymbol: string;
  tradingClass: string;
  includeExpired?: boolean;
  secIdType?: string;
  secId?: string;
  issuerId?: string;
  comboLegs?: ComboLeg[];
  deltaNeutralContract?: DeltaNeutralContract;
}

/** A contract of which nothing is given. */
export const NO_CONTRACT: Readonly<ContractFields> = {
  conId: 0,
  symbol: "",
  secType: "",
  lastTradeDateOrContractMonth: "",
  strike: 0,
  right: "",
  multiplier: "",
  exchange: "",
  primaryExch: "",
  currency: "",
  localSymbol: "",
  tradingClass: "",
};

/** Reads `SYMBOL` (a stock in USD) or `SYMBOL:SECTYPE:CURRENCY`, as scenarios and tick files name contracts. */
export function contractNamed(name: string): ContractFields {
  const [symbol, secType = "STK", currency = "USD"] = name.split(":");
  return { ...NO_CONTRACT, symbol, secType, currency };
}

export interface ComboLeg {
  conId: number;
  ratio: number;
  action: string;
  exchange: string;
  openClose: number;
  shortSaleSlot: number;
  designatedLocation: string;
  exemptCode: number;
}

/** Units of a leg in one unit of its combination, negative for what is sold with it. */
export function legUnits({ action, ratio }: Pick<ComboLeg, "action" | "ratio">): number {
  return action === "SELL" ? -ratio : ratio;
}

/** The legs in one line, as messages about a combination show them: `1x265598,-1x272093`. */
export function legsDescription(legs: readonly ComboLeg[]): string {
  return legs.map((leg) => `${legUnits(leg)}x${leg.conId}`).join(",");
}

export interface DeltaNeutralContract {
  conId: number;
  delta: number;
  price: number;
}

export interface TagValue {
  tag: string;
  value: string;
}

export interface ContractDetailsFields {
  contract: ContractFields;
  marketName: string;
  minTick: number;
  orderTypes: string;
  validExchanges: string;
  priceMagnifier: number;
  underConId: number;
  longName: string;
  contractMonth: string;
  industry: string;
  category: string;
  subcategory: string;
  timeZoneId: string;
  tradingHours: string;
  liquidHours: string;
  evRule: string;
  evMultiplier: number;
  secIdList: TagValue[];
  aggGroup: number;
  underSymbol: string;
  underSecType: string;
  marketRuleIds: string;
  realExpirationDate: string;
  lastTradeDate: string;
  stockType: string;
  minSize: number;
  sizeIncrement: number;
  suggestedSizeIncrement: number;
  /** Only of bonds, which have a message of their own. */
  bond?: BondFields;
}

export interface BondFields {
  cusip: string;
  coupon: number;
  maturity: string;
  issueDate: string;
  ratings: string;
  bondType: string;
  couponType: string;
  convertible: boolean;
  callable: boolean;
  putable: boolean;
  descAppend: string;
  nextOptionDate: string;
  nextOptionType: string;
  nextOptionPartial: boolean;
  notes: string;
}
