import type { Instrument } from "../market/instrument.js";

/** What an order costs in all, in the instrument's currency. */
interface Tariff {
  /** Per share or contract. */
  perUnit?: number;
  /** Share of the traded value. */
  ofValue?: number;
  minimum?: number;
  /** At most this share of the value. */
  maximumOfValue?: number;
}

const STOCK: Tariff = { perUnit: 0.005, minimum: 1, maximumOfValue: 0.01 };

/** The schedule, by security type; types that are not listed pay what stocks do. */
const commissionSchedule: Readonly<Record<string, Tariff>> = {
  STK: STOCK,
  CFD: { perUnit: 0.005, minimum: 1 },
  OPT: { perUnit: 0.65, minimum: 1 },
  FOP: { perUnit: 1.42 },
  FUT: { perUnit: 2.25 },
  CASH: { ofValue: 0.00002, minimum: 2 },
  CRYPTO: { ofValue: 0.0018, minimum: 1.75 },
  BOND: { ofValue: 0.001, minimum: 1 },
  WAR: { perUnit: 0.65, minimum: 1 },
  FUND: { minimum: 14.95 },
  CMDTY: { ofValue: 0.00015, minimum: 2 },
  BAG: { perUnit: 0.65, minimum: 1 },
};

/** Commission of an order after `quantity` of it has traded for `value` in all, in the instrument's currency. */
export function commissionFor(instrument: Instrument, quantity: number, value: number): number {
  if (quantity <= 0) return 0;
  const tariff = commissionSchedule[instrument.secType] ?? STOCK;
  let amount = (tariff.perUnit ?? 0) * quantity + (tariff.ofValue ?? 0) * Math.abs(value);
  if (tariff.minimum !== undefined) amount = Math.max(tariff.minimum, amount);
  if (tariff.maximumOfValue !== undefined) {
    amount = Math.min(amount, Math.max(0.01, Math.abs(value) * tariff.maximumOfValue));
  }
  // Six decimals, as commission reports carry them.
  return Number(amount.toFixed(6));
}
