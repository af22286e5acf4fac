// From sections to rows and cells.
import type {
  FillRow,
  FlowUpdate,
  HeadUpdate,
  LinksUpdate,
  OrderRow,
  PositionRow,
  QuoteRow,
  RiskUpdate,
} from "../update.js";
import { byId, type Row, setLook, setText, type Table } from "./cells.js";
import { age, colorOf, count, duration, gain, money, PriceDigits, percent, time } from "./format.js";

const digits = new PriceDigits();
/** A quote that has not moved for so long is shown pale. */
const OLD_MS = 10_000;

export function showHead(head: HeadUpdate): void {
  setText(byId("state"), head.state);
  const look = head.state === "ready" ? "good" : "bad";
  setLook(byId("state-dot").parentElement as HTMLElement, `state ${look}`);
  setText(byId("account"), head.account);
  const amounts = [
    ["daily", head.dailyPnl],
    ["unrealized", head.unrealizedPnl],
    ["realized", head.realizedPnl],
  ] as const;
  const stale = head.isStale ? "stale" : "";
  for (const [id, amount] of amounts) {
    setText(byId(id), gain(amount));
    setLook(byId(id), `${colorOf(amount)} ${stale}`.trim());
  }
  setText(byId("net"), money(head.netLiquidation, head.currency));
  setText(byId("available"), money(head.availableFunds, head.currency));
  for (const id of ["net", "available"]) setLook(byId(id), stale);
  document.title = `${gain(head.dailyPnl)} ${head.state} · ibkr-native`;
}

export function quoteRows(quotes: readonly QuoteRow[], chosen: string): Row[] {
  return quotes.map((quote) => {
    const price = (value: number | undefined) => digits.text(quote.key, value);
    const isOld = (quote.ageMs ?? Number.POSITIVE_INFINITY) > OLD_MS;
    const pale = isOld ? "dim" : "";
    return {
      key: quote.key,
      look: quote.key === chosen ? "chosen" : "",
      cells: [
        { text: quote.symbol, title: quote.detail, ...(quote.isDelayed && { detail: "delayed" }) },
        { text: price(quote.bid), look: pale, title: `${count(quote.bidSize)} bid` },
        { text: price(quote.ask), look: pale, title: `${count(quote.askSize)} offered` },
        { text: price(quote.last), look: pale },
        { text: percent(quote.changePercent), look: colorOf(quote.changePercent) },
        { text: count(quote.volume) },
        { text: age(quote.ageMs), look: isOld ? "warn" : "dim" },
      ],
    };
  });
}

export function positionRows(positions: readonly PositionRow[]): Row[] {
  return positions.map(({ key, symbol, detail, quantity, averageCost, last, unrealizedPnl }) => ({
    key,
    cells: [
      { text: symbol, title: detail },
      { text: count(quantity), look: quantity < 0 ? "down" : "" },
      { text: digits.text(key, averageCost && Math.round(averageCost * 100) / 100) },
      { text: digits.text(key, last) },
      { text: gain(unrealizedPnl), look: colorOf(unrealizedPnl) },
    ],
  }));
}

export function orderRows(orders: readonly OrderRow[]): Row[] {
  return orders.map((order) => ({
    key: String(order.orderId),
    look: order.isOver ? "dim" : "",
    cells: [
      String(order.orderId),
      order.symbol,
      { text: order.action, look: order.action === "BUY" ? "up" : "down" },
      `${count(order.filledQuantity)}/${count(order.quantity)}`,
      order.type,
      digits.text(order.symbol, order.averagePrice ?? order.price),
      {
        text: order.status,
        title: order.error ?? "",
        look: order.status === "rejected" || order.status === "unknown" ? "down" : "",
      },
    ],
  }));
}

export function fillRows(fills: readonly FillRow[]): Row[] {
  return fills.map((fill) => ({
    key: fill.execId,
    cells: [
      time(fill.atMs),
      fill.isOurs ? fill.symbol : { text: fill.symbol, detail: "not ours" },
      { text: fill.side, look: fill.side === "BOT" ? "up" : "down" },
      count(fill.quantity),
      digits.text(fill.symbol, fill.price),
    ],
  }));
}

/** From 1 µs to 10 s, by decades. */
const DECADES = 7;
const share = (micros: number) => Math.log10(Math.max(1, micros)) / DECADES;

export function latencyRows({ latencies }: FlowUpdate): Row[] {
  return latencies.map(({ name, count: values, p50, p99, p999, max }) => {
    const text = (micros: number) => (values === 0 ? "–" : duration(micros));
    const bar = values === 0 ? { from: 0, to: 0 } : { from: share(p50), to: share(p99), most: share(max) };
    return {
      key: name,
      cells: [
        { text: name, title: `${count(values)} values` },
        text(p50),
        text(p99),
        text(p999),
        text(max),
        { text: "", bar },
      ],
    };
  });
}

export function showFlow(flow: FlowUpdate): void {
  const figures: readonly (readonly [string, string])[] = [
    ["messages/s", count(flow.messagesPerSecond)],
    ["subscriptions", count(flow.subscriptions)],
    ["lines", `${count(flow.linesUsed)} / ${count(flow.linesAvailable)}`],
    ["waiting to leave", count(flow.messagesWaiting)],
    ["ring", `${count(flow.ringUsedSlots)} / ${count(flow.ringSlots)}`],
    [
      "ring, most",
      flow.ringSlots === 0 ? "–" : `${((flow.ringHighWaterSlots / flow.ringSlots) * 100).toFixed(1)} %`,
    ],
    ["conflated", count(flow.conflated)],
    ["dropped", count(flow.dropped)],
  ];
  const list = byId("flow");
  figures.forEach(([name, value], at) => {
    let entry = list.children[at] as HTMLElement | undefined;
    if (entry === undefined) {
      entry = document.createElement("div");
      entry.append(document.createElement("dt"), document.createElement("dd"));
      list.append(entry);
    }
    setText(entry.children[0] as HTMLElement, name);
    setText(entry.children[1] as HTMLElement, value);
  });
}

export function showLinks({ links, events }: LinksUpdate, table: Table): void {
  table.show(
    links.map(({ name, state, sinceMs, reconnects, error }) => ({
      key: name,
      cells: [
        name,
        { text: state, look: state === "READY" ? "up" : "down", title: error ?? "" },
        time(sinceMs),
        count(reconnects),
      ],
    })),
  );
  const list = byId("events");
  while (list.children.length > events.length) list.lastElementChild?.remove();
  events.forEach(({ atMs, text, isBad }, at) => {
    const entry = (list.children[at] ?? list.appendChild(document.createElement("li"))) as HTMLElement;
    setText(entry, `${time(atMs)}  ${text}`);
    entry.title = text;
    setLook(entry, isBad ? "bad" : "");
  });
}

const STATE_LOOKS: Readonly<Record<RiskUpdate["state"], string>> = {
  ACTIVE: "badge good",
  REDUCING: "badge warn",
  HALTED: "badge bad",
  STOPPED: "badge bad",
  none: "badge",
};

export function showRisk(risk: RiskUpdate, table: Table): void {
  setText(byId("risk-state"), risk.state === "none" ? "NO GATE" : risk.state);
  setLook(byId("risk-state"), STATE_LOOKS[risk.state]);
  byId<HTMLButtonElement>("stop").disabled = !risk.canStop || risk.state === "STOPPED";
  setText(byId("risk-reason"), risk.denied === 0 ? "" : `${count(risk.denied)} denied`);
  const notice = byId("notice");
  notice.hidden = risk.state !== "STOPPED" && risk.state !== "HALTED";
  setText(notice, `${risk.state}${risk.reason === undefined ? "" : `: ${risk.reason}`}`);
  table.show(
    risk.rows.map(({ name, unit, measured, limit }) => ({
      key: name,
      cells: [
        { text: name, title: unit },
        count(measured === undefined ? undefined : Math.round(measured * 100) / 100),
        count(limit),
        {
          text: "",
          bar: { from: 0, to: limit === undefined || limit === 0 ? 0 : Math.abs(measured ?? 0) / limit },
        },
      ],
    })),
  );
}
