import {
  ConjunctionConnection,
  type Contract,
  ExecutionCondition,
  MarginCondition,
  type OrderCondition,
  PercentChangeCondition,
  PriceCondition,
  SecType,
  type TagValue,
  TimeCondition,
  VolumeCondition,
} from "@stoqey/ib";
import type { SeededRandom } from "../../support/seeded-random.js";

/** Arguments for every request of stock's encoder, drawn by a seeded generator. */

type Args = readonly unknown[];

const TEXTS = ["", "A", "DU1", "20261231-23:59:59", "Zürich 日本", "x y"];
const INTEGERS = [0, 1, -1, 7, 100, 2147483646];
const DOUBLES = [0, 0.01, 150.25, -3.5, 1e-7, 123456789.125];
const MAX = Number.MAX_VALUE;

export class RandomRequests {
  constructor(
    private readonly random: SeededRandom,
    /** The part of optional values that is given. */
    readonly density: number,
  ) {}

  /** The arguments of a method, or undefined if it is none of stock's. */
  args(method: string): Args | undefined {
    return this.generators[method]?.();
  }

  get methods(): string[] {
    return Object.keys(this.generators);
  }

  order(): Record<string, unknown> {
    const order: Record<string, unknown> = {
      orderType: this.random.pick(["MKT", "LMT", "PEG BENCH", "PEG BEST", "PEG MID", "VOL"]),
    };
    const add = (names: readonly string[], draw: () => unknown) => {
      for (const name of names) if (this.random.next() < this.density) order[name] = draw();
    };
    add(ORDER_TEXTS, () => this.text());
    add(ORDER_INTEGERS, () => this.integer());
    add(ORDER_NULLABLE, () => this.random.pick([...DOUBLES, MAX]));
    add(ORDER_DOUBLES, () => this.double());
    add(ORDER_FLAGS, () => this.bool());
    add(["totalQuantity"], () => this.random.pick([0, 10, 0.5]));
    add(["permId"], () => this.random.pick([0, 389211034, 9000000600]));
    add(["scaleInitLevelSize", "scaleSubsLevelSize", "minQty"], () => this.random.pick([0, 5, MAX]));
    add(["usePriceMgmtAlgo"], () => this.bool());
    add(["continuousUpdate"], () => this.random.pick([0, 1]));
    add(["algoParams", "smartComboRoutingParams"], () => this.tags());
    add(["softDollarTier"], () => ({ name: "n", value: "v" }));
    add(["competeAgainstBestOffset"], () => this.random.pick([0.02, Number.POSITIVE_INFINITY]));
    add(["conditions"], () => this.list(() => this.condition()));
    add(["manualOrderIndicator"], () => this.random.pick([0, 1]));
    return order;
  }

  contract(): Contract {
    const contract: Record<string, unknown> = {};
    const add = (name: string, draw: () => unknown) => {
      if (this.random.next() < this.density) contract[name] = draw();
    };
    add("conId", () => this.random.pick([0, 265598]));
    add("symbol", () => "AAPL");
    add("secType", () => this.random.pick([SecType.STK, SecType.OPT, SecType.BAG]));
    add("lastTradeDateOrContractMonth", () => this.random.pick(["", "20261218"]));
    add("strike", () => this.double());
    add("right", () => this.random.pick(["C", "P"]));
    add("multiplier", () => this.random.pick([1, 100, 0.5]));
    add("exchange", () => this.random.pick(["SMART", "IBKRATS"]));
    add("primaryExch", () => "NASDAQ");
    add("currency", () => "USD");
    add("localSymbol", () => "AAPL");
    add("tradingClass", () => "NMS");
    add("includeExpired", () => this.bool());
    add("secIdType", () => "ISIN");
    add("secId", () => "US0378331005");
    add("issuerId", () => "e1359061");
    add("comboLegs", () => this.list(() => this.leg()));
    add("deltaNeutralContract", () => ({ conId: 5, delta: this.double(), price: this.double() }));
    return contract;
  }

  private readonly generators: Record<string, () => Args> = {
    placeOrder: () => {
      const contract = this.contract();
      const order = this.order();
      if (contract.comboLegs !== undefined && this.random.next() < 0.5) {
        order["orderComboLegs"] = contract.comboLegs.map(() => ({
          price: this.random.pick([0, 1.25, MAX, undefined]),
        }));
      }
      return [this.id(), contract, order];
    },
    cancelOrder: () => [this.id(), this.cancel()],
    reqGlobalCancel: () => [this.cancel()],
    exerciseOptions: () => [
      ...[this.id(), this.contract(), this.random.pick([1, 2]), this.integer(), this.text()],
      ...[this.random.pick([0, 1]), this.some(TEXTS), this.some(TEXTS), this.some([true, false])],
    ],
    reqOpenOrders: () => [],
    reqAllOpenOrders: () => [],
    reqAutoOpenOrders: () => [this.bool()],
    reqCompletedOrders: () => [this.bool()],
    reqExecutions: () => [
      this.id(),
      {
        clientId: this.some(["0", "7"]),
        acctCode: this.some(TEXTS),
        time: this.some(TEXTS),
        symbol: this.some(TEXTS),
        secType: this.some(["STK"]),
        exchange: this.some(TEXTS),
        side: this.some(["BUY"]),
      },
    ],
    reqMktData: () => [
      this.id(),
      this.contract(),
      this.random.pick(["", "233,236"]),
      this.bool(),
      this.bool(),
    ],
    reqMarketDataType: () => [this.random.pick([1, 2, 3, 4])],
    reqMktDepth: () => [this.id(), this.contract(), this.integer(), this.bool(), this.some([this.tags()])],
    cancelMktDepth: () => [this.id(), this.bool()],
    reqRealTimeBars: () => [
      ...[this.id(), this.contract(), 5, this.random.pick(["TRADES", "MIDPOINT"]), this.bool()],
      this.some([this.tags()]),
    ],
    reqTickByTickData: () => [
      ...[this.id(), this.contract(), this.random.pick(["Last", "BidAsk"]), this.integer(), this.bool()],
    ],
    calculateImpliedVolatility: () => [
      ...[this.id(), this.contract(), this.double(), this.double(), this.some([this.tags()])],
    ],
    calculateOptionPrice: () => [
      ...[this.id(), this.contract(), this.double(), this.double(), this.some([this.tags()])],
    ],
    reqHistoricalData: () => [
      ...[this.id(), this.contract(), this.text(), "1 D", "1 hour", "TRADES", this.random.pick([0, 1, true])],
      ...[this.random.pick([1, 2]), this.bool(), this.some([this.tags()])],
    ],
    reqHistoricalTicks: () => [
      ...[this.id(), this.contract(), this.text(), this.text(), this.integer(), "TRADES"],
      ...[this.random.pick([0, 1, true]), this.bool(), this.some([this.tags()])],
    ],
    reqHeadTimestamp: () => [this.id(), this.contract(), "TRADES", this.bool(), this.random.pick([1, 2])],
    reqHistogramData: () => [this.id(), this.contract(), this.bool(), "3 days"],
    reqContractDetails: () => [this.id(), this.contract()],
    reqMatchingSymbols: () => [this.id(), this.text()],
    reqSecDefOptParams: () => [this.id(), "SPY", this.text(), "STK", this.integer()],
    reqMarketRule: () => [this.integer()],
    reqSmartComponents: () => [this.id(), "a6"],
    reqMktDepthExchanges: () => [],
    reqSoftDollarTiers: () => [this.id()],
    reqAccountUpdates: () => [this.bool(), this.text()],
    reqAccountSummary: () => [this.id(), "All", "NetLiquidation"],
    reqAccountUpdatesMulti: () => [this.id(), this.text(), this.text(), this.bool()],
    reqPositions: () => [],
    cancelPositions: () => [],
    reqPositionsMulti: () => [this.id(), this.text(), this.text()],
    reqPnL: () => [this.id(), this.text(), this.text()],
    reqPnLSingle: () => [this.id(), this.text(), this.text(), this.integer()],
    requestFA: () => [this.random.pick([1, 3])],
    replaceFA: () => [this.id(), this.random.pick([1, 3]), "<xml/>"],
    reqFamilyCodes: () => [],
    reqManagedAccts: () => [],
    reqNewsBulletins: () => [this.bool()],
    cancelNewsBulletins: () => [],
    reqNewsProviders: () => [],
    reqNewsArticle: () => [this.id(), "BRFG", this.text(), this.some([this.tags()])],
    reqHistoricalNews: () => [
      ...[this.id(), this.integer(), "BRFG+DJ", this.text(), this.text(), 10, this.some([this.tags()])],
    ],
    reqWshEventData: () => [
      this.id(),
      {
        conId: this.integer(),
        filter: this.text(),
        fillWatchlist: this.bool(),
        fillPortfolio: this.bool(),
        fillCompetitors: this.bool(),
        startDate: this.text(),
        endDate: this.text(),
        totalLimit: this.random.pick([0, 5, 2147483647]),
      },
    ],
    reqScannerParameters: () => [],
    reqScannerSubscription: () => {
      const subscription: Record<string, unknown> = { scanCode: this.random.below(50) };
      const add = (names: readonly string[], draw: () => unknown) => {
        for (const name of names) if (this.random.next() < this.density) subscription[name] = draw();
      };
      add(["numberOfRows", "aboveVolume", "averageOptionVolumeAbove"], () => this.integer());
      add(SCANNER_TEXTS, () => this.text());
      add(SCANNER_DOUBLES, () => this.random.pick([...DOUBLES, MAX]));
      add(["excludeConvertible"], () => this.bool());
      return [this.id(), subscription, this.some([this.tags()]), this.some([this.tags()])];
    },
    reqFundamentalData: () => [this.id(), this.contract(), "ReportSnapshot", this.some([this.tags()])],
    reqIds: () => [this.integer()],
    reqCurrentTime: () => [],
    setServerLogLevel: () => [this.random.pick([1, 5])],
    subscribeToGroupEvents: () => [this.id(), this.integer()],
    updateDisplayGroup: () => [this.id(), this.text()],
    ...Object.fromEntries(BY_ID.map((method) => [method, () => [this.id()]])),
  };

  private id = (): number => this.random.below(100_000);
  private text = (): string => this.random.pick(TEXTS);
  private integer = (): number => this.random.pick(INTEGERS);
  private double = (): number => this.random.pick(DOUBLES);
  private bool = (): boolean => this.random.next() < 0.5;
  private some<T>(values: readonly T[]): T | undefined {
    return this.random.next() < this.density ? this.random.pick(values) : undefined;
  }
  private list<T>(draw: () => T): T[] {
    return Array.from({ length: this.random.below(4) }, draw);
  }
  private tags(): TagValue[] {
    return this.list(() => 0).map((_, i) => ({ tag: `tag${i}`, value: this.text() }));
  }
  private cancel(): object {
    return {
      manualOrderCancelTime: this.some(TEXTS),
      extOperator: this.some(TEXTS),
      manualOrderIndicator: this.some([0, 1]),
    };
  }
  private leg(): object {
    return {
      conId: this.integer(),
      ratio: this.some([1, 2]),
      action: this.some(["BUY", "SELL"]),
      exchange: this.some(["CBOE"]),
      openClose: this.some([0, 1]),
      shortSaleSlot: this.some([0, 2]),
      designatedLocation: this.some(TEXTS),
      exemptCode: this.some([-1, 0]),
    };
  }
  private condition(): OrderCondition {
    const and = this.random.pick([ConjunctionConnection.AND, ConjunctionConnection.OR]);
    const [more, conId, double] = [this.bool(), this.integer(), this.double()];
    return this.random.pick<OrderCondition>([
      new PriceCondition(double, this.random.pick([0, 2]), conId, "SMART", more, and),
      new TimeCondition("20261231-23:59:59", more, and),
      new MarginCondition(this.integer(), more, and),
      new ExecutionCondition("SMART", SecType.STK, "AAPL", and),
      new VolumeCondition(this.integer(), conId, "SMART", more, and),
      new PercentChangeCondition(double, conId, "SMART", more, and),
    ]);
  }
}

const BY_ID = [
  "cancelAccountSummary",
  "cancelAccountUpdatesMulti",
  "cancelCalculateImpliedVolatility",
  "cancelCalculateOptionPrice",
  "cancelFundamentalData",
  "cancelHeadTimestamp",
  "cancelHistogramData",
  "cancelHistoricalData",
  "cancelMktData",
  "cancelPnL",
  "cancelPnLSingle",
  "cancelPositionsMulti",
  "cancelRealTimeBars",
  "cancelScannerSubscription",
  "cancelTickByTickData",
  "queryDisplayGroups",
  "reqCancelWshEventData",
  "reqCancelWshMetaData",
  "reqUserInfo",
  "reqWshMetaData",
  "unsubscribeToGroupEvents",
];

const SCANNER_TEXTS = [
  ...["instrument", "locationCode", "moodyRatingAbove", "moodyRatingBelow", "spRatingAbove", "spRatingBelow"],
  ...["maturityDateAbove", "maturityDateBelow", "scannerSettingPairs", "stockTypeFilter"],
];
const SCANNER_DOUBLES = [
  ...["abovePrice", "belowPrice", "marketCapAbove", "marketCapBelow", "couponRateAbove", "couponRateBelow"],
];

const ORDER_TEXTS = [
  ...["action", "tif", "ocaGroup", "account", "openClose", "orderRef", "goodAfterTime", "goodTillDate"],
  ...["faGroup", "faMethod", "faPercentage", "modelCode", "designatedLocation", "rule80A", "settlingFirm"],
  ...["deltaNeutralOrderType", "deltaNeutralSettlingFirm", "deltaNeutralClearingAccount"],
  ...["deltaNeutralClearingIntent", "deltaNeutralOpenClose", "deltaNeutralDesignatedLocation", "scaleTable"],
  ...["activeStartTime", "activeStopTime", "hedgeType", "hedgeParam", "clearingAccount", "clearingIntent"],
  ...["algoStrategy", "algoId", "referenceExchangeId", "adjustedOrderType", "extOperator"],
  ...["mifid2DecisionMaker", "mifid2DecisionAlgo", "mifid2ExecutionTrader", "mifid2ExecutionAlgo"],
  ...["advancedErrorOverride", "manualOrderTime", "customerAccount"],
];
const ORDER_INTEGERS = [
  ...["origin", "parentId", "displaySize", "triggerMethod", "shortSaleSlot", "exemptCode", "ocaType"],
  ...["deltaNeutralConId", "deltaNeutralShortSaleSlot", "referenceContractId", "adjustableTrailingUnit"],
  ...["duration", "postToAts", "minTradeQty", "minCompeteSize", "volatilityType", "referencePriceType"],
  ...["scalePriceAdjustInterval", "scaleInitPosition", "scaleInitFillQty"],
];
/** Stock's encoder turns MAX into nothing here. */
const ORDER_NULLABLE = [
  ...["lmtPrice", "auxPrice", "percentOffset", "startingPrice", "stockRefPrice", "delta", "volatility"],
  ...["deltaNeutralAuxPrice", "trailStopPrice", "trailingPercent", "scalePriceIncrement"],
  ...["scalePriceAdjustValue", "scaleProfitOffset", "cashQty"],
];
const ORDER_DOUBLES = [
  ...[
    "discretionaryAmt",
    "stockRangeLower",
    "stockRangeUpper",
    "peggedChangeAmount",
    "referenceChangeAmount",
  ],
  ...["triggerPrice", "lmtPriceOffset", "adjustedStopPrice", "adjustedStopLimitPrice"],
  ...["adjustedTrailingAmount", "midOffsetAtWhole", "midOffsetAtHalf"],
];
const ORDER_FLAGS = [
  ...["transmit", "blockOrder", "sweepToFill", "outsideRth", "hidden", "allOrNone"],
  ...["overridePercentageConstraints", "deltaNeutralShortSale", "scaleAutoReset", "scaleRandomPercent"],
  ...["optOutSmartRouting", "notHeld", "whatIf", "solicited", "randomizeSize", "randomizePrice"],
  ...["isPeggedChangeAmountDecrease", "conditionsIgnoreRth", "conditionsCancelOrder"],
  ...["dontUseAutoPriceForHedge", "isOmsContainer", "discretionaryUpToLimitPrice", "autoCancelParent"],
  ...["professionalCustomer", "includeOvernight"],
];
