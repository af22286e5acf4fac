import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const SOAK = join(__dirname, "../../bench/soak.mjs");
const COMPILER = process.env.CXX || "g++";

/** Why the feed cannot be made here; undefined where it can. */
function hindrance(): string | undefined {
  if (process.platform !== "linux") return `the feed is for Linux, this is ${process.platform}`;
  if (spawnSync(COMPILER, ["--version"]).error) return `${COMPILER} is not installed`;
  return undefined;
}

function soak(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [SOAK, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

const reason = hindrance();
if (reason !== undefined) console.log(`no small soak: ${reason}`);

describe("npm run soak", () => {
  // Each compares what the handler saw and what the board says with what the feed says it sent, and exits with 1 if they
  // differ.
  describe.skipIf(reason !== undefined)("a small run", () => {
    it.each([
      ["every tick", []],
      ["conflated", ["--conflate", "20"]],
      ["read on the loop", ["--mode", "loop"]],
    ])("%s", { timeout: 60_000 }, async (_name, more) => {
      const { code, out, err } = await soak("--ticks", "100000", "--rate", "50000", ...more);
      expect(err).toBe("");
      expect(out).toContain("ticks lost: 0  pass");
      expect(out).toContain("not judged: too short a run");
      expect(code).toBe(0);
    });

    it("the rival's", { timeout: 60_000 }, async () => {
      const { code, out, err } = await soak(
        "--client",
        "stream-rival",
        "--ticks",
        "100000",
        "--rate",
        "100000",
      );
      expect(err).toBe("");
      expect(out).toContain("ticks lost: 0  pass");
      expect(code).toBe(0);
    });
  });

  it.each([
    [["--ticks", "many"], '--ticks is "many"; allowed: a whole number from 100,000 to 300,000,000'],
    [["--mode", "spin"], '--mode is "spin"; allowed: thread, loop'],
    [["--tick", "5"], "Unknown option '--tick'"],
  ])("refuses %j", async (args, message) => {
    const { code, err } = await soak(...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});
