import type { AccountScope, Pnl, PositionPnl } from "../broker/account-desk.js";
import type { Watch, WatchListener } from "../broker/watch.js";
import { measured } from "../metrics/operation-meter.js";
import { type ContractInput, conIdOf, scopeOf } from "./inputs.js";
import { type CacheHost, isKept, LiveCache, type LiveEvents } from "./live-cache.js";

export interface PnlEvents<P extends Pnl = Pnl> extends LiveEvents {
  change: [pnl: P];
}

/** Profit and loss as it is; undefined: nothing has come, or the gateway cannot tell. */
abstract class LivePnl<P extends Pnl> extends LiveCache<PnlEvents<P>> {
  protected newest: P | undefined;

  constructor(host: CacheHost) {
    super(host, "pnl", ["change", "state"]);
  }

  /** Since the day began. */
  get daily(): number | undefined {
    return this.newest?.dailyPnl;
  }
  /** Of what is held. */
  get unrealized(): number | undefined {
    return this.newest?.unrealizedPnl;
  }
  /** Of what was closed today. */
  get realized(): number | undefined {
    return this.newest?.realizedPnl;
  }

  protected override shown(): object {
    const { daily, unrealized, realized } = this;
    return { daily, unrealized, realized };
  }

  protected take(pnl: P): void {
    this.newest = pnl;
    this.events.emit("change", pnl);
  }

  protected override restarted(): void {}
  protected override complete(): void {}
}

/** Of an account, or of a model in it; amounts in the account's currency. */
export class AccountPnl extends LivePnl<Pnl> {
  /** @param scope asked when it is begun: the client's account is known when it is connected */
  constructor(
    host: CacheHost,
    protected readonly scope: () => AccountScope,
  ) {
    super(host);
  }

  get account(): string {
    return this.scope().account;
  }

  protected override ask(listener: Required<WatchListener>): Watch {
    const pnl = (pnl: Pnl) => this.take(pnl);
    return this.host.broker.accounts.watchPnl(this.scope(), { ...listener, pnl });
  }
}

/** Of one position; amounts in the contract's currency. */
export class ContractPnl extends LivePnl<PositionPnl> {
  constructor(
    host: CacheHost,
    readonly conId: number,
    private readonly scope: AccountScope,
  ) {
    super(host);
  }

  /** Shares or contracts. */
  get position(): number | undefined {
    return this.newest?.position;
  }
  get marketValue(): number | undefined {
    return this.newest?.marketValue;
  }

  protected override shown(): object {
    const { conId, position, marketValue } = this;
    return { conId, position, marketValue, ...super.shown() };
  }

  protected override ask(listener: Required<WatchListener>): Watch {
    const pnl = (pnl: PositionPnl) => this.take(pnl);
    const scope = { ...this.scope, conId: this.conId };
    return this.host.broker.accounts.watchPnlSingle(scope, { ...listener, pnl });
  }
}

/** Of the client's account; of others, of models and of single positions when they are asked for. */
export class ClientPnl extends AccountPnl {
  static {
    measured(ClientPnl.prototype, "pnl", ["of", "position"], ({ host }) => host.calls.operations);
  }

  private readonly others = new Map<string, AccountPnl>();
  private readonly positions = new Map<string, ContractPnl>();

  /** The same one each time, unless it is closed or `failed`; begun with the first call: wait for its `ready()`. */
  of(scope: AccountScope): AccountPnl {
    this.host.calls.mustBeOpen();
    const [asked, key] = scopeOf(scope);
    return kept(this.others, key, () => new AccountPnl(this.host, () => asked));
  }

  /**
   * Of one position. The same one each time, begun with the first call: wait for its `ready()`, and close it when it is not
   * wanted any more.
   * @param scope default the client's account
   */
  position(contract: ContractInput | number, scope: AccountScope = this.scope()): ContractPnl {
    this.host.calls.mustBeOpen();
    const conId = conIdOf(contract);
    const [asked, key] = scopeOf(scope);
    return kept(this.positions, `${conId} ${key}`, () => new ContractPnl(this.host, conId, asked));
  }

  override close(): void {
    super.close();
    for (const other of [...this.others.values(), ...this.positions.values()]) other.close();
  }
}

function kept<T extends AccountPnl | ContractPnl>(known: Map<string, T>, key: string, make: () => T): T {
  const one = known.get(key);
  if (one !== undefined && isKept(one.state)) return one;
  const made = make();
  known.set(key, made);
  made.begin();
  return made;
}
