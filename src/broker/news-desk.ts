import type { CallOptions } from "./call-options.js";
import type { Watch, WatchListener } from "./watch.js";

export interface NewsProvider {
  readonly code: string;
  readonly name: string;
}

export interface HeadlinesRequest {
  readonly conId: number;
  /** Codes of {@link NewsDesk.providers}. */
  readonly providers: readonly string[];
  /** Milliseconds since 1970; left out: as far back as the gateway goes by itself, and until now. */
  readonly startMs?: number;
  readonly endMs?: number;
  /** 1 … 300, of the newest; default 300. */
  readonly limit?: number;
}

export interface Headline {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly providerCode: string;
  readonly articleId: string;
  readonly headline: string;
}

/** Newest first. */
export interface Headlines {
  readonly items: readonly Headline[];
  /** There are older ones in the time asked for. */
  readonly hasMore: boolean;
}

export interface NewsArticle {
  /** `pdf`: the text is the file in base64. */
  readonly type: "text" | "pdf";
  readonly text: string;
}

/** What Interactive Brokers has to tell everybody. */
export interface Bulletin {
  readonly id: number;
  readonly kind: "news" | "exchange-closed" | "exchange-open";
  readonly text: string;
  /** The exchange it is about; empty where it is about none. */
  readonly exchange: string;
}

export interface BulletinsListener extends WatchListener {
  bulletin(bulletin: Bulletin): void;
}

/** News. Headlines as they come are in the feed: quotes with generic tick 292. */
export interface NewsDesk {
  /** Those that the login has a subscription to. */
  providers(options?: CallOptions): Promise<NewsProvider[]>;
  headlines(request: HeadlinesRequest, options?: CallOptions): Promise<Headlines>;
  article(
    article: { readonly providerCode: string; readonly articleId: string },
    options?: CallOptions,
  ): Promise<NewsArticle>;
  /** @param scope `withPast`: those of the day so far, too; default false */
  watchBulletins(
    scope: { readonly withPast?: boolean },
    listener: BulletinsListener,
    options?: CallOptions,
  ): Watch;
}
