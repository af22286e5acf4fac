import type { Client } from "./client.js";

/** What a client has subscribed to under a request id. */
export interface Subscription {
  client: Client;
  reqId: number;
}

/** The subscriptions of one kind, by client and request id. */
export class Subscriptions<S extends Subscription> {
  private readonly byClient = new Map<Client, Map<number, S>>();

  /** @param ended called for each subscription that is removed, whoever removes it */
  constructor(private readonly ended: (subscription: S) => void = () => {}) {}

  get(client: Client, reqId: number): S | undefined {
    return this.byClient.get(client)?.get(reqId);
  }

  count(client: Client): number {
    return this.byClient.get(client)?.size ?? 0;
  }

  add(subscription: S): void {
    const { client, reqId } = subscription;
    const mine = this.byClient.get(client) ?? new Map<number, S>();
    this.byClient.set(client, mine.set(reqId, subscription));
  }

  /** @returns what was removed, if there was something */
  remove(client: Client, reqId: number): S | undefined {
    const subscription = this.get(client, reqId);
    if (subscription === undefined) return undefined;
    this.byClient.get(client)?.delete(reqId);
    this.ended(subscription);
    return subscription;
  }

  /** A client is gone. */
  drop(client: Client): void {
    for (const reqId of [...(this.byClient.get(client)?.keys() ?? [])]) this.remove(client, reqId);
    this.byClient.delete(client);
  }

  *[Symbol.iterator](): Generator<S> {
    for (const mine of this.byClient.values()) yield* mine.values();
  }

  /** The subscriptions of one client. */
  *of(client: Client): Generator<S> {
    yield* this.byClient.get(client)?.values() ?? [];
  }
}
