/** Error 102. */
export const DUPLICATE_TICKER = "Duplicate ticker ID.";

/** Error 321: a request that was understood but is not valid. @param what the request by a name of its own */
export function invalid(what: string, cause: string): string {
  return `Error validating request.-'${what}' : cause - ${cause}`;
}

/** Error 162: what the historical data server says. */
export function historicalError(cause: string): string {
  return `Historical Market Data Service error message:${cause}`;
}
