import { IBKRError } from "../domain/ibkr-error.js";
import { problem } from "../validation/problem.js";

/** Bytes that are not the message they should be (`ERR_IBKR_BAD_MESSAGE`), or a value that does not fit its field. */
export class CodecError extends IBKRError {
  constructor(
    code: "ERR_IBKR_BAD_MESSAGE" | "ERR_IBKR_ARGUMENT",
    message: string,
    /** The message, for instance "Order". */
    readonly messageName: string,
    /** The field, or undefined where none was known yet. */
    readonly fieldName: string | undefined,
    cause?: unknown,
  ) {
    super(code, message, cause === undefined ? {} : { cause });
  }
}

/** A message of which a field, or something before any field, cannot be read. */
export function unreadable(
  messageName: string,
  fieldName: string | undefined,
  detail: string,
  cause: unknown,
): CodecError {
  const message = `${pathOf(messageName, fieldName)}: ${detail}`;
  return new CodecError("ERR_IBKR_BAD_MESSAGE", message, messageName, fieldName, cause);
}

/** A value that does not fit its field, or no message at all. */
export function misfit(
  messageName: string,
  fieldName: string | undefined,
  value: unknown,
  allowed: string,
): CodecError {
  const message = problem(pathOf(messageName, fieldName), value, allowed);
  return new CodecError("ERR_IBKR_ARGUMENT", message, messageName, fieldName);
}

function pathOf(messageName: string, fieldName: string | undefined): string {
  return fieldName === undefined ? messageName : `${messageName}.${fieldName}`;
}

export function isCodecError(error: unknown): error is CodecError {
  return error instanceof CodecError;
}
