import { resolveOptions } from "../../api/options.js";
import type { IBApiOptions } from "../../index.js";
import { GATEWAY_PLAN, SIMULATOR_PLAN } from "./bracket.js";
import type { DemoOptions, Target } from "./options.js";
import { FIRST_CALLS, stock } from "./order-entry.js";
import { Scene } from "./scene.js";
import { SimulatorProcess } from "./simulator.js";
import type { Stage } from "./stage.js";
import { type Measurement, type Summary, sessionFacts, tickMeasurement } from "./summary.js";
import { Trading } from "./trading.js";

const DEFAULT_SECONDS = 10;
/** Orders of the demo come some fifty milliseconds apart: their way is kept in the caches. */
const KEEP_WARM_MS = 5;
/** Long enough to press Ctrl-C. */
const LIVE_WARNING_MS = 5_000;
/** The simulated gateway paces nobody. */
const UNPACED = 1_000_000;

/** What the figures are made of where the gateway runs beside the demo; measured, see docs/demo.md. */
const REMARKS = [
  "tick: what remains is the system waking this process; above p95, mostly code of the first seconds, not compiled yet",
  `placeOrder() returns: calls 1–${FIRST_CALLS} run code that is not compiled yet; ${FIRST_CALLS + 1}+ are all calls after them`,
  "placeOrder() returns: on loopback the system delivers to the gateway, and wakes it, within the call",
  "placeOrder() to status: mostly the simulated gateway's own work",
];

/** The tour with a simulated gateway in a process of its own, which trades. */
export async function tourSimulator(options: DemoOptions, stage: Stage): Promise<Summary> {
  const simulator = await SimulatorProcess.start();
  try {
    const { host, port } = simulator;
    const where = `simulated gateway at ${host}:${port}`;
    const client = { host, port, maxReqPerSec: UNPACED };
    const summary = await tour({ options, stage, where, client, trade: true, simulated: true });
    const { ending } = simulator;
    return ending === undefined
      ? summary
      : { ...summary, problems: [...summary.problems, `the simulated gateway: ${ending}`] };
  } finally {
    await simulator.stop();
  }
}

/** The tour with a gateway that runs already: market data, and orders only if they are wanted. */
export function tourGateway(
  options: DemoOptions,
  target: Target & { kind: "gateway" },
  stage: Stage,
): Promise<Summary> {
  const { host, port } = resolveOptions({ host: target.host, port: target.port });
  const where = `gateway at ${host}:${port}`;
  return tour({ options, stage, where, client: { host, port }, trade: options.trade, simulated: false });
}

interface Tour {
  readonly options: DemoOptions;
  readonly stage: Stage;
  readonly where: string;
  readonly client: IBApiOptions;
  readonly trade: boolean;
  readonly simulated: boolean;
}

async function tour({ options, stage, where, client, trade, simulated }: Tour): Promise<Summary> {
  const { changes } = stage;
  const { clientId, readMode, symbols } = options;
  const seconds = options.seconds ?? DEFAULT_SECONDS;
  const subscriptions = symbols.map((symbol) => ({ contract: stock(symbol), genericTicks: "" }));
  const scene = new Scene(
    {
      where,
      measured: true,
      client: { ...client, clientId, readMode, keepWarmMs: KEEP_WARM_MS },
      symbols,
      subscriptions,
    },
    stage,
  );
  const { link } = scene;
  try {
    await link.open("order id");
    scene.startShowing();
    if (trade && !simulated) await announceTrading(scene, stage);
    scene.startStreaming();
    const plan = simulated ? SIMULATOR_PLAN : GATEWAY_PLAN;
    const trading = trade && !changes.aborted ? new Trading(scene, plan, simulated) : undefined;
    const streamed = changes
      .until(() => link.failure !== "", seconds * 1000)
      .then((lost) => {
        if (lost) stage.stop();
      });
    await Promise.all([streamed, trading?.run(seconds)]);
    scene.stopStreaming();
    await trading?.finish();
    return summarise(scene, trading, simulated);
  } finally {
    scene.stopShowing();
    link.close();
  }
}

/** Says what is going to be placed, and on an account that is no paper account leaves time to prevent it. */
async function announceTrading({ table, link }: Scene, { changes, events }: Stage): Promise<void> {
  const { quantity, exitMargin } = GATEWAY_PLAN;
  const [account = "(default)"] = link.accounts;
  const [symbol, other = symbol] = table.symbols;
  const isPaper = account.startsWith("D");
  const warn = (text: string) => events.note(text, "warning");
  warn(`--trade: orders go to ${isPaper ? "paper" : "LIVE"} account ${account}`);
  warn(`a bracket: BUY ${quantity} ${symbol} at the ask, exits ${exitMargin * 100} % above and below`);
  warn(`an order to be cancelled: BUY ${quantity} ${other} far below the market`);
  warn("at the end: exits that still work are cancelled, what was bought is sold at the market");
  if (isPaper) return;
  warn(`${account} is no paper account: placed in ${LIVE_WARNING_MS / 1000} s, Ctrl-C prevents it`);
  await changes.pause(LIVE_WARNING_MS);
}

function summarise(scene: Scene, trading: Trading | undefined, simulated: boolean): Summary {
  const { blotter, link, orders } = scene;
  const measurements: Measurement[] = [tickMeasurement(scene)];
  if (orders !== undefined) {
    measurements.push(
      { what: `order: placeOrder() returns, 1–${FIRST_CALLS}`, samples: orders.firstCallLatency },
      { what: `order: placeOrder() returns, ${FIRST_CALLS + 1}+`, samples: orders.callLatency },
      { what: "order: placeOrder() to status", samples: orders.statusLatency },
    );
  }
  const problems = [...(trading?.problems ?? [])];
  if (link.failure !== "") problems.unshift(link.failure);
  if (scene.table.ticks === 0)
    problems.push("no ticks came: is the market open, is there a market data subscription?");
  return {
    facts: [...sessionFacts(scene), ...orderFacts(scene)],
    measurements,
    remarks: simulated ? REMARKS : [],
    fills: trading === undefined ? undefined : blotter.fills,
    positions: trading === undefined || !blotter.positionsComplete ? undefined : blotter.positions,
    problems,
  };
}

function orderFacts({ blotter }: Scene): [string, string][] {
  const { sampled, shown } = blotter.counts;
  if (shown === 0) return [];
  const samples = sampled === 0 ? "" : `, and ${sampled} to measure latency, each cancelled at once`;
  return [["orders", `${shown} as listed above${samples}`]];
}
