/**
 * The calls of the public API that are equivalent to the client frames of the captures, by where the frame stands.
 *
 * The two orders come from a client that leaves out some of the fields that the official one always sends. With the
 * values that mean unset in place of those fields the call says the same.
 */

const UNSET = 2147483647;
const UNSET_DOUBLE = Number.MAX_VALUE;

const AAPL = { conId: 265598, symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" };

const LEFT_OUT = {
  clientId: UNSET,
  permId: UNSET_DOUBLE,
  deltaNeutralConId: UNSET,
  deltaNeutralShortSaleSlot: UNSET,
  shortSaleSlot: UNSET,
  discretionaryAmt: UNSET_DOUBLE,
  referenceContractId: UNSET,
  peggedChangeAmount: UNSET_DOUBLE,
  referenceChangeAmount: UNSET_DOUBLE,
};

const order = (action: string, orderRef: string) => ({
  ...LEFT_OUT,
  action,
  totalQuantity: 1,
  orderType: "MKT",
  tif: "DAY",
  account: "DU9000001",
  orderRef,
  transmit: true,
});

export const capturedCalls: Readonly<Record<string, readonly [method: string, ...args: unknown[]]>> = {
  "account_summary.txt:9": [
    "reqAccountSummary",
    1,
    "All",
    "NetLiquidation,TotalCashValue,BuyingPower,ExcessLiquidity",
  ],
  "account_summary.txt:15": ["cancelAccountSummary", 1],
  "account_updates.txt:7": ["reqAccountUpdates", true, "DU9000001"],
  "account_updates.txt:12": ["reqAccountUpdates", false, "DU9000001"],
  "api_order_fill_aapl.txt:8": [
    "placeOrder",
    600,
    AAPL,
    order("BUY", "sanitized-order-ref-0000000000000001"),
  ],
  "api_order_fill_aapl.txt:17": ["reqCurrentTime"],
  "api_order_fill_aapl.txt:21": [
    "placeOrder",
    601,
    AAPL,
    order("SELL", "sanitized-order-ref-0000000000000005"),
  ],
  "completed_orders_sv204_live.txt:9": ["reqCompletedOrders", false],
  "contract_details_es_fut.txt:18": [
    "reqContractDetails",
    1,
    { symbol: "ES", secType: "FUT", exchange: "CME", currency: "USD" },
  ],
  "contract_details_not_found.txt:18": [
    "reqContractDetails",
    1,
    { symbol: "ZZZZNONE", secType: "STK", exchange: "SMART", currency: "USD" },
  ],
  "contract_details_sv205_live.txt:9": ["reqContractDetails", 1, { conId: 265598, exchange: "SMART" }],
  "contract_details_sv205_live.txt:14": ["reqContractDetails", 2, { conId: 127128131, exchange: "SMART" }],
  "current_time_live.txt:7": ["reqCurrentTime"],
  "executions.txt:10": ["reqExecutions", 1, {}],
  "grounded_positions.txt:15": ["reqPositions"],
  "grounded_positions.txt:35": ["cancelPositions"],
  "historical_bars_sv208.txt:15": [
    "reqHistoricalData",
    1,
    AAPL,
    "",
    "1 D",
    "1 hour",
    "TRADES",
    true,
    1,
    false,
  ],
  "market_data_sv206_live.txt:9": ["reqMarketDataType", 3],
  "market_data_sv206_live.txt:10": [
    "reqMktData",
    1,
    { ...AAPL, primaryExch: "NASDAQ" },
    "100,101,105,106,165,221,225,233,236,293,294,295,318,375,411,456",
    false,
    false,
  ],
  "market_data_sv206_live.txt:19": ["cancelMktData", 1],
  "quote_stream_genericticks.txt:17": ["reqMarketDataType", 3],
  "quote_stream_genericticks.txt:19": ["reqMktData", 1, AAPL, "233,236", false, false],
  "quote_stream_genericticks.txt:31": ["cancelMktData", 1],
  "quote_stream_genericticks.txt:41": ["reqCurrentTime"],
};
