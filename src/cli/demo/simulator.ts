import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { stepAside } from "./priority.js";

/** Steps of each symbol's walk a second: some ticks each. */
const STEPS_PER_SECOND = 50;
const START_MS = 10_000;
const STOP_MS = 2_000;
const READY = /listening on (\S+):(\d+) /;
const SHOWN_OUTPUT = 2_000;

/** A simulated gateway in a process of its own, which yields to this one. */
export class SimulatorProcess {
  private readonly killAtExit = () => this.child.kill("SIGKILL");

  private constructor(
    private readonly child: ChildProcess,
    readonly host: string,
    readonly port: number,
  ) {
    process.on("exit", this.killAtExit);
  }

  /**
   * Starts one on a port the system chooses, and resolves when it listens.
   * @throws Error if it does not within 10 s; what it said is in the message
   */
  static async start(): Promise<SimulatorProcess> {
    const child = spawn(
      process.execPath,
      [join(__dirname, "..", "main.js"), "sim", "--port", "0", "--rate", String(STEPS_PER_SECOND)],
      // A process group of its own: Ctrl-C in the terminal reaches the demo alone, which then ends it in order.
      { stdio: ["ignore", "pipe", "pipe"], detached: process.platform !== "win32", windowsHide: true },
    );
    try {
      const { host, port } = await readyLine(child);
      if (child.pid !== undefined) stepAside(child.pid);
      return new SimulatorProcess(child, host, port);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** How it ended, if it has. */
  get ending(): string | undefined {
    return describeEnd(this.child);
  }

  /** Ends it: politely, then not. */
  async stop(): Promise<void> {
    process.off("exit", this.killAtExit);
    const { child } = this;
    if (describeEnd(child) !== undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      child.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill("SIGTERM");
    });
  }
}

function readyLine(child: ChildProcess): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(
        new Error(`the simulated gateway did not start: ${why}${output === "" ? "" : `\n${output.trim()}`}`),
      );
    };
    const timer = setTimeout(() => fail(`it was not ready within ${START_MS / 1000} s`), START_MS);
    const take = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-SHOWN_OUTPUT);
      const match = READY.exec(output);
      if (match === null) return;
      clearTimeout(timer);
      resolve({ host: match[1], port: Number(match[2]) });
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("error", (error) => fail(error.message));
    child.once("exit", () => fail(describeEnd(child) ?? "it ended"));
  });
}

function describeEnd({ exitCode, signalCode }: ChildProcess): string | undefined {
  if (signalCode !== null) return `it was ended by ${signalCode}`;
  return exitCode === null ? undefined : `it ended with exit code ${exitCode}`;
}
