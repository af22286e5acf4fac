import type { CallOptions } from "../broker/call-options.js";
import type {
  BulletinsListener,
  Headlines,
  HeadlinesRequest,
  NewsArticle,
  NewsDesk,
  NewsProvider,
} from "../broker/news-desk.js";
import type { Watch } from "../broker/watch.js";
import { objectOf, refused } from "../domain/check.js";
import { measured } from "../metrics/operation-meter.js";
import type { Calls } from "./calls.js";
import { type ContractInput, conIdOf } from "./inputs.js";
import type { Heard, Watched } from "./watched.js";

/** Headlines of which contract, and which of them. */
export type HeadlinesOptions = Partial<Omit<HeadlinesRequest, "conId">> & CallOptions;

/** News. Headlines as they come are in the stream: `client.stream.subscribe(contract, { news: true })`. */
export class ClientNews {
  static {
    measured(
      ClientNews.prototype,
      "news",
      ["providers", "headlines", "article", "watchBulletins"],
      ({ calls }) => calls.operations,
    );
  }

  constructor(
    private readonly desk: NewsDesk,
    private readonly calls: Calls,
    private readonly watched: Watched,
  ) {}

  /** Those that the login has a subscription to. */
  async providers(options?: CallOptions): Promise<NewsProvider[]> {
    return this.desk.providers(this.calls.options(options));
  }

  /** @param request `providers` left out: all that there are; `limit` 1 … 300, of the newest, default 300 */
  async headlines(contract: ContractInput | number, request: HeadlinesOptions = {}): Promise<Headlines> {
    const [asked, call] = this.calls.split(request);
    const conId = conIdOf(contract);
    const providers = asked.providers ?? (await this.desk.providers(call)).map(({ code }) => code);
    return this.desk.headlines({ ...asked, conId, providers }, call);
  }

  /** @param article a headline will do */
  async article(
    article: { readonly providerCode: string; readonly articleId: string },
    options?: CallOptions,
  ): Promise<NewsArticle> {
    const { providerCode, articleId } = article ?? {};
    for (const [name, value] of Object.entries({ providerCode, articleId }))
      if (typeof value !== "string" || value === "")
        throw refused(`article.${name}`, value, "a text", "ERR_IBKR_ARGUMENT");
    return this.desk.article({ providerCode, articleId }, this.calls.options(options));
  }

  /** What Interactive Brokers tells everybody, as it comes. @param scope `withPast`: those of the day so far, too */
  watchBulletins(
    listener: Heard<BulletinsListener>,
    scope: { readonly withPast?: boolean | undefined } & CallOptions = {},
  ): Watch {
    const { withPast = false, ...options } = objectOf("options", scope, "ERR_IBKR_OPTION");
    return this.watched.begin<BulletinsListener>(
      listener,
      "bulletin",
      (whole, call) => this.desk.watchBulletins({ withPast }, whole, call),
      options,
    );
  }
}
