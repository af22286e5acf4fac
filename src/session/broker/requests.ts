import { ErrorCode, EventName } from "@stoqey/ib";
import type { CallOptions } from "../../broker/call-options.js";
import { isGatewayNotice } from "../../domain/gateway-codes.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { Session } from "../session.js";
import { abandonable, checkCallOptions, withResolvers } from "./abandonable.js";
import { errorOf } from "./gateway-codes.js";

/** How the events of an answer become its value. */
export interface Question<T> {
  readonly method: string;
  /** @param id undefined for requests without one */
  args(id: number): readonly unknown[];
  /** Takes one event of the answer; true if it was the last. Its arguments are those behind the id. */
  readonly take: Readonly<Record<string, (...args: never[]) => boolean | undefined>>;
  result(): T;
  /** The request that takes this one back, or ends what stays subscribed after the answer. */
  readonly cancel?: string;
  /** Whether {@link cancel} is also sent when the answer is complete. */
  readonly cancelWhenDone?: boolean;
}

/** What a question is without when its time is over. */
const LATE = "no answer";

interface Pending {
  take(name: string, args: readonly unknown[]): void;
  fail(error: unknown): void;
}

/** Questions under way: sends them, collects their answers, ends every one of them. */
export class Requests {
  private readonly byId = new Map<number, Pending>();
  /** Answers to questions without an id, by method: who asks meanwhile shares the answer. */
  private readonly shared = new Map<
    string,
    { readonly pending: Pending; readonly answer: Promise<unknown> }
  >();

  /** The question without an id that is being sent: a refusal on this side carries no id, and comes at once. */
  private asking: Pending | undefined;

  constructor(private readonly session: Session) {}

  nextId(): number {
    return this.session.requestIds.take();
  }

  /** Asks a question that has an id of its own. */
  ask<T>(question: Question<T>, options: CallOptions = {}): Promise<T> {
    checkCallOptions(options);
    const id = this.nextId();
    return this.begin(
      question,
      options,
      (pending) => this.byId.set(id, pending),
      () => this.byId.delete(id),
      id,
    );
  }

  /** Asks a question without an id. Who stops waiting leaves the others their answer. */
  askShared<T>(key: string, question: Question<T>, options: CallOptions = {}): Promise<T> {
    checkCallOptions(options);
    const running = this.shared.get(key);
    const answer =
      (running?.answer as Promise<T> | undefined) ??
      this.begin(
        question,
        {},
        (pending, begun) => this.shared.set(key, { pending, answer: begun }),
        () => this.shared.delete(key),
        0,
      );
    return abandonable(answer, options, LATE);
  }

  private begin<T>(
    question: Question<T>,
    options: CallOptions,
    register: (pending: Pending, answer: Promise<T>) => void,
    unregister: () => void,
    id: number,
  ): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const args = question.args(id); // first: what cannot be asked leaves nothing behind
    const { promise, resolve, reject } = withResolvers<T>();
    const cancel = () => {
      if (question.cancel !== undefined && this.session.state === "ready")
        this.session.request(question.cancel, id === 0 ? [] : [id]);
    };
    let over = false;
    const end = (settle: () => void) => {
      if (over) return;
      over = true;
      unregister();
      settle();
    };
    const pending: Pending = {
      take: (name, args) => {
        const take = question.take[name] as
          | ((...args: readonly unknown[]) => boolean | undefined)
          | undefined;
        if (over || take === undefined || take(...args) !== true) return;
        if (question.cancelWhenDone === true) cancel();
        end(() => resolve(question.result()));
      },
      fail: (error) => end(() => reject(error)),
    };
    const answer = abandonable(promise, options, LATE, (why) => {
      if (!over) cancel();
      pending.fail(why);
    });
    register(pending, answer);
    if (this.session.state === "ready") this.send(question.method, args, id === 0 ? pending : undefined);
    else pending.fail(new IBKRError("ERR_IBKR_NOT_SENT", `${question.method} was not sent: not connected.`));
    return answer;
  }

  private send(method: string, args: readonly unknown[], asking: Pending | undefined): void {
    this.asking = asking;
    try {
      this.session.request(method, args);
    } finally {
      this.asking = undefined;
    }
  }

  /** An event of the session; true if it belonged to a question. */
  event(name: string, args: readonly unknown[]): boolean {
    if (name === EventName.error) return this.failed(args[0] as Error, args[1] as number, args[2] as number);
    const [first] = args;
    const pending = typeof first === "number" ? this.byId.get(first) : undefined;
    if (pending !== undefined) {
      pending.take(name, args.slice(1));
      return true;
    }
    for (const { pending } of [...this.shared.values()]) pending.take(name, args);
    return false;
  }

  private failed(error: Error, code: number, id: number): boolean {
    const pending = this.byId.get(id) ?? (id === ErrorCode.NO_VALID_ID ? this.asking : undefined);
    if (pending === undefined) return false;
    if (!isGatewayNotice(code)) pending.fail(errorOf(error, code, "request"));
    return true;
  }

  /** The connection is gone: nothing is answered any more. */
  failAll(error: IBKRError): void {
    const all = [...this.byId.values(), ...[...this.shared.values()].map(({ pending }) => pending)];
    for (const pending of all) pending.fail(error);
  }
}
