import type { ErrorCode, EventName } from "@stoqey/ib";
import type { Config, UpdateConfigResponse } from "./config.js";

/** Events that `@stoqey/ib` does not know. They come from server version 213 on. */
export enum NativeEventName {
  /** Answer to `reqCurrentTimeInMillis`: (time) in milliseconds since 1970. */
  currentTimeInMillis = "currentTimeInMillis",
  /** All bars of a request have come: (reqId, startDateTime, endDateTime). */
  historicalDataEnd = "historicalDataEnd",
  /** Answer to `reqConfig`: (reqId, config). */
  configResponse = "configResponse",
  /** Answer to `updateConfig`: (reqId, response). */
  updateConfigResponse = "updateConfigResponse",
  /** Part of IB's verification of third-party programs: (apiData). */
  verifyMessageAPI = "verifyMessageAPI",
  /** End of that verification: (isSuccessful, errorText). */
  verifyCompleted = "verifyCompleted",
}

declare module "@stoqey/ib/dist/api/api" {
  interface IBApi {
    /** The server's clock, in milliseconds since 1970. */
    on(event: NativeEventName.currentTimeInMillis, listener: (time: number) => void): this;
    /** The first and the last moment that the bars of a request span, as the server writes them. */
    on(
      event: NativeEventName.historicalDataEnd,
      listener: (reqId: number, startDateTime: string, endDateTime: string) => void,
    ): this;
    on(event: NativeEventName.configResponse, listener: (reqId: number, config: Config) => void): this;
    on(
      event: NativeEventName.updateConfigResponse,
      listener: (reqId: number, response: UpdateConfigResponse) => void,
    ): this;
    on(event: NativeEventName.verifyMessageAPI, listener: (apiData: string) => void): this;
    on(
      event: NativeEventName.verifyCompleted,
      listener: (isSuccessful: boolean, errorText: string) => void,
    ): this;
    /**
     * An error of a request or an order.
     *
     * errorTime: when it arose at the server, in milliseconds since 1970 (server version 213 and newer).
     */
    on(
      event: EventName.error,
      listener: (
        error: Error,
        code: ErrorCode,
        reqId: number,
        advancedOrderReject?: unknown,
        errorTime?: number,
      ) => void,
    ): this;
    /**
     * A notice that belongs to no request.
     *
     * infoTime: when it arose at the server, in milliseconds since 1970 (server version 213 and newer).
     */
    on(event: EventName.info, listener: (message: string, code: number, infoTime?: number) => void): this;
    /**
     * Parameters of a market-data subscription.
     *
     * lastPricePrecision, lastSizePrecision: the steps in which last prices and last sizes come, for instance 0.01
     * (server version 213 and newer, where the server gives them).
     */
    on(
      event: EventName.tickReqParams,
      listener: (
        reqId: number,
        minTick: number,
        bboExchange: string,
        snapshotPermissions: number,
        lastPricePrecision?: number,
        lastSizePrecision?: number,
      ) => void,
    ): this;
  }
}
