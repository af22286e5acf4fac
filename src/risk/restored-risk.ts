import { versionOf } from "../domain/execution-version.js";
import { ExecutionIds } from "./execution-ids.js";
import type { RiskDay } from "./risk-day.js";
import {
  type RiskStateName,
  type SavedPosition,
  type SavedReservation,
  type SavedRisk,
  type ScopeDay,
  type StopRecord,
  stricterState,
} from "./saved-risk.js";

/*
 * What a gate begins with: what was saved, what the orders' journal has, and what the gateway says, the stricter of them in
 * each respect. A pure function.
 */

/** An order whose bytes may have left, as the journal has it. */
export interface LeftOrder {
  /** As in {@link SavedReservation}. */
  readonly key: string;
  readonly account: string;
  /** Empty: of none. */
  readonly strategy: string;
  readonly conId: number;
  readonly side: "BUY" | "SELL";
  readonly quantity: number;
  readonly price?: number | undefined;
  /** Milliseconds since 1970. */
  readonly sentMs: number;
  /** Filled, cancelled, rejected, or known not to have left as a whole. */
  readonly isOver: boolean;
}

/** An execution, whoever tells of it. */
export interface ToldExecution {
  readonly execId: string;
  /** Of its order, where that is known. */
  readonly key?: string | undefined;
  readonly account: string;
  readonly strategy: string;
  readonly conId: number;
  readonly side: "BUY" | "SELL";
  readonly quantity: number;
  /** Realised, commissions taken off, in the base currency; undefined: not told yet. */
  readonly profit?: number | undefined;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
}

/** What the journal of orders has, written before any of their bytes left. */
export interface JournalRisk {
  readonly orders: readonly LeftOrder[];
  readonly executions: readonly ToldExecution[];
}

/** The whole answer of a gateway: an order or a position that is not in it is not there. */
export interface GatewayRisk {
  readonly openOrders: readonly SavedReservation[];
  /** Keys of orders that it says are over. */
  readonly endedOrders: readonly string[];
  readonly executions: readonly ToldExecution[];
  readonly positions: readonly SavedPosition[];
}

export interface RiskSources {
  /** That of now. */
  readonly day: RiskDay;
  readonly saved?: SavedRisk | undefined;
  readonly journal?: JournalRisk | undefined;
  /** Undefined before it has answered. */
  readonly gateway?: GatewayRisk | undefined;
}

/** A position between what we know of and what the gateway says. */
export interface RestoredPosition extends SavedPosition {
  /** The lower and the higher of both: a purchase is judged from the higher, a sale from the lower one. */
  readonly lowest: number;
  readonly highest: number;
  /** Whether both are the same. */
  readonly isExplained: boolean;
}

export interface RestoredReservation extends SavedReservation {
  /** Whether the gateway has it, or has not been asked. One that it does not know may still come up. */
  readonly isExplained: boolean;
}

export interface RestoredRisk {
  /** `profit` is the saved one: executions since are the book's to value, at their prices. */
  readonly scopes: readonly ScopeDay[];
  readonly stop: StopRecord | undefined;
  readonly positions: readonly RestoredPosition[];
  readonly reservations: readonly RestoredReservation[];
  /** Ids of the day's executions, of each the newest version. */
  readonly executions: readonly string[];
  /** Executions of the day whose profit nobody has told: realised losses may be higher. */
  readonly withoutProfit: number;
}

/** States that somebody has set, and no limit of the day. */
const BY_HAND: readonly (string | undefined)[] = ["HALTED", "REDUCING"];

export function restoreRisk(sources: RiskSources): RestoredRisk {
  const { day, saved } = sources;
  const executions = executionsOf(sources);
  const today = executions.filter(({ timeMs }) => timeMs >= day.startMs);
  const known = new Set(saved?.executions.map((id) => versionOf(id).base));
  // In nothing that was saved: positions and counts were, with all executions before its day.
  const news = executions.filter(
    ({ execId, timeMs }) =>
      saved === undefined || (timeMs >= saved.day.startMs && !known.has(versionOf(execId).base)),
  );
  return {
    scopes: scopesOf(sources, today, news),
    stop: saved?.stop,
    positions: positionsOf(sources, news),
    reservations: reservationsOf(sources, executions, news),
    executions: idsOf(sources, today),
    withoutProfit: today.filter(({ profit }) => profit === undefined).length,
  };
}

/** Each once, in its newest version. */
function executionsOf({ journal, gateway }: RiskSources): readonly ToldExecution[] {
  const newest = new Map<string, ToldExecution>();
  for (const told of [...(journal?.executions ?? []), ...(gateway?.executions ?? [])]) {
    const { base, version } = versionOf(told.execId);
    const known = newest.get(base);
    if (known !== undefined && versionOf(known.execId).version > version) continue;
    // What one source does not say the other may.
    newest.set(base, { ...told, profit: told.profit ?? known?.profit, key: told.key ?? known?.key });
  }
  return [...newest.values()];
}

/** Whether what was saved was counted in this day. One that was cut elsewhere counts as a whole. */
function isToday({ day, saved }: RiskSources): boolean {
  return saved !== undefined && (saved.savedMs >= day.startMs || saved.day.startMs >= day.startMs);
}

const isIn = (scope: string, { account, strategy }: { account: string; strategy: string }): boolean =>
  scope === "all" || scope === `account:${account}` || (strategy !== "" && scope === `strategy:${strategy}`);

function scopesOf(
  sources: RiskSources,
  today: readonly ToldExecution[],
  news: readonly ToldExecution[],
): ScopeDay[] {
  const { saved, journal, day } = sources;
  const unsaved = new Set(news);
  const left = (journal?.orders ?? []).filter(({ sentMs }) => sentMs >= day.startMs);
  const names = new Set(["all", ...(saved?.scopes ?? []).map(({ scope }) => scope)]);
  for (const { account, strategy } of [...left, ...today]) {
    names.add(`account:${account}`);
    if (strategy !== "") names.add(`strategy:${strategy}`);
  }
  return [...names].map((scope) => {
    const before = dayOf(scope, sources);
    const ours = left.filter((order) => isIn(scope, order));
    // What has left since it was saved; of the same millisecond as well: rather once too often.
    const since = isToday(sources) ? ours.filter(({ sentMs }) => sentMs >= saved!.savedMs) : ours;
    const told = today.filter((execution) => isIn(scope, execution));
    const fresh = told.filter((execution) => unsaved.has(execution));
    const executed = new Set(told.map(({ key, execId }) => key ?? execId));
    return {
      ...before,
      orders: Math.max(before.orders + since.length, ours.length, executed.size),
      trades: Math.max(before.trades + fresh.length, told.length),
      volume: Math.max(before.volume + volumeOf(fresh), volumeOf(told)),
      realized: realizedOf(sources, before.realized, told, fresh),
    };
  });
}

const volumeOf = (executions: readonly ToldExecution[]): number =>
  executions.reduce((sum, { quantity }) => sum + quantity, 0);
const profitOf = (executions: readonly ToldExecution[]): number =>
  executions.reduce((sum, { profit = 0 }) => sum + profit, 0);

/** All that was told is another sum of the same where it has all that was saved; else only what is new is added. */
function realizedOf(
  sources: RiskSources,
  before: number,
  told: readonly ToldExecution[],
  news: readonly ToldExecution[],
): number {
  const added = before + profitOf(news);
  if (!isToday(sources)) return added;
  const ids = new Set(told.map(({ execId }) => versionOf(execId).base));
  return sources.saved!.executions.every((id) => ids.has(versionOf(id).base))
    ? Math.min(added, profitOf(told))
    : added;
}

/** What was saved of a scope, as far as it is of this day. */
function dayOf(scope: string, sources: RiskSources): ScopeDay {
  const saved = sources.saved?.scopes.find((other) => other.scope === scope);
  const nothing: ScopeDay = {
    scope,
    state: "ACTIVE",
    orders: 0,
    trades: 0,
    volume: 0,
    realized: 0,
    profit: 0,
    highestProfit: 0,
  };
  if (saved === undefined) return nothing;
  if (isToday(sources)) return saved;
  return BY_HAND.includes(saved.cause) ? { ...nothing, state: saved.state, cause: saved.cause } : nothing;
}

const signed = ({ side, quantity }: ToldExecution): number => (side === "BUY" ? quantity : -quantity);

/** Smaller than any unit that is traded. */
const NOTHING = 1e-9;

function positionsOf({ saved, gateway }: RiskSources, news: readonly ToldExecution[]): RestoredPosition[] {
  const keyOf = ({ account, conId }: { account: string; conId: number }): string => `${conId} ${account}`;
  const expected = new Map<string, SavedPosition>((saved?.positions ?? []).map((at) => [keyOf(at), at]));
  if (saved !== undefined) {
    for (const execution of news) {
      const key = keyOf(execution);
      const known = expected.get(key) ?? {
        account: execution.account,
        conId: execution.conId,
        quantity: 0,
        averagePrice: 0,
      };
      expected.set(key, { ...known, quantity: known.quantity + signed(execution) });
    }
  }
  const told = new Map((gateway?.positions ?? []).map((position) => [keyOf(position), position]));
  return [...new Set([...expected.keys(), ...told.keys()])].map((key) => {
    const ours = expected.get(key);
    const known = told.get(key) ?? { ...ours!, quantity: gateway === undefined ? ours!.quantity : 0 };
    const other = saved === undefined ? known.quantity : (ours?.quantity ?? 0);
    return {
      ...known,
      mark: ours?.mark,
      lowest: Math.min(known.quantity, other),
      highest: Math.max(known.quantity, other),
      isExplained: Math.abs(known.quantity - other) < NOTHING,
    };
  });
}

function reservationsOf(
  { saved, journal, gateway }: RiskSources,
  executions: readonly ToldExecution[],
  news: readonly ToldExecution[],
): RestoredReservation[] {
  const executed = executedBy(executions);
  const executedSince = executedBy(news);
  const ended = new Set(gateway?.endedOrders);
  for (const { key, isOver } of journal?.orders ?? []) if (isOver) ended.add(key);
  const expected = new Map<string, SavedReservation>();
  const expect = (order: SavedReservation): void => {
    if (order.remaining > NOTHING && !ended.has(order.key))
      expected.set(order.key, worse(order, expected.get(order.key)));
  };
  for (const order of saved?.reservations ?? [])
    expect({ ...order, remaining: order.remaining - (executedSince.get(order.key) ?? 0) });
  for (const { key, account, conId, side, quantity, price } of journal?.orders ?? [])
    expect({ key, account, conId, side, price, remaining: quantity - (executed.get(key) ?? 0) });

  const open = new Map((gateway?.openOrders ?? []).map((order) => [order.key, order]));
  return [...new Set([...open.keys(), ...expected.keys()])].map((key) => {
    const told = open.get(key);
    const ours = expected.get(key);
    if (told === undefined) return { ...ours!, isExplained: gateway === undefined };
    return { ...worse(told, ours), isExplained: true };
  });
}

/** Quantities by order. */
function executedBy(executions: readonly ToldExecution[]): Map<string, number> {
  const out = new Map<string, number>();
  for (const { key, quantity } of executions) {
    if (key !== undefined) out.set(key, (out.get(key) ?? 0) + quantity);
  }
  return out;
}

/** The one order, the worse of both in each respect. */
function worse(order: SavedReservation, other: SavedReservation | undefined): SavedReservation {
  if (other === undefined) return order;
  const prices = [order.price, other.price].filter((price) => price !== undefined);
  return {
    ...order,
    remaining: Math.max(order.remaining, other.remaining),
    price: prices.length === 0 ? undefined : Math.max(...prices),
  };
}

/** Adds to a state one that it may not be looser than. */
export function atLeast(scopes: readonly ScopeDay[], state: RiskStateName, cause: string): ScopeDay[] {
  return scopes.map((scope) =>
    scope.scope !== "all" || stricterState(scope.state, state) === scope.state
      ? scope
      : { ...scope, state, cause },
  );
}

function idsOf(sources: RiskSources, today: readonly ToldExecution[]): string[] {
  const ids = new ExecutionIds(isToday(sources) ? sources.saved!.executions : []);
  for (const { execId } of today) ids.add(execId);
  return ids.all;
}
