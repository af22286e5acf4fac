"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { IBApiDriver } = require("./ibapi-driver.cjs");
const { run } = require("./main.cjs");

const built = path.join(__dirname, "../../dist/index.js");

run(({ port, maxServerVersion, readMode, keepWarmMs, via }) => {
  if (!fs.existsSync(built)) throw new Error("dist/index.js is missing: npm run build makes it");
  return new IBApiDriver(require(built), { port, maxServerVersion, readMode, keepWarmMs }, via);
});
