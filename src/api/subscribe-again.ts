import { EventName } from "@stoqey/ib";

/** One subscription of stock's `IBApiNext`, as far as this package reaches into it. */
export interface SubscriptionInsides {
  reqId: number;
  /** What has been received since the request; undefined: nothing yet. */
  readonly lastAllValue?: unknown;
  /** There while the request has been made, or waits for a connection. */
  connectionState$?: { unsubscribe(): void } | undefined;
  /** Makes the request, now if there is a connection, and forgets what has been received. */
  requestTwsSubscription(): void;
  /** Takes the request back. */
  cancelTwsSubscription(): void;
}

/** Stock's registry: a subscription is in the entry of each event that it listens to. */
export interface RegistryInsides {
  readonly entries: ReadonlyMap<
    string,
    readonly { readonly subscriptions: Map<number, SubscriptionInsides> }[]
  >;
}

/** Streams of market data: gone at the gateway, which would answer a cancel with error 300. */
const GONE: ReadonlySet<string> = new Set([
  EventName.tickPrice,
  EventName.updateMktDepth,
  EventName.tickByTickAllLast,
  EventName.realtimeBar,
  EventName.historicalDataUpdate,
]);

/** What a gateway may have kept: taken back first, for a second one of its kind may be refused. */
const MAYBE_KEPT: ReadonlySet<string> = new Set([
  EventName.accountSummary,
  EventName.updateAccountValue,
  EventName.position,
  EventName.pnl,
  EventName.pnlSingle,
  EventName.scannerData,
]);

/**
 * Makes the request of every subscription to data anew, each once and in their old order, under a number of its own:
 * what may still come for the old one is nobody's.
 * @param isWaiting whether a request has not been sent yet: then there is nothing to repeat
 */
export function subscribeAgain(
  registry: RegistryInsides,
  nextReqId: () => number,
  isWaiting: (reqId: number) => boolean,
): void {
  for (const [subscription, { maps, kept }] of subscribed(registry)) {
    // An error of one of them may have ended another.
    if (subscription.connectionState$ === undefined || isWaiting(subscription.reqId)) continue;
    // A request that has had no answer may have been kept through the outage, and be carried out now.
    if (kept || subscription.lastAllValue === undefined) {
      subscription.cancelTwsSubscription();
    } else {
      subscription.connectionState$.unsubscribe();
      subscription.connectionState$ = undefined;
    }
    for (const map of maps) map.delete(subscription.reqId);
    subscription.reqId = nextReqId();
    for (const map of maps) map.set(subscription.reqId, subscription);
    subscription.requestTwsSubscription();
  }
}

interface Found {
  readonly maps: Map<number, SubscriptionInsides>[];
  readonly kept: boolean;
}

function subscribed({ entries }: RegistryInsides): [SubscriptionInsides, Found][] {
  const streams = new Map<SubscriptionInsides, boolean>();
  const maps = new Map<SubscriptionInsides, Map<number, SubscriptionInsides>[]>();
  for (const [event, ofEvent] of entries) {
    for (const { subscriptions } of ofEvent) {
      for (const subscription of subscriptions.values()) {
        maps.set(subscription, [...(maps.get(subscription) ?? []), subscriptions]);
        if (GONE.has(event) || MAYBE_KEPT.has(event)) streams.set(subscription, MAYBE_KEPT.has(event));
      }
    }
  }
  return [...streams]
    .map(([subscription, kept]): [SubscriptionInsides, Found] => [
      subscription,
      { maps: maps.get(subscription) ?? [], kept },
    ])
    .sort(([a], [b]) => a.reqId - b.reqId);
}
