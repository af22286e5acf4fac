// Writes server-bound.json: runs stock's tests against stock with no gateway and lists those that fail, or that end
// well but tried to connect. Takes some minutes, most of it waiting for time limits.
//
//   node test/stoqey/measure-server-bound.mjs

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "server-bound-"));
const reportFile = join(folder, "report.json");
const args = ["vitest", "run", "--config", "test/vitest.config.mts", "test/stoqey/stock-"];
const env = {
  ...process.env,
  STOQEY_SUITE_TARGET: "stock",
  STOQEY_SUITE_MEASURE: "1",
  STOQEY_SUITE_SERVER: "",
};
spawnSync("npx", [...args, "--reporter=json", `--outputFile=${reportFile}`], {
  cwd: root,
  env,
  stdio: ["ignore", "ignore", "inherit"],
});

const report = JSON.parse(readFileSync(reportFile, "utf8"));
rmSync(folder, { recursive: true });
const results = report.testResults.flatMap((file) => file.assertionResults);
const unknown = results.filter((test) => test.status !== "passed" && test.status !== "failed");
if (unknown.length > 0) throw new Error(`neither passed nor failed: ${unknown.map((test) => test.fullName)}`);

const key = (test) => [...test.ancestorTitles, test.title].join(" > ").replace(" against stock", "");
const failed = results.filter((test) => test.status === "failed");
const connectOnly = failed.filter((test) => test.failureMessages[0].includes("ends well without a server"));
const serverBound = {
  stoqeyVersion: require("@stoqey/ib/package.json").version,
  tests: failed.map(key).sort(),
  passWithoutServer: connectOnly.map(key).sort(),
};
writeFileSync(join(import.meta.dirname, "server-bound.json"), `${JSON.stringify(serverBound, null, 2)}\n`);
console.log(
  `server-bound.json: ${results.length} tests, ${failed.length} server-bound (${connectOnly.length} of them end well ` +
    `without a server), ${results.length - failed.length} JS-only`,
);
