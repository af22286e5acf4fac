import { EventName, type IBApi } from "../../src/index.js";

/** Listens to an event that stock's types have no overload for. */
export function listen(ib: IBApi, event: EventName, listener: (...args: unknown[]) => void): void {
  (ib as unknown as { on(e: string, l: (...a: unknown[]) => void): void }).on(event, listener);
}

/** Waits for one event of an emitter and resolves with its arguments. */
export function once(ib: IBApi, event: EventName): Promise<unknown[]> {
  return new Promise((resolve) => {
    (ib as unknown as { once(e: string, l: (...a: unknown[]) => void): void }).once(event, (...args) =>
      resolve(args),
    );
  });
}

/** Connects and resolves when nextValidId has arrived. */
export async function ready(ib: IBApi): Promise<IBApi> {
  const id = once(ib, EventName.nextValidId);
  ib.connect();
  await id;
  return ib;
}

/** Every event from now on, as [name, ...arguments]. */
export function record(ib: IBApi, except: readonly string[] = []): unknown[][] {
  const events: unknown[][] = [];
  listen(ib, EventName.all, (name, args) => {
    if (!except.includes(name as string)) events.push([name, ...(args as unknown[])]);
  });
  return events;
}

/** One turn of the event loop. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
