import { EventEmitter } from "node:events";
import type { Broker, BrokerEvents, BrokerState, UpstreamState } from "../../src/broker/broker.js";
import type {
  FeedBatch,
  FeedListener,
  FeedRequest,
  FeedSubscription,
  MarketFeed,
} from "../../src/broker/feed.js";
import { FeedKind } from "../../src/broker/feed-kind.js";
import type { FeedTreatment } from "../../src/broker/feed-treatment.js";
import type { HistoryRequest, Lookups } from "../../src/broker/lookups.js";
import type { HistoricalBar } from "../../src/domain/historical-bar.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import type { Clock } from "../../src/time/clock.js";
import { monotonicMicros } from "../../src/time/monotonic.js";
import { HandBars, HandBook } from "./hand-bars.js";
import { PlainBarSet } from "./plain-feed/made-bars.js";
import { asTrade, type PlainMessage } from "./plain-feed/plain-message.js";
import { PlainDesk } from "./plain-feed/plain-treatment.js";

/** A request as the broker saw it. */
export interface Asked {
  readonly id: number;
  readonly request: FeedRequest;
  readonly listener: FeedListener;
  readonly treatment: FeedTreatment;
  /** The memory of its bars and of its book, for the test to fill. */
  readonly bars: readonly HandBars[];
  readonly book: HandBook | undefined;
  /** What makes its bars, where the broker does. */
  readonly maker: PlainBarSet | undefined;
  /** How often its bars were told of a gap. */
  gaps: number;
  open: boolean;
}

/** A broker that does what the test says: its feed is treated by the plain model. */
export class ScriptedBroker implements Broker {
  state: BrokerState = "ready";
  readonly asked: Asked[] = [];
  /** What it answers a request with, within the call. */
  onAsk: (asked: Asked) => void = () => {};
  readonly feed: MarketFeed;
  batchMs = -1;
  held = 0;
  private readonly events = new EventEmitter();
  private readonly desk: PlainDesk;
  private handlers: ((batch: FeedBatch) => void)[] = [];
  private nextId = 1;

  /** Whether bars are made of the ticks by the plain model; otherwise the test fills them by hand. */
  makesBars = false;

  constructor(private readonly clock: Clock) {
    this.desk = new PlainDesk(clock, (batch) => {
      for (const handler of [...this.handlers]) handler(batch);
    });
    const { desk } = this;
    this.feed = {
      board: desk.board,
      subscribe: (request, listener, treatment) =>
        this.subscribe(request, listener, treatment as FeedTreatment),
      onRecord: () => () => {},
      onBatch: (handler) => {
        this.handlers.push(handler);
        return () => {
          this.handlers = this.handlers.filter((other) => other !== handler);
        };
      },
      setBatching: (batchMs) => {
        this.batchMs = batchMs;
        desk.setBatching(60_000);
        return () => {};
      },
      hold: () => {
        this.held += 1;
        const release = desk.hold();
        let holds = true;
        return () => {
          if (holds) this.held -= 1;
          holds = false;
          release();
        };
      },
    };
  }

  // What a stream has no business with.
  get orders(): never {
    throw new Error("a stream places no orders");
  }
  get accounts(): never {
    throw new Error("a stream looks at no accounts");
  }
  /** What history is answered with. */
  onHistory: (request: HistoryRequest) => HistoricalBar[] | Promise<HistoricalBar[]> = () => {
    throw new IBKRError("ERR_IBKR_GATEWAY", "no history here");
  };
  get lookups(): Lookups {
    const history = async (request: HistoryRequest) => this.onHistory(request);
    return new Proxy({ history } as Lookups, {
      get: (known, name) => Reflect.get(known, name) ?? notLookedUp,
    });
  }
  get news(): never {
    throw new Error("a stream reads its news in the feed");
  }
  get scanners(): never {
    throw new Error("a stream scans nothing");
  }
  async connect(): Promise<void> {
    this.become("ready");
  }
  async close(): Promise<void> {
    this.become("down");
  }

  on<K extends keyof BrokerEvents>(event: K, listener: (...args: BrokerEvents[K]) => void): () => void {
    this.events.on(event, listener as () => void);
    return () => this.events.off(event, listener as () => void);
  }

  private subscribe(
    request: FeedRequest,
    listener: FeedListener,
    treatment: FeedTreatment,
  ): FeedSubscription {
    if (this.state !== "ready") throw new IBKRError("ERR_IBKR_NOT_SENT", "not connected");
    const id = this.nextId++;
    const memory = memoryOf(treatment);
    const bars = this.makesBars ? treatment?.bars : undefined;
    const maker = bars && new PlainBarSet(bars, memory.bars, this.clock.now());
    const asked: Asked = { id, request, listener, treatment, ...memory, maker, gaps: 0, open: true };
    this.asked.push(asked);
    const counts = this.desk.add(id, treatment);
    queueMicrotask(() => this.onAsk(asked));
    return {
      id,
      request,
      counts,
      treat: (changed) => {
        Object.assign(asked, { treatment: changed });
        this.desk.treat(id, changed);
      },
      close: () => this.end(asked),
      bars: asked.bars,
      book: asked.book,
      gap: () => {
        asked.gaps += 1;
        asked.maker?.each((one) => {
          one.gap();
          return false;
        });
      },
      correct: (correction) => {
        if (asked.maker?.each((one) => one.correct(correction), "trades")) this.notice(id);
      },
      resumeBars: () => {},
      setBarSessions: () => {},
      resetBook: () => {},
    };
  }

  private end(asked: Asked): void {
    asked.open = false;
    this.desk.remove(asked.id);
  }

  /** The requests that stand. */
  get standing(): Asked[] {
    return this.asked.filter(({ open }) => open);
  }

  /** The newest request. */
  get newest(): Asked {
    return this.asked[this.asked.length - 1];
  }

  // --- what the test makes happen --------------------------------------------------------------------------------

  tick(id: number, message: Partial<PlainMessage>): void {
    const receivedMicros = monotonicMicros();
    const whole = { kind: 1, field: 1, attribs: 0, receivedMicros, values: [10, 1], texts: [], ...message };
    const taken = asTrade({ ...whole, reqId: id });
    this.desk.take(taken);
    if (this.standing.find((asked) => asked.id === id)?.maker?.take(taken, this.clock.now())) this.notice(id);
  }

  /** Bars were closed or amended; field 0: by the clock alone. */
  private notice(id: number, field = 1): void {
    this.tick(id, { kind: FeedKind.BARS, field, values: [] });
  }

  /** Bars close whose time is over. */
  closeBars(): void {
    for (const { id, maker } of this.standing)
      if (maker?.each((bars) => bars.advance(this.clock.now()))) this.notice(id, 0);
  }

  /** What has come, and of what waits that which is due, goes out as one batch. */
  flush(): void {
    this.desk.look();
  }

  refuse(asked: Asked, gatewayCode: number, text = "no"): void {
    this.end(asked);
    asked.listener.refused(
      new IBKRError("ERR_IBKR_GATEWAY", `${text} (${gatewayCode})`, {
        scope: "data",
        gatewayCode,
        gatewayText: text,
      }),
    );
  }

  note(asked: Asked, code: number, text = "hear"): void {
    this.flush();
    asked.listener.noted?.(code, text);
  }

  become(state: BrokerState): void {
    this.state = state;
    if (state === "down") {
      for (const asked of this.standing) {
        this.end(asked);
        asked.listener.refused(new IBKRError("ERR_IBKR_CONNECTION_LOST", "the connection ended"));
      }
    }
    this.events.emit("state", state);
  }

  upstream(state: UpstreamState): void {
    this.events.emit("upstream", state);
  }

  fault(error: IBKRError): void {
    this.events.emit("fault", error);
  }
}

function notLookedUp(): Promise<never> {
  return Promise.reject(new Error("a stream looks only history up"));
}

/** Bars and book are what the test says, in new memory or that of the request before. */
function memoryOf({ bars, book }: Partial<FeedTreatment> = {}): Pick<Asked, "bars" | "book"> {
  const before = bars?.continues as readonly HandBars[] | undefined;
  return {
    bars: (bars?.series ?? []).map(({ keep }, i) => before?.[i].goOn() ?? new HandBars(keep)),
    book: book && ((book.continues as HandBook | undefined)?.goOn() ?? new HandBook()),
  };
}
