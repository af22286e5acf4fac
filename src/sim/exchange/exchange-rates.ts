import type { Instrument } from "../market/instrument.js";
import { knownPairs } from "../market/reference-data.js";
import type { Venue } from "./venue.js";

/** What other currencies are worth in USD, at the last price of their pair. */
export class ExchangeRates {
  private readonly pairs = new Map<string, { pair: Instrument; inverse: boolean } | undefined>();

  constructor(private readonly venue: Venue) {}

  /** USD for one unit; 1 for what is no currency with a pair. */
  usdFor(currency: string): number {
    if (currency === "USD" || currency === "") return 1;
    if (!this.pairs.has(currency)) this.pairs.set(currency, this.find(currency));
    const found = this.pairs.get(currency);
    if (found === undefined) return 1;
    const { last } = this.venue.quote(found.pair);
    return found.inverse ? 1 / last : last;
  }

  private find(currency: string): { pair: Instrument; inverse: boolean } | undefined {
    const inverse = knownPairs.has(`USD.${currency}`);
    const [symbol, quoted] = inverse ? ["USD", currency] : [currency, "USD"];
    const pair = this.venue.instruments.resolve({ symbol, secType: "CASH", currency: quoted });
    return pair === undefined ? undefined : { pair, inverse };
  }
}
