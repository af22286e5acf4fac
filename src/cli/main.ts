#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const usage = `usage: ibkr-native COMMAND [options]

  sim       simulated gateway: a TWS-protocol server to test against
  demo      the main tour: stream, trade, measure
  build     build the native addon from source
  record    proxy to a gateway that records the conversation
  --help    this text, or a command's options behind the command
  --version the version of this package
`;

interface Command {
  run(argv: string[]): Promise<number>;
}

const commands = ["sim", "demo", "build", "record"];

/** Dispatches to a command. @returns the exit code. */
export async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === "--help" || name === "-h") {
    process.stdout.write(usage);
    return 0;
  }
  if (name === "--version") {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  if (name === undefined || !commands.includes(name)) {
    const problem = name === undefined ? "a command is missing" : `unknown command ${JSON.stringify(name)}`;
    process.stderr.write(`ibkr-native: ${problem} (allowed: ${commands.join(", ")})\n\n${usage}`);
    return 2;
  }
  return (await load(name)).run(rest);
}

/** Commands are loaded when they are called: the simulated gateway needs no native addon, the demo does. */
async function load(name: string): Promise<Command> {
  const present = [".js", ".ts"].some((extension) => existsSync(join(__dirname, name + extension)));
  if (!present) {
    return {
      run: async () => {
        process.stderr.write(`ibkr-native: the command ${name} is not part of this installation\n`);
        return 1;
      },
    };
  }
  return import(/* @vite-ignore */ `./${name}.js`);
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
