// Copies the headers of node-addon-api and node-api-headers beside the prebuilt binaries when the package is packed,
// so that `npx ibkr-native build` needs nothing from a registry (both MIT; their licences go along).
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "../..");
const target = path.join(root, "prebuilds/headers");
fs.rmSync(target, { recursive: true, force: true });
fs.mkdirSync(target, { recursive: true });
const sources = {
  "node-addon-api": {
    folder: ".",
    files: ["napi.h", "napi-inl.h", "napi-inl.deprecated.h"],
    licence: "LICENSE.md",
  },
  "node-api-headers": {
    folder: "include",
    files: ["node_api.h", "node_api_types.h", "js_native_api.h", "js_native_api_types.h"],
    licence: "LICENSE",
  },
};
for (const [name, { folder, files, licence }] of Object.entries(sources)) {
  const from = path.join(root, "node_modules", name);
  for (const file of files) fs.copyFileSync(path.join(from, folder, file), path.join(target, file));
  fs.copyFileSync(path.join(from, licence), path.join(target, `LICENSE.${name}`));
}
