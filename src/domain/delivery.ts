/**
 * One thing told to several listeners, or several things to one: a listener that throws does not cost the others
 * theirs. What the last one threw goes on when all have been told.
 *
 * The caller's loop has the `try` itself: on the way of a tick no closure is made for it.
 */
export class Delivery {
  private thrown: { readonly error: unknown } | undefined;

  /** To be called with what a listener threw. */
  failed(error: unknown): void {
    this.thrown = { error };
  }

  /** All have been told. @throws what the last failing listener threw */
  end(): void {
    if (this.thrown !== undefined) throw this.thrown.error;
  }
}
