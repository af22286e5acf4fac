import type { AccountScope, FigureScope } from "../broker/account-desk.js";
import type { Watch, WatchListener } from "../broker/watch.js";
import type { AccountFigure } from "../domain/account-figure.js";
import { measured } from "../metrics/operation-meter.js";
import { AccountValues } from "./account-values.js";
import { scopeOf } from "./inputs.js";
import { type CacheHost, isKept, LiveCache, type LiveEvents } from "./live-cache.js";

export interface AccountsEvents extends LiveEvents {
  change: [account: AccountValues, figure: AccountFigure, before: AccountFigure | undefined];
}

/** Figures of accounts, as they are: of all that the login sees, or of one. */
class Figures extends LiveCache<AccountsEvents> {
  private readonly byId = new Map<string, AccountValues>();

  constructor(
    host: CacheHost,
    private readonly scope: FigureScope = {},
  ) {
    super(host, "accounts", ["change", "state"]);
  }

  get(account: string): AccountValues | undefined {
    return this.byId.get(account);
  }

  all(): readonly AccountValues[] {
    return [...this.byId.values()];
  }

  protected keep(values: AccountValues): AccountValues {
    this.byId.set(values.id, values);
    values.on("change", (figure, before) => this.events.emit("change", values, figure, before));
    return values;
  }

  protected override shown(): object {
    return { accounts: this.all() };
  }

  protected override ask(listener: Required<WatchListener>): Watch {
    const figure = (figure: AccountFigure) => this.take(figure);
    return this.host.broker.accounts.watchFigures(this.scope, { ...listener, figure });
  }

  protected override restarted(): void {
    for (const values of this.byId.values()) values.onRestart();
  }

  protected override complete(): void {
    for (const values of this.byId.values()) values.onComplete();
  }

  private take(figure: AccountFigure): void {
    const { account } = figure;
    const values = this.byId.get(account) ?? this.keep(new AccountValues(account, this.scope.model));
    values.onFigure(figure);
  }
}

/** One account, or a model in it, with every figure that there is, by currency where there are several. */
export class AccountDetails extends Figures {
  /** What it is of; filled when {@link ready} has resolved. */
  readonly values: AccountValues;

  constructor(host: CacheHost, scope: AccountScope) {
    super(host, scope);
    this.values = this.keep(new AccountValues(scope.account, scope.model));
  }
}

/** The summary of every account of the login; details of one when they are asked for. */
export class Accounts extends Figures {
  static {
    measured(Accounts.prototype, "accounts", ["of"], ({ host }) => host.calls.operations);
  }

  private readonly others = new Map<string, AccountDetails>();

  /** The accounts of the login. */
  get names(): readonly string[] {
    return this.host.broker.accounts.names;
  }

  /** The same one each time, unless it is closed or `failed`; begun with the first call: wait for its `ready()`. */
  of(scope: AccountScope): AccountDetails {
    this.host.calls.mustBeOpen();
    const [asked, key] = scopeOf(scope);
    const known = this.others.get(key);
    if (known !== undefined && isKept(known.state)) return known;
    const details = new AccountDetails(this.host, asked);
    this.others.set(key, details);
    return details.begin();
  }

  override close(): void {
    super.close();
    for (const other of this.others.values()) other.close();
  }

  /** For the client: the account that is told of without a name, before anything has come of it. */
  expect(account: string): AccountValues {
    return this.get(account) ?? this.keep(new AccountValues(account));
  }
}
