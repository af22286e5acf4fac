import { type CliCommand, withFlagNames } from "./common/command-line.js";
import { type DemoValues, OPTIONS, resolveDemo } from "./demo/options.js";

/** Streams, trades and measures; see docs/demo.md. */
export const demo: CliCommand<DemoValues> = {
  name: "demo",
  summary: "the main tour: stream, trade, measure",
  details:
    "Streams quotes into a table, trades a bracket, and measures both. Without a host or a port it starts a " +
    "simulated gateway of its own; nothing then leaves the machine.",
  options: OPTIONS,
  async run(values) {
    const options = resolveDemo(values);
    const { runTour } = await import("./demo/tour.js");
    return withFlagNames({ "--host": "host", "--port": "port" }, () => runTour(options));
  },
};
