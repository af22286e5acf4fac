"use strict";
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { IBApiDriver } = require("./ibapi-driver.cjs");
const { run } = require("./main.cjs");

const built = path.join(__dirname, "../../dist/index.js");

/** How bytes get to the feed, other than over TCP. */
const TRANSPORTS = {
  custom: () => ({ kind: "custom", connect: ({ port }) => net.connect({ port, noDelay: true }) }),
  tls: (fingerprint) => ({ kind: "tls", fingerprints: fingerprint }),
};

run(({ port, maxServerVersion, readMode, keepWarmMs, via, transport, fingerprint }) => {
  if (!fs.existsSync(built)) throw new Error("dist/index.js is missing: npm run build makes it");
  const options = { port, maxServerVersion, readMode, keepWarmMs };
  if (transport !== undefined) options.transport = TRANSPORTS[transport](fingerprint);
  return new IBApiDriver(require(built), options, via);
});
