// Compiles the C++ programs of the benchmark when they are missing or older than a source.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("../native/", import.meta.url));
const core = fileURLToPath(new URL("../../native/core/", import.meta.url));
const output = fileURLToPath(new URL("../../build/bench/", import.meta.url));

/** The compiler: `CXX`, or g++. */
export const compiler = process.env.CXX || "g++";

const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const filesOf = (folder) => readdirSync(folder).map((file) => join(folder, file));

/**
 * Path of the program made from `bench/native/NAME.cpp`.
 * @param coreFolders folders of `native/core` that are compiled with it
 */
export function nativeProgram(name, coreFolders = []) {
  const program = join(output, name);
  const ofCore = coreFolders.flatMap((folder) => filesOf(join(core, folder)));
  const newest = Math.max(...[...filesOf(sources), ...ofCore].map(modified));
  if (modified(program) > newest) return program;
  mkdirSync(output, { recursive: true });
  const args = ["-O2", "-std=c++20", "-pthread", "-Wall", "-Wextra", "-Wpedantic", "-o", program];
  if (ofCore.length > 0) args.push(`-I${core}`, ...ofCore.filter((file) => file.endsWith(".cpp")));
  try {
    execFileSync(compiler, [...args, join(sources, `${name}.cpp`)], { stdio: ["ignore", "inherit", "pipe"] });
  } catch (error) {
    const reason = error.code === "ENOENT" ? `${compiler} is not installed` : `${error.stderr}`;
    throw new Error(`cannot compile bench/native/${name}.cpp (set CXX to choose a compiler): ${reason}`);
  }
  return program;
}
