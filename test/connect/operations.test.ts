import { describe, expect, test } from "vitest";
import type { Accounts } from "../../src/client/accounts.js";
import type { CorporateEvents } from "../../src/client/corporate-events.js";
import type { ClientNews } from "../../src/client/news.js";
import type { ClientPnl } from "../../src/client/pnl.js";
import type { AllPositions } from "../../src/client/positions.js";
import type { ClientScanners } from "../../src/client/scanners.js";
import type { Strategies } from "../../src/client/strategies/strategies.js";
import type { Strategy } from "../../src/client/strategies/strategy.js";
import type { IBKRClient } from "../../src/connect/client.js";
import type { IBKRDataStream } from "../../src/connect/data-stream.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import type { OrderGroup } from "../../src/orders/order-group.js";
import type { OrderTicket } from "../../src/orders/order-ticket.js";
import type { TrackedTemplate } from "../../src/orders/tracked-template.js";
import { cleansUp, clientAt, simulated } from "../client/client-stage.js";

cleansUp();

type MethodsOf<T> = Exclude<
  { [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never }[keyof T],
  symbol
>;

/** Why calls of it are not counted. */
type Exempt = "reads what is there" | "listens" | "told by the tracker" | "its tickets count" | "ends it";
/** What a call needs. */
interface Stage {
  readonly client: IBKRClient;
  readonly ticket: () => OrderTicket;
  readonly group: () => OrderGroup;
  readonly template: () => TrackedTemplate;
}
type Call<T> = (object: T, stage: Stage) => unknown;
/** Each public method: the compiler refuses a table that leaves one out. */
type Table<T> = Readonly<Record<MethodsOf<T>, Exempt | Call<T>>>;

const AAPL = contracts.stock("AAPL");
const FAR = orders.limit("BUY", 1, 1);
const MARKET = orders.market("BUY", 1);
const TIMEOUT = { timeoutMs: 50 };
const HEARS = { failed: () => {} };

const CLIENT: Table<IBKRClient> = {
  qualify: (client) => client.qualify(AAPL),
  contractDetails: (client) => client.contractDetails(AAPL),
  search: (client) => client.search("AAPL"),
  optionChain: (client) => client.optionChain(AAPL),
  schedule: (client) => client.schedule(AAPL, { duration: "1 D" } as never),
  history: (client) => client.history(AAPL, { duration: "60 S", barSize: "5 secs" } as never),
  historicalTicks: (client) => client.historicalTicks(AAPL, { whatToShow: "TRADES" } as never),
  headTimestamp: (client) => client.headTimestamp(AAPL),
  snapshot: (client) => client.snapshot(AAPL),
  histogram: (client) => client.histogram(AAPL, { period: "1 day" } as never),
  marketRule: (client) => client.marketRule(26),
  smartComponents: (client) => client.smartComponents("9c0001", TIMEOUT),
  depthExchanges: (client) => client.depthExchanges(),
  serverTimeMs: (client) => client.serverTimeMs(),
  ready: (client) => client.ready(),
  placeOrder: (client) => client.placeOrder(AAPL, MARKET),
  placeBracket: (client) => client.placeBracket(AAPL, FAR, [orders.limit("SELL", 1, 999)]),
  placeOca: (client) => client.placeOca([[AAPL, FAR]]),
  prepareOrder: (client) => client.prepareOrder(AAPL, FAR),
  whatIf: (client) => client.whatIf(AAPL, FAR),
  openOrders: (client) => client.openOrders(),
  completedOrders: (client) => client.completedOrders(),
  executions: (client) => client.executions(),
  exercise: (client) =>
    client.exercise({ contract: AAPL, action: "exercise", quantity: 1 } as never, TIMEOUT),
  cancelAll: (client) => client.cancelAll(),
  strategy: (client) => client.strategy("own"),
  close: "ends it",
  on: "listens",
  stats: "reads what is there",
};
const NEWS: Table<ClientNews> = {
  providers: (news) => news.providers(),
  headlines: (news) => news.headlines(265598),
  article: (news) => news.article({ providerCode: "BRFG", articleId: "x" }, TIMEOUT),
  watchBulletins: (news) => news.watchBulletins({ ...HEARS, bulletin: () => {} }).close(),
};
const SCAN = { instrument: "STK", locationCode: "STK.US.MAJOR", scanCode: "TOP_PERC_GAIN" } as never;
const SCANNERS: Table<ClientScanners> = {
  parameters: (scanners) => scanners.parameters(),
  scan: (scanners) => scanners.scan(SCAN),
  watch: (scanners) => scanners.watch(SCAN, { ...HEARS, rows: () => {} }).close(),
};
const EVENTS: Table<CorporateEvents> = {
  types: (events) => events.types(TIMEOUT),
  events: (events) => events.events({ conId: 265598, ...TIMEOUT } as never),
};
const SCOPE = { account: "DU0000001" };
const LIVE = { on: "listens", close: "ends it", begin: "reads what is there" } as const;
const POSITIONS: Table<AllPositions> = {
  ...LIVE,
  ready: (positions) => positions.ready(),
  of: (positions) => positions.of(SCOPE),
  get: "reads what is there",
  all: "reads what is there",
};
const ACCOUNTS: Table<Accounts> = {
  ...LIVE,
  ready: (accounts) => accounts.ready(),
  of: (accounts) => accounts.of(SCOPE),
  get: "reads what is there",
  all: "reads what is there",
  expect: "reads what is there",
};
const PNL: Table<ClientPnl> = {
  ...LIVE,
  ready: (pnl) => pnl.ready(),
  of: (pnl) => pnl.of(SCOPE),
  position: (pnl) => pnl.position(265598),
};
const STRATEGIES: Table<Strategies> = {
  open: (strategies) => strategies.open("opened"),
  sync: (strategies) => strategies.sync(),
  report: (strategies) => strategies.report(),
  get: "reads what is there",
  close: "ends it",
};
const STRATEGY: Table<Strategy> = {
  placeOrder: (strategy) => strategy.placeOrder(AAPL, MARKET),
  placeBracket: (strategy) => strategy.placeBracket(AAPL, FAR, [orders.limit("SELL", 1, 999)]),
  placeOca: (strategy) => strategy.placeOca([[AAPL, FAR]]),
  prepareOrder: (strategy) => strategy.prepareOrder(AAPL, FAR),
  cancelAll: (strategy) => strategy.cancelAll(),
  closeAll: (strategy) => strategy.closeAll(),
  pnl: (strategy) => strategy.pnl(),
  report: (strategy) => strategy.report(),
  holdings: (strategy) => strategy.holdings(),
  on: "listens",
  tell: "told by the tracker",
  position: "reads what is there",
};
const STREAM: Table<IBKRDataStream> = {
  subscribe: (stream) => stream.subscribe(AAPL).close(),
  share: (stream) => stream.share(),
  on: "listens",
  onBatch: "listens",
  quote: "reads what is there",
  stats: "reads what is there",
  close: "ends it",
};
const TICKET: Table<OrderTicket> = {
  acknowledged: (ticket) => ticket.acknowledged(),
  filled: (ticket) => ticket.filled(TIMEOUT),
  done: (ticket) => ticket.done(TIMEOUT),
  modify: (ticket) => ticket.modify({ limitPrice: 1.01 }),
  cancel: (ticket) => ticket.cancel(),
  on: "listens",
  onWritten: "told by the tracker",
  onStatus: "told by the tracker",
  onOpenOrder: "told by the tracker",
  onExecution: "told by the tracker",
  onCommission: "told by the tracker",
  onError: "told by the tracker",
  onNamed: "told by the tracker",
  onFound: "told by the tracker",
  renumbered: "told by the tracker",
  onConnectionLost: "told by the tracker",
  onLeft: "told by the tracker",
  onNotFound: "told by the tracker",
};
const GROUP: Table<OrderGroup> = { cancel: "its tickets count", done: "its tickets count" };
const TEMPLATE: Table<TrackedTemplate> = {
  send: (template) => template.send(),
  arm: (template, { client }) => {
    const sub = client.stream.subscribe(AAPL);
    const armed = template.arm({ quote: sub.quote, when: { last: { above: 1e6 } } } as never);
    armed.disarm();
  },
  close: "ends it",
};

interface Part {
  readonly group: string;
  readonly table: Readonly<Record<string, Exempt | Call<never>>>;
  readonly of: (stage: Stage) => unknown;
}
const PARTS: readonly Part[] = [
  { group: "", table: CLIENT, of: ({ client }) => client },
  { group: "news", table: NEWS, of: ({ client }) => client.news },
  { group: "scanners", table: SCANNERS, of: ({ client }) => client.scanners },
  { group: "corporateEvents", table: EVENTS, of: ({ client }) => client.corporateEvents },
  { group: "positions", table: POSITIONS, of: ({ client }) => client.positions },
  { group: "accounts", table: ACCOUNTS, of: ({ client }) => client.accounts },
  { group: "pnl", table: PNL, of: ({ client }) => client.pnl },
  { group: "strategies", table: STRATEGIES, of: ({ client }) => client.strategies },
  { group: "strategy", table: STRATEGY, of: ({ client }) => client.strategy("momentum") },
  { group: "stream", table: STREAM, of: ({ client }) => client.stream },
  { group: "ticket", table: TICKET, of: ({ ticket }) => ticket() },
  { group: "template", table: TEMPLATE, of: ({ template }) => template() },
  { group: "group", table: GROUP, of: ({ group }) => group() },
];

async function stageOf(): Promise<Stage> {
  const client = await clientAt(await simulated(), { requestTimeoutMs: 5_000 });
  return {
    client,
    ticket: () => client.placeOrder(AAPL, FAR),
    group: () => client.placeBracket(AAPL, FAR, [orders.limit("SELL", 1, 999)]),
    template: () => client.prepareOrder(AAPL, FAR),
  };
}

const CALLS = PARTS.flatMap(({ group, table, of }) =>
  Object.entries(table).flatMap(([method, call]) =>
    typeof call === "string" ? [] : [{ name: group === "" ? method : `${group}.${method}`, call, of }],
  ),
);

/** What a call does, at once or later, whether it fails or not. */
async function outcome(call: () => unknown): Promise<"fine" | "failed"> {
  try {
    await call();
    return "fine";
  } catch {
    return "failed";
  }
}

test("every public method that does something is counted, with its latency", async () => {
  const stage = await stageOf();
  const uncounted: string[] = [];
  for (const { name, call, of } of CALLS) {
    const object = of(stage);
    const before = stage.client.stats().operations[name];
    const how = await outcome(() => call(object as never, stage));
    const after = stage.client.stats().operations[name];
    const errors = (stats: typeof after | undefined) =>
      Object.values(stats?.errors ?? {}).reduce((sum, count) => sum + count, 0);
    const isCounted =
      (after?.calls ?? 0) > (before?.calls ?? 0) &&
      errors(after) - errors(before) === (how === "failed" ? 1 : 0);
    if (!isCounted) uncounted.push(`${name}: ${how} ${JSON.stringify(before)} ${JSON.stringify(after)}`);
  }
  expect(uncounted).toEqual([]);
  expect(CALLS.length).toBeGreaterThan(60);
});

describe("calls of a client that is closed", () => {
  test("are counted as errors, by their code", async () => {
    const stage = await stageOf();
    const { client } = stage;
    await client.close();
    const ofClient = CALLS.filter(({ of }) => of === PARTS[0].of);
    for (const { name, call } of ofClient) {
      const before = client.stats().operations[name]?.errors["ERR_IBKR_NOT_SENT"] ?? 0;
      expect([name, await outcome(() => call(client as never, stage))]).toEqual([name, "failed"]);
      const after = client.stats().operations[name].errors["ERR_IBKR_NOT_SENT"] ?? 0;
      expect([name, after]).toEqual([name, before + 1]);
    }
    expect(ofClient.length).toBeGreaterThan(20);
  });
});
