import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RISK_DAY_COUNT } from "../../src/native/layout.js";
import { loadAddon } from "../../src/native/load.js";
import { LATCH_FILE, pullLatch } from "../../src/risk/latch-file.js";
import { stateFolder } from "./state-bench.js";

const gateIn = (folder: string) => new (loadAddon().RiskGate)(folder);

test("the latch file stops the core while the event loop stands still", async () => {
  const folder = stateFolder();
  const gate = gateIn(folder);
  expect(gate.watchLatch(join(folder, LATCH_FILE))).toBe(0);
  expect(gate.stopReason()).toBeUndefined();
  // Another process pulls it; this one is busy until the core says that it is stopped, and never gets to its loop.
  const script = `setTimeout(() => require("node:fs").writeFileSync(process.argv[1], ""), 50)`;
  const child = spawn(process.execPath, ["-e", script, join(folder, LATCH_FILE)], { stdio: "inherit" });
  const until = performance.now() + 10_000;
  while (!gate.stopReason() && performance.now() < until); // the latch first, then its reason
  expect(gate.stopReason()).toBe("the latch file");
  expect(gate.resume()).toBe(0);
  rmSync(join(folder, LATCH_FILE));
  expect(gate.resume()).toBe(1);
  expect(gate.stopReason()).toBeUndefined();
  expect(gate.watchLatch("")).toBe(0);
  await once(child, "exit");
});

test("a program that is silent is stopped while its event loop stands still", () => {
  const folder = stateFolder();
  const gate = gateIn(folder);
  gate.watchLatch(join(folder, LATCH_FILE));
  gate.alive(20);
  const until = performance.now() + 10_000;
  while (!gate.stopReason() && performance.now() < until); // the latch first, then its reason
  expect(gate.stopReason()).toBe("the program was silent");
  expect(gate.resume()).toBe(1);
  gate.watchLatch("");
});

test("a stop by the program has its own reason, and the file that follows does not change it", () => {
  const folder = stateFolder();
  const gate = gateIn(folder);
  gate.watchLatch(join(folder, LATCH_FILE));
  gate.stop("fat finger");
  pullLatch(folder, { reason: "fat finger", operator: "ann" });
  expect(gate.resume()).toBe(0);
  expect(gate.stopReason()).toBe("fat finger");
  gate.watchLatch("");
  expect(gate.resume()).toBe(1); // nobody watches
});

test("a day goes from one gate to the next through the addon, and what is no day is refused", () => {
  const day = Float64Array.of(1, 2, 7, 3, 12.5, -40, -50, 60);
  const gate = gateIn(stateFolder());
  expect(gate.restoreDay(0, day)).toBe(1);
  const out = new Float64Array(RISK_DAY_COUNT);
  gate.day(0, out);
  expect(out).toEqual(day);
  expect(gate.restoreDay(9, day)).toBe(0);
  gate.rememberExecution("e1.01", 1);
  expect(() => gate.restoreDay(0, Float64Array.of(3, 0, 0, 0, 0, 0, 0, 0))).toThrow("no such state");
  expect(() => gate.restoreDay(0, Float64Array.of(0, 255, 0, 0, 0, 0, 0, 0))).toThrow("no such code");
  expect(() => gate.day(0, new Float64Array(2))).toThrow("day: expected");
  expect(() => gate.rememberExecution(1 as unknown as string, 1)).toThrow("rememberExecution: expected");
  expect(() => gate.watchLatch(1 as unknown as string)).toThrow("watchLatch: expected a path");
  expect(() => gate.alive("" as unknown as number)).toThrow("alive: expected a number");
});

test("a latch file that is there before it is watched has stopped the core when the watch begins", () => {
  const folder = stateFolder();
  writeFileSync(join(folder, LATCH_FILE), "");
  const gate = gateIn(folder);
  gate.watchLatch(join(folder, LATCH_FILE));
  expect(gate.stopReason()).toBe("the latch file");
  gate.watchLatch("");
});
