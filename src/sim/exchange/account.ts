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
  /** In the instrument's currency, after commissions of the closing trades. */
  realizedPnL: number;
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
   * Books one execution.
   * @param signedQuantity positive for a buy
   * @returns profit or loss realised before commission, or `undefined` when nothing was closed
   */
  book(
    instrument: Instrument,
    signedQuantity: number,
    price: number,
    commission: number,
  ): number | undefined {
    const position = this.positionsByConId.get(instrument.conId) ?? {
      instrument,
      quantity: 0,
      averagePrice: 0,
      realizedPnL: 0,
    };
    this.positionsByConId.set(instrument.conId, position);
    const before = position.quantity;
    const closes = before !== 0 && Math.sign(before) !== Math.sign(signedQuantity);
    const closed = closes ? Math.min(Math.abs(before), Math.abs(signedQuantity)) : 0;
    const after = tidy(before + signedQuantity);
    let realized: number | undefined;
    if (closes) {
      realized = (price - position.averagePrice) * closed * Math.sign(before) * instrument.pointValue;
      position.realizedPnL += realized - commission;
    }
    if (!closes) {
      const cost = position.averagePrice * Math.abs(before) + price * Math.abs(signedQuantity);
      position.averagePrice = cost / Math.abs(after);
    } else if (after === 0) {
      position.averagePrice = 0;
    } else if (Math.sign(after) !== Math.sign(before)) {
      position.averagePrice = price;
    }
    position.quantity = after;
    // Futures settle their profit; everything else changes hands for money.
    const paid = isSettledDaily(instrument)
      ? commission - (realized ?? 0)
      : signedQuantity * price * instrument.pointValue + commission;
    this.cash -= paid * this.rateOf(instrument.currency);
    return realized;
  }

  /** Average cost per unit as account messages show it: with the multiplier. */
  averageCost(position: Position): number {
    return position.averagePrice * position.instrument.pointValue;
  }

  /** In the instrument's currency, like the unrealised profit. */
  marketValue(position: Position): number {
    return position.quantity * this.priceOf(position.instrument) * position.instrument.pointValue;
  }

  unrealizedPnL(position: Position): number {
    const move = this.priceOf(position.instrument) - position.averagePrice;
    return position.quantity === 0 ? 0 : position.quantity * move * position.instrument.pointValue;
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
      const worth = isSettledDaily(instrument) ? this.unrealizedPnL(position) * rate : value;
      net += worth;
      bySecType[instrument.secType] = (bySecType[instrument.secType] ?? 0) + worth;
      if (extra?.instrument === instrument) {
        seen = true;
        value += this.valueOf(extra);
      }
      carry(instrument, value);
      unrealizedPnL += this.unrealizedPnL(position) * rate;
      realizedPnL += position.realizedPnL * rate;
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
