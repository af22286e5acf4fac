// Writes src/native/layout.ts from what the addon exports (native/addon/layout_*.cpp): every number that C++ and
// TypeScript share. Part of `npm run build:native`; with --check it writes nothing, and fails if the file is not what
// it would write.
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "../..");
const file = path.join(root, "src/native/layout.ts");
const { layout, orderPlaceholders, sheetKinds } = require(path.join(root, "build/Release/ibkr_native.node"));

const names = Object.keys(layout);
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
`;

if (!process.argv.includes("--check")) {
  if (fs.readFileSync(file, "utf8") !== text) fs.writeFileSync(file, text);
} else if (fs.readFileSync(file, "utf8") !== text) {
  console.error(
    "src/native/layout.ts is not what native/addon/layout_*.cpp says: npm run build:native writes it",
  );
  process.exitCode = 1;
}
