import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { SimulationOptions } from "../config/simulation-options.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { packageRoot } from "../native/load.js";
import type { ChildAnswer, SentError } from "./simulator-child.js";

/** A gateway that was started for one connection. */
export interface OwnGateway {
  readonly port: number;
  stop(): Promise<void>;
  /** Told where it ends by itself: it is not started again. */
  onEnd?(tell: (error: IBKRError) => void): void;
}

const PROGRAM = join(packageRoot, "dist", "connect", "simulator-main.js");
const STOP_MS = 5_000;

/**
 * A simulated gateway in a process of its own, so that the markets that it makes take nothing of this one's event loop.
 * It ends with {@link stop}, and with this process, however that ends.
 */
export class SimulatedProcess implements OwnGateway {
  private isStopped = false;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** @throws what SimulatedGateway.start() throws there; IBKRError `ERR_IBKR_CONNECT` where the process ends first */
  static async start(
    options: SimulationOptions,
    signal?: AbortSignal,
    program = PROGRAM,
  ): Promise<SimulatedProcess> {
    const child = fork(program, [], {
      // Of this process's own nothing: neither its debugger's port nor its loaders.
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    try {
      const answer = await answerOf(child, options, signal);
      if ("error" in answer) throw received(answer.error);
      // The connection keeps this process alive, not its gateway.
      child.unref();
      child.channel?.unref();
      return new SimulatedProcess(child, answer.port);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Undefined where none could be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  onEnd(tell: (error: IBKRError) => void): void {
    const { child } = this;
    const ended = () => {
      if (!this.isStopped) tell(endOf(child.signalCode ?? `exit code ${child.exitCode}`));
    };
    if (hasEnded(child)) ended();
    else child.once("exit", ended);
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.isStopped = true;
    if (hasEnded(child)) return;
    child.ref();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      child.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      if (child.connected) child.disconnect();
    });
  }
}

function answerOf(
  child: ChildProcess,
  options: SimulationOptions,
  signal: AbortSignal | undefined,
): Promise<ChildAnswer> {
  return new Promise<ChildAnswer>((resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    const ended = (why: string) => reject(endOf(why));
    child.once("message", (answer) => resolve(answer as ChildAnswer));
    child.once("error", ({ message }) => ended(message));
    child.once("exit", (code, by) => ended(by === null ? `exit code ${code}` : by));
    signal?.addEventListener("abort", onAbort, { once: true });
    child.send(options);
  }).finally(() => {
    for (const event of ["message", "error", "exit"]) child.removeAllListeners(event);
    // What is told of it from here on is in its exit.
    child.on("error", () => {});
  });
}

function endOf(why: string): IBKRError {
  return new IBKRError("ERR_IBKR_CONNECT", `the simulated gateway's process has ended: ${why}`);
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** The same error, on this side. */
function received({ code, message, stack, ...details }: SentError): IBKRError {
  const error = new IBKRError(code, message, details);
  if (code === "ERR_IBKR_INTERNAL" && stack !== undefined) error.stack = stack;
  return error;
}
