import type { CallOptions } from "../../src/broker/call-options.js";
import type { IBKRClient } from "../../src/connect/client.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";

const AAPL = contracts.stock("AAPL");
const FAR = orders.limit("BUY", 10, 1);
export const SCAN = { instrument: "STK", locationCode: "STK.US.MAJOR", scanCode: "TOP_PERC_GAIN" } as const;
export const DAY = { duration: "1 D", barSize: "1 hour", whatToShow: "TRADES" };
export const TICKS = { whatToShow: "TRADES", endMs: 1.79e12, count: 1 } as const;
const ARTICLE = { providerCode: "BRFG", articleId: "BRFG$04fb9da2" };

export type Call = (client: IBKRClient, options: CallOptions) => Promise<unknown>;

/** Every method that answers later. */
export const CALLS: Readonly<Record<string, Call>> = {
  qualify: (client, options) => client.qualify(AAPL, options),
  "qualify of several": (client, options) => client.qualify([AAPL, { ...AAPL, symbol: "MSFT" }], options),
  contractDetails: (client, options) => client.contractDetails(AAPL, options),
  search: (client, options) => client.search("AAPL", options),
  optionChain: (client, options) => client.optionChain(AAPL, options),
  schedule: (client, options) => client.schedule(AAPL, { duration: "1 D", ...options }),
  history: (client, options) => client.history(AAPL, { ...DAY, ...options }),
  historicalTicks: (client, options) => client.historicalTicks(AAPL, { ...TICKS, ...options }),
  headTimestamp: (client, options) => client.headTimestamp(AAPL, options),
  snapshot: (client, options) => client.snapshot(AAPL, options),
  histogram: (client, options) => client.histogram(AAPL, { period: "3 days", ...options }),
  marketRule: (client, options) => client.marketRule(26, options),
  smartComponents: (client, options) => client.smartComponents("9c0001", options),
  depthExchanges: (client, options) => client.depthExchanges(options),
  serverTimeMs: (client, options) => client.serverTimeMs(options),
  openOrders: (client, options) => client.openOrders(options),
  completedOrders: (client, options) => client.completedOrders(options),
  executions: (client, options) => client.executions({}, options),
  whatIf: (client, options) => client.whatIf(AAPL, FAR, options),
  "news.providers": (client, options) => client.news.providers(options),
  "news.headlines": (client, options) => client.news.headlines(265598, options),
  "news.article": (client, options) => client.news.article(ARTICLE, options),
  "news.watchBulletins": (client, options) =>
    client.news.watchBulletins({ bulletin: () => {} }, options).ready,
  "scanners.parameters": (client, options) => client.scanners.parameters(options),
  "scanners.scan": (client, options) => client.scanners.scan(SCAN, options),
  "scanners.watch": (client, options) => client.scanners.watch(SCAN, { rows: () => {} }, options).ready,
  "corporateEvents.types": (client, options) => client.corporateEvents.types(options),
  "corporateEvents.events": (client, options) => client.corporateEvents.events({ conId: 265598, ...options }),
  "positions.of": (client, options) =>
    client.positions.of({ account: "DU0000001", model: "M" }).ready(options),
  "accounts.of": (client, options) => client.accounts.of({ account: "DU0000001", model: "M" }).ready(options),
  "pnl.of": (client, options) => client.pnl.of({ account: "DU0000001", model: "M" }).ready(options),
  "pnl.position": (client, options) => client.pnl.position(265598).ready(options),
};
