// Puts everything that `require("ibkr-native")` loads into one file, dist/pack.txt, and a loader in the place of
// dist/index.js: reading, resolving and wrapping hundreds of small files takes as long as running them. Each module is
// compiled under its own name and lines, and has its own place in `require.cache`: whoever loads one of the files itself, such
// as `ibkr-native/sim`, gets the same one. The files are loaded as they are with --enable-source-maps, without the pack, and
// where another loader than Node's is at work.
const fs = require("node:fs");
const path = require("node:path");

const dist = path.join(__dirname, "../../dist");
const ENTRY = "index.js";
const DIRECT = "unpacked.js";
const REQUIRED = /\brequire\("(\.[^"]+)"\)/g;

/** Modules by their path in dist, each behind those that it needs. */
const modules = new Map();
gather(ENTRY);

function gather(name) {
  if (modules.has(name)) return;
  const text = fs.readFileSync(path.join(dist, name), "utf8");
  modules.set(name, text);
  for (const [, id] of text.matchAll(REQUIRED)) gather(path.posix.join(path.posix.dirname(name), id));
}

// The loader gives `import()` as an argument: the compiled text has no place of its own to resolve from.
const packed = [...modules].map(([name, text]) => {
  if (/\bimport\((?!"\.)/.test(code(text)))
    throw new Error(`${name}: import() of something else than a file`);
  return [name, ascii(text).replace(/\bimport\("\./g, '__import(".')];
});

const places = {};
let at = 0;
for (const [name, text] of packed) {
  places[name] = [at, at + text.length];
  at += text.length;
}

const entry = path.join(dist, ENTRY);
fs.copyFileSync(entry, path.join(dist, DIRECT));
fs.writeFileSync(path.join(dist, "pack.txt"), packed.map(([, text]) => text).join(""), "latin1");
fs.writeFileSync(entry, loader());

/** One byte a character: texts, templates and regular expressions of the compiler's output take escapes. */
function ascii(text) {
  return text.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Without comments. */
function code(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

function loader() {
  return `"use strict";
// Written by native/tools/write-pack.cjs: what ${DIRECT} loads from hundreds of files, from one.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const vm = require("node:vm");

const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname", "__import"];
/** From where to where each module is in the pack. */
const places = ${JSON.stringify(places)};
let text = "";

function load(name) {
  const file = path.join(__dirname, name);
  const known = name === ${JSON.stringify(ENTRY)} ? undefined : require.cache[file];
  if (known !== undefined) return known.exports;
  const made = name === ${JSON.stringify(ENTRY)} ? module : new Module(file, module);
  made.filename = file;
  made.paths = module.paths;
  require.cache[file] = made;
  const folder = path.posix.dirname(name);
  const need = (id) => {
    const wanted = id.startsWith(".") ? path.posix.join(folder, id) : "";
    return Object.hasOwn(places, wanted) ? load(wanted) : made.require(id);
  };
  const later = (id) => import(pathToFileURL(path.join(__dirname, folder, id)).href);
  const [from, to] = places[name];
  try {
    const run = vm.compileFunction(text.slice(from, to), PARAMETERS, { filename: file });
    run.call(made.exports, made.exports, need, made, file, path.dirname(file), later);
  } catch (error) {
    if (made !== module) delete require.cache[file];
    throw error;
  }
  made.loaded = true;
  return made.exports;
}

/** Undefined where the files are to be loaded as they are. */
function packed() {
  // Somebody else's loader, such as a test runner's, keeps its own modules.
  if (require.cache === undefined || require.cache !== Module._cache) return undefined;
  if (typeof module.require !== "function") return undefined;
  if (process.sourceMapsEnabled || process.execArgv.includes("--enable-source-maps")) return undefined;
  try {
    return fs.readFileSync(path.join(__dirname, "pack.txt"), "latin1");
  } catch {
    return undefined;
  }
}

const found = packed();
if (found === undefined) module.exports = require("./${DIRECT}");
else {
  text = found;
  load(${JSON.stringify(ENTRY)});
  text = "";
}
`;
}
