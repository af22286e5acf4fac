import { EventName } from "@stoqey/ib";
import type { Headline, HeadlinesRequest, NewsArticle, NewsDesk } from "../../broker/news-desk.js";
import { check, objectOf } from "../../domain/check.js";
import { fieldsAmongOthers, integer, someOf, text } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import { newsDateTime, newsTimeMs } from "./gateway-times.js";
import type { Requests } from "./requests.js";
import type { ServerClock } from "./server-clock.js";
import { SessionBulletins } from "./session-bulletins.js";

const PDF = 1;
const MOST_HEADLINES = 300;

export function sessionNews(requests: Requests, clock: ServerClock): NewsDesk {
  const bulletins = new SessionBulletins(requests, clock);
  return {
    providers: async (options) => {
      let providers: readonly RawProvider[] = [];
      const answer = await requests.askShared(
        "newsProviders",
        {
          method: "reqNewsProviders",
          args: () => [],
          take: {
            [EventName.newsProviders]: (all: typeof providers) => {
              providers = all;
              return true;
            },
          },
          result: () => providers,
        },
        options,
      );
      return answer.map(({ providerCode: code, providerName: name }) => ({ code, name }));
    },

    headlines: (request, options) => {
      const items: Headline[] = [];
      let hasMore = false;
      return requests.ask(
        {
          method: "reqHistoricalNews",
          args: (id) => headlinesAsked(id, request),
          take: {
            [EventName.historicalNews]: (
              time: string,
              providerCode: string,
              articleId: string,
              headline: string,
            ) => {
              items.push({ timeMs: newsTimeMs(time), providerCode, articleId, headline });
              return false;
            },
            [EventName.historicalNewsEnd]: (more: boolean) => {
              hasMore = more;
              return true;
            },
          },
          result: () => ({ items, hasMore }),
        },
        options,
      );
    },

    article: (wanted, options) => {
      const { providerCode, articleId } = objectOf("article", wanted);
      let article: NewsArticle;
      return requests.ask(
        {
          method: "reqNewsArticle",
          args: (id) => [id, providerCode, articleId, []],
          take: {
            [EventName.newsArticle]: (type: number, text: string) => {
              article = { type: type === PDF ? "pdf" : "text", text };
              return true;
            },
          },
          result: () => article,
        },
        options,
      );
    },

    watchBulletins: ({ withPast = false }, listener, options) => bulletins.watch(withPast, listener, options),
  };
}

interface RawProvider {
  readonly providerCode: string;
  readonly providerName: string;
}

const headlinesRules = lazily(() =>
  fieldsAmongOthers({
    conId: integer(1),
    providers: someOf(text(), "a list of codes of providers"),
    startMs: integer(0).optional(),
    endMs: integer(0).optional(),
    limit: integer(1, MOST_HEADLINES).default(MOST_HEADLINES),
  }),
);

function headlinesAsked(id: number, request: HeadlinesRequest): readonly unknown[] {
  const { conId, providers, startMs, endMs, limit } = check(
    headlinesRules(),
    request,
    "request",
    "ERR_IBKR_ARGUMENT",
  );
  const time = (ms: number | undefined) => (ms === undefined ? "" : newsDateTime(ms));
  return [id, conId, providers.join("+"), time(startMs), time(endMs), limit, []];
}
