// Writes src/native/layout.ts from what the addon exports (native/addon/layout_*.cpp): every number that C++ and
// TypeScript share. Part of `npm run build:native`; with --check it writes nothing, and fails if the file is not what
// it would write.
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "../..");
const file = path.join(root, "src/native/layout.ts");
const { layout, orderPlaceholders, sheetKinds, denyCodes, riskLimits, riskScopeLimits, riskNames } = require(
  path.join(root, "build/Release/ibkr_native.node"),
);

const names = Object.keys(layout);
/** What the formatter leaves on one line. */
const LINE = 110;
/** An object of texts and numbers in a list, as the formatter writes it. */
function inline(row) {
  const members = Object.entries(row).map(([name, value]) => `${name}: ${literal(value)}`);
  const line = `{ ${members.join(", ")} }`;
  if (line.length + 3 <= LINE) return line;
  return `{\n${members.map((member) => `    ${member},\n`).join("")}  }`;
}
/** A list of words in an object, as the formatter writes it. */
function wordList(words) {
  const line = `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
  if (line.length <= LINE - 20) return line;
  return `[\n${words.map((word) => `    ${JSON.stringify(word)},\n`).join("")}  ]`;
}
function literal(value) {
  if (value === Number.POSITIVE_INFINITY) return "Number.POSITIVE_INFINITY";
  if (value === Number.NEGATIVE_INFINITY) return "Number.NEGATIVE_INFINITY";
  return JSON.stringify(value);
}
const text = `// Written by native/tools/write-layout.cjs from native/addon/layout_*.cpp: do not edit.
// Compared with the addon when it is loaded.
${names.map((name) => `export const ${name} = ${layout[name]};\n`).join("")}
/** Every constant above by its name, for the comparison. */
export const LAYOUT: Readonly<Record<string, number>> = {
${names.map((name) => `  ${name},\n`).join("")}};

/** The values of an order, in the order in which they lie in the sheet. */
export const ORDER_PLACEHOLDERS = [
${orderPlaceholders.map((name) => `  "${name}",\n`).join("")}] as const;

/** What each of them is in the sheet: SHEET_KIND_… */
export const SHEET_KINDS: Readonly<Uint8Array> = new Uint8Array([
  ${sheetKinds.join(", ")},
]);

/** What the risk gate denies for, by its number. */
export const DENY_CODES = [
${denyCodes.map(({ name, unit, limit }) => `  ${inline({ name, unit, limit })},\n`).join("")}] as const;

/** Limits of the risk gate: \`index\` counts doubles. */
export const RISK_LIMITS = [
${riskLimits.map((row) => `  ${inline(row)},\n`).join("")}] as const;

/** The same of a scope; those of everything together begin at RISK_LIMITS_ALL. */
export const RISK_SCOPE_LIMITS = [
${riskScopeLimits.map((row) => `  ${inline(row)},\n`).join("")}] as const;

/** What the gate knows of orders by its word, by the bit that it has; the last one is for all others. */
export const RISK_NAMES = {
${Object.entries(riskNames)
  .map(([name, words]) => `  ${name}: ${wordList(words)},\n`)
  .join("")}} as const;
`;

if (!process.argv.includes("--check")) {
  if (fs.readFileSync(file, "utf8") !== text) fs.writeFileSync(file, text);
} else if (fs.readFileSync(file, "utf8") !== text) {
  console.error(
    "src/native/layout.ts is not what native/addon/layout_*.cpp says: npm run build:native writes it",
  );
  process.exitCode = 1;
}
