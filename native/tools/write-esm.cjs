// Writes an ES module beside each public CommonJS entry of dist/: the same objects under the same names, so that
// `import` and `require` in one process share one engine and one set of classes.
const fs = require("node:fs");
const path = require("node:path");

const dist = path.join(__dirname, "../../dist");

const ENTRIES = [
  "index",
  "sim/index",
  "worker/index",
  "dashboard/index",
  "metrics/prometheus",
  "metrics/opentelemetry",
];
for (const entry of ENTRIES) {
  const file = path.join(dist, entry);
  const names = Object.keys(require(`${file}.js`)).filter(
    (name) => name !== "default" && name !== "__esModule",
  );
  const base = path.basename(entry);
  const hasDefault = "default" in require(`${file}.js`);
  fs.writeFileSync(
    `${file}.mjs`,
    `import cjs from "./${base}.js";\nexport const {\n${names.map((n) => `  ${n},\n`).join("")}} = cjs;\n` +
      (hasDefault ? "export default cjs.default;\n" : ""),
  );
  fs.writeFileSync(
    `${file}.d.mts`,
    `export * from "./${base}.js";\n` + (hasDefault ? `export { default } from "./${base}.js";\n` : ""),
  );
}
fs.chmodSync(path.join(dist, "cli/main.js"), 0o755);
