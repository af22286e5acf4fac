// Writes src/native/layout.ts from the numbers the addon exports (native/addon/layout.cpp).
// Run after changing record.hpp or ring.hpp: npm run build:native && node native/tools/write-layout.cjs
const fs = require("node:fs");
const path = require("node:path");
const root = path.join(__dirname, "../..");
const { layout } = require(path.join(root, "build/Release/ibkr_native.node"));
const lines = Object.entries(layout).map(([name, value]) => `export const ${name} = ${value};`);
fs.writeFileSync(
  path.join(root, "src/native/layout.ts"),
  `// Written by native/tools/write-layout.cjs from native/core/market/record.hpp and ring.hpp: do not edit.\n` +
    `// Compared with the addon when it is loaded.\n${lines.join("\n")}\n\n` +
    `/** Every constant above by its name, for the comparison. */\n` +
    `export const LAYOUT: Readonly<Record<string, number>> = {\n${Object.keys(layout)
      .map((name) => `  ${name},\n`)
      .join("")}};\n`,
);
