import type { Timer } from "../../time/clock.js";
import { parseDateTime } from "../../time/ib-date-time.js";
import type { Exchange } from "../exchange/exchange.js";
import { NO_DEFINITION } from "../market/contract-check.js";
import { articleOf, bulletins, newsBetween, newsProviders } from "../market/news.js";
import { NO_CONTRACT } from "../model/contract.js";
import type { Requests } from "../model/requests.js";
import type { Client } from "./client.js";
import { resolveFor } from "./contract-lookup.js";
import { historicalError, invalid } from "./error-text.js";
import { scan, scannerParameters, scannerProblem } from "./scanner.js";
import { Subscriptions } from "./subscriptions.js";

const MAX_NEWS = 300;
const MAX_SCANNERS = 10;
/** A scanner sends its list anew this often, as a gateway does. */
const SCAN_INTERVAL_MS = 30_000;
/** Without a start, news go back this far, days. */
const NEWS_BACK_DAYS = 30;
const DAY = 86_400;
const REPORTS = ["ReportSnapshot", "ReportsFinSummary", "ReportRatios", "RESC", "CalendarReport"];

interface ScannerSubscription {
  client: Client;
  reqId: number;
  timer: Timer;
}

/** News, scanners, fundamental reports and Wall Street Horizon. */
export class ResearchHandlers {
  private readonly scanners = new Subscriptions<ScannerSubscription>((s) => s.timer.stop());

  constructor(private readonly exchange: Exchange) {}

  bulletins(client: Client, { allMessages }: Requests["reqNewsBulletins"]): void {
    if (!allMessages) return;
    bulletins.forEach((bulletin, i) => {
      client.send("newsBulletin", { newsMsgId: i + 1, ...bulletin });
    });
  }

  providers(client: Client): void {
    client.send("newsProviders", { providers: [...newsProviders] });
  }

  article(client: Client, { reqId, providerCode, articleId }: Requests["reqNewsArticle"]): void {
    const named = articleOf(providerCode, articleId);
    const instrument = named === undefined ? undefined : this.exchange.instruments.get(named.conId);
    if (named === undefined || instrument === undefined) {
      const cause = `no article ${JSON.stringify(articleId)} of provider ${JSON.stringify(providerCode)}`;
      client.error(reqId, 10172, `Failed to request news article: ${cause}`);
      return;
    }
    const when = new Date(named.time * 1000).toISOString();
    const articleText = `${instrument.longName}. Made-up article of ${when} for ${instrument.symbol}.`;
    client.send("newsArticle", { reqId, articleType: 0, articleText });
  }

  historicalNews(client: Client, request: Requests["reqHistoricalNews"]): void {
    const { reqId, conId, providerCodes, totalResults } = request;
    const instrument = this.exchange.instruments.find({ ...NO_CONTRACT, conId })[0];
    if (instrument === undefined) {
      client.error(reqId, 200, NO_DEFINITION);
      return;
    }
    const known = newsProviders.map(({ providerCode }) => providerCode);
    const wanted = providerCodes.split("+").filter((code) => code !== "");
    const unknown = wanted.find((code) => !known.includes(code));
    if (unknown !== undefined || wanted.length === 0 || totalResults < 1 || totalResults > MAX_NEWS) {
      const cause =
        totalResults < 1 || totalResults > MAX_NEWS
          ? `total results is ${totalResults} (allowed: 1 to ${MAX_NEWS})`
          : `provider codes is ${JSON.stringify(providerCodes)} (allowed, joined by +: ${known.join(", ")})`;
      client.error(reqId, 321, invalid("historical news", cause));
      return;
    }
    const now = this.exchange.nowSeconds();
    const to = newsTime(request.endDateTime, now);
    const from = newsTime(request.startDateTime, (to ?? now) - NEWS_BACK_DAYS * DAY);
    if (to === undefined || from === undefined) {
      const cause = "start and end are written yyyy-mm-dd hh:mm:ss";
      client.error(reqId, 321, invalid("historical news", cause));
      return;
    }
    const items = newsBetween(conId, instrument.longName, wanted, from, Math.min(to, now));
    for (const { time, providerCode, articleId, headline } of items.slice(0, totalResults)) {
      const text = new Date(time * 1000).toISOString().replace("T", " ").slice(0, 21);
      client.send("historicalNews", { reqId, time: text, providerCode, articleId, headline });
    }
    client.send("historicalNewsEnd", { reqId, hasMore: items.length > totalResults });
  }

  scannerParameters(client: Client): void {
    client.send("scannerParameters", { xml: scannerParameters() });
  }

  scannerSubscription(client: Client, { reqId, subscription }: Requests["reqScannerSubscription"]): void {
    const problem = scannerProblem(subscription);
    if (problem !== undefined) {
      client.error(reqId, 162, historicalError(`Scanner type or setting: ${problem}`));
      return;
    }
    if (this.scanners.get(client, reqId) !== undefined) {
      client.error(reqId, 322, "Error processing request.-'scanner' : cause - Duplicate ticker id");
      return;
    }
    if (this.scanners.count(client) >= MAX_SCANNERS) {
      client.error(
        reqId,
        162,
        historicalError(`Only ${MAX_SCANNERS} simultaneous API scanner subscriptions are allowed`),
      );
      return;
    }
    const send = (): void => client.send("scannerData", { reqId, rows: scan(this.exchange, subscription) });
    this.scanners.add({ client, reqId, timer: this.exchange.clock.every(SCAN_INTERVAL_MS, send) });
    send();
  }

  cancelScanner(client: Client, reqId: number): void {
    if (this.scanners.remove(client, reqId) === undefined) {
      client.error(reqId, 365, `No scanner subscription found for ticker id:${reqId}`);
    } else {
      client.error(reqId, 162, historicalError(`API scanner subscription cancelled: ${reqId}`));
    }
  }

  fundamentals(client: Client, { reqId, contract, reportType }: Requests["reqFundamentalData"]): void {
    const what = "fundamental data";
    if (contract.secType.trim().toUpperCase() !== "STK") {
      client.error(reqId, 321, invalid(what, "Please enter a valid security type"));
      return;
    }
    const instrument = resolveFor(this.exchange, { client, reqId, contract, what, use: "data" });
    if (instrument === undefined) return;
    if (instrument.secType !== "STK" || !REPORTS.includes(reportType)) {
      client.error(
        reqId,
        430,
        "We are sorry, but fundamentals data for the security specified is not available." +
          (REPORTS.includes(reportType) ? "" : ` (report types: ${REPORTS.join(", ")})`),
      );
      return;
    }
    const isin = instrument.secIds.find(({ tag }) => tag === "ISIN")?.value ?? "";
    const data = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<${reportType}>`,
      `<CoIDs><CoID Type="CompanyName">${escapeXml(instrument.longName)}</CoID></CoIDs>`,
      `<Issues><Issue Type="C"><IssueID Type="Ticker">${escapeXml(instrument.symbol)}</IssueID>`,
      `<IssueID Type="ISIN">${isin}</IssueID></Issue></Issues>`,
      `<Industry>${escapeXml(instrument.industry)}</Industry>`,
      `</${reportType}>`,
    ].join("\n");
    client.send("fundamentalData", { reqId, data });
  }

  /** Nobody has a subscription to Wall Street Horizon here. */
  wallStreetHorizon(client: Client, reqId: number): void {
    client.error(reqId, 10276, "News feed is not allowed.");
  }

  drop(client: Client): void {
    this.scanners.drop(client);
  }
}

/** `yyyy-mm-dd hh:mm:ss.0 [zone]`, UTC without a zone, or one of the forms of other requests. */
function newsTime(text: string, otherwise: number): number | undefined {
  if (text === "") return otherwise;
  const match = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}:\d{2}:\d{2})(?:\.\d+)?(?: (\S+))?)?$/.exec(text.trim());
  if (match === null) return parseDateTime(text, "UTC");
  return parseDateTime(`${match[1]}${match[2]}${match[3]} ${match[4] ?? "00:00:00"}`, match[5] ?? "UTC");
}

function escapeXml(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
