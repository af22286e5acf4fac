// Writes the table of docs/metrics.md from the table of metrics (src/connect/client-metrics.ts), between its marks. Part
// of `npm run build:ts`; with --check it writes nothing, and fails if the page is not what it would write.
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "../..");
const file = path.join(root, "docs/metrics.md");
const BEGIN = "<!-- metrics: written by native/tools/write-metrics-doc.cjs -->\n";
const END = "<!-- end -->";

const code = (text) => `\`${text}\``;

/** @param tables CLIENT_METRICS */
function renderTables(tables) {
  let text = "";
  for (const [subject, rows] of Object.entries(tables)) {
    text += `\n### ${subject}\n\n| metric | kind | labels | meaning |\n|---|---|---|---|\n`;
    for (const { name, kind, labels, help } of rows)
      text += `| ${code(name)} | ${kind} | ${labels.map(code).join(", ")} | ${help} |\n`;
  }
  return text;
}

/** The page with its tables. */
function withTables(page, tables) {
  const at = page.indexOf(BEGIN);
  const end = page.indexOf(END, at);
  if (at < 0 || end < 0) throw new Error("docs/metrics.md has no place for the metrics");
  return `${page.slice(0, at + BEGIN.length)}${renderTables(tables)}\n${page.slice(end)}`;
}

module.exports = { withTables };

if (require.main === module) {
  const { CLIENT_METRICS } = require(path.join(root, "dist/connect/client-metrics.js"));
  const before = fs.readFileSync(file, "utf8");
  const page = withTables(before, CLIENT_METRICS);
  if (!process.argv.includes("--check")) {
    if (page !== before) fs.writeFileSync(file, page);
  } else if (page !== before) {
    console.error(
      "docs/metrics.md is not what src/connect/client-metrics.ts says: npm run build:ts writes it",
    );
    process.exitCode = 1;
  }
}
