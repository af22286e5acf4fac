import type { Contract } from "../domain/stock-types.js";
import type { ConnectionStats } from "../session/connection-stats.js";
import { IBKRDataStream as DataStream } from "../stream/data-stream.js";
import type { StreamHandle } from "../stream/share-handle.js";
import type { StreamStats } from "../stream/stats.js";
import type { SubscribeOptions } from "../stream/subscribe-options.js";
import type { Subscription } from "../stream/subscription.js";
import { attach } from "../worker/index.js";
import type { SharedStream } from "../worker/shared-stream.js";
import { type ConnectStreamOptions, streamPlan } from "./connect-options.js";
import { makeBroker, OwnBroker, orClose } from "./connected-broker.js";

export interface ConnectedStreamStats extends StreamStats {
  /** Counters of the newest connection; undefined for a broker that {@link connectBroker} has not made. */
  readonly connection: ConnectionStats | undefined;
}

/** Market data over a broker: subscriptions, their quotes, batches, events and iterators. */
export class IBKRDataStream extends DataStream {
  /** The broker that is closed together with the stream. */
  private own: OwnBroker | undefined;
  /** Hears of each subscription. */
  subscribed: ((subscription: Subscription) => void) | undefined;

  /**
   * Connects, and makes a stream that owns its connection: {@link close} ends both. A failure leaves nothing open.
   * @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed, and whatever
   *   {@link Broker.connect} throws: `ERR_IBKR_CONNECT`, `ERR_IBKR_HANDSHAKE`, `ERR_IBKR_TIMEOUT`, …
   */
  static async connect(options: ConnectStreamOptions = {}): Promise<IBKRDataStream> {
    const plan = streamPlan(options);
    const broker = await makeBroker(plan.broker);
    return await orClose(broker, async () => {
      // Before the connection: nothing that the gateway says at once is lost.
      const stream = new IBKRDataStream(broker, plan.stream);
      stream.own = broker;
      return await orClose(stream, async () => {
        await broker.connect(plan.broker.call);
        return stream;
      });
    });
  }

  /** See {@link attach} of `ibkr-native/worker`, which loads nothing else. */
  static attach(handle: StreamHandle): SharedStream {
    return attach(handle);
  }

  override subscribe(contract: Contract, options?: SubscribeOptions): Subscription {
    const subscription = super.subscribe(contract, options);
    this.subscribed?.(subscription);
    return subscription;
  }

  override stats(): ConnectedStreamStats {
    const { broker } = this;
    return { ...super.stats(), connection: broker instanceof OwnBroker ? broker.stats : undefined };
  }

  /** Closes every subscription, and the connection where {@link connect} has made it. */
  override async close(): Promise<void> {
    await super.close();
    await this.own?.close();
  }
}
