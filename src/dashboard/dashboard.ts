import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { IBKRClient } from "../connect/client.js";
import { refused } from "../domain/check.js";
import { realClock, type Timer } from "../time/clock.js";
import { AccountPanel } from "./account-panel.js";
import { ConnectionPanel } from "./connection-panel.js";
import {
  type DashboardOptions,
  type ResolvedDashboardOptions,
  resolveDashboardOptions,
} from "./dashboard-options.js";
import { DashboardServer } from "./dashboard-server.js";
import { EventStream } from "./event-stream.js";
import { RiskPanel } from "./risk-panel.js";
import { TradeLog } from "./trade-log.js";
import type { Sections } from "./update.js";
import { WatchList } from "./watch-list.js";

/** What has been told to pages. */
export interface DashboardStats {
  /** Pages that are open. */
  readonly pages: number;
  /** Updates that were made, and those that a page was too slow for. */
  readonly updates: number;
  readonly skipped: number;
}

/** One page's stream, and up to where it has the lines that grow. */
interface Viewer {
  readonly stream: EventStream;
  barsFromMs: number | undefined;
  pointsFromMs: number | undefined;
}

/** Random bits of a token that is not given. */
const TOKEN_BYTES = 24;

/** A page over a client. As long as nobody looks it does nothing but note fills, and a point of the day's curve in 10 s. */
export class Dashboard {
  /** What has to be known to be told or to stop anything. */
  readonly token: string;
  private readonly watchList: WatchList;
  private readonly trades: TradeLog;
  private readonly account: AccountPanel;
  private readonly connection: ConnectionPanel;
  private readonly risk: RiskPanel;
  private readonly viewers = new Set<Viewer>();
  private server: DashboardServer | undefined;
  private timer: Timer | undefined;
  private closing: Promise<void> | undefined;
  private counts = { updates: 0, skipped: 0 };

  private constructor(
    client: IBKRClient,
    private readonly options: ResolvedDashboardOptions,
  ) {
    this.token = options.token ?? randomBytes(TOKEN_BYTES).toString("base64url");
    this.watchList = new WatchList(client, options);
    this.trades = new TradeLog(client);
    this.account = new AccountPanel(client, (key) => this.watchList.lastOf(key), realClock);
    this.connection = new ConnectionPanel(client, realClock);
    this.risk = new RiskPanel(client, options.allowStop);
  }

  /** @see serveDashboard */
  static async serve(client: IBKRClient, given: DashboardOptions = {}): Promise<Dashboard> {
    if (typeof client?.stream?.subscribe !== "function")
      throw refused("client", client, "an IBKRClient", "ERR_IBKR_ARGUMENT");
    const options = resolveDashboardOptions(given);
    options.signal?.throwIfAborted();
    const dashboard = new Dashboard(client, options);
    try {
      await dashboard.listen();
    } catch (error) {
      await dashboard.close();
      throw error;
    }
    options.signal?.addEventListener("abort", () => void dashboard.close(), { once: true });
    return dashboard;
  }

  get port(): number {
    return this.server?.port ?? 0;
  }

  /**
   * To be opened in a browser. The token is behind the `#`, which browsers send to nobody; whoever has the link can see
   * everything and stop.
   */
  get url(): string {
    const host = this.options.host === "::1" ? "[::1]" : this.options.host;
    return `http://${host}:${this.port}/#${this.token}`;
  }

  stats(): DashboardStats {
    let { skipped } = this.counts;
    for (const { stream } of this.viewers) skipped += stream.skipped;
    return { pages: this.viewers.size, updates: this.counts.updates, skipped };
  }

  /** Ends every page's stream and what was subscribed to for it. The client stays as it is. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async listen(): Promise<void> {
    const { host, port } = this.options;
    const dashboard = this;
    this.server = await DashboardServer.listen(
      { host, port, token: this.token },
      {
        get streams() {
          return dashboard.viewers.size;
        },
        open: (response, chart) => this.open(response, chart),
        stop: this.risk.stop,
      },
    );
  }

  private async end(): Promise<void> {
    this.timer?.stop();
    for (const { stream } of this.viewers) stream.end();
    this.viewers.clear();
    for (const part of [this.watchList, this.trades, this.account, this.connection, this.risk]) part.close();
    await this.server?.close();
  }

  private open(response: ServerResponse, chart: string | undefined): void {
    const stream = new EventStream(response, chart, realClock);
    const viewer: Viewer = { stream, barsFromMs: undefined, pointsFromMs: undefined };
    this.viewers.add(viewer);
    response.on("close", () => this.left(viewer));
    this.timer ??= realClock.every(this.options.refreshMs, () => this.update());
    this.tell(viewer, this.common());
  }

  private left(viewer: Viewer): void {
    if (!this.viewers.delete(viewer)) return;
    this.counts.skipped += viewer.stream.skipped;
    if (this.viewers.size > 0) return;
    this.timer?.stop();
    this.timer = undefined;
  }

  private update(): void {
    this.counts.updates++;
    const ready = [...this.viewers].filter(({ stream }) => stream.isReady);
    // What nobody can take is not made.
    const common = ready.length === 0 ? [] : this.common();
    for (const viewer of this.viewers) this.tell(viewer, common);
  }

  /** What every page is told, as JSON, made once for all. */
  private common(): [keyof Sections, string][] {
    const { watchList, trades, account, connection, risk } = this;
    const sections: Omit<Sections, "chart" | "pnl"> = {
      head: account.head(),
      quotes: watchList.quotes(),
      orders: trades.orders(),
      fills: trades.fills(),
      positions: account.positions(),
      flow: connection.flow(),
      links: connection.links(),
      risk: risk.risk(),
    };
    return Object.entries(sections).map(([name, section]) => [
      name as keyof Sections,
      JSON.stringify(section),
    ]);
  }

  private tell(viewer: Viewer, common: readonly [keyof Sections, string][]): void {
    const { stream } = viewer;
    if (!stream.isReady) {
      stream.write([]);
      return;
    }
    const chart = this.watchList.chart(stream.chart, viewer.barsFromMs);
    const pnl = this.account.pnl(viewer.pointsFromMs);
    const own: [keyof Sections, string][] = [];
    if (chart !== undefined) own.push(["chart", JSON.stringify(chart)]);
    if (pnl.points.length > 0) own.push(["pnl", JSON.stringify(pnl)]);
    stream.write([...common, ...own]);
    // The last one may still change: it is told again.
    viewer.barsFromMs = chart?.bars.at(-1)?.[0] ?? viewer.barsFromMs;
    viewer.pointsFromMs = pnl.points.at(-1)?.[0] ?? viewer.pointsFromMs;
  }
}

/**
 * Serves a page over a client on the loopback: quotes, a chart, orders, positions, latencies, connections, risk and the
 * emergency stop. What it costs the client is one update in `refreshMs` while a page is open, and nothing for a page that
 * does not read.
 * @returns when it listens; `url` is what to open
 * @throws IBKRError `ERR_IBKR_OPTION`, `ERR_IBKR_ARGUMENT` for what is no client, `ERR_IBKR_LISTEN` where the port cannot be had
 */
export function serveDashboard(client: IBKRClient, options: DashboardOptions = {}): Promise<Dashboard> {
  return Dashboard.serve(client, options);
}
