import { decodePayload } from "../codec";
import type { ProtobufHost } from "../host";
import { INCOMING, type IncomingName } from "../messages";
import { accountEvents } from "./account";
import { raiseBars, readBars } from "./bars";
import type { EventHandler, EventHandlers } from "./event";
import { historyEvents } from "./history";
import { marketDataEvents } from "./marketData";
import { orderEvents } from "./orders";
import { referenceEvents } from "./reference";
import { researchEvents } from "./research";
import { sessionEvents } from "./session";

const HANDLERS: EventHandlers = {
  ...sessionEvents,
  ...marketDataEvents,
  ...historyEvents,
  ...referenceEvents,
  ...orderEvents,
  ...accountEvents,
  ...researchEvents,
};

/**
 * Decodes a payload (raw id and body).
 * @returns what raises its events, or undefined if the message has no events here.
 * @throws CodecError if the payload is malformed.
 */
export function eventsOf(name: IncomingName, payload: Buffer): ((host: ProtobufHost) => void) | undefined {
  if (name === "HISTORICAL_DATA") {
    const bars = readBars(payload);
    return (host) => raiseBars(bars, host);
  }
  const handler = HANDLERS[name] as EventHandler<IncomingName> | undefined;
  const { schema } = INCOMING[name];
  if (handler === undefined || schema === undefined) return undefined;
  const message = decodePayload(schema, payload);
  return (host) => handler(message as never, host);
}
