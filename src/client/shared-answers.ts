import { abandonable } from "../broker/abandonable.js";
import { type CallOptions, checkCallOptions } from "../broker/call-options.js";

interface Asked<T> {
  readonly answer: Promise<T>;
  readonly ends: AbortController;
  waiting: number;
  isAnswered: boolean;
}

/**
 * Answers that stay as they are: each is asked for once, and whoever asks meanwhile waits for the same one. A refusal is
 * not kept. A question that nobody waits for any more is taken back.
 */
export class SharedAnswers<T> {
  private readonly asked = new Map<string, Asked<T>>();

  /** @param most so many answers are kept: the oldest go */
  constructor(private readonly most: number) {}

  async get(
    key: string,
    question: (signal: AbortSignal) => Promise<T>,
    options: CallOptions = {},
  ): Promise<T> {
    checkCallOptions(options);
    options.signal?.throwIfAborted();
    const asked = this.asked.get(key) ?? this.ask(key, question);
    asked.waiting += 1;
    try {
      return await abandonable(asked.answer, options, "no answer");
    } finally {
      asked.waiting -= 1;
      if (asked.waiting === 0 && !asked.isAnswered) asked.ends.abort();
    }
  }

  private ask(key: string, question: (signal: AbortSignal) => Promise<T>): Asked<T> {
    const ends = new AbortController();
    const asked: Asked<T> = { answer: question(ends.signal), ends, waiting: 0, isAnswered: false };
    const forget = () => {
      if (this.asked.get(key) === asked) this.asked.delete(key);
    };
    ends.signal.addEventListener("abort", forget, { once: true });
    asked.answer.then(() => {
      asked.isAnswered = true;
    }, forget);
    this.asked.set(key, asked);
    if (this.asked.size > this.most) this.asked.delete(this.asked.keys().next().value as string);
    return asked;
  }
}
