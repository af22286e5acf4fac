// Writes stock-names.fixture.ts: every name that @stoqey/ib exports, read from its type declarations
// (`export { … }`, `export type`, `export default`, and `export *` followed into the files it names), each with a check
// that our package exports it with the same type.
//
//   node test/api/write-stock-names.mjs && npx biome check --write test/api

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const { version } = require("@stoqey/ib/package.json");
const runtimeNames = Object.keys(require("@stoqey/ib"));
const root = join(dirname(require.resolve("@stoqey/ib/package.json")), "dist");

/** The names a declaration file exports. `default` does not travel through `export *`. */
function exportedNames(file) {
  const text = readFileSync(file, "utf8")
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/\/\/.*$/gm, "");
  const names = [];
  for (const [, list] of text.matchAll(/\bexport\s+(?:type\s+)?\{([^}]*)\}/g)) {
    for (const item of list.split(",").map((part) => part.trim())) {
      if (item) names.push(item.split(/\s+as\s+/).at(-1));
    }
  }
  const declaration =
    /\bexport\s+(?:declare\s+)?(?:abstract\s+)?(?:const\s+enum|class|interface|type|enum|const|let|function|namespace)\s+(\w+)/g;
  for (const [, name] of text.matchAll(declaration)) names.push(name);
  if (/\bexport\s+default\b/.test(text)) names.push("default");
  for (const [, from] of text.matchAll(/\bexport\s+\*\s+from\s+"([^"]+)"/g)) {
    names.push(...exportedNames(resolve(dirname(file), from)).filter((name) => name !== "default"));
  }
  return [...new Set(names)];
}

function resolve(folder, from) {
  const found = [`${from}.d.ts`, `${from}/index.d.ts`].map((p) => join(folder, p)).find(existsSync);
  if (!found) throw new Error(`no declarations for "${from}" beside ${folder}`);
  return found;
}

const names = exportedNames(join(root, "index.d.ts")).sort();
const missing = runtimeNames.filter((name) => !names.includes(name));
if (missing.length > 0) throw new Error(`exported by the code, not found in the declarations: ${missing}`);

// Ours replaces these two by subclasses; `default` is IBApi.
const subclasses = ["IBApi", "IBApiNext", "default"];
const valuesOnly = ["isNonFatalError"];
const types = names.filter((name) => !subclasses.includes(name) && !valuesOnly.includes(name));
const values = runtimeNames.filter((name) => !subclasses.includes(name)).sort();

// Any type argument will do to compare generic types.
const generics = { ItemListUpdate: "ItemListUpdate<string>" };
const typeOf = (space, name) => `${space}.${generics[name] ?? name}`;

const list = (items) => items.map((item) => `  "${item}",`).join("\n");
writeFileSync(
  join(import.meta.dirname, "stock-names.fixture.ts"),
  `// Written by write-stock-names.mjs from the declarations of @stoqey/ib ${version}: do not edit.
// \`tsc -p test/tsconfig.json\` fails here when our package misses one of its names or gives it another type.

import type * as Stock from "@stoqey/ib";
import type * as Ours from "../../src/index.js";

/** All ${names.length} names of @stoqey/ib ${version}, types included. */
export const STOCK_NAMES = [
${list(names)}
] as const;

/** The ${runtimeNames.length} of them that exist at run time. */
export const STOCK_RUNTIME_NAMES = [
${list([...runtimeNames].sort())}
] as const;

/** Names whose objects are not stock's own but subclasses of them. */
export const SUBCLASSED_NAMES = [
${list(subclasses)}
] as const;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Extends<A, B> = A extends B ? true : false;

/** Every entry has to be \`true\`. */
export const SAME_TYPES: {
${types.map((name) => `  ${name}: Same<${typeOf("Ours", name)}, ${typeOf("Stock", name)}>;`).join("\n")}
} = {
${types.map((name) => `  ${name}: true,`).join("\n")}
};

export const SAME_VALUES: {
${values.map((name) => `  ${name}: Same<typeof Ours.${name}, typeof Stock.${name}>;`).join("\n")}
} = {
${values.map((name) => `  ${name}: true,`).join("\n")}
};

export const SUBCLASSES: {
${subclasses.map((name) => `  ${name}: Extends<Ours.${name}, Stock.${name}>;`).join("\n")}
} = {
${subclasses.map((name) => `  ${name}: true,`).join("\n")}
};
`,
);
console.log(`stock-names.fixture.ts: ${names.length} names, ${runtimeNames.length} at run time`);
