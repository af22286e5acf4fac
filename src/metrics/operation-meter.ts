import { CHANNELS } from "./channels.js";
import { errorLabel } from "./error-label.js";
import { type HistogramReader, HistogramRecorder, type HistogramSnapshot } from "./histogram.js";

/** What became of the calls of one operation. */
export interface OperationStats {
  /** Calls that have ended, those that failed included. */
  readonly calls: number;
  /** Calls of which the promise has not settled. */
  readonly active: number;
  /** Calls that threw or rejected, by the error's code; `aborted` by the caller's signal; `other`. */
  readonly errors: Readonly<Record<string, number>>;
  /** From the call to its end, in ns. */
  readonly latency: HistogramSnapshot;
}

/** One operation, as it is at the moment. */
export interface MeteredOperation {
  readonly active: number;
  readonly errors: ReadonlyMap<string, number>;
  readonly latency: HistogramReader;
}

interface Entry {
  active: number;
  readonly errors: Map<string, number>;
  readonly latency: HistogramRecorder;
}

const NANOS_PER_MS = 1e6;

/** Who calls what, how long it takes, and what goes wrong: one for each client. */
export class OperationMeter {
  /** Whose calls they are, for subscribers of `ibkr:operation`. */
  owner: unknown;
  /** Hears of each call that has ended; `failed`: it threw or rejected with `error`. Undefined: nobody does. */
  ended: ((operation: string, durationMs: number, failed: boolean, error: unknown) => void) | undefined;
  private readonly entries = new Map<string, Entry>();

  /** Calls it; of a promise the end counts. Whatever it returns or throws is passed on as it is. */
  measure<T>(operation: string, call: () => T): T {
    const entry = this.entry(operation);
    const begunMs = performance.now();
    entry.active++;
    let result: T;
    try {
      result = call();
    } catch (error) {
      this.end(operation, entry, begunMs, true, error);
      throw error;
    }
    if (isPromise(result)) {
      result.then(
        () => this.end(operation, entry, begunMs, false, undefined),
        (error: unknown) => this.end(operation, entry, begunMs, true, error),
      );
    } else {
      this.end(operation, entry, begunMs, false, undefined);
    }
    return result;
  }

  stats(): Readonly<Record<string, OperationStats>> {
    return Object.fromEntries(
      [...this.entries].map(([name, { active, errors, latency }]) => [
        name,
        { calls: latency.count, active, errors: Object.fromEntries(errors), latency: latency.snapshot() },
      ]),
    );
  }

  /** Each operation that was called; the latency is in ns. */
  all(): Iterable<readonly [name: string, MeteredOperation]> {
    return this.entries;
  }

  private entry(operation: string): Entry {
    let entry = this.entries.get(operation);
    if (entry === undefined) {
      entry = { active: 0, errors: new Map(), latency: new HistogramRecorder() };
      this.entries.set(operation, entry);
    }
    return entry;
  }

  private end(operation: string, entry: Entry, begunMs: number, failed: boolean, error: unknown): void {
    const durationMs = performance.now() - begunMs;
    entry.active--;
    entry.latency.record(durationMs * NANOS_PER_MS);
    if (failed) {
      const label = errorLabel(error);
      entry.errors.set(label, (entry.errors.get(label) ?? 0) + 1);
    }
    this.ended?.(operation, durationMs, failed, error);
    if (CHANNELS.operation.hasSubscribers)
      CHANNELS.operation.publish({ client: this.owner, operation, durationMs, error });
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Has calls of these methods measured, in every object of the class.
 * @param group stands before the name and a dot; empty: nothing does
 * @param meterOf finds the meter of an object; undefined: its calls are not measured
 */
export function measured<T extends object>(
  prototype: T,
  group: string,
  names: readonly (keyof T & string)[],
  meterOf: (object: T) => Pick<OperationMeter, "measure"> | undefined,
): void {
  for (const name of names) {
    const operation = group === "" ? name : `${group}.${name}`;
    const { value: method, ...rest } = Object.getOwnPropertyDescriptor(prototype, name) as {
      readonly value: Method;
    };
    const wrapped = function (this: T, ...args: unknown[]): unknown {
      const meter = meterOf(this);
      return meter === undefined
        ? method.apply(this, args)
        : meter.measure(operation, () => method.apply(this, args));
    };
    Object.defineProperty(wrapped, "name", { value: name });
    Object.defineProperty(wrapped, "length", { value: method.length });
    Object.defineProperty(prototype, name, { ...rest, value: wrapped });
  }
}
