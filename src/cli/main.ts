#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.js";
import { execute } from "./common/command-line.js";
import { demo } from "./demo.js";
import { record } from "./record.js";
import { sim } from "./sim.js";

const COMMANDS = [sim, demo, build, record];

/** Carries out a command line. @returns the exit code: 0; 1 for what failed; 2 for a bad command line */
export function main(argv: readonly string[]): Promise<number> {
  const summary = "Interactive Brokers' TWS API, native: its simulated gateway, its tour, its tools.";
  return execute({ name: "ibkr-native", summary, version: packageVersion() }, COMMANDS, argv);
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
  return version;
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(
        `ibkr-native: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      process.exitCode = 1;
    },
  );
}
