import type {
  Clock,
  LogEntry,
  ReplayServer,
  SimulatedGateway,
  SimulatedGatewayOptions,
} from "../sim/index.js";
import { anyText, finite, listOf, positive, text, textLike } from "../validation/rules.js";
import {
  badUsage,
  type CliCommand,
  Exit,
  flagOption,
  listOption,
  numberOption,
  textOption,
  withFlagNames,
} from "./common/command-line.js";
import { untilStopped } from "./common/until-stopped.js";

interface Values {
  readonly port: number;
  readonly host: string;
  readonly serverVersion?: number;
  readonly seed?: number;
  readonly rate?: number;
  readonly accounts?: string[];
  readonly cash?: number;
  readonly referenceData?: string;
  readonly lines?: number;
  readonly maxRequests?: number;
  readonly historyPacing?: string;
  readonly log?: string;
  readonly verbose?: boolean;
  readonly logQuotes?: boolean;
  readonly scenario?: string;
  readonly clock?: string;
  readonly start?: string;
  readonly ticks?: string;
  readonly sessions?: boolean;
  readonly fillProbability?: number;
  readonly slippage?: number;
  readonly username?: string;
  readonly readOnly?: boolean;
  readonly allow?: string[];
  readonly flood?: number;
  readonly floodTicks?: number;
  readonly floodRate?: number;
  readonly replay?: string;
  readonly speed?: number;
}

/** A gateway, or a capture that is played. */
interface Server {
  readonly ended?: Promise<void>;
  stop(): Promise<void>;
}

/** What the API calls them: it checks their ranges. */
const NAMES = {
  "--port": "port",
  "--host": "host",
  "--server-version": "serverVersion",
  "--seed": "seed",
  "--accounts": "accounts",
  "--cash": "startingCash",
  "--lines": "marketDataLines",
  "--max-requests": "maxRequestsPerSecond",
  "--history-pacing": "historyPacing",
  "--fill-probability": "fillProbability",
  "--slippage": "slippageTicks",
  "--username": "username",
  "--allow": "allow",
  "--flood": "flood.afterRequests",
  "--flood-ticks": "flood.ticks",
  "--flood-rate": "flood.ticksPerSecond",
  "--speed": "speed",
};

const FLOOD_TICKS = 10_000_000;
const CLOCK = /^(?:real|fast|(\d+(?:\.\d+)?)x)$/;
const CLOCKS = "real, fast, or for example 10x";

const file = () => text("a file");
const list = () => listOf(anyText(), "a list, with commas between");

/** Runs until SIGINT or SIGTERM, or until its scenario ends it. */
export const sim: CliCommand<Values> = {
  name: "sim",
  summary: "simulated gateway: a TWS-protocol server to test against",
  options: [
    numberOption("--port <N>", "port to listen on, 0 lets the system choose", finite).default(4002),
    textOption("--host <ADDRESS>", "address to listen on", anyText).default("127.0.0.1"),
    numberOption(
      "--server-version <N>",
      "highest server version to agree to, 100..226 (default: 226)",
      finite,
    ),
    numberOption("--seed <S>", "seed of everything random, an integer (default: 1)", finite),
    numberOption("--rate <N>", "steps of each watched instrument's walk per second (default: 4)", positive),
    listOption("--accounts <IDS>", "account ids, separated by commas (default: DU0000001)", list),
    numberOption("--cash <USD>", "what each account starts with (default: 1000000)", finite),
    textOption(
      "--reference-data <FILE>",
      "JSON file of contracts, bars, ticks and positions to use instead of made-up ones",
      file,
    ),
    numberOption("--lines <N>", "market data streams per client before error 101 (default: 100)", finite),
    numberOption(
      "--max-requests <N>",
      "requests per second and client before error 100 (default: no limit)",
      finite,
    ),
    textOption(
      "--history-pacing <WHICH>",
      "which requests for history are paced: small-bars (default), all, off",
      anyText,
    ),
    textOption("--log <FILE>", "one JSON line per request, response and event", file),
    flagOption("--log-quotes", "every quote of every instrument that walks, too"),
    textOption(
      "--scenario <FILE>",
      "what happens when: faults, orders of other traders, the end (YAML or JSON)",
      file,
    ),
    textOption("--clock <CLOCK>", "real (default); Nx: N times as fast; fast: as fast as possible", () =>
      textLike(CLOCK, CLOCKS),
    ),
    textOption(
      "--start <TIME>",
      "where a clock that is not real starts, ISO 8601 (default: 2026-01-05T14:30:00Z)",
      anyText,
    ),
    textOption("--ticks <FILE>", "CSV of time, symbol, kind, price, size that moves its symbols", file),
    flagOption("--sessions", "trade in the instruments' trading hours only"),
    numberOption(
      "--fill-probability <P>",
      "chance that a resting order gets a trade it is next for, 0..1 (default: 1)",
      finite,
    ),
    numberOption("--slippage <N>", "most ticks by which orders at market trade worse (default: 0)", finite),
    textOption("--username <NAME>", "whose gateway this is (default: simulated)", anyText),
    flagOption("--read-only", "refuse orders"),
    listOption(
      "--allow <ADDRESSES>",
      "addresses and networks that may connect, separated by commas (default: everybody)",
      list,
    ),
    numberOption(
      "--flood <N>",
      "after N market data requests of a client: ticks as fast as it takes them",
      finite,
    ),
    numberOption("--flood-ticks <M>", "how many ticks a flood has (default: 10000000)", finite),
    numberOption("--flood-rate <R>", "ticks per second of a flood (default: no limit)", finite),
    textOption("--replay <FILE>", "play a captured conversation instead", file),
    numberOption("--speed <X>", "with --replay: how much faster than recorded (default: 1)", positive),
    flagOption("--verbose", "print connections, requests, orders and errors"),
  ],
  async run(values) {
    refuseIdle(values);
    const server = await withFlagNames<Server>(NAMES, () =>
      values.replay === undefined ? startGateway(values) : startReplay(values.replay, values),
    );
    await untilStopped(server.ended);
    await server.stop();
    return Exit.DONE;
  },
};

async function startGateway(values: Values): Promise<SimulatedGateway> {
  const { SimulatedGateway } = await import("../sim/index.js");
  const { flood, floodTicks = FLOOD_TICKS, floodRate, log, logQuotes, rate, verbose } = values;
  const gateway = await SimulatedGateway.start({
    port: values.port,
    host: values.host,
    serverVersion: values.serverVersion,
    seed: values.seed,
    tickIntervalMs: rate === undefined ? undefined : 1000 / rate,
    accounts: values.accounts,
    startingCash: values.cash,
    referenceData: values.referenceData,
    marketDataLines: values.lines,
    maxRequestsPerSecond: values.maxRequests,
    historyPacing: values.historyPacing as SimulatedGatewayOptions["historyPacing"],
    log: { file: log, quotes: logQuotes, onEntry: verbose ? await printer() : undefined },
    clock: await clockOf(values),
    scenario: values.scenario,
    ticks: values.ticks,
    sessions: values.sessions,
    fillProbability: values.fillProbability,
    slippageTicks: values.slippage,
    username: values.username,
    readOnly: values.readOnly,
    allow: values.allow,
    flood:
      flood === undefined
        ? undefined
        : { afterRequests: flood, ticks: floodTicks, ticksPerSecond: floodRate },
  });
  const { host, port, serverVersion, seed } = gateway;
  process.stdout.write(
    `simulated gateway listening on ${host}:${port} (server version ${serverVersion}, seed ${seed})\n`,
  );
  return gateway;
}

/** Prints the log's entries that are for people. */
async function printer(): Promise<(entry: LogEntry) => void> {
  const { lineOf } = await import("./sim/log-lines.js");
  return (entry) => {
    const line = lineOf(entry);
    if (line !== undefined) process.stdout.write(`${line}\n`);
  };
}

async function startReplay(file: string, { port, host, speed, verbose }: Values): Promise<ReplayServer> {
  const { ReplayServer } = await import("../sim/index.js");
  const replay = await ReplayServer.start({ file, port, host, speed });
  process.stdout.write(
    `replay server listening on ${host}:${replay.port} (server version ${replay.serverVersion})\n`,
  );
  if (verbose) void reportConnections(replay);
  return replay;
}

/** One line a connection that has ended; waits for the next one for ever. */
async function reportConnections(replay: ReplayServer): Promise<void> {
  for (;;) {
    const { framesSent, requestsMatched, refusal } = await replay.nextSummary();
    const end = refusal === "" ? `${framesSent} frames sent, ${requestsMatched} requests matched` : refusal;
    process.stdout.write(`connection ended: ${end}\n`);
  }
}

/** What would have no effect is refused: whoever gives it believes that it has. @throws UsageError */
function refuseIdle(values: Values): void {
  const given = (name: keyof Values): boolean => values[name] !== undefined;
  if (values.replay !== undefined) {
    for (const option of sim.options) {
      const name = option.attributeName() as keyof Values;
      if (given(name) && !WITH_REPLAY.includes(name))
        throw badUsage(option.long!, values[name], "without --replay: a capture is played as it is");
    }
  }
  for (const [name, flag, needed] of NEEDS) {
    if (given(name) && !given(needed)) throw badUsage(flag, values[name], `with --${needed}`);
  }
}

/** What a replay goes by. */
const WITH_REPLAY: readonly (keyof Values)[] = ["replay", "port", "host", "speed", "verbose"];
/** Options that say something about another one. */
const NEEDS: readonly [name: keyof Values, flag: string, needed: keyof Values][] = [
  ["speed", "--speed", "replay"],
  ["floodTicks", "--flood-ticks", "flood"],
  ["floodRate", "--flood-rate", "flood"],
  ["logQuotes", "--log-quotes", "log"],
];

async function clockOf({ clock = "real", start }: Values): Promise<Clock | undefined> {
  const at = start === undefined ? undefined : Date.parse(start);
  if (Number.isNaN(at)) throw badUsage("--start", start, "for example 2026-01-05T14:30:00Z");
  if (clock === "real") {
    if (start !== undefined) throw badUsage("--start", start, "with --clock fast or Nx");
    return undefined;
  }
  const speed = clock === "fast" ? Number.POSITIVE_INFINITY : Number(CLOCK.exec(clock)![1]);
  if (!(speed > 0)) throw badUsage("--clock", clock, CLOCKS);
  const { VirtualClock } = await import("../sim/index.js");
  return new VirtualClock({ speed, start: at });
}
