/** Bytes that are not the message they should be, or a value that does not fit its field. */
export class CodecError extends Error {
  readonly code = "ERR_IBKR_CODEC";

  constructor(
    /** The message, for instance "Order". */
    readonly messageName: string,
    /** The field, or undefined where none was known yet. */
    readonly fieldName: string | undefined,
    detail: string,
  ) {
    super(`${fieldName === undefined ? messageName : `${messageName}.${fieldName}`}: ${detail}`);
    this.name = "CodecError";
  }
}

export function isCodecError(error: unknown): error is CodecError {
  return error instanceof CodecError;
}
