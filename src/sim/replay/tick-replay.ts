import { readFile } from "node:fs/promises";
import { refused } from "../../domain/check.js";
import { fileError } from "../../domain/system-error.js";
import { runAt, type Timer } from "../../time/clock.js";
import type { Exchange } from "../exchange/exchange.js";
import type { Background, BackgroundTrade, Side } from "../market/background.js";
import { type Instrument, priceToTicks } from "../market/instrument.js";
import { contractNamed } from "../model/contract.js";
import { type FileTick, parseTickFile, TickFileError } from "./tick-file.js";

/** Best prices and trades of one instrument, as a file says them. */
class RecordedMarket implements Background {
  readonly depth = 1;
  readonly openingSize: number;
  bidTicks: number;
  askTicks: number;
  private bidSize = 0;
  private askSize = 0;
  private next: BackgroundTrade | undefined;

  /** @param first the instrument's first ticks: what the file does not say before its time is taken from there */
  constructor(
    private readonly instrument: Instrument,
    first: { bid?: FileTick; ask?: FileTick; last?: FileTick },
  ) {
    const known = first.bid ?? first.ask ?? first.last!;
    this.bidTicks = this.ticks(first.bid?.price ?? known.price);
    this.askTicks = Math.max(this.bidTicks + 1, this.ticks(first.ask?.price ?? known.price));
    this.openingSize = first.last?.size ?? 0;
  }

  sizeAt(side: Side, ticks: number): number {
    if (side === "bid") return ticks === this.bidTicks ? this.bidSize : 0;
    return ticks === this.askTicks ? this.askSize : 0;
  }

  advance(): BackgroundTrade | undefined {
    const trade = this.next;
    this.next = undefined;
    return trade;
  }

  apply({ kind, price, size }: FileTick): void {
    const ticks = this.ticks(price);
    if (kind === "bid") {
      this.bidTicks = ticks;
      this.bidSize = size;
      // A bid at or above the ask means that the ask is gone.
      if (this.askTicks <= ticks) [this.askTicks, this.askSize] = [ticks + 1, 0];
    } else if (kind === "ask") {
      this.askTicks = ticks;
      this.askSize = size;
      if (this.bidTicks >= ticks) [this.bidTicks, this.bidSize] = [ticks - 1, 0];
    } else if (size > 0) {
      const middle = (this.bidTicks + this.askTicks) / 2;
      this.next = { side: ticks < middle ? "bid" : "ask", ticks, size };
    }
  }

  private ticks(price: number): number {
    return Math.round(priceToTicks(this.instrument, price));
  }
}

/**
 * Plays a tick file: its first tick happens now, the others as much later by the exchange's clock as the file says.
 * Its symbols do not walk.
 * @throws TickFileError for a line that cannot be read; IBKRError `ERR_IBKR_OPTION` for a symbol that does not exist,
 * `ERR_IBKR_FILE` when the file cannot be read
 */
export async function startTickReplay(exchange: Exchange, file: string): Promise<Timer> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw fileError("tick file", file, "read", error);
  });
  try {
    return playTicks(exchange, parseTickFile(text));
  } catch (error) {
    throw error instanceof TickFileError ? error.in(file) : error;
  }
}

/** @param ticks at least one, in the order of their times */
function playTicks(exchange: Exchange, ticks: readonly FileTick[]): Timer {
  const markets = marketsOf(exchange, ticks);
  for (const [instrument, market] of markets.values()) exchange.drive(instrument, market);
  const { clock } = exchange;
  const shift = clock.now() - ticks[0].time;
  let position = 0;
  let timer: Timer | undefined;
  const play = (): void => {
    for (; position < ticks.length && ticks[position].time + shift <= clock.now(); position++) {
      const [instrument, market] = markets.get(ticks[position].symbol)!;
      market.apply(ticks[position]);
      exchange.move(instrument);
    }
    if (position < ticks.length) timer = runAt(clock, ticks[position].time + shift, play);
  };
  play();
  return { stop: () => timer?.stop() };
}

function marketsOf(
  exchange: Exchange,
  ticks: readonly FileTick[],
): Map<string, [instrument: Instrument, market: RecordedMarket]> {
  const firsts = new Map<string, { bid?: FileTick; ask?: FileTick; last?: FileTick }>();
  for (const tick of ticks) {
    const first = firsts.get(tick.symbol) ?? {};
    first[tick.kind] ??= tick;
    firsts.set(tick.symbol, first);
  }
  return new Map(
    [...firsts].map(([symbol, first]) => {
      const instrument = exchange.instruments.resolve(contractNamed(symbol));
      if (instrument === undefined)
        throw refused("symbol of the tick file", symbol, "a contract that exists");
      return [symbol, [instrument, new RecordedMarket(instrument, first)]];
    }),
  );
}
