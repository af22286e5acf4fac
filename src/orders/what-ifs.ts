import type { CallOptions } from "../broker/call-options.js";
import { gatewayCodeEffect } from "../domain/gateway-codes.js";
import type { IBKRError } from "../domain/ibkr-error.js";
import { IBKRError as OwnError } from "../domain/ibkr-error.js";
import type { OpenOrder, OrderState } from "../domain/stock-types.js";
import type { Clock } from "../time/clock.js";
import { type Answer, Waiters } from "./waiters.js";

/** Answers come late, or twice: so many of the newest questions are known as such when nobody waits any more. */
const MOST_PAST = 1_000;

/** Orders that are only asked about: margin and commission, by their number. */
export class WhatIfs {
  private readonly waiters: Waiters;
  private readonly answers = new Map<number, Answer<OrderState>>();
  private readonly past = new Set<number>();

  constructor(clock: Clock) {
    this.waiters = new Waiters(clock);
  }

  ask(orderId: number, options: CallOptions): Promise<OrderState> {
    this.answers.set(orderId, undefined);
    const look = () => this.answers.get(orderId);
    const late = (timeoutMs: number) =>
      new OwnError("ERR_IBKR_TIMEOUT", `no answer to what-if order ${orderId} within ${timeoutMs} ms`);
    return this.waiters.wait(look, options, late).finally(() => this.over(orderId));
  }

  private over(orderId: number): void {
    this.answers.delete(orderId);
    this.past.add(orderId);
    if (this.past.size > MOST_PAST) this.past.delete(this.past.values().next().value as number);
  }

  /** @returns whether it is about one of these */
  onOpenOrder({ orderId, orderState }: OpenOrder): boolean {
    return this.settle(orderId, { value: orderState });
  }

  onError(orderId: number, error: IBKRError): boolean {
    if (error.gatewayCode !== undefined && gatewayCodeEffect(error.gatewayCode) === "notice")
      return this.answers.has(orderId) || this.past.has(orderId);
    return this.settle(orderId, { error });
  }

  failAll(error: IBKRError): void {
    for (const orderId of [...this.answers.keys()]) this.settle(orderId, { error });
  }

  private settle(orderId: number, answer: Answer<OrderState>): boolean {
    if (!this.answers.has(orderId)) return this.past.has(orderId);
    this.answers.set(orderId, this.answers.get(orderId) ?? answer);
    this.waiters.look();
    return true;
  }
}
