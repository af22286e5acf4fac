// Checks who includes whom in native/: the folders of the core are floors, no two files include each other, and only
// the addon knows Node. Prints every breach and exits with 1 if there is one.
const fs = require("node:fs");
const path = require("node:path");

/** What each folder of native/core may include of the others; a new folder is entered here. */
const FLOORS = {
  system: [],
  journal: ["system"],
  metrics: [],
  ring: [],
  wire: [],
  book: ["ring", "wire"],
  market: ["ring", "wire"],
  bars: ["ring", "wire"],
  stream: ["ring", "wire", "bars", "book"],
  net: ["system", "ring", "wire", "market", "stream"],
  risk: ["system", "wire"],
  orders: ["ring", "wire", "stream", "net", "journal"],
  gate: ["ring", "wire", "stream", "net", "orders", "risk"],
};
/** Headers of Node: for native/addon only. */
const NODE_HEADERS = /^(napi|node|v8|uv|js_native_api|node_api)[^/]*\.h$/;

const native = path.join(__dirname, "..");
const problems = [];

/** Every source below native/, relative to it. */
function sources(folder = "") {
  return fs.readdirSync(path.join(native, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return sources(file);
    return /\.[ch]pp$/.test(entry.name) ? [file] : [];
  });
}

/** The file an include in quotes means: beside the including one, or below core, test or addon. */
function resolve(from, name) {
  const places = [path.posix.dirname(from), "core", "test", "addon", "fuzz"];
  return places.map((place) => path.posix.join(place, name)).find((file) => known.has(file));
}

const coreFolder = (file) => (file.startsWith("core/") ? file.split("/")[1] : undefined);

function checkInclude(file, line, name) {
  const at = `native/${file}:${line}`;
  const top = file.split("/")[0];
  if (NODE_HEADERS.test(name)) {
    if (top !== "addon") problems.push(`${at} includes ${name}: only native/addon knows Node`);
    return undefined;
  }
  const target = resolve(file, name);
  if (target === undefined) return undefined; // the system's
  const folder = coreFolder(file);
  const targetFolder = coreFolder(target);
  if (folder !== undefined) {
    if (FLOORS[folder] === undefined) {
      problems.push(`${at}: native/core/${folder} is not in check-includes.cjs`);
    } else if (targetFolder === undefined) {
      problems.push(`${at} includes ${name}: the core includes nothing outside itself`);
    } else if (targetFolder !== folder && !FLOORS[folder].includes(targetFolder)) {
      problems.push(
        `${at} includes ${name}: ${folder} may include ${FLOORS[folder].join(", ") || "no other folder"}`,
      );
    }
  } else if (top === "addon" && targetFolder === undefined && !target.startsWith("addon/")) {
    problems.push(`${at} includes ${name}: the addon includes itself and the core`);
  }
  return target;
}

/** Reports every circle of includes once, by a walk that remembers its way. */
function checkCircles(graph) {
  const done = new Set();
  const walk = (file, way) => {
    if (way.includes(file)) {
      problems.push(`a circle: ${[...way.slice(way.indexOf(file)), file].join(" -> ")}`);
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file)) walk(next, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
}

const files = sources();
const known = new Set(files);
const graph = new Map();
for (const file of files) {
  const targets = [];
  for (const [i, line] of fs.readFileSync(path.join(native, file), "utf8").split("\n").entries()) {
    const name = /^\s*#\s*include\s*["<]([^">]+)[">]/.exec(line)?.[1];
    const target = name === undefined ? undefined : checkInclude(file, i + 1, name);
    if (target !== undefined) targets.push(target);
  }
  graph.set(file, targets);
}
checkCircles(graph);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`includes of ${files.length} C++ files: as they should be`);
