import type { AccountScope, PositionScope } from "../broker/account-desk.js";
import type { Watch, WatchListener } from "../broker/watch.js";
import type { Contract, Position } from "../domain/stock-types.js";
import { measured } from "../metrics/operation-meter.js";
import { type ContractInput, conIdOf, scopeOf, textOf } from "./inputs.js";
import { type CacheHost, isKept, LiveCache, type LiveEvents } from "./live-cache.js";

/** What is held of a contract. */
export interface HeldPosition {
  /** Undefined: in several accounts together. */
  readonly account: string | undefined;
  readonly contract: Contract;
  /** Shares or contracts; below 0: sold short. */
  readonly quantity: number;
  /** What a unit cost, in the contract's currency, multiplier and commissions included; undefined: the gateway does not say. */
  readonly averageCost: number | undefined;
}

export interface PositionsEvents extends LiveEvents {
  /** It is now as `position` says, whose `quantity` is 0 where it was closed. `before` is undefined where there was none. */
  change: [position: HeldPosition, before: HeldPosition | undefined];
}

/** Positions of one account, or of all that the login sees, as they are. */
export class Positions extends LiveCache<PositionsEvents> {
  private readonly held = new Map<string, HeldPosition>();
  /** What has not come again since it was begun anew. */
  private readonly unseen = new Set<string>();

  constructor(
    host: CacheHost,
    private readonly scope: PositionScope = {},
  ) {
    super(host, "positions", ["change", "state"]);
  }

  /**
   * @param account left out: in all accounts together
   * @returns undefined where nothing is held
   * @throws IBKRError `ERR_IBKR_ARGUMENT` for a contract without `conId`
   */
  get(contract: ContractInput | number, account?: string): HeldPosition | undefined {
    const conId = conIdOf(contract);
    textOf("account", account);
    if (account !== undefined) return this.held.get(keyOf(account, conId));
    const all = [...this.held.values()].filter((position) => position.contract.conId === conId);
    return all.length > 1 ? together(all) : all[0];
  }

  /** One for each account and contract. */
  all(account?: string): readonly HeldPosition[] {
    const all = [...this.held.values()];
    return account === undefined ? all : all.filter((position) => position.account === account);
  }

  protected override shown(): object {
    return { positions: this.all() };
  }

  protected override ask(listener: Required<WatchListener>): Watch {
    const position = (position: Position) => this.take(position);
    return this.host.broker.accounts.watchPositions(this.scope, { ...listener, position });
  }

  protected override restarted(): void {
    for (const key of this.held.keys()) this.unseen.add(key);
  }

  protected override complete(): void {
    const gone = [...this.unseen];
    this.unseen.clear();
    for (const key of gone) {
      const before = this.held.get(key);
      if (before !== undefined) this.becomes(key, { ...before, quantity: 0 });
    }
  }

  private take({ account, contract, pos, avgCost }: Position): void {
    const key = keyOf(account, contract.conId ?? 0);
    this.unseen.delete(key);
    this.becomes(key, { account, contract, quantity: pos, averageCost: avgCost });
  }

  private becomes(key: string, now: HeldPosition): void {
    const before = this.held.get(key);
    if (before === undefined ? now.quantity === 0 : isSame(before, now)) return;
    if (now.quantity === 0) this.held.delete(key);
    else this.held.set(key, now);
    this.events.emit("change", now, before);
  }
}

function isSame(a: HeldPosition, b: HeldPosition): boolean {
  return a.quantity === b.quantity && a.averageCost === b.averageCost;
}

function keyOf(account: string, conId: number): string {
  return `${account} ${conId}`;
}

/** @param all of one contract */
function together(all: readonly HeldPosition[]): HeldPosition {
  const { contract } = all[0] as HeldPosition;
  const quantity = all.reduce((sum, position) => sum + position.quantity, 0);
  // Of what one account holds and another has sold there is no cost.
  const isOneSided = all.every((position) => Math.sign(position.quantity) === Math.sign(quantity));
  const cost = all.reduce((sum, { quantity, averageCost = Number.NaN }) => sum + quantity * averageCost, 0);
  const averageCost = isOneSided && Number.isFinite(cost) ? cost / quantity : undefined;
  return { account: undefined, contract, quantity, averageCost };
}

/** Positions of all accounts, and, when they are asked for, those of one account or of a model in it. */
export class AllPositions extends Positions {
  static {
    measured(AllPositions.prototype, "positions", ["of"], ({ host }) => host.calls.operations);
  }

  private readonly others = new Map<string, Positions>();

  /** The same one each time, unless it is closed or `failed`; begun with the first call: wait for its `ready()`. */
  of(scope: AccountScope): Positions {
    this.host.calls.mustBeOpen();
    const [asked, key] = scopeOf(scope);
    const known = this.others.get(key);
    if (known !== undefined && isKept(known.state)) return known;
    const positions = new Positions(this.host, asked);
    this.others.set(key, positions);
    return positions.begin();
  }

  override close(): void {
    super.close();
    for (const other of this.others.values()) other.close();
  }
}
