import { ErrorCode, EventName, type IBApiNextCreationOptions, IBApiNext as StockIBApiNext } from "@stoqey/ib";
import { refused } from "../domain/check.js";
import { loadAddon } from "../native/load.js";
import type { OrderJournal } from "../orders/journal.js";
import type { ConnectionStats } from "../session/connection-stats.js";
import { Session } from "../session/session.js";
import { Controller } from "./controller.js";
import { openJournal } from "./journal-option.js";
import type { Emitter } from "./listener-watch.js";
import {
  clientIdOf,
  type IBApiOptions,
  resolveIntervals,
  resolveOptions,
  unknownOptions,
} from "./options.js";
import { type AutoConnectionInsides, checkSeam, insidesOf, install } from "./seam.js";
import { subscribeAgain } from "./subscribe-again.js";

/** Options of {@link IBApiNext}: stock's, and how the engine connects and reads. */
export interface IBApiNextOptions extends IBApiNextCreationOptions, Omit<IBApiOptions, "clientId"> {
  /** 0 … 2147483647, of each connect that names none. Default: stock's, a random one; with a `journal` it has to be given. */
  clientId?: number;
}

/** Silence that is shorter than this proves nothing: clock requests are answered every few seconds (docs/protocol.md 8.3). */
const SHORTEST_SILENCE_MS = 5_000;

/**
 * Stock's `IBApiNext` on the native engine: the same methods and observables. docs/drop-in.md lists what differs.
 *
 * @throws from the constructor: IBKRError `ERR_IBKR_OPTION` if an option is out of its range, `ERR_IBKR_JOURNAL_…`, `ERR_IBKR_NATIVE_MISSING` if there is
 * no binary for this platform.
 */
export class IBApiNext extends StockIBApiNext {
  private readonly engine: Controller;
  private readonly journal: OrderJournal | undefined;

  constructor(options?: IBApiNextOptions) {
    const plain = resolveOptions(options);
    const intervals = resolveIntervals(options);
    // Stock takes one, although its types do not say so; what is not there is a random number.
    const clientId = clientIdOf(options?.clientId);
    checkSeam();
    loadAddon(); // a missing binary is an error here, not an event at the first connect
    // Stock's is a random one, and a journal is that of a client id.
    if (options?.journal !== undefined && clientId === undefined)
      throw refused("clientId", clientId, "an integer from 0 to 2147483647: the journal's");
    const journal = openJournal(options?.journal, plain);
    const resolved = journal === undefined ? plain : { ...plain, journal };
    const { host, port } = resolved;
    super({
      ...options,
      ...intervals,
      ...(clientId !== undefined && { clientId }),
      host,
      port,
      maxReqPerSec: 1,
    });
    const { api, subscriptions } = insidesOf(this);
    this.engine = new Controller(api as unknown as Emitter, new Session(resolved), journal);
    this.journal = journal;
    this.engine.journalRequests();
    install(api, this.engine);
    this.engine.leaveUnsentToTheirMaker();
    this.engine.warn(unknownOptions(options, true));

    // Stock listens to `received` only to stamp the time, and would make the engine build every message twice.
    api.removeAllListeners(EventName.received);
    const controller = this.engine;
    Object.defineProperty(api, "lastDataIngressTm", {
      configurable: true,
      get: () => lastReadDate(controller.stats),
      set: () => {},
    });
    watchHalfOpen(api, controller);
    api.on(EventName.info, (_message, code) => {
      if (code !== ErrorCode.CONNECTIVITY_RESTORED_DATA_LOST) return;
      const waiting = controller.waitingRequests();
      subscribeAgain(
        subscriptions,
        () => this.nextReqId,
        (reqId) => waiting.has(reqId),
      );
    });
  }

  /** @throws IBKRError `ERR_IBKR_OPTION` unless the client id is 0 … 2147483647 or left out, and the journal's where there is one */
  override connect(clientId?: number): this {
    const id = clientIdOf(clientId);
    this.engine.checkClientId(id);
    super.connect(id); // stock is "connecting" before the engine could refuse it
    return this;
  }

  /**
   * Lets go of the journal of the option `journal`: no order leaves any more. The end of the process does, too.
   * @throws IBKRError `ERR_IBKR_JOURNAL_WRITE` if its last sync failed
   */
  closeJournal(): void {
    this.journal?.close();
  }

  /**
   * @internal
   * Stock counts from 1, as a fresh account counts its orders: an error of one would end the other.
   */
  override get nextReqId(): number {
    return this.engine.takeRequestId();
  }

  /** Counters of the newest connection; undefined before the first. */
  get stats(): ConnectionStats | undefined {
    return this.engine.stats;
  }
}

/** When the newest bytes arrived, in milliseconds since 1970. */
function lastReadDate(stats: ConnectionStats | undefined): number | undefined {
  if (stats === undefined || stats.lastReadMicros === 0) return undefined;
  const age = Number(process.hrtime.bigint() / 1000n) - stats.lastReadMicros;
  return Date.now() - Math.max(0, age) / 1000;
}

/**
 * Stock's watchdog drops only connections that are gone already. This one also drops a half-open one: connected, but
 * silent although it was asked for the time.
 */
function watchHalfOpen(
  api: AutoConnectionInsides & { reqCurrentTime(): unknown; isConnected: boolean },
  controller: Controller,
): void {
  api.runWatchdog = () => {
    if (!api.watchdogInterval || api.connectionWatchdogTimeout) return;
    const limit = Math.max(api.watchdogInterval, SHORTEST_SILENCE_MS);
    let askedAt = 0;
    api.connectionWatchdogTimeout = setInterval(() => {
      const now = Date.now();
      const heardAt = lastReadDate(controller.stats) ?? 0;
      // Only silence after a question counts: an idle gateway says nothing by itself.
      const silentSinceAsked = askedAt !== 0 && heardAt < askedAt && now - askedAt >= limit;
      if (!api.isConnected || silentSinceAsked) {
        api.onDisconnected();
        return;
      }
      if (askedAt === 0 || heardAt >= askedAt) {
        askedAt = now;
        api.reqCurrentTime();
      }
    }, api.watchdogInterval / 2);
  };
}
