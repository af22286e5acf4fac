import type { Broker } from "../../src/broker/broker.js";
import type { CallOptions } from "../../src/broker/call-options.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { AAPL } from "./broker-bench.js";
import { Told, WATCHES } from "./watches-contract.js";

const CON_ID = 265_598;

export type Ask = (broker: Broker, options?: CallOptions) => Promise<unknown>;

/** Every method of a broker that answers later, asked for what there is. */
export const QUESTIONS: Readonly<Record<string, Ask>> = {
  open: (b, o) => b.orders.open(o),
  completed: (b, o) => b.orders.completed(false, o),
  executions: (b, o) => b.orders.executions({}, o),
  chargedExecutions: (b, o) => b.orders.chargedExecutions({}, o),
  positions: (b, o) => b.accounts.positions(o),
  summary: (b, o) => b.accounts.summary(undefined, o),
  familyCodes: (b, o) => b.accounts.familyCodes(o),
  contractDetails: (b, o) => b.lookups.contractDetails(AAPL, o),
  search: (b, o) => b.lookups.search("AAPL", o),
  history: (b, o) =>
    b.lookups.history({ contract: AAPL, duration: "1 D", barSize: "1 hour", whatToShow: "TRADES" }, o),
  historicalTicks: (b, o) =>
    b.lookups.historicalTicks(
      { contract: AAPL, whatToShow: "TRADES", endMs: Date.UTC(2026, 0, 2, 16), count: 5 },
      o,
    ),
  headTimestamp: (b, o) => b.lookups.headTimestamp({ contract: AAPL, whatToShow: "TRADES" }, o),
  schedule: (b, o) => b.lookups.schedule({ contract: AAPL, duration: "5 D" }, o),
  optionChain: (b, o) => b.lookups.optionChain({ ...AAPL, conId: CON_ID }, o),
  snapshot: (b, o) => b.lookups.snapshot({ contract: AAPL }, o),
  marketRule: (b, o) => b.lookups.marketRule(26, o),
  histogram: (b, o) => b.lookups.histogram({ contract: AAPL, period: "3 days" }, o),
  smartComponents: (b, o) => b.lookups.smartComponents("9c0001", o),
  depthExchanges: (b, o) => b.lookups.depthExchanges(o),
  corporateEventTypes: (b, o) => b.lookups.corporateEventTypes(o),
  corporateEvents: (b, o) => b.lookups.corporateEvents({ conId: CON_ID }, o),
  userInfo: (b, o) => b.lookups.userInfo(o),
  serverTimeMs: (b, o) => b.lookups.serverTimeMs(o),
  "news.providers": (b, o) => b.news.providers(o),
  "news.headlines": (b, o) => b.news.headlines({ conId: CON_ID, providers: ["BRFG"] }, o),
  "news.article": (b, o) => b.news.article({ providerCode: "BRFG", articleId: "none" }, o),
  "scanners.parameters": (b, o) => b.scanners.parameters(o),
};

/** It does something, and is not asked again. */
export const EXERCISE: Ask = (b, o) =>
  b.orders.exercise(
    { contract: OPTION, action: "lapse", quantity: 1, account: b.accounts.names[0] ?? "DU1" },
    o,
  );

const OPTION = {
  ...AAPL,
  secType: "OPT",
  lastTradeDateOrContractMonth: "20260220",
  strike: 190,
  right: "C",
  multiplier: 100,
} as Contract;

/** Questions, exercises, and the beginnings of watches, each closed when it is ready. */
export const METHODS: Readonly<Record<string, Ask>> = {
  ...QUESTIONS,
  exercise: EXERCISE,
  ...Object.fromEntries(
    Object.entries(WATCHES).map(([name, begin]): [string, Ask] => [
      `watch: ${name}`,
      async (broker, options) => {
        const watch = begin(broker, new Told(), options);
        await watch.ready.finally(() => watch.close());
      },
    ]),
  ),
};
