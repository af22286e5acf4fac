import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { loadAddon, packageRoot } from "../native/load.js";
import { text } from "../validation/rules.js";
import { badUsage, type CliCommand, Exit, textOption } from "./common/command-line.js";

interface Values {
  readonly uvDir?: string;
}

/** For platforms without a prebuilt binary. */
export const build: CliCommand<Values> = {
  name: "build",
  summary: "build the native addon from source",
  details: "Needs cmake (3.18 or newer), a C++20 compiler and the headers of Node (uv.h), and no network.",
  options: [
    textOption("--uv-dir <DIR>", "the folder with uv.h, where it is not beside Node", () => text("a folder")),
  ],
  run: async ({ uvDir }) => buildAddon(uvDir),
};

function buildAddon(uvDir: string | undefined): number {
  if (uvDir !== undefined && !existsSync(join(uvDir, "uv.h")))
    throw badUsage("--uv-dir", uvDir, "a folder with uv.h in it");
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
  if (uvDir !== undefined) configure.push(`-DIBKR_UV_DIR=${uvDir}`);
  const steps = [configure, ["--build", join(work, "source"), "--config", "Release", "--parallel", "2"]];
  for (const step of steps) {
    const { status, error } = spawnSync("cmake", step, { stdio: "inherit" });
    if (error !== undefined) {
      console.error(
        `ibkr-native build: cmake could not be run (${error.message}). Install cmake and a C++20 compiler.`,
      );
      return Exit.FAILED;
    }
    // Not cmake's own: make's 2 would say that the command line is bad.
    if (status !== 0) return Exit.FAILED;
  }
  // node-gyp-build looks for exactly one binary here.
  mkdirSync(join(work, "Release"), { recursive: true });
  copyFileSync(join(work, "made", "ibkr_native.node"), join(work, "Release", "ibkr_native.node"));
  loadAddon();
  console.log(`ibkr-native build: ${join(work, "Release", "ibkr_native.node")} is built and loads`);
  return Exit.DONE;
}

/** The package's own copies, or in a checkout those of its development packages. */
function findHeaders(): string[] {
  const packed = join(packageRoot, "prebuilds", "headers");
  if (existsSync(join(packed, "napi.h"))) return [packed];
  const modules = join(packageRoot, "node_modules");
  return [join(modules, "node-addon-api"), join(modules, "node-api-headers", "include")];
}
