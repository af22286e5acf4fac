import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadAddon } from "../../src/native/load.js";
import { LOCK_FILE, StateLock } from "../../src/risk/state-lock.js";
import { stateFolder } from "./state-bench.js";

const BINARY = join(__dirname, "../../build/Release/ibkr_native.node");
const HOLDS_IT = `
  const { FileLock } = require(process.argv[1]);
  const lock = new FileLock();
  if (lock.take(process.argv[2]).errno === 0) process.stdout.write("held");
  setInterval(() => lock, 1000);`;

test("a state folder has one gate at a time; the second is told which process has it", () => {
  const folder = stateFolder();
  const lock = new StateLock(folder);
  expect(() => new StateLock(folder)).toThrow(
    `the risk gate's state is in use: process ${process.pid} holds ${JSON.stringify(join(folder, LOCK_FILE))}`,
  );
  expect(() => new StateLock(folder)).toThrow(expect.objectContaining({ code: "ERR_IBKR_RISK_LOCKED" }));
  lock.release();
  new StateLock(folder).release();
});

test("a process that is killed leaves the folder to the next one", async () => {
  const folder = stateFolder();
  const child: ChildProcess = spawn(
    process.execPath,
    ["-e", HOLDS_IT, process.env["IBKR_NATIVE_BINARY"] ?? BINARY, join(folder, LOCK_FILE)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [said] = (await once(child.stdout!, "data")) as [Buffer];
  expect(said.toString()).toBe("held");
  expect(() => new StateLock(folder)).toThrow(`process ${child.pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  new StateLock(folder).release();
});

test("where the system refuses, its reason is told", () => {
  const folder = stateFolder();
  writeFileSync(join(folder, "file"), "");
  const refusal = {
    code: "ERR_IBKR_FILE",
    message: expect.stringContaining("no such file or folder (ENOENT)"),
  };
  expect(() => new StateLock(join(folder, "none"))).toThrow(expect.objectContaining(refusal));
  expect(() => new StateLock(join(folder, "file"))).toThrow("a part of its path is no folder (ENOTDIR)");
  expect(existsSync(join(folder, "none"))).toBe(false);
});

test("the addon's lock takes a path, and only what is one of its own for itself", () => {
  const { FileLock } = loadAddon();
  expect(() => new FileLock().take(7 as unknown as string)).toThrow("FileLock.take: expected a path");
  expect(() => FileLock.prototype.release.call({})).toThrow(/^Illegal invocation|something else$/);
  expect(() => (FileLock as unknown as () => void)()).toThrow("to be called with new");
});
