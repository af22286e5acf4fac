import type { Timer } from "../../time/clock.js";
import type { Account, Position } from "../exchange/account.js";
import type { Exchange } from "../exchange/exchange.js";
import { contractOf, type Instrument } from "../market/instrument.js";
import type { Requests } from "../model/requests.js";
import { AMOUNTS, LEDGER, PLAIN_VALUES } from "./account-figures.js";
import type { Client } from "./client.js";
import { invalid } from "./error-text.js";
import { Subscriptions } from "./subscriptions.js";

/** Profit and loss is sent about once a second, as a gateway does. */
const PNL_INTERVAL_MS = 1000;
/** Account summary subscriptions a client may have at once. */
const MAX_SUMMARIES = 2;

/** Account updates of one account, under a request id. */
interface MultiUpdates {
  client: Client;
  reqId: number;
  account: Account;
  modelCode: string;
  ledgerAndNLV: boolean;
}

interface MultiPositions {
  client: Client;
  reqId: number;
  /** `undefined`: all accounts. */
  account: Account | undefined;
  modelCode: string;
}

interface Summary {
  client: Client;
  reqId: number;
  tags: string[];
}

/** Positions, account figures and profit and loss of connected clients. */
export class AccountHandlers {
  private readonly positionWatchers = new Set<Client>();
  private readonly summaries = new Set<Summary>();
  /** The account each client follows with reqAccountUpdates. */
  private readonly followers = new Map<Client, Account>();
  private readonly multiUpdates = new Subscriptions<MultiUpdates>();
  private readonly multiPositions = new Subscriptions<MultiPositions>();
  private readonly pnlTimers = new Map<Client, Map<string, Timer>>();

  constructor(private readonly exchange: Exchange) {
    exchange.on("position", (account, instrument) => this.changed(account, instrument));
  }

  sendPositions(client: Client): void {
    this.positionWatchers.add(client);
    for (const account of this.exchange.accounts.values()) {
      for (const position of account.positions()) {
        if (position.quantity !== 0) sendPosition(client, account, position);
      }
    }
    client.send("positionEnd", {});
  }

  cancelPositions(client: Client): void {
    this.positionWatchers.delete(client);
  }

  sendSummary(client: Client, { reqId, tags: list }: Requests["reqAccountSummary"]): void {
    const mine = [...this.summaries].filter(
      (summary) => summary.client === client && summary.reqId !== reqId,
    );
    if (mine.length >= MAX_SUMMARIES) {
      client.error(
        reqId,
        322,
        `Error processing request.-'account summary' : cause - Maximum number of account summary requests exceeded (${MAX_SUMMARIES})`,
      );
      return;
    }
    const tags = list
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    this.cancelSummary(client, reqId);
    const summary: Summary = { client, reqId, tags };
    this.summaries.add(summary);
    for (const account of this.exchange.accounts.values()) sendSummaryRows(summary, account);
    client.send("accountSummaryEnd", { reqId });
  }

  cancelSummary(client: Client, reqId: number): void {
    for (const summary of this.summaries) {
      if (summary.client === client && summary.reqId === reqId) this.summaries.delete(summary);
    }
  }

  accountUpdates(client: Client, { subscribe, acctCode }: Requests["reqAccountUpdates"]): void {
    const account = this.account(acctCode);
    if (account === undefined) {
      client.error(
        -1,
        321,
        `Error validating request.-'account data' : cause - Invalid account code '${acctCode}'.`,
      );
      return;
    }
    if (!subscribe) {
      this.followers.delete(client);
      return;
    }
    this.followers.set(client, account);
    sendValues(client, account);
    for (const position of account.positions()) sendPortfolio(client, account, position, this.exchange);
    client.send("accountUpdateTime", { timeStamp: clockTime(this.exchange.clock.now()) });
    client.send("accountDownloadEnd", { accountName: account.id });
  }

  positionsMulti(client: Client, { reqId, account: id, modelCode }: Requests["reqPositionsMulti"]): void {
    const account = id === "" ? undefined : this.exchange.accounts.get(id);
    if (id !== "" && account === undefined) {
      client.error(reqId, 321, invalid("positions multi", `Invalid account code '${id}'.`));
      return;
    }
    const subscription = { client, reqId, account, modelCode };
    this.multiPositions.add(subscription);
    for (const each of account === undefined ? this.exchange.accounts.values() : [account]) {
      for (const position of each.positions()) {
        if (position.quantity !== 0) sendPositionMulti(subscription, each, position);
      }
    }
    client.send("positionMultiEnd", { reqId });
  }

  cancelPositionsMulti(client: Client, reqId: number): void {
    this.multiPositions.remove(client, reqId);
  }

  accountUpdatesMulti(client: Client, request: Requests["reqAccountUpdatesMulti"]): void {
    const { reqId, modelCode, ledgerAndNLV } = request;
    const account = this.account(request.account);
    if (account === undefined) {
      const cause = `Invalid account code '${request.account}'.`;
      client.error(reqId, 321, invalid("account updates multi", cause));
      return;
    }
    const subscription = { client, reqId, account, modelCode, ledgerAndNLV };
    this.multiUpdates.add(subscription);
    sendUpdatesMulti(subscription);
    client.send("accountUpdateMultiEnd", { reqId });
  }

  cancelAccountUpdatesMulti(client: Client, reqId: number): void {
    this.multiUpdates.remove(client, reqId);
  }

  pnl(client: Client, { reqId, account: id }: Requests["reqPnL"]): void {
    const account = this.account(id);
    if (account === undefined) {
      client.error(reqId, 321, `Error validating request.-'PnL' : cause - Invalid account code '${id}'.`);
      return;
    }
    this.repeat(client, `pnl:${reqId}`, () => {
      const figures = account.figures();
      client.send("pnl", {
        reqId,
        dailyPnL: cents(figures.realizedPnL + figures.unrealizedPnL),
        unrealizedPnL: cents(figures.unrealizedPnL),
        realizedPnL: cents(figures.realizedPnL),
      });
    });
  }

  pnlSingle(client: Client, { reqId, account: id, conId }: Requests["reqPnLSingle"]): void {
    const account = this.account(id);
    if (account === undefined) {
      client.error(
        reqId,
        321,
        `Error validating request.-'PnL single' : cause - Invalid account code '${id}'.`,
      );
      return;
    }
    this.repeat(client, `single:${reqId}`, () => {
      const position = account.position(conId);
      const unrealizedPnL = position === undefined ? 0 : account.unrealizedPnL(position);
      const realizedPnL = position?.realizedPnL ?? 0;
      client.send("pnlSingle", {
        reqId,
        position: position?.quantity ?? 0,
        dailyPnL: cents(unrealizedPnL + realizedPnL),
        unrealizedPnL: cents(unrealizedPnL),
        realizedPnL: cents(realizedPnL),
        value: position === undefined ? 0 : cents(account.marketValue(position)),
      });
    });
  }

  cancelPnl(client: Client, kind: "pnl" | "single", reqId: number): void {
    const timers = this.pnlTimers.get(client);
    timers?.get(`${kind}:${reqId}`)?.stop();
    timers?.delete(`${kind}:${reqId}`);
  }

  drop(client: Client): void {
    this.positionWatchers.delete(client);
    this.followers.delete(client);
    this.multiUpdates.drop(client);
    this.multiPositions.drop(client);
    for (const summary of this.summaries) if (summary.client === client) this.summaries.delete(summary);
    for (const timer of this.pnlTimers.get(client)?.values() ?? []) timer.stop();
    this.pnlTimers.delete(client);
  }

  private account(id: string): Account | undefined {
    const accounts = this.exchange.accounts;
    return id === "" ? accounts.values().next().value : accounts.get(id);
  }

  private repeat(client: Client, key: string, run: () => void): void {
    const timers = this.pnlTimers.get(client) ?? new Map<string, Timer>();
    timers.get(key)?.stop();
    this.pnlTimers.set(client, timers.set(key, this.exchange.clock.every(PNL_INTERVAL_MS, run)));
    run();
  }

  private changed(account: Account, instrument: Instrument): void {
    const position = account.position(instrument.conId);
    if (position === undefined) return;
    for (const client of this.positionWatchers) sendPosition(client, account, position);
    for (const summary of this.summaries) sendSummaryRows(summary, account);
    for (const s of this.multiPositions) {
      if (s.account === undefined || s.account === account) sendPositionMulti(s, account, position);
    }
    for (const s of this.multiUpdates) if (s.account === account) sendUpdatesMulti(s);
    for (const [client, followed] of this.followers) {
      if (followed !== account) continue;
      sendValues(client, account);
      sendPortfolio(client, account, position, this.exchange);
      client.send("accountUpdateTime", { timeStamp: clockTime(this.exchange.clock.now()) });
    }
  }
}

function sendPosition(client: Client, account: Account, position: Position): void {
  const { instrument, quantity } = position;
  client.send("position", {
    account: account.id,
    contract: contractOf(instrument, instrument.primaryExch || instrument.exchange),
    position: quantity,
    avgCost: Number(account.averageCost(position).toFixed(8)),
  });
}

function sendPositionMulti(
  { client, reqId, modelCode }: MultiPositions,
  account: Account,
  position: Position,
): void {
  const { instrument, quantity } = position;
  client.send("positionMulti", {
    reqId,
    account: account.id,
    modelCode,
    contract: contractOf(instrument, instrument.primaryExch || instrument.exchange),
    position: quantity,
    avgCost: Number(account.averageCost(position).toFixed(8)),
  });
}

function sendUpdatesMulti({ client, reqId, account, modelCode, ledgerAndNLV }: MultiUpdates): void {
  const figures = account.figures();
  const row = (key: string, value: string, currency: string): void =>
    client.send("accountUpdateMulti", { reqId, account: account.id, modelCode, key, value, currency });
  if (!ledgerAndNLV) {
    for (const [key, value] of Object.entries(PLAIN_VALUES)) row(key, value(figures), "");
    for (const [key, figure] of Object.entries(AMOUNTS)) row(key, figure(figures).toFixed(2), "USD");
  } else {
    row("NetLiquidation", figures.netLiquidation.toFixed(2), "USD");
  }
  row("Currency", "BASE", "BASE");
  for (const [key, figure] of Object.entries(LEDGER)) row(key, figure(figures).toFixed(2), "BASE");
}

function sendSummaryRows({ client, reqId, tags }: Summary, account: Account): void {
  const figures = account.figures();
  const row = (tag: string, value: string, currency: string): void =>
    client.send("accountSummary", { reqId, account: account.id, tag, value, currency });
  for (const tag of tags) {
    if (tag in AMOUNTS) row(tag, AMOUNTS[tag](figures).toFixed(2), "USD");
    else if (tag in PLAIN_VALUES) row(tag, PLAIN_VALUES[tag](figures), "");
    else if (tag.startsWith("$LEDGER")) {
      row("Currency", "BASE", "BASE");
      for (const [name, figure] of Object.entries(LEDGER)) row(name, figure(figures).toFixed(2), "BASE");
    }
  }
}

function sendValues(client: Client, account: Account): void {
  const figures = account.figures();
  const accountName = account.id;
  client.send("accountValue", { key: "AccountCode", value: account.id, currency: "", accountName });
  client.send("accountValue", { key: "AccountReady", value: "true", currency: "", accountName });
  for (const [key, value] of Object.entries(PLAIN_VALUES)) {
    client.send("accountValue", { key, value: value(figures), currency: "", accountName });
  }
  for (const [key, figure] of [...Object.entries(AMOUNTS), ...Object.entries(LEDGER)]) {
    client.send("accountValue", { key, value: figure(figures).toFixed(2), currency: "USD", accountName });
  }
}

function sendPortfolio(client: Client, account: Account, position: Position, exchange: Exchange): void {
  const { instrument, quantity } = position;
  client.send("portfolioValue", {
    contract: contractOf(instrument),
    position: quantity,
    marketPrice: exchange.quote(instrument).last,
    marketValue: cents(account.marketValue(position)),
    averageCost: Number(account.averageCost(position).toFixed(8)),
    unrealizedPNL: cents(account.unrealizedPnL(position)),
    realizedPNL: cents(position.realizedPnL),
    accountName: account.id,
  });
}

function cents(amount: number): number {
  return Number(amount.toFixed(2));
}

/** `hh:mm`, UTC */
function clockTime(now: number): string {
  return new Date(now).toISOString().slice(11, 16);
}
