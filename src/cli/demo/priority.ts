import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, constants, setPriority } from "node:os";

/** Lower than ours, and not so low that a machine with other work to do lets it starve. */
const { PRIORITY_BELOW_NORMAL } = constants.priority;

/**
 * Keeps a process that serves this one out of its way: on a machine with few cores the system puts the receiver of a
 * message on the core of its sender, in the middle of the sender's call. It gets a lower priority, and on Linux a CPU that
 * it does not leave. Without effect where the system forbids it.
 */
export function stepAside(pid: number): void {
  attempt(() => setPriority(pid, PRIORITY_BELOW_NORMAL));
  if (process.platform !== "linux") return;
  // Linux weighs sessions against each other before the processes in them: the session has to yield, too.
  attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(PRIORITY_BELOW_NORMAL)));
  const cpus = availableParallelism();
  if (cpus > 1) pin(pid, cpus - 1);
}

/** All its threads, by the tool that comes with every Linux; on a machine that hides that CPU nothing happens. */
function pin(pid: number, cpu: number): void {
  const taskset = spawn("taskset", ["-a", "-c", "-p", String(cpu), String(pid)], { stdio: "ignore" });
  taskset.on("error", () => {
    // There is no such tool here: the system goes on to choose.
  });
  taskset.unref();
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // It goes on with the priority that it has.
  }
}
