import type { Pending, Requests } from "./requests.js";

/** What a stream tells each of its users. */
export interface StreamUser {
  take(name: string, args: readonly unknown[]): void;
  /** All that was there when this user came has come. */
  complete(): void;
  fail(error: unknown): void;
}

/** A subscription without an id, of which a connection has one. */
export interface StreamRequests {
  readonly begin: readonly [method: string, args: readonly unknown[]];
  readonly end: readonly [method: string, args: readonly unknown[]];
  /** Whether this event ends the answer to {@link begin}. */
  isEnd(name: string, args: readonly unknown[]): boolean;
  readonly isRefusable?: boolean;
}

/**
 * One subscription at the gateway for all who use it. Each who comes asks for the whole again, and is served when that
 * has come, not when what somebody asked before him has; it is ended when the last has left.
 */
export class SharedStream {
  /** Of each user how many answers have to end until his own has. */
  private readonly users = new Map<StreamUser, number>();
  /** Answers that have not ended. */
  private running = 0;
  private leave: (() => void) | undefined;

  constructor(
    private readonly requests: Requests,
    private readonly what: StreamRequests,
  ) {}

  get isUsed(): boolean {
    return this.users.size > 0;
  }

  /** @returns what ends it for this user */
  use(user: StreamUser): () => void {
    this.running += 1;
    this.users.set(user, this.running);
    const pending: Pending = {
      take: (name, args) => this.take(name, args),
      fail: (error) => this.fail(error),
    };
    this.leave ??= this.requests.listen(pending, this.what.isRefusable);
    this.requests.send(...this.what.begin, pending);
    return () => {
      if (this.users.delete(user)) this.look();
    };
  }

  /** Something else has taken its place at the gateway: an answer that nobody waits for any more does not come. */
  forget(): void {
    this.running = 0;
    this.close();
  }

  private take(name: string, args: readonly unknown[]): void {
    for (const user of [...this.users.keys()]) if (this.users.has(user)) user.take(name, args);
    if (this.running === 0 || !this.what.isEnd(name, args)) return;
    this.running -= 1;
    for (const [user, left] of [...this.users]) {
      if (left > 0 && this.users.has(user)) this.users.set(user, left - 1);
      if (left === 1) user.complete();
    }
    this.look();
  }

  /** Refused, or the connection is gone. */
  private fail(error: unknown): void {
    const users = [...this.users.keys()];
    this.users.clear();
    this.running = 0;
    this.close();
    for (const user of users) user.fail(error);
  }

  /** Nobody uses it. While an answer is on its way it stays, so that its end is not taken for that of a later one. */
  private look(): void {
    if (this.users.size > 0 || this.running > 0 || this.leave === undefined) return;
    this.close();
    this.requests.takeBack(...this.what.end);
  }

  private close(): void {
    this.leave?.();
    this.leave = undefined;
  }
}
