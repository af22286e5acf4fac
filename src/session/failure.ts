import { getSystemErrorName } from "node:util";
import { ErrorCode } from "@stoqey/ib";
import type { IBKRErrorCode } from "../domain/error-codes.js";
import { IBKRError } from "../domain/ibkr-error.js";
import {
  CLOSE_BAD_HANDSHAKE,
  CLOSE_BAD_LENGTH,
  CLOSE_CONNECT_TIMEOUT,
  CLOSE_END_OF_STREAM,
  CLOSE_HANDSHAKE_TIMEOUT,
  CLOSE_NO_THREAD,
  CLOSE_REFUSED,
  CLOSE_SEND_OVERFLOW,
} from "../native/layout.js";
import type { Endpoint } from "./endpoint.js";

/** Why a connection ended: nothing if the gateway closed it in good order. */
export interface Failure {
  readonly error: IBKRError;
  /** What the error event carries: see docs/errors.md. */
  readonly number: number;
}

/** Something went wrong before there was an attempt. */
export function notConnected(cause: Error): Failure {
  const error =
    cause instanceof IBKRError ? cause : new IBKRError("ERR_IBKR_CONNECT", cause.message, { cause });
  return { error, number: ErrorCode.CONNECT_FAIL };
}

/** What the core says of the end of a connection. */
export interface Closing {
  /** One of `CLOSE_…`. */
  readonly reason: number;
  /** The system's, 0 for none. */
  readonly errno: number;
  readonly detail: string;
  /** What the stream of another transport than TCP said. */
  readonly cause?: Error | undefined;
}

/** What was being tried, for the message. */
export interface Attempt extends Pick<Endpoint, "host" | "port" | "transport"> {
  readonly handshaken: boolean;
  readonly connectTimeoutMs: number;
  readonly handshakeTimeoutMs: number;
}

export function failureOf({ reason, errno, detail, cause }: Closing, attempt: Attempt): Failure | undefined {
  const at = `${attempt.host}:${attempt.port}`;
  const { transport } = attempt;
  const explained = cause && transport?.explain?.(cause, attempt);
  if (explained !== undefined) return notConnected(explained);
  const early = transport?.earlyEnd === undefined ? "" : `: ${transport.earlyEnd}`;
  const name = errno > 0 ? getSystemErrorName(-errno) : "";
  const fail = (code: IBKRErrorCode, message: string, number: number = ErrorCode.CONNECT_FAIL) => ({
    error: new IBKRError(code, message),
    number,
  });
  switch (reason) {
    case CLOSE_REFUSED:
      return fail("ERR_IBKR_CONNECT", `connect ${name} ${at}`);
    case CLOSE_CONNECT_TIMEOUT:
      return fail(
        "ERR_IBKR_CONNECT",
        `connect ETIMEDOUT ${at}: no answer within ${attempt.connectTimeoutMs} ms`,
      );
    case CLOSE_HANDSHAKE_TIMEOUT:
      return fail(
        "ERR_IBKR_HANDSHAKE",
        `${at} accepted the connection but did not answer the handshake within ${attempt.handshakeTimeoutMs} ms`,
      );
    case CLOSE_END_OF_STREAM:
      if (attempt.handshaken) return undefined;
      return fail("ERR_IBKR_HANDSHAKE", `${at} closed the connection during the handshake${early}`);
    case CLOSE_BAD_LENGTH:
      return fail(
        "ERR_IBKR_FRAME_LENGTH",
        `Bad message length from ${at}: it is ${detail} (allowed: 1 to 16777215 bytes); connection closed${tlsHint(detail)}`,
        ErrorCode.BAD_LENGTH,
      );
    case CLOSE_BAD_HANDSHAKE:
      return fail(
        "ERR_IBKR_HANDSHAKE",
        `${at} did not answer the handshake with a version, but with ${detail}`,
        ErrorCode.BAD_MESSAGE,
      );
    case CLOSE_SEND_OVERFLOW:
      return fail(
        "ERR_IBKR_SEND_OVERFLOW",
        `${at} stopped reading: the limit of unsent bytes is reached`,
        ErrorCode.FAIL_SEND,
      );
    case CLOSE_NO_THREAD:
      return fail("ERR_IBKR_NO_THREAD", `connect ${at}: the reading thread could not be started: ${name}`);
    default: {
      const what = cause === undefined ? `read ${name} ${at}` : ofStream(cause, at);
      return fail("ERR_IBKR_CONNECTION_LOST", attempt.handshaken ? what : what + early);
    }
  }
}

/** In the words that a socket of the core's has, where the system had a name for it. */
function ofStream(cause: Error, at: string): string {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  return code !== undefined && syscall !== undefined
    ? `${syscall} ${code} ${at}`
    : `the stream to ${at} broke: ${cause.message}`;
}

/** An alert of TLS begins with 21 and the version 3.x, which makes a length that no message has. */
function tlsHint(length: string): string {
  return Number(length) >>> 16 === 0x1503 ? `: what answers there speaks TLS, see the option transport` : "";
}
