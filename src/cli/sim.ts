import { parseArgs } from "node:util";
import { type Clock, ReplayServer, SimulatedGateway, VirtualClock } from "../sim/index.js";

export const usage = `usage: ibkr-native sim [options]

  --port N             port to listen on, 0 lets the system choose (default 4002)
  --host ADDRESS       address to listen on (default 127.0.0.1)
  --server-version N   highest server version to agree to, 100..226 (default 226)
  --seed S             seed of everything random, an integer (default 1)
  --rate N             steps of each watched instrument's walk per second (default 4)
  --accounts IDS       account ids, separated by commas (default DU0000001)
  --cash USD           what each account starts with (default 1000000)
  --reference-data F   JSON file of contracts, bars, ticks and positions to use instead of made-up ones
  --lines N            market data streams per client before error 101 (default 100)
  --max-requests N     requests per second and client before error 100 (default: no limit)
  --log FILE           one JSON line per request, response and event
  --log-quotes         every quote of every instrument that walks, too
  --scenario FILE      what happens when: faults, orders of other traders, the end (YAML or JSON)
  --clock CLOCK        real; Nx: N times as fast; fast: as fast as possible (default real)
  --start TIME         where a clock that is not real starts, ISO 8601 (default 2026-01-05T14:30:00Z)
  --ticks FILE         CSV of time, symbol, kind, price, size that moves its symbols
  --sessions           trade in the instruments' trading hours only
  --fill-probability P chance that a resting order gets a trade it is next for, 0..1 (default 1)
  --slippage N         most ticks by which orders at market trade worse (default 0)
  --username NAME      whose gateway this is (default simulated)
  --read-only          refuse orders
  --allow ADDRESSES    addresses and networks that may connect, separated by commas
  --flood N            after N market data requests of a client: ticks as fast as it takes them
  --flood-ticks M      how many ticks a flood has (default 10000000)
  --flood-rate R       ticks per second of a flood (default: no limit)
  --replay FILE        play a captured conversation instead
  --speed X            with --replay: how much faster than recorded (default 1)
  --help               this text
`;

const options = {
  port: { type: "string", default: "4002" },
  host: { type: "string", default: "127.0.0.1" },
  "server-version": { type: "string" },
  seed: { type: "string" },
  rate: { type: "string" },
  accounts: { type: "string" },
  cash: { type: "string" },
  "reference-data": { type: "string" },
  lines: { type: "string" },
  "max-requests": { type: "string" },
  log: { type: "string" },
  "log-quotes": { type: "boolean", default: false },
  scenario: { type: "string" },
  clock: { type: "string", default: "real" },
  start: { type: "string" },
  ticks: { type: "string" },
  sessions: { type: "boolean", default: false },
  "fill-probability": { type: "string" },
  slippage: { type: "string" },
  username: { type: "string" },
  "read-only": { type: "boolean", default: false },
  allow: { type: "string" },
  flood: { type: "string" },
  "flood-ticks": { type: "string", default: "10000000" },
  "flood-rate": { type: "string" },
  replay: { type: "string" },
  speed: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** Runs until SIGINT or SIGTERM. @returns the exit code. */
export async function run(argv: string[]): Promise<number> {
  let server: { stop(): Promise<void>; readonly ended?: Promise<void> };
  try {
    const { values } = parseArgs({ args: argv, options, strict: true });
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    server =
      values.replay === undefined ? await startGateway(values) : await startReplay(values.replay, values);
  } catch (error) {
    process.stderr.write(`ibkr-native sim: ${(error as Error).message}\n`);
    return 1;
  }
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
    server.ended?.then(resolve, resolve);
  });
  try {
    await server.stop();
  } catch (error) {
    process.stderr.write(`ibkr-native sim: ${(error as Error).message}\n`);
    return 1;
  }
  return 0;
}

type Values = Partial<Record<keyof typeof options, string | boolean>>;

async function startGateway(values: Values): Promise<SimulatedGateway> {
  const rate = numberOf(values, "rate");
  if (rate !== undefined && !(rate > 0))
    throw new RangeError(`--rate is ${rate} (allowed: a number above 0)`);
  const flood = numberOf(values, "flood");
  const gateway = await SimulatedGateway.start({
    port: numberOf(values, "port"),
    host: values.host as string,
    serverVersion: numberOf(values, "server-version"),
    seed: numberOf(values, "seed"),
    tickIntervalMs: rate === undefined ? undefined : 1000 / rate,
    accounts: (values.accounts as string | undefined)?.split(","),
    startingCash: numberOf(values, "cash"),
    referenceData: values["reference-data"] as string | undefined,
    marketDataLines: numberOf(values, "lines"),
    maxRequestsPerSecond: numberOf(values, "max-requests"),
    log: { file: values.log as string | undefined, quotes: values["log-quotes"] as boolean },
    clock: clockOf(values),
    scenario: values.scenario as string | undefined,
    ticks: values.ticks as string | undefined,
    sessions: values.sessions as boolean,
    fillProbability: numberOf(values, "fill-probability"),
    slippageTicks: numberOf(values, "slippage"),
    username: values.username as string | undefined,
    readOnly: values["read-only"] as boolean,
    allow: (values.allow as string | undefined)?.split(","),
    flood:
      flood === undefined
        ? undefined
        : {
            afterRequests: flood,
            ticks: numberOf(values, "flood-ticks")!,
            ticksPerSecond: numberOf(values, "flood-rate"),
          },
  });
  const { host, port, serverVersion, seed } = gateway;
  process.stdout.write(
    `simulated gateway listening on ${host}:${port} (server version ${serverVersion}, seed ${seed})\n`,
  );
  return gateway;
}

async function startReplay(file: string, values: Values): Promise<ReplayServer> {
  const replay = await ReplayServer.start({
    file,
    port: numberOf(values, "port"),
    host: values.host as string,
    speed: numberOf(values, "speed"),
  });
  process.stdout.write(
    `replay server listening on ${values.host}:${replay.port} (server version ${replay.serverVersion})\n`,
  );
  return replay;
}

function clockOf(values: Values): Clock | undefined {
  const name = values.clock as string;
  const speed = name === "fast" ? Number.POSITIVE_INFINITY : Number(/^(\d+(?:\.\d+)?)x$/.exec(name)?.[1]);
  if (name !== "real" && !(speed > 0)) {
    throw new RangeError(`--clock is ${JSON.stringify(name)} (allowed: real, fast, or for example 10x)`);
  }
  const start = values.start === undefined ? undefined : Date.parse(values.start as string);
  if (Number.isNaN(start)) {
    throw new RangeError(
      `--start is ${JSON.stringify(values.start)} (allowed: for example 2026-01-05T14:30:00Z)`,
    );
  }
  if (name !== "real") return new VirtualClock({ speed, start });
  if (start !== undefined)
    throw new RangeError("--start is given with the real clock (allowed: with --clock fast or Nx)");
  return undefined;
}

function numberOf(values: Values, name: keyof typeof options): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text === "" || Number.isNaN(value))
    throw new RangeError(`--${name} is ${JSON.stringify(text)} (allowed: a number)`);
  return value;
}
