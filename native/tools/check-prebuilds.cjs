#!/usr/bin/env node
// Before the package is packed: is there a binary for this platform in prebuilds/, does it load and belong to this version,
// and do all that are there need no more of a system than is promised? A tarball without one would be made in silence, and
// fail at its user's.
//
//   node native/tools/check-prebuilds.cjs [FOLDER]     default: prebuilds
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "../..");
const folder = path.resolve(process.argv[2] ?? path.join(root, "prebuilds"));
const platform = `${process.platform}-${process.arch}`;

const binaries = (fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: "utf8" }) : [])
  .filter((name) => name.endsWith(".node"))
  .map((name) => path.join(folder, name));
const own = binaries.filter((file) => path.basename(path.dirname(file)) === platform);

function refuse(reason) {
  console.error(`The package cannot be packed: ${reason}. See "Releases" in CONTRIBUTING.md.`);
  process.exit(1);
}

if (own.length === 0) refuse(`${folder} has no binary for ${platform}; run: npm run prebuildify`);
const loader = path.join(root, "dist/native/load.js");
if (!fs.existsSync(loader)) refuse("dist is not there; run: npm run build");
for (const binary of own) {
  const script = "try { require(process.argv[1]).loadAddon() } catch ({ message }) { console.log(message) }";
  const env = { ...process.env, IBKR_NATIVE_BINARY: binary };
  const { stdout, status, signal } = spawnSync(process.execPath, ["-e", script, loader], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) refuse(`${binary} ends the process that loads it (${signal ?? status})`);
  if (stdout !== "") refuse(stdout.trim());
}
const elf = binaries.filter((file) => path.basename(path.dirname(file)).startsWith("linux-"));
if (elf.length > 0) {
  const { status } = spawnSync(process.execPath, [path.join(__dirname, "check-binary.cjs"), ...elf], {
    stdio: "inherit",
  });
  if (status !== 0) refuse("a binary needs more than is promised");
}
