import { EventName, IBApi, type IBApiOptions, RecordKind } from "../../index.js";
import { Blotter } from "./blotter.js";
import type { Changes } from "./changes.js";
import type { Display, View } from "./display.js";
import type { EventList } from "./event-list.js";
import { count, duration } from "./format.js";
import { GatewayLink } from "./gateway-link.js";
import { MarketData, type Subscription } from "./market-data.js";
import { OrderEntry } from "./order-entry.js";
import { QuoteTable } from "./quote-table.js";
import type { Stage } from "./stage.js";

export interface SceneOptions {
  /** How the gateway is called in titles and messages. */
  readonly where: string;
  readonly client: IBApiOptions & { readonly clientId: number };
  readonly symbols: readonly string[];
  readonly subscriptions: readonly Subscription[];
  /** False where rates and latency would only say how the demo itself paces the server. */
  readonly measured: boolean;
}

const RATE_WINDOW_MS = 1_000;

/** The client, everything that listens to it, and how it looks from outside. */
export class Scene {
  readonly events: EventList;
  readonly changes: Changes;
  readonly ib: IBApi;
  readonly table: QuoteTable;
  readonly link: GatewayLink;
  readonly blotter: Blotter;
  readonly marketData: MarketData;
  /** Most ticks within one second so far. */
  peak = 0;
  private readonly display: Display;
  private orderEntry: OrderEntry | undefined;
  private renderer: NodeJS.Timeout | undefined;
  private meter: NodeJS.Timeout | undefined;
  private streamedFrom = 0;
  private streamedMs = 0;
  private perSecond = 0;

  constructor(
    readonly options: SceneOptions,
    stage: Stage,
  ) {
    const { client, where, symbols, subscriptions } = options;
    const { changes, display, events } = stage;
    this.changes = changes;
    this.display = display;
    this.events = events;
    this.ib = new IBApi(client);
    this.table = new QuoteTable(symbols);
    this.link = new GatewayLink(this.ib, where, client.clientId, changes);
    this.blotter = new Blotter(this.ib, events, changes);
    this.marketData = new MarketData(this.ib, this.table, subscriptions, events, changes);
    this.ib.onRecord((tick) => {
      if (tick.kind === RecordKind.ORDER_STATUS) this.orderEntry?.takeStatus(tick);
      else this.table.take(tick);
    });
    this.ib.on(EventName.error, (error, code, reqId) => this.takeError(error, code, reqId));
    this.ib.on(EventName.info, (message, code) => {
      if (this.link.failure === "") events.notice(`${message} (${code})`, "aside");
    });
  }

  /** Orders can be placed from here on. */
  allowOrders(): OrderEntry {
    const { ib, blotter, events, link } = this;
    this.orderEntry = new OrderEntry(ib, blotter, events, link.accounts[0] ?? "", link.nextOrderId);
    return this.orderEntry;
  }

  get orders(): OrderEntry | undefined {
    return this.orderEntry;
  }

  /** Ticks a second since streaming began. */
  get averageRate(): number {
    return this.streamedMs > 0 ? (this.table.ticks * 1000) / this.streamedMs : 0;
  }
  get streamedSeconds(): number {
    return this.streamedMs / 1000;
  }

  startStreaming(): void {
    this.streamedFrom = performance.now();
    let before = this.table.ticks;
    this.meter = setInterval(() => {
      this.perSecond = this.table.ticks - before;
      before = this.table.ticks;
      this.peak = Math.max(this.peak, this.perSecond);
    }, RATE_WINDOW_MS);
    this.marketData.subscribeAll();
  }

  stopStreaming(): void {
    if (this.streamedFrom === 0 || this.streamedMs > 0) return;
    clearInterval(this.meter);
    this.streamedMs = performance.now() - this.streamedFrom;
    this.perSecond = Math.round(this.averageRate);
    if (this.link.failure === "") this.marketData.cancelAll();
  }

  startShowing(): void {
    this.display.start();
    const show = () => this.display.show(this.view());
    show();
    this.renderer = setInterval(show, this.display.intervalMs);
  }

  stopShowing(): void {
    if (this.renderer === undefined) return;
    clearInterval(this.renderer);
    this.renderer = undefined;
    this.display.stop(this.view());
  }

  private view(): View {
    const { table, events, status, title } = this;
    return { title, elapsed: events.elapsed, status, rows: table.rows(), events: events.lines };
  }

  private get title(): string {
    const { link, options } = this;
    const accounts = link.accounts.length === 0 ? "" : ` · account ${link.accounts.join(", ")}`;
    return `ibkr-native · ${options.where} · server version ${link.serverVersion}${accounts}`;
  }

  private get status(): string {
    const { table, orderEntry } = this;
    const { latency } = table;
    const parts = table.delayed ? ["DELAYED DATA"] : [];
    if (!this.options.measured) return [...parts, `${count(table.ticks)} ticks`].join(" · ");
    parts.push(`${count(this.perSecond)} ticks/s`);
    const median = latency.percentileIfKnown(50);
    if (!Number.isNaN(median)) {
      parts.push(`tick p50 ${duration(median)} p99 ${duration(latency.percentileIfKnown(99))}`);
    }
    const orders = orderEntry?.statusLatency.percentileIfKnown(50) ?? Number.NaN;
    if (!Number.isNaN(orders)) parts.push(`order p50 ${duration(orders)}`);
    return parts.join(" · ");
  }

  private takeError(error: Error, code: number, reqId: number): void {
    if (this.link.failure !== "") return;
    if (this.marketData.takeError(error, code, reqId)) return;
    if (this.blotter.takeError(error.message, code, reqId)) return;
    this.events.notice(`${error.message} (${code})`, "warning");
  }
}
