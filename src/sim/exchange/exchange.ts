import { EventEmitter } from "node:events";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { Clock, Timer } from "../../time/clock.js";
import { SessionTimes } from "../../time/session-times.js";
import { VirtualClock } from "../../time/virtual-clock.js";
import type { Background } from "../market/background.js";
import { History } from "../market/history.js";
import type { Instrument } from "../market/instrument.js";
import { Instruments } from "../market/instruments.js";
import type { Quote } from "../market/quote.js";
import { hashText, mix32, Random } from "../market/random.js";
import { type ReferenceData, ReferenceIndex } from "../market/recorded.js";
import { Walk } from "../market/walk.js";
import { NO_CONTRACT } from "../model/contract.js";
import { Account } from "./account.js";
import { type AttachedOrderPresets, DEFAULT_PRESETS } from "./attached-orders.js";
import { Book } from "./book.js";
import { ExchangeRates } from "./exchange-rates.js";
import { OrderDesk } from "./order-desk.js";
import type { ExchangeEvents } from "./order-events.js";
import { MAX_CATCH_UP, SpreadRounds } from "./rounds.js";
import type { Venue } from "./venue.js";

/** A timer has a grain of 1 ms: shorter intervals cannot be spread. */
const SHORTEST_SPREAD_MS = 1;

export interface ExchangeOptions {
  clock: Clock;
  seed: number;
  /** Milliseconds between two steps of an instrument's walk; below 1 several steps are made at once. */
  tickIntervalMs: number;
  accounts: readonly string[];
  /** USD per account. */
  startingCash: number;
  /** Contracts, bars, ticks and positions that take precedence over made-up ones. Default: those of the package. */
  referenceData?: ReferenceData;
  /**
   * Instruments only move and trade in their trading hours, and orders given outside wait for the opening. Default
   * false: they trade around the clock.
   */
  sessions?: boolean;
  /**
   * Chance, 0 to 1, that a resting order gets a trade at its price that it is next for; a market that moves through it
   * always trades with it. Default 1.
   */
  fillProbability?: number;
  /** Most ticks by which an order at market trades worse than the book says, drawn evenly from 0 on. Default 0. */
  slippageTicks?: number;
  /** Where attached orders stand. Default: one percent away. */
  presets?: Partial<AttachedOrderPresets>;
}

/** Markets, orders and accounts, apart from who is connected. Gateways may share one. */
export class Exchange extends EventEmitter<ExchangeEvents> implements Venue {
  readonly instruments: Instruments;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly orders: OrderDesk;
  /** When instruments open and close. */
  readonly sessions = new SessionTimes();
  readonly presets: AttachedOrderPresets;
  private readonly books = new Map<Instrument, Book>();
  private readonly histories = new Map<Instrument, History>();
  /** How many watch each instrument; only watched ones walk. */
  private readonly watchers = new Map<Instrument, number>();
  /** Instruments somebody else moves: a tick file. */
  private readonly driven = new Set<Instrument>();
  /** Whether each instrument's regular and extended sessions were open at the last step. */
  private readonly phases = new Map<Instrument, string>();
  private readonly random: Random;
  private readonly startedAt: number;
  private readonly users = new Set<string>();
  private timer: Timer | undefined;
  private lastStep = 0;
  /** The instrument that makes a step now: its quote is published when the step is done. */
  private moving: Instrument | undefined;

  constructor(readonly options: ExchangeOptions) {
    super();
    this.setMaxListeners(0);
    this.startedAt = options.clock.now();
    this.presets = { ...DEFAULT_PRESETS, ...options.presets };
    this.random = new Random(mix32(options.seed) ^ hashText("matching"));
    const reference = new ReferenceIndex(options.referenceData);
    this.instruments = new Instruments(Math.floor(this.startedAt / 1000), reference);
    const rates = new ExchangeRates(this);
    this.accounts = new Map(
      options.accounts.map((id) => [
        id,
        new Account(
          id,
          options.startingCash,
          (instrument) => this.quote(instrument).last,
          (currency) => rates.usdFor(currency),
        ),
      ]),
    );
    this.orders = new OrderDesk(this);
    this.seedPositions(reference);
  }

  get clock(): Clock {
    return this.options.clock;
  }

  /** The seed of everything random. */
  get seed(): number {
    return this.options.seed;
  }

  /** Seconds since 1970 UTC. */
  nowSeconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  quote(instrument: Instrument): Quote {
    return this.book(instrument).quote;
  }

  /** Best prices, depth and clients' resting orders of an instrument. */
  book(instrument: Instrument): Book {
    let book = this.books.get(instrument);
    if (book === undefined) {
      book = this.open(instrument, new Walk(instrument, this.options.seed));
      this.books.set(instrument, book);
    }
    return book;
  }

  history(instrument: Instrument): History {
    let history = this.histories.get(instrument);
    if (history === undefined) {
      history = new History(instrument, Math.floor(this.startedAt / 1000), this.options.seed);
      this.histories.set(instrument, history);
    }
    return history;
  }

  /** Takes an instrument's liquidity from `background`, which moves by {@link move} only, instead of its walk. */
  drive(instrument: Instrument, background: Background): void {
    this.driven.add(instrument);
    this.book(instrument).replaceBackground(background);
    this.publish(instrument);
  }

  /** Whether an order in the instrument may trade now. */
  mayTrade(instrument: Instrument, outsideRth: boolean): boolean {
    if (this.options.sessions !== true) return true;
    return this.sessions.isOpen(instrument.hours, !outsideRth, this.nowSeconds());
  }

  /** Starts an instrument's walk, or counts one more reason for it to go on. */
  watch(instrument: Instrument): void {
    this.watchers.set(instrument, (this.watchers.get(instrument) ?? 0) + 1);
    if (this.timer === undefined) this.start();
  }

  unwatch(instrument: Instrument): void {
    const count = (this.watchers.get(instrument) ?? 0) - 1;
    if (count > 0) this.watchers.set(instrument, count);
    else this.watchers.delete(instrument);
    if (this.watchers.size === 0) this.pause();
  }

  /** Makes one step of every watched instrument: quotes move, then orders trade. */
  step(): void {
    for (const instrument of [...this.watchers.keys()]) this.stepOne(instrument);
    this.orders.lifeCycle.conditions.check();
    this.emit("stepped");
  }

  /** Makes one step of one instrument. */
  move(instrument: Instrument): void {
    const book = this.book(instrument);
    this.moving = instrument;
    book.step();
    this.moving = undefined;
    book.news();
    this.emit("quote", instrument, book.quote);
    this.orders.lifeCycle.stepped(instrument);
  }

  /** Tells everybody if the instrument's quote has changed since it was told last. */
  publish(instrument: Instrument): void {
    if (this.moving === instrument) return;
    const quote = this.book(instrument).news();
    if (quote !== undefined) this.emit("quote", instrument, quote);
  }

  /** A user's gateway begins. @throws IBKRError `ERR_IBKR_OPTION` when the user has one on this exchange already. */
  login(username: string): void {
    if (this.users.has(username)) {
      throw new IBKRError(
        "ERR_IBKR_OPTION",
        `username is ${JSON.stringify(username)}, which has a gateway on this exchange already (in use: ${[...this.users].join(", ")})`,
      );
    }
    this.users.add(username);
  }

  /** A user's gateway ends; with the last one time stops for the exchange. */
  logout(username: string): void {
    this.users.delete(username);
    if (this.users.size === 0) this.stop();
  }

  /** Ends the walk and all timers; orders and accounts stay as they are. */
  stop(): void {
    this.pause();
    this.orders.lifeCycle.stop();
  }

  /** Accounts begin with what the reference data says they hold. */
  private seedPositions({ positions }: ReferenceIndex): void {
    for (const { account: id, conId, quantity, averagePrice } of positions) {
      const account = id === undefined ? this.accounts.values().next().value : this.accounts.get(id);
      const instrument = this.instruments.find({ ...NO_CONTRACT, conId })[0];
      if (account === undefined || instrument === undefined) {
        const what = account === undefined ? `account ${id}` : `conId ${conId}`;
        throw new IBKRError("ERR_IBKR_OPTION", `referenceData.positions names ${what}, which does not exist`);
      }
      account.book(instrument, quantity, averagePrice, 0);
    }
  }

  private open(instrument: Instrument, background: Background): Book {
    const { fillProbability = 1, slippageTicks = 0 } = this.options;
    return new Book(instrument, background, {
      fill: (fills) => this.orders.lifeCycle.fill(fills),
      print: (price, size, side) => {
        this.emit("trade", instrument, { price, size, side });
        if (this.moving !== instrument) this.orders.lifeCycle.notePrint(instrument);
        this.publish(instrument);
      },
      lucky: () => fillProbability >= 1 || this.random.next() < fillProbability,
      slippage: () => (slippageTicks > 0 ? this.random.int(0, slippageTicks) : 0),
    });
  }

  private stepOne(instrument: Instrument): void {
    if (this.options.sessions === true) this.checkSession(instrument);
    if (!this.driven.has(instrument) && this.mayTrade(instrument, true)) this.move(instrument);
  }

  private checkSession(instrument: Instrument): void {
    const phase = `${this.mayTrade(instrument, false)}|${this.mayTrade(instrument, true)}`;
    if (this.phases.get(instrument) === phase) return;
    this.phases.set(instrument, phase);
    this.orders.lifeCycle.sessionChanged(instrument);
  }

  private pause(): void {
    this.timer?.stop();
    this.timer = undefined;
  }

  /**
   * On the machine's clock instruments move one after another, as in a real market. On a virtual one they move at the same
   * moment, so that a test that moves time by one interval sees one step of each.
   */
  private start(): void {
    const { clock, tickIntervalMs } = this.options;
    if (!(clock instanceof VirtualClock) && tickIntervalMs > SHORTEST_SPREAD_MS) {
      this.timer = new SpreadRounds(clock, tickIntervalMs, {
        watched: () => [...this.watchers.keys()],
        move: (instrument) => {
          if (this.watchers.has(instrument)) this.stepOne(instrument);
        },
        moved: (rounds) => {
          this.orders.lifeCycle.conditions.check();
          for (let i = 0; i < rounds; i++) this.emit("stepped");
        },
      });
      return;
    }
    this.lastStep = clock.now();
    this.timer = clock.every(Math.max(1, tickIntervalMs), () => {
      const due = Math.floor((clock.now() - this.lastStep) / tickIntervalMs);
      this.lastStep += due * tickIntervalMs;
      for (let i = 0; i < Math.min(due, MAX_CATCH_UP); i++) this.step();
    });
  }
}
