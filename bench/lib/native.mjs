// Compiles the C++ programs of the benchmark when they are missing or older than a source.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("../native/", import.meta.url));
const output = fileURLToPath(new URL("../../build/bench/", import.meta.url));

/** The compiler: `CXX`, or g++. */
export const compiler = process.env.CXX || "g++";

const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Path of the program made from `bench/native/NAME.cpp`. */
export function nativeProgram(name) {
  const program = join(output, name);
  const newest = Math.max(...readdirSync(sources).map((file) => modified(join(sources, file))));
  if (modified(program) > newest) return program;
  mkdirSync(output, { recursive: true });
  const args = ["-O2", "-std=c++20", "-pthread", "-Wall", "-Wextra", "-Wpedantic", "-o", program];
  try {
    execFileSync(compiler, [...args, join(sources, `${name}.cpp`)], { stdio: ["ignore", "inherit", "pipe"] });
  } catch (error) {
    const reason = error.code === "ENOENT" ? `${compiler} is not installed` : `${error.stderr}`;
    throw new Error(`cannot compile bench/native/${name}.cpp (set CXX to choose a compiler): ${reason}`);
  }
  return program;
}
