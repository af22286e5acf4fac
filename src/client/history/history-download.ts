import type { HistoryRequest } from "../../broker/lookups.js";
import { refused } from "../../domain/check.js";
import { Emitter, type Listener } from "../../domain/emitter.js";
import type { HistoricalBar } from "../../domain/historical-bar.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { Contract } from "../../domain/stock-types.js";
import { formatIBTime } from "../../time/ib-time.js";
import { type Duration, durationText, parseDuration } from "./duration.js";
import { HistoryAsker, type HistorySource, isEmptyAnswer } from "./history-asker.js";
import { type HistoryBar, placeOf } from "./history-bar.js";
import { HistoryFile, type HistoryPlan } from "./history-file.js";
import { joined } from "./history-join.js";
import {
  type HistoryOptions,
  isOneRequest,
  type ResolvedHistoryOptions,
  resolveHistoryOptions,
  takesNoEnd,
} from "./history-options.js";
import { type HistoryPacer, pacedRequest } from "./history-pacer.js";
import { endOfHistory, makePlan, tooLong } from "./history-plan.js";
import { type HistoryWindow, planOneWindow, planWindows } from "./windows.js";

/** Zones differ by quarters of hours. */
const SAME_IN_ALL_ZONES_SECONDS = 900;

/** A part of a history, in order of time; chunks touch. */
export interface HistoryChunk {
  /** Its bars begin here or later, and before {@link untilMs}; ms since 1970 UTC. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** None on a holiday. */
  readonly bars: readonly HistoryBar[];
  /** Whether they come from the file that is resumed. */
  readonly isStored: boolean;
}

export interface HistoryProgress {
  /** Requests whose answers are there, of this process and of earlier ones, … */
  readonly windows: number;
  /** … of so many. */
  readonly totalWindows: number;
  readonly bars: number;
  /** What is before this is there, ms since 1970 UTC. */
  readonly untilMs: number;
  /** How long the rest will take, by the pacing rules and by how long answers have taken. */
  readonly etaMs: number;
}

export interface HistoryEvents {
  progress: [progress: HistoryProgress];
}

/** What a history takes from whoever it belongs to. */
export interface HistoryOwner {
  /** Ends it. */
  readonly closed?: AbortSignal | undefined;
  /** How long one may take that is one request and does not say, ms. */
  readonly requestTimeoutMs?: number | undefined;
  /** Whether what is wrong with its options is told when it is read, as promises do. */
  readonly rejects?: boolean | undefined;
  /** Hears of each that begins, and by the promise how it ends. */
  readonly begun?: ((end: Promise<void>) => void) | undefined;
}

/**
 * A history under way: an async iterable of its chunks, or, awaited, all of its bars. It begins when one of the two is asked
 * for, and can be read once.
 */
export class HistoryDownload implements AsyncIterable<HistoryChunk>, Promise<HistoryBar[]> {
  readonly [Symbol.toStringTag] = "HistoryDownload";
  /** The newest; undefined before the plan is made. */
  progress: HistoryProgress | undefined;
  private readonly emitter = new Emitter<HistoryEvents>(["progress"]);
  private readonly options!: ResolvedHistoryOptions;
  private readonly refusal: unknown;
  private isBegun = false;
  private bars: Promise<HistoryBar[]> | undefined;

  /**
   * @param source whoever made it closes it
   * @param pacer shared by all histories of a login
   * @throws IBKRError `ERR_IBKR_ARGUMENT`, `ERR_IBKR_OPTION` that name what is wrong
   */
  constructor(
    private readonly source: HistorySource,
    private readonly pacer: HistoryPacer,
    contract: Contract,
    options: HistoryOptions,
    private readonly owner: HistoryOwner = {},
  ) {
    try {
      this.options = resolveHistoryOptions(contract, options);
    } catch (error) {
      if (!owner.rejects) throw error;
      this.refusal = error;
    }
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof HistoryEvents>(event: K, listener: Listener<HistoryEvents, K>): () => void {
    return this.emitter.on(event, listener);
  }

  [Symbol.asyncIterator](): AsyncGenerator<HistoryChunk, void, undefined> {
    if (this.isBegun)
      throw refused("history", "being read", "one reader: chunks or all bars, once", "ERR_IBKR_ARGUMENT");
    this.isBegun = true;
    return this.told();
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited for its bars
  then<A = HistoryBar[], B = never>(
    fulfilled?: ((bars: HistoryBar[]) => A | PromiseLike<A>) | null,
    rejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.all().then(fulfilled, rejected);
  }

  catch<B = never>(rejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<HistoryBar[] | B> {
    return this.all().catch(rejected);
  }

  finally(settled?: (() => void) | null): Promise<HistoryBar[]> {
    return this.all().finally(settled);
  }

  private all(): Promise<HistoryBar[]> {
    this.bars ??= this.collect();
    return this.bars;
  }

  private async collect(): Promise<HistoryBar[]> {
    const all: HistoryBar[] = [];
    for await (const { bars } of this) for (const bar of bars) all.push(bar);
    return all;
  }

  /** The owner hears how it ends; who leaves it early ends it, too. */
  private async *told(): AsyncGenerator<HistoryChunk, void, undefined> {
    let resolve = () => {};
    let reject: (error: unknown) => void = () => {};
    this.owner.begun?.(
      new Promise<void>((...settle) => {
        [resolve, reject] = settle;
      }),
    );
    try {
      yield* this.run();
    } catch (error) {
      reject(error);
      throw error;
    } finally {
      resolve();
    }
  }

  private async *run(): AsyncGenerator<HistoryChunk, void, undefined> {
    const { options, owner } = this;
    owner.closed?.throwIfAborted();
    if (this.refusal !== undefined) throw this.refusal;
    const { signal, resume } = options;
    const isOne = isOneRequest(options);
    const timeoutMs = options.timeoutMs ?? (isOne ? owner.requestTimeoutMs : undefined);
    const ending = new AbortController();
    const stops = [signal, owner.closed].map((given) => followed(given, ending));
    const late = () => new IBKRError("ERR_IBKR_TIMEOUT", `the history was not there within ${timeoutMs} ms`);
    const timer = timeoutMs && this.pacer.clock.after(timeoutMs, () => ending.abort(late()));
    let file: HistoryFile | undefined;
    try {
      ending.signal.throwIfAborted();
      if (isOne) {
        yield await this.oneChunk(ending.signal);
        return;
      }
      file = resume === undefined ? undefined : await HistoryFile.open(resume, headOf(options));
      yield* this.chunks(file, ending.signal);
    } finally {
      for (const stop of stops) stop();
      if (timer) timer.stop();
      await file?.close();
    }
  }

  /** As it was asked for: days of a duration are the gateway's to count, and what it refuses is refused. */
  private async oneChunk(signal: AbortSignal): Promise<HistoryChunk> {
    const { options, pacer } = this;
    const { range, size } = options;
    const asker = new HistoryAsker(this.source, pacer, options, signal);
    // Minutes end together in all zones; and of now there is always a newer one.
    const needsZone = size.unit !== "time" || size.seconds > SAME_IN_ALL_ZONES_SECONDS;
    const { endMs, timeZone } = await endOfHistory(
      asker,
      needsZone ? options : { ...options, timeZone: "UTC" },
      { isAtOnce: true },
    );
    const done = { windows: 0, bars: 0, untilMs: endMs };
    const startedMs = asker.nowMs;
    this.tell(done, [0], 0, startedMs);
    const askEndMs = range.endMs === undefined ? undefined : Math.min(range.endMs, asker.nowMs);
    const request = this.requestOf(
      durationText(parseDuration(range.duration as string) as Duration),
      askEndMs,
    );
    const paced = pacedRequest(request);
    const answer = await asker.ask(
      paced,
      (call) => asker.source.lookups.history(request, call),
      undefined,
      // Gateways of today hold only these to the rules.
      { isAtOnce: !paced.isSmall },
    );
    const bars = joined(answer, endMs, { startMs: Number.NEGATIVE_INFINITY, timeZone, last: undefined });
    this.tell({ ...done, windows: 1, bars: bars.length }, [0], 1, startedMs);
    const fromMs = bars.length === 0 ? endMs : placeOf(bars[0], timeZone);
    return { fromMs, untilMs: endMs, bars, isStored: false };
  }

  private async *chunks(file: HistoryFile | undefined, signal: AbortSignal): AsyncGenerator<HistoryChunk> {
    const { options, pacer } = this;
    const asker = new HistoryAsker(this.source, pacer, options, signal);
    for (const { request, atMs } of file?.asked ?? []) if (atMs <= asker.nowMs) pacer.count(request, atMs);
    const before = async (paced: Parameters<HistoryPacer["count"]>[0]) =>
      file?.writeAsked(paced, asker.nowMs);
    let { plan } = file ?? {};
    if (plan === undefined) {
      plan = await makePlan(asker, options, before);
      await file?.writePlan(plan);
    }
    const windows = this.windowsOf({ ...plan, startMs: file?.untilMs ?? plan.startMs }, asker.nowMs);
    const done = {
      windows: file?.windows ?? 0,
      bars: file?.bars ?? 0,
      untilMs: file?.untilMs ?? plan.startMs,
    };
    let { lastBar: last } = file ?? {};
    const startedMs = asker.nowMs;
    this.tell(done, windows, 0, startedMs);
    if (file !== undefined && file.windows > 0)
      for await (const chunk of file.stored()) yield { ...chunk, isStored: true };
    for (const [i, window] of windows.entries()) {
      const answer = await this.answer(asker, window, before);
      const bars = joined(answer, window.untilMs, { ...plan, last });
      last = bars.at(-1) ?? last;
      const { fromMs, untilMs } = window;
      await file?.writeBars({ fromMs, untilMs, bars });
      done.windows += 1;
      done.bars += bars.length;
      done.untilMs = untilMs;
      this.tell(done, windows, i + 1, startedMs);
      yield { fromMs, untilMs, bars, isStored: false };
      signal.throwIfAborted();
    }
  }

  private windowsOf(plan: HistoryPlan, nowMs: number): HistoryWindow[] {
    const { options } = this;
    const { size, longest } = options;
    const { sessions } = plan;
    const request = { ...plan, size, longest, ...(sessions !== undefined && { sessions }) };
    if (!takesNoEnd(options) || plan.startMs >= plan.endMs) return planWindows(request);
    const window = planOneWindow(request, nowMs);
    if (window === undefined) throw tooLong(options);
    return [window];
  }

  private answer(
    asker: HistoryAsker,
    { askEndMs, duration }: HistoryWindow,
    before: Parameters<HistoryAsker["ask"]>[2],
  ): Promise<HistoricalBar[]> {
    const request = this.requestOf(
      duration,
      askEndMs === undefined ? undefined : Math.min(askEndMs, asker.nowMs),
    );
    return asker.ask(
      pacedRequest(request),
      (call) =>
        asker.source.lookups.history(request, call).catch((error: unknown) => {
          if (isEmptyAnswer(error)) return [];
          throw error;
        }),
      before,
    );
  }

  private requestOf(duration: string, endMs: number | undefined): HistoryRequest {
    const { contract, size, whatToShow, regularHoursOnly } = this.options;
    return {
      ...{ contract, duration, barSize: size.name, whatToShow, regularHoursOnly },
      ...(endMs !== undefined && { endDateTime: formatIBTime(endMs) }),
    };
  }

  private tell(
    done: Pick<HistoryProgress, "windows" | "bars" | "untilMs">,
    windows: readonly unknown[],
    answered: number,
    startedMs: number,
  ): void {
    const left = windows.length - answered;
    const { pacer } = this;
    const spentMs = pacer.clock.now() - startedMs;
    const byAnswersMs = answered === 0 ? 0 : (spentMs / answered) * left;
    const byRulesMs = pacer.forecastMs(left, pacedRequest(this.requestOf("", undefined)));
    this.progress = {
      ...done,
      totalWindows: done.windows + left,
      etaMs: left === 0 ? 0 : Math.round(Math.max(byAnswersMs, byRulesMs)),
    };
    this.emitter.emit("progress", this.progress);
  }
}

/** Ends with another one. @returns takes the listener away again */
function followed(signal: AbortSignal | undefined, ending: AbortController): () => void {
  const onAbort = () => ending.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  return () => signal?.removeEventListener("abort", onAbort);
}

function headOf({ contract, size, whatToShow, regularHoursOnly, range }: ResolvedHistoryOptions) {
  return { contract, barSize: size.name, whatToShow, regularHoursOnly, range };
}
