import type { Background, BackgroundTrade, Side } from "./background.js";
import { type Instrument, ticksToPrice } from "./instrument.js";
import { type Quote, QuoteTape } from "./quote.js";
import { hashText, hashUnit, mix32, Random } from "./random.js";

export { Changed, type Quote } from "./quote.js";

const UP = 0.45;
const DOWN = 0.9;
const TRADE = 0.6;
const DEPTH = 10;
/** Sizes behind the best price are drawn again every so many steps, each price at its own time. */
const LEVEL_STEPS = 8;

/**
 * A seeded random walk of one instrument's bids, asks and trades, as if there were no clients. It only depends on the
 * seed, the instrument and the number of steps taken, never on time or on other instruments.
 */
export class Walk implements Background {
  readonly depth = DEPTH;
  readonly openingSize: number;
  private readonly random: Random;
  private readonly key: number;
  private readonly stride: number;
  /** The walk does not go below it. */
  private readonly floor: number;
  private readonly trade: BackgroundTrade = { side: "bid", ticks: 0, size: 0 };
  /** Best bid and spread in ticks: integers keep prices exact. */
  private bid: number;
  private spread = 1;
  private bidSize: number;
  private askSize: number;
  private steps = 0;
  private tape: QuoteTape | undefined;

  constructor(
    readonly instrument: Instrument,
    seed: number,
  ) {
    this.key =
      mix32(seed) ^ hashText(`${instrument.secType}|${instrument.localSymbol}|${instrument.currency}`);
    this.random = new Random(this.key);
    this.bid = Math.round(instrument.basePrice / instrument.minTick);
    // About one basis point a step, so that every instrument moves visibly whatever its tick.
    this.stride = Math.max(1, Math.round(Math.abs(this.bid) / 10_000));
    // A combination may be worth less than nothing.
    this.floor = instrument.secType === "BAG" ? Number.NEGATIVE_INFINITY : 10 * this.stride;
    this.bidSize = this.size();
    this.askSize = this.size();
    this.openingSize = this.size();
  }

  get bidTicks(): number {
    return this.bid;
  }

  get askTicks(): number {
    return this.bid + this.spread;
  }

  sizeAt(side: Side, ticks: number): number {
    const level = side === "bid" ? this.bid - ticks : ticks - this.askTicks;
    if (level === 0) return side === "bid" ? this.bidSize : this.askSize;
    if (level < 0 || level >= DEPTH || !Number.isInteger(ticks)) return 0;
    const draw = hashUnit(this.key, ticks, Math.floor((this.steps + ticks * 3) / LEVEL_STEPS));
    return (1 + Math.floor(draw * 10)) * this.instrument.lotSize;
  }

  advance(): BackgroundTrade | undefined {
    const { random, trade } = this;
    this.steps += 1;
    const draw = random.next();
    if (draw < UP) this.bid += random.int(1, this.stride);
    else if (draw < DOWN && this.bid > this.floor) this.bid -= random.int(1, this.stride);
    this.spread = random.int(1, 3);
    this.bidSize = this.size();
    this.askSize = this.size();
    if (random.next() >= TRADE) return undefined;
    trade.size = this.size();
    trade.side = random.next() < 0.5 ? "bid" : "ask";
    trade.ticks = trade.side === "bid" ? this.bidTicks : this.askTicks;
    return trade;
  }

  /** The walk's own quote: what a market without clients shows. */
  get quote(): Quote {
    this.tape ??= new QuoteTape(
      this.price(this.bidTicks),
      this.bidSize,
      this.price(this.askTicks),
      this.askSize,
      this.openingSize,
    );
    return this.tape.quote;
  }

  /** Moves on by one step and says in `changed` what that did to {@link quote}. */
  step(): Quote {
    const { quote } = this;
    const tape = this.tape!;
    quote.changed = 0;
    const trade = this.advance();
    tape.setBid(this.price(this.bidTicks), this.bidSize);
    tape.setAsk(this.price(this.askTicks), this.askSize);
    if (trade !== undefined) tape.print(this.price(trade.ticks), trade.size);
    return quote;
  }

  private size(): number {
    return this.random.int(1, 10) * this.instrument.lotSize;
  }

  private price(ticks: number): number {
    return ticksToPrice(this.instrument, ticks);
  }
}
