import { describe, expect, test } from "vitest";
import { moneyIn } from "../../../src/client/strategies/amounts.js";
import type { DailyReport } from "../../../src/client/strategies/daily-report.js";
import * as contracts from "../../../src/domain/contracts.js";
import * as orders from "../../../src/domain/orders.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import type { Instrument, SimulatedGateway } from "../../../src/sim/index.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";
import { cleansUp, pnlOf, standingMarket, strategiesAt, type Traded } from "./strategy-stage.js";

cleansUp();

const TRADES = 1_000;
const AT_ONCE = 25;
/** Dollars are traded in two of them, euros in the third. */
const ACCOUNTS = ["DU0000001", "DU0000002", "DU0000003"];
const [DOLLARS, EUROS] = [ACCOUNTS.slice(0, 2), ACCOUNTS.slice(2)];
const NAMES = ["trend", "mean-revert", "carry"];

/** A day of trading that ends twelve hours from now, so that no test runs across its end. */
function today() {
  const dayEndsAt = new Date(Date.now() + 12 * 3_600_000).toISOString().slice(11, 16);
  return { timeZone: "UTC", dayEndsAt };
}

/** And what is lost of doubles. */
const HALF_A_CENT = 0.005 + 1e-6;

/** Less than a ten-thousandth of a cent apart: what doubles lose on the way of a thousand trades. */
function same(mine: readonly (number | undefined)[], theirs: readonly (number | undefined)[]) {
  expect(mine).toHaveLength(theirs.length);
  for (const [i, amount] of mine.entries()) expect(amount).toBeCloseTo(theirs[i] as number, 6);
}

/** Stocks, a future with a multiplier, an option, and a stock in another currency. */
async function instruments({ broker }: Traded): Promise<Contract[]> {
  const wanted = [
    contracts.stock("AAPL"),
    contracts.stock("MSFT"),
    contracts.future("ES", "202612", "CME"),
    contracts.stock("SAP", { exchange: "IBIS", currency: "EUR" }),
  ];
  const found = [];
  for (const contract of wanted)
    found.push((await broker.lookups.contractDetails(contract))[0].contract as Contract);
  const calls = { symbol: "AAPL", secType: "OPT", right: "C", exchange: "SMART", currency: "USD" };
  const chain = await broker.lookups.contractDetails(calls as Contract);
  found.push(chain[Math.floor(chain.length / 2)].contract as Contract);
  return found.map((contract) => ({ ...contract, exchange: contract.secType === "FUT" ? "CME" : "SMART" }));
}

/** Random orders of three strategies, of the client itself and of nobody, in two accounts. */
async function trade(sim: SimulatedGateway, traded: Traded, random: SeededRandom, count: number) {
  const { strategies, tracker } = traded;
  const list = await instruments(traded);
  const { exchange } = sim;
  for (const { conId } of list) exchange.watch(instrumentOf(sim, conId));
  const placers = [...NAMES.map((name) => strategies.open(name)), tracker];
  for (let done = 0; done < count; done += AT_ONCE) {
    const tickets = [];
    for (let i = 0; i < Math.min(AT_ONCE, count - done); i++) {
      const contract = random.pick(list);
      const quantity = contract.secType === "STK" ? random.int(1, 300) : random.int(1, 4);
      const order = {
        ...orders.market(random.chance(0.5) ? "BUY" : "SELL", quantity),
        account: random.pick(contract.currency === "EUR" ? EUROS : DOLLARS),
      };
      // The client's own orders are the fewest: they are of no strategy.
      const placer = placers[random.chance(0.05) ? NAMES.length : random.below(NAMES.length)];
      tickets.push(placer.placeOrder(contract, order));
    }
    for (const ticket of tickets) expect((await ticket.done({ timeoutMs: 20_000 })).status).toBe("filled");
    exchange.step();
  }
  return list;
}

/** What the report has of an account and a contract. */
function contractRow(report: DailyReport, account: string, conId: number | undefined) {
  const rows = report.contracts.filter((row) => row.scope === "account" && row.account === account);
  return rows.find(({ contract }) => contract.conId === conId);
}

function instrumentOf({ exchange }: SimulatedGateway, conId = 0): Instrument {
  return exchange.instruments.resolve({ conId }) as Instrument;
}

const marksOf = (sim: SimulatedGateway) => (contract: Contract) =>
  sim.exchange.quote(instrumentOf(sim, contract.conId)).last;

/** Every sum, of the texts, digit by digit. */
function addsUp(csv: string) {
  const [head, ...lines] = csv.trimEnd().split("\n");
  const names = head.split(",");
  const rows = lines.map((line) => line.split(","));
  const cell = (row: readonly string[], name: string) => row[names.indexOf(name)];
  for (const currency of ["USD", "EUR"])
    for (const name of ["commission", "realizedPnl", "unrealizedPnl", "netPnl", "netExposure"]) {
      const sum = (isWanted: (scope: string) => boolean) =>
        rows
          .filter((row) => cell(row, "row") === "total" && cell(row, "currency") === currency)
          .filter((row) => isWanted(cell(row, "scope")))
          .reduce((total, row) => total + (moneyIn(cell(row, name)) as bigint), 0n);
      expect([name, sum((scope) => scope !== "account")]).toEqual([
        name,
        sum((scope) => scope === "account"),
      ]);
    }
}

describe("the daily report", () => {
  test(`equals the exchange's ledger and reqPnL to the cent, after ${TRADES} random trades of three strategies`, async () => {
    const random = new SeededRandom(testSeed("random trades", 14));
    const sim = await standingMarket({ accounts: ACCOUNTS, startingCash: 1e9, referenceData: {} } as never);
    const traded = await strategiesAt(sim);
    const { strategies } = traded;
    const list = await trade(sim, traded, random, TRADES);
    const report = strategies.report({ ...today(), marks: marksOf(sim) });

    // The exchange's ledger, by account and contract.
    const { executions } = sim.exchange.orders;
    expect(executions.length).toBeGreaterThanOrEqual(TRADES);
    for (const id of ACCOUNTS)
      for (const { conId, currency } of list) {
        if (EUROS.includes(id) !== (currency === "EUR")) continue;
        const account = sim.exchange.accounts.get(id)!;
        const position = account.position(conId as number)!;
        const row = contractRow(report, id, conId)!;
        expect(row.quantity).toBe(position.quantity);
        same(
          [row.realizedPnl, row.unrealizedPnl, row.netExposure],
          [position.realizedPnL, account.unrealizedPnL(position), account.marketValue(position)],
        );
        if (row.averageCost !== undefined)
          expect(row.averageCost).toBeCloseTo(account.averageCost(position), 6);
      }

    // Commissions and counts, by whose orders they were.
    for (const currency of ["USD", "EUR"]) {
      const own = executions.filter(({ commission }) => commission.currency === currency);
      const ofWhom = (prefix: string | undefined) =>
        own.filter(({ execution }) => prefix === undefined || execution.orderRef.startsWith(`${prefix}:`));
      const rows = [
        ...NAMES.map((name) => [name, name]),
        ["unattributed", "ibkr-native"],
        ["account", undefined],
      ];
      for (const [name, prefix] of rows) {
        const total = report.totals.find(
          (row) => row.currency === currency && (row.strategy ?? row.scope) === name,
        );
        const theirs = ofWhom(prefix);
        expect([name, total?.trades]).toEqual([name, theirs.length]);
        same([total?.commission], [theirs.reduce((sum, { commission }) => sum + commission.commission, 0)]);
      }
    }
    addsUp(report.toCsv());

    // What strategies make differs from what the account makes of the same trades.
    const netting = report.totals.find(({ scope, currency }) => scope === "netting" && currency === "USD");
    expect(Math.abs(netting?.realizedPnl as number)).toBeGreaterThan(1);
    expect(netting?.netPnl).toBe(0);

    // What the gateway says of an account, which it rounds to the cent.
    for (const id of DOLLARS) {
      const rows = report.contracts.filter((row) => row.scope === "account" && row.account === id);
      const sum = (name: "realizedPnl" | "unrealizedPnl" | "netPnl") =>
        rows.reduce((total, row) => total + (row[name] as number), 0);
      const { realized, unrealized } = await pnlOf(sim, id);
      expect(Math.abs(sum("realizedPnl") - realized)).toBeLessThan(HALF_A_CENT);
      expect(Math.abs(sum("unrealizedPnl") - unrealized)).toBeLessThan(HALF_A_CENT);
      expect(Math.abs(sum("netPnl") - realized - unrealized)).toBeLessThan(2 * HALF_A_CENT);
    }
  });

  test("another process makes the same report, from what the gateway tells", async () => {
    const random = new SeededRandom(testSeed("a second process", 16));
    const sim = await standingMarket({ accounts: ACCOUNTS, startingCash: 1e9, referenceData: {} } as never);
    const first = await strategiesAt(sim);
    await trade(sim, first, random, 75);
    const options = { ...today(), marks: marksOf(sim) };
    const before = first.strategies.report(options);
    const second = await strategiesAt(sim, {}, 2);
    for (const name of NAMES) second.strategies.open(name);
    const after = second.strategies.report(options);
    expect(after.totals).toEqual(before.totals);
    expect(after.contracts).toHaveLength(before.contracts.length);
    const bare = second.strategies.report({ ...options, day: "2020-01-01" });
    expect(bare.totals.filter(({ trades }) => trades > 0)).toEqual([]);
  });
});
