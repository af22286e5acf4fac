import { EventName } from "@stoqey/ib";
import { withResolvers } from "../../broker/abandonable.js";
import type { Requests } from "./requests.js";

interface Asker {
  resolve(timeMs: number): void;
  reject(error: unknown): void;
}

/**
 * The gateway's time, for each who asks an answer of his own: a gateway answers in the order in which it is asked, so
 * that whatever was sent before has been looked at by then.
 */
export class ServerClock {
  private readonly askers: Asker[] = [];
  private leave: (() => void) | undefined;

  constructor(private readonly requests: Requests) {}

  /** @returns milliseconds since 1970, whole seconds */
  ask(): Promise<number> {
    const { promise, resolve, reject } = withResolvers<number>();
    const asker = { resolve, reject };
    this.askers.push(asker);
    this.leave ??= this.requests.listen({
      take: (name, args) => {
        if (name === EventName.currentTime) this.next((first) => first.resolve((args[0] as number) * 1000));
      },
      fail: (error) => {
        while (this.askers.length > 0) this.next((first) => first.reject(error));
      },
    });
    const fail = (error: unknown) => {
      this.remove(asker);
      reject(error);
    };
    this.requests.send("reqCurrentTime", [], { take: () => {}, fail });
    return promise;
  }

  private next(settle: (first: Asker) => void): void {
    const [first] = this.askers;
    if (first === undefined) return;
    this.remove(first);
    settle(first);
  }

  private remove(asker: Asker): void {
    const at = this.askers.indexOf(asker);
    if (at >= 0) this.askers.splice(at, 1);
    if (this.askers.length > 0) return;
    this.leave?.();
    this.leave = undefined;
  }
}
