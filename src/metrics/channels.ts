import { type Channel, channel } from "node:diagnostics_channel";

/** What is published where; `client` is whose it is. Nothing is made of it where nobody has subscribed. */
export interface ChannelMessages {
  /** The connection: `state` and `before` as `gateway.status()` has them. */
  readonly state: { readonly client: unknown; readonly state: string; readonly before: string };
  /** A call of the client has ended. `error`: what it threw or rejected with. */
  readonly operation: {
    readonly client: unknown;
    readonly operation: string;
    readonly durationMs: number;
    readonly error: unknown;
  };
  /** An order is new, or its status has changed; `before` is undefined of a new one. */
  readonly order: {
    readonly client: unknown;
    readonly ticket: unknown;
    readonly status: string;
    readonly before: string | undefined;
  };
  /** An execution, once; `news` is `correction` where it replaces an earlier one. */
  readonly fill: {
    readonly client: unknown;
    readonly ticket: unknown;
    readonly detail: unknown;
    readonly news: string;
  };
  /** Whatever the client tells as `error`. */
  readonly error: { readonly client: unknown; readonly error: Error; readonly ticket: unknown };
  /** What the gateway says that is no fault. */
  readonly notice: { readonly client: unknown; readonly code: number; readonly text: string };
  /** What became of orders was asked, after a connect. */
  readonly reconciled: { readonly client: unknown; readonly result: unknown };
}

export type ChannelName = keyof ChannelMessages;

/** A channel with the type of its messages. */
export interface TypedChannel<M> extends Pick<Channel, "hasSubscribers"> {
  publish(message: M): void;
}

/** Of each name the channel `ibkr:NAME` of `node:diagnostics_channel`. */
export const CHANNELS: { readonly [K in ChannelName]: TypedChannel<ChannelMessages[K]> } = {
  state: channel("ibkr:state"),
  operation: channel("ibkr:operation"),
  order: channel("ibkr:order"),
  fill: channel("ibkr:fill"),
  error: channel("ibkr:error"),
  notice: channel("ibkr:notice"),
  reconciled: channel("ibkr:reconciled"),
};
