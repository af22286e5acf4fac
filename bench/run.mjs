// The benchmark: ours, @stoqey/ib, a pure-JavaScript control and a C++ floor on the same input, in one run.
// docs/benchmark.md says how to read it.

import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { CASES, SIZES } from "./lib/cases.mjs";
import { chart } from "./lib/chart.mjs";
import { check } from "./lib/check.mjs";
import { machine } from "./lib/machine.mjs";
import { micro } from "./lib/micro.mjs";
import { nativeProgram } from "./lib/native.mjs";
import { caseTable, microTable, targetTable } from "./lib/report.mjs";
import { runEntry } from "./lib/run-entry.mjs";
import stats from "./lib/stats.cjs";
import { judge } from "./lib/targets.mjs";

const USAGE = `node bench/run.mjs [options]
  --only CASE   only this case (repeatable; a prefix such as "flood" takes all of its cases)
  --rounds N    rounds per case, 1 to 100 (default ${SIZES.full.rounds}; with --quick ${SIZES.quick.rounds})
  --quick       smaller inputs and fewer rounds: some five minutes
  --list        the names of the cases
  --check       no measurement: do all clients decode the same values?
  --help`;

const MICRO = { id: "micro", title: "Micro: number parsing, dispatch, decoding (tinybench)" };

/** Share of the CPUs in use before the run from which on a warning is due. */
const BUSY = 0.1;

class UsageError extends Error {}

function options() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        only: { type: "string", multiple: true },
        rounds: { type: "string" },
        quick: { type: "boolean", default: false },
        list: { type: "boolean", default: false },
        check: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const sizes = values.quick ? SIZES.quick : SIZES.full;
  const rounds = values.rounds === undefined ? sizes.rounds : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100)
    throw new UsageError(`--rounds is "${values.rounds}"; allowed: a whole number from 1 to 100`);
  const all = [...CASES, MICRO];
  const chosen = values.only
    ? all.filter(({ id }) => values.only.some((name) => id === name || id.startsWith(`${name}-`)))
    : all;
  for (const name of values.only ?? [])
    if (!all.some(({ id }) => id === name || id.startsWith(`${name}-`)))
      throw new UsageError(
        `--only is "${name}"; allowed: ${all.map(({ id }) => id).join(", ")}, or a prefix`,
      );
  return { ...values, sizes, rounds, chosen };
}

/** Medians of every metric over the rounds. */
function medians(samples) {
  const median = {};
  for (const name of Object.keys(samples[0])) {
    const values = samples.map((sample) => sample[name]).filter((value) => value != null);
    median[name] = values.length > 0 ? stats.median(values) : null;
  }
  return median;
}

/** Runs one case, its clients in turn within each round (A B C D, A B C D, …). */
async function runCase(benchCase, sizes, rounds) {
  const maxRounds = sizes.maxRounds[benchCase.id] ?? rounds;
  const entries = benchCase.entries.map(({ id, label, client }) => ({ id, label, client, samples: [] }));
  const total = Math.min(rounds, maxRounds);
  for (let round = 0; round < total; round++)
    for (const [i, entry] of benchCase.entries.entries()) {
      const result = entries[i];
      if (result.failed) continue;
      if (process.stderr.isTTY)
        process.stderr.write(`\r\x1b[K${benchCase.id}: round ${round + 1} of ${total}, ${entry.label}`);
      try {
        result.samples.push(await runEntry(benchCase, entry, sizes));
      } catch (error) {
        result.failed = error.message;
      }
    }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  for (const entry of entries)
    if (!entry.failed && entry.samples.length > 0) entry.median = medians(entry.samples);
  return { id: benchCase.id, title: benchCase.title, kind: benchCase.kind, rounds: total, entries };
}

/** Writes the results; "latest" is the latest run of all cases. */
function save(report, complete) {
  const folder = new URL("./results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const name = report.date.replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const { cpu, cores, node, kernel } = report.machine;
  const svg = chart(
    report.cases,
    `ibkr-native benchmark, ${report.date}: ${cpu}, ${cores} cores, ${kernel}, node ${node}`,
  );
  for (const stem of complete ? ["latest", name] : [name]) {
    writeFileSync(new URL(`${stem}.json`, folder), json);
    writeFileSync(new URL(`${stem}.svg`, folder), svg);
  }
  return name;
}

async function measure({ chosen, sizes, rounds }) {
  const host = await machine();
  console.log(
    `${host.cpu}, ${host.cores} cores, ${host.kernel}, node ${host.node}, load ${host.loadAverage.toFixed(2)}`,
  );
  if (host.busyBefore > BUSY)
    console.log(
      `Others use ${Math.round(host.busyBefore * 100)} % of this machine: latencies will be worse than they are, and ratios unsteady.`,
    );
  for (const program of ["feed", "floor"]) nativeProgram(program);
  const started = performance.now();
  const cases = [];
  for (const benchCase of chosen) {
    if (benchCase === MICRO) continue;
    const result = await runCase(benchCase, sizes, rounds);
    cases.push(result);
    console.log(`\n${caseTable(result, result.entries)}`);
    for (const entry of result.entries.filter(({ failed }) => failed))
      console.log(`  ${entry.label} FAILED: ${entry.failed.replaceAll("\n", "\n    ")}`);
  }
  const { results: microResults, note } = chosen.includes(MICRO) ? await micro() : { results: [] };
  if (microResults.length > 0) console.log(`\n${microTable(microResults)}`);
  if (note) console.log(`  ${note}`);

  const lookup = (caseId, entryId, metric) =>
    cases.find(({ id }) => id === caseId)?.entries.find(({ id }) => id === entryId)?.median?.[metric] ??
    undefined;
  const targets = judge(
    lookup,
    cases.map(({ id }) => id),
  );
  if (targets.length > 0) console.log(`\n${targetTable(targets)}`);

  const seconds = (performance.now() - started) / 1000;
  const date = new Date().toISOString();
  const complete = chosen.length === CASES.length + 1;
  const name = save({ date, seconds, machine: host, rounds, cases, micro: microResults, targets }, complete);
  const failed = cases.flatMap(({ entries }) => entries).filter(({ failed }) => failed).length;
  const short = targets.filter(({ met }) => met === false).length;
  console.log(
    `\n${seconds.toFixed(0)} s; bench/results/${name}.json and .svg${complete ? " (also as latest)" : ""}; ` +
      `${targets.length} targets, ${short} fall short; ${failed} measurements failed`,
  );
  return failed === 0;
}

try {
  const chosen = options();
  if (chosen.help) console.log(USAGE);
  else if (chosen.list)
    for (const { id, title } of [...CASES, MICRO]) console.log(`${id.padEnd(20)} ${title}`);
  else if (!(chosen.check ? await check() : await measure(chosen))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.stack);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
