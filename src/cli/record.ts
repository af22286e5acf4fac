import { parseArgs } from "node:util";
import { Recorder } from "../sim/index.js";

export const usage = `usage: ibkr-native record --gateway HOST:PORT --out FILE [options]

  --gateway HOST:PORT  the gateway, or a TWS, that answers
  --out FILE           capture to write; account ids in it are masked
  --listen PORT        port clients connect to, 0 lets the system choose (default 4003)
  --host ADDRESS       address to listen on (default 127.0.0.1)
  --help               this text

Play the capture with: ibkr-native sim --replay FILE
`;

const options = {
  gateway: { type: "string" },
  out: { type: "string" },
  listen: { type: "string", default: "4003" },
  host: { type: "string", default: "127.0.0.1" },
  help: { type: "boolean", default: false },
} as const;

/** Runs until SIGINT or SIGTERM. @returns the exit code. */
export async function run(argv: string[]): Promise<number> {
  let recorder: Recorder;
  let file: string;
  try {
    const { values } = parseArgs({ args: argv, options, strict: true });
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    if (values.out === undefined) throw new RangeError("--out is missing (allowed: a file to write)");
    file = values.out;
    const gateway = parseGateway(values.gateway);
    const port = /^\d+$/.test(values.listen) ? Number(values.listen) : Number.NaN;
    recorder = await Recorder.start({ port, host: values.host, gateway, file });
    const { port: listening } = recorder;
    process.stdout.write(
      `recorder listening on ${values.host}:${listening} (gateway ${values.gateway}, capture ${file})\n`,
    );
  } catch (error) {
    process.stderr.write(`ibkr-native record: ${(error as Error).message}\n`);
    return 1;
  }
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  try {
    await recorder.stop();
  } catch (error) {
    process.stderr.write(`ibkr-native record: ${(error as Error).message}\n`);
    return 1;
  }
  process.stdout.write(`${recorder.connections} connection(s) recorded in ${file}\n`);
  return 0;
}

/** `127.0.0.1:4002`, `[::1]:4002` or `gateway.example:4002` */
function parseGateway(text: string | undefined): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text ?? "");
  if (match === null) {
    throw new RangeError(`--gateway is ${JSON.stringify(text ?? "")} (allowed: HOST:PORT)`);
  }
  return { host: match[1] ?? match[2], port: Number(match[3]) };
}
