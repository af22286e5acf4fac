// Prints llvm-cov's export as a table of lines by file: node coverage-table.cjs FILE ROOT PERCENT. Ends with 1 if a file
// has less than PERCENT of its lines.
const fs = require("node:fs");
const path = require("node:path");

const [file, root, least] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const { files } = JSON.parse(fs.readFileSync(file, "utf8")).data[0];
const rows = files
  .map(({ filename, summary }) => ({ name: path.relative(root, filename), ...summary.lines }))
  .filter(({ count }) => count > 0)
  .sort((a, b) => a.name.localeCompare(b.name));
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
const percent = ({ covered, count }) => (100 * covered) / count;

const line = (row) =>
  `${row.name.padEnd(44)} ${String(row.covered).padStart(5)} of ${String(row.count).padStart(5)}  ${percent(row).toFixed(1).padStart(5)} %`;
for (const row of rows) console.log(line(row) + (percent(row) < least ? "  too few" : ""));
console.log(line({ name: "together", covered: sum("covered"), count: sum("count") }));
const poor = rows.filter((row) => percent(row) < least);
if (rows.length === 0) throw new Error(`${file} names no file`);
if (poor.length > 0) {
  console.error(`coverage: below ${least} %: ${poor.map((row) => row.name).join(", ")}`);
  process.exitCode = 1;
}
