// Streams several symbols and shows what becomes of their messages, the bars of one second and of one minute that they
// make, and the order book of the first: a table that is drawn again in place, or plain lines where the output is no terminal. A simulated gateway is started for it, unless --host or --port name another.
//
// Run it with: npm run example:stream -- --seconds 10
// or, from Node 22.18 on, as it is: node examples/market-data-stream.ts --port 4002 --symbols AAPL,MSFT
import { parseArgs } from "node:util";
import {
  type BookLevel,
  type ConnectStreamOptions,
  contracts,
  IBKRDataStream,
  type ProfileName,
  type StreamStats,
  type Subscription,
} from "ibkr-native";

const DRAW_MS = 500;
const LINES_MS = 1_000;
/** Trades and quotes of less are left out. */
const MIN_SIZE = 200;

interface Settings {
  readonly connection: ConnectStreamOptions;
  readonly symbols: readonly string[];
  /** How long it runs; undefined: until Ctrl-C. */
  readonly seconds: number | undefined;
}

function settings(): Settings {
  const { values } = parseArgs({
    options: {
      host: { type: "string" },
      port: { type: "string" },
      "client-id": { type: "string", default: "17" },
      profile: { type: "string", default: "low-latency" },
      symbols: { type: "string", default: "AAPL,MSFT,NVDA,AMZN,GOOGL,META,TSLA,SPY" },
      seconds: { type: "string" },
    },
  });
  const { host, port, seconds } = values;
  const gateway: ConnectStreamOptions =
    host === undefined && port === undefined
      ? { environment: "simulation", simulation: { tickIntervalMs: 10 } }
      : { host, port: port === undefined ? undefined : Number(port) };
  if (seconds !== undefined && !(Number(seconds) > 0))
    throw new Error(`--seconds is ${seconds} (allowed: a number above 0)`);
  return {
    connection: {
      ...gateway,
      clientId: Number(values["client-id"]),
      profile: values.profile as ProfileName, // another name is refused by connect(), which says what there is
    },
    symbols: values.symbols.split(",").filter((symbol) => symbol !== ""),
    seconds: seconds === undefined ? undefined : Number(seconds),
  };
}

// --- what is shown -----------------------------------------------------------------------------------------------

const HEADS = [
  "symbol",
  "state",
  "bid",
  "ask",
  "last",
  "msg/s",
  "lag p50",
  "p99 µs",
  "conflated",
  "filtered",
  "dropped",
];
const WIDTHS = [7, 12, 9, 9, 9, 7, 9, 9, 10, 9, 8];

const price = (value: number | undefined) => (value === undefined ? "-" : value.toFixed(2));
const whole = (value: number) => Math.round(value).toLocaleString("en-US");
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i < 2 ? cell.padEnd(WIDTHS[i]) : cell.padStart(WIDTHS[i]))).join(" ");
}

function flow({ messagesPerSecond, lag, conflated, filtered, dropped }: StreamFlow): string[] {
  return [messagesPerSecond, lag.p50, lag.p99, conflated, sum(filtered), dropped].map(whole);
}
type StreamFlow = Pick<StreamStats, "messagesPerSecond" | "lag" | "conflated" | "filtered" | "dropped">;

const BARS = ["1s", "1m"] as const;
const ROWS = 5;

/** The newest bar of each size: the forming one where none is closed yet. */
function barLine(sub: Subscription): string {
  const bars = BARS.map((size) => {
    const series = sub.bars(size);
    const bar = series.at(-1) ?? series.forming;
    if (bar === undefined) return `${size} -`;
    const { open, high, low, close, volume, vwap } = bar;
    return `${size} ${[open, high, low, close].map(price).join(" ")} volume ${whole(volume)} vwap ${price(vwap)}`;
  });
  return `${(sub.contract.symbol ?? "").padEnd(WIDTHS[0])} ${bars.join(" | ")}`;
}

/** All of one instant: bids to the left, asks to the right. */
function bookLines({ contract, book }: Subscription): string[] {
  const { bids, asks, crossed, damaged } = book.toObject();
  const cell = (level: BookLevel | undefined) =>
    (level === undefined ? "" : `${whole(level.size ?? 0).padStart(7)} at ${price(level.price)}`).padEnd(24);
  const marks = [crossed && "crossed", damaged && "damaged"].filter(Boolean).join(", ");
  return [
    `book of ${contract.symbol}: spread ${price(book.spread)} microprice ${price(book.microprice)} ` +
      `imbalance ${(book.imbalance(ROWS) ?? 0).toFixed(2)} ${marks}`,
    ...Array.from({ length: ROWS }, (_, i) => `${cell(bids[i])} ${cell(asks[i])}`),
  ];
}

function table(stream: IBKRDataStream, subscriptions: readonly Subscription[]): string[] {
  const stats = stream.stats();
  const { connection } = stats;
  return [
    row(HEADS),
    ...subscriptions.map((sub) => {
      const { bid, ask, last } = sub.quote;
      return row([
        sub.contract.symbol ?? "",
        sub.state,
        price(bid),
        price(ask),
        price(last),
        ...flow(sub.stats()),
      ]);
    }),
    row(["total", stream.state, "", "", "", ...flow(stats)]),
    ...subscriptions.map(barLine),
    ...subscriptions.slice(0, 1).flatMap(bookLines),
    `received ${whole(stats.received)}, delivered ${whole(stats.delivered)}, batches ${whole(stats.batches)}, ` +
      `lines ${stats.lines.used} of ${stats.lines.available}`,
    connection === undefined
      ? "ring: no connection"
      : `ring: ${whole(connection.ringUsedSlots)} of ${whole(connection.ringSlots)} slots in use, ` +
        `${whole(connection.ringHighWaterSlots)} at the most, full ${whole(connection.fullRingStops)} times, ` +
        `${whole(connection.overflowed)} records waited outside, ${whole(connection.guardReads)} reads by the guard thread`,
  ];
}

/** Draws over what it has drawn before. */
function tableInPlace(out: NodeJS.WriteStream): (lines: readonly string[]) => void {
  let drawn = 0;
  return (lines) => {
    const up = drawn === 0 ? "" : `\x1b[${drawn}A`;
    // A line that is broken by the terminal would be two to go up.
    out.write(up + lines.map((line) => `${line.slice(0, out.columns - 1)}\x1b[K\n`).join(""));
    drawn = lines.length;
  };
}

// --- the program -------------------------------------------------------------------------------------------------

/** Resolves when the time is over, with Ctrl-C, or when the connection is lost, which it returns. */
function end(stream: IBKRDataStream, seconds: number | undefined): Promise<"over" | "lost"> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve("over"));
    stream.on("state", (state) => {
      if (state === "down") resolve("lost");
    });
    if (seconds !== undefined) setTimeout(() => resolve("over"), seconds * 1_000).unref();
  });
}

async function main(): Promise<void> {
  const { connection, symbols, seconds } = settings();
  const stream = await IBKRDataStream.connect({ timeoutMs: 20_000, ...connection });
  const { stdout } = process;
  const isTerminal = stdout.isTTY === true;
  const show = isTerminal
    ? tableInPlace(stdout)
    : (lines: readonly string[]) => console.log(lines.join("\n"));
  try {
    stream.on("error", (error) => console.error(error.message));
    const subscriptions = symbols.map((symbol, i) => {
      const sub = stream.subscribe(contracts.stock(symbol), {
        ...{ trades: true, filter: { minSize: MIN_SIZE }, bars: [...BARS] },
        // A login has three books at once.
        depth: i === 0 ? ROWS : false,
      });
      sub.on("state", ({ state, reason }) => {
        if (state === "failed") console.error(`${symbol}: ${reason}`);
      });
      return sub;
    });
    const draw = () => show(table(stream, subscriptions));
    const timer = setInterval(draw, isTerminal ? DRAW_MS : LINES_MS);
    const ended = await end(stream, seconds);
    clearInterval(timer);
    draw();
    if (ended === "lost") throw new Error("the connection was lost");
  } finally {
    await stream.close();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
