import { eightHexDigits, hashText, hashUnit } from "./random.js";

export interface NewsProvider {
  providerCode: string;
  providerName: string;
}

export const newsProviders: readonly NewsProvider[] = [
  { providerCode: "BRFG", providerName: "Briefing.com General Market Columns" },
  { providerCode: "BRFUPDN", providerName: "Briefing.com Analyst Actions" },
  { providerCode: "DJ-N", providerName: "Dow Jones Global Equity Trader" },
  { providerCode: "DJNL", providerName: "Dow Jones Newsletters" },
  { providerCode: "FLY", providerName: "The Fly" },
];

export interface NewsItem {
  /** Seconds since 1970 UTC. */
  time: number;
  providerCode: string;
  articleId: string;
  headline: string;
}

const DAY = 86_400;
const ITEMS_A_DAY = 2;

const EVENTS = [
  "reports results for the quarter",
  "shares move on heavy volume",
  "names a new finance chief",
  "raises its outlook",
  "rating reiterated",
  "to present at an investor conference",
  "announces a supply agreement",
  "price target changed",
];

/** Made-up headlines about a contract between two times, newest first. They only depend on contract and day. */
export function newsBetween(
  conId: number,
  name: string,
  providers: readonly string[],
  from: number,
  to: number,
): NewsItem[] {
  const items: NewsItem[] = [];
  if (providers.length === 0) return items;
  for (let day = Math.floor(to / DAY); day >= Math.floor(from / DAY); day--) {
    for (let i = ITEMS_A_DAY - 1; i >= 0; i--) {
      const time =
        day * DAY + Math.floor(hashUnit(conId, day, i) * (DAY / ITEMS_A_DAY)) + (i * DAY) / ITEMS_A_DAY;
      if (time < from || time > to) continue;
      const providerCode = providers[Math.floor(hashUnit(conId, day, 10 + i) * providers.length)];
      const event = EVENTS[Math.floor(hashUnit(conId, day, 20 + i) * EVENTS.length)];
      items.push({
        time,
        providerCode,
        articleId: articleId(providerCode, conId, time),
        headline: `${name}: ${event}`,
      });
    }
  }
  return items;
}

function articleId(providerCode: string, conId: number, time: number): string {
  const check = eightHexDigits(hashText(`${providerCode}|${conId}|${time}`));
  return `${providerCode}$${check}$${conId}$${time}`;
}

/** What an article id names, or `undefined` for one that was never given out. */
export function articleOf(providerCode: string, id: string): { conId: number; time: number } | undefined {
  const match = /^([A-Z-]+)\$([0-9a-f]{8})\$(\d{1,12})\$(\d{1,12})$/.exec(id);
  if (match === null || match[1] !== providerCode) return undefined;
  const [conId, time] = [Number(match[3]), Number(match[4])];
  return articleId(providerCode, conId, time) === id ? { conId, time } : undefined;
}

/** Bulletins of the day, which a client that asks for all of them gets at once. Types: 1 regular, 2 and 3 exchange halted or open again. */
export const bulletins: readonly { newsMsgType: number; newsMessage: string; originatingExch: string }[] = [
  { newsMsgType: 1, newsMessage: "This is a simulated gateway; its news are made up.", originatingExch: "" },
  { newsMsgType: 3, newsMessage: "Exchange available: all products trade.", originatingExch: "ISLAND" },
];
