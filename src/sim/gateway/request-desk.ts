import type { Exchange } from "../exchange/exchange.js";
import type { RequestName, Requests } from "../model/requests.js";
import { AccountHandlers } from "./account-handlers.js";
import type { Client } from "./client.js";
import { DepthDesk } from "./depth.js";
import { exerciseOptions } from "./exercise.js";
import { HistoryHandlers } from "./history-handlers.js";
import type { HistoryPacing } from "./history-pacing.js";
import { LookupHandlers } from "./lookup-handlers.js";
import { OptionCalculator } from "./option-values.js";
import { ResearchHandlers } from "./research-handlers.js";
import { SessionHandlers } from "./session-handlers.js";
import { TickByTickDesk } from "./tick-by-tick.js";

/** Requests that concern connections, top-of-book data and orders; the gateway answers them itself. */
export type OwnRequest =
  | "startApi"
  | "reqMktData"
  | "cancelMktData"
  | "reqMarketDataType"
  | "placeOrder"
  | "cancelOrder"
  | "reqGlobalCancel"
  | "reqOpenOrders"
  | "reqAllOpenOrders"
  | "reqAutoOpenOrders"
  | "reqCompletedOrders"
  | "reqExecutions"
  | "reqIds"
  | "reqManagedAccts";

export type DeskRequest = Exclude<RequestName, OwnRequest>;

type Handlers = { readonly [N in DeskRequest]: (client: Client, body: Requests[N]) => void };

/** Answers what is not about connections, top-of-book data and orders. */
export class RequestDesk {
  private readonly accounts: AccountHandlers;
  private readonly depth: DepthDesk;
  private readonly tickByTick: TickByTickDesk;
  private readonly history: HistoryHandlers;
  private readonly calculator: OptionCalculator;
  private readonly research: ResearchHandlers;
  private readonly session: SessionHandlers;
  private readonly handlers: Handlers;

  /** @param port where the gateway listens */
  constructor(
    private readonly exchange: Exchange,
    port: () => number,
    historyPacing: HistoryPacing,
  ) {
    this.accounts = new AccountHandlers(exchange);
    this.depth = new DepthDesk(exchange);
    this.tickByTick = new TickByTickDesk(exchange);
    this.history = new HistoryHandlers(exchange, historyPacing);
    this.calculator = new OptionCalculator(exchange);
    this.research = new ResearchHandlers(exchange);
    this.session = new SessionHandlers(exchange, port);
    this.handlers = {
      ...this.accountHandlers(),
      ...this.dataHandlers(),
      ...this.lookupHandlers(),
      ...this.researchHandlers(),
      ...this.sessionHandlers(),
    };
  }

  serve<N extends DeskRequest>(client: Client, name: N, body: Requests[N]): void {
    this.handlers[name](client, body);
  }

  /** Ends a client's subscriptions to data of markets. */
  dropStreams(client: Client): void {
    for (const part of [this.depth, this.tickByTick, this.history]) part.drop(client);
  }

  /** A client is gone. */
  drop(client: Client): void {
    this.dropStreams(client);
    this.accounts.drop(client);
    this.calculator.drop(client);
    this.research.drop(client);
    this.session.drop(client);
  }

  private accountHandlers() {
    const { accounts } = this;
    return {
      reqAccountUpdates: (c, body) => accounts.accountUpdates(c, body),
      reqPositions: (c) => accounts.sendPositions(c),
      cancelPositions: (c) => accounts.cancelPositions(c),
      reqAccountSummary: (c, body) => accounts.sendSummary(c, body),
      cancelAccountSummary: (c, { reqId }) => accounts.cancelSummary(c, reqId),
      reqPositionsMulti: (c, body) => accounts.positionsMulti(c, body),
      cancelPositionsMulti: (c, { reqId }) => accounts.cancelPositionsMulti(c, reqId),
      reqAccountUpdatesMulti: (c, body) => accounts.accountUpdatesMulti(c, body),
      cancelAccountUpdatesMulti: (c, { reqId }) => accounts.cancelAccountUpdatesMulti(c, reqId),
      reqPnL: (c, body) => accounts.pnl(c, body),
      cancelPnL: (c, { reqId }) => accounts.cancelPnl(c, "pnl", reqId),
      reqPnLSingle: (c, body) => accounts.pnlSingle(c, body),
      cancelPnLSingle: (c, { reqId }) => accounts.cancelPnl(c, "single", reqId),
      exerciseOptions: (c, body) => exerciseOptions(this.exchange, c, body),
    } satisfies Partial<Handlers>;
  }

  private dataHandlers() {
    const { depth, tickByTick, history, calculator } = this;
    return {
      reqMktDepth: (c, body) => depth.subscribe(c, body),
      cancelMktDepth: (c, { reqId }) => depth.cancel(c, reqId),
      reqTickByTickData: (c, body) => tickByTick.subscribe(c, body),
      cancelTickByTickData: (c, { reqId }) => tickByTick.cancel(c, reqId),
      reqRealTimeBars: (c, body) => history.realTimeBars(c, body),
      cancelRealTimeBars: (c, { reqId }) => history.cancelRealTimeBars(c, reqId),
      reqHistoricalData: (c, body) => history.historicalData(c, body),
      cancelHistoricalData: (c, { reqId }) => history.cancelHistoricalData(c, reqId),
      reqHeadTimestamp: (c, body) => history.headTimestamp(c, body),
      reqHistoricalTicks: (c, body) => history.historicalTicks(c, body),
      reqHistogramData: (c, body) => history.histogram(c, body),
      // These are answered at once and completely: there is nothing left to cancel.
      cancelHeadTimestamp: () => {},
      cancelHistoricalTicks: () => {},
      cancelHistogramData: () => {},
      calculateImpliedVolatility: (c, body) => calculator.impliedVolatility(c, body),
      cancelCalculateImpliedVolatility: (c, { reqId }) => calculator.cancel(c, reqId),
      calculateOptionPrice: (c, body) => calculator.optionPrice(c, body),
      cancelCalculateOptionPrice: (c, { reqId }) => calculator.cancel(c, reqId),
    } satisfies Partial<Handlers>;
  }

  private lookupHandlers() {
    const lookup = new LookupHandlers(this.exchange);
    return {
      reqContractData: (c, body) => lookup.contractDetails(c, body),
      cancelContractData: () => {},
      reqMatchingSymbols: (c, body) => lookup.matchingSymbols(c, body),
      reqMarketRule: (c, { marketRuleId }) => lookup.marketRule(c, marketRuleId),
      reqSecDefOptParams: (c, body) => lookup.optionParameters(c, body),
      reqSmartComponents: (c, body) => lookup.smartComponents(c, body),
      reqMktDepthExchanges: (c) => lookup.depthExchanges(c),
    } satisfies Partial<Handlers>;
  }

  private researchHandlers() {
    const { research } = this;
    return {
      reqNewsBulletins: (c, body) => research.bulletins(c, body),
      cancelNewsBulletins: () => {},
      reqNewsProviders: (c) => research.providers(c),
      reqNewsArticle: (c, body) => research.article(c, body),
      reqHistoricalNews: (c, body) => research.historicalNews(c, body),
      reqScannerParameters: (c) => research.scannerParameters(c),
      reqScannerSubscription: (c, body) => research.scannerSubscription(c, body),
      cancelScannerSubscription: (c, { reqId }) => research.cancelScanner(c, reqId),
      reqFundamentalData: (c, body) => research.fundamentals(c, body),
      cancelFundamentalData: () => {},
      reqWshMetaData: (c, { reqId }) => research.wallStreetHorizon(c, reqId),
      cancelWshMetaData: () => {},
      reqWshEventData: (c, { reqId }) => research.wallStreetHorizon(c, reqId),
      cancelWshEventData: () => {},
    } satisfies Partial<Handlers>;
  }

  private sessionHandlers() {
    const { session, exchange } = this;
    return {
      reqCurrentTime: (c) => c.send("currentTime", { time: exchange.nowSeconds() }),
      reqCurrentTimeInMillis: (c) => c.send("currentTimeInMillis", { time: exchange.clock.now() }),
      setServerLogLevel: () => {},
      queryDisplayGroups: (c, body) => session.displayGroups(c, body),
      subscribeToGroupEvents: (c, body) => session.subscribeGroup(c, body),
      updateDisplayGroup: (c, body) => session.updateGroup(c, body),
      unsubscribeFromGroupEvents: (c, { reqId }) => session.unsubscribeGroup(c, reqId),
      reqFA: (c) => session.requestFA(c),
      replaceFA: (c, body) => session.replaceFA(c, body),
      reqSoftDollarTiers: (c, body) => session.softDollarTiers(c, body),
      reqFamilyCodes: (c) => session.familyCodes(c),
      reqUserInfo: (c, body) => session.userInfo(c, body),
      reqConfig: (c, body) => session.sendConfig(c, body),
      updateConfig: (c, body) => session.updateConfig(c, body),
      verifyRequest: (c) => session.verify(c),
      verifyMessage: (c) => session.completeVerification(c),
      verifyAndAuthRequest: (c) => session.verifyAndAuth(c),
      verifyAndAuthMessage: (c) => session.completeVerifyAndAuth(c),
    } satisfies Partial<Handlers>;
  }
}
