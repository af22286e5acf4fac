import { OUTGOING, type Outgoing, type OutgoingName, outgoingPayload } from "../../../protocol/messages.js";
import { requiredInteger } from "./arguments.js";

/** A frame on its way out, without its length. */
export interface OutgoingMessage {
  readonly name: OutgoingName;
  /** First server version that takes it as protobuf. */
  readonly since: number;
  readonly payload: Uint8Array;
}

/**
 * Turns the arguments of one method of the public API into the messages it sends.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` naming the argument that cannot be sent; `ERR_IBKR_SERVER_TOO_OLD` if the server does not know it.
 */
export type Request = (args: readonly unknown[], serverVersion: number) => readonly OutgoingMessage[];

/** One encoded message. */
export function message<N extends OutgoingName>(name: N, body: Outgoing<N>): OutgoingMessage {
  return {
    name,
    since: OUTGOING[name].since ?? Number.POSITIVE_INFINITY,
    payload: outgoingPayload(name, body),
  };
}

/** Messages that carry a request id and nothing else they need. */
type IdMessage = { [N in OutgoingName]: { reqId: number } extends Outgoing<N> ? N : never }[OutgoingName];

/** A request whose only argument is its id. */
export function byId(name: IdMessage): Request {
  return ([reqId]) => [message(name, { reqId: requiredInteger(reqId, "reqId") })];
}

/** A request without arguments. */
export function bare(name: OutgoingName): Request {
  return () => [message(name, {})];
}
