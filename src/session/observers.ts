import type { EventName } from "@stoqey/ib";
import type { NativeEventName } from "../dialect/extensions/index.js";
import { Delivery } from "../domain/delivery.js";
import type { RecordHandler } from "../native/pump.js";
import { type Interest, NO_INTEREST, type SessionObserver } from "./observer.js";

/** The observers of one session, and what they want together. */
export class Observers {
  /** Of all of them. */
  interest: Required<Interest> = NO_INTEREST;
  private all: readonly SessionObserver[] = [];

  constructor(private readonly changed: () => void) {}

  /** @returns a function that takes the observer away again */
  attach(observer: SessionObserver): () => void {
    this.all = [...this.all, observer];
    this.look();
    return () => {
      this.all = this.all.filter((other) => other !== observer);
      this.look();
    };
  }

  /** To be called when the interest of an observer has changed. */
  look(): void {
    let kinds = 0;
    let received = false;
    let sent = false;
    let frames = false;
    for (const { interest } of this.all) {
      kinds |= interest.kinds;
      received ||= interest.received;
      sent ||= interest.sent;
      frames ||= interest.frames === true;
    }
    this.interest = { kinds, received, sent, frames };
    this.changed();
  }

  event(name: EventName | NativeEventName, args: readonly unknown[]): void {
    const { all } = this;
    if (all.length === 1) all[0].event(name, ...args);
    else rethrowing(all, (observer) => observer.event(name, ...args));
  }

  /** An order, or a change of one, is on its way by the general path. */
  orderLeft(id: number): void {
    for (const observer of this.all) observer.orderLeft?.(id);
  }

  /** A frame has come, or has left. */
  frame(way: "in" | "out", payload: string | Uint8Array): void {
    for (const observer of this.all) observer.frame?.(way, payload);
  }

  armedLeft(id: number): void {
    for (const observer of this.all) observer.armedLeft?.(id);
  }

  /** Tells those who want its kind of a hot message. Another function after each change of the observers. */
  get hot(): RecordHandler | undefined {
    const { all } = this;
    if (all.length === 0) return undefined;
    if (all.length === 1) return (record) => all[0].hot(record);
    return (record) =>
      rethrowing(all, (observer) => {
        if (((observer.interest.kinds >>> record.kind) & 1) !== 0) observer.hot(record);
      });
  }
}

/** Every observer hears of it, then what the last one threw goes on. */
function rethrowing(observers: readonly SessionObserver[], tell: (observer: SessionObserver) => void): void {
  let delivery: Delivery | undefined;
  for (const observer of observers) {
    try {
      tell(observer);
    } catch (error) {
      delivery ??= new Delivery();
      delivery.failed(error);
    }
  }
  delivery?.end();
}
