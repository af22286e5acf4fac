import { EventName } from "@stoqey/ib";
import type { CallOptions } from "../../broker/call-options.js";
import type { SnapshotRequest } from "../../broker/lookups.js";
import { objectOf } from "../../domain/check.js";
import type { QuoteValues } from "../../domain/quote.js";
import type { Contract } from "../../domain/stock-types.js";
import type { RingRecord } from "../../native/ring-record.js";
import { monotonicMicros } from "../../time/monotonic.js";
import type { MarketDataTypeInForce } from "./market-data-type.js";
import type { Requests } from "./requests.js";
import { SNAPSHOT_KINDS, SnapshotQuote } from "./snapshot-quote.js";

/** Where the gateway sends those who ask for a CFD on a stock: to the stock. */
interface Reroute {
  readonly conId: number;
  readonly exchange: string;
}

/** Quotes of the moment. Looks at ticks only while one is asked for. */
export class SessionSnapshots {
  private readonly open = new Map<number, SnapshotQuote>();
  private leave: (() => void) | undefined;

  constructor(
    private readonly requests: Requests,
    private readonly dataType: MarketDataTypeInForce,
  ) {}

  async snapshot(request: SnapshotRequest, options: CallOptions = {}): Promise<QuoteValues> {
    const begunMicros = monotonicMicros();
    const first = await this.ask(objectOf("request", request).contract, request, options);
    if ("quote" in first) return first.quote;
    const { timeoutMs } = options;
    const goneMs = (monotonicMicros() - begunMicros) / 1000;
    const leftMs = timeoutMs && Math.max(1, Math.ceil(timeoutMs - goneMs));
    const second = await this.ask(first as Contract, request, { ...options, timeoutMs: leftMs });
    // Nobody is sent on twice.
    return "quote" in second ? second.quote : new SnapshotQuote().quote;
  }

  private async ask(
    contract: Contract,
    { marketDataType }: SnapshotRequest,
    options: CallOptions,
  ): Promise<SnapshotQuote | Reroute> {
    const id = this.requests.nextId();
    const quote = new SnapshotQuote();
    let answer: SnapshotQuote | Reroute = quote;
    this.open.set(id, quote);
    this.leave ??= this.requests.session.onRecord((record) => this.take(record), SNAPSHOT_KINDS);
    try {
      return await this.requests.ask(
        {
          method: "reqMktData",
          args: () => {
            if (this.requests.session.state === "ready") this.dataType.want(marketDataType);
            return [id, contract, "", true, false];
          },
          take: {
            [EventName.tickSnapshotEnd]: () => true,
            [EventName.rerouteMktDataReq]: (conId: number, exchange: string) => {
              answer = { conId, exchange };
              return true;
            },
          },
          result: () => answer,
          cancel: "cancelMktData",
        },
        options,
        id,
      );
    } finally {
      this.close(id);
    }
  }

  private take(record: RingRecord): void {
    this.open.get(record.reqId)?.take(record);
  }

  private close(id: number): void {
    this.open.delete(id);
    if (this.open.size > 0) return;
    this.leave?.();
    this.leave = undefined;
  }
}
