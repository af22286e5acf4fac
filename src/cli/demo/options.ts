import { parseArgs } from "node:util";
import { READ_MODES, type ReadMode } from "../../native/options.js";

export const usage = `usage: ibkr-native demo [options]

Streams quotes into a table, trades a bracket, and measures both. Without a host or a port it starts a
simulated gateway of its own; nothing then leaves the machine.

  --seconds N       how long to stream, 1 to 86400 (default 10)
  --symbols A,B,C   US stocks to stream, 1 to 100 (default: 20 well-known ones)
  --read-mode MODE  who reads the socket: loop, spin or thread (default loop)
  --replay FILE     play a captured conversation into the client instead
  --host NAME       a TWS or IB Gateway to use instead (default: IBKR_HOST, or 127.0.0.1 if there is a port)
  --port N          its port (default: IBKR_PORT, or IB Gateway's 4001/4002 by IBKR_ENVIRONMENT)
  --client-id N     client id to connect with (default 77)
  --trade           place orders at that gateway: without it, only market data is requested
  --help            this text
`;

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
  readonly help: boolean;
  readonly target: Target;
  /** How long to stream, in seconds; a replay lasts as long as its capture if this is not given. */
  readonly seconds: number | undefined;
  readonly symbols: readonly string[];
  readonly readMode: ReadMode;
  readonly clientId: number;
  readonly trade: boolean;
}

/** The command line is wrong; the message names option, value and what is allowed. */
export class UsageError extends Error {}

const flags = {
  seconds: { type: "string" },
  symbols: { type: "string" },
  "read-mode": { type: "string" },
  replay: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  "client-id": { type: "string" },
  trade: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws UsageError for the first option that does not fit. */
export function parseOptions(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): DemoOptions {
  const values = read(argv);
  return {
    help: values.help,
    target: targetOf(values, env),
    seconds: numberOf("--seconds", values.seconds, 1, 86_400, false),
    symbols: symbolsOf(values.symbols),
    readMode: readModeOf(values["read-mode"]),
    clientId: numberOf("--client-id", values["client-id"], 0, 0x7fffffff, true) ?? 77,
    trade: values.trade,
  };
}

type Values = ReturnType<typeof read>;

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function targetOf(values: Values, env: NodeJS.ProcessEnv): Target {
  const { replay, host } = values;
  if (replay !== undefined) {
    for (const other of ["host", "port", "symbols", "trade"] as const) {
      if (values[other])
        throw new UsageError(`--${other} and --replay exclude each other: a capture is fixed`);
    }
    if (replay === "") throw bad("--replay", replay, "a file");
    return { kind: "replay", file: replay };
  }
  if (host === "") throw bad("--host", host, "a host name or an IP address");
  const port = numberOf("--port", values.port, 1, 65_535, true);
  const named = host !== undefined || port !== undefined || env["IBKR_HOST"] || env["IBKR_PORT"];
  return named ? { kind: "gateway", host, port } : { kind: "simulator" };
}

function symbolsOf(list: string | undefined): readonly string[] {
  if (list === undefined) return DEFAULT_SYMBOLS;
  const symbols = list.split(",").map((symbol) => symbol.trim().toUpperCase());
  for (const symbol of symbols) {
    if (!SYMBOL.test(symbol)) {
      throw bad(
        "--symbols",
        list,
        "symbols of 1 to 12 letters, digits, dots, dashes or blanks, with commas between",
      );
    }
  }
  const unique = [...new Set(symbols)];
  if (unique.length > MAX_SYMBOLS) throw bad("--symbols", `${unique.length} symbols`, `1 to ${MAX_SYMBOLS}`);
  return unique;
}

function readModeOf(mode: string | undefined): ReadMode {
  const known = READ_MODES.find((name) => name === (mode ?? "loop"));
  if (known === undefined) throw bad("--read-mode", mode, READ_MODES.join(", "));
  return known;
}

function numberOf(
  name: string,
  text: string | undefined,
  min: number,
  max: number,
  integer: boolean,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !(value >= min && value <= max) || (integer && !Number.isInteger(value))) {
    throw bad(name, text, `${integer ? "an integer" : "a number"} from ${min} to ${max}`);
  }
  return value;
}

function bad(name: string, value: unknown, allowed: string): UsageError {
  return new UsageError(`${name} is ${JSON.stringify(value)}; allowed: ${allowed}`);
}
