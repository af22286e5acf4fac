import { getSystemErrorName } from "node:util";
import { ErrorCode } from "@stoqey/ib";
import {
  CLOSE_BAD_HANDSHAKE,
  CLOSE_BAD_LENGTH,
  CLOSE_CONNECT_TIMEOUT,
  CLOSE_END_OF_STREAM,
  CLOSE_HANDSHAKE_TIMEOUT,
  CLOSE_REFUSED,
  CLOSE_SEND_OVERFLOW,
} from "../native/layout.js";

/** Why a connection ended: nothing if the gateway closed it in good order. */
export interface Failure {
  /** One of the numbers of docs/errors.md, as error events carry them. */
  readonly code: number;
  readonly message: string;
}

/** What the core says of the end of a connection. */
export interface Closing {
  /** One of `CLOSE_…`. */
  readonly reason: number;
  /** The system's, 0 for none. */
  readonly errno: number;
  readonly detail: string;
}

/** What was being tried, for the message. */
export interface Attempt {
  readonly host: string;
  readonly port: number;
  readonly handshaken: boolean;
  readonly connectTimeoutMs: number;
  readonly handshakeTimeoutMs: number;
}

export function failureOf({ reason, errno, detail }: Closing, attempt: Attempt): Failure | undefined {
  const at = `${attempt.host}:${attempt.port}`;
  const name = errno > 0 ? getSystemErrorName(-errno) : "";
  const fail = (message: string, code: number = ErrorCode.CONNECT_FAIL) => ({ code, message });
  switch (reason) {
    case CLOSE_REFUSED:
      return fail(`connect ${name} ${at}`);
    case CLOSE_CONNECT_TIMEOUT:
      return fail(`connect ETIMEDOUT ${at}: no answer within ${attempt.connectTimeoutMs} ms`);
    case CLOSE_HANDSHAKE_TIMEOUT:
      return fail(
        `${at} accepted the connection but did not answer the handshake within ${attempt.handshakeTimeoutMs} ms`,
      );
    case CLOSE_END_OF_STREAM:
      return attempt.handshaken ? undefined : fail(`${at} closed the connection during the handshake`);
    case CLOSE_BAD_LENGTH:
      return fail(
        `Bad message length ${detail} from ${at}: allowed are 1 to 16777215 bytes; connection closed`,
        ErrorCode.BAD_LENGTH,
      );
    case CLOSE_BAD_HANDSHAKE:
      return fail(
        `${at} did not answer the handshake with a version, but with ${detail}`,
        ErrorCode.BAD_MESSAGE,
      );
    case CLOSE_SEND_OVERFLOW:
      return fail(`${at} stopped reading: the limit of unsent bytes is reached`, ErrorCode.FAIL_SEND);
    default:
      return fail(`read ${name} ${at}`);
  }
}
