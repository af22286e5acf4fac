import { versionOf } from "../domain/execution-version.js";
import type { Contract, ExecutionDetail, Order, OrderState, Position } from "../domain/stock-types.js";
import { parseDateTime } from "../time/ib-date-time.js";
import { signedShares } from "./held-positions.js";
import { roundedQuantity } from "./order-fills.js";
import { parseOrderRef } from "./order-ref.js";

/** An order as this side remembers it, from tickets or from the journal. */
export interface RememberedOrder {
  readonly orderId: number;
  readonly clientId: number;
  readonly orderRef: string;
  /** 0 where the gateway had not named it. */
  readonly permId: number;
  readonly contract: Contract;
  readonly order: Order;
  /** Milliseconds since 1970: when it was, or may have been, sent. */
  readonly sentMs: number;
  /** No byte of it left: nothing at the gateway can be it. */
  readonly isUnsent?: boolean;
}

/** What this side remembers from before the connect. */
export interface Remembered {
  readonly orders: readonly RememberedOrder[];
  /** `execId` of all that was delivered. */
  readonly executions: readonly string[];
  /** What was delivered of an execution, by any of its `execId`s: what a correction of it changes. */
  readonly newestOf?: (execId: string) => ExecutionDetail | undefined;
  /** What was held before the executions that are new; left out: positions are not compared. */
  readonly positions?: readonly Position[];
}

/** An order as the gateway has it; completed ones have no number of a client. */
export interface GatewayOrder {
  readonly orderId?: number;
  readonly contract: Contract;
  readonly order: Order;
  readonly orderState: OrderState;
}

/** What the gateway says after a connect. */
export interface GatewayTruth {
  /** Working orders of all clients. */
  readonly open: readonly GatewayOrder[];
  readonly completed: readonly GatewayOrder[];
  readonly executions: readonly ExecutionDetail[];
  readonly positions?: readonly Position[];
}

/** A position that the executions do not explain: one is missing, or it was changed by a transfer, a dividend, an exercise. */
export interface PositionDifference {
  readonly account: string;
  readonly contract: Contract;
  readonly expected: number;
  readonly actual: number;
}

/** How an order was known again, the surest first. */
export const MATCHES = ["permId", "orderRef", "shape"] as const;
export type MatchedBy = (typeof MATCHES)[number];

export interface Matched {
  readonly remembered: RememberedOrder;
  /** Undefined where only executions know of it. */
  readonly gateway: GatewayOrder | undefined;
  readonly isCompleted: boolean;
  readonly by: MatchedBy;
}

/** `tws`: placed by hand. `client`: another client id of this login. `other-login`: another username. `earlier`: made by this package, but not remembered. */
export type ForeignKind = "tws" | "client" | "other-login" | "earlier";

export interface Foreign {
  readonly gateway: GatewayOrder;
  readonly kind: ForeignKind;
}

export interface Reconciliation {
  readonly matched: readonly Matched[];
  /** Remembered, and nothing at the gateway explains them: shown, never sent again. */
  readonly unknown: readonly RememberedOrder[];
  readonly foreign: readonly Foreign[];
  /** Not delivered before, in the gateway's order, each in its newest version. */
  readonly newExecutions: readonly ExecutionDetail[];
  /** Newer versions of what was delivered. */
  readonly corrections: readonly ExecutionDetail[];
  readonly positionDifferences: readonly PositionDifference[];
}

export interface ReconcileOptions {
  readonly clientId: number;
  /** The login's name, where it is known: orders of others are told apart by their `submitter`. */
  readonly username?: string;
  /** How far the two clocks may differ where an order is known by its shape: milliseconds. Default 60,000. */
  readonly clockToleranceMs?: number;
  /** When the gateway knew of an order already, in milliseconds since 1970; undefined where that cannot be told. Default {@link timeOfOrder}. */
  readonly timeOf?: (order: GatewayOrder, executions: readonly ExecutionDetail[]) => number | undefined;
}

const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Compares what this side remembers with what the gateway says, and decides nothing: a pure function. An order is known
 * by its permId, else by its orderRef, else by contract, side, quantity, price and time, and by the latter only where
 * exactly one fits: two that look the same are told apart by nothing.
 */
export function reconcile(
  remembered: Remembered,
  truth: GatewayTruth,
  options: ReconcileOptions,
): Reconciliation {
  const gateway = [
    ...truth.open.map((order) => ({ order, isCompleted: false })),
    ...truth.completed.map((order) => ({ order, isCompleted: true })),
  ];
  const free = new Set(withoutRepeats(gateway));
  const left = new Set(remembered.orders.filter(({ isUnsent }) => isUnsent !== true));
  const matched: Matched[] = [];
  const match = (mine: RememberedOrder, theirs: Candidate | undefined, by: MatchedBy) => {
    left.delete(mine);
    if (theirs !== undefined) free.delete(theirs);
    const { order, isCompleted = false } = theirs ?? {};
    matched.push({ remembered: mine, gateway: order, isCompleted, by });
  };

  const byPermId = index(free, ({ order }) => permIdOf(order));
  for (const mine of [...left]) {
    const theirs = mine.permId > 0 ? byPermId.get(mine.permId) : undefined;
    if (theirs !== undefined && free.has(theirs)) match(mine, theirs, "permId");
  }
  const byRef = named(free, left, options);
  for (const mine of [...left]) {
    const theirs = byRef.get(mine);
    if (theirs !== undefined && free.has(theirs)) match(mine, theirs, "orderRef");
  }
  // Filled and gone from the lists: its executions are left.
  const executed = new Set(truth.executions.map(({ execution }) => execution.permId ?? 0));
  const executedRefs = new Set(truth.executions.map(({ execution }) => execution.orderRef ?? ""));
  for (const mine of [...left]) {
    if (mine.permId > 0 && executed.has(mine.permId)) match(mine, undefined, "permId");
    else if (executedRefs.has(mine.orderRef) && truth.executions.some((detail) => isOf(detail, mine)))
      match(mine, undefined, "orderRef");
  }
  matchShapes([...left], [...free], truth.executions, options, match);

  const executions = executionsOf(remembered.executions, truth.executions);
  return {
    matched,
    unknown: [...left],
    foreign: [...free].map(({ order }) => ({ gateway: order, kind: foreignKindOf(order.order, options) })),
    ...executions,
    positionDifferences: differencesOf(remembered, truth.positions, [
      ...executions.newExecutions,
      ...executions.corrections,
    ]),
  };
}

interface Candidate {
  readonly order: GatewayOrder;
  readonly isCompleted: boolean;
}

/** An order may be in both lists where it ended between the two answers: its end counts. */
function withoutRepeats(candidates: readonly Candidate[]): readonly Candidate[] {
  const known = new Map<unknown, Candidate>();
  for (const candidate of candidates) known.set(permIdOf(candidate.order) ?? candidate, candidate);
  return [...known.values()];
}

function permIdOf({ order }: GatewayOrder): number | undefined {
  return order.permId !== undefined && order.permId > 0 ? order.permId : undefined;
}

function index<K>(
  candidates: Iterable<Candidate>,
  keyOf: (c: Candidate) => K | undefined,
): ReadonlyMap<K, Candidate> {
  const found = new Map<K, Candidate>();
  for (const candidate of candidates) {
    const key = keyOf(candidate);
    if (key !== undefined) found.set(key, candidate);
  }
  return found;
}

/**
 * Orders by their orderRef. One that this package made is of one order. One that the program chose may be of many, also of
 * other clients and other days: there the rest has to fit as well, and of several exactly one.
 */
function named(
  free: ReadonlySet<Candidate>,
  mine: ReadonlySet<RememberedOrder>,
  options: ReconcileOptions,
): ReadonlyMap<RememberedOrder, Candidate> {
  const byRef = new Map<string, { mine: RememberedOrder[]; theirs: Candidate[] }>();
  for (const m of mine) {
    if (m.orderRef === "") continue;
    const known = byRef.get(m.orderRef);
    if (known === undefined) byRef.set(m.orderRef, { mine: [m], theirs: [] });
    else known.mine.push(m);
  }
  for (const candidate of free) byRef.get(candidate.order.order.orderRef ?? "")?.theirs.push(candidate);
  const found = new Map<RememberedOrder, Candidate>();
  for (const [orderRef, group] of byRef) {
    const [m] = group.mine as [RememberedOrder];
    const [only] = group.theirs;
    if (only === undefined) continue;
    const isUnique = group.mine.length === 1 && group.theirs.length === 1;
    if (isUnique && parseOrderRef(orderRef) !== undefined) found.set(m, only);
    else
      pair(
        group.mine,
        group.theirs,
        (m, t) => looksLike(m, t, options),
        (m, t) => found.set(m, t),
      );
  }
  return found;
}

/** An execution names its order, and says which client's and which number it was: a name may be of several. */
function isOf({ execution }: ExecutionDetail, { orderRef, orderId, clientId }: RememberedOrder): boolean {
  if (orderRef === "" || execution.orderRef !== orderRef) return false;
  if (parseOrderRef(orderRef) !== undefined) return true;
  return execution.orderId === orderId && execution.clientId === clientId;
}

/** Those that fit one another, and nothing else. */
function pair(
  mine: readonly RememberedOrder[],
  theirs: readonly Candidate[],
  fits: (m: RememberedOrder, t: Candidate) => boolean,
  match: (m: RememberedOrder, t: Candidate) => void,
): void {
  const pairs = mine.map((m) => ({ m, fitting: theirs.filter((t) => fits(m, t)) }));
  for (const { m, fitting } of pairs) {
    const [only, ...others] = fitting;
    if (only === undefined || others.length > 0) continue;
    const rivals = pairs.filter(({ fitting: f }) => f.includes(only));
    if (rivals.length === 1) match(m, only);
  }
}

/**
 * By its first execution, else by its end: it was there at that time, so that one which is sent later is another. Working
 * orders without an execution have no time.
 */
export function timeOfOrder(
  { order, orderState }: GatewayOrder,
  executions: readonly ExecutionDetail[],
): number | undefined {
  const { permId } = order;
  const times = executions
    .filter(({ execution }) => permId !== undefined && permId > 0 && execution.permId === permId)
    .map(({ execution }) => execution.time ?? "");
  const { completedTime = "" } = orderState as { completedTime?: string };
  const seconds = [...times, completedTime]
    .map((time) => parseDateTime(time, IB_ZONE))
    .filter((time) => time !== undefined);
  return seconds.length === 0 ? undefined : Math.min(...seconds) * 1000;
}

/** Of times without one, as older gateways write them. */
const IB_ZONE = "US/Eastern";
/** Where both sides say who and which number it was these agree; and so do instrument and shape. */
function looksLike(
  m: RememberedOrder,
  { order: t, isCompleted }: Candidate,
  { clientId }: ReconcileOptions,
): boolean {
  const { clientId: theirs } = t.order;
  // Completed orders have neither a client nor a number.
  if (theirs !== undefined && theirs !== clientId && !(isCompleted && theirs === 0)) return false;
  if (t.orderId !== undefined && t.orderId > 0 && t.orderId !== m.orderId) return false;
  return isSameInstrument(m.contract, t.contract) && shapeOf(m.order) === shapeOf(t.order);
}

/** Only of orders without a name of their own: one with another orderRef is another order. */
function matchShapes(
  mine: readonly RememberedOrder[],
  theirs: readonly Candidate[],
  executions: readonly ExecutionDetail[],
  options: ReconcileOptions,
  match: (mine: RememberedOrder, theirs: Candidate, by: MatchedBy) => void,
): void {
  const { clockToleranceMs = CLOCK_TOLERANCE_MS, timeOf = timeOfOrder } = options;
  const fits = (m: RememberedOrder, candidate: Candidate): boolean => {
    const { order: t } = candidate;
    if (m.permId > 0 || (t.order.orderRef ?? "") !== "") return false;
    if (!looksLike(m, candidate, options)) return false;
    const time = timeOf(t, executions);
    return time === undefined || time >= m.sentMs - clockToleranceMs;
  };
  pair(mine, theirs, fits, (m, t) => match(m, t, "shape"));
}

/** The gateway fills in what was left out: its id, the local symbol, an exchange. */
function isSameInstrument(mine: Contract, theirs: Contract): boolean {
  if ((mine.conId ?? 0) > 0 && (theirs.conId ?? 0) > 0) return mine.conId === theirs.conId;
  return INSTRUMENT.every((name) => {
    const a = mine[name] || undefined;
    return a === undefined || a === theirs[name];
  });
}

const INSTRUMENT = [
  "symbol",
  "secType",
  "currency",
  "lastTradeDateOrContractMonth",
  "strike",
  "right",
  "localSymbol",
] as const satisfies readonly (keyof Contract)[];

function shapeOf(order: Order): string {
  const { action, orderType, totalQuantity = 0, filledQuantity = 0, lmtPrice, auxPrice } = order;
  // Of an order that is filled the list of completed ones says this only.
  const quantity = Number(totalQuantity) || filledQuantity;
  return [action, quantity, orderType, lmtPrice || 0, auxPrice || 0].join(" ");
}

/** Whose an order is that is not remembered. */
export function foreignKindOf(
  order: Order,
  { clientId, username }: Pick<ReconcileOptions, "clientId" | "username">,
): ForeignKind {
  const { submitter } = order as { submitter?: string };
  if (username !== undefined && submitter !== undefined && submitter !== "" && submitter !== username)
    return "other-login";
  if (order.clientId !== undefined && order.clientId > 0 && order.clientId !== clientId) return "client";
  if (parseOrderRef(order.orderRef) !== undefined || (order.clientId === clientId && clientId > 0))
    return "earlier";
  return "tws";
}

function executionsOf(
  delivered: readonly string[],
  executions: readonly ExecutionDetail[],
): Pick<Reconciliation, "newExecutions" | "corrections"> {
  const known = new Map<string, number>();
  for (const execId of delivered) {
    const { base, version } = versionOf(execId);
    known.set(base, Math.max(version, known.get(base) ?? 0));
  }
  const newest = new Map<string, ExecutionDetail>();
  for (const detail of executions) {
    const { base, version } = versionOf(detail.execution.execId ?? "");
    const other = newest.get(base);
    if (other === undefined || versionOf(other.execution.execId ?? "").version < version)
      newest.set(base, detail);
  }
  const newExecutions: ExecutionDetail[] = [];
  const corrections: ExecutionDetail[] = [];
  for (const [base, detail] of newest) {
    const before = known.get(base);
    if (before === undefined) newExecutions.push(detail);
    else if (versionOf(detail.execution.execId ?? "").version > before) corrections.push(detail);
  }
  return { newExecutions, corrections };
}

function differencesOf(
  { positions: before, newestOf }: Remembered,
  after: readonly Position[] | undefined,
  executions: readonly ExecutionDetail[],
): PositionDifference[] {
  if (before === undefined || after === undefined) return [];
  const held = new Map<string, { account: string; contract: Contract; expected: number; actual: number }>();
  const entry = (account: string, contract: Contract) => {
    const key = `${account} ${contract.conId}`;
    const known = held.get(key) ?? { account, contract, expected: 0, actual: 0 };
    held.set(key, known);
    return known;
  };
  for (const { account, contract, pos } of before) entry(account, contract).expected += pos ?? 0;
  for (const { account, contract, pos } of after) entry(account, contract).actual += pos ?? 0;
  for (const detail of executions) {
    const { contract, execution } = detail;
    // A combination is held as its legs, which have executions of their own.
    if (contract.secType === "BAG") continue;
    const { acctNumber = "" } = execution;
    entry(acctNumber, contract).expected += signedShares(detail);
    const earlier = newestOf?.(execution.execId ?? "");
    if (earlier !== undefined) entry(acctNumber, contract).expected -= signedShares(earlier);
  }
  return [...held.values()].filter(
    ({ expected, actual }) => roundedQuantity(expected) !== roundedQuantity(actual),
  );
}
