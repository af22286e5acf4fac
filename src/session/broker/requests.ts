import { ErrorCode, EventName } from "@stoqey/ib";
import { abandonable, withResolvers } from "../../broker/abandonable.js";
import { type CallOptions, checkCallOptions } from "../../broker/call-options.js";
import { gatewayError, isGatewayNotice } from "../../domain/gateway-codes.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { Session } from "../session.js";
import { errorOf, isRefusalWithoutId } from "./gateway-codes.js";

/** Takes one event of an answer; true if it was the last. Its arguments are those behind the id. */
export type Take = Readonly<Record<string, (...args: never[]) => boolean | undefined>>;

/** How the events of an answer become its value. */
export interface Question<T> {
  readonly method: string;
  /** @param id undefined for requests without one */
  args(id: number): readonly unknown[];
  readonly take: Take;
  result(): T;
  /** The request that takes this one back, or ends what stays subscribed after the answer. */
  readonly cancel?: string;
  /** The first server version that knows {@link cancel}. */
  readonly cancelSince?: number;
  /** Whether {@link cancel} is also sent when the answer is complete. */
  readonly cancelWhenDone?: boolean;
  /** Asked behind it: where nothing answers a request, its answer says that this one was not refused. */
  behind?(): Promise<unknown>;
  /** It has no id, and the gateway may refuse it: with an error that has none either. */
  readonly isRefusable?: boolean;
}

/** What a question is without when its time is over. */
export const LATE = "no answer";

/** What waits for events. */
export interface Pending {
  take(name: string, args: readonly unknown[]): void;
  fail(error: unknown): void;
}

/** A question that several wait for. */
interface Shared<T> {
  answer: Promise<T>;
  waiting: number;
  forget(): void;
}

/** Questions under way, and watches: sends them, tells them what belongs to them, ends every one of them. */
export class Requests {
  private readonly byId = new Map<number, Pending>();
  /** They hear every event that has no id of a request. */
  private readonly withoutId = new Set<Pending>();
  /** Of those the ones that can be refused, the oldest first: a gateway answers in the order in which it is asked. */
  private readonly refusable = new Set<Pending>();
  /** Answers to questions without an id, by what was asked: who asks meanwhile shares the answer. */
  private readonly shared = new Map<string, Shared<unknown>>();

  /** The question without an id that is being sent: a refusal on this side carries no id, and comes at once. */
  private asking: Pending | undefined;

  constructor(readonly session: Session) {}

  nextId(): number {
    return this.session.requestIds.take();
  }

  /** How many wait for events: for tests. */
  get size(): number {
    return this.byId.size + this.withoutId.size;
  }

  /** Events with this id are this one's. */
  open(id: number, pending: Pending): void {
    this.byId.set(id, pending);
  }

  shut(id: number): void {
    this.byId.delete(id);
  }

  /** @returns what ends it */
  listen(pending: Pending, isRefusable = false): () => void {
    this.withoutId.add(pending);
    if (isRefusable) this.refusable.add(pending);
    return () => {
      this.withoutId.delete(pending);
      this.refusable.delete(pending);
    };
  }

  /** Asks a question that has an id. */
  async ask<T>(question: Question<T>, options: CallOptions = {}, id = this.nextId()): Promise<T> {
    checkCallOptions(options);
    return this.begin(
      question,
      options,
      (pending) => {
        this.open(id, pending);
        return () => this.shut(id);
      },
      id,
    );
  }

  /**
   * Asks a question without an id. Who stops waiting leaves the others their answer; where nobody is left the next one asks
   * again: a refusal has no id either, and this one may have been refused.
   */
  async askShared<T>(key: string, question: Question<T>, options: CallOptions = {}): Promise<T> {
    checkCallOptions(options);
    const shared = (this.shared.get(key) as Shared<T> | undefined) ?? this.beginShared(key, question);
    shared.waiting += 1;
    try {
      return await abandonable(shared.answer, options, LATE);
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0 && question.isRefusable !== true) shared.forget();
    }
  }

  private beginShared<T>(key: string, question: Question<T>): Shared<T> {
    let forget = () => {};
    const register = (pending: Pending) => {
      const stop = this.listen(pending, question.isRefusable);
      forget = () => {
        stop();
        if (this.shared.get(key) === shared) this.shared.delete(key);
      };
      return forget;
    };
    const shared: Shared<T> = { waiting: 0, forget: () => forget() } as Shared<T>;
    this.shared.set(key, shared);
    shared.answer = this.begin(question, {}, register, 0);
    return shared;
  }

  private begin<T>(
    question: Question<T>,
    options: CallOptions,
    register: (pending: Pending, answer: Promise<T>) => () => void,
    id: number,
  ): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const args = question.args(id); // first: what cannot be asked leaves nothing behind
    const { promise, resolve, reject } = withResolvers<T>();
    const { cancel, cancelSince = 0 } = question;
    const takeBack = () => {
      if (cancel !== undefined && this.session.serverVersion >= cancelSince)
        this.takeBack(cancel, id === 0 ? [] : [id]);
    };
    let over = false;
    let unregister = () => {};
    const end = (settle: () => void) => {
      if (over) return;
      over = true;
      unregister();
      settle();
    };
    const pending: Pending = {
      take: (name, args) => {
        const take = question.take[name] as Taker | undefined;
        if (over || take === undefined) return;
        try {
          if (take(...args) !== true) return;
          const result = question.result();
          if (question.cancelWhenDone === true) takeBack();
          end(() => resolve(result));
        } catch (unreadable) {
          end(() => reject(unreadable));
        }
      },
      fail: (error) => end(() => reject(error)),
    };
    const answer = abandonable(promise, options, LATE, (why) => {
      if (!over) takeBack();
      pending.fail(why);
    });
    unregister = register(pending, answer);
    this.send(question.method, args, pending);
    if (!over && question.behind !== undefined)
      question.behind().then(
        () => end(() => resolve(question.result())),
        (error) => pending.fail(error),
      );
    return answer;
  }

  /** Sends a request; where it cannot be sent, `pending` hears of it within the call. */
  send(method: string, args: readonly unknown[], pending: Pending): void {
    if (this.session.state !== "ready") {
      pending.fail(new IBKRError("ERR_IBKR_NOT_SENT", `${method} was not sent: not connected.`));
      return;
    }
    const before = this.asking;
    this.asking = pending;
    try {
      this.session.request(method, args);
    } finally {
      this.asking = before;
    }
  }

  /** Sends a request that ends another one; there is nothing to end on a connection that is gone. */
  takeBack(method: string, args: readonly unknown[]): void {
    if (this.session.state === "ready") this.session.request(method, args);
  }

  /** An event of the session; true if it belonged to a question. */
  event(name: string, args: readonly unknown[]): boolean {
    if (name === EventName.error) return this.failed(args[0] as Error, args[1] as number, args[2] as number);
    if (name === EventName.info) return this.refused(args[0] as string, args[1] as number);
    // Stock reads this one id as text.
    const id = name === EventName.accountUpdateMultiEnd ? Number(args[0]) : args[0];
    const pending = typeof id === "number" ? this.byId.get(id) : undefined;
    if (pending !== undefined) {
      pending.take(name, args.slice(1));
      return true;
    }
    if (this.withoutId.size > 0) for (const pending of [...this.withoutId]) pending.take(name, args);
    return false;
  }

  private failed(error: Error, code: number, id: number): boolean {
    const pending = this.byId.get(id) ?? (id === ErrorCode.NO_VALID_ID ? this.asking : undefined);
    if (pending === undefined) return false;
    if (!isGatewayNotice(code)) pending.fail(errorOf(error, code, "request"));
    return true;
  }

  /** What the gateway says without an id comes as information: it may be about a request that has none. */
  private refused(text: string, code: number): boolean {
    if (!isRefusalWithoutId(code)) return false;
    for (const oldest of this.refusable) {
      oldest.fail(gatewayError(code, text, "request"));
      return true;
    }
    return false;
  }

  /** The connection is gone: nothing is answered any more. */
  failAll(error: IBKRError): void {
    for (const pending of [...this.byId.values(), ...this.withoutId]) pending.fail(error);
  }
}

type Taker = (...args: readonly unknown[]) => boolean | undefined;
