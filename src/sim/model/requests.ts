import type { Config, ConfigWarning } from "./config.js";
import type { ContractFields } from "./contract.js";
import type { OrderFields } from "./order.js";

/** An order that the gateway is to make and attach to the one that is placed. */
export interface AttachedOrder {
  role: "stopLoss" | "profitTaker";
  orderId: number;
  orderType: string;
}

/** The id under which a request is answered: that of the request or of its order, -1 for one without. */
export function requestId(body: Requests[RequestName]): number {
  if ("reqId" in body) return body.reqId;
  return "orderId" in body ? body.orderId : -1;
}

/** Every request the gateway understands, by name, free of any dialect. */
export interface Requests {
  startApi: { clientId: number; optionalCapabilities: string };
  reqMktData: {
    reqId: number;
    contract: ContractFields;
    genericTickList: string;
    snapshot: boolean;
    regulatorySnapshot: boolean;
  };
  cancelMktData: { reqId: number };
  reqMarketDataType: { marketDataType: number };
  placeOrder: { orderId: number; contract: ContractFields; order: OrderFields; attached?: AttachedOrder[] };
  cancelOrder: { orderId: number; manualOrderCancelTime: string };
  reqGlobalCancel: Record<string, never>;
  reqOpenOrders: Record<string, never>;
  reqAllOpenOrders: Record<string, never>;
  reqAutoOpenOrders: { autoBind: boolean };
  reqCompletedOrders: { apiOnly: boolean };
  reqExecutions: { reqId: number; filter: ExecutionFilter };
  reqIds: { numIds: number };
  reqManagedAccts: Record<string, never>;
  reqAccountUpdates: { subscribe: boolean; acctCode: string };
  reqPositions: Record<string, never>;
  cancelPositions: Record<string, never>;
  reqAccountSummary: { reqId: number; group: string; tags: string };
  cancelAccountSummary: { reqId: number };
  reqPnL: { reqId: number; account: string; modelCode: string };
  cancelPnL: { reqId: number };
  reqPnLSingle: { reqId: number; account: string; modelCode: string; conId: number };
  cancelPnLSingle: { reqId: number };
  /** `ignoredFor`: what keeps a gateway from answering at all. */
  reqContractData: { reqId: number; contract: ContractFields; ignoredFor?: string };
  reqMatchingSymbols: { reqId: number; pattern: string };
  reqMarketRule: { marketRuleId: number };
  reqHistoricalData: HistoricalDataRequest;
  cancelHistoricalData: { reqId: number };
  reqHeadTimestamp: {
    reqId: number;
    contract: ContractFields;
    useRTH: boolean;
    whatToShow: string;
    formatDate: number;
  };
  cancelHeadTimestamp: { reqId: number };
  reqCurrentTime: Record<string, never>;
  setServerLogLevel: { logLevel: number };
  reqMktDepth: { reqId: number; contract: ContractFields; numRows: number; isSmartDepth: boolean };
  cancelMktDepth: { reqId: number; isSmartDepth: boolean };
  reqNewsBulletins: { allMessages: boolean };
  cancelNewsBulletins: Record<string, never>;
  reqFA: { faDataType: number };
  replaceFA: { reqId: number; faDataType: number; xml: string };
  exerciseOptions: ExerciseRequest;
  reqScannerParameters: Record<string, never>;
  reqScannerSubscription: { reqId: number; subscription: ScannerSubscription };
  cancelScannerSubscription: { reqId: number };
  reqRealTimeBars: {
    reqId: number;
    contract: ContractFields;
    barSize: number;
    whatToShow: string;
    useRTH: boolean;
  };
  cancelRealTimeBars: { reqId: number };
  reqFundamentalData: { reqId: number; contract: ContractFields; reportType: string };
  cancelFundamentalData: { reqId: number };
  calculateImpliedVolatility: {
    reqId: number;
    contract: ContractFields;
    optionPrice: number;
    underPrice: number;
  };
  cancelCalculateImpliedVolatility: { reqId: number };
  calculateOptionPrice: { reqId: number; contract: ContractFields; volatility: number; underPrice: number };
  cancelCalculateOptionPrice: { reqId: number };
  verifyRequest: { apiName: string; apiVersion: string };
  verifyMessage: { apiData: string };
  verifyAndAuthRequest: { apiName: string; apiVersion: string; opaqueIsvKey: string };
  verifyAndAuthMessage: { apiData: string; xyzResponse: string };
  queryDisplayGroups: { reqId: number };
  subscribeToGroupEvents: { reqId: number; groupId: number };
  updateDisplayGroup: { reqId: number; contractInfo: string };
  unsubscribeFromGroupEvents: { reqId: number };
  reqPositionsMulti: { reqId: number; account: string; modelCode: string };
  cancelPositionsMulti: { reqId: number };
  reqAccountUpdatesMulti: { reqId: number; account: string; modelCode: string; ledgerAndNLV: boolean };
  cancelAccountUpdatesMulti: { reqId: number };
  reqSecDefOptParams: {
    reqId: number;
    underlyingSymbol: string;
    futFopExchange: string;
    underlyingSecType: string;
    underlyingConId: number;
  };
  reqSoftDollarTiers: { reqId: number };
  reqFamilyCodes: Record<string, never>;
  reqMktDepthExchanges: Record<string, never>;
  reqSmartComponents: { reqId: number; bboExchange: string };
  reqNewsArticle: { reqId: number; providerCode: string; articleId: string };
  reqNewsProviders: Record<string, never>;
  reqHistoricalNews: {
    reqId: number;
    conId: number;
    providerCodes: string;
    startDateTime: string;
    endDateTime: string;
    totalResults: number;
  };
  reqHistogramData: { reqId: number; contract: ContractFields; useRTH: boolean; timePeriod: string };
  cancelHistogramData: { reqId: number };
  reqHistoricalTicks: HistoricalTicksRequest;
  cancelHistoricalTicks: { reqId: number };
  reqTickByTickData: {
    reqId: number;
    contract: ContractFields;
    tickType: string;
    numberOfTicks: number;
    ignoreSize: boolean;
  };
  cancelTickByTickData: { reqId: number };
  reqWshMetaData: { reqId: number };
  cancelWshMetaData: { reqId: number };
  reqWshEventData: { reqId: number; conId: number };
  cancelWshEventData: { reqId: number };
  reqUserInfo: { reqId: number };
  reqCurrentTimeInMillis: Record<string, never>;
  cancelContractData: { reqId: number };
  reqConfig: { reqId: number };
  updateConfig: ConfigUpdate;
}

export type RequestName = keyof Requests;

export type Request = { [N in RequestName]: { name: N; body: Requests[N] } }[RequestName];

export interface ExecutionFilter {
  clientId: number;
  acctCode: string;
  /** `yyyymmdd-hh:mm:ss` (UTC) or `yyyymmdd hh:mm:ss [zone]`; empty: all of the day. */
  time: string;
  symbol: string;
  secType: string;
  exchange: string;
  side: string;
  /** Executions of the last N days only; not given: of all that are known. */
  lastNDays?: number;
  /** Executions of these days (`yyyymmdd` as numbers) only; empty: any. */
  specificDates: number[];
}

export interface HistoricalDataRequest {
  reqId: number;
  contract: ContractFields;
  endDateTime: string;
  barSizeSetting: string;
  durationStr: string;
  useRTH: boolean;
  whatToShow: string;
  formatDate: number;
  keepUpToDate: boolean;
}

export interface HistoricalTicksRequest {
  reqId: number;
  contract: ContractFields;
  /** One of the two times is given; ticks start at the first or end at the second. */
  startDateTime: string;
  endDateTime: string;
  numberOfTicks: number;
  whatToShow: string;
  useRTH: boolean;
  ignoreSize: boolean;
}

export interface ExerciseRequest {
  reqId: number;
  contract: ContractFields;
  /** 1 exercise, 2 lapse. */
  exerciseAction: number;
  exerciseQuantity: number;
  account: string;
  override: boolean;
}

/** What a scanner looks for; numbers that are not given do not limit. */
export interface ScannerSubscription {
  numberOfRows?: number;
  instrument: string;
  locationCode: string;
  scanCode: string;
  abovePrice?: number;
  belowPrice?: number;
  aboveVolume?: number;
  stockTypeFilter: string;
}

/** A change of the configuration; parts that are not given stay as they are. */
export interface ConfigUpdate extends Config {
  reqId: number;
  acceptedWarnings: ConfigWarning[];
  resetAPIOrderSequence: boolean;
}
