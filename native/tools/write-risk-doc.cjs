// Writes the tables of docs/risk.md from what the addon exports (native/core/risk/deny_code.hpp, limits.hpp), between
// its marks. Part of `npm run build:native`; with --check it writes nothing, and fails if the page is not what it would
// write.
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "../..");
const file = path.join(root, "docs/risk.md");
const { denyCodes, riskLimits, riskScopeLimits } = require(path.join(root, "build/Release/ibkr_native.node"));

const cell = (text) => text.replaceAll("|", "\\|");
const names = (text) => cell(text).replace(/\b[a-z]+[A-Z]\w*/g, (name) => `\`${name}\``);
const ALL_BITS = 2 ** 53 - 1;
const value = (number) => (number === ALL_BITS ? "all" : Number.isFinite(number) ? `${number}` : "none");

function table(head, rows) {
  return `| ${head.join(" | ")} |\n|${"---|".repeat(head.length)}\n${rows.map((row) => `| ${row.join(" | ")} |\n`).join("")}`;
}

const limitTable = (limits) =>
  table(
    ["limit", "unit", "default"],
    limits.map(({ name, unit, initial }) => [`\`${name}\``, cell(unit), value(initial)]),
  );

const TABLES = {
  codes: table(
    ["code", "measured", "unit", "limit"],
    denyCodes
      .slice(1)
      .map(({ name, measured, unit, limit }) => [`\`${name}\``, cell(measured), unit, names(limit)]),
  ),
  limits: limitTable(riskLimits),
  "scope limits": limitTable(riskScopeLimits),
};

const before = fs.readFileSync(file, "utf8");
let page = before;
for (const [name, text] of Object.entries(TABLES)) {
  const begin = `<!-- ${name}: written by native/tools/write-risk-doc.cjs -->\n`;
  const at = page.indexOf(begin);
  const end = page.indexOf("<!-- end -->", at);
  if (at < 0 || end < 0) throw new Error(`docs/risk.md has no place for "${name}"`);
  page = `${page.slice(0, at + begin.length)}\n${text}\n${page.slice(end)}`;
}

if (!process.argv.includes("--check")) {
  if (page !== before) fs.writeFileSync(file, page);
} else if (page !== before) {
  console.error("docs/risk.md is not what native/core/risk says: npm run build:native writes it");
  process.exitCode = 1;
}
