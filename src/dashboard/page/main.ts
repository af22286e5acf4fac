import type { QuoteRow } from "../update.js";
import { byId, setLook, setText, Table } from "./cells.js";
import { BarChart, PnlCurve } from "./charts.js";
import {
  fillRows,
  latencyRows,
  orderRows,
  positionRows,
  quoteRows,
  showFlow,
  showHead,
  showLinks,
  showRisk,
} from "./panels.js";
import { stopButton } from "./stop.js";
import { readEvents } from "./stream.js";

/** What the page shows, and from where. The token is what stands behind the `#` of its link. */
class Page {
  private token = location.hash.slice(1);
  private chosen: string | undefined;
  private shown = "";
  private newest: readonly QuoteRow[] = [];
  private reading = new AbortController();
  private readonly chart = new BarChart();
  private readonly curve = new PnlCurve();
  private readonly quotes = new Table("quotes", "nothing is watched", (key) => this.choose(key));
  private readonly positions = new Table("positions", "nothing is held");
  private readonly orders = new Table("orders", "no order yet");
  private readonly fills = new Table("fills", "no fill yet");
  private readonly limits = new Table("limits", "no limit is set");
  private readonly latency = new Table("latency", "nothing was measured");
  private readonly links = new Table("links", "no connection");

  constructor() {
    stopButton(() => this.token);
    byId<HTMLDialogElement>("token-dialog").addEventListener("close", () => {
      this.token = byId<HTMLInputElement>("token").value.trim();
      this.read();
    });
    if (this.token === "") this.ask();
    else this.read();
  }

  private ask(): void {
    const dialog = byId<HTMLDialogElement>("token-dialog");
    if (!dialog.open) dialog.showModal();
  }

  private choose(key: string): void {
    this.chosen = key;
    this.drawQuotes();
    this.read();
  }

  private drawQuotes(): void {
    this.quotes.show(quoteRows(this.newest, this.chosen ?? this.shown));
  }

  private read(): void {
    this.reading.abort();
    this.reading = new AbortController();
    void readEvents(
      { token: this.token, chart: this.chosen },
      {
        head: showHead,
        quotes: (quotes) => {
          this.newest = quotes;
          this.drawQuotes();
        },
        chart: (chart) => {
          this.shown = chart.key;
          this.chart.show(chart);
        },
        orders: (orders) => {
          const working = orders.filter(({ isOver }) => !isOver).length;
          setText(byId("orders-count"), `${working} working`);
          this.orders.show(orderRows(orders));
        },
        fills: (fills) => {
          setText(byId("fills-count"), String(fills.length));
          this.fills.show(fillRows(fills));
        },
        positions: (positions) => this.positions.show(positionRows(positions)),
        pnl: (pnl) => this.curve.show(pnl),
        flow: (flow) => {
          showFlow(flow);
          this.latency.show(latencyRows(flow));
        },
        links: (links) => showLinks(links, this.links),
        risk: (risk) => showRisk(risk, this.limits),
      },
      {
        connection: (isConnected, why) => this.connected(isConnected, why),
        unauthorized: () => this.ask(),
      },
      this.reading.signal,
    );
  }

  private connected(isConnected: boolean, why: string): void {
    document.body.classList.toggle("lost", !isConnected);
    if (isConnected) return;
    setText(byId("state"), "no program");
    setText(byId("account"), why);
    setLook(byId("state-dot").parentElement as HTMLElement, "state bad");
  }
}

new Page();
