// A service around a client, as it runs in production: options from a file, lines of JSON to its output, metrics and health
// over HTTP, an orderly end on SIGTERM, and an exit code by which a supervisor knows whether to start it again
// (docs/operations.md has the unit of systemd).
//
// Run it with: npm run example:service -- CONFIG.yaml
// or, from Node 22.18 on, as it is: node examples/service.ts CONFIG.yaml
//
// METRICS_PORT    where /metrics and /healthz are; default 9464, 0: one that is free
// METRICS_HOST    default 127.0.0.1
// GIVE_UP_SECONDS how long it may be without a gateway before it ends with 75; default 900
// CANCEL_ON_STOP  1: its working orders are cancelled when it is stopped; default: they stay
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { contracts, IBKRClient, IBKRConfig, type IBKRConfigArguments, IBKRError } from "ibkr-native";
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from "ibkr-native/metrics/prometheus";

/** Exit codes of sysexits.h: what starting again cures, and what it does not. */
const TRY_AGAIN = 75;
const WRONG_CONFIGURATION = 78;
const STOP_MS = 10_000;

type Log = Awaited<ReturnType<IBKRConfig["setupLogging"]>>;

/** What the service is for: here it says once a minute where a stock trades. */
async function work(client: IBKRClient, log: Log): Promise<void> {
  const stock = await client.qualify(contracts.stock("AAPL"));
  const sub = client.stream.subscribe(stock, { trades: true });
  await sub.ready;
  const tell = () => {
    const { bid, ask, last } = sub.quote;
    log.info({ symbol: stock.symbol, bid, ask, last, messages: sub.stats().received }, "quote");
  };
  tell();
  setInterval(tell, 60_000).unref();
}

async function serve(client: IBKRClient, isStopping: () => boolean): Promise<Server> {
  const { METRICS_PORT = "9464", METRICS_HOST = "127.0.0.1" } = process.env;
  const server = createServer(({ url }, response) => {
    if (url === "/metrics") {
      response.setHeader("Content-Type", PROMETHEUS_CONTENT_TYPE).end(prometheusText(client));
    } else if (url === "/healthz") {
      const state = isStopping() ? "stopping" : client.state;
      response.writeHead(state === "ready" ? 200 : 503, { "Content-Type": "text/plain" }).end(`${state}\n`);
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(Number(METRICS_PORT), METRICS_HOST);
  await once(server, "listening");
  return server;
}

/** Calls back where the client has been without a gateway for so long that a new process may do better. */
function watchGateway(client: IBKRClient, lost: () => void): void {
  const { GIVE_UP_SECONDS = "900" } = process.env;
  let timer: NodeJS.Timeout | undefined;
  client.on("state", (state) => {
    if (state === "ready" || state === "closed") {
      clearTimeout(timer);
      timer = undefined;
    } else {
      // Each attempt to connect changes the state: the time runs from the first.
      timer ??= setTimeout(lost, Number(GIVE_UP_SECONDS) * 1000);
    }
  });
}

async function cancelOwn(client: IBKRClient): Promise<void> {
  const working = client.tickets.filter(({ isOver }) => !isOver);
  for (const ticket of working) ticket.cancel();
  await Promise.allSettled(working.map((ticket) => ticket.done({ timeoutMs: STOP_MS / 2 })));
}

async function main(file: string | undefined): Promise<void> {
  const options: IBKRConfigArguments = file === undefined ? {} : { config: file };
  const config = await IBKRConfig.load(options);
  const log = await config.setupLogging();
  log.info({ config: config.toJSON() }, "starting");
  const client = await IBKRClient.connect(config);

  let isStopping = false;
  const server = await serve(client, () => isStopping);
  const { port } = server.address() as AddressInfo;
  log.info({ port }, "metrics and health are served");

  const stop = async (why: string, exitCode: number) => {
    if (isStopping) process.exit(exitCode || 1); // asked again: at once
    isStopping = true;
    log.info({ why }, "stopping");
    process.exitCode = exitCode;
    setTimeout(() => {
      log.fatal({ afterMs: STOP_MS }, "it did not end in time");
      process.exit(1);
    }, STOP_MS).unref();
    if (process.env["CANCEL_ON_STOP"] === "1" && client.state === "ready") await cancelOwn(client);
    await client.close(); // working orders stay at the gateway, and on record
    server.close();
    server.closeAllConnections();
    log.info({ exitCode }, "stopped");
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal, 0));
  watchGateway(client, () => void stop("there was no gateway for too long", TRY_AGAIN));
  await work(client, log);
}

main(process.argv[2]).catch((error: unknown) => {
  const isOption =
    error instanceof IBKRError && (error.code === "ERR_IBKR_OPTION" || error.code === "ERR_IBKR_FILE");
  console.error(error instanceof IBKRError ? `${error.code}: ${error.message}` : error);
  process.exit(isOption ? WRONG_CONFIGURATION : TRY_AGAIN);
});
