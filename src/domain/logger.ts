import { redactedValue } from "./redaction.js";

/** From the one that says the most. */
export const LOGGED_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LoggedLevel = (typeof LOGGED_LEVELS)[number];

/** Fields of a line, and a word about it; or the word alone. */
export interface LogFunction {
  (fields: object, message?: string): void;
  (message: string): void;
}

/** Where logs go: a logger of `pino`, or whatever has its methods. */
export interface ClientLogger extends Readonly<Record<LoggedLevel, LogFunction>> {
  /** The same, with these fields in each line. @param options `level`: the least that it says */
  child(bindings: Record<string, unknown>, options?: { level?: string }): ClientLogger;
  /** Asked before a line is made. */
  isLevelEnabled?(level: string): boolean;
}

/** One subject's lines. Account ids of fields and messages are redacted here, and nowhere else, before they leave. */
export class Log {
  private readonly least: number;
  private readonly logger: ClientLogger;

  /**
   * @param component what the lines are about
   * @param level the least that is said; undefined: whatever the logger says
   */
  constructor(logger: ClientLogger, component: string, level?: LoggedLevel | "silent") {
    this.logger = logger.child({ component }, level === undefined ? {} : { level });
    this.least = level === undefined ? 0 : [...LOGGED_LEVELS, "silent"].indexOf(level);
  }

  isEnabled(level: LoggedLevel): boolean {
    if (LOGGED_LEVELS.indexOf(level) < this.least) return false;
    return this.logger.isLevelEnabled?.(level) ?? true;
  }

  /** @param fields numbers carry their unit in their name */
  write(level: LoggedLevel, message: string, fields: object): void {
    if (this.isEnabled(level))
      this.logger[level](redactedValue(fields) as object, redactedValue(message) as string);
  }
}
