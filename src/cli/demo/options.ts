import { READ_MODES, type ReadMode } from "../../native/options.js";
import { integer, oneOf, text } from "../../validation/rules.js";
import { lazily, z } from "../../validation/zod.js";
import { flagOption, numberOption, textOption, UsageError } from "../common/command-line.js";

export const DEFAULT_SYMBOLS = [
  ...["AAPL", "MSFT", "NVDA", "AMZN", "GOOGL", "META", "TSLA", "AVGO", "JPM", "V"],
  ...["MA", "UNH", "XOM", "WMT", "JNJ", "PG", "COST", "HD", "SPY", "QQQ"],
];

const MAX_SYMBOLS = 100;
const SYMBOL = /^[A-Z0-9][A-Z0-9 .-]{0,11}$/;

/** What the demo connects to. */
export type Target =
  | { readonly kind: "simulator" }
  /** `host` and `port` as given; left out, the client's defaults hold. */
  | { readonly kind: "gateway"; readonly host?: string; readonly port?: number }
  | { readonly kind: "replay"; readonly file: string };

export interface DemoOptions {
  readonly target: Target;
  /** How long to stream, in seconds; a replay lasts as long as its capture if this is not given. */
  readonly seconds: number | undefined;
  readonly symbols: readonly string[];
  readonly readMode: ReadMode;
  readonly clientId: number;
  readonly trade: boolean;
}

/** What the command line gives. */
export interface DemoValues {
  readonly seconds?: number;
  readonly symbols?: readonly string[];
  readonly readMode: ReadMode;
  readonly replay?: string;
  readonly host?: string;
  readonly port?: number;
  readonly clientId: number;
  readonly trade?: boolean;
}

const LISTED = "symbols of 1 to 12 letters, digits, dots, dashes or blanks, with commas between";
const SOME = `1 to ${MAX_SYMBOLS} symbols`;

const symbolsRule = lazily(() =>
  z()
    .string({ error: LISTED })
    .transform((list) => [...new Set(list.split(",").map((symbol) => symbol.trim().toUpperCase()))])
    .refine((symbols) => symbols.every((symbol) => SYMBOL.test(symbol)), { error: LISTED })
    .refine((symbols) => symbols.length <= MAX_SYMBOLS, { error: SOME }),
);

const SECONDS = "a number from 1 to 86400";
const secondsRule = lazily(() =>
  z().number({ error: SECONDS }).min(1, { error: SECONDS }).max(86_400, { error: SECONDS }),
);

export const OPTIONS = [
  numberOption("--seconds <N>", "how long to stream, 1 to 86400 (default: 10)", secondsRule),
  textOption("--symbols <A,B,C>", "US stocks to stream, 1 to 100 (default: 20 well-known ones)", symbolsRule),
  textOption("--read-mode <MODE>", "who reads the socket: loop, spin or thread", () =>
    oneOf(READ_MODES),
  ).default("loop"),
  textOption("--replay <FILE>", "play a captured conversation into the client instead", () => text("a file")),
  textOption(
    "--host <NAME>",
    "a TWS or IB Gateway to use instead (default: IBKR_HOST, or 127.0.0.1 if there is a port)",
    () => text("a host name or an IP address"),
  ),
  numberOption(
    "--port <N>",
    "its port (default: IBKR_PORT, or IB Gateway's 4001/4002 by IBKR_ENVIRONMENT)",
    () => integer(1, 65_535),
  ),
  numberOption("--client-id <N>", "client id to connect with", () => integer(0, 0x7fffffff)).default(77),
  flagOption("--trade", "place orders at that gateway: without it, only market data is requested"),
];

/** @throws UsageError for options that exclude each other. */
export function resolveDemo(values: DemoValues, env: NodeJS.ProcessEnv = process.env): DemoOptions {
  const { seconds, symbols = DEFAULT_SYMBOLS, readMode, clientId, trade = false } = values;
  const target = targetOf(values, env);
  if (trade && target.kind === "simulator")
    throw new UsageError(
      "--trade is for a gateway: name it with --host or --port. The simulated one is traded at anyway",
    );
  return { target, seconds, symbols, readMode, clientId, trade };
}

function targetOf(values: DemoValues, env: NodeJS.ProcessEnv): Target {
  const { replay, host, port } = values;
  if (replay !== undefined) {
    for (const other of ["host", "port", "symbols", "trade"] as const) {
      if (values[other])
        throw new UsageError(`--${other} and --replay exclude each other: a capture is fixed`);
    }
    return { kind: "replay", file: replay };
  }
  const named = host !== undefined || port !== undefined || env["IBKR_HOST"] || env["IBKR_PORT"];
  return named ? { kind: "gateway", host, port } : { kind: "simulator" };
}
