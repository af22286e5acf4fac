import type { Instrument } from "../market/instrument.js";
import { tidy } from "../market/quote.js";
import { isSettledDaily, marginFor, STOCK_INITIAL_MARGIN } from "./margin.js";

/** How far buying power exceeds the funds available. */
const LEVERAGE = 1 / STOCK_INITIAL_MARGIN;

/** What an account holds of one instrument. */
export interface Position {
  instrument: Instrument;
  /** Negative when short. */
  quantity: number;
  /** Price per unit without commission and multiplier. */
  averagePrice: number;
  /** What was paid to open what is held, in the instrument's currency; it is part of the average cost. */
  openCommission: number;
  /** In the instrument's currency, after the commissions of opening and of closing what is closed. */
  realizedPnL: number;
  /** USD, at the rates of the trades' own times. */
  base: {
    /** Cash that went into what is held, commission included; what is settled daily costs that alone. */
    cost: number;
    realizedPnL: number;
  };
}

/** Money figures of an account in its base currency, USD. */
export interface AccountFigures {
  totalCash: number;
  /** All that is paid for, long or short; what is settled daily has no value of its own. */
  grossPositionValue: number;
  /** What each security type adds to the net liquidation: its market value, or the open profit of what is settled daily. */
  bySecType: Readonly<Record<string, number>>;
  netLiquidation: number;
  unrealizedPnL: number;
  realizedPnL: number;
  initialMargin: number;
  maintenanceMargin: number;
  availableFunds: number;
  excessLiquidity: number;
  buyingPower: number;
}

/** One trading account: cash, positions, profit and loss. */
export class Account {
  private readonly positionsByConId = new Map<number, Position>();
  private cash: number;

  /**
   * @param id for example `DU0000001`
   * @param startingCash USD
   * @param priceOf the price a position is valued at
   * @param rateOf USD for one unit of a currency
   */
  constructor(
    readonly id: string,
    startingCash: number,
    private readonly priceOf: (instrument: Instrument) => number,
    private readonly rateOf: (currency: string) => number,
  ) {
    this.cash = startingCash;
  }

  /** Every instrument that was traded, flat ones included. */
  positions(): Position[] {
    return [...this.positionsByConId.values()];
  }

  position(conId: number): Position | undefined {
    return this.positionsByConId.get(conId);
  }

  /**
   * Books one execution: what it closes first, then what it opens. Cash and profits move together, so that at any moment
   * cash, and the value of what is held, are what there was at first plus realised and unrealised profit.
   * @param signedQuantity positive for a buy
   * @returns profit or loss realised, after all commissions of what was closed; `undefined` when nothing was closed
   */
  book(
    instrument: Instrument,
    signedQuantity: number,
    price: number,
    commission: number,
  ): number | undefined {
    const position = this.positionsByConId.get(instrument.conId) ?? flat(instrument);
    this.positionsByConId.set(instrument.conId, position);
    const { quantity: before } = position;
    const opposite = before !== 0 && Math.sign(before) !== Math.sign(signedQuantity);
    const closed = opposite ? Math.min(Math.abs(before), Math.abs(signedQuantity)) : 0;
    const commissionOfClosing = commission * (closed / Math.abs(signedQuantity));
    const realized = closed > 0 ? this.close(position, closed, price, commissionOfClosing) : undefined;
    const opened = tidy(signedQuantity - Math.sign(signedQuantity) * closed);
    if (opened !== 0) this.open(position, opened, price, commission - commissionOfClosing);
    return realized;
  }

  private close(position: Position, closed: number, price: number, commission: number): number {
    const { instrument, quantity, base } = position;
    const rate = this.rateOf(instrument.currency);
    const share = closed / Math.abs(quantity);
    const units = closed * Math.sign(quantity) * instrument.pointValue;
    const gained = (price - position.averagePrice) * units;
    const opening = position.openCommission * share;
    const realized = gained - opening - commission;
    // Futures settle their profit; everything else changes hands for money.
    const received = ((isSettledDaily(instrument) ? gained : price * units) - commission) * rate;
    const cost = base.cost * share;
    this.cash += received;
    base.realizedPnL += received - cost;
    position.realizedPnL += realized;
    position.quantity = tidy(quantity - Math.sign(quantity) * closed);
    const gone = position.quantity === 0;
    if (gone) position.averagePrice = 0;
    position.openCommission = gone ? 0 : position.openCommission - opening;
    base.cost = gone ? 0 : base.cost - cost;
    return realized;
  }

  private open(position: Position, signedQuantity: number, price: number, commission: number): void {
    const { instrument, quantity, base } = position;
    const after = tidy(quantity + signedQuantity);
    const paid = isSettledDaily(instrument) ? 0 : price * signedQuantity * instrument.pointValue;
    const cost = (paid + commission) * this.rateOf(instrument.currency);
    position.averagePrice = (position.averagePrice * quantity + price * signedQuantity) / after;
    position.openCommission += commission;
    position.quantity = after;
    base.cost += cost;
    this.cash -= cost;
  }

  /** Average cost per unit as account messages show it: with the multiplier and the commissions. */
  averageCost({ instrument, quantity, averagePrice, openCommission }: Position): number {
    return quantity === 0 ? 0 : averagePrice * instrument.pointValue + openCommission / quantity;
  }

  /** In the instrument's currency, like the unrealised profit. */
  marketValue(position: Position): number {
    return position.quantity * this.priceOf(position.instrument) * position.instrument.pointValue;
  }

  /** After the commission of opening it. */
  unrealizedPnL(position: Position): number {
    return position.quantity === 0 ? 0 : this.openProfit(position) - position.openCommission;
  }

  /** What the price has moved since the position was opened is worth. */
  private openProfit({ instrument, quantity, averagePrice }: Position): number {
    return quantity * (this.priceOf(instrument) - averagePrice) * instrument.pointValue;
  }

  /** The account's figures as they would be with `extra` signed units more of an instrument. */
  figures(extra?: { instrument: Instrument; quantity: number }): AccountFigures {
    let gross = 0;
    let net = this.cash;
    let unrealizedPnL = 0;
    let realizedPnL = 0;
    let initialMargin = 0;
    let maintenanceMargin = 0;
    const bySecType: Record<string, number> = {};
    const carry = (instrument: Instrument, value: number): void => {
      const margin = marginFor(instrument, value);
      if (!isSettledDaily(instrument)) gross += Math.abs(value);
      initialMargin += margin.initial;
      maintenanceMargin += margin.maintenance;
    };
    let seen = false;
    for (const position of this.positionsByConId.values()) {
      const { instrument } = position;
      const rate = this.rateOf(instrument.currency);
      let value = this.marketValue(position) * rate;
      const worth = isSettledDaily(instrument) ? this.openProfit(position) * rate : value;
      net += worth;
      bySecType[instrument.secType] = (bySecType[instrument.secType] ?? 0) + worth;
      if (extra?.instrument === instrument) {
        seen = true;
        value += this.valueOf(extra);
      }
      carry(instrument, value);
      unrealizedPnL += worth - position.base.cost;
      realizedPnL += position.base.realizedPnL;
    }
    if (extra !== undefined && !seen) carry(extra.instrument, this.valueOf(extra));
    return {
      totalCash: this.cash,
      grossPositionValue: gross,
      bySecType,
      netLiquidation: net,
      unrealizedPnL,
      realizedPnL,
      initialMargin,
      maintenanceMargin,
      availableFunds: net - initialMargin,
      excessLiquidity: net - maintenanceMargin,
      buyingPower: Math.max(0, net - initialMargin) * LEVERAGE,
    };
  }

  /** USD */
  private valueOf({ instrument, quantity }: { instrument: Instrument; quantity: number }): number {
    return quantity * this.priceOf(instrument) * instrument.pointValue * this.rateOf(instrument.currency);
  }
}

function flat(instrument: Instrument): Position {
  const base = { cost: 0, realizedPnL: 0 };
  return { instrument, quantity: 0, averagePrice: 0, openCommission: 0, realizedPnL: 0, base };
}
