/** Catches what would be uncaught exceptions of the process until {@link Uncaught.end} is called. */
export class Uncaught {
  readonly errors: unknown[] = [];
  private readonly handlers = process.listeners("uncaughtException");

  constructor() {
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => this.errors.push(error));
  }

  get messages(): string[] {
    return this.errors.map((error) => (error as Error).message);
  }

  end(): void {
    process.removeAllListeners("uncaughtException");
    for (const handler of this.handlers) process.on("uncaughtException", handler);
  }
}
