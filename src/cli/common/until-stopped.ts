/** Resolves at SIGINT or SIGTERM, or when what runs has ended by itself. */
export function untilStopped(ended?: Promise<void>): Promise<void> {
  return new Promise<void>((resolve) => {
    const done = (): void => {
      process.off("SIGINT", done);
      process.off("SIGTERM", done);
      resolve();
    };
    process.once("SIGINT", done);
    process.once("SIGTERM", done);
    ended?.then(done, done);
  });
}
