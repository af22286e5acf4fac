import { type InspectOptions, inspect } from "node:util";
import type { AccountFigure } from "../domain/account-figure.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import { printed } from "../domain/printed.js";
import { textOf } from "./inputs.js";

export interface AccountEvents {
  change: [figure: AccountFigure, before: AccountFigure | undefined];
}

/** The gateway's word for a number that is not set. */
const UNSET_TEXT = /^1\.7976931348623157E\+?308$/i;

/**
 * Figures of an account, as its window shows them, in its base currency. Undefined: the gateway does not say. What the
 * figures mean is in Interactive Brokers' documentation of account summaries.
 */
export class AccountValues {
  private readonly events = new Emitter<AccountEvents>(["change"]);
  private readonly figures = new Map<string, AccountFigure>();
  private readonly unseen = new Set<string>();

  /** @param id empty: not known yet */
  constructor(
    public id: string,
    readonly model: string | undefined = undefined,
  ) {}

  /** @returns a function that takes the listener away again */
  on<K extends keyof AccountEvents>(event: K, listener: Listener<AccountEvents, K>): () => void {
    return this.events.on(event, listener);
  }

  /**
   * A figure by IB's name, such as `NetLiquidation`.
   * @param currency of figures that there are in several; left out: the first that there is
   */
  get(tag: string, currency?: string): AccountFigure | undefined {
    textOf("currency", currency);
    if (currency !== undefined) return this.figures.get(keyOf(textOf("tag", tag) ?? "", currency));
    for (const figure of this.figures.values()) if (figure.tag === tag) return figure;
    return undefined;
  }

  all(): readonly AccountFigure[] {
    return [...this.figures.values()];
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { id, model } = this;
    const figures = this.all().map(({ tag, currency, value }) => [`${tag} ${currency}`.trim(), value]);
    const shown = { id, ...(model !== undefined && { model }), ...Object.fromEntries(figures) };
    return printed("AccountValues", shown, depth, options);
  }

  /** A figure as a number. */
  number(tag: string, currency?: string): number | undefined {
    const value = this.get(tag, currency)?.value ?? "";
    if (value === "" || UNSET_TEXT.test(value)) return undefined;
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  }

  /** What the amounts are in. */
  get currency(): string | undefined {
    return this.get("NetLiquidation")?.currency;
  }
  get accountType(): string | undefined {
    return this.get("AccountType")?.value;
  }
  /** What it would be worth if everything were sold now. */
  get netLiquidation(): number | undefined {
    return this.number("NetLiquidation");
  }
  /** Cash, futures' profit and loss included. */
  get totalCash(): number | undefined {
    return this.number("TotalCashValue");
  }
  get settledCash(): number | undefined {
    return this.number("SettledCash");
  }
  get accruedCash(): number | undefined {
    return this.number("AccruedCash");
  }
  /** What can be bought with it, in stock. */
  get buyingPower(): number | undefined {
    return this.number("BuyingPower");
  }
  get equityWithLoan(): number | undefined {
    return this.number("EquityWithLoanValue");
  }
  /** Of stock and options, long and short added up. */
  get grossPosition(): number | undefined {
    return this.number("GrossPositionValue");
  }
  get initialMargin(): number | undefined {
    return this.number("InitMarginReq");
  }
  get maintenanceMargin(): number | undefined {
    return this.number("MaintMarginReq");
  }
  /** What is left for new positions: equity less initial margin. */
  get availableFunds(): number | undefined {
    return this.number("AvailableFunds");
  }
  /** What is left until positions are liquidated: equity less maintenance margin. */
  get excessLiquidity(): number | undefined {
    return this.number("ExcessLiquidity");
  }
  /** Excess liquidity as a part of net liquidation: 0 … 1. */
  get cushion(): number | undefined {
    return this.number("Cushion");
  }
  get leverage(): number | undefined {
    return this.number("Leverage");
  }
  /** Day trades that are left before the account counts as a pattern day trader's; −1: no limit. */
  get dayTradesRemaining(): number | undefined {
    return this.number("DayTradesRemaining");
  }

  // --- told by whoever watches ---------------------------------------------------------------------------------------

  /** For its book alone. */
  onFigure(figure: AccountFigure): void {
    const key = keyOf(figure.tag, figure.currency);
    const before = this.figures.get(key);
    this.unseen.delete(key);
    if (before?.value === figure.value) return;
    this.figures.set(key, figure);
    this.events.emit("change", figure, before);
  }

  /** For its book alone. */
  onRestart(): void {
    for (const key of this.figures.keys()) this.unseen.add(key);
  }

  /** For its book alone. */
  onComplete(): void {
    for (const key of this.unseen) this.figures.delete(key);
    this.unseen.clear();
  }
}

function keyOf(tag: string, currency: string): string {
  return `${tag} ${currency}`;
}
