import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { compiler } from "./native.mjs";

function firstLine(command, args) {
  try {
    return execFileSync(command, args, { stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .split("\n")[0];
  } catch {
    return null;
  }
}

const version = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")).version;

/** Share of all CPU time in use, from two readings of os.cpus(). */
function busyShare(before, after) {
  const total = (list) =>
    list.reduce((sum, { times }) => sum + Object.values(times).reduce((a, b) => a + b), 0);
  const idle = (list) => list.reduce((sum, { times }) => sum + times.idle, 0);
  const elapsed = total(after) - total(before);
  return elapsed > 0 ? 1 - (idle(after) - idle(before)) / elapsed : 0;
}

/** What a number depends on besides the code; takes half a second to see who else uses the CPUs. */
export async function machine() {
  const cpus = os.cpus();
  await sleep(500);
  return {
    cpu: cpus[0]?.model ?? "unknown",
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    compiler: firstLine(compiler, ["--version"]),
    versions: {
      "ibkr-native": version("../../package.json"),
      "@stoqey/ib": version("../../node_modules/@stoqey/ib/package.json"),
    },
    commit: firstLine("git", [
      "-C",
      new URL("../../", import.meta.url).pathname,
      "rev-parse",
      "--short",
      "HEAD",
    ]),
    loadAverage: os.loadavg()[0],
    busyBefore: busyShare(cpus, os.cpus()),
    command: ["node", ...process.argv.slice(1).map((a) => a.replace(process.cwd(), "."))].join(" "),
  };
}
