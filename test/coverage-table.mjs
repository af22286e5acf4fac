// Prints the coverage of src by folder, and fails where it is below its floor. `npm run coverage` runs it behind the tests.
//
// The floors in coverage-floors.json are percent of [lines, branches], a little below what was measured, because some
// lines run or not by the moment. They are never lowered: whoever adds code adds its tests.

import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const root = join(import.meta.dirname, "..");
const summary = JSON.parse(readFileSync(join(root, "coverage", "coverage-summary.json"), "utf8"));
const floors = JSON.parse(readFileSync(join(import.meta.dirname, "coverage-floors.json"), "utf8"));

/** Folders whose folders are counted each for itself. */
const SPLIT = new Set(["sim", "dialect", "cli"]);

function folderOf(file) {
  const parts = relative(join(root, "src"), file).split(sep).slice(0, -1);
  return ["src", ...parts.slice(0, SPLIT.has(parts[0]) ? 2 : 1)].join("/");
}

const folders = new Map();
for (const [file, { lines, branches }] of Object.entries(summary)) {
  if (file === "total") continue;
  const folder = folderOf(file);
  const sums = folders.get(folder) ?? { lines: [0, 0], branches: [0, 0] };
  folders.set(folder, sums);
  for (const [sum, { covered, total }] of [
    [sums.lines, lines],
    [sums.branches, branches],
  ]) {
    sum[0] += covered;
    sum[1] += total;
  }
}

const percent = ([covered, total]) => (total === 0 ? 100 : (100 * covered) / total);
const cell = (text) => String(text).padStart(10);
const faults = [];

console.log(`\n${"coverage".padEnd(24)}${["lines", "floor", "branches", "floor"].map(cell).join("")}`);
for (const [folder, { lines, branches }] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
  // A file of types or of exports alone has nothing to run.
  if (lines[1] === 0) continue;
  const [line, branch] = [percent(lines), percent(branches)];
  const [lineFloor, branchFloor] = floors[folder] ?? ["none", "none"];
  const cells = [line.toFixed(1), lineFloor, branch.toFixed(1), branchFloor];
  console.log(`${folder.padEnd(24)}${cells.map(cell).join("")}`);
  if (floors[folder] === undefined) faults.push(`${folder} has no floor in test/coverage-floors.json`);
  if (line < lineFloor) faults.push(`${folder}: ${line.toFixed(2)} % of lines, the floor is ${lineFloor}`);
  if (branch < branchFloor)
    faults.push(`${folder}: ${branch.toFixed(2)} % of branches, the floor is ${branchFloor}`);
}
const { lines, branches } = summary.total;
console.log(`${"all".padEnd(24)}${[lines.pct, "", branches.pct, ""].map(cell).join("")}`);

for (const fault of faults) console.error(`coverage: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
