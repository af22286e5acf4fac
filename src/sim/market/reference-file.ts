import { readFileSync } from "node:fs";
import type * as zod from "zod";
import { check } from "../../domain/check.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import { fileError } from "../../domain/system-error.js";
import {
  anyText,
  fields,
  finite,
  integer,
  listOf,
  notNegative,
  positive,
  text,
  textLike,
} from "../../validation/rules.js";
import { lazily, z } from "../../validation/zod.js";
import type { ReferenceData } from "./recorded.js";

const BAR = "a list of date, open, high, low, close, volume, average price and count";
const DATE = "seconds since 1970, or yyyymmdd";
const TRADE = "a list of time (seconds since 1970), price, size, exchange and conditions";
const QUOTE = "a list of time (seconds since 1970), bid, ask, bid size and ask size";

const rules = lazily(() => {
  const conId = integer(1);

  const contract = fields({
    conId,
    secType: text(),
    symbol: text(),
    currency: text(),
    localSymbol: text().optional(),
    lastTradeDate: text().optional(),
    strike: positive().optional(),
    right: text().optional(),
    exchange: text().optional(),
    primaryExch: anyText().optional(),
    tradingClass: text().optional(),
    longName: anyText().optional(),
    basePrice: positive().optional(),
  });

  const date = z().union([z().number(), textLike(/^\d{8}$/, DATE)], { error: DATE });
  const bar = z().tuple([date, finite(), finite(), finite(), finite(), finite(), finite(), finite()], {
    error: BAR,
  });

  const trade = z().tuple([finite(), finite(), notNegative(), anyText(), anyText().optional()], {
    error: TRADE,
  });

  const quote = z().tuple([finite(), finite(), finite(), notNegative(), notNegative()], { error: QUOTE });

  const position = fields({ account: text().optional(), conId, quantity: finite(), averagePrice: finite() });

  return fields({
    contracts: listOf(contract).optional(),
    bars: listOf(fields({ conId, whatToShow: text(), barSize: text(), bars: listOf(bar) })).optional(),
    trades: listOf(fields({ conId, ticks: listOf(trade) })).optional(),
    quotes: listOf(fields({ conId, ticks: listOf(quote) })).optional(),
    positions: listOf(position).optional(),
  }) satisfies zod.ZodType<ReferenceData>;
});

/**
 * Makes sure that an object, or a JSON file, is reference data.
 * @throws IBKRError `ERR_IBKR_FILE` for a file that is no JSON or cannot be read, `ERR_IBKR_OPTION` that names the part that is
 * wrong and what is allowed there
 */
export function loadReferenceData(given: ReferenceData | string): ReferenceData {
  if (typeof given !== "string") return check(rules(), given, "referenceData");
  const subject = `reference data ${given}`;
  let source: string;
  try {
    source = readFileSync(given, "utf8");
  } catch (error) {
    throw fileError("reference data", given, "read", error);
  }
  let data: unknown;
  try {
    data = JSON.parse(source);
  } catch (error) {
    throw new IBKRError("ERR_IBKR_FILE", `${subject}: ${(error as Error).message}`, { cause: error });
  }
  return check(rules(), data, `${subject}: it`);
}
