import { integer, text, textLike } from "../validation/rules.js";
import { type CliCommand, Exit, numberOption, textOption, withFlagNames } from "./common/command-line.js";
import { untilStopped } from "./common/until-stopped.js";

interface Values {
  readonly gateway: string;
  readonly out: string;
  readonly listen: number;
  readonly host: string;
}

/** `127.0.0.1:4002`, `[::1]:4002` or `gateway.example:4002` */
const ADDRESS = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/;

/** Runs until SIGINT or SIGTERM. */
export const record: CliCommand<Values> = {
  name: "record",
  summary: "proxy to a gateway that records the conversation",
  details: "Play the capture with: ibkr-native sim --replay FILE",
  options: [
    textOption("--gateway <HOST:PORT>", "the gateway, or a TWS, that answers", () =>
      textLike(ADDRESS, "HOST:PORT"),
    ).makeOptionMandatory(),
    textOption("--out <FILE>", "capture to write; account ids in it are masked", () =>
      text("a file to write"),
    ).makeOptionMandatory(),
    numberOption("--listen <PORT>", "port clients connect to, 0 lets the system choose", () =>
      integer(0, 65_535),
    ).default(4003),
    textOption("--host <ADDRESS>", "address to listen on", () => text("an address")).default("127.0.0.1"),
  ],
  async run({ gateway, out, listen, host }) {
    const { Recorder } = await import("../sim/index.js");
    const [, bracketed, plain, port] = ADDRESS.exec(gateway)!;
    const at = { host: bracketed ?? plain, port: Number(port) };
    const report = ({ message }: Error) => process.stderr.write(`ibkr-native record: ${message}\n`);
    const recorder = await withFlagNames({ "--gateway": "gateway.port" }, () =>
      Recorder.start({ port: listen, host, gateway: at, file: out, onError: report }),
    );
    process.stdout.write(
      `recorder listening on ${host}:${recorder.port} (gateway ${gateway}, capture ${out})\n`,
    );
    await untilStopped();
    await recorder.stop();
    process.stdout.write(`${recorder.connections} connection(s) recorded in ${out}\n`);
    return Exit.DONE;
  },
};
