import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadAddon, packageRoot } from "../native/load.js";

const HELP = `ibkr-native build: builds the native binary of this package from source, with no network

  needs cmake (3.18 or newer), a C++20 compiler and the headers of Node (uv.h)

  --uv-dir DIR   the folder with uv.h, where it is not beside Node
  --help`;

/** `ibkr-native build`: for platforms without a prebuilt binary. Resolves to the exit code. */
export async function run(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: { "uv-dir": { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const headers = findHeaders();
  const work = join(packageRoot, "build");
  mkdirSync(work, { recursive: true });
  const configure = [
    "-S",
    packageRoot,
    "-B",
    join(work, "source"),
    "-DCMAKE_BUILD_TYPE=Release",
    `-DIBKR_HEADERS=${headers.join(";")}`,
    `-DIBKR_NODE=${process.execPath}`,
    `-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${join(work, "made")}`,
  ];
  if (values["uv-dir"] !== undefined) configure.push(`-DIBKR_UV_DIR=${values["uv-dir"]}`);
  const steps = [configure, ["--build", join(work, "source"), "--config", "Release", "--parallel", "2"]];
  for (const step of steps) {
    const { status, error } = spawnSync("cmake", step, { stdio: "inherit" });
    if (error !== undefined) {
      console.error(
        `ibkr-native build: cmake could not be run (${error.message}). Install cmake and a C++20 compiler.`,
      );
      return 1;
    }
    if (status !== 0) return status ?? 1;
  }
  // node-gyp-build looks for exactly one binary here.
  mkdirSync(join(work, "Release"), { recursive: true });
  copyFileSync(join(work, "made", "ibkr_native.node"), join(work, "Release", "ibkr_native.node"));
  loadAddon();
  console.log(`ibkr-native build: ${join(work, "Release", "ibkr_native.node")} is built and loads`);
  return 0;
}

/** The package's own copies, or in a checkout those of its development packages. */
function findHeaders(): string[] {
  const packed = join(packageRoot, "prebuilds", "headers");
  if (existsSync(join(packed, "napi.h"))) return [packed];
  const modules = join(packageRoot, "node_modules");
  return [join(modules, "node-addon-api"), join(modules, "node-api-headers", "include")];
}
