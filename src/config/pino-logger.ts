import { type Logger, pino } from "pino";
import { redactAccounts, redactedText } from "../domain/redaction.js";
import type { ConfigLogLevel } from "./config-options.js";

/** What takes lines: a stream, a file that `pino.destination()` has opened. */
export interface LogDestination {
  write(line: string): unknown;
}

/** A logger of which no line has an account id, whoever writes it. */
export function makeLogger(
  { logLevel, account }: { readonly logLevel: ConfigLogLevel; readonly account?: string | undefined },
  destination?: LogDestination,
): Logger {
  if (account !== undefined) redactAccounts([account]);
  const options = { level: logLevel, hooks: { streamWrite: redactedText } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
