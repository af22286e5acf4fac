import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, getPriority } from "node:os";
import { afterEach, describe, expect, test, vi } from "vitest";
import { stepAside } from "../../../src/cli/demo/priority.js";

const AUTOGROUP = "/proc/self/autogroup";
const hasTaskset = spawnSync("taskset", ["-V"]).status === 0;

let child: ChildProcess | undefined;
afterEach(() => child?.kill("SIGKILL"));

/** A process that does nothing, in a session of its own as the demo's gateway is. */
async function idle(): Promise<number> {
  const program = 'process.stdout.write("here"); setInterval(() => {}, 1000)';
  child = spawn(process.execPath, ["-e", program], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  const { stdout, pid } = child;
  await new Promise((resolve) => stdout?.once("data", resolve));
  return pid as number;
}

describe("a process that steps aside", () => {
  test("has a lower priority than this one", async () => {
    const pid = await idle();
    const before = getPriority(pid);
    stepAside(pid);
    expect(getPriority(pid)).toBe(10);
    expect(getPriority()).toBeLessThan(10);
    expect(before).toBeLessThan(10);
  });

  if (!existsSync(AUTOGROUP)) console.log(`not tested here: sessions, as there is no ${AUTOGROUP}`);
  test.runIf(existsSync(AUTOGROUP))("and its session has", async () => {
    const pid = await idle();
    stepAside(pid);
    expect(readFileSync(`/proc/${pid}/autogroup`, "utf8")).toMatch(/ nice 10$/m);
  });

  const canPin = hasTaskset && availableParallelism() > 1;
  if (!canPin) console.log("not tested here: pinning, as there is no taskset or one CPU only");
  test.runIf(canPin)("and stays on one CPU, with all its threads", async () => {
    const pid = await idle();
    stepAside(pid);
    await vi.waitFor(() => {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      expect(/^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1]).toBe(String(availableParallelism() - 1));
    }, 5_000);
  });

  test("may have ended", () => {
    expect(() => stepAside(2 ** 22 + 1)).not.toThrow();
  });
});
