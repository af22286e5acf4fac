import type { Config, ConfigWarning } from "./config.js";
import type { ContractDetailsFields, ContractFields } from "./contract.js";
import type { OrderFields, OrderStateFields } from "./order.js";

/** Every message the gateway sends, by name, free of any dialect. Sizes are in shares or contracts. */
export interface Responses {
  tickPrice: { reqId: number; tickType: number; price: number; size: number; attrMask: number };
  tickSize: { reqId: number; tickType: number; size: number };
  tickString: { reqId: number; tickType: number; value: string };
  tickGeneric: { reqId: number; tickType: number; value: number };
  tickSnapshotEnd: { reqId: number };
  tickReqParams: { reqId: number; minTick: number; bboExchange: string; snapshotPermissions: number };
  marketDataType: { reqId: number; marketDataType: number };
  orderStatus: OrderStatusFields;
  openOrder: OpenOrderFields;
  openOrderEnd: Record<string, never>;
  completedOrder: OpenOrderFields;
  completedOrdersEnd: Record<string, never>;
  executionData: { reqId: number; contract: ContractFields; execution: ExecutionFields };
  executionDataEnd: { reqId: number };
  commissionReport: CommissionReportFields;
  error: { id: number; code: number; message: string; advancedOrderRejectJson: string; errorTime: number };
  managedAccounts: { accountsList: string };
  nextValidId: { orderId: number };
  accountValue: { key: string; value: string; currency: string; accountName: string };
  portfolioValue: PortfolioValueFields;
  accountUpdateTime: { timeStamp: string };
  accountDownloadEnd: { accountName: string };
  position: { account: string; contract: ContractFields; position: number; avgCost: number };
  positionEnd: Record<string, never>;
  accountSummary: { reqId: number; account: string; tag: string; value: string; currency: string };
  accountSummaryEnd: { reqId: number };
  pnl: { reqId: number; dailyPnL: number; unrealizedPnL: number; realizedPnL: number };
  pnlSingle: {
    reqId: number;
    position: number;
    dailyPnL: number;
    unrealizedPnL: number;
    realizedPnL: number;
    value: number;
  };
  contractData: { reqId: number; details: ContractDetailsFields };
  contractDataEnd: { reqId: number };
  symbolSamples: { reqId: number; samples: SymbolSample[] };
  marketRule: { marketRuleId: number; priceIncrements: { lowEdge: number; increment: number }[] };
  historicalData: { reqId: number; startDate: string; endDate: string; bars: HistoricalBar[] };
  historicalDataEnd: { reqId: number; startDate: string; endDate: string };
  historicalSchedule: {
    reqId: number;
    startDateTime: string;
    endDateTime: string;
    timeZone: string;
    sessions: { startDateTime: string; endDateTime: string; refDate: string }[];
  };
  headTimestamp: { reqId: number; headTimestamp: string };
  currentTime: { time: number };
  currentTimeInMillis: { time: number };
  bondContractData: { reqId: number; details: ContractDetailsFields };
  tickOptionComputation: OptionComputation;
  marketDepth: DepthUpdate;
  marketDepthL2: DepthUpdate & { marketMaker: string; isSmartDepth: boolean };
  rerouteMktData: { reqId: number; conId: number; exchange: string };
  rerouteMktDepth: { reqId: number; conId: number; exchange: string };
  realTimeBar: { reqId: number; time: number; bar: Omit<HistoricalBar, "date"> };
  historicalDataUpdate: { reqId: number; bar: HistoricalBar };
  historicalTicks: { reqId: number; ticks: HistoricalTick[]; done: boolean };
  historicalTicksBidAsk: { reqId: number; ticks: HistoricalTickBidAsk[]; done: boolean };
  historicalTicksLast: { reqId: number; ticks: HistoricalTickLast[]; done: boolean };
  tickByTickLast: { reqId: number; allLast: boolean; tick: HistoricalTickLast };
  tickByTickBidAsk: { reqId: number; tick: HistoricalTickBidAsk };
  tickByTickMidPoint: { reqId: number; tick: HistoricalTick };
  histogramData: { reqId: number; entries: { price: number; size: number }[] };
  positionMulti: {
    reqId: number;
    account: string;
    modelCode: string;
    contract: ContractFields;
    position: number;
    avgCost: number;
  };
  positionMultiEnd: { reqId: number };
  accountUpdateMulti: {
    reqId: number;
    account: string;
    modelCode: string;
    key: string;
    value: string;
    currency: string;
  };
  accountUpdateMultiEnd: { reqId: number };
  secDefOptParameter: OptionParameters & { reqId: number };
  secDefOptParameterEnd: { reqId: number };
  softDollarTiers: { reqId: number; tiers: { name: string; value: string; displayName: string }[] };
  familyCodes: { codes: { accountId: string; familyCode: string }[] };
  mktDepthExchanges: { descriptions: DepthExchange[] };
  smartComponents: {
    reqId: number;
    components: { bitNumber: number; exchange: string; exchangeLetter: string }[];
  };
  newsProviders: { providers: { providerCode: string; providerName: string }[] };
  newsArticle: { reqId: number; articleType: number; articleText: string };
  tickNews: {
    reqId: number;
    /** Milliseconds since 1970 UTC. */
    timestamp: number;
    providerCode: string;
    articleId: string;
    headline: string;
    extraData: string;
  };
  historicalNews: { reqId: number; time: string; providerCode: string; articleId: string; headline: string };
  historicalNewsEnd: { reqId: number; hasMore: boolean };
  newsBulletin: { newsMsgId: number; newsMsgType: number; newsMessage: string; originatingExch: string };
  scannerParameters: { xml: string };
  scannerData: { reqId: number; rows: ScannerRow[] };
  fundamentalData: { reqId: number; data: string };
  receiveFA: { faDataType: number; xml: string };
  replaceFAEnd: { reqId: number; text: string };
  orderBound: { permId: number; clientId: number; orderId: number };
  wshMetaData: { reqId: number; dataJson: string };
  wshEventData: { reqId: number; dataJson: string };
  userInfo: { reqId: number; whiteBrandingId: string };
  displayGroupList: { reqId: number; groups: string };
  displayGroupUpdated: { reqId: number; contractInfo: string };
  verifyMessageApi: { apiData: string };
  verifyCompleted: { isSuccessful: boolean; errorText: string };
  verifyAndAuthMessageApi: { apiData: string; xyzChallenge: string };
  verifyAndAuthCompleted: { isSuccessful: boolean; errorText: string };
  tickEfp: {
    reqId: number;
    tickType: number;
    basisPoints: number;
    formattedBasisPoints: string;
    impliedFuturesPrice: number;
    holdDays: number;
    futureLastTradeDate: string;
    dividendImpact: number;
    dividendsToLastTradeDate: number;
  };
  deltaNeutralValidation: { reqId: number; conId: number; delta: number; price: number };
  configResponse: { reqId: number; config: Config };
  updateConfigResponse: {
    reqId: number;
    status: string;
    message: string;
    changedFields: string[];
    errors: string[];
    warnings: ConfigWarning[];
  };
}

export type ResponseName = keyof Responses;

export interface OrderStatusFields {
  orderId: number;
  status: string;
  filled: number;
  remaining: number;
  avgFillPrice: number;
  permId: number;
  parentId: number;
  lastFillPrice: number;
  clientId: number;
  whyHeld: string;
  mktCapPrice: number;
}

export interface OpenOrderFields {
  orderId: number;
  clientId: number;
  permId: number;
  parentPermId: number;
  filledQuantity: number;
  contract: ContractFields;
  order: OrderFields;
  state: OrderStateFields;
}

export interface ExecutionFields {
  orderId: number;
  execId: string;
  time: string;
  acctNumber: string;
  exchange: string;
  side: string;
  shares: number;
  price: number;
  permId: number;
  clientId: number;
  liquidation: number;
  cumQty: number;
  avgPrice: number;
  orderRef: string;
  modelCode: string;
  /** 1 added, 2 removed, 3 routed out. */
  lastLiquidity: number;
  submitter: string;
}

export interface CommissionReportFields {
  execId: string;
  commission: number;
  currency: string;
  /** `undefined` for an execution that closes nothing. */
  realizedPNL?: number;
}

export interface PortfolioValueFields {
  contract: ContractFields;
  position: number;
  marketPrice: number;
  marketValue: number;
  averageCost: number;
  unrealizedPNL: number;
  realizedPNL: number;
  accountName: string;
}

export interface SymbolSample {
  contract: ContractFields;
  derivativeSecTypes: string[];
  description: string;
  issuerId: string;
}

export interface HistoricalBar {
  date: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  wap: number;
  barCount: number;
}

/** Values of an option at one price; `undefined` is "not computed". */
export interface OptionComputation {
  reqId: number;
  tickType: number;
  /** 0 return based, 1 price based. */
  tickAttrib: number;
  impliedVol?: number;
  delta?: number;
  optPrice?: number;
  pvDividend?: number;
  gamma?: number;
  vega?: number;
  theta?: number;
  undPrice?: number;
}

export interface DepthUpdate {
  reqId: number;
  /** Row counted from the best price, 0. */
  position: number;
  /** 0 insert, 1 update, 2 delete. */
  operation: number;
  /** 0 ask, 1 bid. */
  side: number;
  price: number;
  size: number;
}

/** One trade without its market, or a midpoint. Times are seconds since 1970 UTC. */
export interface HistoricalTick {
  time: number;
  price: number;
  size: number;
}

export interface HistoricalTickLast extends HistoricalTick {
  pastLimit: boolean;
  unreported: boolean;
  exchange: string;
  specialConditions: string;
}

export interface HistoricalTickBidAsk {
  time: number;
  bidPastLow: boolean;
  askPastHigh: boolean;
  priceBid: number;
  priceAsk: number;
  sizeBid: number;
  sizeAsk: number;
}

export interface OptionParameters {
  exchange: string;
  underlyingConId: number;
  tradingClass: string;
  multiplier: string;
  /** `yyyymmdd` */
  expirations: string[];
  strikes: number[];
}

export interface DepthExchange {
  exchange: string;
  secType: string;
  listingExch: string;
  /** `Deep` or `Deep2`. */
  serviceDataType: string;
  aggGroup?: number;
}

export interface ScannerRow {
  rank: number;
  contract: ContractFields;
  marketName: string;
  distance: string;
  benchmark: string;
  projection: string;
  legsStr: string;
}
