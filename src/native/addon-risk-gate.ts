/**
 * The addon's class: the risk gate of one session, which outlives its connections (native/addon/risk_object.hpp).
 * Gates of one name share their book, in all threads of the process. What is given in a `Float64Array` lies there as the
 * comment says, in this order.
 */
export interface AddonRiskGate {
  /** Before a connection: whose orders these are, of all that share the book. */
  setClient(client: string): void;
  /** @returns 1 for the first of those that share the book: it gives the limits */
  setUp(): number;
  /** @param limits `RISK_LIMIT_COUNT` doubles, as `RISK_LIMITS` and `RISK_SCOPE_LIMITS` number them */
  setLimits(limits: Float64Array): void;
  limits(out: Float64Array): void;
  /** @param kind one of `RISK_SCOPE_…` @param listing one of `RISK_LISTING_…` @returns its number; -1: no room */
  setScope(kind: number, name: string, limits: Float64Array, isPaper: boolean, listing: number): number;
  scopeName(scope: number): string;
  /** Once: the exchanges that have a bit of their own, from 1 on. */
  listExchanges(names: readonly string[]): void;
  /** @param facts `RISK_FACTS_COUNT` doubles @returns its number; -1: no room, or numbers that are none */
  setInstrument(conId: number, facts: Float64Array): number;
  /** What an order without a contract id says of it. @param texts ten @returns 0: no room, or it is another's */
  addAlias(conId: number, texts: readonly string[], strike: number): number;
  /** @param slot of the session's quote board; -1: none */
  setQuoteSlot(instrument: number, slot: number): void;
  /** Once: of each instrument bid, ask, last, and when (CLOCK_MONOTONIC in µs). */
  setPlainQuotes(quotes: Float64Array): void;
  mark(conId: number, price: number): void;
  /** Values every instrument that has a quote. */
  markAll(): void;
  /** @returns 0: the book does not know the instrument or the account */
  setPosition(conId: number, account: string, quantity: number, averagePrice: number): number;
  setAccountValues(scope: number, equity: number, availableFunds: number, timeMs: number): void;
  /** Bits of `RISK_GUARD_…`. */
  setGuard(bits: number): void;
  setServerVersion(version: number): void;
  /** Orders that are sent from now on in this thread flatten, and pass the stop. */
  setFlattening(on: boolean): void;

  /** @param numbers side (0 buys), quantity, price, fee, now in ms @returns one of `RISK_TAKE_…` */
  execute(
    orderId: number,
    conId: number,
    account: string,
    orderRef: string,
    execId: string,
    numbers: Float64Array,
  ): number;
  /** @param numbers as above, and side, quantity and price of what it replaces */
  correct(
    orderId: number,
    conId: number,
    account: string,
    orderRef: string,
    execId: string,
    numbers: Float64Array,
  ): number;
  /** The fee alone. */
  charge(
    orderId: number,
    conId: number,
    account: string,
    orderRef: string,
    execId: string,
    numbers: Float64Array,
  ): void;
  /** @param numbers order id, side, quantity, filled, limit price, auxiliary price; NaN: none @returns 0: not counted, all is halted */
  adopt(
    conId: number,
    account: string,
    orderRef: string,
    orderType: string,
    timeInForce: string,
    numbers: Float64Array,
  ): number;
  confirmChange(orderId: number, quantity: number, limitPrice: number): void;
  settleChange(orderId: number, isAccepted: boolean): void;
  finish(orderId: number, filled: number): void;
  release(orderId: number, isUnsent: boolean): void;
  /** Numbers of this session's working orders, as many as fit. @returns how many there are */
  working(out: Float64Array): number;

  /** @param kind one of `RISK_UNIT_…` @returns the code that denies; 0: all of them may leave */
  judgeUnit(payloads: readonly (string | Uint8Array)[], kind: number): number;
  withdrawApproved(orderId: number): void;

  /** @returns 0: somebody is still on the way */
  stop(reason: string): number;
  /** @returns 0: the latch file that is watched is there, and nothing has changed */
  resume(): number;
  /** Undefined: it is not stopped. */
  stopReason(): string | undefined;
  setState(scope: number, state: number): void;
  /** When days end, for all of this name. @returns what the first of them said */
  dayEnds(boundary: string): string;
  /** A day has begun then, ms since 1970; told by several it is one. @returns 1: one before it is over, and its counts are gone */
  beginDay(startMs: number): number;
  /** @param out `RISK_SNAPSHOT_COUNT` doubles */
  snapshot(scope: number, out: Float64Array): void;
  /** @param out position, working purchases, working sales, orders */
  line(scope: number, conId: number, out: Float64Array): void;
  /** Of the newest order of this thread. @param out `RISK_DECISION_COUNT` doubles */
  lastDecision(out: Float64Array): void;
  /** Decisions one behind the other, as many as fit. @returns how many */
  drain(out: Float64Array): number;

  /** @param out `RISK_DAY_COUNT` doubles: state, cause, orders, trades, volume, realised, profit, highest profit */
  day(scope: number, out: Float64Array): void;
  /** The stricter of what was counted and this; a profit of NaN stays as it is. @returns 0: there is no such scope */
  restoreDay(scope: number, from: Float64Array): number;
  rememberExecution(execId: string, nowMs: number): void;
  /**
   * Stops where the file comes, on a thread of its own: see native/core/risk/latch_watcher.hpp.
   * @param path empty: not any more
   * @returns 0, or the system's number of the error: nothing is watched
   */
  watchLatch(path: string): number;
  /** The program says so again within as many ms, or is stopped where a latch is watched; 0: it need not. */
  alive(timeoutMs: number): void;
}
