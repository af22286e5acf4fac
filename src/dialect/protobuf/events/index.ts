import { decodePayload } from "../../../protocol/codec.js";
import { INCOMING, type IncomingName } from "../../../protocol/messages.js";
import type { ProtobufHost } from "../../host.js";
import { accountEvents } from "./account.js";
import { raiseBars, readBars } from "./bars.js";
import type { EventHandler, EventHandlers } from "./event.js";
import { historyEvents } from "./history.js";
import { marketDataEvents } from "./market-data.js";
import { orderEvents } from "./orders.js";
import { referenceEvents } from "./reference.js";
import { researchEvents } from "./research.js";
import { sessionEvents } from "./session.js";

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
