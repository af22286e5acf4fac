#!/usr/bin/env node
// Stands in for node-gyp when prebuildify builds: its words, translated one by one for cmake-js. `--target` (a Node
// version there, something else in cmake-js) is dropped: an N-API binary has no Node version.
const { spawnSync } = require("node:child_process");
const path = require("node:path");

const root = path.join(__dirname, "../..");
const options = { arch: process.arch, debug: false };
for (const word of process.argv.slice(2)) {
  const [name, value] = word.split("=");
  if (name === "--arch") options.arch = value;
  else if (name === "--debug") options.debug = true;
}
if (options.arch !== process.arch) {
  console.error(
    `node-gyp.cjs: --arch=${options.arch} was asked for; allowed: ${process.arch} (no cross-building)`,
  );
  process.exit(1);
}
const args = [path.join(root, "node_modules/cmake-js/bin/cmake-js"), "build", "--out", "build"];
if (options.debug) args.push("--debug");
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
