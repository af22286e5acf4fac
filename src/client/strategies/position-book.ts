import { versionOf } from "../../domain/execution-version.js";
import { isSameContract } from "../../domain/same-contract.js";
import type { CommissionReport, Contract, ExecutionDetail } from "../../domain/stock-types.js";
import { ExecutionBook } from "../../orders/execution-book.js";
import { type Money, perUnit, type Quantity, quantityOf, unitPriceOf } from "./amounts.js";
import { type BookedFill, bookedFill, reportedMoney, tradedIn } from "./booked-fill.js";
import { ContractLines, UNATTRIBUTED } from "./contract-lines.js";
import { openingCost } from "./opening-cost.js";

/** What an account holds of a contract, as a gateway says. */
export interface GatewayPosition {
  readonly account: string;
  readonly contract: Contract;
  /** Shares or contracts; below 0: sold short. */
  readonly quantity: number;
  /** Per unit, multiplier and commissions included; undefined: the gateway does not say. */
  readonly averageCost: number | undefined;
}

interface Booked {
  readonly fill: BookedFill;
  readonly lines: ContractLines;
  /** A commission that is in another currency than the contract. */
  extra: { readonly fill: BookedFill; readonly lines: ContractLines } | undefined;
}

/**
 * Every execution of an account's positions, once and in its newest version, with its commission, by contract and by whose
 * it is. What strategies and "nobody" hold adds up to what the account holds, always: each execution is in one of them.
 */
export class PositionBook {
  private readonly executions = new ExecutionBook();
  private readonly booked = new Map<string, Booked>();
  private readonly lines = new Map<string, ContractLines>();
  private readonly claimed = new Set<string>();
  /** Combinations have no position; their commission is their first leg's. By what their executions have in common. */
  private readonly combinations = new Map<string, { readonly whole: string; leg: string | undefined }>();
  /** Whose opening is known: what is told of their positions later is compared. */
  private readonly opened = new Set<ContractLines>();
  /** What was held was told once: what was not told of was not held. */
  private isOpened = false;

  get all(): readonly ContractLines[] {
    return [...this.lines.values()];
  }

  /** From now on executions with this prefix are a strategy's, those that were booked already included. */
  claim(prefix: string): void {
    this.claimed.add(prefix);
    for (const lines of this.lines.values()) lines.claim(prefix);
  }

  /**
   * @param orderRef of its order
   * @param nowMs its time where it tells none
   * @returns false where it is known already
   */
  execution(detail: ExecutionDetail, orderRef: string, nowMs: number): boolean {
    const news = this.executions.take(detail);
    if (news === "known") return false;
    const { base } = versionOf(detail.execution.execId ?? "");
    if (detail.contract.secType === "BAG") {
      const group = groupOf(base);
      const leg = [...this.booked.keys()].find((other) => groupOf(other) === group);
      this.combinations.set(group, { whole: base, leg });
      this.charge(base);
      return true;
    }
    const known = this.booked.get(base);
    if (known !== undefined) {
      Object.assign(known.fill, tradedIn(detail));
      known.lines.changed(known.fill);
    } else {
      const fill = bookedFill(detail, orderRef, nowMs);
      const lines = this.linesOf(detail.execution.acctNumber ?? "", detail.contract);
      lines.add(fill, this.claimed.has(fill.prefix));
      this.booked.set(base, { fill, lines, extra: undefined });
      this.noteLeg(base);
    }
    this.charge(base);
    return true;
  }

  /** It may come before its execution. @returns whether it says something new */
  commission(report: CommissionReport): boolean {
    const isNew = this.executions.takeCommission(report);
    if (isNew) this.charge(versionOf(report.execId ?? "").base);
    return isNew;
  }

  /**
   * Takes what the gateway says is held. The first time it shows what was held before the executions; later, what came or
   * went by another way than an execution (an exercise, a transfer), which is nobody's.
   * @returns contracts of which that was so
   */
  positions(all: readonly GatewayPosition[], nowMs: number): readonly ContractLines[] {
    const unseen = new Set(this.lines.values());
    const strange: ContractLines[] = [];
    for (const position of all) {
      const lines = this.linesOf(position.account, position.contract);
      unseen.delete(lines);
      if (this.position(lines, position, nowMs)) strange.push(lines);
    }
    for (const lines of unseen) {
      const none = { account: lines.account, contract: lines.contract, quantity: 0, averageCost: undefined };
      if (this.position(lines, none, nowMs)) strange.push(lines);
    }
    this.isOpened = true;
    return strange;
  }

  /** What a strategy held before its first execution here. */
  open(prefix: string, account: string, contract: Contract, quantity: Quantity, cost: Money): void {
    this.linesOf(account, contract).openStrategy(prefix, quantity, cost);
  }

  /** Undefined: nothing was told of it. */
  find(account: string, contract: Contract): ContractLines | undefined {
    return this.lines.get(keyOf(account, contract));
  }

  /** Of an execution that was booked; undefined: it was not. */
  prefixOf(execId: string): string | undefined {
    return this.booked.get(versionOf(execId).base)?.fill.prefix;
  }

  private position(lines: ContractLines, position: GatewayPosition, nowMs: number): boolean {
    const { total } = lines;
    const quantity = quantityOf(position.quantity);
    const missing = quantity - total.state.quantity;
    const isFirst = !this.opened.has(lines);
    this.opened.add(lines);
    if (missing === 0n) return false;
    const { averageCost } = position;
    if (isFirst) {
      const price = total.fills.find(({ isExtra }) => !isExtra)?.unitPrice ?? 0n;
      const cost =
        averageCost === undefined && quantity !== 0n
          ? undefined
          : openingCost(quantity, quantity * unitPriceOf(averageCost ?? 0, 1), total.fills, (fill) =>
              this.realizedOf(fill),
            );
      // What nobody tells: it is taken to have cost what was traded first.
      lines.openTotal(missing, cost ?? missing * price);
      return false;
    }
    // At what it costs, so that it realises nothing.
    const { state } = total;
    const isLess = state.quantity !== 0n && missing > 0n !== state.quantity > 0n;
    const unitPrice = isLess ? perUnit(state.cost, state.quantity) : unitPriceOf(averageCost ?? 0, 1);
    lines.add(extraFill(UNATTRIBUTED, missing, unitPrice, 0n, nowMs), false);
    return true;
  }

  private linesOf(account: string, contract: Contract, currency = contract.currency ?? ""): ContractLines {
    const isOwn = currency === (contract.currency ?? "");
    const key = keyOf(account, contract) + (isOwn ? "" : ` ${currency}`);
    let lines = this.lines.get(key) ?? this.adopted(key, account, contract, currency);
    if (lines === undefined) {
      lines = new ContractLines(account, contract, currency);
      this.lines.set(key, lines);
      if (!isOwn || this.isOpened) this.opened.add(lines);
    }
    return lines;
  }

  /** A journal has contracts as orders named them, which may be without the number that gateways tell. */
  private adopted(
    key: string,
    account: string,
    contract: Contract,
    currency: string,
  ): ContractLines | undefined {
    for (const [other, lines] of this.lines) {
      const [known, given] = [lines.contract.conId ?? 0, contract.conId ?? 0];
      if (lines.account !== account || lines.currency !== currency || (known > 0 && given > 0)) continue;
      if (!isSameContract(lines.contract, contract)) continue;
      if (given > 0) {
        lines.contract = contract;
        this.lines.delete(other);
        this.lines.set(key, lines);
      }
      return lines;
    }
    return undefined;
  }

  /** Gives an execution the commission that is known of it, and of its combination where it is the first leg. */
  private charge(base: string): void {
    const group = this.combinations.get(groupOf(base));
    if (group !== undefined && group.whole === base) {
      if (group.leg !== undefined) this.charge(group.leg);
      return;
    }
    const booked = this.booked.get(base);
    if (booked === undefined) return;
    const reports = [this.reportOf(base), group?.leg === base ? this.reportOf(group.whole) : undefined];
    const { fill, lines } = booked;
    let [own, other, currency] = [0n, 0n, ""];
    for (const report of reports) {
      const amount = reportedMoney(report?.commission);
      if (amount === undefined) continue;
      if ((report?.currency || lines.currency) === lines.currency) own += amount;
      else [other, currency] = [other + amount, report?.currency as string];
    }
    if (fill.commission !== own) {
      fill.commission = own;
      lines.changed(fill);
    }
    if (currency !== "") this.chargeOther(booked, other, currency);
  }

  /** It cannot be a part of a cost in the contract's currency: it stands by itself, as realised. */
  private chargeOther(booked: Booked, amount: Money, currency: string): void {
    const { fill, lines } = booked;
    if (booked.extra === undefined) {
      const extra = this.linesOf(lines.account, lines.contract, currency);
      booked.extra = { fill: extraFill(fill.prefix, 0n, 0n, amount, fill.timeMs), lines: extra };
      extra.add(booked.extra.fill, this.claimed.has(fill.prefix));
    } else {
      booked.extra.fill.commission = amount;
      booked.extra.lines.changed(booked.extra.fill);
    }
  }

  private noteLeg(base: string): void {
    const group = this.combinations.get(groupOf(base));
    if (group !== undefined) group.leg ??= base;
  }

  private reportOf(base: string): CommissionReport | undefined {
    return this.executions.commissionOf(`${base}.1`);
  }

  private realizedOf(fill: BookedFill): Money | undefined {
    for (const [base, booked] of this.booked)
      if (booked.fill === fill) return reportedMoney(this.reportOf(base)?.realizedPNL);
    return undefined;
  }
}

function extraFill(
  prefix: string,
  quantity: Quantity,
  unitPrice: bigint,
  commission: Money,
  timeMs: number,
): BookedFill {
  return { quantity, unitPrice, commission, timeMs, prefix, order: "", isExtra: true };
}

/** `00025b46.63f8f0f3.01` and `00025b46.63f8f0f3.02` are of one execution of a combination. */
function groupOf(base: string): string {
  const point = base.lastIndexOf(".");
  return point < 0 ? base : base.slice(0, point);
}

function keyOf(account: string, contract: Contract): string {
  const { conId = 0, symbol, secType, localSymbol, currency } = contract;
  return conId > 0 ? `${account} ${conId}` : `${account} ${symbol} ${secType} ${localSymbol} ${currency}`;
}
