import { Decoder, type DecoderCallbacks } from "@stoqey/ib/dist/core/io/decoder.js";

/** What the decoder of `@stoqey/ib` makes of text frames: the reference of the drop-in's events. */

/** An event: its name, then its arguments. */
export type StockEvent = [name: string, ...args: unknown[]];

const NO_VALID_ID = -1;

class Recorder implements DecoderCallbacks {
  events: StockEvent[] = [];

  constructor(readonly serverVersion: number) {}

  emitEvent(eventName: string, ...args: unknown[]): void {
    this.events.push([eventName, ...args]);
  }

  // Errors and notices in the form in which stock's controller emits them.
  emitError(errMsg: string, code: number, reqId?: number, advancedOrderReject?: unknown): void {
    this.events.push(["error", new Error(errMsg), code, reqId ?? NO_VALID_ID, advancedOrderReject]);
  }

  emitInfo(message: string, code: number): void {
    this.events.push(["info", message, code]);
  }

  take(): StockEvent[] {
    const taken = this.events;
    this.events = [];
    return taken;
  }
}

/** The fields of a payload as stock's socket splits it: a last field without its zero byte is not one yet. */
function tokensOf(payload: Buffer): string[] {
  return payload.toString("utf8").split("\0").slice(0, -1);
}

/**
 * Feeds text frames to stock's decoder.
 *
 * @param serverVersion The negotiated server version, 100 to 193: it selects the layouts.
 * @param payloads Frames without their length prefix, beginning with the message id.
 * @returns For each payload the events it causes, in order; an error is `["error", Error, code, reqId, reject]`.
 *
 * Each payload stands for itself. (In stock's socket the rest of a frame that does not end with a zero byte is put
 * before the next frame and spoils that one too; this is not reproduced.) An exception of the decoder, which in stock
 * would be an uncaught one, is returned as `["throw", exception]`; the next payload meets a fresh decoder.
 */
export function decodeEachWithStock(serverVersion: number, payloads: readonly Buffer[]): StockEvent[][] {
  const recorder = new Recorder(serverVersion);
  let decoder = new Decoder(recorder);
  return payloads.map((payload) => {
    try {
      decoder.enqueueMessage(tokensOf(payload));
      decoder.process();
    } catch (exception) {
      recorder.events.push(["throw", exception]);
      decoder = new Decoder(recorder);
    }
    return recorder.take();
  });
}

/** The same as {@link decodeEachWithStock}, all events in one list. */
export function decodeWithStock(serverVersion: number, payloads: readonly Buffer[]): StockEvent[] {
  return decodeEachWithStock(serverVersion, payloads).flat();
}
