import { EventName } from "@stoqey/ib";
import { describe, expect, test } from "vitest";
import { NativeEventName } from "../../../src/dialect/extensions/index.js";
import { INCOMING, type Incoming, type IncomingName } from "../../../src/protocol/messages.js";
import type { Message } from "../../../src/protocol/schema.js";
import { fromText, open, received, type Token, withZeros } from "./notes.js";

/**
 * One logical value in text at 193, through stock's decoder, and in protobuf, through the dialect: equal events. The
 * text layouts are written here from the protocol's facts. Orders have a file of their own.
 */

const MAX = Number.MAX_VALUE;
const MAX_TEXT = "1.7976931348623157E308";

/** Decoded in C++. */
const HOT: readonly IncomingName[] = [
  "TICK_PRICE",
  "TICK_SIZE",
  "ORDER_STATUS",
  "MARKET_DEPTH",
  "MARKET_DEPTH_L2",
  "TICK_OPTION_COMPUTATION",
  "TICK_GENERIC",
  "TICK_STRING",
  "REAL_TIME_BARS",
  "TICK_BY_TICK",
];
/** In other files: order-events.test.ts, bars.test.ts. */
const ELSEWHERE: readonly IncomingName[] = [
  "OPEN_ORDER",
  "COMPLETED_ORDER",
  "HISTORICAL_DATA",
  "HISTORICAL_DATA_END",
];
/** Stock knows no text form; below. */
const NEW: readonly IncomingName[] = [
  "CURRENT_TIME_IN_MILLIS",
  "CONFIG_RESPONSE",
  "UPDATE_CONFIG_RESPONSE",
  "VERIFY_MESSAGE_API",
  "VERIFY_COMPLETED",
];
/** No protobuf form; below. */
const TEXT_ONLY: readonly IncomingName[] = [
  "TICK_EFP",
  "DELTA_NEUTRAL_VALIDATION",
  "VERIFY_AND_AUTH_MESSAGE_API",
  "VERIFY_AND_AUTH_COMPLETED",
];

const OPTION: Message<"Contract"> = {
  conId: 620_731_015,
  symbol: "SPY",
  secType: "OPT",
  lastTradeDateOrContractMonth: "20261218",
  strike: 512.5,
  right: "C",
  multiplier: 100,
  exchange: "SMART",
  currency: "USD",
  localSymbol: "SPY   261218C00512500",
  tradingClass: "SPY",
};

const plain = (c: Message<"Contract">): Token[] => [
  c.conId,
  c.symbol,
  c.secType,
  c.lastTradeDateOrContractMonth,
  c.strike,
  c.right,
  c.multiplier,
  c.exchange,
  c.currency,
  c.localSymbol,
  c.tradingClass,
];

const STOCK: Message<"Contract"> = {
  conId: 265598,
  symbol: "AAPL",
  secType: "STK",
  strike: 0,
  exchange: "SMART",
  currency: "USD",
  localSymbol: "AAPL",
  tradingClass: "NMS",
};

type Case = { [N in IncomingName]: [name: N, body: Incoming<N>, tokens: Token[]] }[IncomingName];

const DETAILS: Message<"ContractDetails"> = {
  marketName: "NMS",
  minTick: "0.01",
  orderTypes: "LMT,MKT",
  validExchanges: "SMART,NYSE",
  priceMagnifier: 1,
  underConId: 756733,
  longName: "Z\\u00fcrich Insurance",
  contractMonth: "202612",
  industry: "Technology",
  category: "Computers",
  subcategory: "Hardware",
  timeZoneId: "US/Eastern",
  tradingHours: "20260709:0400-20260709:2000",
  liquidHours: "20260709:0930-20260709:1600",
  evRule: "rule",
  evMultiplier: 1.5,
  secIdList: new Map([
    ["ISIN", "US0378331005"],
    ["CUSIP", "037833100"],
  ]),
  aggGroup: 2147483647,
  underSymbol: "SPY",
  underSecType: "STK",
  marketRuleIds: "26,26",
  realExpirationDate: "20261218",
  stockType: "COMMON",
  minSize: "0.0001",
  sizeIncrement: "1",
  suggestedSizeIncrement: "100",
  ineligibilityReasonList: [{ id: "7", description: "closed" }, { id: "8" }],
};

function detailsTokens(reqId: number, c: Message<"Contract">, d: Message<"ContractDetails">): Token[] {
  const list = [...(d.secIdList ?? [])];
  const reasons = d.ineligibilityReasonList ?? [];
  const fund: Token[] = [
    d.fundName,
    d.fundFamily,
    d.fundType,
    d.fundFrontLoad,
    d.fundBackLoad,
    d.fundBackLoadTimeInterval,
    d.fundManagementFee,
    d.fundClosed,
    d.fundClosedForNewInvestors,
    d.fundClosedForNewMoney,
    d.fundNotifyAmount,
    d.fundMinimumInitialPurchase,
    d.fundMinimumSubsequentPurchase,
    d.fundBlueSkyStates,
    d.fundBlueSkyTerritories,
    d.fundDistributionPolicyIndicator,
    d.fundAssetType,
  ];
  return [
    ...[10, reqId, c.symbol, c.secType, c.lastTradeDateOrContractMonth, c.lastTradeDate, c.strike, c.right],
    ...[c.exchange, c.currency, c.localSymbol, d.marketName, c.tradingClass, c.conId, d.minTick],
    ...[c.multiplier, d.orderTypes, d.validExchanges, d.priceMagnifier, d.underConId, d.longName],
    ...[c.primaryExch, d.contractMonth, d.industry, d.category, d.subcategory, d.timeZoneId],
    ...[d.tradingHours, d.liquidHours, d.evRule, d.evMultiplier, list.length, ...list.flat()],
    ...[d.aggGroup, d.underSymbol, d.underSecType, d.marketRuleIds, d.realExpirationDate, d.stockType],
    ...[d.minSize, d.sizeIncrement, d.suggestedSizeIncrement],
    ...(c.secType === "FUND" ? fund : []),
    ...[reasons.length, ...reasons.flatMap(({ id, description }) => [id, description])],
  ];
}

const BOND: Message<"Contract"> = {
  conId: 127128131,
  symbol: "AAPL",
  secType: "BOND",
  lastTradeDateOrContractMonth: "20430504-17:00-US/Eastern",
  exchange: "SMART",
  currency: "USD",
  tradingClass: "AAPL",
};
const BOND_DETAILS: Message<"ContractDetails"> = {
  cusip: "IBCID127128131",
  coupon: 3.85,
  issueDate: "20130503",
  ratings: "AA+",
  bondType: "corporate",
  couponType: "FIXED",
  convertible: true,
  puttable: true,
  descAppend: "AAPL 3.85 05/04/43",
  marketName: "AAPL",
  minTick: "0.0001",
  orderTypes: "LMT",
  validExchanges: "SMART",
  nextOptionDate: "20270101",
  nextOptionType: "CALL",
  nextOptionPartial: true,
  bondNotes: "none",
  longName: "APPLE INC",
  timeZoneId: "US/Eastern",
  tradingHours: "20260708:2000-20260709:1700",
  liquidHours: "20260708:2000-20260709:1700",
  secIdList: new Map([["ISIN", "US037833AL42"]]),
  aggGroup: 7,
  marketRuleIds: "1386",
  minSize: "2",
  sizeIncrement: "1",
  suggestedSizeIncrement: "1",
};

function bondTokens(reqId: number, c: Message<"Contract">, d: Message<"ContractDetails">): Token[] {
  const list = [...(d.secIdList ?? [])];
  return [
    ...[18, reqId, c.symbol, c.secType, d.cusip, d.coupon, c.lastTradeDateOrContractMonth, d.issueDate],
    ...[d.ratings, d.bondType, d.couponType, d.convertible, d.callable, d.puttable, d.descAppend],
    ...[c.exchange, c.currency, d.marketName, c.tradingClass, c.conId, d.minTick, d.orderTypes],
    ...[d.validExchanges, d.nextOptionDate, d.nextOptionType, d.nextOptionPartial, d.bondNotes, d.longName],
    ...[d.timeZoneId, d.tradingHours, d.liquidHours, d.evRule, d.evMultiplier, list.length, ...list.flat()],
    ...[d.aggGroup, d.marketRuleIds, d.minSize, d.sizeIncrement, d.suggestedSizeIncrement],
  ];
}

const EXECUTION: Message<"Execution"> = {
  orderId: 600,
  execId: "0000e0d5.69dd7411.01.01",
  time: "20260825 14:11:30 US/Eastern",
  acctNumber: "DU1",
  exchange: "NASDAQ",
  side: "BOT",
  shares: "1.5",
  price: 309.16,
  permId: 9000000600,
  clientId: 1,
  isLiquidation: true,
  cumQty: "1.5",
  avgPrice: 309.16,
  orderRef: "ref",
  evRule: "rule",
  evMultiplier: 2,
  modelCode: "model",
  lastLiquidity: 2,
  isPriceRevisionPending: true,
};

const executionTokens = (reqId: number, c: Message<"Contract">, e: Message<"Execution">): Token[] => [
  ...[11, reqId, e.orderId, ...plain(c)],
  ...[e.execId, e.time, e.acctNumber, e.exchange, e.side, e.shares, e.price, e.permId, e.clientId],
  ...[e.isLiquidation, e.cumQty, e.avgPrice, e.orderRef, e.evRule, e.evMultiplier, e.modelCode],
  ...[e.lastLiquidity, e.isPriceRevisionPending],
];

const CASES: Case[] = [
  ["ERR_MSG", { id: -1, errorCode: 2104, errorMsg: "farm OK" }, [4, 2, -1, 2104, "farm OK", ""]],
  ["ERR_MSG", { id: 7, errorCode: 200, errorMsg: "Z\\u00fcrich" }, [4, 2, 7, 200, "Z\\u00fcrich", ""]],
  [
    "ERR_MSG",
    { id: 7, errorCode: 201, errorMsg: "no", advancedOrderRejectJson: '{"a":["\\u00fc"]}' },
    [4, 2, 7, 201, "no", '{"a":["\\u00fc"]}'],
  ],
  ["NEXT_VALID_ID", { orderId: 581 }, [9, 1, 581]],
  ["MANAGED_ACCTS", { accountsList: "DU1,DU2," }, [15, 1, "DU1,DU2,"]],
  ["CURRENT_TIME", { currentTime: 1787681489 }, [49, 1, 1787681489]],
  ["USER_INFO", { reqId: 3, whiteBrandingId: "brand" }, [107, 3, "brand"]],
  ["DISPLAY_GROUP_LIST", { reqId: 3, groups: "1|2" }, [67, 1, 3, "1|2"]],
  ["DISPLAY_GROUP_UPDATED", { reqId: 3, contractInfo: "8314@SMART" }, [68, 1, 3, "8314@SMART"]],
  ["MARKET_DATA_TYPE", { reqId: 1, marketDataType: 3 }, [58, 1, 1, 3]],
  ["TICK_SNAPSHOT_END", { reqId: 6 }, [57, 1, 6]],
  // Stock cuts the fraction off minTick, the drop-in does not: a whole one for the comparison.
  [
    "TICK_REQ_PARAMS",
    { reqId: 1, minTick: "5", bboExchange: "9c0001", snapshotPermissions: 4 },
    [81, 1, "5", "9c0001", 4],
  ],
  ["REROUTE_MKT_DATA_REQ", { reqId: 1, conId: 5, exchange: "IBIS" }, [91, 1, 5, "IBIS"]],
  ["REROUTE_MKT_DEPTH_REQ", { reqId: 1, conId: 5, exchange: "IBIS" }, [92, 1, 5, "IBIS"]],
  [
    "MKT_DEPTH_EXCHANGES",
    {
      depthMarketDataDescriptions: [
        { exchange: "DTB", secType: "OPT", listingExch: "X", serviceDataType: "Deep", aggGroup: 3 },
        { exchange: "ISLAND", secType: "STK", serviceDataType: "Deep2", aggGroup: 2147483647 },
        { exchange: "LSE" },
      ],
    },
    [80, 3, "DTB", "OPT", "X", "Deep", 3, "ISLAND", "STK", "", "Deep2", 2147483647, "LSE", "", "", "", ""],
  ],
  [
    "TICK_NEWS",
    {
      reqId: 2,
      timestamp: 1787681489000,
      providerCode: "BRFG",
      articleId: "a1",
      headline: "h",
      extraData: "K:1",
    },
    [84, 2, 1787681489000, "BRFG", "a1", "h", "K:1"],
  ],
  [
    "CONTRACT_DATA",
    { reqId: 4, contract: OPTION, contractDetails: DETAILS },
    detailsTokens(4, OPTION, DETAILS),
  ],
  ["CONTRACT_DATA", { reqId: 4, contract: {}, contractDetails: {} }, detailsTokens(4, {}, {})],
  [
    "CONTRACT_DATA",
    {
      reqId: 4,
      contract: {
        ...OPTION,
        lastTradeDateOrContractMonth: "20261218-08:30",
        lastTradeDate: "20261218",
        right: "?",
      },
      contractDetails: { minTick: MAX_TEXT, evMultiplier: MAX },
    },
    detailsTokens(
      4,
      { ...OPTION, lastTradeDateOrContractMonth: "20261218-08:30", lastTradeDate: "20261218", right: "?" },
      { minTick: MAX_TEXT, evMultiplier: MAX },
    ),
  ],
  [
    "CONTRACT_DATA",
    {
      reqId: 5,
      contract: { symbol: "VFINX", secType: "FUND", primaryExch: "FUNDSERV" },
      contractDetails: {
        fundName: "Fund",
        fundClosed: true,
        fundMinimumSubsequentPurchase: "100",
        fundAssetType: "N",
      },
    },
    detailsTokens(
      5,
      { symbol: "VFINX", secType: "FUND", primaryExch: "FUNDSERV" },
      { fundName: "Fund", fundClosed: true, fundMinimumSubsequentPurchase: "100", fundAssetType: "N" },
    ),
  ],
  [
    "BOND_CONTRACT_DATA",
    { reqId: 6, contract: BOND, contractDetails: BOND_DETAILS },
    bondTokens(6, BOND, BOND_DETAILS),
  ],
  ["BOND_CONTRACT_DATA", { reqId: 6, contract: {}, contractDetails: {} }, bondTokens(6, {}, {})],
  ["CONTRACT_DATA_END", { reqId: 4 }, [52, 1, 4]],
  [
    "SYMBOL_SAMPLES",
    {
      reqId: 8,
      contractDescriptions: [
        {
          contract: { conId: 1, symbol: "IBM", secType: "STK", primaryExch: "NYSE", currency: "USD" },
          derivativeSecTypes: ["OPT", "WAR"],
        },
        { contract: { secType: "BOND", description: "IBM bonds", issuerId: "e1359061" } },
      ],
    },
    [79, 8, 2, 1, "IBM", "STK", "NYSE", "USD", 2, "OPT", "WAR", "", ""].concat([
      "",
      "",
      "BOND",
      "",
      "",
      0,
      "IBM bonds",
      "e1359061",
    ] as never[]),
  ],
  [
    "SECURITY_DEFINITION_OPTION_PARAMETER",
    {
      reqId: 9,
      exchange: "CBOE",
      underlyingConId: 265598,
      tradingClass: "AAPL",
      multiplier: "100",
      expirations: ["20261218", "20270115"],
      strikes: [0.5, 100, MAX],
    },
    [75, 9, "CBOE", 265598, "AAPL", "100", 2, "20261218", "20270115", 3, 0.5, 100, MAX],
  ],
  ["SECURITY_DEFINITION_OPTION_PARAMETER", {}, [75, -1, "", "", "", "", 0, 0]],
  ["SECURITY_DEFINITION_OPTION_PARAMETER_END", { reqId: 9 }, [76, 9]],
  [
    "MARKET_RULE",
    { marketRuleId: 26, priceIncrements: [{ lowEdge: 0, increment: 0.01 }, { lowEdge: 1 }] },
    [93, 26, 2, 0, 0.01, 1, ""],
  ],
  [
    "SMART_COMPONENTS",
    {
      reqId: 1,
      smartComponents: [
        { bitNumber: 0, exchange: "NYSE", exchangeLetter: "N" },
        { bitNumber: 5, exchange: "BATS" },
      ],
    },
    [82, 1, 2, 0, "NYSE", "N", 5, "BATS", ""],
  ],
  [
    "SOFT_DOLLAR_TIERS",
    { reqId: 1, softDollarTiers: [{ name: "n", value: "v", displayName: "d" }, {}] },
    [77, 1, 2, "n", "v", "d", "", "", ""],
  ],
  [
    "EXECUTION_DATA",
    { reqId: -1, contract: STOCK, execution: EXECUTION },
    executionTokens(-1, STOCK, EXECUTION),
  ],
  ["EXECUTION_DATA", { reqId: 2, contract: OPTION, execution: {} }, executionTokens(2, OPTION, {})],
  ["EXECUTION_DATA_END", { reqId: 2 }, [55, 1, 2]],
  [
    "COMMISSION_AND_FEES_REPORT",
    { execId: "e", commissionAndFees: 1.006566, currency: "USD", realizedPNL: -2.016569 },
    [59, 1, "e", 1.006566, "USD", -2.016569, MAX_TEXT, ""],
  ],
  [
    "COMMISSION_AND_FEES_REPORT",
    { execId: "e", commissionAndFees: 1, currency: "USD", bondYield: 0.03, yieldRedemptionDate: "20300101" },
    [59, 1, "e", 1, "USD", MAX_TEXT, 0.03, "20300101"],
  ],
  ["ORDER_BOUND", { permId: 9000000600, clientId: 2, orderId: 8 }, [100, 9000000600, 2, 8]],
  ["OPEN_ORDER_END", {}, [53, 1]],
  ["COMPLETED_ORDERS_END", {}, [102]],
  [
    "ACCT_VALUE",
    { key: "NetLiquidation", value: "36992.49", currency: "EUR", accountName: "DU1" },
    [6, 2, "NetLiquidation", "36992.49", "EUR", "DU1"],
  ],
  [
    "ACCT_VALUE",
    { key: "AccountCode", value: "DU1", accountName: "DU1" },
    [6, 2, "AccountCode", "DU1", "", "DU1"],
  ],
  [
    "PORTFOLIO_VALUE",
    {
      contract: { ...OPTION, exchange: undefined, primaryExch: "CBOE" },
      position: "-4.5",
      marketPrice: 1941000,
      marketValue: -7764000,
      averageCost: 2228000.25,
      unrealizedPNL: -1148000,
      realizedPNL: 0,
      accountName: "DU1",
    },
    [
      ...[7, 8, ...plain({ ...OPTION, exchange: "CBOE" })],
      ...["-4.5", 1941000, -7764000, 2228000.25, -1148000, 0, "DU1"],
    ],
  ],
  ["PORTFOLIO_VALUE", { contract: {} }, [7, 8, ...Array<string>(11).fill(""), "", "", "", "", "", "", ""]],
  ["ACCT_UPDATE_TIME", { timeStamp: "22:06" }, [8, 1, "22:06"]],
  ["ACCT_DOWNLOAD_END", { accountName: "DU1" }, [54, 1, "DU1"]],
  [
    "ACCOUNT_SUMMARY",
    { reqId: 1, account: "DU1", tag: "BuyingPower", value: "183875.22", currency: "EUR" },
    [63, 1, 1, "DU1", "BuyingPower", "183875.22", "EUR"],
  ],
  ["ACCOUNT_SUMMARY_END", { reqId: 1 }, [64, 1, 1]],
  [
    "ACCOUNT_UPDATE_MULTI",
    { reqId: 1, account: "DU1", modelCode: "m", key: "k", value: "v", currency: "USD" },
    [73, 1, 1, "DU1", "m", "k", "v", "USD"],
  ],
  ["ACCOUNT_UPDATE_MULTI_END", { reqId: 1 }, [74, 1, 1]],
  [
    "POSITION_DATA",
    { account: "DU1", contract: OPTION, position: "40", avgCost: 1297.8486 },
    [61, 3, "DU1", ...plain(OPTION), "40", 1297.8486],
  ],
  [
    "POSITION_DATA",
    { account: "DU1", contract: STOCK, position: MAX_TEXT, avgCost: MAX },
    [61, 3, "DU1", ...plain(STOCK), MAX_TEXT, MAX],
  ],
  ["POSITION_END", {}, [62, 1]],
  [
    "POSITION_MULTI",
    { reqId: 1, account: "DU1", contract: STOCK, position: "7", avgCost: 1, modelCode: "m" },
    [71, 1, 1, "DU1", ...plain(STOCK), "7", 1, "m"],
  ],
  ["POSITION_MULTI_END", { reqId: 1 }, [72, 1, 1]],
  ["PNL", { reqId: 1, dailyPnL: -1.5, unrealizedPnL: 0, realizedPnL: 2 }, [94, 1, -1.5, 0, 2]],
  ["PNL", { reqId: 1, dailyPnL: 0 }, [94, 1, 0, MAX_TEXT, MAX_TEXT]],
  [
    "PNL_SINGLE",
    { reqId: 1, position: "0.5", dailyPnL: -1.5, unrealizedPnL: MAX, realizedPnL: 2, value: 3 },
    [95, 1, "0.5", -1.5, MAX_TEXT, 2, 3],
  ],
  ["RECEIVE_FA", { faDataType: 1, xml: "<xml/>" }, [16, 1, 1, "<xml/>"]],
  ["REPLACE_FA_END", { reqId: 1, text: "done" }, [103, 1, "done"]],
  [
    "FAMILY_CODES",
    { familyCodes: [{ accountId: "DU1", familyCode: "F1" }, {}] },
    [78, 2, "DU1", "F1", "", ""],
  ],
  [
    "NEWS_BULLETINS",
    { newsMsgId: 1, newsMsgType: 2, newsMessage: "m", originatingExch: "NYSE" },
    [14, 1, 1, 2, "m", "NYSE"],
  ],
  [
    "NEWS_PROVIDERS",
    { newsProviders: [{ providerCode: "BRFG", providerName: "Briefing" }, { providerCode: "DJ" }] },
    [85, 2, "BRFG", "Briefing", "DJ", ""],
  ],
  ["NEWS_ARTICLE", { reqId: 1, articleType: 1, articleText: "text" }, [83, 1, 1, "text"]],
  [
    "HISTORICAL_NEWS",
    { reqId: 1, time: "2026-08-25 20:11:28.0", providerCode: "BRFG", articleId: "a", headline: "h" },
    [86, 1, "2026-08-25 20:11:28.0", "BRFG", "a", "h"],
  ],
  ["HISTORICAL_NEWS_END", { reqId: 1, hasMore: true }, [87, 1, true]],
  ["HISTORICAL_NEWS_END", { reqId: 1 }, [87, 1, false]],
  ["WSH_META_DATA", { reqId: 1, dataJson: "{}" }, [104, 1, "{}"]],
  ["WSH_EVENT_DATA", { reqId: 1, dataJson: "[]" }, [105, 1, "[]"]],
  ["SCANNER_PARAMETERS", { xml: "<xml/>" }, [19, 1, "<xml/>"]],
  [
    "SCANNER_DATA",
    {
      reqId: 1,
      scannerDataElement: [
        {
          rank: 0,
          contract: { ...OPTION, multiplier: undefined },
          marketName: "SPY",
          distance: "d",
          benchmark: "b",
          projection: "p",
          comboKey: "legs",
        },
        { rank: 1, contract: { conId: 2 } },
      ],
    },
    [
      ...[20, 3, 1, 2, 0, OPTION.conId, "SPY", "OPT", "20261218", 512.5, "C", "SMART", "USD"],
      ...[OPTION.localSymbol, "SPY", "SPY", "d", "b", "p", "legs"],
      ...[1, 2, "", "", "", "", "", "", "", "", "", "", "", "", "", ""],
    ],
  ],
  ["SCANNER_DATA", { reqId: 1 }, [20, 3, 1, 0]],
  ["FUNDAMENTAL_DATA", { reqId: 1, data: "<xml/>" }, [51, 1, 1, "<xml/>"]],
  [
    "HISTORICAL_DATA_UPDATE",
    {
      reqId: 1,
      historicalDataBar: {
        date: "20260713 09:30:00 US/Eastern",
        open: 317.04,
        high: 323.45,
        low: 316.45,
        close: 321.22,
        volume: "7492200",
        WAP: "320.857",
        barCount: 54342,
      },
    },
    [
      ...[90, 1, 54342, "20260713 09:30:00 US/Eastern"],
      ...[317.04, 321.22, 323.45, 316.45, "320.857", "7492200"],
    ],
  ],
  ["HISTORICAL_DATA_UPDATE", { reqId: 1, historicalDataBar: {} }, [90, 1, "", "", "", "", "", "", "", ""]],
  [
    "HISTORICAL_SCHEDULE",
    {
      reqId: 1,
      startDateTime: "20260713-09:30:00",
      endDateTime: "20260714-16:00:00",
      timeZone: "US/Eastern",
      historicalSessions: [{ startDateTime: "s", endDateTime: "e", refDate: "20260713" }, {}],
    },
    [
      ...[106, 1, "20260713-09:30:00", "20260714-16:00:00", "US/Eastern", 2],
      ...["s", "e", "20260713", "", "", ""],
    ],
  ],
  ["HEAD_TIMESTAMP", { reqId: 1, headTimestamp: "19801212-14:30:00" }, [88, 1, "19801212-14:30:00"]],
  [
    "HISTOGRAM_DATA",
    { reqId: 1, histogramDataEntries: [{ price: 1.5, size: "10" }, { price: MAX }] },
    [89, 1, 2, 1.5, "10", MAX, ""],
  ],
  [
    "HISTORICAL_TICKS",
    { reqId: 1, historicalTicks: [{ time: 1787681489, price: 1.5, size: "10" }, {}], isDone: true },
    [96, 1, 2, 1787681489, 0, 1.5, "10", "", "", "", "", true],
  ],
  [
    "HISTORICAL_TICKS_BID_ASK",
    {
      reqId: 1,
      historicalTicksBidAsk: [
        {
          time: 5,
          tickAttribBidAsk: { bidPastLow: true },
          priceBid: 1,
          priceAsk: 2,
          sizeBid: "3",
          sizeAsk: "4.5",
        },
        { time: 6, tickAttribBidAsk: { askPastHigh: true } },
        {},
      ],
    },
    [97, 1, 3, 5, 1, 1, 2, "3", "4.5", 6, 2, "", "", "", "", "", "", "", "", "", "", false],
  ],
  [
    "HISTORICAL_TICKS_LAST",
    {
      reqId: 1,
      historicalTicksLast: [
        {
          time: 5,
          tickAttribLast: { pastLimit: true, unreported: true },
          price: 1.5,
          size: "10",
          exchange: "NASDAQ",
          specialConditions: "T I",
        },
        {},
      ],
      isDone: true,
    },
    [98, 1, 2, 5, 3, 1.5, "10", "NASDAQ", "T I", "", "", "", "", "", "", true],
  ],
];

describe("one logical value in text and in protobuf raises equal events", () => {
  test.each(CASES.map(([name, body, tokens], i) => [`${i} ${name}`, name, body, tokens] as const))(
    "%s",
    (_, name, body, tokens) => {
      const events = fromText(...tokens);
      expect(events.length).toBeGreaterThan(0);
      expect(events.filter(([kind, , code]) => kind === "error" && code === 505)).toEqual([]);
      expect(withZeros(received(name, body as never))).toStrictEqual(withZeros(events));
    },
  );

  test("every message is in a test", () => {
    const here = CASES.map(([name]) => name);
    const named = new Set<IncomingName>([...here, ...HOT, ...ELSEWHERE, ...NEW, ...TEXT_ONLY]);
    expect(Object.keys(INCOMING).filter((name) => !named.has(name as IncomingName))).toEqual([]);
  });

  test("equal means also the same types", () => {
    const body: Incoming<"ACCOUNT_UPDATE_MULTI_END"> = { reqId: 5 };
    expect(received("ACCOUNT_UPDATE_MULTI_END", body)).toStrictEqual([["accountUpdateMultiEnd", "5"]]);
    const [[, , details]] = received("CONTRACT_DATA", {
      reqId: 1,
      contract: OPTION,
      contractDetails: DETAILS,
    });
    expect(details).toMatchObject({
      minTick: 0.01,
      minSize: 0.0001,
      contract: { multiplier: 100, strike: 512.5 },
    });
  });
});

describe("messages without what they are about raise nothing, as in the official client", () => {
  test.each([
    ["POSITION_DATA", { account: "DU1" }],
    ["POSITION_MULTI", { reqId: 1 }],
    ["PORTFOLIO_VALUE", { accountName: "DU1" }],
    ["CONTRACT_DATA", { reqId: 1, contract: {} }],
    ["BOND_CONTRACT_DATA", { reqId: 1, contractDetails: {} }],
    ["OPEN_ORDER", { orderId: 1, contract: {}, order: {} }],
    ["COMPLETED_ORDER", { contract: {}, orderState: {} }],
    ["EXECUTION_DATA", { reqId: 1, execution: {} }],
    ["HISTORICAL_DATA_UPDATE", { reqId: 1 }],
  ] as [IncomingName, object][])("%s", (name, body) => {
    expect(received(name, body as never)).toEqual([]);
  });
});

describe("decimals that mean unset", () => {
  test.each(["", "2147483647", "9223372036854775807", "-9223372036854775808", MAX_TEXT, "Infinity"])(
    "%j",
    (text) => {
      const [event] = received("POSITION_DATA", { account: "DU1", contract: STOCK, position: text });
      expect(event[3]).toBeUndefined();
    },
  );
  test.each([
    ["1,234.5", 1234.5],
    ["0", 0],
    ["-7", -7],
    ["1E-8", 1e-8],
  ])("%j is none of them", (text, value) => {
    const [event] = received("POSITION_DATA", { account: "DU1", contract: STOCK, position: text });
    expect(event[3]).toBe(value);
  });
});

describe("what stock's messages do not have", () => {
  test("when an error or a notice arose", () => {
    expect(received("ERR_MSG", { id: 7, errorTime: 1787603023902, errorCode: 200, errorMsg: "no" })).toEqual([
      ["error", "no", 200, 7, undefined, 1787603023902],
    ]);
    expect(
      received("ERR_MSG", { id: -1, errorTime: 1787603023902, errorCode: 2104, errorMsg: "ok" }),
    ).toEqual([["info", "ok", 2104, 1787603023902]]);
  });

  test("precisions of a subscription", () => {
    const body = { reqId: 1, minTick: "0.01", bboExchange: "9c0001", snapshotPermissions: 4 };
    const stock = ["tickReqParams", 1, 0.01, "9c0001", 4];
    const precisions = (lastPricePrecision?: string, lastSizePrecision?: string) =>
      received("TICK_REQ_PARAMS", { ...body, lastPricePrecision, lastSizePrecision });
    expect(precisions("0.000001", "0.5")).toEqual([[...stock, 0.000001, 0.5]]);
    expect(precisions("0.01")).toEqual([[...stock, 0.01]]);
    expect(precisions(undefined, "1")).toEqual([[...stock, undefined, 1]]);
    expect(precisions()).toEqual([stock]);
  });

  test("the clock in milliseconds", () => {
    expect(received("CURRENT_TIME_IN_MILLIS", { currentTimeInMillis: 1787603023902 })).toEqual([
      [NativeEventName.currentTimeInMillis, 1787603023902],
    ]);
  });

  test("fields of contract details, of executions and of contracts", () => {
    const [[, , details]] = received("CONTRACT_DATA", {
      reqId: 1,
      contract: {
        ...STOCK,
        secIdType: "ISIN",
        secId: "US0378331005",
        description: "d",
        includeExpired: true,
      },
      contractDetails: {
        eventContract1: "e",
        eventContractDescription1: "e1",
        eventContractDescription2: "e2",
        minAlgoSize: "0",
        lastPricePrecision: "0.01",
        lastSizePrecision: "0.0001",
        settlementMethod: "CASH",
      },
    });
    expect(details).toMatchObject({
      contract: { secIdType: "ISIN", secId: "US0378331005", description: "d", includeExpired: true },
      eventContract1: "e",
      eventContractDescription1: "e1",
      eventContractDescription2: "e2",
      minAlgoSize: 0,
      lastPricePrecision: 0.01,
      lastSizePrecision: 0.0001,
      settlementMethod: "CASH",
    });
    const execution = { ...EXECUTION, submitter: "user", optExerciseOrLapseType: -1 };
    const [[, , , shown]] = received("EXECUTION_DATA", { reqId: 1, contract: STOCK, execution });
    expect(shown).toMatchObject({ submitter: "user", optExerciseOrLapseType: -1 });
  });

  test("a portfolio's exchange is also its primary exchange, where stock's users look for it", () => {
    const [[, contract]] = received("PORTFOLIO_VALUE", { contract: { conId: 1, exchange: "KRX" } });
    expect(contract).toMatchObject({ primaryExch: "KRX", exchange: "KRX" });
  });

  test("the configuration", () => {
    const config: Incoming<"CONFIG_RESPONSE"> = {
      reqId: 3,
      lockAndExit: { autoLogoffTime: "11:45" },
      messages: [{ id: 1, title: "t", enabled: false }],
      api: { settings: { readOnlyApi: false, socketPort: 7497, trustedIPs: ["127.0.0.1"] } },
      orders: { smartRouting: { seekPriceImprovement: true } },
    };
    const { reqId, ...shown } = config;
    expect(received("CONFIG_RESPONSE", config)).toEqual([[NativeEventName.configResponse, reqId, shown]]);
    expect(
      received("UPDATE_CONFIG_RESPONSE", {
        reqId: 3,
        status: "warning",
        warnings: [{ messageId: 5, title: "t" }],
      }),
    ).toEqual([
      [
        NativeEventName.updateConfigResponse,
        3,
        {
          status: "warning",
          message: "",
          changedFields: [],
          errors: [],
          warnings: [{ messageId: 5, title: "t" }],
        },
      ],
    ]);
  });

  test("IB's verification of programs", () => {
    expect(received("VERIFY_MESSAGE_API", { apiData: "x" })).toEqual([
      [NativeEventName.verifyMessageAPI, "x"],
    ]);
    expect(received("VERIFY_COMPLETED", { isSuccessful: true })).toEqual([
      [NativeEventName.verifyCompleted, true, ""],
    ]);
  });
});

describe("bodies that are still text", () => {
  function text(id: number, serverVersion: number, ...fields: Token[]): unknown[][] {
    const { notes, dialect } = open(serverVersion);
    const body = Buffer.from(fields.map((field) => `${field}\0`).join(""));
    dialect.receive(id, false, Buffer.concat([Buffer.from([0, 0, 0, id]), body]));
    return notes.all;
  }

  test("TICK_EFP and DELTA_NEUTRAL_VALIDATION are read as stock reads them, without the id", () => {
    const efp = [1, 5, 38, 1.5, "1.5 %", 100.25, 30, "20261218", 0.5, 0.25];
    expect(text(47, 225, ...efp)).toEqual(fromText(47, ...efp));
    expect(text(47, 225, ...efp)).toEqual([
      [EventName.tickEFP, 5, 38, 1.5, "1.5 %", 100.25, 30, "20261218", 0.5, 0.25],
    ]);
    const neutral = [1, 5, 265598, 0.5, 310.25];
    expect(text(56, 226, ...neutral)).toEqual([
      [EventName.deltaNeutralValidation, 5, { conId: 265598, delta: 0.5, price: 310.25 }],
    ]);
  });

  test("messages of which it is not known when they became protobuf", () => {
    expect(text(91, 213, 1, 5, "IBIS")).toEqual([[EventName.rerouteMktDataReq, 1, 5, "IBIS"]]);
    expect(text(59, 213, 1, "e", 1, "USD", MAX_TEXT, MAX_TEXT, "")).toEqual(
      received("COMMISSION_AND_FEES_REPORT", { execId: "e", commissionAndFees: 1, currency: "USD" }),
    );
    expect(text(106, 213, 1, "s", "e", "US/Eastern", 0)).toEqual([
      [EventName.historicalSchedule, 1, "s", "e", "US/Eastern", []],
    ]);
  });

  test("too few fields are an error, others are not spoken", () => {
    const [[kind, message]] = text(47, 225, 1, 5, 38);
    expect(kind).toBe("error");
    expect(message).toContain("TICK_EFP");
    const [[, unknown, code]] = text(69, 225, "data", "xyz");
    expect(unknown).toContain("VERIFY_AND_AUTH_MESSAGE_API (69, as text)");
    expect(code).toBe(505);
    // Text of a version above 193 has other fields than stock knows.
    expect(text(5, 213, 1)[0][2]).toBe(505);
  });
});
