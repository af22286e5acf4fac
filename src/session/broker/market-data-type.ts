import type { FeedDataType } from "../../broker/feed.js";
import type { Session } from "../session.js";

const LIVE_DATA: FeedDataType = 1;

/** The kind of data, which is the connection's, and holds for what is asked for after it. */
export class MarketDataTypeInForce {
  /** What the gateway of this connection was last told; it begins with live data. */
  private current = LIVE_DATA;

  constructor(private readonly session: Session) {}

  want(wanted: FeedDataType | undefined): void {
    if (wanted === undefined || wanted === this.current) return;
    this.session.request("reqMarketDataType", [wanted]);
    this.current = wanted;
  }

  /** The gateway of a new connection knows nothing of what the old one was told. */
  connected(): void {
    this.current = LIVE_DATA;
  }
}
